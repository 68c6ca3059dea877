"""What a scan found, as values: one report a table or text. Values appear masked, or only where they were asked for."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeAlias

from sekisho.catalogue.words import Language, say
from sekisho.detect.columns import Level
from sekisho.detect.evidence import Evidence
from sekisho.files import printable
from sekisho.readers.problems import Problem

ABOVE = "#0"  # columns are counted from 1


@dataclass(frozen=True, slots=True, kw_only=True)
class ColumnFinding:
    """One kind in one column.

    Attributes:
        table: the table's name.
        column: the column's label; ABOVE for what stands above the rows.
        kind: the id of the kind.
        level: high, medium or low.
        confidence: the posterior, 0 to 1.
        cells: cells of the column that are filled.
        matched: how many of them have the kind's shape and, where it has one, pass its check.
        exact: matched was counted over the whole file; otherwise it is projected from a sample.
        distinct: different values in the sample.
        evidence: why.
        example_masked: the most frequent value of the sample, masked; empty where there is none.
    """

    table: str
    column: str
    kind: str
    level: Level
    confidence: float
    cells: int
    matched: int
    exact: bool
    distinct: int
    evidence: tuple[Evidence, ...]
    example_masked: str

    @property
    def is_above(self) -> bool:
        """Tell whether it stands above the rows."""
        return self.column == ABOVE


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One place where a kind was found: in running text, or in a cell.

    Attributes:
        kind: the id of the kind.
        level: high, medium or low.
        confidence: the posterior, 0 to 1.
        line: of the text, from 1; in a table the row, from 1.
        start: its first character, counted from the start of the text; in a table from the start of the cell.
        end: the character behind its last.
        line_start: where its line starts, counted as ``start`` is; None in a table, or where nobody counted.
        column: the column's label, None in running text.
        evidence: why.
        masked: the value, masked.
        fingerprint: the keyed fingerprint of kind, path and value; None without a key.
        value: the value itself, only where it was asked for by somebody who may.
    """

    kind: str
    level: Level
    confidence: float
    line: int
    start: int
    end: int
    line_start: int | None = None
    column: str | None = None
    evidence: tuple[Evidence, ...] = ()
    masked: str
    fingerprint: str | None = None
    value: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Uninspected:
    """Why a file could not be inspected: a key and values for ``catalogue/errors``."""

    key: str
    values: Mapping[str, object]

    def says(self, language: Language) -> str:
        """Return it in words."""
        words = {name: printable(each) if isinstance(each, Path) else each for name, each in self.values.items()}
        return say(f"errors/{self.key}", language, **words)


@dataclass(frozen=True, slots=True, kw_only=True)
class TableReport:
    """All about one table, or about a file that holds none.

    Attributes:
        path: the file.
        name: the table's name.
        rows: its rows.
        columns: its columns.
        people: how many different people it is about; None if nothing tells them apart.
        people_by: the kinds that told them apart.
        untold: rows in which the first of these kinds is empty.
        households: how many different households, where a column says so.
        sampled: rows whose text was read; all rows if no fewer.
        findings: the surest first within each column, in the order of the columns.
        places: single cells that hold what their column does not, and examples of what it does.
        problems: what was wrong with the file and was tolerated.
        could_not_inspect: why nothing is known; everything else is then empty.
    """

    path: Path
    name: str
    rows: int = 0
    columns: int = 0
    people: int | None = None
    people_by: tuple[str, ...] = ()
    untold: int = 0
    households: int | None = None
    sampled: int = 0
    findings: tuple[ColumnFinding, ...] = ()
    places: tuple[Finding, ...] = ()
    problems: tuple[Problem, ...] = ()
    could_not_inspect: Uninspected | None = None

    def missed(self, share: float) -> float:
        """Return the probability that rows making up this share of the table were all left out of the sample."""
        return 0.0 if self.sampled >= self.rows else (1 - share) ** self.sampled


@dataclass(frozen=True, slots=True, kw_only=True)
class TextReport:
    """All about one text.

    Attributes:
        path: the file, or ``outer.zip!inner.txt``.
        name: the text's name.
        lines: how many.
        characters: how many, in the decoded text.
        people: how many different people its records are about; None if nothing tells.
        counts: how many findings of each kind and level there are, kept or not.
        findings: in the order of the text; at most so many as were asked for.
        problems: what was wrong with the file and was tolerated.
        could_not_inspect: why nothing is known; everything else is then empty.
    """

    path: Path
    name: str
    lines: int = 0
    characters: int = 0
    people: int | None = None
    counts: Mapping[tuple[str, Level], int] = field(default_factory=dict)
    findings: tuple[Finding, ...] = ()
    problems: tuple[Problem, ...] = ()
    could_not_inspect: Uninspected | None = None


Report: TypeAlias = TableReport | TextReport
