"""Rows as small integers."""

from collections import Counter

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from risk_tables import adult, coded, tables

from sekisho.cut.risk.coding import Coded, code
from sekisho.cut.risk.hierarchy import Hierarchy, bands, read_hierarchy
from sekisho.cut.risk.packing import collapse, pack
from sekisho.errors import Refused

Made = tuple[pl.DataFrame, dict[str, Hierarchy]]


def _combinations(found: Coded) -> dict[tuple[str | None, ...], int]:
    leaves = [[each.leaves[code] for code in codes] for each, codes in zip(found.hierarchies, found.codes, strict=True)]
    return dict(zip(zip(*leaves, strict=True), found.weights.tolist(), strict=True))


@settings(deadline=None, max_examples=50)
@given(tables())
def test_the_combinations_are_those_of_the_rows(made: Made) -> None:
    frame, hierarchies = made
    rows = Counter(frame.select(list(hierarchies)).iter_rows())
    assert _combinations(coded(frame, hierarchies)) == rows


@settings(deadline=None, max_examples=50)
@given(tables(), st.integers(1, 7))
def test_blocks_make_what_the_whole_makes(made: Made, size: int) -> None:
    frame, hierarchies = made
    whole = code(frame, list(hierarchies), sensitive=["secret"])
    blocks = code(frame.iter_slices(size), list(hierarchies), sensitive=["secret"])
    assert _combinations(blocks) == _combinations(whole)
    assert blocks.hierarchies == whole.hierarchies
    for ours, theirs in zip(blocks.sensitive, whole.sensitive, strict=True):
        for name in ("combinations", "values", "weights"):
            assert np.array_equal(getattr(ours, name), getattr(theirs, name))


@settings(deadline=None, max_examples=50)
@given(tables(), st.integers(1, 7))
def test_a_second_reading_finds_every_row_again(made: Made, size: int) -> None:
    frame, hierarchies = made
    found = coded(frame, hierarchies)
    rows = list(_combinations(found))
    for block in frame.iter_slices(size):
        assert [rows[place] for place in found.find(block)] == block.select(list(hierarchies)).rows()


@settings(deadline=None, max_examples=50)
@given(st.integers(1, 12), st.integers(1, 30), st.integers(0, 99))
def test_rows_that_do_not_fit_into_64_bits_are_told_apart(columns: int, rows: int, seed: int) -> None:
    dice = np.random.default_rng(seed)
    codes = [dice.integers(0, 2, rows).astype(np.uint32) << np.uint32(31) for _ in range(columns)]
    packed = pack(codes, [1 << 32] * columns)
    kept, weights = collapse(codes, [1 << 32] * columns)
    expected = Counter(zip(*(each.tolist() for each in codes), strict=True))
    assert len(np.unique(packed)) == len(expected)
    assert dict(zip(zip(*(each.tolist() for each in kept), strict=True), weights.tolist(), strict=True)) == expected


def test_wide_tables_are_found_again_too() -> None:
    frame = pl.DataFrame({f"c{n}": [f"{n} {row % (n + 2)}" for row in range(300)] for n in range(30)})
    found = code(frame, frame.columns)
    assert np.array_equal(np.bincount(found.find(frame)), found.weights)
    assert found.rows == 300


def test_empty_and_missing_are_one_value_of_their_own() -> None:
    frame = pl.DataFrame({"x": ["a", "", None, "a"]})
    found = code(frame, ["x"], {"x": read_hierarchy("a;*\nb;*\n")})
    assert _combinations(found) == {("a",): 2, (None,): 2}
    assert found.find(frame).tolist() == [0, 1, 1, 0]


def test_rows_that_came_suppressed_stand_in_no_combination() -> None:
    frame = pl.DataFrame({"x": ["*", "a", "*"], "y": ["*", "*", "*"], "s": ["1", "2", "3"]})
    found = code(frame, ["x", "y"], sensitive=["s"])
    assert (found.rows, found.suppressed) == (1, 2)
    assert _combinations(found) == {("a", "*"): 1}
    assert found.find(frame).tolist() == [-1, 0, -1]
    assert found.sensitive[0].weights.tolist() == [1]


def test_a_hierarchy_must_know_every_value() -> None:
    with pytest.raises(Refused) as refused:
        code(pl.DataFrame({"x": ["a", "c", "d"]}), ["x"], {"x": read_hierarchy("a;*\nb;*\n")})
    assert refused.value.values == {"column": "x", "values": 2}


def test_a_row_that_was_not_there_is_refused() -> None:
    found = code(pl.DataFrame({"x": ["a", "b"], "y": ["a", "b"]}), ["x", "y"])
    for x, y in (("a", "b"), ("c", "a"), (None, "a"), ("", "b")):
        with pytest.raises(Refused):
            found.find(pl.DataFrame({"x": [x], "y": [y]}))


def test_numbers_are_coded_by_value_and_bands_made_of_what_occurs() -> None:
    found = code(pl.DataFrame({"age": [9, 41, 10, None]}), ["age"], {"age": bands})
    assert [leaf for leaf in found.hierarchies[0].leaves if leaf] == ["9", "10", "41"]
    assert Counter(found.hierarchies[0].labels[3]) == {"*": 1, "0-19": 2, "40-59": 1}


def test_a_table_without_rows() -> None:
    found = code(pl.DataFrame({"x": []}, schema={"x": pl.String}), ["x"])
    assert (found.rows, len(found.weights), code([], ["x"]).rows) == (0, 0, 0)


@pytest.mark.parametrize(("quasi", "sensitive"), [([], []), (["x", "x"], []), (["x"], ["x"])])
def test_a_column_is_named_once(quasi: list[str], sensitive: list[str]) -> None:
    with pytest.raises(ValueError, match="once"):
        code(pl.DataFrame({"x": ["a"]}), quasi, sensitive=sensitive)


def test_adult() -> None:
    table, hierarchies, known = adult()
    found = code(table, table.columns, hierarchies)
    assert (found.rows, len(found.weights)) == (known["rows"], known["risk_all_9"]["classes"])
