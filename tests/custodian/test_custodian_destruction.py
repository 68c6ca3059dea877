"""Destroying: the share is gone from rows, log and keys, and nobody else's is; told once, and finished after a kill."""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from typing import Any, cast

import pytest
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from custodian_office import EVENING, FIRST, SECOND, Office, holding, keys_in, opened

from sekisho.clock import ManualClock
from sekisho.custodian import tickets
from sekisho.custodian.custodian import Issued
from sekisho.custodian.destruction import Destruction
from sekisho.custodian.kek import FileKek
from sekisho.errors import MediumError, Missing, Refused, Unreadable
from sekisho.ledger.writer import Ledger

DAY = timedelta(hours=24)


@pytest.fixture
def office(tmp_path: Path, clock: ManualClock) -> Iterator[Office]:
    with opened(tmp_path, clock) as made:
        yield made


def wrapped(office: Office, issued: Issued) -> bytes:
    """Return the wrapped share, as a backup of the database would have it."""
    found = tickets.get(office.connection, issued.tid).wrapped
    assert found
    return found


def opens(blob: bytes, issued: Issued, *, epoch: int) -> Callable[[bytes], bool]:
    """Return a test whether 32 bytes are the key of a blob."""

    def try_key(key: bytes) -> bool:
        try:
            return bool(AESGCM(key).decrypt(blob[:12], blob[12:], epoch.to_bytes(8, "big") + issued.tid))
        except (InvalidTag, ValueError):
            return False

    return try_key


# Gone.


def test_a_destroyed_copy_is_released_to_nobody(office: Office) -> None:
    issued = office.live()
    assert office.destroy(issued.cid) == [issued.cid]
    with pytest.raises(Refused) as caught:
        office.open(issued)
    assert caught.value.key == "custodian.destroyed"


def test_nothing_in_the_folder_opens_an_old_backup_of_the_row(office: Office) -> None:
    issued, other = office.live(), office.live()
    backup = wrapped(office, issued)
    try_key = opens(backup, issued, epoch=1)
    assert keys_in(office.home.keks, try_key) == ["000001.kek"]
    office.destroy(issued.cid)
    assert keys_in(office.root, try_key) == []
    assert office.open(other) == other.share


def test_neither_share_nor_row_nor_key_is_in_any_file(office: Office) -> None:
    issued, _ = office.live(), office.live()
    secrets = [issued.share, wrapped(office, issued), *office.keks().values()]
    office.destroy(issued.cid)
    assert [holding(office.root, secret) for secret in secrets] == [[], [], []]


def test_intent_and_end_are_in_the_ledger(office: Office) -> None:
    issued = office.live()
    office.destroy(issued.cid)
    by = [FIRST.public.id]
    assert [leaf.fields for leaf in office.leaves("ticket.destroy_intended")] == [{"reason": "lost", "by": by}]
    ended = office.leaves("ticket.destroyed", issued.cid)
    assert [leaf.fields for leaf in ended] == [{"reason": "lost", "by": by, "epoch": 2}]
    assert office.ledger.checkpoint().size > ended[0].index


def test_destroying_again_changes_nothing_and_keeps_the_first_time(office: Office, clock: ManualClock) -> None:
    issued = office.live()
    office.begin(issued.cid, reason="lost")
    office.begin(issued.cid, reason="erased")
    office.destruction.finish()
    clock.advance(DAY)
    office.begin(issued.cid, reason="erased")
    assert office.destruction.finish() == []
    assert [leaf.at for leaf in office.leaves("ticket.destroyed")] == [EVENING]
    assert len(office.leaves("ticket.destroy_intended")) == 1


def test_two_copies_are_destroyed_in_one_epoch(office: Office) -> None:
    first, second, kept = office.live(), office.live(), office.live()
    office.begin(first.cid)
    office.begin(second.cid, reason="superseded")
    assert office.destruction.finish() == sorted([first.cid, second.cid])
    assert list(office.keks()) == ["000002.kek"]
    assert office.open(kept) == kept.share


