"""Reports of an invented office, as the outputs have to show them."""

from pathlib import Path

from sekisho.detect.columns import Level
from sekisho.detect.evidence import Evidence
from sekisho.detect.findings import ColumnFinding, Finding, TableReport, TextReport, Uninspected


def column(kind: str, column: str, *, level: Level = "high", matched: int = 10, masked: str = "****") -> ColumnFinding:
    return ColumnFinding(
        table="住民",
        column=column,
        kind=kind,
        level=level,
        confidence={"high": 0.998, "medium": 0.9, "low": 0.4}[level],
        cells=matched,
        matched=matched,
        exact=True,
        distinct=matched,
        evidence=(
            Evidence("header_exact", 6.0, {"kind": kind}),
            Evidence("shape", 2.5, {"shape": "x", "share": 100.0}),
        ),
        example_masked=masked,
    )


def place(kind: str, value: str, *, line: int = 1, start: int = 0, level: Level = "high") -> Finding:
    return Finding(
        kind=kind,
        level=level,
        confidence=0.995,
        line=line,
        start=start,
        end=start + len(value),
        evidence=(Evidence("labelled", 11.0, {"cells": 1}),),
        masked="*" * (len(value) - 2) + value[-2:],
        value=value,
    )


def table(path: str, *findings: ColumnFinding, people: int | None = 10, rows: int = 12) -> TableReport:
    return TableReport(
        path=Path(path),
        name="住民",
        rows=rows,
        columns=max(1, len(findings)),
        people=people,
        people_by=("resident_code",) if people else (),
        untold=2,
        sampled=rows,
        findings=findings,
    )


def text(path: str, *findings: Finding) -> TextReport:
    counts: dict[tuple[str, Level], int] = {}
    for each in findings:
        counts[each.kind, each.level] = counts.get((each.kind, each.level), 0) + 1
    return TextReport(path=Path(path), name=Path(path).name, lines=40, characters=900, counts=counts, findings=findings)


def dark(path: str) -> TableReport:
    reason = Uninspected(key="readers.encrypted", values={"path": Path(path)})
    return TableReport(path=Path(path), name=Path(path).stem, could_not_inspect=reason)
