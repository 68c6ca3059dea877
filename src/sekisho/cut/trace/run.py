"""What tracing adds to a run: canaries among the rows before anything is made of them, marks on what leaves.

Both pass in blocks like everything else; only the last block is held back until it is known to be the last, so that
canaries for which no row came do not all stand at the end.
"""

from collections.abc import Iterable, Iterator

import numpy as np
import polars as pl

from sekisho.cut.columns import kind_of_column
from sekisho.cut.field import TOKENS_OF_PEOPLE
from sekisho.cut.plan import Plan
from sekisho.cut.trace.canaries import KNOWN_BY, Places, canary_rows, interleaved, numbers
from sekisho.cut.trace.marks import channels_of, mark
from sekisho.cut.trace.record import TraceRecord
from sekisho.people.population import FIRST_NUMBER_OF_NOBODY

Rows = tuple[pl.DataFrame, pl.Series]
"""A block, and the number of whom each row is about."""

_NUMBER = "\0number"


class Tracing:
    """Canaries and marks of one cut."""

    def __init__(self, plan: Plan, secret: bytes, *, blocks: int = 1) -> None:
        """Make ready.

        Args:
            plan: what is carried out.
            secret: 32 random bytes, kept by the office alone.
            blocks: as how many blocks the rows will come, about.
        """
        self._plan = plan
        self._asked = plan.purpose.trace
        self._secret = secret
        self._blocks = blocks
        self._places: Places | None = None
        self._rows = pl.DataFrame()
        self._placed = 0
        self._left = list[pl.DataFrame]()

    @property
    def canaries(self) -> int:
        """How many canaries stand among the rows that have come."""
        return self._placed

    def among(self, blocks: Iterable[Rows]) -> Iterator[Rows]:
        """Yield the blocks with canaries among their rows; where no row comes, none stands."""
        held: Rows | None = None
        for block in blocks:
            if not self._asked.canaries or not block[0].height:
                yield block
                continue
            if held is not None:
                yield self._with_canaries(*held, is_last=False)
            held = block
        if held is not None:
            yield self._with_canaries(*held, is_last=True)

    def spelt(self, table: pl.DataFrame, people: pl.Series) -> pl.DataFrame:
        """Return what leaves, in the spelling of this copy; remember the canaries among it as they leave."""
        if self._asked.marks:
            table = table.with_columns(
                mark(table[each.field.out], each.kind.id, self._secret)
                for each in self._plan.fields
                if each.field.op == "keep"
            )
        if self._asked.canaries:
            self._left.append(table.filter(people >= FIRST_NUMBER_OF_NOBODY))
        return table

    def record(self) -> TraceRecord:
        """Return what tells this copy from others, once all of it has left."""
        kept = {each.kind.id: each.field.out for each in reversed(self._plan.fields) if each.field.op == "keep"}
        tokens = [each.field.out for each in self._plan.fields if each.field.op in TOKENS_OF_PEOPLE]
        left = pl.concat(self._left) if self._left else pl.DataFrame()
        known = {kind_id: left[kept[kind_id]].to_list() for kind_id in KNOWN_BY if kind_id in kept and left.height}
        return TraceRecord.of(
            self._secret,
            channels=channels_of(kept) if self._asked.marks else frozenset(),
            people=known,
            tokens=[token for out in tokens if left.height for token in left[out].drop_nulls()],
            contact=self._asked.contact,
        )

    def _with_canaries(self, rows: pl.DataFrame, people: pl.Series, *, is_last: bool) -> Rows:
        if self._places is None:
            self._places = Places(self._secret, self._asked.canaries, self._expected(rows.height))
            self._rows = canary_rows(rows, self._kinds(rows), self._secret, self._asked.canaries, self._asked.contact)
            self._rows = self._rows.with_columns(numbers(self._asked.canaries).alias(_NUMBER))
        places = self._places.within(rows.height, is_last=is_last)
        whole = interleaved(rows.with_columns(people.alias(_NUMBER)), self._next(places), places)
        return whole.drop(_NUMBER), whole[_NUMBER]

    def _next(self, places: np.ndarray) -> pl.DataFrame:
        start, self._placed = self._placed, self._placed + len(places)
        return self._rows[start : self._placed]

    def _expected(self, first: int) -> int:
        expect = self._plan.purpose.rows.expect
        return (expect.min + expect.max) // 2 if expect else first * self._blocks

    def _kinds(self, rows: pl.DataFrame) -> dict[str, str]:
        """Return the kind of each column, as the header, the source or a field says it."""
        said = {column: kind_of_column(self._plan.purpose, column) for column in rows.columns}
        kinds = {column: kind.id for column, kind in said.items() if kind is not None}
        return kinds | {
            each.field.source: each.kind.id
            for each in self._plan.fields
            if each.field.op == "keep" and each.field.source in rows.columns
        }
