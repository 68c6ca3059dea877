"""How an office wants a form: its title and number, what it prints in which order and under which words, its stamp boxes.

One TOML file a form (``docs/reference/paper.md``). Municipalities run media by rules of their own, whose forms agree in what
they ask and in nothing else; so the facts are ours and the mapping is the office's. A mapping that names no fact, or that
leaves out by which ledger entry a line can be checked, prints nothing.
"""

import tomllib
from collections.abc import Iterator
from typing import Annotated, Literal

import msgspec

from sekisho.catalogue.shape import Misshapen, told
from sekisho.catalogue.words import Language, Said
from sekisho.custody.paper.facts import KINDS, Facts
from sekisho.errors import Unreadable

ENTRIES = "entries"
"""The field that every form prints: the ledger index."""

Name = Annotated[str, msgspec.Meta(pattern=r"^[a-z][a-z0-9-]{0,39}\Z")]


class _Part(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A table of the file."""


class Words(_Part, frozen=True, kw_only=True):
    """Words in both languages."""

    ja: str
    en: str

    def says(self, language: Language) -> str:
        """Return them in one."""
        return self.ja if language == "ja" else self.en


class Line(Words, frozen=True, kw_only=True):
    """A line of the head, and the words beside it.

    Attributes:
        field: which fact.
        height: room for handwriting, in lines; at least as much as the fact needs.
    """

    field: str
    height: Annotated[int, msgspec.Meta(ge=1, le=30)] = 1


class Column(Words, frozen=True, kw_only=True):
    """A column, and its heading.

    Attributes:
        field: which fact.
        width: its share of the page's width.
        align: where its text stands.
    """

    field: str
    width: Annotated[float, msgspec.Meta(gt=0, le=20)] = 1.0
    align: Literal["left", "center", "right"] = "left"


class Mapping(_Part, frozen=True, kw_only=True):
    """A form as an office wants it.

    Attributes:
        facts: the kind of facts it prints (:data:`~sekisho.custody.paper.facts.KINDS`).
        template: the typst template that sets it.
        title: its title.
        number: its number, and the article behind it.
        preamble: a sentence under the title.
        note: a remark under it.
        page: how the paper lies.
        years: whether years are of the era, in Japanese.
        stamps: whose stamps it takes, from left to right.
        addressed: whether it is addressed to the office's head.
        line: its head.
        column: its rows.
        blank_rows: how many rows it has where nothing is filled in.
    """

    facts: Name
    template: Name
    title: Words
    number: Words
    preamble: Words | None = None
    note: Words | None = None
    page: Literal["portrait", "landscape"] = "portrait"
    years: Literal["era", "western"] = "era"
    stamps: list[Words] = []
    addressed: Words | None = None
    line: list[Line] = []
    column: list[Column] = []
    blank_rows: Annotated[int, msgspec.Meta(ge=0, le=200)] = 0


def parse_mapping(text: str, name: str) -> Mapping:
    """Read a mapping; ``name`` is only for messages.

    Raises:
        Unreadable: no TOML, not of the schema, or a form that could not be filled or checked.
    """
    try:
        mapping = msgspec.convert(tomllib.loads(text), Mapping)
        for problem in _problems(mapping):
            raise Misshapen(problem)
    except (ValueError, RecursionError) as error:
        raise Unreadable("custody.paper_mapping", form=name, where=told(error, text)) from None
    return mapping


def _problems(mapping: Mapping) -> Iterator[Said]:
    if mapping.facts not in KINDS:
        yield Said("paper.mapping.no_facts", {"facts": mapping.facts, "kinds": ", ".join(KINDS)})
        return
    head, row = KINDS[mapping.facts]
    yield from _unknown("line", [line.field for line in mapping.line], head)
    yield from _unknown("column", [column.field for column in mapping.column], row)
    printed = {line.field for line in mapping.line} | {column.field for column in mapping.column}
    if ENTRIES not in printed and mapping.facts != "label":  # a finder has no ledger
        yield Said("paper.mapping.no_entries", {"field": ENTRIES})


def _unknown(table: str, fields: list[str], facts: type[Facts]) -> Iterator[Said]:
    known = facts.__struct_fields__
    for number, field in enumerate(fields, 1):
        if field not in known:
            said = {"table": table, "number": number, "field": field, "fields": ", ".join(known)}
            yield Said("paper.mapping.no_field", said)
        if field in fields[: number - 1]:
            yield Said("paper.mapping.twice", {"table": table, "number": number, "field": field})
