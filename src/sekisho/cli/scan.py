"""``sekisho scan``: what personal data is in these files, whose, and how sure that is."""

import json
from pathlib import Path
from typing import TYPE_CHECKING

import click

from sekisho.cli.command import PATH, command
from sekisho.cli.progress import progress
from sekisho.cli.session import Session, pass_session
from sekisho.errors import FINDINGS, NotFound, Unreadable

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sekisho.detect.findings import Report
    from sekisho.detect.text.scan import TextPlan
    from sekisho.progress import Progress
    from sekisho.readers.folders import Found


@command("scan")
@click.argument("paths", type=PATH, nargs=-1, required=True)
@click.option("--low", is_flag=True)
@click.option("--explain", is_flag=True)
@click.option("--spans", is_flag=True)
@pass_session
def run(session: Session, *, paths: tuple[Path, ...], low: bool, explain: bool, spans: bool) -> int:
    """Scan; return 1 if personal data was found, 6 if none was and something could not be inspected.

    Raises:
        NotFound: there is nothing there, or nothing in it.
    """
    from sekisho.cli.scan_words import lines
    from sekisho.detect.records import kinds_of
    from sekisho.detect.text.scan import TextPlan

    files = [file for path in paths for file in _files(path)]
    if not files:
        raise NotFound("cli.nothing_to_scan")
    found, uninspected, said = False, False, list[str]()
    with progress(session, "scan.reading", total=sum(file.size for file in files)) as step:
        for file in files:
            reports = list(_reports(file, step, TextPlan(spans=spans)))
            found = found or any(map(kinds_of, reports))
            uninspected = uninspected or any(report.could_not_inspect for report in reports)
            if session.json:
                _print_records(reports)
            else:
                said += [
                    line for each in reports for line in lines(session, each, low=low, explain=explain, spans=spans)
                ]
    for line in said:  # not before, lest they stand among what moves
        click.echo(line)
    if found:
        return FINDINGS
    return Unreadable.exit_code if uninspected else 0


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


def _reports(found: "Found", step: "Progress", plan: "TextPlan") -> "Iterator[Report]":
    from sekisho.detect.scan import scan_each, uninspected

    if found.passed_over:
        yield uninspected(found.path, found.passed_over)
    else:
        yield from scan_each(found.path, progress=step, plan=plan)


def _print_records(reports: "list[Report]") -> None:
    from sekisho.detect.records import records

    for record in records(reports):
        click.echo(json.dumps(record, ensure_ascii=False))
