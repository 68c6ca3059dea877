"""Era years begin on the era's first day, fiscal years on 1 April; whoever prints the wrong one lends a medium too long."""

from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sekisho.canon.date import era_year, parse_date
from sekisho.custody.paper.dates import day_words, fiscal_words, fiscal_year, time_words, within_fiscal_year

DAYS = st.dates(date(1868, 1, 25), date(2100, 12, 31))


@given(DAYS)
def test_a_day_that_a_form_prints_is_read_back_as_that_day(day: date) -> None:
    assert parse_date(day_words(day, "ja")) == day
    assert parse_date(day_words(day, "ja", years="western")) == day


@given(DAYS)
def test_a_fiscal_year_begins_on_1_april_and_ends_on_31_march(day: date) -> None:
    year = fiscal_year(day)
    assert date(year, 4, 1) <= day <= date(year + 1, 3, 31)
    assert within_fiscal_year(day, date(year + 1, 3, 31))
    assert not within_fiscal_year(day, date(year + 1, 4, 1))


@pytest.mark.parametrize(
    ("day", "ja"),
    [
        (date(2019, 4, 30), "平成31年4月30日"),
        (date(2019, 5, 1), "令和元年5月1日"),
        (date(1989, 1, 7), "昭和64年1月7日"),
        (date(1989, 1, 8), "平成元年1月8日"),
        (date(1867, 1, 1), "1867年1月1日"),
    ],
)
def test_eras_change_on_their_day(day: date, ja: str) -> None:
    assert day_words(day, "ja") == ja


def test_a_fiscal_year_bears_the_era_of_its_first_day() -> None:
    """平成31年度 it is, though 令和 began a month later."""
    assert fiscal_words(fiscal_year(date(2019, 10, 1)), "ja") == "平成31年度"
    assert fiscal_words(2022, "en") == "FY2022"


def test_times_are_told_in_full_on_a_line_and_shortly_in_a_cell() -> None:
    time = datetime(2022, 6, 21, 9, 5)
    assert time_words(time, "ja") == "令和4年6月21日 9時05分"
    assert time_words(time, "ja", short=True) == "令和4.6.21 09:05"
    assert time_words(time, "en") == "21 June 2022 09:05"
    assert time_words(time, "en", short=True) == "2022-06-21 09:05"


def test_an_era_has_no_year_zero() -> None:
    first = date(2019, 5, 1)
    assert [era_year(first + timedelta(days=days)) for days in (-1, 0, 245)] == [("平成", 31), ("令和", 1), ("令和", 2)]
