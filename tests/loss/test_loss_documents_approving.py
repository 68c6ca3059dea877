"""A document is a draft until two persons approved exactly what it says; another fact, and it is one again."""

import pytest

from invented_office import Town, signing_key
from sekisho.errors import NotFound, Refused
from sekisho.loss.documents.approving import approvals, approve, drafts, is_approved
from sekisho.loss.documents.draft import Draft
from sekisho.loss.documents.kinds import DocumentKind
from sekisho.loss.incident.reading import read_case
from sekisho.loss.incident.stating import Stated, state
from sekisho.loss.incident.updating import refresh
from sekisho.loss.lost import report_lost

pytest_plugins = ("office_fixtures",)

BOTH = ("privacy", "security")


@pytest.fixture
def lost(out: Town) -> Town:
    (out.home / "incident.toml").write_text('body = "public"\n[contact]\nunit = "相談窓口"\n', encoding="utf-8")
    report_lost(out.office, out.slips[:1])
    refresh(out.office, 1)
    state(out.office, 1, [Stated("known_at", "2022-06-21T08:00:00Z")], source="test")
    return out


def press(town: Town) -> Draft:
    (found,) = drafts(town.office, read_case(town.office, 1), kinds=[DocumentKind.DO_NOT_SAY], languages=["ja"])
    return found


def test_two_persons_approve_to_the_word(lost: Town) -> None:
    keys = [signing_key(name) for name in BOTH]
    index, written = approve(lost.office, 1, DocumentKind.DO_NOT_SAY, "ja", keys=keys)
    assert is_approved(press(lost), approvals(lost.office, 1))
    (entry,) = lost.leaves("document.approved")
    assert (entry.index, entry.fields["digest"]) == (index, written.digest)
    assert "text" not in entry.fields
    state(lost.office, 1, [Stated("contact_email", "madoguchi@city.example")], source="test")
    assert not is_approved(press(lost), approvals(lost.office, 1))


@pytest.mark.parametrize("names", [("privacy", "privacy"), ("privacy", "clerk"), ("privacy",)], ids=",".join)
def test_fewer_than_two_who_may_approve_nothing(lost: Town, names: tuple[str, ...]) -> None:
    with pytest.raises(Refused):
        approve(lost.office, 1, DocumentKind.DO_NOT_SAY, "ja", keys=[signing_key(name) for name in names])
    assert not lost.leaves("document.approved")


def test_what_is_not_complete_is_not_approved(lost: Town) -> None:
    with pytest.raises(Refused) as refused:
        approve(lost.office, 1, DocumentKind.REGULATOR_PRELIMINARY, "ja", keys=[signing_key(name) for name in BOTH])
    assert "cause" in str(refused.value.values["missing"])


def test_the_offices_own_template_goes_first_and_one_that_is_nowhere_is_told(lost: Town) -> None:
    folder = lost.home / "templates" / "documents"
    folder.mkdir(parents=True)
    (folder / "do-not-say.ja.toml").write_text(
        'title = "当課の一覧"\nunknown = "？"\n[[section]]\nid = "a"\ntext = "{@state_line}"\n', encoding="utf-8"
    )
    assert press(lost).title == "当課の一覧"
    with pytest.raises(NotFound):
        drafts(lost.office, read_case(lost.office, 1), kinds=[DocumentKind.BOARD], languages=["ja-plain"])