@pytest.mark.parametrize("state", ["issued", "live", "suspended"])
def test_a_copy_is_destroyed_from_every_state(office: Office, state: str) -> None:
    issued = office.issue() if state == "issued" else office.live()
    if state == "suspended":
        office.suspend(issued.cid, lost=True)
    office.destroy(issued.cid)
    assert office.state(issued) == "destroyed"


def test_the_last_share_leaves_an_empty_epoch(office: Office) -> None:
    issued = office.live()
    office.destroy(issued.cid)
    fresh = office.live()
    assert office.open(fresh) == fresh.share
    assert list(office.keks()) == ["000002.kek"]


def test_nothing_to_finish_writes_nothing(office: Office) -> None:
    office.live()
    size = office.ledger.checkpoint().size
    assert office.destruction.finish() == []
    assert office.ledger.checkpoint().size == size


# Nobody committed it.


def test_what_nobody_committed_within_a_day_is_destroyed(office: Office, clock: ManualClock) -> None:
    stale, live = office.issue(), office.live()
    clock.advance(DAY)
    assert office.destruction.finish() == []
    clock.advance(timedelta(seconds=1))
    assert office.destruction.finish() == [stale.cid]
    assert (office.state(stale), office.state(live)) == ("destroyed", "live")
    assert office.leaves("ticket.destroyed")[0].fields["reason"] == "uncommitted"


class Interrupted:
    """A ledger before whose first transaction another program does something."""

    def __init__(self, ledger: Ledger, act: Callable[[], object]) -> None:
        self._ledger, self._act = ledger, [act]

    def __getattr__(self, name: str) -> Any:
        if name == "transaction" and self._act:
            self._act.pop()()
        return getattr(self._ledger, name)


def test_what_another_program_commits_just_in_time_is_not_destroyed(office: Office, clock: ManualClock) -> None:
    stale = office.issue()
    clock.advance(2 * DAY)
    ledger = cast("Ledger", Interrupted(office.ledger, lambda: office.commit(stale.cid)))
    assert Destruction(office.connection, ledger, office.kek).finish() == []
    assert office.open(stale) == stale.share


# Two programs finish at once.


class Overtaking(Destruction):
    """A destruction that another program overtakes between its new epoch and the end of the old keys."""

    def __init__(self, office: Office, act: Callable[[], object]) -> None:
        super().__init__(office.connection, office.ledger, office.kek)
        self._act = act

    def _destroy_old_keys(self) -> None:
        self._act()
        super()._destroy_old_keys()


def test_who_is_overtaken_does_not_destroy_the_key_of_the_living(office: Office) -> None:
    first, second, kept = office.live(), office.live(), office.live()
    office.begin(first.cid)
    with opened(office.root) as other:
        Overtaking(office, lambda: other.destroy(second.cid)).finish()
    assert list(office.keks()) == ["000003.kek"]
    assert office.open(kept) == kept.share
    assert [len(office.leaves("ticket.destroyed", each.cid)) for each in (first, second)] == [1, 1]


def test_a_copy_begun_after_the_epoch_is_not_called_destroyed_by_it(office: Office) -> None:
    first, late = office.live(), office.live()
    office.begin(first.cid)
    with opened(office.root) as other:
        assert Overtaking(office, lambda: other.begin(late.cid)).finish() == [first.cid]
    assert office.leaves("ticket.destroyed", late.cid) == []
    assert office.destruction.finish() == [late.cid]


def test_what_is_issued_meanwhile_lives(office: Office) -> None:
    first = office.live()
    office.begin(first.cid)
    fresh: list[Issued] = []
    with opened(office.root) as other:
        Overtaking(office, lambda: fresh.append(other.live())).finish()
    assert office.open(fresh[0]) == fresh[0].share


# Something is in the way.


def test_a_reader_holds_up_the_last_leaf_but_not_the_end_of_the_key(office: Office) -> None:
    issued = office.live()
    office.connection.execute("PRAGMA busy_timeout = 0")
    with closing(sqlite3.connect(office.home.database, isolation_level=None)) as reader:
        reader.execute("BEGIN")
        reader.execute("SELECT * FROM ticket").fetchone()
        with pytest.raises(sqlite3.OperationalError, match="locked"):
            office.destroy(issued.cid)
        assert "000001.kek" not in office.keks()
        assert office.leaves("ticket.destroyed") == []
        reader.execute("COMMIT")
    assert office.destruction.finish() == [issued.cid]


