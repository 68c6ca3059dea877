"""The risk of one cut's rows: measured before and after, and brought to the k that the purpose asks for.

Before: the columns that the quasi-identifying fields are made of, of the rows that are selected. After: those fields as they
leave. The table is looked at whole where k is asked for, since what one row may say depends on all the others.
"""

from collections.abc import Iterator, Mapping

import polars as pl

from sekisho.cut.columns import column_named
from sekisho.cut.forms.cells import formed
from sekisho.cut.plan import Plan, PlannedField
from sekisho.cut.risk.anonymise import Recoding, anonymise
from sekisho.cut.risk.coding import Coded, Coding, HierarchyMaker, code
from sekisho.cut.risk.default import default
from sekisho.cut.risk.hierarchy import Hierarchy, plain
from sekisho.cut.risk.report import tell
from sekisho.cut.risk.reported import RiskReport

_K = 5  # what is asked about where the purpose asks for nothing


class RiskOfRows:
    """What is measured and changed of the rows of one cut; nothing, where the purpose has no ``[risk]``."""

    def __init__(self, plan: Plan) -> None:
        """Look at what a plan lets out."""
        self._plan = plan
        self._asked = plan.purpose.risk
        asked = self._asked
        self._quasi = [_field(plan, name) for name in asked.quasi] if asked else []
        names = tuple(each.field.out for each in self._quasi)
        self._before = Coding(quasi=names) if names else None
        self._after = Coding(quasi=names, sensitive=tuple(asked.sensitive)) if names and asked else None
        self.recoding: Recoding | None = None

    def before(self, rows: pl.DataFrame) -> None:
        """Look at a block of the rows that are selected, as they stand in the sources."""
        if self._before is not None:
            self._before.add(rows.select(pl.col(each.field.source).alias(each.field.out) for each in self._quasi))

    def see(self, table: pl.DataFrame) -> None:
        """Look at a block of what leaves."""
        if self._after is not None:
            self._after.add(table)

    @property
    def changes(self) -> bool:
        """Whether the purpose asks for a k, so that the table is needed whole before any of it leaves."""
        return self._asked is not None and self._asked.k is not None

    def finish(self, table: pl.DataFrame, people: pl.Series) -> tuple[pl.DataFrame, pl.Series]:
        """Generalise the fields until every group has its k people; the rows that were given up are left out.

        Raises:
            Refused: not even everything under ``*`` would do.
        """
        asked = self._asked
        assert asked is not None
        assert asked.k is not None
        coded = code(table, asked.quasi, self._hierarchies(), sensitive=asked.sensitive)
        self.recoding = anonymise(coded, k=asked.k, l_diversity=asked.l, method=asked.method, suppress=asked.suppress)
        places = coded.find(table)
        stays = pl.Series((places >= 0) & ~self.recoding.suppressed[places])
        return table.with_columns(self.recoding.labels(places)).filter(stays), people.filter(stays)

    def report(self) -> RiskReport | None:
        """Return the risk before and after; None where the purpose has no ``[risk]``."""
        asked, made = self._asked, self.recoding
        if asked is None or self._before is None or self._after is None:
            return None
        wanted = asked.k or _K
        before = self._before.finish(dict.fromkeys(self._before.quasi, plain))
        after = self._after.finish(dict.fromkeys((*self._after.quasi, *self._after.sensitive), plain))
        return RiskReport(
            quasi=list(asked.quasi),
            wanted=wanted,
            method=made.method if made else "",
            loss=round(made.loss, 6) if made else 0.0,
            left_out=made.risk.suppressed if made else 0,
            before=tell(before, wanted=wanted),
            after=tell(after, population=self._population(), wanted=wanted),
        )

    def _hierarchies(self) -> Mapping[str, Hierarchy | HierarchyMaker]:
        assert self._asked is not None
        given = self._asked.hierarchies
        return {name: self._plan.hierarchies[given[name]] if name in given else default for name in self._asked.quasi}

    def _population(self) -> Coded | None:
        """Return everybody from whom the rows are taken, in the forms in which they leave; None where that is not told.

        What was generalised group by group has no one form that somebody outside the table would have.
        """
        asked = self._asked
        if asked is None or not asked.population or asked.k is not None:
            return None
        return code(self._everybody(asked.population), asked.quasi, dict.fromkeys(asked.quasi, plain))

    def _everybody(self, source: str) -> Iterator[pl.DataFrame]:
        columns = {each.field.out: self._column_in(each, source) for each in self._quasi}
        wanted = list(dict.fromkeys(columns.values()))
        for table in self._plan.tables[source]:
            for block in table.frames(wanted, strict=True):
                renamed = block.select(pl.col(columns[each.field.out]).alias(each.field.source) for each in self._quasi)
                yield renamed.select(formed(each.field).alias(each.field.out) for each in self._quasi)

    def _column_in(self, each: PlannedField, source: str) -> str:
        found = column_named(self._plan.purpose, each.field.source)
        if found is None or found[0] != source:
            raise ValueError("the check of a plan lets no such field through")
        return found[1]


def _field(plan: Plan, name: str) -> PlannedField:
    """Return the field of a name; the plan's check has seen that there is one."""
    return next(each for each in plan.fields if each.field.out == name)
