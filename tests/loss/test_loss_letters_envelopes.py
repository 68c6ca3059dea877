"""Envelopes are data: each fits its paper, an office sets its own, and what does not fit is refused."""

from pathlib import Path

import pytest

from sekisho.errors import NotFound, Unreadable
from sekisho.loss.letters.envelopes import find_envelope, load_envelopes

OWN = """
[jp-naga3]
ja = "長形3号（かもめ紙業）"
en = "Naga 3"
paper = [210.0, 297.0]
window = { left = 15.0, top = 15.0, width = 90.0, height = 45.0 }
inset = 3.0
body = 100.0
border = { side = 20.0, end = 15.0 }
reference = { left = 120.0, top = 62.0 }
folds = [99.0, 198.0]
address = "japanese"
size = 10.5
mark = "V"
source = "measured"
"""


def test_the_published_measures_are_as_published() -> None:
    """GOV.UK Notify's window in millimetres, and where the text may begin."""
    window = find_envelope("uk-notify").window
    assert (window.left, round(window.right, 1), window.top, round(window.bottom, 1)) == (24.6, 120.0, 39.5, 66.3)
    assert find_envelope("uk-notify").body == 95.0
    assert (find_envelope("din-5008-b").window.width, find_envelope("din-5008-b").window.height) == (85.0, 45.0)


def test_what_nobody_checked_says_so() -> None:
    assert {name: each.mark for name, each in load_envelopes().items()} == {
        "uk-notify": "V",
        "din-5008-b": "R",
        "us-10": "R",
        "jp-naga3": "R",
    }


def test_an_offices_own_measures_go_before_the_shipped_ones(tmp_path: Path) -> None:
    (tmp_path / "envelopes.toml").write_text(OWN, encoding="utf-8")
    assert find_envelope("jp-naga3", tmp_path).window.left == 15.0
    assert find_envelope("us-10", tmp_path) == find_envelope("us-10")


@pytest.mark.parametrize(
    ("old", "new", "key"),
    [
        ("left = 15.0", "left = 150.0", "loss.unsound_envelope"),
        ("body = 100.0", "body = 50.0", "loss.unsound_envelope"),
        ("left = 120.0, top = 62.0", "left = 20.0, top = 30.0", "loss.unsound_envelope"),
        ("inset = 3.0", "inset = 30.0", "loss.unsound_envelope"),
        ("inset = 3.0", "inset = 'wide'", "loss.bad_envelopes"),
        ("inset = 3.0", "inside = 3.0", "loss.bad_envelopes"),
        ("[jp-naga3]", "[jp-naga3", "loss.bad_envelopes"),
    ],
)
def test_what_does_not_fit_its_paper_is_refused(tmp_path: Path, old: str, new: str, key: str) -> None:
    (tmp_path / "envelopes.toml").write_text(OWN.replace(old, new), encoding="utf-8")
    with pytest.raises(Unreadable) as refused:
        load_envelopes(tmp_path)
    assert refused.value.key == key


def test_an_unknown_envelope_names_those_there_are() -> None:
    with pytest.raises(NotFound) as refused:
        find_envelope("c6")
    assert "uk-notify" in refused.value.what("ja")
