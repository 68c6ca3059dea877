"""What a ledger tells of copies; and that a ledger, or a database beside it, that was changed tells nothing at all."""

import json
import shutil
from collections.abc import Sequence
from datetime import timedelta

import msgspec
import pytest
from planted import CID, SLIP, hour, planted

from invented_office import Town
from sekisho.custody.office import Office
from sekisho.errors import LedgerBroken, NotFound, Refused, Unreadable
from sekisho.loss.evidence import gather
from sekisho.loss.history import tell, tell_of
from sekisho.loss.lost import report_lost

pytest_plugins = ("office_fixtures",)


# Pure.


def test_a_history_says_what_its_entries_say() -> None:
    told = planted("asked voice asked local lost stopped intended destroyed same erased")
    assert (told.cid, told.slip, told.request, told.people) == (CID.hex(), SLIP, 7, 3)
    assert (told.capsule, told.size, told.index) == ("ca" * 32, 4096, "1d" * 32)
    assert [(each.route, each.index, each.at) for each in told.releases] == [
        ("voice", 2, hour(2)),
        ("local", 4, hour(4)),
    ]
    assert (told.requests, told.lost_at, told.lost_index, told.suspended_at) == (2, hour(5), 5, hour(6))
    assert (told.destroyed_at, told.epoch, told.found_at) == (hour(8), 2, (hour(9), True))
    assert (told.erased_at, told.sealed_at, len(told.entries)) == ((hour(10), True), hour(0), 11)


def test_of_nothing_nothing_is_told() -> None:
    told = tell(CID, [])
    assert (told.slip, told.sealed_at, told.releases, told.lost_at, told.found_at) == ("", None, (), None, None)
    assert told.last_seen is None


def test_lost_again_it_is_missing_again_and_the_first_report_counts() -> None:
    told = planted("lost stopped same lost stopped")
    assert (told.lost_at, told.lost_index, told.suspended_at, told.found_at) == (hour(1), 1, hour(2), None)


def test_found_again_the_last_look_counts() -> None:
    assert planted("lost same lost altered").found_at == (hour(4), False)


@pytest.mark.parametrize(
    ("words", "stopped"),
    [("stopped", 1), ("stopped lifted", None), ("stopped lifted lost stopped", 4), ("intended", 1), ("lifted", None)],
)
def test_a_stop_that_was_lifted_is_none(words: str, stopped: int | None) -> None:
    assert planted(words).suspended_at == (None if stopped is None else hour(stopped))


def test_an_erasure_that_nobody_could_verify_says_so() -> None:
    assert planted("unproven").erased_at == (hour(1), False)


# From an office.


def test_each_copy_is_told_once_in_the_order_named(out: Town) -> None:
    first, second = out.slips
    told = tell_of(out.office, [second, first, second])
    assert [copy.row.slip for copy in told.copies] == [copy.history.slip for copy in told.copies] == [second, first]
    assert told.checkpoint == out.office.ledger.checkpoint()
    assert all(entry.copy == copy.history.cid for copy in told.copies for entry in copy.history.entries)


def test_what_is_unknown_or_was_never_sealed_is_not_told(town: Town) -> None:
    town.request()
    (slip,) = town.slips
    with pytest.raises(Refused) as caught:
        tell_of(town.office, [slip])
    assert caught.value.key == "custody.not_sealed"
    with pytest.raises(NotFound):
        tell_of(town.office, ["000000"])


TAMPERING: dict[str, Sequence[str]] = {
    "a release is taken out": (
        "DROP TRIGGER entry_is_not_removed", "PRAGMA foreign_keys = OFF",
        "DELETE FROM entry WHERE CAST(body AS TEXT) LIKE '%release.given%'",
    ),
    "a release is turned into a request": (
        "DROP TRIGGER entry_is_not_changed",
        "UPDATE entry SET body = CAST(replace(CAST(body AS TEXT), 'release.given', 'release.asked') AS BLOB)",
    ),
    "a release is said to be of another copy": (
        "DROP TRIGGER entry_is_not_changed",
        "UPDATE entry SET body = (SELECT body FROM entry WHERE idx = 0) WHERE CAST(body AS TEXT) LIKE '%release.given%'",
    ),
    "the last entries are taken out": (
        "DROP TRIGGER entry_is_not_removed", "PRAGMA foreign_keys = OFF",
        "DELETE FROM entry WHERE idx >= (SELECT max(idx) - 3 FROM entry)",
    ),
}  # fmt: skip


