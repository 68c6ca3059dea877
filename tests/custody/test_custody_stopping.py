"""Stopping what is out: at once by anybody, lifted or destroyed only by two officers, and final where it says so."""

from collections.abc import Callable, Sequence
from functools import partial

import pytest

from invented_office import Town, register_text, signing_key
from sekisho.custody.records import CopyRow
from sekisho.custody.stopping import destroy_share, lift_suspension, suspend_copy
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
    assert [leaf.fields["reason"] for leaf in out.leaves("ticket.destroyed")] == ["superseded"]
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
