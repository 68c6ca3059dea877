"""Times are UTC with whole seconds inside, and the office's zone on the screen."""

import time
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sekisho.clock import ManualClock, SystemClock, from_local, from_text, to_local, to_machine_local, to_text


@given(st.datetimes(min_value=datetime(1900, 1, 1), max_value=datetime(2200, 1, 1), timezones=st.just(UTC)))
def test_a_time_reads_back_to_the_second(time: datetime) -> None:
    assert from_text(to_text(time)) == time.replace(microsecond=0)


@pytest.mark.parametrize(
    "text",
    [
        "0999-12-31T23:59:59Z",
        "9999-12-31T23:59:59Z",
        "2022-06-21 08:00:00",
        "2022-06-21T08:00:00",
        "2022-6-21T08:00:00Z",
        "２０２２-06-21T08:00:00Z",
    ],
)
def test_another_form_of_time_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="time"):
        from_text(text)


def test_a_time_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="zone"):
        to_text(datetime(2022, 6, 21))


def test_wall_clock_times_are_the_offices() -> None:
    time = from_local("2022-06-21T17:00", "Asia/Tokyo")
    assert to_text(time) == "2022-06-21T08:00:00Z"
    assert to_local(time, "Asia/Tokyo") == "2022-06-21 17:00"


def test_an_explicit_offset_wins_over_the_office() -> None:
    assert to_text(from_local("2022-06-21T17:00+00:00", "Asia/Tokyo")) == "2022-06-21T17:00:00Z"


def test_a_manual_clock_moves_only_when_told(clock: ManualClock) -> None:
    before = clock.now()
    clock.advance(timedelta(minutes=-5))
    assert before - clock.now() == timedelta(minutes=5)


def test_the_systems_clock_is_utc_with_whole_seconds() -> None:
    now = SystemClock().now()
    assert now.tzinfo is UTC
    assert now.microsecond == 0


@pytest.mark.parametrize(
    ("zone", "text"), [("Asia/Tokyo", "2022-06-22 02:00 +09:00"), ("UTC", "2022-06-21 17:00 +00:00")]
)
def test_a_time_in_the_machines_zone_says_which_that_is(monkeypatch: pytest.MonkeyPatch, zone: str, text: str) -> None:
    monkeypatch.setenv("TZ", zone)
    time.tzset()
    assert to_machine_local(datetime(2022, 6, 21, 17, tzinfo=UTC)) == text
    monkeypatch.undo()
    time.tzset()


@pytest.mark.parametrize(
    "text", ["9999-12-31T23:59", "9999-12-31T23:59Z", "0001-01-01T00:00", "1000-01-01T00:00", "0999-12-31T23:59"]
)
def test_a_time_that_no_zone_could_hold_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="calendar"):
        from_local(text, "Asia/Tokyo")
