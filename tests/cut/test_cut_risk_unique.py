"""Which columns make people stand alone."""

from itertools import combinations

import polars as pl
from hypothesis import given, settings
from risk_tables import adult, tables

from sekisho.cut.risk.coding import code
from sekisho.cut.risk.hierarchy import Hierarchy
from sekisho.cut.risk.unique import unique_by_columns


@settings(deadline=None, max_examples=50)
@given(tables())
def test_uniques_are_those_of_the_rows(made: tuple[pl.DataFrame, dict[str, Hierarchy]]) -> None:
    frame, hierarchies = made
    found = {each.columns: each.uniques for each in unique_by_columns(code(frame, [*hierarchies, "secret"]))}
    for size in (1, 2, 3):
        for columns in combinations([*hierarchies, "secret"], size):
            assert found.pop(columns) == frame.group_by(columns).len().filter(pl.col("len") == 1).height
    assert not found


def test_columns_of_many_values() -> None:
    frame = pl.DataFrame({name: [str(row * step % 4001) for row in range(4000)] for name, step in (("a", 1), ("b", 7))})
    both = unique_by_columns(code(pl.concat([frame, frame[:1000]]), ["a", "b"]))
    assert [(each.columns, each.uniques) for each in both] == [(("a",), 3000), (("b",), 3000), (("a", "b"), 3000)]


def test_adult() -> None:
    table, hierarchies, known = adult()
    found = unique_by_columns(code(table, table.columns[:8], hierarchies))
    expected = known["unique_subsets_8"]
    assert len(found) == expected["subsets"]
    assert [{"columns": list(each.columns), "uniques": each.uniques} for each in found[:6]] == expected["largest"]
