"""Scan a database: a sample of each table first, the whole table where the sample is suspicious.

Suspicious is a finding of level medium or high, and any hit of a kind that is a number: what a sample shows once a table may
hold ten thousand times. What is not suspicious is reported from its sample, with the number of rows that the table has, so
that :meth:`TableReport.missed` says how likely rows of people were all left out. Small tables are read whole at once.
"""

from collections.abc import Iterator
from dataclasses import replace

from sekisho.detect.findings import ColumnFinding, TableReport
from sekisho.detect.packs import Rules, built_in_rules
from sekisho.detect.scan import scan_tables, uninspected
from sekisho.errors import Unreadable
from sekisho.progress import Progress
from sekisho.readers.address import Ask
from sekisho.readers.databases import Sampling, tables
from sekisho.readers.tables import Table
from sekisho.readers.view import Unread

SAMPLE_ROWS = 10_000

_WORTH_SAMPLING = 2  # times the sample; a smaller table is read as fast as it is sampled


def scan_database(
    url: str,
    *,
    full: bool = False,
    ask: Ask | None = None,
    progress: Progress | None = None,
    rules: Rules | None = None,
) -> Iterator[TableReport]:
    """Yield a report for each table of a database, and for what of it could not be inspected.

    Args:
        url: its address; see :mod:`~sekisho.readers.address`.
        full: read every table whole.
        ask: asks for a password, where one is wanted that the driver does not know.
        progress: told after each block how many bytes of text it had.
        rules: other rules than the built-in ones.

    Raises:
        Misuse: the address is none, or holds a password.
        Missing: what speaks to such a database is not installed.
    """
    rules = rules or built_in_rules()
    for view in tables(url, ask=ask):
        if isinstance(view, Unread):
            yield uninspected(view.path, view.error, name=view.name)
        elif full or not isinstance(view.source, Sampling):
            yield from scan_tables(view, progress=progress, rules=rules)
        else:
            yield _sampled_first(view, view.source, progress, rules)


def _sampled_first(table: Table, source: Sampling, progress: Progress | None, rules: Rules) -> TableReport:
    try:
        rows = source.rows()
        sample = source.sample(SAMPLE_ROWS) if rows > _WORTH_SAMPLING * SAMPLE_ROWS else None
    except Unreadable as error:
        return uninspected(table.path, error, name=table.name)
    if sample is not None:
        (report,) = scan_tables(replace(table, source=sample), progress=progress, rules=rules)
        if report.could_not_inspect or (report.rows and not is_suspicious(report, rules)):
            return projected(report, rows)
    (report,) = scan_tables(table, progress=progress, rules=rules)
    return report


def is_suspicious(report: TableReport, rules: Rules) -> bool:
    """Tell whether a sample shows enough to read the whole table."""
    return bool(report.places) or any(
        finding.level != "low" or (rules.kinds[finding.kind].number and finding.matched) for finding in report.findings
    )


def projected(report: TableReport, rows: int) -> TableReport:
    """Return what a sample says about a table of so many rows; people cannot be projected, for they come more than once."""
    if report.could_not_inspect or not report.rows:
        return report
    rows = max(rows, report.rows)
    times = rows / report.rows
    findings = tuple(_projected(finding, times) for finding in report.findings)
    return replace(report, rows=rows, people=None, people_by=(), untold=0, households=None, findings=findings)


def _projected(finding: ColumnFinding, times: float) -> ColumnFinding:
    if finding.is_above:
        return finding
    return replace(finding, cells=round(finding.cells * times), matched=round(finding.matched * times), exact=False)
