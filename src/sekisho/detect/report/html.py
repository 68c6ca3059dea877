"""One HTML page that tells what personal data a scan found: what, where, whose, how surely, and what nobody could see.

It stands alone: no script, no font, no picture from elsewhere, and a policy in its head that forbids any. It can be mailed,
archived and printed on A4. Everything that comes from files is masked or a name, and every name is escaped, with the
characters a screen does not show written out. Colours always come with a sign, a pattern or a word.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from importlib.metadata import version
from importlib.resources import files

from sekisho.catalogue.words import Language
from sekisho.detect.findings import Report, TableReport
from sekisho.detect.report.charts import Part, bar, patterns, split
from sekisho.detect.report.details import details
from sekisho.detect.report.phrases import Phrases
from sekisho.detect.report.summary import FileSummary, Summary, summarise
from sekisho.kinds.taxonomy import kind
from sekisho.markup import Markup, Node, document, element

_WORST = 10
_LISTED = 1000
_DETAILED = 300


def page(reports: Iterable[Report], language: Language, *, made: datetime, sources: str) -> str:
    """Return the page.

    Args:
        reports: what a scan found.
        language: the page's.
        made: when, by the clock on the office's wall.
        sources: what was scanned, as it was asked for.
    """
    writer = _Page(Phrases(language), summarise(reports))
    style = files("sekisho.detect.report").joinpath("page.css").read_text(encoding="utf-8")
    return document(writer.say("title"), style, writer.body(made, sources), language=language)


@dataclass(frozen=True, slots=True)
class _Page:
    words: Phrases
    all: Summary

    def body(self, made: datetime, sources: str) -> Markup:
        about = self.say("about", made=made.strftime("%Y-%m-%d %H:%M"), version=version("sekisho"))
        return element(
            "body",
            patterns(),
            element(
                "header",
                element("h1", self.say("title")),
                element("p", self.say("scanned", sources=self.words.name(sources)), class_="about"),
                element("p", about, class_="about"),
            ),
            element("main", list(self._sections())),
        )

    def say(self, key: str, **values: object) -> str:
        return self.words.say(f"page_{key}", **values)

    def _sections(self) -> Iterator[Node]:
        yield element("p", self._lead(), class_="lead")
        if self.all.dark:
            yield self._dark()
        yield self._figures()
        if self.all.files:
            yield self._section("how_sure", self._splits())
            yield self._section("by_kind", self._by_kind())
            yield self._section("worst", self._worst())
            yield self._section("files", self._files())
            shown = self.all.files[:_DETAILED]
            left = len(self.all.files) - len(shown)
            more = element("p", self.say("more_files", count=f"{left:,}"), class_="note") if left else ""
            opened = [details(each, self.words, number, is_open=number <= 3) for number, each in enumerate(shown, 1)]
            yield self._section("details", [element("p", self.say("masked"), class_="note"), opened, more])
        else:
            yield self._section("how_sure", self._splits())
        yield self._section("reading", self._reading())

    def _section(self, key: str, content: Node) -> Markup:
        return element("section", element("h2", self.say(key), id=key), content, aria_labelledby=key)

    def _lead(self) -> str:
        if not self.all.files:
            return self.say("lead_nothing", files=f"{self.all.inspected:,}")
        found = self.say("lead", files=f"{self.all.inspected:,}", found=f"{len(self.all.files):,}")
        return found + (self.say("lead_people", people=self._people()) if self.all.people_told else "")

    def _people(self) -> str:
        least, most = self.all.least_people, self.all.most_people
        if least == most:
            return self.say("people_exact", people=f"{least:,}")
        return self.say("people_range", least=f"{least:,}", most=f"{most:,}")

    def _dark(self) -> Markup:
        rows = [
            element(
                "tr",
                element("th", self.words.path(path), scope="row", class_="path"),
                element("td", self.words.reason(why)),
                element("td", self.words.hint(why)),
            )
            for path, why in self.all.dark[:_LISTED]
        ]
        left = len(self.all.dark) - len(rows)
        return element(
            "section",
            element("h2", "⚠ ", self.say("dark", count=f"{len(self.all.dark):,}"), id="dark"),
            element("p", self.say("dark_means")),
            self._table(["path", "why_not", "to_do"], rows, caption=None),
            element("p", self.say("more_files", count=f"{left:,}"), class_="note") if left else "",
            class_="dark",
            aria_labelledby="dark",
        )

    def _figures(self) -> Markup:
        findings = sum(count for level, count in self.all.levels.items() if level != "low")
        people, how = "—", self.say("figure_nobody")
        if self.all.people_told:
            least, most = self.all.least_people, self.all.most_people
            people, how = f"{least:,}", self.say("figure_exact")
            if least != most:
                people, how = f"{least:,}–{most:,}", self.say("figure_range")
        untold = self.say("figure_untold", rows=f"{self.all.untold:,}") if self.all.untold else ""
        unread = len({path for path, _ in self.all.dark})
        return element(
            "dl",
            self._figure("files", f"{len(self.all.files):,}", self.say("figure_of", files=f"{self.all.inspected:,}")),
            self._figure("people", people, f"{how}{untold}"),
            self._figure("findings", f"{findings:,}", self.say("figure_places")),
            self._figure("unread", f"{unread:,}", self.say("figure_see_above" if unread else "figure_none_unread")),
            class_="figures",
        )

    def _figure(self, key: str, value: str, note: str) -> Markup:
        number = element("dd", value, element("small", note))
        return element("div", element("dt", self.say(f"figure_{key}")), number)

    def _splits(self) -> Markup:
        levels = [
            Part(label=self.words.say(f"level_{level}"), value=count, look=level)
            for level, count in self.all.levels.items()
        ]
        unread = len({path for path, _ in self.all.dark})
        seen = [
            Part(label=self.say("seen_found"), value=len(self.all.files), look="found"),
            Part(label=self.say("seen_clean"), value=self.all.clean, look="clean"),
            Part(label=self.say("seen_unread"), value=unread, look="unseen"),
        ]
        return element(
            "div",
            split(self.say("split_inspected"), seen),
            split(self.say("split_levels"), levels) if sum(self.all.levels.values()) else "",
            class_="plots",
        )

    def _by_kind(self) -> Node:
        most_people = max((each.people or 0 for each in self.all.kinds), default=0)
        most_findings = max(each.findings for each in self.all.kinds)
        rows = [
            element(
                "tr",
                element("th", self.words.kind(each.kind), scope="row"),
                element("td", self.words.sensitivity(each.kind)),
                element("td", "—" if each.people is None else f"{each.people:,}", class_="number"),
                element("td", bar(each.people or 0, most_people, self._look(each.kind)), class_="plot"),
                element("td", f"{each.findings:,}", class_="number"),
                element("td", bar(each.findings, most_findings, self._look(each.kind)), class_="plot"),
                element("td", f"{each.files:,}", class_="number"),
            )
            for each in self.all.kinds
        ]
        head = element(
            "tr",
            element("th", self.say("column_kind"), scope="col"),
            element("th", self.say("column_sensitivity"), scope="col"),
            element("th", self.say("column_people_most"), scope="colgroup", colspan=2),
            element("th", self.say("column_findings"), scope="colgroup", colspan=2),
            element("th", self.say("column_files"), scope="col", class_="number"),
        )
        return [element("p", self.say("by_kind_means"), class_="note"), _scrolled(head, rows, self.say("by_kind"))]

    def _worst(self) -> Node:
        worst = self.all.files[:_WORST]
        most = max(each.severity for each in worst)
        rows = [
            element(
                "tr",
                element("td", str(number), class_="number"),
                element(
                    "th", element("a", self.words.path(each.path), href=f"#file-{number}"), scope="row", class_="path"
                ),
                element("td", bar(each.severity, most, self._look(each.kinds[0])), class_="plot"),
                element("td", self._people_of(each), class_="number"),
                element("td", self.words.kind(each.kinds[0])),
            )
            for number, each in enumerate(worst, 1)
        ]
        columns = ["number", "path", "severity", "people", "most_sensitive"]
        return [element("p", self.say("worst_means"), class_="note"), self._table(columns, rows, caption=None)]

    def _files(self) -> Node:
        rows = [self._row(number, each) for number, each in enumerate(self.all.files[:_LISTED], 1)]
        left = len(self.all.files) - len(rows)
        more = element("p", self.say("more_files", count=f"{left:,}"), class_="note") if left else ""
        columns = ["number", "path", "people", "rows", "findings", "kinds", "read"]
        return [self._table(columns, rows, caption=self.say("files_caption")), more]

    def _row(self, number: int, file: FileSummary) -> Markup:
        target = f"#file-{number}" if number <= _DETAILED else None
        path = self.words.path(file.path)
        kinds = [element("li", self.words.kind(each)) for each in file.kinds]
        return element(
            "tr",
            element("td", f"{number:,}", class_="number"),
            element("th", element("a", path, href=target) if target else path, scope="row", class_="path"),
            element("td", self._people_of(file), class_="number"),
            element("td", self._size(file), class_="number"),
            element("td", f"{file.findings:,}", class_="number"),
            element("td", element("ul", kinds, class_="kinds")),
            element("td", self._read(file), class_="whole"),
        )

    def _people_of(self, file: FileSummary) -> str:
        return "—" if file.people is None else f"{file.people:,}"

    def _size(self, file: FileSummary) -> str:
        return f"{sum(each.rows if isinstance(each, TableReport) else each.lines for each in file.reports):,}"

    def _read(self, file: FileSummary) -> str:
        """Say how much of a file was read: numbers always in whole, text of large tables on a sample."""
        if file.dark:
            return self.say("read_in_part")
        sampled = any(isinstance(each, TableReport) and each.sampled < each.rows for each in file.reports)
        return self.say("read_sampled" if sampled else "read_whole")

    def _table(self, columns: list[str], rows: list[Markup], *, caption: str | None) -> Markup:
        looks = dict.fromkeys(("number", "people", "rows", "findings", "files"), "number") | {"read": "whole"}
        head = element(
            "tr",
            [element("th", self.say(f"column_{each}"), scope="col", class_=looks.get(each)) for each in columns],
        )
        return _scrolled(head, rows, caption or self.say("files"), show=caption is not None)

    def _reading(self) -> Markup:
        entries = ("people", "levels", "severity", "sample", "masked", "names")
        return element(
            "dl",
            [
                [element("dt", self.say(f"read_{each}_head")), element("dd", self.say(f"read_{each}_means"))]
                for each in entries
            ],
            class_="explain",
        )

    def _look(self, kind_id: str) -> str:
        return f"s{kind(kind_id).sensitivity}"


def _scrolled(head: Markup, rows: list[Markup], label: str, *, show: bool = False) -> Markup:
    """Return a table that scrolls by itself on a narrow screen, by keyboard too."""
    caption = element("caption", label) if show else ""
    table = element("table", caption, element("thead", head), element("tbody", rows))
    return element("div", table, class_="scroll", tabindex=0, role="region", aria_label=label)
