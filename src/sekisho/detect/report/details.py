"""One file on the page: its columns and places, masked, with the evidence in words folded away."""

from collections.abc import Iterator, Sequence

from sekisho.detect.evidence import Evidence
from sekisho.detect.findings import ColumnFinding, Finding, Report, TableReport, TextReport
from sekisho.detect.report.phrases import Phrases
from sekisho.detect.report.summary import FileSummary
from sekisho.markup import Markup, Node, element

_PLACES = 100
_SHARE = 0.001


def details(file: FileSummary, words: Phrases, number: int, *, is_open: bool) -> Markup:
    """Return a file's part of the page.

    Args:
        file: what it holds.
        words: the page's language.
        number: its place among the worst, by which the tables above lead here.
        is_open: unfolded from the start.
    """
    said = words.say("page_file_findings", findings=f"{file.findings:,}")
    people = "" if file.people is None else words.say("page_file_people", people=f"{file.people:,}")
    summary = element("summary", element("h3", f"{number}. {words.path(file.path)}"), element("span", people, said))
    parts = [_report(report, words) for report in file.reports]
    return element("details", summary, element("div", parts), class_="file", id=f"file-{number}", open=is_open)


def _report(report: Report, words: Phrases) -> Node:
    if report.could_not_inspect:
        return element("p", f"⚠ {words.reason(report.could_not_inspect)}")
    return list(_table(report, words) if isinstance(report, TableReport) else _text(report, words))


def _table(report: TableReport, words: Phrases) -> Iterator[Node]:
    yield element("p", _about(report, words), class_="note")
    shown = [each for each in report.findings if each.level != "low"]
    if shown:
        columns = ("column", "kind", "level", "matched", "example", "evidence")
        yield _grid(columns, [_column(each, words) for each in shown], words)
    places = [each for each in report.places if each.level != "low"]
    if places:
        yield element("p", words.say("page_single_cells"))
        yield from _places(places, words, "row")


def _about(report: TableReport, words: Phrases) -> str:
    table = words.name(report.name)
    said = [words.say("page_table", table=table, rows=f"{report.rows:,}", columns=f"{report.columns:,}")]
    if report.people is not None:
        by = words.say("page_separator").join(map(words.label, report.people_by))
        said.append(words.say("page_told_by", people=f"{report.people:,}", by=by))
    if report.households is not None:
        said.append(words.say("page_households", households=f"{report.households:,}"))
    if report.untold:
        said.append(words.say("page_untold", rows=f"{report.untold:,}"))
    if report.sampled < report.rows:
        odds = min(1e9, 1 / max(1e-9, report.missed(_SHARE)))
        said.append(words.say("page_sample", rows=f"{report.sampled:,}", odds=f"{float(f'{odds:.2g}'):,.0f}"))
    return "".join(said)


def _column(finding: ColumnFinding, words: Phrases) -> Markup:
    column = words.say("page_above") if finding.is_above else words.name(finding.column)
    about = "" if finding.exact else words.say("page_projected")
    return element(
        "tr",
        element("th", column, scope="row"),
        element("td", words.kind(finding.kind)),
        element("td", words.level_mark(finding.level)),
        element("td", f"{about}{finding.matched:,} / {finding.cells:,}", class_="number"),
        element("td", finding.example_masked, class_="mask"),
        element("td", _why(finding.evidence, words)),
    )


def _text(report: TextReport, words: Phrases) -> Iterator[Node]:
    yield element(
        "p", words.say("page_text", lines=f"{report.lines:,}", characters=f"{report.characters:,}"), class_="note"
    )
    found = {key: count for key, count in report.counts.items() if key[1] != "low"}
    yield element(
        "ul",
        [
            element("li", words.kind(kind_id), f" {count:,} ", words.level_mark(level))
            for (kind_id, level), count in found.items()
        ],
        class_="kinds",
    )
    yield from _places([each for each in report.findings if each.level != "low"], words, "line")
    kept = sum(each.level != "low" for each in report.findings)
    if kept < sum(found.values()):
        yield element("p", words.say("page_counted_only", count=f"{sum(found.values()) - kept:,}"), class_="note")


def _places(places: Sequence[Finding], words: Phrases, where: str) -> Iterator[Node]:
    rows = [_place(each, words, where) for each in places[:_PLACES]]
    if rows:
        columns = (where, *(("column",) if where == "row" else ()), "kind", "level", "masked", "evidence")
        yield _grid(columns, rows, words)
    if len(places) > _PLACES:
        yield element("p", words.say("page_more_places", count=f"{len(places) - _PLACES:,}"), class_="note")


def _place(finding: Finding, words: Phrases, where: str) -> Markup:
    return element(
        "tr",
        element("th", f"{finding.line:,}", scope="row", class_="number"),
        element("td", words.name(finding.column or "")) if where == "row" else "",
        element("td", words.kind(finding.kind)),
        element("td", words.level_mark(finding.level)),
        element("td", finding.masked, class_="mask"),
        element("td", _why(finding.evidence, words)),
    )


def _why(evidence: Sequence[Evidence], words: Phrases) -> Node:
    if not evidence:
        return ""
    said = [element("li", each.says(words.language)) for each in evidence]
    return element("details", element("summary", words.say("page_why")), element("ul", said), class_="why")


def _grid(columns: Sequence[str], rows: Sequence[Markup], words: Phrases) -> Markup:
    numbers = {"row", "line", "matched"}
    head = [
        element("th", words.say(f"page_column_{each}"), scope="col", class_="number" if each in numbers else None)
        for each in columns
    ]
    table = element("table", element("thead", element("tr", head)), element("tbody", rows))
    return element("div", table, class_="scroll")
