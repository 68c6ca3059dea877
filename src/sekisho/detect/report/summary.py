"""What many reports say together: one summary a file, the worst first, and the totals.

Files are ordered by the most sensitive of their kinds, then by how many people they tell apart, then by what other kinds
they hold: a memo with one My Number stands above a log of many addresses. Findings of low confidence do not count.
"""

import os
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from sekisho.detect.columns import Level
from sekisho.detect.findings import Report, TableReport, Uninspected
from sekisho.kinds.taxonomy import kind

LEVELS: tuple[Level, ...] = ("high", "medium", "low")

_MOST_PEOPLE, _MOST_KINDS = 1 << 40, 1 << 10


@dataclass(frozen=True, slots=True, kw_only=True)
class FileSummary:
    """What a file holds.

    Attributes:
        path: the file, or ``outer.zip!inner.csv``.
        reports: those of its tables and texts.
        kinds: the kinds found, the most sensitive first; low confidence apart.
        people: how many different people its fullest table is about; None if nothing tells them apart.
        findings: columns and places with one of these kinds.
        severity: see the module.
        dark: why what could not be inspected could not.
    """

    path: Path
    reports: tuple[Report, ...]
    kinds: tuple[str, ...]
    people: int | None
    findings: int
    severity: int
    dark: tuple[Uninspected, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class KindTotal:
    """What all files hold of one kind.

    Attributes:
        kind: the id of the kind.
        files: how many hold it.
        findings: columns and places.
        people: of the file with it that is about the most people; None where no such file tells.
    """

    kind: str
    files: int
    findings: int
    people: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """What many files hold.

    Attributes:
        files: those with findings, the worst first.
        clean: how many were inspected and hold nothing.
        dark: what could not be inspected, by path.
        kinds: the most sensitive first.
        levels: how many findings of each level, low included.
        least_people: there are at least so many different people: those of the fullest table.
        most_people: and at most so many: the sum over all tables, as if nobody stood in two.
        untold: rows, over all files, that could not be told apart.
        people_told: some table says how many people it is about.
    """

    files: tuple[FileSummary, ...]
    clean: int
    dark: tuple[tuple[Path, Uninspected], ...]
    kinds: tuple[KindTotal, ...]
    levels: Mapping[Level, int]
    least_people: int
    most_people: int
    untold: int
    people_told: bool

    @property
    def inspected(self) -> int:
        """How many files were inspected, or some part of them."""
        return len(self.files) + self.clean

    @property
    def seen(self) -> int:
        """How many files were met at all."""
        shown = {each.path for each in self.files}
        return self.inspected + len({path for path, _ in self.dark} - shown)


def summarise(reports: Iterable[Report]) -> Summary:
    """Return what reports say together."""
    by_path: dict[Path, list[Report]] = defaultdict(list)
    for report in reports:
        by_path[report.path].append(report)
    files = [_file(path, found) for path, found in by_path.items()]
    holding = sorted(
        (each for each in files if each.findings), key=lambda each: (-each.severity, os.fsencode(each.path))
    )
    every = [report for found in by_path.values() for report in found]
    people = [report.people for report in every if report.people is not None and _count(report)]
    dark = sorted(((each.path, why) for each in files for why in each.dark), key=lambda pair: os.fsencode(pair[0]))
    return Summary(
        files=tuple(holding),
        clean=sum(not each.findings and not each.dark for each in files),
        dark=tuple(dark),
        kinds=_totals(holding),
        levels={level: sum(_at_level(report, level) for report in every) for level in LEVELS},
        least_people=max(people, default=0),
        most_people=sum(people),
        untold=sum(report.untold for report in every if isinstance(report, TableReport) and _count(report)),
        people_told=bool(people),
    )


def counts_of(report: Report) -> Mapping[tuple[str, Level], int]:
    """Return how many findings of each kind and level a report has: of a table its columns and single cells."""
    if not isinstance(report, TableReport):
        return report.counts
    counts: dict[tuple[str, Level], int] = defaultdict(int)
    in_columns = {(each.column, each.kind) for each in report.findings}
    for finding in report.findings:
        counts[finding.kind, finding.level] += 1
    for place in report.places:
        if (place.column, place.kind) not in in_columns:  # an example of what its column is known for
            counts[place.kind, place.level] += 1
    return counts


def sensitivity_order(kinds: Iterable[str]) -> list[str]:
    """Return kinds, the most sensitive first."""
    return sorted(kinds, key=lambda each: (-kind(each).sensitivity, kind(each).bit))


def _file(path: Path, reports: Sequence[Report]) -> FileSummary:
    kinds = {found for report in reports for (found, level) in counts_of(report) if level != "low"}
    people = [report.people for report in reports if report.people is not None]
    findings = sum(map(_count, reports))
    return FileSummary(
        path=path,
        reports=tuple(reports),
        kinds=tuple(sensitivity_order(kinds)),
        people=max(people) if people else None,
        findings=findings,
        severity=_severity(kinds, max(people) if people else 0) if findings else 0,
        dark=tuple(report.could_not_inspect for report in reports if report.could_not_inspect),
    )


def _severity(kinds: Iterable[str], people: int) -> int:
    """Return how bad a file is: first by its most sensitive kind, then by its people, then by its other kinds."""
    sensitivities = [kind(each).sensitivity for each in kinds]
    return (max(sensitivities, default=0) * _MOST_PEOPLE + min(people, _MOST_PEOPLE - 1)) * _MOST_KINDS + sum(
        sensitivities
    )


def _count(report: Report) -> int:
    return sum(count for (_, level), count in counts_of(report).items() if level != "low")


def _at_level(report: Report, level: Level) -> int:
    return sum(count for (_, each), count in counts_of(report).items() if each == level)


def _totals(files: Sequence[FileSummary]) -> tuple[KindTotal, ...]:
    kinds = sensitivity_order({each for file in files for each in file.kinds})
    return tuple(_total(each, [file for file in files if each in file.kinds]) for each in kinds)


def _total(kind_id: str, files: Sequence[FileSummary]) -> KindTotal:
    people = [file.people for file in files if file.people is not None]
    return KindTotal(
        kind=kind_id,
        files=len(files),
        findings=sum(
            count
            for file in files
            for report in file.reports
            for (found, level), count in counts_of(report).items()
            if found == kind_id and level != "low"
        ),
        people=max(people, default=None),
    )
