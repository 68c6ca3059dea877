"""One HTML page that tells how far people can be told apart in a table: in words, as a plot, and in figures.

It stands alone and holds no cell of the table; names of fields and of the table are all that comes from it.
"""

from collections.abc import Callable, Iterator
from datetime import datetime
from importlib.metadata import version
from importlib.resources import files
from itertools import pairwise

from sekisho.canon.visible import shown
from sekisho.catalogue.words import Language
from sekisho.cut.risk.plot import bars, swatch
from sekisho.cut.risk.report import SIZES
from sekisho.cut.risk.reported import RiskReport, TableRisk
from sekisho.cut.risk.words import joined, percent, risk_words, sentences
from sekisho.markup import Markup, Node, document, element

_COUNTS = ("rows", "groups", "k", "uniques", "below")
_SHARES = ("prosecutor_max", "prosecutor_average", "marketer", "high", "journalist_max", "journalist_average")


def page(report: RiskReport, language: Language, *, name: str, made: datetime) -> str:
    """Return the page.

    Args:
        report: what was measured.
        language: the page's.
        name: what the table is called.
        made: when, by the clock on the office's wall.
    """

    def say(key: str, **values: object) -> str:
        return risk_words(key, language, **values)

    title = say("title")
    about = say("of", name=shown(name), quasi=shown(joined(report.quasi, language)))
    when = say("about", made=f"{made:%Y-%m-%d %H:%M}", version=version("sekisho"))
    first, *others = sentences(report, language)
    body = element(
        "body",
        element("h1", title),
        element("p", about, class_="about"),
        element("p", when, class_="about"),
        element("main", element("p", shown(first), class_="lead"), [element("p", shown(each)) for each in others]),
        list(_sections(report, language, say)),
    )
    style = files("sekisho.cut.risk").joinpath("page.css").read_text(encoding="utf-8")
    return document(title, style, body, language=language)


def _sections(report: RiskReport, language: Language, say: Callable[..., str]) -> Iterator[Markup]:
    yield element("h2", say("sizes"))
    after = report.after
    if after is not None:
        yield element("p", *_key("was", say("before")), *_key("now", say("after")), class_="key")
    yield bars(say("sizes"), list(_labels(say)), report.before.by_size, after.by_size if after else None)
    yield element("h2", say("measures"))
    yield _measures(report, say)
    if report.before.alone:
        yield element("h2", say("which_columns"))
        rows = [_row(shown(joined(columns, language)), [f"{uniques:,}"]) for columns, uniques in report.before.alone]
        yield _table([say("fields"), say("people")], rows)
    yield element("h2", say("reading"))
    yield element("p", say("reading_words"))


def _key(look: str, words: str) -> tuple[Node, ...]:
    return (element("span", swatch(look), " ", words),)


def _labels(say: Callable[..., str]) -> Iterator[str]:
    for least, following in pairwise(SIZES):
        if least == 1:
            yield say("size_one")
        elif following == least + 1:
            yield say("size", size=least)
        else:
            yield say("size_range", least=least, most=following - 1)
    yield say("size_open", least=SIZES[-1])


def _measures(report: RiskReport, say: Callable[..., str]) -> Markup:
    tables = [report.before, *([report.after] if report.after else [])]
    heads = [say("measure"), say("before"), *([say("after")] if report.after else [])]
    rows = [
        _row(say(f"m_{name}", wanted=report.wanted), [f"{getattr(table, name):,}" for table in tables])
        for name in _COUNTS
    ]
    rows += [
        _row(say(f"m_{name}"), [_share(table, name) for table in tables])
        for name in _SHARES
        if any(getattr(table, name) is not None for table in tables)
    ]
    if any(table.k_map is not None for table in tables):
        rows.append(_row(say("m_k_map"), ["—" if table.k_map is None else f"{table.k_map:,}" for table in tables]))
    for place, each in enumerate(tables[-1].learnt):
        found = [table.learnt[place] if table.learnt else None for table in tables]
        rows.append(
            _row(say("m_l", field=shown(each.field)), ["—" if x is None else f"{x.l_diversity:,}" for x in found])
        )
        rows.append(
            _row(say("m_t", field=shown(each.field)), ["—" if x is None else f"{x.t_closeness:.3f}" for x in found])
        )
    return _table(heads, rows)


def _share(table: TableRisk, name: str) -> str:
    value = getattr(table, name)
    return "—" if value is None else percent(value)


def _row(label: str, cells: list[str]) -> Markup:
    figures = [element("td", cell, class_="number") for cell in cells]
    return element("tr", element("th", label, scope="row"), figures)


def _table(heads: list[str], rows: list[Markup]) -> Markup:
    first, *others = heads
    figures = [element("th", each, scope="col", class_="number") for each in others]
    head = element("tr", element("th", first, scope="col"), figures)
    return element("table", element("thead", head), element("tbody", rows))
