"""Carrying out a purpose of the profile ``test-data``: every source is read once, and a table like it is invented.

Nothing of the sources is held but shapes, hashes and words that are many people's, and those only while this runs.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from sekisho.cut.plan import Plan
from sekisho.cut.test_data.learn import TableLearner
from sekisho.cut.test_data.make import Cast, cast_of, rows_of
from sekisho.cut.test_data.seen import Seen, is_in
from sekisho.cut.test_data.shape import TableShape
from sekisho.cut.test_data.write import Writing, written
from sekisho.progress import Progress, silent

Randomness = Callable[[int], bytes]


@dataclass(frozen=True, slots=True, kw_only=True)
class Invented:
    """What is known of the tables that are to be invented.

    Attributes:
        shapes: of each table, by source.
        cast: who they are about.
        rows_in: rows that were read.
    """

    shapes: dict[str, TableShape]
    cast: Cast
    rows_in: int


def learn(plan: Plan, *, randomness: Randomness, progress: Progress = silent) -> Invented:
    """Read every source of a plan and return what their tables look like.

    Raises:
        Unreadable: a source is damaged.
    """
    purpose, seen, read = plan.purpose, Seen(randomness), 0
    learners = dict[str, TableLearner]()
    for name, source in purpose.source.items():
        tables = plan.tables[name]
        learner = learners[name] = TableLearner(
            name, source, tables[0].columns, kinds=purpose.purpose.kinds, k=purpose.test_data.k, seen=seen
        )
        for table in tables:
            for rows in table.frames(source.columns, strict=True):
                learner.see(rows)
                read += len(rows)
                progress(read)
    shapes = _shapes(learners)
    if purpose.test_data.rows is not None:
        factor = purpose.test_data.rows / max(shapes[purpose.rows.source].rows, 1)
        shapes = {name: shape.scaled(factor) for name, shape in shapes.items()}
    return Invented(shapes=shapes, cast=cast_of(list(shapes.values()), seen, randomness), rows_in=read)


def invent_table(invented: Invented, source: str, writing: Writing, randomness: Randomness) -> Iterator[bytes]:
    """Yield the bytes of a table such as a source's."""
    shape = invented.shapes[source]
    return written(shape.header, rows_of(shape, invented.cast, randomness), writing)


def _shapes(learners: dict[str, TableLearner]) -> dict[str, TableShape]:
    """Return all shapes, each with how many of its people are in the table that has most."""
    most = dict[str, TableLearner]()
    for learner in learners.values():
        if learner.subject not in most or len(learner.keys) > len(most[learner.subject].keys):
            most[learner.subject] = learner
    return {
        name: learner.shape(int(is_in(learner.keys, most[learner.subject].keys).sum()))
        for name, learner in learners.items()
    }
