"""A purpose bound to its sources: what a run carries out."""

import dataclasses
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sekisho.cut.expression import Expression
from sekisho.cut.field import Field
from sekisho.cut.parts import Answer, Source
from sekisho.cut.purpose import Purpose
from sekisho.cut.risk.hierarchy import Hierarchy
from sekisho.kinds.taxonomy import Kind
from sekisho.readers.tables import Table

Tables = Mapping[str, Sequence[Table]]


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedField:
    """A field whose kind is known.

    Attributes:
        field: what the purpose says.
        kind: the kind of data its output still is.
    """

    field: Field
    kind: Kind


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """A purpose bound to its sources: everything a run needs.

    Attributes:
        purpose: the purpose.
        tables: the tables of each source.
        where: which rows, or None for all.
        fields: what leaves (profile ``rows``).
        answers: the closed set of answers with their conditions (profile ``answer``).
        selects: the columns that conditions ask about, with their kind where something says it: which rows leave, or
            which answer somebody gets, says something of them.
        dropped: the columns that stay, with their kind likewise; those of other sources as ``source.column``.
        hierarchies: the files of labels that fields name, by their path in the purpose.
    """

    purpose: Purpose
    tables: Tables
    where: Expression | None
    fields: tuple[PlannedField, ...]
    answers: tuple[tuple[Answer, Expression | None], ...]
    selects: tuple[tuple[str, Kind | None], ...]
    dropped: tuple[tuple[str, Kind | None], ...]
    hierarchies: Mapping[str, Hierarchy] = dataclasses.field(default_factory=dict)

    @property
    def main(self) -> Source:
        """The source whose rows are cut."""
        return self.purpose.source[self.purpose.rows.source]
