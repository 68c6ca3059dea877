"""A day is the same day however it is written."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sekisho.canon.date import parse_date

# shared/vectors/loss/desk.yaml, dates.
KNOWN = {
    "昭和39年4月1日": "1964-04-01",
    "S39.4.1": "1964-04-01",
    "昭和64年1月7日": "1989-01-07",
    "平成元年1月8日": "1989-01-08",
    "H1/1/8": "1989-01-08",
    "平成31年4月30日": "2019-04-30",
    "令和元年5月1日": "2019-05-01",
    "大正15年12月24日": "1926-12-24",
    "１９６４年４月１日": "1964-04-01",
    "1964-4-1 00:00": "1964-04-01",
    "1964/04/01T01:02:03Z": "1964-04-01",
    "平成32年3月31日": "2020-03-31",
    "Ｓ６０．１．２": "1985-01-02",
    # As residents' systems and spreadsheets write them.
    "昭39.4.1": "1964-04-01",
    "昭３９年４月１日": "1964-04-01",
    "令1.5.1": "2019-05-01",
    "平元.1.8": "1989-01-08",
    "明45/7/29": "1912-07-29",
    "大15-12-24": "1926-12-24",
    "S390401": "1964-04-01",
    "s390401": "1964-04-01",
    "Ｓ３９０４０１": "1964-04-01",
    "昭390401": "1964-04-01",
    "昭和390401": "1964-04-01",
    "R010501": "2019-05-01",
}


@pytest.mark.parametrize("text", KNOWN)
def test_a_date_is_understood(text: str) -> None:
    assert parse_date(text) == date.fromisoformat(KNOWN[text])


@pytest.mark.parametrize(
    "text",
    [
        "2023-02-29",
        "昭和1年1月1日",
        "明治0年1月1日",
        "19640431",
        "1964",
        "4月1日",
        "",
        "660-0051",
        "X39.4.1",
        "不明",
        "S39041",
        "S3904011",
        "S000401",
        "S390431",
        "昭",
        "昭和",
        "390401",
        "和39.4.1",
        "昭和昭39.4.1",
        "S1.1.1",
        "平1.1.7",
    ],
)
def test_what_is_no_day_is_none(text: str) -> None:
    assert parse_date(text) is None


@given(st.dates(min_value=date(1926, 12, 25), max_value=date(1989, 1, 7)))
def test_a_showa_day_reads_back_in_each_form(day: date) -> None:
    era = day.year - 1925
    forms = [
        f"昭和{era}年{day.month}月{day.day}日",
        f"S{era}.{day.month}.{day.day}",
        day.isoformat(),
        day.strftime("%Y%m%d"),
        f"昭{era}.{day.month}.{day.day}",
        f"S{era:02d}{day.month:02d}{day.day:02d}",
    ]
    assert [parse_date(form) for form in forms] == [day] * len(forms)
