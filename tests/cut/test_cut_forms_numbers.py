"""Numbers are read as offices write them, and changed in decimals to the last digit."""

from decimal import Decimal

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sekisho.cut.field import Field, Operation
from sekisho.cut.forms.numbers import banded, capped, moved, noised, number, rounded


def field(op: Operation, *, width: float | None = None, least: float | None = None, most: float | None = None) -> Field:
    return Field(out="x", source="a", why="w", op=op, width=width, least=least, most=most)


@pytest.mark.parametrize(
    ("cell", "value"),
    [
        ("0", "0"),
        ("007", "7"),
        ("１２３", "123"),
        ("1,234,567", "1234567"),
        ("１，２３４", "1234"),
        ("12.50", "12.50"),
        ("-3", "-3"),
        ("−3", "-3"),
        ("△1,500", "-1500"),
        ("▲0.5", "-0.5"),
        ("￥1,000", "1000"),
        ("¥-5", "-5"),
        ("-¥5", "-5"),
        ("50000円", "50000"),
        (" 12 ", "12"),
    ],
)
def test_a_number_is_read_as_offices_write_it(cell: str, value: str) -> None:
    assert number(cell) == Decimal(value)


@pytest.mark.parametrize(
    "cell", ["", "x", "1,23", "1e5", "0x10", "inf", "NaN", "1.", ".5", "1_000", "12a", "九", "9" * 41]
)
def test_what_is_no_number_is_none(cell: str) -> None:
    assert number(cell) is None


@pytest.mark.parametrize(
    ("width", "cell", "out"),
    [
        (0.1, "0.3", "0.3"),  # 0.1 + 0.2 in binary fractions is 0.30000000000000004
        (0.1, "0.25", "0.3"),
        (1000, "2500", "3000"),
        (0.1, "1.005", "1.0"),
        (0.3, "0.45", "0.6"),
        (1000, "1,499", "1000"),
        (1000, "1500", "2000"),
        (1000, "-1500", "-2000"),
        (1000, "0012345", "12000"),
        (1000, "-400", "0"),
        (0.01, "2.675", "2.68"),
        (1e6, "12345678901234567890123", "12345678901234568000000"),
    ],
)
def test_a_number_is_rounded_to_the_digit(width: float, cell: str, out: str) -> None:
    assert rounded(field("number.round", width=width))(cell) == out


@given(st.decimals(-(10**12), 10**12, places=3), st.sampled_from(["0.1", "0.25", "1", "7", "1000"]))
def test_what_is_rounded_is_a_multiple_and_the_nearest(value: Decimal, width: str) -> None:
    out = rounded(field("number.round", width=float(width)))(f"{value:f}")
    assert out is not None
    assert Decimal(out) % Decimal(width) == 0
    assert abs(Decimal(out) - value) * 2 <= Decimal(width)


@given(st.integers(0, 10**24), st.integers(1, 10**6))  # with its commas still no longer than a number may be
def test_plain_digits_are_rounded_as_any_other_writing_of_them(value: int, width: int) -> None:
    form = rounded(field("number.round", width=width))
    assert form(f"{value:d}") == form(f"{value:,d}") == form(f"{value:d}円")


@pytest.mark.parametrize(
    ("cell", "out"),
    [
        ("-1", "0未満"),
        ("0", "0以上1000未満"),
        ("999.9", "0以上1000未満"),
        ("1,000", "1000以上2000未満"),
        ("5400", "5000以上5500未満"),
        ("5500", "5500以上"),
        ("x", None),
    ],
)
def test_a_number_says_its_band(cell: str, out: str | None) -> None:
    assert banded(field("number.band", width=1000, least=0, most=5500))(cell) == out


@given(st.decimals(-(10**9), 10**9, places=2), st.sampled_from([0.1, 5.0, 1000.0]))
def test_a_number_lies_in_the_band_that_is_said(value: Decimal, width: float) -> None:
    out = banded(field("number.band", width=width))(f"{value:f}")
    assert out is not None
    low, high = out.removesuffix("未満").split("以上")
    assert Decimal(low) <= value < Decimal(high)
    assert Decimal(high) - Decimal(low) == Decimal(repr(width))


@pytest.mark.parametrize(
    ("cell", "out"), [("007", "007"), ("90", "90"), ("90.1", "90"), ("-1", "0"), ("1,000", "90"), ("不明", None)]
)
def test_beyond_the_cap_a_number_is_the_cap_and_else_stays_as_it_is_written(cell: str, out: str | None) -> None:
    assert capped(field("number.cap", least=0, most=90))(cell) == out


def test_a_cap_may_have_one_end() -> None:
    assert [capped(field("number.cap", most=9))(cell) for cell in ("-5", "10")] == ["-5", "9"]
    assert [capped(field("number.cap", least=0))(cell) for cell in ("-5", "10")] == ["0", "10"]


@pytest.mark.parametrize(
    ("cell", "by", "out"), [("100", 1.4, "101"), ("1.50", -0.126, "1.37"), ("0", -0.4, "0"), ("x", 1.0, None)]
)
def test_a_number_is_moved_by_as_many_decimals_as_it_has(cell: str, by: float, out: str | None) -> None:
    assert moved(cell, by) == out


def test_a_column_is_moved_as_its_cells_are() -> None:
    cells = ["100", "007", "1.50", "x", None, "1,000", "5", "-12", "９"]
    steps = [1.4, 2.6, -0.126, 1.0, 1.0, 1.0, None, -7.7, 1.0]
    each = [None if c is None or s is None else moved(c, s) for c, s in zip(cells, steps, strict=True)]
    assert noised(pl.Series(cells), pl.Series(steps)).to_list() == each


@given(st.lists(st.none() | st.text(max_size=8)))
def test_no_cell_breaks_it(cells: list[str | None]) -> None:
    found = noised(pl.Series(cells, dtype=pl.String), pl.Series([1.0] * len(cells), dtype=pl.Float64))
    assert len(found) == len(cells)
    assert found.dtype == pl.String