class Held(FileKek):
    """Keys on a disk that lets none go."""

    def destroy_all_but(self, epoch: int) -> None:
        raise MediumError("custodian.kek_disk", path=f"{epoch:06d}.kek")


def held_up(office: Office) -> None:
    """Try to finish where no key can be removed."""
    with pytest.raises(MediumError):
        Destruction(office.connection, office.ledger, Held(office.home.keks)).finish()


def test_what_is_held_up_again_and_again_begins_one_epoch(office: Office) -> None:
    issued, kept = office.live(), office.live()
    office.begin(issued.cid)
    for _ in range(3):
        held_up(office)
    assert [leaf.fields["epoch"] for leaf in office.leaves("epoch.begun")] == [1, 2]
    assert office.destruction.finish() == [issued.cid]
    (ended,) = office.leaves("ticket.destroyed")
    assert (ended.fields["epoch"], list(office.keks())) == (2, ["000002.kek"])
    assert office.open(kept) == kept.share


def test_what_is_begun_while_another_is_held_up_gets_an_epoch_of_its_own(office: Office) -> None:
    first, second, kept = office.live(), office.live(), office.live()
    office.begin(first.cid)
    held_up(office)
    backup = wrapped(office, second)
    office.begin(second.cid)
    assert office.destruction.finish() == sorted([first.cid, second.cid])
    assert keys_in(office.root, opens(backup, second, epoch=2)) == []
    assert office.open(kept) == kept.share


def _shorten(office: Office) -> None:
    (office.home.keks / "000001.kek").write_bytes(b"short")


def _remove(office: Office) -> None:
    (office.home.keks / "000001.kek").unlink()


def _spoil_row(office: Office) -> None:
    office.connection.execute("UPDATE ticket SET wrapped = zeroblob(44), not_after = '?'")


@pytest.mark.parametrize("spoil", [_shorten, _remove, _spoil_row])
def test_a_damaged_share_keeps_no_other_from_being_destroyed(office: Office, spoil: Callable[[Office], None]) -> None:
    damaged, lost = office.live(), office.live()
    spoil(office)
    assert office.destroy(lost.cid) == [lost.cid]
    assert office.destroy(damaged.cid) == [damaged.cid]


def test_a_share_whose_key_comes_back_lives_on(office: Office) -> None:
    kept, lost, later = office.live(), office.live(), office.live()
    key = office.keks()["000001.kek"]
    _remove(office)
    office.destroy(lost.cid)
    (office.home.keks / "000001.kek").write_bytes(key)
    assert office.open(kept) == kept.share
    office.destroy(later.cid)
    assert (office.open(kept, nonce=1), list(office.keks())) == (kept.share, ["000003.kek"])


def test_where_the_new_key_is_damaged_no_share_is_given_up(office: Office) -> None:
    kept, lost = office.live(), office.live()
    (office.home.keks / "000002.kek").write_bytes(b"short")
    with pytest.raises(Unreadable) as caught:
        office.destroy(lost.cid)
    assert caught.value.key == "custodian.damaged_kek"
    assert office.open(kept) == kept.share
    (office.home.keks / "000002.kek").unlink()
    assert office.destruction.finish() == [lost.cid]
    assert office.open(kept, nonce=1) == kept.share


def test_where_the_keys_folder_is_away_it_goes_on_when_that_is_back(office: Office) -> None:
    issued = office.live()
    away = office.home.keks.rename(office.root / "away")
    with pytest.raises((MediumError, Missing)):
        office.destroy(issued.cid)
    assert office.state(issued) == "destroyed"
    away.rename(office.home.keks)
    assert office.destruction.finish() == [issued.cid]


def test_a_rolled_back_intent_destroys_nothing(office: Office) -> None:
    issued = office.live()

    def begin() -> None:
        with office.ledger.transaction() as tx:
            office.destruction.begin(tx, issued.cid, reason="lost", keys=[SECOND.public.id])
            raise Refused("custodian.suspended")

    with pytest.raises(Refused):
        begin()
    assert office.destruction.finish() == []
    assert office.open(issued) == issued.share


