"""What is wrong with the shape of a TOML file that people write, in words: which table, which line, what belongs there.

``tomllib`` and ``msgspec`` say it in English, as ``Object missing required field `out` - at `$.field[3]```. Here each of the
few things that they can say becomes :class:`~sekisho.catalogue.words.Said`, with the table's name and number and, where the
file shows it, the line.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import takewhile

from sekisho.catalogue.words import Said

_WHERE = re.compile(r"(?P<what>.*?)(?: - at (?P<of_key>`key` in )?`\$(?P<path>[^`]*)`)?", re.DOTALL)
_STEP = re.compile(r"\.(?P<name>[^.\[\]]+)|\[(?P<number>\d+)\]|\[\.\.\.\]")
_HEADER = re.compile(r"\s*(?P<open>\[\[?)\s*(?P<name>[^\]]+?)\s*\]\]?\s*(#.*)?")
_SYNTAX = re.compile(r".* \((?:at line (?P<line>\d+), column (?P<column>\d+)|at end of document)\)", re.DOTALL)
_MISSING = re.compile(r"Object missing required field `(?P<name>.+)`")
_UNKNOWN = re.compile(r"Object contains unknown field `(?P<name>.+)`")
_TYPE = re.compile(r"Expected `(?P<expected>[^`]+)`, got `(?P<got>[^`]+)`")
_BAD_VALUE = re.compile(r"Expected `.+` |Invalid ")
_TYPES = frozenset({"str", "int", "float", "bool", "array", "object", "date"})


class Misshapen(ValueError):
    """What a reader of such a file raises of its own rules; its words come through unchanged."""

    def __init__(self, said: Said) -> None:
        super().__init__(said.says("en"))
        self.said = said


def told(error: Exception, text: str) -> Said:
    """Return what is wrong with a file, with its place.

    Args:
        error: what ``tomllib`` or ``msgspec`` raised of it.
        text: the file's.
    """
    if syntax := _SYNTAX.fullmatch(str(error)):
        return Said("shape.syntax" if syntax["line"] else "shape.cut_short", syntax.groupdict())
    found = _WHERE.fullmatch(str(error))
    assert found, "the pattern takes every text"
    path = found["path"] or ""
    place = _place(f"{path}[...]" if found["of_key"] else path, text)
    what = _what(found["what"], place.item)
    if isinstance(error.__cause__, Misshapen):
        what = error.__cause__.said
    elif isinstance(error, Misshapen):
        what = error.said
    elif found["of_key"]:
        what = Said("shape.bad_name")
    return place.of(what, text, str(what.values.get("name", "")))


def said_of(message: str) -> tuple[str, Said]:
    """Return the place, such as ``$.records[3].title``, and in words what ``msgspec`` says is wrong there.

    For files that are no TOML, whose lines are found in another way.
    """
    found = _WHERE.fullmatch(message)
    assert found, "the pattern takes every text"
    path = found["path"] or ""
    what = Said("shape.bad_name") if found["of_key"] else _what(found["what"], path)
    return f"${path}", what


@dataclass(frozen=True, slots=True)
class _Place:
    """A place in a file.

    Attributes:
        table: the table's dotted name, ``source.…`` where any of several is meant; empty for the file itself.
        number: which of several tables of this name, counted from 1; 0 where there is one.
        item: the key within it; empty for the table itself.
        line: of the table's header, counted from 1; 0 if it is written in another way.
    """

    table: str
    number: int
    item: str
    line: int

    def of(self, what: Said, text: str, name: str) -> Said:
        """Return what is wrong, behind the place."""
        if not self.table:
            return what
        key = "shape.numbered" if self.number else "shape.table"
        table = Said(key, {"table": self.table, "number": self.number})
        if not self.line:
            return Said("shape.at", {"table": table, "what": what})
        return Said("shape.at_line", {"line": self._line_of(self.item or name, text), "table": table, "what": what})

    def _line_of(self, item: str, text: str) -> int:
        """Return the line of an item in the table, or that of the table."""
        below = list(takewhile(lambda line: not _HEADER.fullmatch(line), text.split("\n")[self.line :]))
        key = re.compile(rf"""\s*["']?{re.escape(item.split(".", maxsplit=1)[0])}["']?\s*[=.]""")
        return next((self.line + 1 + place for place, line in enumerate(below) if item and key.match(line)), self.line)


def _place(path: str, text: str) -> _Place:
    """Find the table that a path leads into: the longest beginning of it that has a header in the file."""
    steps = [step["name"] or step["number"] or "…" for step in _STEP.finditer(path)]
    headers = list(_headers(text))
    for end in range(len(steps), 0, -1):
        number = int(steps[end - 1]) + 1 if steps[end - 1].isdigit() else 0
        name = ".".join(steps[: end - 1] if number else steps[:end])
        pattern = re.compile(re.escape(name).replace("…", "[^.]+"))
        found = [
            (line, header) for line, header, several in headers if pattern.fullmatch(header) and several == bool(number)
        ]
        if number and len(found) >= number:
            return _Place(name, number, _item(steps[end:]), found[number - 1][0])
        if not number and len(found) == 1:
            return _Place(found[0][1], 0, _item(steps[end:]), found[0][0])
    if len(steps) < 2:
        return _Place("", 0, _item(steps), 0)
    return _Place(steps[0], int(steps[1]) + 1 if steps[1].isdigit() else 0, _item(steps[1:]), 0)


def _headers(text: str) -> Iterator[tuple[int, str, bool]]:
    """Yield line and name of each table's header, and whether it is one of several."""
    for line, words in enumerate(text.split("\n"), 1):
        if header := _HEADER.fullmatch(words):
            yield line, _plain(header["name"]), header["open"] == "[["


def _plain(header: str) -> str:
    return ".".join(part.strip(" \t\"'") for part in header.split("."))


def _item(steps: list[str]) -> str:
    return ".".join(step for step in steps if not step.isdigit())


def _what(message: str, item: str) -> Said:
    if found := _MISSING.fullmatch(message):
        return Said("shape.missing", {"name": found["name"]})
    if found := _UNKNOWN.fullmatch(message):
        return Said("shape.unknown", {"name": found["name"]})
    name = item.rpartition(".")[2]
    if found := _TYPE.fullmatch(message):
        return Said("shape.type", {"name": name, "expected": _type(found["expected"]), "got": _type(found["got"])})
    if message.startswith("Invalid enum value "):  # not repeated: it may be a key, pasted into the wrong place
        return Said("shape.no_such_value", {"name": name})
    if _BAD_VALUE.match(message):
        return Said("shape.bad_value", {"name": name})
    return Said("shape.other")


def _type(name: str) -> Said:
    return Said(f"shape.a_{name}" if name in _TYPES else "shape.a_thing", {})
