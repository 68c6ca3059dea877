"""Every style of dates is known again, and a day written in it means that day."""

from datetime import date, timedelta

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sekisho.canon.date import parse_date
from sekisho.cut.test_data.dates import STYLES, dated, days_of, styles_of_dates

DAYS = st.dates(date(1900, 1, 1), date(2049, 12, 31))
WITH_WIDE = [*STYLES, *(f"{style} wide" for style in STYLES if "{time}" not in style)]


def written(day: date, style: str) -> str:
    cells = dated(np.array([day], "datetime64[D]"), np.array([3_661]), style)
    return str(cells[0])


@settings(deadline=None)
@given(DAYS, st.sampled_from(WITH_WIDE))
def test_a_day_in_any_style_is_that_day(day: date, style: str) -> None:
    assert parse_date(written(day, style)) == day


@settings(deadline=None)
@given(DAYS, st.sampled_from(WITH_WIDE))
def test_what_is_written_in_a_style_is_as_long_and_of_that_style_again(day: date, style: str) -> None:
    """Where two styles write a day alike (2022/12/24), the narrower one is told."""
    text = written(day, style)
    (again,) = styles_of_dates(pl.Series([text]))
    assert again is not None
    assert written(day, again) == text


@pytest.mark.parametrize("text", ["不明", "", "1234567", "2022-13", "31-12-2022", "19990", "S3", "昭和39年"])
def test_what_is_no_date_has_no_style(text: str) -> None:
    assert styles_of_dates(pl.Series([text])).to_list() == [None]


@pytest.mark.parametrize(
    ("day", "text"), [(date(1989, 1, 7), "S64.1.7"), (date(1989, 1, 8), "H1.1.8"), (date(2019, 5, 1), "R1.5.1")]
)
def test_eras_change_on_their_day(day: date, text: str) -> None:
    assert written(day, "{l}{n}.{m}.{d}") == text


def test_days_are_read_in_any_style_and_those_that_do_not_exist_are_none() -> None:
    cells = pl.Series(["2022-06-21", "昭和39年4月1日", "2022-02-30", None, "19640401"])
    assert days_of(cells).to_list() == [date(2022, 6, 21), date(1964, 4, 1), None, None, date(1964, 4, 1)]
    assert date(2022, 6, 21) - timedelta(1) not in days_of(cells).to_list()
