"""Measures of risk, held against counting row by row."""

from collections import Counter

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from risk_tables import adult, coded, tables

from sekisho.cut.risk.coding import code
from sekisho.cut.risk.hierarchy import Hierarchy
from sekisho.cut.risk.measure import measure

Made = tuple[pl.DataFrame, dict[str, Hierarchy]]


def _distance(own: list[str], whole: list[str], values: list[str], *, ordered: bool) -> float:
    parts = np.array([own.count(value) / len(own) - whole.count(value) / len(whole) for value in values])
    if ordered:
        return float(np.abs(np.cumsum(parts)).sum() / max(1, len(values) - 1))
    return float(np.abs(parts).sum() / 2)


@settings(deadline=None, max_examples=50)
@given(tables(), st.booleans(), st.integers(1, 6))
def test_measures_are_those_of_the_rows(made: Made, ordered: bool, wanted: int) -> None:
    frame, hierarchies = made
    frame = frame if ordered else frame.with_columns(secret="s" + pl.col("secret"))
    risk = measure(code(frame, list(hierarchies), sensitive=["secret"]), wanted=wanted)

    classes = frame.group_by(list(hierarchies)).agg("secret")
    sizes = [len(rows) for rows in classes["secret"]]
    whole, values = frame["secret"].to_list(), sorted(set(frame["secret"]))
    distances = [_distance(rows.to_list(), whole, values, ordered=ordered) for rows in classes["secret"]]
    assert (risk.rows, risk.classes, risk.k) == (frame.height, len(sizes), min(sizes))
    assert risk.uniques == sizes.count(1)
    assert risk.below == sum(size for size in sizes if size < wanted)
    assert risk.l_diversity == min(len(set(rows)) for rows in classes["secret"])
    assert risk.t_closeness == pytest.approx(max(distances), abs=1e-12)
    assert risk.prosecutor_max == 1 / min(sizes)
    assert risk.prosecutor_average == risk.marketer == len(sizes) / frame.height
    assert risk.high == pytest.approx(sum(size for size in sizes if 1 / size > 0.2) / frame.height)
    assert (risk.k_map, risk.journalist_max, risk.journalist_average) == (None, None, None)


@settings(deadline=None, max_examples=50)
@given(tables(), st.data())
def test_beside_a_population(made: Made, data: st.DataObject) -> None:
    everybody, hierarchies = made
    chosen = data.draw(st.lists(st.integers(0, everybody.height - 1), unique=True, min_size=1))
    sample = everybody[chosen]
    risk = measure(
        code(sample, list(hierarchies)), population=code(everybody.reverse(), list(hierarchies), hierarchies)
    )

    people, rows = Counter(everybody.select(list(hierarchies)).rows()), sample.select(list(hierarchies)).rows()
    assert risk.k_map == min(people[row] for row in rows)
    assert risk.journalist_max == 1 / risk.k_map
    assert risk.journalist_average == pytest.approx(sum(1 / people[row] for row in rows) / len(rows))


def test_a_row_that_the_population_does_not_know_counts_as_itself() -> None:
    risk = measure(code(pl.DataFrame({"x": ["a", "a"]}), ["x"]), population=code(pl.DataFrame({"x": ["b"]}), ["x"]))
    assert (risk.k_map, risk.journalist_max) == (2, 0.5)


def test_a_population_of_other_columns_is_a_mistake() -> None:
    table = pl.DataFrame({"x": ["a"], "y": ["b"]})
    with pytest.raises(ValueError, match="columns"):
        measure(code(table, ["x"]), population=code(table, ["y"]))


def test_suppressed_rows_stand_outside_the_classes() -> None:
    frame = pl.DataFrame({"x": ["*", "*", "a", "a"], "y": ["*", "*", "*", "*"], "s": ["1", "2", "1", "1"]})
    risk = measure(code(frame, ["x", "y"], sensitive=["s"]))
    assert (risk.rows, risk.suppressed, risk.classes, risk.k, risk.l_diversity) == (2, 2, 1, 2, 1)


def test_nothing_to_measure() -> None:
    risk = measure(
        code(pl.DataFrame({"x": [], "s": []}, schema={"x": pl.String, "s": pl.String}), ["x"], sensitive="s")
    )
    assert (risk.rows, risk.classes, risk.k, risk.uniques, risk.prosecutor_max) == (0, 0, 0, 0, 0.0)
    assert (risk.l_diversity, risk.t_closeness, risk.high, risk.marketer) == (0, 0.0, 0.0, 0.0)


def test_only_the_columns_that_are_asked_about() -> None:
    found = code(pl.DataFrame({"x": ["a", "a"], "s": ["1", "2"], "u": ["1", "1"]}), ["x"], sensitive=["s", "u"])
    assert measure(found, sensitive=["s"]).l_diversity == 2
    assert measure(found).l_diversity == 1
    assert measure(found, sensitive=[]).l_diversity is None


def test_adult() -> None:
    table, hierarchies, known = adult()
    whole = measure(code(table, table.columns, hierarchies))
    eight = measure(code(table, table.columns[:8], hierarchies, sensitive=["salary-class"]))
    for risk, expected in ((whole, known["risk_all_9"]), (eight, known["risk_8_without_salary"])):
        assert (risk.classes, risk.k, risk.uniques) == (expected["classes"], expected["k"], expected["uniques"])
        assert risk.below == expected["records_in_classes_below_5"]
    assert eight.marketer == known["marketer_8_without_salary"]


def test_adult_made_k_anonymous_has_no_risk_above_that() -> None:
    table, hierarchies, _ = adult()
    assert measure(coded(table, {"sex": hierarchies["sex"]})).prosecutor_max == 1 / 9782
