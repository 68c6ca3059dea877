"""A table's text in blocks: whole rows of one width in well-formed UTF-8, whatever the file was like.

What is not well-formed in the source either stops the reading (strict, for what leaves the office) or is mended and
counted (tolerant, for what is only looked at): a row with too few cells gets empty ones, of a row with too many the
last cell keeps the rest, so that nothing escapes a scan. Memory stays flat: one piece of the file at a time.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cache
from itertools import chain

import numpy as np

from sekisho.errors import Unreadable
from sekisho.readers.grammar import LONGEST_CELL, Dialect, Row, rows
from sekisho.readers.problems import Problems
from sekisho.readers.structure import Bytes, Positions, count_lines, measure, unify_newlines

_MENDED_BYTES = 1 << 16
_BEFORE = np.full(1, -1, np.int64)
_QUOTE = ord('"')
_LONGEST_ROW = 4 * LONGEST_CELL
_EMPTY_LINES = re.compile(rb"(?:\r?\n)*+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """Consecutive rows of a table.

    Attributes:
        text: UTF-8; quoting by RFC 4180, rows end with LF, every row has the table's width.
        ends: the position in ``text`` of the delimiter or LF behind each cell, row by row.
        width: cells a row.
        first_row: how many rows of the table come before.
    """

    text: bytes = field(repr=False)
    ends: Positions = field(repr=False)
    width: int
    first_row: int

    @property
    def rows(self) -> int:
        """How many rows the block holds."""
        return len(self.ends) // self.width

    def data(self) -> Bytes:
        """Return ``text`` as an array."""
        return np.frombuffer(self.text, np.uint8)

    def insides(self, column: int) -> tuple[Positions, Positions]:
        """Return where the inside of each cell of a column starts and stops in ``text``: without the quotes around it."""
        stops = self.ends[column :: self.width]
        row_ends = self.ends[self.width - 1 :: self.width]
        starts = 1 + (self.ends[column - 1 :: self.width] if column else np.concatenate((_BEFORE, row_ends))[:-1])
        quoted = self.data()[starts] == _QUOTE
        return starts + quoted, stops - quoted


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """What a reader has to know to cut text into blocks.

    Attributes:
        dialect: delimiter and newline.
        width: cells a row.
        path: the file, for messages.
        line: the line of the file on which the text starts.
        row: how many rows of the table come before the text.
    """

    dialect: Dialect
    width: int
    path: object
    line: int
    row: int = 0


def blocks(chunks: Iterable[bytes], shape: Shape, *, strict: bool, problems: Problems) -> Iterator[Block]:
    """Yield the rows of UTF-8 text that starts at a row's start.

    Raises:
        Unreadable: ``readers.ragged_row`` or ``readers.broken_quote``, when strict.
    """
    cutter = _Cutter(shape, strict=strict, problems=problems)
    rest = b""
    for chunk, final in chain(((chunk, False) for chunk in chunks), [(b"", True)]):
        rest += chunk
        while True:
            block, rest = cutter.cut(rest, final=final)
            if block is None:
                break
            yield block


class _Cutter:
    def __init__(self, shape: Shape, *, strict: bool, problems: Problems) -> None:
        self._shape = shape
        self._strict = strict
        self._problems = problems
        self._line = shape.line
        self._row = shape.row

    def cut(self, text: bytes, *, final: bool) -> tuple[Block | None, bytes]:
        """Return the whole rows at the start of a text, and what is left of it."""
        stop = 0 if final or self._shape.dialect.newline == "\r" else text.rfind(b"\n") + 1
        if stop and (found := self._regular(text, stop)):
            return found[0], found[1] + text[stop:]
        if final:
            text += b"\n" if text and not text.endswith(b"\n") else b""
        elif text.endswith(b"\r"):
            block, rest = self.cut(text[:-1], final=False)  # the LF of a CRLF may come with the next chunk
            return block, rest + b"\r"
        unified = unify_newlines(text, self._shape.dialect)
        if unified is None:
            return self._mend(text, final=final)
        ends = measure(unified, delimiter=self._shape.dialect.delimiter, width=self._shape.width)
        if ends is not None and len(ends):
            return self._take(unified, ends)
        if ends is None or final or len(text) >= LONGEST_CELL:
            return self._mend(text, final=final)
        return None, unified

    def _regular(self, text: bytes, stop: int) -> tuple[Block, bytes] | None:
        """Return the rows of a text up to behind an LF, and what is left up to there; None if they are not regular."""
        unified = unify_newlines(text, self._shape.dialect, stop=stop)
        if unified is None:
            return None
        ends = measure(unified, delimiter=self._shape.dialect.delimiter, width=self._shape.width)
        return self._take(unified, ends) if ends is not None and len(ends) else None

    def _take(self, text: bytes, ends: Positions) -> tuple[Block, bytes]:
        size = int(ends[-1]) + 1
        whole, rest = text[:size], text[size:]
        block = self._block(whole, ends)
        self._line += self._lines(whole) if b'"' in whole else block.rows
        return block, rest

    def _mend(self, text: bytes, *, final: bool) -> tuple[Block | None, bytes]:
        """Read the next rows with care; few of them, since what follows may be regular again."""
        dialect, width, mended = self._shape.dialect, self._shape.width, list[bytes]()
        position = _empty_lines(text)
        for row in rows(text, dialect, final=final, start=position):
            for fault in faults(row, width):
                self._complain(fault, text[: row.start])
            mended.append(write_row(fit(row.cells, width, dialect.delimiter), dialect.delimiter))
            position = row.end
            if position >= _MENDED_BYTES:
                break
        self._line += self._lines(text[:position])
        if not mended and not final and len(text) >= _LONGEST_ROW:
            self._complain("readers.endless_row", b"")
            return self._mend(text, final=True)
        if not mended:
            return None, b"" if final else text[position:]
        whole = b"".join(mended)
        ends = measure(whole, delimiter=dialect.delimiter, width=width)
        assert ends is not None, "what write_row writes is regular"
        return self._block(whole, ends), text[position:]

    def _complain(self, fault: str, before: bytes) -> None:
        line = self._line + self._lines(before)
        if self._strict:
            raise Unreadable(fault, path=self._shape.path, line=line)
        self._problems.note(fault, line=line)

    def _lines(self, text: bytes) -> int:
        return count_lines(text, rows_end_at_cr=self._shape.dialect.newline == "\r")

    def _block(self, text: bytes, ends: Positions) -> Block:
        block = Block(text=text, ends=ends, width=self._shape.width, first_row=self._row)
        self._row += block.rows
        return block


def faults(row: Row, width: int) -> Iterator[str]:
    """Yield what is wrong with a row, as keys of the catalogue."""
    if row.broken:
        yield "readers.broken_quote"
    if len(row.cells) != width:
        yield "readers.ragged_row"


def fit(cells: list[bytes], width: int, delimiter: str) -> list[bytes]:
    """Bring a row to ``width`` cells: empty ones are added, too many stay together in the last."""
    if len(cells) > width:
        return [*cells[: width - 1], delimiter.encode().join(cells[width - 1 :])]
    return [*cells, *([b""] * (width - len(cells)))]


def _empty_lines(text: bytes) -> int:
    """Return how many bytes of empty lines a text starts with."""
    match = _EMPTY_LINES.match(text)
    return match.end() if match else 0


def write_row(cells: list[bytes], delimiter: str) -> bytes:
    """Write one row in the form that blocks hold; a single empty cell is quoted, since an empty line is no row."""
    if cells == [b""]:
        return b'""\n'
    mark, special = delimiter.encode(), _special(delimiter)
    line = mark.join(cells)
    if len(special.findall(line)) != len(cells) - 1:
        line = mark.join(b'"' + cell.replace(b'"', b'""') + b'"' if special.search(cell) else cell for cell in cells)
    return line + b"\n"


@cache
def _special(delimiter: str) -> re.Pattern[bytes]:
    """Return the pattern of the bytes for which a cell is quoted."""
    return re.compile(rf'["\r\n{re.escape(delimiter)}]'.encode())