# By itself.


def expired(office: Office) -> list[object]:
    return [leaf.fields["reason"] for leaf in office.leaves("ticket.destroyed")]


def test_a_share_is_kept_until_its_last_second_and_no_longer(office: Office, clock: ManualClock) -> None:
    issued = office.live(not_after=EVENING + DAY, kept_until=EVENING + 2 * DAY)
    clock.time = EVENING + 2 * DAY
    assert (office.destruction.finish(), office.state(issued)) == ([], "live")
    clock.advance(timedelta(seconds=1))
    assert office.destruction.finish() == [issued.cid]
    assert (office.state(issued), expired(office)) == ("destroyed", ["expired"])


def test_no_grace_ends_before_the_window_does(office: Office, clock: ManualClock) -> None:
    issued = office.live(not_after=EVENING + DAY, kept_until=EVENING)
    clock.advance(timedelta(hours=23))
    assert office.destruction.finish() == []
    assert office.open(issued) == issued.share


@pytest.mark.parametrize("lost", [False, True])
def test_a_suspended_share_expires_like_any_other(office: Office, clock: ManualClock, *, lost: bool) -> None:
    issued = office.live()
    office.suspend(issued.cid, lost=lost)
    clock.advance(timedelta(days=4))
    assert office.destruction.finish() == [issued.cid]


def test_a_clock_set_back_prolongs_no_share(office: Office, clock: ManualClock) -> None:
    issued = office.live()
    clock.advance(timedelta(days=4))
    office.issue(not_after=EVENING + timedelta(days=9))  # the ledger has seen the later time
    clock.time = EVENING
    assert issued.cid in office.destruction.finish()


def test_a_clock_years_ahead_destroys_nothing(office: Office, clock: ManualClock) -> None:
    """It is a fault of the clock, and no reason to destroy everything that is out."""
    issued = office.live()
    clock.advance(timedelta(days=4000))
    assert (office.destruction.finish(), office.state(issued)) == ([], "live")


def test_all_that_expires_at_once_leaves_one_epoch_behind(office: Office, clock: ManualClock) -> None:
    gone = {office.live().cid for _ in range(3)}
    kept = office.live(not_after=EVENING + timedelta(days=9))
    clock.advance(timedelta(days=4))
    assert set(office.destruction.finish()) == gone
    assert (len(office.leaves("epoch.begun")), list(office.keks())) == (2, ["000002.kek"])
    assert office.open(kept) == kept.share


# An epoch left behind without a destruction.


def rotate(office: Office, *keys: str) -> None:
    with office.ledger.transaction() as tx:
        office.destruction.rotate(tx, keys=keys)
    office.destruction.finish()


def test_a_rotation_makes_a_copy_of_the_old_files_worthless_for_what_is_destroyed_later(office: Office) -> None:
    issued = office.live()
    blob, (key,) = wrapped(office, issued), office.keks().values()
    rotate(office, FIRST.public.id, SECOND.public.id)
    assert list(office.keks()) == ["000002.kek"]
    assert not holding(office.root, key)
    assert not holding(office.root, blob)
    (leaf,) = office.leaves("epoch.rotated")
    assert leaf.fields["epoch"] == 2
    assert office.open(issued) == issued.share


def test_one_person_rotates_nothing(office: Office) -> None:
    office.live()
    with pytest.raises(Refused) as caught:
        rotate(office, FIRST.public.id, FIRST.public.id)
    assert (caught.value.key, list(office.keks())) == ("custodian.keys_missing", ["000001.kek"])


def test_a_rotation_that_the_disk_holds_up_is_finished_later(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    issued = office.live()

    def refuse(*_: object) -> None:
        raise MediumError("custodian.kek_disk", path=office.home.keks)

    with monkeypatch.context() as patch:
        patch.setattr(FileKek, "destroy_all_but", refuse)
        with pytest.raises(MediumError):
            rotate(office, FIRST.public.id, SECOND.public.id)
    assert not office.leaves("epoch.rotated")
    office.destruction.finish()
    office.destruction.finish()
    assert (len(office.leaves("epoch.rotated")), list(office.keks())) == (1, ["000002.kek"])
    assert office.open(issued) == issued.share
