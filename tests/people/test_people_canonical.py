"""A column in canonical form is each of its cells in canonical form."""

import polars as pl
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from sekisho.canon.address import address
from sekisho.canon.date import parse_date
from sekisho.canon.name import kana, name
from sekisho.canon.number import code
from sekisho.people.canonical import FORMS, addresses, canonical, codes, dates, names, readings

SIGNS = "髙﨑高崎山田太郎齋斎𠮷吉　 アオオウイーｱｶﾞがんゃヴヷ・゛か\u3099\U000e0100\u200b①㈱㌔ﬁ０1２3９一二三十丁目番地号室の県府都兵庫東京-－―〒Aa県大字ケ丘\0"
CELLS = st.lists(st.none() | st.text(SIGNS, max_size=14) | st.text(max_size=5), max_size=8)
MANY = settings(deadline=None)


def column(cells: list[str | None]) -> pl.Series:
    return pl.Series(cells, dtype=pl.String)


@MANY
@given(CELLS)
@example([])
@example(["㌔メートル", "か\u3099"])
@example(["オウ", "ウオ", None, "ー", "", "ー"])
def test_names_and_readings(cells: list[str | None]) -> None:
    assert names(column(cells)).to_list() == [None if cell is None else name(cell) for cell in cells]
    assert readings(column(cells)).to_list() == [None if cell is None else kana(cell) for cell in cells]


@MANY
@given(CELLS)
@example(
    [
        "兵庫県汐見市松原町三丁目４番５号",
        "松原町3-4-5",
        "三番5号",
        "1県2",
        "北1条西2丁目",
        "①3の1",
        "3の1県",
        "の1",
        "丁目1",
    ]
)
def test_addresses(cells: list[str | None]) -> None:
    assert addresses(column(cells)).to_list() == [None if cell is None else address(cell) for cell in cells]


@MANY
@given(CELLS)
@example(["000", "0012", "１２", "-", ""])
def test_codes(cells: list[str | None]) -> None:
    assert codes(column(cells)).to_list() == [None if cell is None else code(cell) for cell in cells]


DATES = st.lists(
    st.none()
    | st.dates().map(str)
    | st.from_regex(r"[0-9]{4}-[01][0-9]-[0-3][0-9]\n?")
    | st.text("S39.-/ 年月日", max_size=9)
)


@MANY
@given(DATES)
@example(["0000-01-01", "0001-01-01", "2021-02-29", "2020-02-29", "1964-04-01\n", "昭和39年4月1日", "1582-10-10"])
def test_dates(cells: list[str | None]) -> None:
    days = [None if cell is None else parse_date(cell) for cell in cells]
    assert dates(column(cells)).to_list() == [day and day.isoformat() for day in days]


@pytest.mark.parametrize(
    ("part", "one", "other"),
    [
        ("name", "髙﨑　太郎", "高崎太郎"),
        ("name", "𠮷田\U000e0100 花子", "吉田花子"),
        ("kana", "ﾜﾀﾅﾍﾞ ﾕｳｺ", "わたなべ　ゆーこ"),
        ("birth_date", "昭和39年4月1日", "1964/04/01"),
        ("address", "兵庫県汐見市松原町三丁目４番５号", "汐見市松原町3-4-5"),
        ("address", "汐見市松原町３丁目４番地の５", "汐見市松原町三丁目4番5号"),
        ("sex", "男", "1"),
        ("sex", "Ｆ", "女性"),
        ("postal_code", "〒688-0101", "６８８０１０１"),
        ("code", "0000000219", "２１９"),
    ],
)
def test_two_ways_to_write_one_thing(part: str, one: str, other: str) -> None:
    forms = canonical(part, column([one, other]))
    assert forms[0] == forms[1] != ""


def test_no_in_a_place_name_separates_nothing() -> None:
    assert canonical("address", column(["汐見市堀の内町1の2"]))[0] == "汐見市堀の内町1-2"


@pytest.mark.parametrize("part", FORMS)
def test_what_says_nothing_is_null(part: str) -> None:
    assert canonical(part, column([None, "", "　"])).to_list() == [None, None, None]
