"""``sekisho scan``: what personal data is in these tables, whose, and how sure that is."""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from sekisho.cli.command import PATH, command
from sekisho.cli.progress import progress
from sekisho.cli.session import Session, pass_session
from sekisho.cli.tables import table
from sekisho.errors import FINDINGS, NotFound, Unreadable
from sekisho.files import printable
from sekisho.kinds.taxonomy import kind

if TYPE_CHECKING:
    from sekisho.detect.findings import ColumnFinding, TableReport
    from sekisho.progress import Progress
    from sekisho.readers.folders import Found


@command("scan")
@click.argument("paths", type=PATH, nargs=-1, required=True)
@click.option("--low", is_flag=True)
@click.option("--explain", is_flag=True)
@pass_session
def run(session: Session, *, paths: tuple[Path, ...], low: bool, explain: bool) -> int:
    """Scan; return 1 if personal data was found, 6 if none was and something could not be inspected.

    Raises:
        NotFound: there is nothing there, or nothing in it.
    """
    files = [file for path in paths for file in _files(path)]
    if not files:
        raise NotFound("cli.nothing_to_scan")
    with progress(session, "scan.reading", total=sum(file.size for file in files)) as step:
        reports = [report for file in files for report in _reports(file, step)]
    document = {"tables": [report.to_json() for report in reports]}
    session.emit(document, (line for report in reports for line in _lines(session, report, low, explain)))
    if any(_shown(report, low=False) for report in reports):
        return FINDINGS
    return Unreadable.exit_code if any(report.could_not_inspect for report in reports) else 0


def _files(path: Path) -> "list[Found]":
    """Return the file, or everything below the folder.

    Raises:
        NotFound: there is no such file or folder.
    """
    from sekisho.readers.folders import found_at

    try:
        return found_at(path)
    except FileNotFoundError as error:
        raise NotFound("cli.no_file", path=path) from error


def _reports(found: "Found", step: "Progress") -> "list[TableReport]":
    from sekisho.detect.scan import scan, uninspected

    return [uninspected(found.path, found.passed_over)] if found.passed_over else scan(found.path, progress=step)


def _lines(session: Session, report: "TableReport", low: bool, explain: bool) -> Iterator[str]:
    if report.could_not_inspect:
        reason = report.could_not_inspect.says(session.language)
        yield session.say("scan.not_inspected", path=printable(report.path), reason=reason)
        return
    yield session.say("scan.table", table=printable(report.path.name), rows=f"{report.rows:,}", columns=report.columns)
    yield from _who(session, report)
    for problem in report.problems:
        what = session.words(f"errors/{problem.key}", path=printable(report.path.name), line=problem.line)
        yield session.say("scan.problem", what=what, count=f"{problem.count:,}")
    findings = _shown(report, low)
    if not findings:
        yield session.say("scan.nothing")
        return
    headers = [session.say(f"column.{name}") for name in ("column", "kind", "level", "filled", "example")]
    yield from table(headers, [_row(session, finding) for finding in findings], right=[3])
    if report.sampled < report.rows:
        yield session.say("scan.sample", cells=f"{report.sampled:,}", missed=f"{report.missed(0.001):.1g}")
    if explain:
        yield from (line for finding in findings for line in _why(session, finding))


def _who(session: Session, report: "TableReport") -> Iterator[str]:
    if report.people is not None:
        by = session.say("separator").join(kind(each).label(session.language) for each in report.people_by)
        yield "  " + session.say("scan.people", people=f"{report.people:,}", by=by)
    if report.untold:
        yield "  " + session.say("scan.untold", rows=f"{report.untold:,}")
    if report.households is not None:
        yield "  " + session.say("scan.households", households=f"{report.households:,}")


def _row(session: Session, finding: "ColumnFinding") -> list[str]:
    return [
        _column(session, finding),
        kind(finding.kind).label(session.language),
        session.say(f"level.{finding.level}"),
        f"{finding.cells:,}",
        finding.example_masked,
    ]


def _column(session: Session, finding: "ColumnFinding") -> str:
    return session.say("scan.above") if finding.is_above else finding.column


def _why(session: Session, finding: "ColumnFinding") -> Iterator[str]:
    label = kind(finding.kind).label(session.language)
    yield session.say("scan.why", column=_column(session, finding), kind=label, confidence=f"{finding.confidence:.3f}")
    yield from (f"  {each.weight:+6.1f}  {each.says(session.language)}" for each in finding.evidence)


def _shown(report: "TableReport", low: bool) -> "list[ColumnFinding]":
    return [finding for finding in report.findings if low or finding.level != "low"]
