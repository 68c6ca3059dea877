"""Strict multidimensional partitioning."""

import numpy as np
import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st
from risk_tables import adult, coded, tables

from sekisho.cut.risk.coding import Coded, code
from sekisho.cut.risk.hierarchy import Hierarchy, bands
from sekisho.cut.risk.lattice import Wanted
from sekisho.cut.risk.mondrian import partition

Made = tuple[pl.DataFrame, dict[str, Hierarchy]]


def _split(found: Coded, rows: list[int], wanted: Wanted) -> list[list[int]]:
    """Split one partition after the other, as the paper does."""
    weights, total = found.weights, int(found.weights[rows].sum())
    spans = [
        (max(codes[rows].tolist()) - min(codes[rows].tolist())) / max(1, size - 1)
        for codes, size in zip(found.codes, found.sizes, strict=True)
    ]
    for column in sorted(range(len(spans)), key=lambda place: -spans[place]):
        codes = found.codes[column]
        best = None
        for at in sorted(set(codes[rows].tolist())):
            halves = [[row for row in rows if codes[row] <= at], [row for row in rows if codes[row] > at]]
            if all(_holds(found, half, wanted) for half in halves):
                distance = abs(2 * int(weights[halves[0]].sum()) - total)
                if best is None or distance < best[0]:
                    best = (distance, halves)
        if best and spans[column]:
            return [part for half in best[1] for part in _split(found, half, wanted)]
    return [rows]


def _holds(found: Coded, rows: list[int], wanted: Wanted) -> bool:
    distinct = [len(set(each.values[np.isin(each.combinations, rows)].tolist())) for each in found.sensitive]
    return bool(found.weights[rows].sum() >= wanted.k and all(each >= wanted.l_diversity for each in distinct))


@settings(deadline=None, max_examples=50)
@given(tables(), st.integers(1, 5), st.integers(1, 3))
def test_rounds_make_what_one_after_the_other_makes(made: Made, k: int, least: int) -> None:
    frame, hierarchies = made
    found, wanted = coded(frame, hierarchies, secret=True), Wanted(k=k, l_diversity=least)
    parts = partition(found, wanted)
    everything = list(range(len(found.weights)))
    if parts is None:
        assert not _holds(found, everything, wanted)
    else:
        expected = sorted(_split(found, everything, wanted))
        assert [np.flatnonzero(parts == number).tolist() for number in range(parts.max() + 1)] == expected


def test_columns_of_many_values_are_counted_by_sorting() -> None:
    frame = pl.DataFrame({"x": [str(row * row) for row in range(64)], "y": [str(row % 5) for row in range(64)]})
    found = code(frame, ["x", "y"], {"x": bands})
    parts = partition(found, Wanted(k=4))
    assert parts is not None
    assert parts.max() + 1 == len(_split(found, list(range(64)), Wanted(k=4)))


def test_adult() -> None:
    table, hierarchies, known = adult()
    parts = partition(code(table, table.columns, hierarchies), Wanted(k=5))
    assert parts is not None
    assert parts.max() + 1 == known["mondrian_classes_k5"]
