from functools import reduce
from operator import add
from random import Random

import numpy as np
import pytest
from invented_tables import people, write_csv

from sekisho.detect.examine import Part, Plan, examine, nothing
from sekisho.detect.headers import read_header
from sekisho.detect.labels import labels_of
from sekisho.detect.packs import built_in_rules
from sekisho.detect.people import counting_by_header
from sekisho.detect.sample import Room
from sekisho.detect.shapes import Counts
from sekisho.readers.tables import Table, open_tables

_RULES = built_in_rules()


@pytest.fixture(scope="module")
def table(tmp_path_factory: pytest.TempPathFactory) -> Table:
    (table,) = open_tables(write_csv(tmp_path_factory.mktemp("t") / "t.csv", people(200)))
    return table


def _parts(table: Table, size: int) -> list[Part]:
    readings = [read_header(header, _RULES) for header in table.columns]
    plan = Plan(
        counting=counting_by_header(readings, _RULES), labels=labels_of(_RULES), room=Room(rows=50, bytes=10**6), seed=1
    )
    return [examine(block, plan) for block in table.blocks(size=size)] + [nothing(len(table.columns), plan)]


def _same(one: Part, other: Part) -> bool:
    counts = all(np.array_equal(getattr(one.counts, name), getattr(other.counts, name)) for name in Counts.__slots__)
    people = (len(one.people), len(one.households)) == (len(other.people), len(other.households))
    people = people and one.people.untold == other.people.untold
    return counts and people and (one.rows, one.sample.rows) == (other.rows, other.sample.rows)


@pytest.mark.parametrize("size", [3_000, 10_000, 31_000])
@pytest.mark.parametrize("seed", range(3))
def test_parts_add_up_wherever_a_table_is_cut_and_in_any_order(table: Table, size: int, seed: int) -> None:
    (whole, _), parts = _parts(table, 1 << 20), _parts(table, size)
    Random(seed).shuffle(parts)
    half = len(parts) // 2

    grouped = reduce(add, parts[half:], reduce(add, parts[:half]))

    assert _same(grouped, whole)
