"""A restored office goes on through one door: with its tail, or as a new office that names the old; two persons sign."""

import shutil
from pathlib import Path

import pytest

from invented_office import Town, signing_key
from sekisho.custody.exporting import export_ledger
from sekisho.custody.office import Office
from sekisho.custody.recovering import begin_anew, recover, state_of
from sekisho.errors import LedgerBroken, Refused
from sekisho.ledger.recovery import source_of
from sekisho.loss.history import tell_of
from sekisho.loss.lost import report_lost
from verified import verify

pytest_plugins = ("office_fixtures",)


@pytest.fixture
def restored(out: Town, tmp_path: Path) -> Town:
    """A town that reported a copy lost after its last backup, and was restored from that."""
    out.office.ledger.connection.execute("VACUUM INTO ?", (str(tmp_path / "backup"),))
    (tmp_path / "lost").write_text(out.slips[0])
    report_lost(out.office, out.slips[:1], key_officer=signing_key("security"))
    export_ledger(out.office, tmp_path / "export")
    out.leave()
    for path in out.home.glob("sekisho.db*"):
        path.unlink()
    shutil.copy(tmp_path / "backup", out.home / "sekisho.db")
    return out


TWO = ("chief", "security")


def test_a_forked_office_opens_nowhere_and_says_how_it_stands(restored: Town) -> None:
    with pytest.raises(LedgerBroken):
        Office.open(restored.home, restored.clock)
    stands = state_of(restored.home)
    assert stands.forked
    assert stands.anchored is not None
    assert stands.anchored.size > stands.head.size


def test_with_the_tail_the_loss_is_known_again_and_two_persons_answer_for_it(restored: Town, tmp_path: Path) -> None:
    lost = (tmp_path / "lost").read_text()
    keys = [signing_key(name) for name in TWO]
    found = recover(restored.home, restored.clock, source_of(str(tmp_path / "export")), keys=keys)
    assert "copy.lost" in {entry.type for entry in found.entries}
    office = Office.open(restored.home, restored.clock, finish=False)
    (entry,) = [each for each in office.ledger.entries() if each.type == "ledger.recovered"]
    assert entry.fields["by"] == sorted(key.public.id for key in keys)
    history = tell_of(office, [lost]).copies[0].history
    assert "copy.lost" in {each.type for each in history.entries}
    cid = next(bytes.fromhex(str(each.copy)) for each in found.entries if each.type == "copy.lost")
    assert all(ticket.lost or ticket.state == "destroyed" for ticket in office.custodian.tickets(cid))
    with pytest.raises(Refused), office.ledger.transaction() as tx:
        office.custodian.lift(tx, cid, keys=["a", "b"])
    export_ledger(office, tmp_path / "after", disclose=[entry.index])
    office.close()
    assert verify(tmp_path / "after", "--seen", tmp_path / "export" / "checkpoint")[0] == 0


def test_what_the_tail_stopped_is_stopped_even_if_the_recovery_is_killed_on_its_way(
    restored: Town, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """From the commit of the tail on the office opens; nothing of it may be released before anybody has run it again."""
    keys = [signing_key(name) for name in TWO]

    def killed(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("sekisho.custody.recovering._record", killed)
    with pytest.raises(KeyboardInterrupt):
        recover(restored.home, restored.clock, source_of(str(tmp_path / "export")), keys=keys)
    office = Office.open(restored.home, restored.clock, finish=False)
    cid = next(bytes.fromhex(str(each.copy)) for each in office.ledger.entries() if each.type == "copy.lost")
    assert {(ticket.state, ticket.lost) for ticket in office.custodian.tickets(cid)} == {("suspended", True)}
    office.close()


def test_one_person_twice_is_not_two(restored: Town, tmp_path: Path) -> None:
    for names in (("chief",), ("chief", "chief")):
        with pytest.raises(Refused):
            keys = [signing_key(name) for name in names]
            recover(restored.home, restored.clock, source_of(str(tmp_path / "export")), keys=keys)
    assert state_of(restored.home).forked


def test_without_the_tail_a_new_log_begins_with_the_old_checkpoint(restored: Town, tmp_path: Path) -> None:
    keys = [signing_key(name) for name in TWO]
    old = state_of(restored.home)
    origin = begin_anew(restored.home, tmp_path / "new", restored.clock, reason="disk_lost", keys=keys)
    assert origin == f"{old.origin}/2"
    office = Office.open(tmp_path / "new", restored.clock)
    first = next(iter(office.ledger.entries()))
    assert (first.type, first.fields["reason"]) == ("ledger.begun_anew", "disk_lost")
    assert old.anchored is not None
    assert first.fields["anchored"] == old.anchored.text()
    assert str(first.fields["checkpoint"]).startswith(f"{old.origin}\n{old.head.size}\n")
    office.close()
    again = begin_anew_of(tmp_path / "new")
    assert again == f"{old.origin}/3"


def begin_anew_of(home: Path) -> str:
    from sekisho.custody.recovering import _next  # noqa: PLC0415 - one rule, tested where it is used

    return _next(state_of(home).origin)
