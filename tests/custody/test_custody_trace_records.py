"""What tells copies apart is kept in the vault beside the cut, and only where the purpose asks for it."""

from pathlib import Path

import pytest

from invented_office import ROWS, Town
from sekisho.custody.trace_records import TRACE, load_trace_record
from sekisho.errors import Unreadable

pytest_plugins = ("office_fixtures",)


def test_a_cut_that_asks_for_nothing_keeps_nothing(town: Town) -> None:
    assert load_trace_record(town.office, town.cuts[0]) is None


def test_the_secret_and_the_canaries_are_kept_encrypted(town: Town) -> None:
    (town.root / "traced.toml").write_text(ROWS + "\n[trace]\nmarks = true\n", encoding="utf-8")
    first, second = town.cut("traced"), town.cut("traced")
    kept = load_trace_record(town.office, first)
    other = load_trace_record(town.office, second)

    assert kept is not None
    assert other is not None
    assert kept.key != other.key
    assert (kept.channels, kept.canaries) == (["blank", "block", "width"], None)
    stored = (town.home / "cuts" / first.id / TRACE).read_bytes()
    assert kept.secret.encode() not in stored


def test_a_damaged_record_is_refused(town: Town, tmp_path: Path) -> None:
    cut, folder = town.cuts[0], town.home / "cuts" / town.cuts[0].id
    town.office.vault.write(folder / TRACE, b"{}")

    with pytest.raises(Unreadable):
        load_trace_record(town.office, cut)
    assert not list(tmp_path.glob(f"**/{TRACE}.tmp"))
