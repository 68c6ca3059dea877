"""What ``sekisho scan`` prints for people about each table and text."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from sekisho.cli.session import Session
from sekisho.cli.tables import table
from sekisho.detect.findings import TextReport
from sekisho.files import printable
from sekisho.kinds.taxonomy import kind

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sekisho.detect.evidence import Evidence
    from sekisho.detect.findings import ColumnFinding, Finding, Report, TableReport

_SHOWN = 10  # places of a text or table, where not every span is asked for


def lines(session: Session, report: "Report", *, low: bool, explain: bool, spans: bool) -> Iterator[str]:
    """Yield what is said about a report.

    Args:
        session: how it is said.
        report: on a table or text.
        low: tell what is not very likely, too.
        explain: tell the evidence.
        spans: tell every place.
    """
    if report.could_not_inspect:
        reason = report.could_not_inspect.says(session.language)
        yield session.say("scan.not_inspected", path=printable(report.path), reason=reason)
    elif isinstance(report, TextReport):
        yield from _text(session, report, low=low, explain=explain, spans=spans)
    else:
        yield from _table(session, report, low=low, explain=explain, spans=spans)


def shown(report: "TableReport", *, low: bool) -> "list[ColumnFinding]":
    """Return the findings on columns that are told."""
    return [finding for finding in report.findings if low or finding.level != "low"]


def _table(session: Session, report: "TableReport", *, low: bool, explain: bool, spans: bool) -> Iterator[str]:
    yield session.say("scan.table", table=printable(report.path), rows=f"{report.rows:,}", columns=report.columns)
    yield from _who(session, report)
    yield from _problems(session, report)
    findings = shown(report, low=low)
    places = [place for place in report.places if low or place.level != "low"]
    if not findings and not places:
        yield session.say("scan.nothing")
        return
    if findings:
        headers = [session.say(f"column.{name}") for name in ("column", "kind", "level", "filled", "example")]
        yield from table(headers, [_row(session, finding) for finding in findings], right=[3])
    yield from _places(session, places, explain=explain, most=len(places) if spans else _SHOWN)
    if report.sampled < report.rows:
        yield session.say("scan.sample", cells=f"{report.sampled:,}", missed=f"{report.missed(0.001):.1g}")
    if explain:
        yield from (line for finding in findings for line in _why_column(session, finding))


def _text(session: Session, report: TextReport, *, low: bool, explain: bool, spans: bool) -> Iterator[str]:
    yield session.say("scan.text", text=printable(report.path), lines=f"{report.lines:,}")
    if report.people:
        yield "  " + session.say("scan.people_at_least", people=f"{report.people:,}")
    yield from _problems(session, report)
    counts = [(key, count) for key, count in sorted(report.counts.items()) if low or key[1] != "low"]
    if not counts:
        yield session.say("scan.nothing")
        return
    headers = [session.say(f"column.{name}") for name in ("kind", "level", "places")]
    rows = [
        [kind(each).label(session.language), session.say(f"level.{level}"), f"{count:,}"]
        for (each, level), count in counts
    ]
    yield from table(headers, rows, right=[2])
    places = [place for place in report.findings if low or place.level != "low"]
    yield from _places(session, places, explain=explain, most=len(places) if spans else _SHOWN)


def _places(session: Session, places: "Sequence[Finding]", *, explain: bool, most: int) -> Iterator[str]:
    for place in places[:most]:
        where = session.say("scan.line" if place.column is None else "scan.row", line=place.line, column=place.column)
        label = kind(place.kind).label(session.language)
        level = session.say(f"level.{place.level}")
        yield "  " + session.say("scan.place", where=where, kind=label, level=level, value=place.value or place.masked)
        if explain:
            yield from _why(session, place.evidence)
    if len(places) > most:
        yield "  " + session.say("scan.more_places", count=f"{len(places) - most:,}")


def _problems(session: Session, report: "Report") -> Iterator[str]:
    for problem in report.problems:
        what = session.words(f"errors/{problem.key}", path=printable(report.path.name), line=problem.line)
        yield session.say("scan.problem", what=what, count=f"{problem.count:,}")


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


def _why_column(session: Session, finding: "ColumnFinding") -> Iterator[str]:
    label = kind(finding.kind).label(session.language)
    yield session.say("scan.why", column=_column(session, finding), kind=label, confidence=f"{finding.confidence:.3f}")
    yield from _why(session, finding.evidence)


def _why(session: Session, evidence: "Sequence[Evidence]") -> Iterator[str]:
    yield from (f"  {each.weight:+6.1f}  {each.says(session.language)}" for each in evidence)
