"""Words of XML documents in reading order: a paragraph is a line, a table's row is a line with tabs between its cells.

The parser is expat, fed in pieces. A document type declaration ends the reading: no office program writes one, and
entities that grow are what they are for.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from xml.parsers import expat

_NOTHING = frozenset[str]()
_SAID, _PARAGRAPH, _CELL, _ROW, _TAB, _BREAK, _BLANK, _SKIPPED = (1 << bit for bit in range(8))


class Declares(ValueError):
    """The document declares a type."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Grammar:
    """What the elements of a format mean, by their local names.

    Attributes:
        said: their characters are words.
        paragraphs: they end a line.
        cells: they end a cell.
        rows: they end a row.
        tabs: they are a tab.
        breaks: they are a line break.
        blanks: they are a blank.
        skipped: nothing in them counts.
    """

    said: frozenset[str]
    paragraphs: frozenset[str]
    cells: frozenset[str] = _NOTHING
    rows: frozenset[str] = _NOTHING
    tabs: frozenset[str] = _NOTHING
    breaks: frozenset[str] = _NOTHING
    blanks: frozenset[str] = _NOTHING
    skipped: frozenset[str] = _NOTHING


def lines_of(chunks: Iterable[bytes], grammar: Grammar) -> Iterator[str]:
    """Yield what an XML document says, line by line.

    Raises:
        Declares: it declares a type.
        xml.parsers.expat.ExpatError: it is no well-formed XML.
    """
    flow = _Flow(grammar)
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.buffer_text = True
    parser.StartElementHandler = flow.start
    parser.EndElementHandler = flow.end
    parser.CharacterDataHandler = flow.say
    parser.StartDoctypeDeclHandler = _refuse
    for chunk in chunks:
        parser.Parse(chunk, False)
        yield from flow.taken()
    parser.Parse(b"", True)
    yield from flow.taken(final=True)


def _refuse(*_declared: object) -> None:
    raise Declares


class _Flow:
    def __init__(self, grammar: Grammar) -> None:
        self._by_local_name = {
            name: sum(meaning for names, meaning in _meanings(grammar) if name in names)
            for names, _ in _meanings(grammar)
            for name in names
        }
        self._meaning = dict[str, int]()  # of names with their space; most elements mean nothing and must cost nothing
        self._line = list[str]()
        self._lines = list[str]()
        self._saying = self._skipping = self._cells = 0

    def start(self, name: str, _attributes: object) -> None:
        meaning = self._meaning.get(name)
        if meaning is None:
            meaning = self._meaning[name] = self._by_local_name.get(name.rpartition(" ")[2], 0)
        if not meaning:
            return
        self._saying += bool(meaning & _SAID)
        self._cells += bool(meaning & _CELL)
        self._skipping += bool(meaning & _SKIPPED)
        if meaning & _TAB:
            self._line.append("\t" if not self._cells else " ")
        elif meaning & _BREAK:
            self._end_line()
        elif meaning & _BLANK:
            self._line.append(" ")

    def end(self, name: str) -> None:
        meaning = self._meaning[name]
        if not meaning:
            return
        self._skipping -= bool(meaning & _SKIPPED)
        self._saying -= bool(meaning & _SAID)
        if meaning & _PARAGRAPH:
            self._end_line()
        elif meaning & _CELL:
            self._cells -= 1
            self._line.append("\t" if not self._cells else " ")
        elif meaning & _ROW and not self._cells:
            self._end_line()

    def say(self, text: str) -> None:
        if self._saying and not self._skipping:
            self._line.append(text.replace("\n", " "))

    def _end_line(self) -> None:
        if self._cells:
            self._line.append(" ")
        else:
            self._lines.append("".join(self._line).rstrip())
            self._line.clear()

    def taken(self, *, final: bool = False) -> list[str]:
        if final and self._line:
            self._lines.append("".join(self._line).rstrip())
        found, self._lines = self._lines, []
        return found


def _meanings(grammar: Grammar) -> tuple[tuple[frozenset[str], int], ...]:
    return (
        (grammar.said, _SAID),
        (grammar.paragraphs, _PARAGRAPH),
        (grammar.cells, _CELL),
        (grammar.rows, _ROW),
        (grammar.tabs, _TAB),
        (grammar.breaks, _BREAK),
        (grammar.blanks, _BLANK),
        (grammar.skipped, _SKIPPED),
    )
