"""The office's calendar, against the list that the Cabinet Office publishes."""

import csv
from datetime import UTC, date, datetime, timedelta

import pytest

from conftest import VECTORS
from sekisho.custody.calendar import Calendar, japanese_holidays

PUBLISHED = VECTORS / "calendar" / "syukujitsu.csv"
TOWN = Calendar(zone="Asia/Tokyo")


def at(text: str) -> datetime:
    """A moment on the wall clock of Amagasaki."""
    return datetime.fromisoformat(f"{text}+09:00").astimezone(UTC)


def test_the_holidays_of_every_published_year_are_those_published() -> None:
    """The 29 April to 6 May of 2019, the games' moves of 2020 and 2021, the September of 2026 are among them."""
    published: dict[int, set[date]] = {}
    with PUBLISHED.open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            day = date.fromisoformat(row["date"])
            published.setdefault(day.year, set()).add(day)
    assert list(published) == list(range(2007, 2028))
    assert {year: japanese_holidays(year) for year in published} == published


def test_a_year_that_no_rule_covers_is_none_of_ours() -> None:
    with pytest.raises(ValueError, match="without rules"):
        japanese_holidays(2100)


@pytest.mark.parametrize(
    ("day", "works"),
    [
        ("2022-06-21", True),
        ("2022-06-25", False),
        ("2026-09-22", False),
        ("2026-12-28", True),
        ("2026-12-29", False),
        ("2027-01-03", False),
        ("2027-01-04", True),
        ("2019-05-06", False),
    ],
)
def test_offices_rest_at_weekends_on_holidays_and_at_the_turn_of_the_year(day: str, works: bool) -> None:
    assert TOWN.works_on(date.fromisoformat(day)) is works


def test_what_the_office_says_goes_before_the_rules() -> None:
    own = Calendar(
        zone="Asia/Tokyo",
        closed=frozenset({date(2022, 10, 10), date(2022, 6, 21)}),
        opened=frozenset({date(2022, 6, 25)}),
    )
    assert not own.works_on(date(2022, 6, 21))
    assert own.works_on(date(2022, 6, 25))


def test_an_office_elsewhere_has_no_japanese_holidays() -> None:
    assert Calendar(zone="Europe/Berlin", japanese=False).works_on(date(2026, 11, 23))


def test_the_working_day_ends_by_the_clock_on_the_wall() -> None:
    assert TOWN.still_open_until(at("2022-06-21T17:14:59")) == at("2022-06-21T17:15")
    assert TOWN.still_open_until(at("2022-06-21T17:15")) is None
    assert TOWN.still_open_until(at("2022-06-25T10:00")) is None
    assert TOWN.still_open_until(at("2022-06-21T08:29:59")) is None
    assert TOWN.still_open_until(at("2022-06-21T08:30")) == at("2022-06-21T17:15")


def test_after_the_last_day_of_the_year_comes_the_fourth_of_january() -> None:
    assert TOWN.end_of_next_working_day(at("2026-12-28T09:00")) == at("2027-01-04T17:15")


@pytest.mark.parametrize(
    ("moment", "end"),
    [("2022-06-21T12:00", "2023-03-31"), ("2023-03-31T23:00", "2023-03-31"), ("2023-04-01T00:00", "2024-03-29")],
)
def test_lending_ends_on_the_last_working_day_of_march(moment: str, end: str) -> None:
    assert TOWN.end_of_fiscal_year(at(moment)) == at(f"{end}T17:15")


def test_an_office_closed_for_ever_still_answers() -> None:
    shut = Calendar(zone="Asia/Tokyo", closed=frozenset(date(2022, 1, 1) + timedelta(days=day) for day in range(900)))
    assert shut.end_of_next_working_day(at("2022-06-21T12:00")) > at("2022-06-21T12:00")
