"""The summary of many files for a terminal: the worst first, one row a file, then totals by kind and what was not seen.

It gives plain texts and rows; who prints draws the tables.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sekisho.catalogue.words import Language
from sekisho.detect.findings import Report
from sekisho.detect.report.phrases import SIGNS, Phrases
from sekisho.detect.report.summary import FileSummary, Summary, summarise
from sekisho.kinds.taxonomy import kind

_KINDS = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Grid:
    """A table to be drawn.

    Attributes:
        headers: one a column.
        rows: as many cells each.
        right: which columns are numbers.
    """

    headers: Sequence[str]
    rows: Sequence[Sequence[str]]
    right: Sequence[int]


def overview(reports: Iterable[Report], language: Language, *, files: int = 40) -> list[str | Grid]:
    """Return what to print of many files, in order: lines, and tables.

    Args:
        reports: what a scan found.
        language: the screen's.
        files: how many files at most; the rest is counted.
    """
    words, everything = Phrases(language), summarise(reports)
    lines: list[str | Grid] = []
    if everything.files:
        lines.append(_files(everything, words, files))
        if len(everything.files) > files:
            lines.append(words.say("lines_more", count=f"{len(everything.files) - files:,}"))
        lines += ["", _kinds(everything, words), ""]
    lines += [f"⚠ {words.reason(why)}" for _, why in everything.dark[:files]]
    if len(everything.dark) > files:
        lines.append(words.say("lines_more", count=f"{len(everything.dark) - files:,}"))
    lines += [*_totals(everything, words)]
    return lines


def _files(everything: Summary, words: Phrases, most: int) -> Grid:
    headers = [words.say(f"page_column_{name}") for name in ("path", "people", "findings", "kinds")]
    rows = [_row(file, words) for file in everything.files[:most]]
    return Grid(headers=headers, rows=rows, right=(1, 2))


def _row(file: FileSummary, words: Phrases) -> list[str]:
    kinds = [_kind(each, words) for each in file.kinds[:_KINDS]]
    if len(file.kinds) > _KINDS:
        kinds.append(words.say("lines_more_kinds", count=len(file.kinds) - _KINDS))
    people = "—" if file.people is None else f"{file.people:,}"
    return [words.path(file.path), people, f"{file.findings:,}", " ".join(kinds)]


def _kinds(everything: Summary, words: Phrases) -> Grid:
    headers = [words.say(f"page_column_{name}") for name in ("kind", "people_most", "findings", "files")]
    rows = [
        [
            _kind(each.kind, words),
            "—" if each.people is None else f"{each.people:,}",
            f"{each.findings:,}",
            f"{each.files:,}",
        ]
        for each in everything.kinds
    ]
    return Grid(headers=headers, rows=rows, right=(1, 2, 3))


def _kind(kind_id: str, words: Phrases) -> str:
    return f"{SIGNS[kind(kind_id).sensitivity]}{words.label(kind_id)}"


def _totals(everything: Summary, words: Phrases) -> list[str]:
    inspected = f"{everything.inspected:,}"
    if not everything.files:
        lines = [words.say("lines_nothing", files=inspected)]
    else:
        lines = [words.say("lines_files", found=f"{len(everything.files):,}", files=inspected)]
    if everything.people_told:
        least, most = everything.least_people, everything.most_people
        key = "lines_people_exact" if least == most else "lines_people"
        lines.append(words.say(key, least=f"{least:,}", most=f"{most:,}"))
    if everything.dark:
        lines.append(words.say("lines_unread", count=f"{len(everything.dark):,}"))
    return lines