@pytest.mark.parametrize("change", TAMPERING)
def test_a_changed_ledger_tells_nothing_and_never_that_it_was_never_opened(out: Town, change: str) -> None:
    slip, _ = out.slips
    out.open(slip)
    assert len(gather(out.office, [slip]).copies[0].history.releases) == 1
    *_, changed = [out.office.ledger.connection.execute(statement) for statement in TAMPERING[change]]
    assert changed.rowcount >= 1
    with pytest.raises(LedgerBroken):
        gather(out.office, [slip])


def test_an_older_database_in_its_place_tells_nothing(out: Town) -> None:
    slip, _ = out.slips
    out.office.ledger.connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    before = out.root / "before.db"
    shutil.copy(out.home / "sekisho.db", before)
    out.open(slip)
    out.office.close()
    for path in out.home.glob("sekisho.db*"):
        path.unlink()
    shutil.copy(before, out.home / "sekisho.db")
    with pytest.raises(LedgerBroken):
        Office.open(out.home, out.clock)


def test_an_entry_that_is_not_signed_yet_is_not_told(out: Town) -> None:
    """A kill between commit and signature; the next start signs it."""
    slip, _ = out.slips
    report_lost(out.office, [slip])
    connection = out.office.ledger.connection
    connection.execute("DROP TRIGGER checkpoint_is_not_removed")
    connection.execute("DELETE FROM checkpoint WHERE size = (SELECT max(size) FROM checkpoint)")
    assert tell_of(out.office, [slip]).copies[0].history.lost_at is None
    out.restart()
    assert tell_of(out.office, [slip]).copies[0].history.lost_at is not None


# What the database says beside the ledger.


def refused(town: Town, slip: str) -> None:
    with pytest.raises(Unreadable) as caught:
        gather(town.office, [slip])
    assert caught.value.key == "custody.damaged_record"


def test_copies_whose_capsules_were_exchanged_are_noticed(out: Town) -> None:
    first, second = out.slips
    cids = out.cid(first), out.cid(second)
    execute = out.office.ledger.connection.execute
    execute("UPDATE copy SET cid = x'00' WHERE slip = ?", (second,))
    execute("UPDATE copy SET cid = ? WHERE slip = ?", (cids[1], first))
    execute("UPDATE copy SET cid = ? WHERE slip = ?", (cids[0], second))
    refused(out, first)


def test_a_copy_said_to_be_of_another_request_is_noticed(out: Town) -> None:
    """Copies of one request are counted once: under one number, the people of the other would not be counted."""
    slip, _ = out.slips
    other = out.approved(media=("USB-9",))
    out.office.ledger.connection.execute("UPDATE copy SET request = ? WHERE slip = ?", (other.id, slip))
    refused(out, slip)


@pytest.mark.parametrize("change", [{"allow_save": False}, {"media": ["USB-1", "USB-2", "USB-3"]}, {"people": 4}])
def test_a_request_that_says_something_else_than_was_approved_is_noticed(out: Town, change: dict[str, object]) -> None:
    slip, _ = out.slips
    connection = out.office.ledger.connection
    (text,) = connection.execute("SELECT statement FROM request").fetchone()
    connection.execute("UPDATE request SET statement = ?", (json.dumps(json.loads(text) | change),))
    refused(out, slip)


def test_copies_whose_media_were_exchanged_are_noticed(out: Town) -> None:
    """Both were asked for, so that the request fits; what was written where, the ledger commits to."""
    first, second = out.slips
    execute = out.office.ledger.connection.execute
    execute("UPDATE copy SET medium = CASE medium WHEN 'USB-1' THEN 'USB-2' ELSE 'USB-1' END")
    refused(out, first)
    refused(out, second)


def test_a_medium_whose_name_was_erased_is_told_all_the_same(out: Town) -> None:
    """Erasing a detail leaves a commitment that nobody can compare with anything."""
    slip, _ = out.slips
    (written, _) = out.leaves("copy.written")
    with out.office.ledger.transaction() as tx:
        tx.erase(written.index, "medium", reason="request", law="test")
    assert gather(out.office, [slip]).copies[0].row.medium == "USB-1"


def test_a_medium_that_was_never_asked_for_is_noticed(out: Town) -> None:
    slip, _ = out.slips
    out.office.ledger.connection.execute("UPDATE copy SET medium = 'USB-7' WHERE slip = ?", (slip,))
    refused(out, slip)


def test_what_the_database_says_of_state_and_opens_is_not_believed(out: Town) -> None:
    slip, _ = out.slips
    out.open(slip)
    row = out.row(slip)
    plain = msgspec.json.encode(msgspec.structs.asdict(row)["copy"]).decode().replace('"opens":1', '"opens":0')
    out.office.ledger.connection.execute("UPDATE copy SET copy = ? WHERE slip = ?", (plain, slip))
    out.clock.advance(timedelta(hours=1))
    assert len(gather(out.office, [slip]).copies[0].history.releases) == 1
