"""A pattern holds which kind of sign stands where, and nothing else of a cell; what is filled has the pattern again."""

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sekisho.cut.test_data.signs import filled, patterns_of
from sekisho.invented.draws import Draws

CELLS = st.lists(st.none() | st.text(max_size=20), max_size=10)


def patterns(*cells: str | None) -> list[str | None]:
    return patterns_of(pl.Series(cells, dtype=pl.String)).to_list()


def fill(*given_patterns: str | None, seed: int = 1) -> list[str | None]:
    draws = Draws(np.arange(seed, seed + len(given_patterns), dtype=np.uint64))
    return filled(pl.Series(given_patterns, dtype=pl.String), draws).to_list()


@pytest.mark.parametrize(
    ("cell", "pattern"),
    [
        ("06-6489-1234", "00-0000-0000"),
        ("0012", "0000"),
        ("5800", "1000"),
        ("1.5", "1.0"),
        ("R4-0000012", "A0-0000000"),
        ("３丁目４番", "０丁目０番"),
        ("髙橋　ｲﾁﾛｳ", "﨑漢　ｱｱｱｱ"),
        ("𠮷田様へ\ue0b5", "𠮷漢漢あ\ue000"),
        ("Müller & Söhne", "Aaaaaa & Aaaaa"),
        ("홍길동☃", "漢漢漢・"),
        ("", ""),
        (None, None),
    ],
)
def test_a_pattern_tells_kinds_of_signs(cell: str | None, pattern: str | None) -> None:
    assert patterns(cell) == [pattern]


@settings(deadline=None)
@given(CELLS)
def test_what_is_filled_has_the_pattern_and_length_of_the_cell(cells: list[str | None]) -> None:
    """Save that a number's first digit, which is not 0, is a digit."""
    found = patterns(*cells)
    made = fill(*found)
    assert [cell and len(cell) for cell in made] == [cell and len(cell) for cell in cells]
    assert [cell and cell.replace("1", "0") for cell in patterns(*made)] == [
        pattern and pattern.replace("1", "0") for pattern in found
    ]


@settings(deadline=None)
@given(CELLS)
def test_a_pattern_of_a_pattern_is_itself(cells: list[str | None]) -> None:
    found = [pattern and pattern.replace("1", "0") for pattern in patterns(*cells)]
    assert [again and again.replace("1", "0") for again in patterns(*found)] == found


def test_a_number_never_begins_with_a_zero_that_was_not_there() -> None:
    assert not any(cell and cell.startswith("0") for cell in fill(*["1000"] * 500))
    assert any(cell and cell.startswith("0") for cell in fill(*["0000"] * 500))


def test_signs_are_drawn_each_by_itself() -> None:
    made = fill(*["000000"] * 1_000)
    assert len(set(made)) > 990
    assert {cell[place] for cell in made if cell for place in range(6)} == set("0123456789")
