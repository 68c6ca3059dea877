"""One block of a table → what it adds to the whole: a pure function with a sum that does not care for order.

The same function runs in this process, in other processes or on a cluster, and gives the same report. Everything a
report needs is in the sum: exact counts of number shapes, hashed person keys, a sample of rows to be read as text.
"""

from dataclasses import dataclass

import numpy as np

from sekisho.detect.labels import Labels
from sekisho.detect.narrow import narrow
from sekisho.detect.people import Counting, Distinct, distinct
from sekisho.detect.sample import ANY_PRIORITY, Room, Sample, sample_rows
from sekisho.detect.shapes import Counts, count
from sekisho.readers.blocks import Block


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What to look for in every block.

    Attributes:
        counting: what tells people and households apart.
        labels: names of numbers that stand before them in a text.
        room: for the sample of rows that are read as text.
        seed: of the sample.
    """

    counting: Counting
    labels: Labels
    room: Room
    seed: int


@dataclass(frozen=True, slots=True)
class Part:
    """What some rows add to a report."""

    rows: int
    counts: Counts
    people: Distinct
    households: Distinct
    sample: Sample

    def __add__(self, other: "Part") -> "Part":
        return Part(
            self.rows + other.rows,
            self.counts + other.counts,
            self.people + other.people,
            self.households + other.households,
            self.sample + other.sample,
        )


def examine(block: Block, plan: Plan, *, limit: np.uint64 = ANY_PRIORITY) -> Part:
    """Return what a block adds.

    Args:
        block: whole rows.
        plan: the same for all blocks of a table.
        limit: see :mod:`~sekisho.detect.sample`.
    """
    people, households = distinct(block, plan.counting)
    return Part(
        block.rows,
        count(*narrow(block.text, block.ends), width=block.width, labels=plan.labels),
        people,
        households,
        sample_rows(block, room=plan.room, seed=plan.seed, limit=limit),
    )


def nothing(width: int, plan: Plan) -> Part:
    """Return what no rows at all add to a table of so many columns."""
    return Part(0, Counts.zero(width), Distinct(), Distinct(), Sample(plan.room))
