"""A template: what a lawyer edits. A TOML file for each kind and language, ``KIND.LANGUAGE.toml``.

    title = "…"               what the document is called
    unknown = "調査中"          what stands where nobody knows
    needs = ["cause"]         the facts without which it is not complete
    [[section]]
    id = "overview"
    heading = "1 概要"
    field = "…"               the field of the authority's own form that the text is copied into
    when = ["sealed is yes"]  all of them have to hold: KEY is [not] yes, no, known, unknown, some, or words of its list
    text = '''…'''            one paragraph a line

A line begins with ``? `` where it is left out if one of its facts is not known, then with ``- `` (a list: one line for
each of several values), ``! `` (the state line's box), ``> `` (to the right), ``= `` (centred); ``LABEL | TEXT`` is a row.
``{key}`` is a fact, ``{key:format}`` one in a form of its own, ``{@name}`` what is put together from several. Nothing else
in a template is a number: a digit stands only in the number of a heading and in the citation of a law.
"""

import re
import tomllib
from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated

import msgspec

from sekisho.catalogue.shape import told
from sekisho.errors import Unreadable
from sekisho.loss.facts.fact import Visibility
from sekisho.loss.facts.vocabulary import vocabulary

_PLACEHOLDER = re.compile(r"\{(@?[a-z_]+)(?::([a-z_]+))?\}")
_STYLED = re.compile(r"(?P<optional>\? )?(?P<mark>[-!>=] )?(?P<text>.*)")
_ROW = re.compile(r"(?P<label>[^|]+?) \| (?P<text>.+)")
_CONDITION = re.compile(r"(?P<name>@?[a-z_]+) is (?P<negated>not )?(?P<words>\S+(?: or \S+)*)")
_LAW = re.compile(
    r"(?:GDPR |APPI |PIPEDA |UK GDPR )?(?:art\.|Art\.|Article|article|s\.|rule|Rule|item|paragraph)s? ?\d+(?:\(\d+\))*(?:\([a-z]\))?(?:(?:,| and|–|-) ?\d+)*"
    r"|第?\d+条(?:の\d+)?(?:第?\d+項)?(?:第?\d+号)?|\(EU\) \d+/\d+|平成\d+年|令和\d+年法律第\d+号|法律第\d+号"
)
_NUMBER = re.compile(r"^(?:第?\d+(?:-\d+)?[.．、　 ]|\(\d+\) ?|Q\d*[.．　 ])")
_DIGIT = re.compile(r"\d")


class Style(StrEnum):
    """How a line stands."""

    PARAGRAPH = "paragraph"
    BULLET = "bullet"
    STATE = "state"
    RIGHT = "right"
    CENTRE = "centre"
    ROW = "row"


_STYLES = {"- ": Style.BULLET, "! ": Style.STATE, "> ": Style.RIGHT, "= ": Style.CENTRE}


class SectionSource(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A section as its file has it."""

    id: Annotated[str, msgspec.Meta(pattern=r"^[a-z][a-z0-9-]*\Z")]
    heading: str = ""
    field: str = ""
    when: tuple[str, ...] = ()
    text: str


class TemplateSource(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A template as its file has it."""

    title: str
    unknown: str
    needs: tuple[str, ...] = ()
    section: tuple[SectionSource, ...]


@dataclass(frozen=True, slots=True)
class Placeholder:
    """Where something known stands: its name (``@`` before what is put together) and the form it is wanted in."""

    name: str
    form: str = ""

    def __str__(self) -> str:
        return f"{self.name}:{self.form}" if self.form else self.name


@dataclass(frozen=True, slots=True, kw_only=True)
class TemplateLine:
    """A line: fixed words and placeholders in turn; ``optional`` is left out where something in it is not known."""

    style: Style
    optional: bool
    label: tuple[str | Placeholder, ...]
    parts: tuple[str | Placeholder, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition:
    """``name is [not] one of words``."""

    name: str
    negated: bool
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class TemplateSection:
    """A section, printed where all its conditions hold."""

    id: str
    heading: str
    field: str
    when: tuple[Condition, ...]
    lines: tuple[TemplateLine, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentTemplate:
    """A template, parsed; ``name`` is what an error calls it."""

    name: str
    title: str
    unknown: str
    needs: tuple[str, ...]
    sections: tuple[TemplateSection, ...]


def parse_template(text: str, name: str) -> DocumentTemplate:
    """Return a template.

    Args:
        text: of its file.
        name: what an error calls it.

    Raises:
        Unreadable: no TOML, not of the shape, a condition that says nothing, a fact that there is not or that is secret,
            or a digit that is neither the number of a heading nor the citation of a law.
    """
    try:
        source = msgspec.convert(tomllib.loads(text), TemplateSource)
    except (ValueError, RecursionError) as error:
        raise Unreadable("loss.bad_template", template=name, where=told(error, text)) from None
    template = DocumentTemplate(
        name=name,
        title=source.title,
        unknown=source.unknown,
        needs=source.needs,
        sections=tuple(_section(section, name) for section in source.section),
    )
    _check_keys(template)
    _check_digits(source, name)
    return template


def _section(source: SectionSource, name: str) -> TemplateSection:
    return TemplateSection(
        id=source.id,
        heading=source.heading,
        field=source.field,
        when=tuple(_condition(text, name) for text in source.when),
        lines=tuple(_line(line) for line in source.text.strip().splitlines() if line.strip()),
    )


def _condition(text: str, name: str) -> Condition:
    match = _CONDITION.fullmatch(text)
    if match is None:
        raise Unreadable("loss.bad_template", template=name, where=text)
    return Condition(name=match["name"], negated=bool(match["negated"]), words=tuple(match["words"].split(" or ")))


def _line(text: str) -> TemplateLine:
    match = _STYLED.fullmatch(text.strip())
    assert match is not None, "every line is one"
    row = None if match["mark"] else _ROW.fullmatch(match["text"])
    style = Style.ROW if row else _STYLES.get(match["mark"] or "", Style.PARAGRAPH)
    return TemplateLine(
        style=style,
        optional=bool(match["optional"]),
        label=tuple(_parts(row["label"])) if row else (),
        parts=tuple(_parts(row["text"] if row else match["text"])),
    )


def _parts(text: str) -> list[str | Placeholder]:
    parts, end = list[str | Placeholder](), 0
    for match in _PLACEHOLDER.finditer(text):
        if match.start() > end:
            parts.append(text[end : match.start()])
        parts.append(Placeholder(match[1], match[2] or ""))
        end = match.end()
    return [*parts, text[end:]] if end < len(text) else parts


def _check_keys(template: DocumentTemplate) -> None:
    lines = [line for section in template.sections for line in section.lines]
    names = [part.name for line in lines for part in (*line.label, *line.parts) if isinstance(part, Placeholder)]
    names += [condition.name for section in template.sections for condition in section.when]
    known = vocabulary()
    for key in (*names, *template.needs):
        if key.startswith("@"):
            continue
        if key not in known or known[key].visibility is Visibility.SECRET:
            raise Unreadable("loss.bad_template", template=template.name, where=key)


def _check_digits(source: TemplateSource, name: str) -> None:
    texts = [source.title, source.unknown]
    for section in source.section:
        texts += [_NUMBER.sub("", section.heading), _NUMBER.sub("", section.field)]
        texts += [_PLACEHOLDER.sub("", _NUMBER.sub("", line.strip())) for line in section.text.splitlines()]
    for text in texts:
        if _DIGIT.search(_LAW.sub("", text)):
            raise Unreadable("loss.template_digit", template=name, line=text)
