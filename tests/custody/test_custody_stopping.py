"""Stopping what is out: at once by anybody, lifted or destroyed only by two officers, and final where it says so."""

from collections.abc import Callable, Sequence
from datetime import timedelta
from functools import partial

import pytest

from invented_office import EVENING, Town, register_text, signing_key
from sekisho.clock import from_local, from_text, to_text
from sekisho.custodian.policy import Policy, TicketState, decide
from sekisho.custody import records
from sekisho.custody.office import Settings
from sekisho.custody.records import CopyRow
from sekisho.custody.stopping import destroy_share, expiring, lift_suspension, rotate_epoch, suspend_copy
from sekisho.errors import NotFound, Refused
from sekisho.loss.lost import report_lost
from sekisho.signing.keys import SigningKey

pytest_plugins = ("office_fixtures",)

Decision = Callable[..., CopyRow]


def keys(*names: str) -> Sequence[SigningKey]:
    return [signing_key(name) for name in names]


BOTH = keys("chief", "security")


def decided(decision: Decision, town: Town, slip: str, *names: str) -> str:
    """Return the key of the refusal of a decision that changes nothing."""
    before, size, ticket = town.row(slip), town.size, town.ticket(slip)
    with pytest.raises(Refused) as caught:
        decision(town.office, slip, keys=keys(*names))
    assert (town.row(slip), town.size, town.ticket(slip)) == (before, size, ticket)
    return caught.value.key


# Suspending.


def test_anybody_stops_a_copy_and_its_holder_still_holds_it(out: Town) -> None:
    slip, other = out.slips
    assert suspend_copy(out.office, slip) == out.row(slip)
    assert (out.ticket(slip), out.state(slip), out.row(slip).copy.holder) == ("suspended", "out", "carrier")
    with pytest.raises(Refused):
        out.open(slip)
    assert out.open(other).manifest.slip == other


def test_a_stop_outlives_the_office_being_closed(out: Town) -> None:
    suspend_copy(out.office, out.slips[0])
    out.restart()
    assert out.ticket(out.slips[0]) == "suspended"


def test_a_stopped_copy_may_be_brought_back(out: Town) -> None:
    suspend_copy(out.office, out.slips[0])
    out.carry(out.slips[0], "carrier", "officer")
    assert out.row(out.slips[0]).copy.holder == "officer"


def test_what_is_not_sealed_cannot_be_stopped(town: Town) -> None:
    town.approved()
    for act in (suspend_copy, partial(lift_suspension, keys=BOTH), partial(destroy_share, keys=BOTH)):
        with pytest.raises(Refused) as caught:
            act(town.office, town.slips[0])
        assert caught.value.key == "custody.not_sealed"


def test_a_slip_that_is_none_cannot_be_stopped(out: Town) -> None:
    with pytest.raises(NotFound):
        suspend_copy(out.office, "000000")


def test_stopping_what_was_reported_lost_does_not_make_it_liftable(out: Town) -> None:
    slip = out.slips[0]
    report_lost(out.office, [slip])
    suspend_copy(out.office, slip)
    assert decided(lift_suspension, out, slip, "chief", "security") == "custodian.lost_stays_shut"


# Lifting.


def test_two_officers_lift_a_suspension_and_it_opens_again(out: Town) -> None:
    slip = out.slips[0]
    suspend_copy(out.office, slip)
    lift_suspension(out.office, slip, keys=BOTH)
    (leaf,) = out.leaves("ticket.lifted")
    assert leaf.fields["by"] == sorted(key.public.id for key in BOTH)
    assert out.open(slip).manifest.slip == slip


def test_what_the_ledger_says_is_destroyed_is_not_lifted_whatever_a_restored_table_says(out: Town) -> None:
    slip = out.slips[0]
    suspend_copy(out.office, slip)
    with out.office.ledger.transaction() as tx:
        tx.append("ticket.destroy_intended", copy=out.cid(slip).hex(), fields={"reason": "revoked"})
    assert decided(lift_suspension, out, slip, "chief", "security") == "custodian.destroyed"
    assert out.ticket(slip) == "suspended"


def test_what_is_not_suspended_is_not_lifted(out: Town) -> None:
    assert decided(lift_suspension, out, out.slips[0], "chief", "security") == "custodian.not_suspended"


WHO = [
    (["chief"], "custodian.keys_missing"),
    (["security", "security"], "custodian.keys_missing"),
    ([], "custodian.keys_missing"),
    (["chief", "clerk"], "custody.no_role"),
    (["chief", "officer"], "custody.no_role"),
    (["chief", "carrier"], "custody.no_role"),
    (["chief", "nobody"], "custody.unregistered_key"),
]


@pytest.mark.parametrize(("names", "key"), WHO)
def test_it_takes_two_officers_to_lift(out: Town, names: list[str], key: str) -> None:
    suspend_copy(out.office, out.slips[0])
    assert decided(lift_suspension, out, out.slips[0], *names) == key


def test_who_has_a_part_in_a_copy_does_not_lift_its_suspension(out: Town) -> None:
    slip = out.slips[0]
    out.learn(register_text().replace("['requester']", "['requester', 'approver']"))
    suspend_copy(out.office, slip)
    assert decided(lift_suspension, out, slip, "officer", "security") == "custody.own_approval"
    out.carry(slip, "carrier", "chief")
    assert decided(lift_suspension, out, slip, "chief", "security") == "custody.own_approval"
    out.carry(slip, "chief", "clerk")
    lift_suspension(out.office, slip, keys=BOTH)


