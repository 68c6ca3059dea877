"""When a copy was last seen is kept: the earliest that anybody said counts, in every statement from then on."""

from datetime import timedelta

import pytest
from planted import hour, planted

from invented_office import EVENING, Town
from sekisho.clock import to_text
from sekisho.custody import records
from sekisho.errors import Misuse, NotFound, Refused
from sekisho.ledger.entry import Entry
from sekisho.loss.evidence import gather
from sekisho.loss.history import tell_of
from sekisho.loss.seen import record_last_seen

pytest_plugins = ("office_fixtures",)

AN_HOUR = timedelta(hours=1)


@pytest.fixture
def opened(out: Town) -> Town:
    """A town where the first copy was opened at 19:00, two hours ago."""
    out.clock.advance(2 * AN_HOUR)
    out.open(out.slips[0])
    out.clock.advance(2 * AN_HOUR)
    return out


def recorded(town: Town) -> list[Entry]:
    return town.leaves("copy.last_seen")


def test_it_is_told_of_the_copy_it_was_said_of_and_of_no_other(opened: Town) -> None:
    first, second = opened.slips
    record_last_seen(opened.office, [first], EVENING + AN_HOUR)
    assert [copy.history.last_seen for copy in tell_of(opened.office, [first, second]).copies] == [
        EVENING + AN_HOUR,
        None,
    ]
    (entry,) = recorded(opened)
    assert entry.fields == {"slip": first, "seen": to_text(EVENING + AN_HOUR)}
    assert entry.copy == opened.cid(first).hex()


def test_a_statement_made_later_by_somebody_who_was_not_told_says_the_same(opened: Town) -> None:
    slip, _ = opened.slips
    assert gather(opened.office, [slip]).copies[0].verdict == "B"
    record_last_seen(opened.office, [slip], EVENING + AN_HOUR)
    opened.restart()
    assert [gather(opened.office, [slip]).copies[0].verdict for _ in range(2)] == ["C", "C"]


def test_of_several_times_the_earliest_counts_and_a_later_one_is_not_even_recorded(opened: Town) -> None:
    slip, _ = opened.slips
    for hours in (3, 1, 1, 2):
        record_last_seen(opened.office, [slip, slip], EVENING + hours * AN_HOUR)
    assert [entry.fields["seen"] for entry in recorded(opened)] == [
        to_text(EVENING + hours * AN_HOUR) for hours in (3, 1)
    ]
    (copy,) = gather(opened.office, [slip]).copies
    assert (copy.history.last_seen, copy.verdict) == (EVENING + AN_HOUR, "C")


def test_what_is_known_of_one_copy_is_not_known_of_the_other(opened: Town) -> None:
    first, second = opened.slips
    record_last_seen(opened.office, [first], EVENING)
    record_last_seen(opened.office, [first, second], EVENING + AN_HOUR)
    assert [copy.history.last_seen for copy in tell_of(opened.office, [first, second]).copies] == [
        EVENING,
        EVENING + AN_HOUR,
    ]


def test_a_planted_history_tells_the_earliest() -> None:
    assert planted("local lost", last_seen=hour(1)).last_seen == hour(1)
    assert planted("local lost").last_seen is None


def test_a_time_that_has_not_come_is_not_when_it_was_last_seen(out: Town) -> None:
    """A slip of the pen in the year would turn every opening into one before the loss."""
    now = out.office.ledger.time()
    with pytest.raises(Misuse) as caught:
        record_last_seen(out.office, out.slips, now + timedelta(seconds=1))
    assert (caught.value.key, recorded(out)) == ("loss.not_seen_yet", [])
    assert "2022-06-21 17:00" in caught.value.what("ja")
    record_last_seen(out.office, out.slips, now)
    assert gather(out.office, out.slips).copies[0].history.last_seen == now


def test_of_a_copy_that_is_not_there_or_was_never_sealed_nothing_is_recorded(out: Town) -> None:
    request = out.approved(media=("USB-9",))
    (unsealed,) = (row.slip for row in records.copies(out.office.ledger.connection, request.id))
    for slip, error in (("000000", NotFound), (unsealed, Refused)):
        with pytest.raises(error):
            record_last_seen(out.office, [out.slips[0], slip], EVENING)
    assert recorded(out) == []
