"""An escrow: in the ledger before its words leave, opened like any release, and over only when it was seen to be."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from custodian_office import FIRST, SECOND, Office, holding, opened

from sekisho.clock import ManualClock
from sekisho.custodian import escrow
from sekisho.errors import NoKey, NotFound, Refused


@pytest.fixture
def office(tmp_path: Path, clock: ManualClock) -> Iterator[Office]:
    with opened(tmp_path, clock) as made:
        yield made


def refusal(office: Office, cid: bytes, **numbers: int) -> str:
    size = office.ledger.checkpoint().size
    with pytest.raises(Refused) as caught:
        office.escrow(cid, **numbers)
    assert office.ledger.checkpoint().size == size
    return caught.value.key.removeprefix("custodian.")


# Made.


def test_so_many_envelopes_open_the_copy_and_it_counts(office: Office) -> None:
    issued = office.live()
    lines = office.escrow(issued.cid).lines()
    assert office.open_envelopes(issued.cid, lines[1:]).share() == issued.share
    assert office.opens(issued) == 1
    (leaf,) = office.leaves("escrow.released", issued.cid)
    assert (leaf.fields["envelopes"], leaf.fields["outside"]) == ([2, 3], 0)


def test_the_words_lie_nowhere_in_the_office(office: Office) -> None:
    issued = office.live()
    for line in office.escrow(issued.cid).lines():
        assert not holding(office.root, line.encode())
    assert not holding(office.root, issued.share)


def test_words_leave_only_after_the_leaf_is_signed(office: Office) -> None:
    issued = office.live()
    with office.ledger.transaction() as tx:
        made = office.escrows.make(
            tx, issued.cid, threshold=2, holders=["a", "b"], keys=[FIRST.public.id, SECOND.public.id]
        )
        with pytest.raises(RuntimeError):
            made.lines()
    assert len(made.lines()) == 2


def test_words_of_an_escrow_that_was_rolled_back_never_leave(office: Office) -> None:
    issued = office.live()
    keys = [FIRST.public.id, SECOND.public.id]
    with pytest.raises(ZeroDivisionError), office.ledger.transaction() as tx:
        made = office.escrows.make(tx, issued.cid, threshold=2, holders=["a", "b"], keys=keys)
        raise ZeroDivisionError
    office.live()
    with pytest.raises(RuntimeError):
        made.lines()


def test_a_copy_that_was_stopped_since_gives_no_words(office: Office) -> None:
    issued = office.live()
    made = office.escrow(issued.cid)
    office.suspend(issued.cid)
    with pytest.raises(Refused):
        made.lines()


@pytest.mark.parametrize(("threshold", "count"), [(1, 3), (4, 3), (2, 17), (0, 0)])
def test_impossible_numbers_make_no_escrow(office: Office, threshold: int, count: int) -> None:
    assert refusal(office, office.live().cid, threshold=threshold, count=count) == "escrow_numbers"


def test_envelopes_are_no_easier_than_approvals(office: Office) -> None:
    assert refusal(office, office.live(approvals=3).cid, threshold=2, count=3) == "escrow_too_easy"


def test_one_escrow_at_a_time(office: Office) -> None:
    issued = office.live()
    office.escrow(issued.cid)
    assert refusal(office, issued.cid) == "escrow_exists"
    office.void(issued.cid, 1, 2)
    office.escrow(issued.cid)


@pytest.mark.parametrize("state", ["issued", "suspended", "destroyed"])
def test_only_a_live_copy_gets_one(office: Office, state: str) -> None:
    issued = office.issue()
    if state != "issued":
        office.commit(issued.cid)
        office.suspend(issued.cid)
    if state == "destroyed":
        office.destroy(issued.cid)
    assert refusal(office, issued.cid) == state


# Opened.


@pytest.mark.parametrize(("days", "key"), [(-1, "too_early"), (4, "too_late")])
def test_envelopes_open_nothing_outside_the_window(office: Office, clock: ManualClock, days: int, key: str) -> None:
    start = clock.time + timedelta(days=1 if days < 0 else 0)
    issued = office.live(not_before=start)
    lines = office.escrow(issued.cid).lines()
    clock.advance(timedelta(days=max(days, 0)))
    with pytest.raises(Refused) as caught:
        office.open_envelopes(issued.cid, lines[:2])
    assert caught.value.key == f"custodian.{key}"


@pytest.mark.parametrize("destroyed", [False, True])
def test_envelopes_open_nothing_here_that_was_stopped(office: Office, *, destroyed: bool) -> None:
    issued = office.live()
    lines = office.escrow(issued.cid).lines()
    office.suspend(issued.cid, lost=True)
    if destroyed:
        office.destroy(issued.cid)
    with pytest.raises(Refused):
        office.open_envelopes(issued.cid, lines[:2])
    assert not office.leaves("escrow.released")


def test_envelopes_open_no_more_often_than_the_copy_may_be(office: Office) -> None:
    issued = office.live(max_opens=1)
    lines = office.escrow(issued.cid).lines()
    office.open(issued)
    with pytest.raises(Refused) as caught:
        office.open_envelopes(issued.cid, lines[:2])
    assert caught.value.key == "custodian.opened_out"


def test_envelopes_of_another_copy_open_nothing(office: Office) -> None:
    issued, other = office.live(), office.live()
    lines = office.escrow(other.cid).lines()
    office.escrow(issued.cid)
    with pytest.raises(NoKey):
        office.open_envelopes(issued.cid, lines[:2])


def test_too_few_or_one_twice_open_nothing(office: Office) -> None:
    issued = office.live()
    first, *_ = office.escrow(issued.cid).lines()
    for lines in ([first], [first, first]):
        with pytest.raises(NoKey):
            office.open_envelopes(issued.cid, lines)


def test_an_envelope_that_was_seen_destroyed_and_turns_up_is_told(office: Office) -> None:
    issued = office.live()
    lines = office.escrow(issued.cid).lines()
    office.void(issued.cid, 2)
    with pytest.raises(Refused) as caught:
        office.open_envelopes(issued.cid, lines[:2])
    assert caught.value.key == "custodian.envelope_voided"
    assert office.open_envelopes(issued.cid, [lines[0], lines[2]]).share() == issued.share


def test_what_was_opened_outside_is_recorded_whatever_is_true_of_the_copy(office: Office) -> None:
    issued = office.live()
    made = office.escrow(issued.cid)
    office.destroy(issued.cid)
    with office.ledger.transaction() as tx:
        office.escrows.report_opened(tx, made.escrow, [1, 3])
    (leaf,) = office.leaves("escrow.released", issued.cid)
    assert leaf.fields["outside"] == 1
    for numbers, error in (([1, 9], NotFound), ([1, 1], Refused)):
        with pytest.raises(error), office.ledger.transaction() as tx:
            office.escrows.report_opened(tx, made.escrow, numbers)


# Over.


def test_it_lives_until_too_few_are_left(office: Office) -> None:
    issued = office.live()
    office.escrow(issued.cid)
    office.destroy(issued.cid)
    standing = []
    for number in (1, 1, 2):
        office.void(issued.cid, number)
        (found,) = escrow.of_copy(office.connection, issued.cid)
        standing.append((found.left, found.is_live))
    assert standing == [(2, True), (2, True), (1, False)]
    assert [leaf.fields["left"] for leaf in office.leaves("escrow.voided", issued.cid)] == [2, 1]


def test_one_witness_is_none(office: Office) -> None:
    made = office.escrow(office.live().cid)
    with pytest.raises(Refused), office.ledger.transaction() as tx:
        office.escrows.void(tx, made.escrow, [1], keys=[FIRST.public.id])
