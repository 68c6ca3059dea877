"""A clock that is years ahead is not believed: one entry under it would hold the ledger there for good."""

from datetime import timedelta
from pathlib import Path

import pytest
from ledger_office import EVENING, Office

from sekisho.clock import ManualClock
from sekisho.errors import Refused
from sekisho.ledger.writer import LONGEST_REST, Ledger, Trust

AHEAD = LONGEST_REST + timedelta(seconds=1)


def append(ledger: Ledger, trust: Trust = Trust.CHECKED) -> None:
    with ledger.transaction(trust) as tx:
        tx.append("clock.read")


def refused(ledger: Ledger, clock: ManualClock) -> None:
    size = ledger.checkpoint().size
    with pytest.raises(Refused) as caught:
        append(ledger)
    assert caught.value.key == "ledger.clock_ahead"
    assert (caught.value.values["now"], ledger.checkpoint().size) == (clock.now(), size)


def test_once_in_the_future_and_back_the_ledger_is_where_it_was(tmp_path: Path) -> None:
    clock = ManualClock(EVENING)
    with Office(tmp_path, clock).opened() as ledger:
        append(ledger)
        clock.time = EVENING.replace(year=2099)
        refused(ledger, clock)
        clock.time = EVENING + timedelta(minutes=1)
        append(ledger)
        assert [each.at for each in ledger.entries()] == [EVENING, EVENING + timedelta(minutes=1)]


@pytest.mark.parametrize(("rested", "believed"), [(LONGEST_REST, True), (AHEAD, False)])
def test_an_office_rests_a_year_and_a_month_and_not_longer(tmp_path: Path, rested: timedelta, believed: bool) -> None:
    clock = ManualClock(EVENING)
    with Office(tmp_path, clock).opened() as ledger:
        append(ledger)
        clock.advance(rested)
        if believed:
            append(ledger)
        else:
            refused(ledger, clock)
        assert ledger.checkpoint().size == 1 + believed


def test_what_stops_something_goes_through_at_the_time_of_the_last_entry(tmp_path: Path) -> None:
    clock = ManualClock(EVENING)
    with Office(tmp_path, clock).opened() as ledger:
        append(ledger)
        clock.advance(AHEAD)
        append(ledger, Trust.STOPPING)
        assert [each.at for each in ledger.entries()] == [EVENING, EVENING]
        refused(ledger, clock)


def test_what_stops_something_has_its_own_time_under_a_clock_that_is_right(tmp_path: Path) -> None:
    clock = ManualClock(EVENING)
    with Office(tmp_path, clock).opened() as ledger:
        append(ledger)
        clock.advance(timedelta(hours=1))
        append(ledger, Trust.STOPPING)
        assert [each.at for each in ledger.entries()] == [EVENING, EVENING + timedelta(hours=1)]


def test_confirmed_the_clock_is_believed_from_there_on(tmp_path: Path) -> None:
    clock = ManualClock(EVENING)
    with Office(tmp_path, clock).opened() as ledger:
        append(ledger)
        clock.advance(AHEAD)
        append(ledger, Trust.CONFIRMED)
        append(ledger)
        assert [each.at for each in ledger.entries()] == [EVENING, EVENING + AHEAD, EVENING + AHEAD]


def test_the_first_entry_has_nothing_to_be_measured_by(tmp_path: Path) -> None:
    clock = ManualClock(EVENING.replace(year=2099))
    with Office(tmp_path, clock).opened() as ledger:
        append(ledger)
        assert ledger.time() == clock.now()


def test_looking_is_done_by_the_clock_as_it_is(tmp_path: Path) -> None:
    """So nothing that is over looks as if it were not."""
    clock = ManualClock(EVENING)
    with Office(tmp_path, clock).opened() as ledger:
        append(ledger)
        clock.advance(AHEAD)
        assert ledger.time() == EVENING + AHEAD
