r"""Reports as JSON lines: the stable interface for programs. Fields are added in later versions, never removed.

One object a line; ``type`` says which::

    finding   source, table (null in running text), column (name or null), row or line (the other is null), start, end
              (characters of the decoded text; in a table of the cell), kind, confidence (high, medium, low), probability,
              masked, evidence (list of key, weight and what its words name), fingerprint (null without a key); value only
              where it was revealed
    column    source, table, column (#0: above the rows), kind, confidence, probability, rows, filled, matched (cells that
              hold it), exact (counted over the whole file), distinct_in_sample, masked, evidence
    source    source, source_base64 (null, or the bytes of a path that is no UTF-8), people (the most that one of its
              tables or texts tells apart; null if nothing tells), kinds (those of high or medium confidence), inspected
              (true, or why not), reason (null, or the key of it), tables (list of: table, rows, columns, people, people_by,
              untold, households, sampled, problems), texts (list of: name, lines, characters, people, counts, problems)

A source is a file, or what lies in it: ``outer.zip!inner.csv``. Its findings and columns come before it.
"""

import base64
import os
from collections.abc import Iterable, Iterator, Mapping
from itertools import groupby
from pathlib import Path

from sekisho.detect.evidence import Evidence
from sekisho.detect.findings import ColumnFinding, Finding, Report, TableReport, TextReport
from sekisho.files import printable
from sekisho.readers.problems import Problem

Record = Mapping[str, object]


def records(reports: Iterable[Report]) -> Iterator[Record]:
    """Yield the lines of some reports; those of one source stand together."""
    for path, together in groupby(reports, key=lambda report: report.path):
        same = list(together)
        for report in same:
            yield from _details(report)
        yield _source(path, same)


def _details(report: Report) -> Iterator[Record]:
    if isinstance(report, TextReport):
        yield from (_finding(report, each, table=None) for each in report.findings)
        return
    yield from (_finding(report, each, table=printable(report.name)) for each in report.places)
    yield from (_column(report, each) for each in report.findings)


def _finding(report: Report, found: Finding, *, table: str | None) -> Record:
    record: dict[str, object] = {
        "type": "finding",
        "source": printable(report.path),
        "table": table,
        "column": found.column,
        "row": None if table is None else found.line,
        "line": found.line if table is None else None,
        "start": found.start,
        "end": found.end,
        "kind": found.kind,
        "confidence": found.level,
        "probability": round(found.confidence, 4),
        "masked": found.masked,
        "evidence": _evidence(found.evidence),
        "fingerprint": found.fingerprint,
    }
    return record if found.value is None else {**record, "value": found.value}


def _column(report: TableReport, found: ColumnFinding) -> Record:
    return {
        "type": "column",
        "source": printable(report.path),
        "table": printable(report.name),
        "column": found.column,
        "kind": found.kind,
        "confidence": found.level,
        "probability": round(found.confidence, 4),
        "rows": report.rows,
        "filled": found.cells,
        "matched": found.matched,
        "exact": found.exact,
        "distinct_in_sample": found.distinct,
        "masked": found.example_masked,
        "evidence": _evidence(found.evidence),
    }


def _source(path: Path, reports: list[Report]) -> Record:
    reason = next((report.could_not_inspect for report in reports if report.could_not_inspect), None)
    inspected = [report for report in reports if not report.could_not_inspect]
    return {
        "type": "source",
        "source": printable(path),
        "source_base64": None if printable(path) == str(path) else base64.b64encode(os.fsencode(path)).decode(),
        "people": max((report.people for report in inspected if report.people is not None), default=None),
        "kinds": sorted({kind for report in inspected for kind in kinds_of(report)}),
        "inspected": True if reason is None else reason.says("en"),
        "reason": None if reason is None else reason.key,
        "tables": [_table(report) for report in inspected if isinstance(report, TableReport)],
        "texts": [_text(report) for report in inspected if isinstance(report, TextReport)],
    }


def kinds_of(report: Report) -> set[str]:
    """Return the kinds that a report names with more than low confidence."""
    if isinstance(report, TextReport):
        return {kind for (kind, level), count in report.counts.items() if count and level != "low"}
    columns = {each.kind for each in report.findings if each.level != "low"}
    return columns | {each.kind for each in report.places if each.level != "low"}


def _table(report: TableReport) -> Record:
    return {
        "table": printable(report.name),
        "rows": report.rows,
        "columns": report.columns,
        "people": report.people,
        "people_by": list(report.people_by),
        "untold": report.untold,
        "households": report.households,
        "sampled": report.sampled,
        "problems": _problems(report.problems),
    }


def _text(report: TextReport) -> Record:
    return {
        "name": printable(report.name),
        "lines": report.lines,
        "characters": report.characters,
        "people": report.people,
        "counts": [
            {"kind": kind, "confidence": level, "findings": count}
            for (kind, level), count in sorted(report.counts.items())
        ],
        "problems": _problems(report.problems),
    }


def _problems(problems: tuple[Problem, ...]) -> list[Record]:
    return [{"key": each.key, "count": each.count, "line": each.line} for each in problems]


def _evidence(evidence: tuple[Evidence, ...]) -> list[Record]:
    return [{"key": each.key, "weight": round(each.weight, 2), **each.values} for each in evidence]
