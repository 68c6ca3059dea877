"""The shape of tables: what is known of them when nothing of anybody in them is."""

from dataclasses import dataclass, replace

Weighed = tuple[tuple[str, float], ...]
"""Texts, each with how likely it is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ColumnShape:
    """What a column looks like.

    Attributes:
        label: its name, unique in the table.
        kind: the kind of its data; empty if nothing says it.
        domain: if it holds keys, those of what: the kind of the key; else empty.
        is_subject: whether it tells whose row it is.
        nulls: the share of empty cells.
        words: words that are many people's, with their shares of all cells.
        styles: how the other cells are written, with their weights.
        years: the first and the last year of its dates, rounded; None where it has none.
        longest: the length of its longest cells, rounded up; 0 where too few have any.
        zeros: how many zeros all its cells begin with.
        distinct: of how many different values its keys are; 0 of other columns.
        unique: whether no value stands in it twice.
    """

    label: str
    kind: str
    domain: str
    is_subject: bool
    nulls: float
    words: Weighed
    styles: Weighed
    years: tuple[int, int] | None
    longest: int
    zeros: int
    distinct: int
    unique: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class TableShape:
    """What a table looks like.

    Attributes:
        source: the name of the source in the purpose.
        header: the header cells as they stand.
        columns: its columns.
        rows: how many rows it has.
        keys: of how many different people (or households) they are.
        known: how many of those are in the table of most people, too.
        rising: whether its rows are in the order of their keys.
        subject: the domain of who the rows are about.
    """

    source: str
    header: tuple[str, ...]
    columns: tuple[ColumnShape, ...]
    rows: int
    keys: int
    known: int
    rising: bool
    subject: str

    def scaled(self, factor: float) -> "TableShape":
        """Return a table of more or fewer rows, keys in proportion."""
        columns = tuple(replace(column, distinct=_scaled(column.distinct, factor)) for column in self.columns)
        rows, keys, known = (_scaled(count, factor) for count in (self.rows, self.keys, self.known))
        return replace(self, columns=columns, rows=rows, keys=min(keys, rows), known=min(known, keys, rows))


def _scaled(count: int, factor: float) -> int:
    return max(round(count * factor), min(count, 1))
