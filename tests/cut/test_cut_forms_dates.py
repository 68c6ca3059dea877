"""Ages are those of the day that is said, and a date that does not exist is none."""

from datetime import date, timedelta

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sekisho.cut.field import Field
from sekisho.cut.forms.dates import age_band, shifted

AT = date(2022, 2, 28)


def band(cell: str, *, width: int = 10, most: int | None = None, at: date = AT) -> str | None:
    return age_band(Field(out="x", source="a", why="w", op="age.band", width=width, most=most, at=at))(cell)


@pytest.mark.parametrize(
    ("cell", "out"),
    [
        ("2000-02-29", "20～29"),
        ("1992-02-28", "30～39"),
        ("1992-03-01", "20～29"),
        ("昭和6年8月28日", "90以上"),
        ("1932-02-28", "90以上"),
        ("1932-02-29", "80～89"),
        ("2022-02-28", "0～9"),
    ],
)
def test_an_age_is_told_in_bands(cell: str, out: str) -> None:
    assert band(cell, most=90) == out


def test_a_band_may_be_cut_off_by_the_top_and_be_one_year_wide() -> None:
    assert band("1940-01-01", most=85) == "80～84"
    assert band("1940-01-01", width=1) == "82"
    assert band("1938-01-01", width=10, most=81) == "81以上"
    assert band("1941-02-28", width=10, most=82) == "80～81"
    assert band("1941-03-01", width=10, most=81) == "80"


@pytest.mark.parametrize("cell", ["昭和65年2月30日", "2022-04-31", "1999-02-29", "2022-03-01", "不明", "", "4月1日"])
def test_a_day_that_is_none_or_to_come_has_no_age(cell: str) -> None:
    assert band(cell) is None


@given(st.dates(date(1900, 1, 1), AT), st.integers(1, 30))
def test_two_people_of_one_band_are_less_than_its_width_apart(born: date, width: int) -> None:
    out = band(born.isoformat(), width=width)
    assert out is not None
    low, _, high = out.partition("～")
    age = (AT - born).days / 365.2425
    assert int(low) - 0.01 <= age < int(high or low) + 1.01


def test_dates_are_moved_by_days_and_leave_in_one_form() -> None:
    cells = pl.Series(["1964-04-01", "昭和39年4月1日", "2022-04-31", None, "9999-12-31", "0001-01-01", "2000-01-01"])
    days = pl.Series([1, -1, 1, 1, 1, -1, None])
    assert shifted(cells, days).to_list() == ["1964-04-02", "1964-03-31", None, None, None, None, None]


@given(st.dates(), st.integers(-3650, 3650))
def test_a_day_within_the_calendar_is_moved_exactly(day: date, by: int) -> None:
    try:
        expected = (day + timedelta(days=by)).isoformat()
    except OverflowError:
        expected = None
    assert shifted(pl.Series([day.isoformat()]), pl.Series([by])).to_list() == [expected]