# Destroying.


@pytest.mark.parametrize(("names", "key"), WHO)
def test_it_takes_two_officers_to_destroy_without_a_loss(out: Town, names: list[str], key: str) -> None:
    assert decided(destroy_share, out, out.slips[0], *names) == key


def test_a_destroyed_share_is_gone_for_good_and_the_others_live_on(out: Town) -> None:
    slip, other = out.slips
    (before,) = (path.read_bytes() for path in (out.home / "keks").iterdir())
    destroy_share(out.office, slip, keys=BOTH)
    assert [leaf.fields["reason"] for leaf in out.leaves("ticket.destroyed")] == ["revoked"]
    assert (out.ticket(slip), out.ticket(other)) == ("destroyed", "live")
    (after,) = (path.read_bytes() for path in (out.home / "keks").iterdir())
    assert before != after
    assert not any(before in path.read_bytes() for path in out.home.rglob("*") if path.is_file())
    with pytest.raises(Refused) as caught:
        out.open(slip)
    assert caught.value.key == "custodian.destroyed"
    assert out.open(other).manifest.slip == other


def test_a_destroyed_share_is_neither_stopped_nor_lifted_nor_destroyed_again(out: Town) -> None:
    slip = out.slips[0]
    destroy_share(out.office, slip, keys=BOTH)
    with pytest.raises(Refused) as caught:
        suspend_copy(out.office, slip)
    assert caught.value.key == "custodian.destroyed"
    assert decided(lift_suspension, out, slip, "chief", "security") == "custodian.not_suspended"
    size = out.size
    destroy_share(out.office, slip, keys=BOTH)
    assert (out.size, len(out.leaves("ticket.destroyed"))) == (size, 1)


def test_a_copy_whose_share_is_destroyed_can_still_be_reported_lost(out: Town) -> None:
    slip = out.slips[0]
    destroy_share(out.office, slip, keys=BOTH)
    report_lost(out.office, [slip])
    assert (out.state(slip), out.ticket(slip)) == ("lost", "destroyed")


# Expiring.


def test_a_share_is_kept_until_the_copy_is_due_and_is_gone_with_whatever_comes_next(out: Town) -> None:
    slip, _ = out.slips
    due = from_text(records.get_request(out.office.ledger.connection, out.row(slip).request).statement.due)
    assert [each.at for each in expiring(out.office)] == [due, due]
    out.clock.time = due
    out.restart()
    assert out.ticket(slip) == "live"
    out.clock.advance(timedelta(seconds=1))
    out.restart()
    assert out.ticket(slip) == "destroyed"
    assert expiring(out.office) == []
    assert [leaf.fields["reason"] for leaf in out.leaves("ticket.destroyed")] == ["expired"] * 2


@pytest.mark.parametrize(("grace", "hours"), [("0h", 0), ("12h", 12), ("3d", 72)])
def test_an_office_says_how_long_after_the_window_shares_are_kept(grace: str, hours: int) -> None:
    settings = Settings(name="汐見市", phone="1", zone="Asia/Tokyo", origin="a/b", grace=grace)
    assert settings.kept_until(EVENING, due=EVENING + timedelta(days=9)) == EVENING + timedelta(hours=hours)


@pytest.mark.parametrize(
    ("zone", "wall", "closes"),
    [
        ("Asia/Tokyo", "2022-06-22T00:00", "2022-06-21T15:00:00Z"),  # the day begins while London's day before goes on
        ("Asia/Tokyo", "2023-01-01T00:00", "2022-12-31T15:00:00Z"),
        ("Europe/Berlin", "2022-10-30T02:30", "2022-10-30T00:30:00Z"),  # said twice that night: the first is meant
        ("Europe/Berlin", "2022-03-27T02:30", "2022-03-27T01:30:00Z"),  # not said at all: what the clock then shows
        ("America/New_York", "2022-11-06T01:30", "2022-11-06T05:30:00Z"),
    ],
)
def test_a_window_closes_by_the_clock_on_the_wall_once(zone: str, wall: str, closes: str) -> None:
    """Where an hour comes twice, the window does not open again in the second."""
    at = from_local(wall, zone)
    assert to_text(at) == closes
    policy = Policy(not_before=at - timedelta(days=2), not_after=at, max_opens=9, approvals=0, barred=frozenset())
    live = partial(decide, policy, number=1, state=TicketState.LIVE, opens=0, approvals=0)
    live(now=at)
    for minutes in (1, 30, 59, 60, 61, 120):
        with pytest.raises(Refused) as caught:
            live(now=at + timedelta(minutes=minutes))
        assert caught.value.key == "custodian.too_late"


def test_two_officers_rotate_and_one_does_not(out: Town) -> None:
    before = rotate_epoch(out.office, keys=BOTH)
    assert rotate_epoch(out.office, keys=BOTH) == before + 1
    with pytest.raises(Refused):
        rotate_epoch(out.office, keys=keys("chief", "chief"))
    assert out.open(out.slips[0]).manifest.slip == out.slips[0]
