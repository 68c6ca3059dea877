"""Where a large table in text can be cut, so that its parts are read apart and add up to the whole.

A cut stands behind the newline of a row, outside quotes. That is counted and not guessed: one pass over the file's own
bytes keeps the parity of the quotes, tells that each of them opens at a cell's start and closes at a cell's end, and
numbers the rows and lines, so that a part knows what stands before it. A table of which that cannot be told (a stray
quote, rows that end with CR, an encoding that shifts) is one part.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, BinaryIO, TypeAlias

import numpy as np
from numpy.typing import NDArray

from sekisho.errors import Unreadable
from sekisho.readers.blocks import Block
from sekisho.readers.delimited import DelimitedFile
from sekisho.readers.grammar import LONGEST_CELL
from sekisho.readers.problems import Problems
from sekisho.readers.source import opened, stamp

Text: TypeAlias = NDArray[Any]  # code units of one, two or four bytes

PART_BYTES = 64 << 20

_PIECE_BYTES = 1 << 20
_HEAD_BYTES = 4 << 20
_LF, _CR, _QUOTE = b'\n\r"'

# In these encodings a code unit that looks like LF or a quote is one, and a character never goes on behind an LF.
_CODE_UNITS = {
    "utf-8": "u1",
    "ascii": "u1",
    "cp932": "u1",
    "euc_jp": "u1",
    "cp1252": "u1",
    "latin-1": "u1",
    "iso8859-1": "u1",
    "utf-16-le": "<u2",
    "utf-16-be": ">u2",
    "utf-32-le": "<u4",
    "utf-32-be": ">u4",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class DelimitedPart:
    """Consecutive whole rows of a text file.

    Attributes:
        file: all of it.
        start: where in the file they start, in bytes; 0 if they are the first, with what stands above them.
        stop: where they stop.
        row: how many rows of the table come before.
        line: the line on which they start.
    """

    file: DelimitedFile
    start: int
    stop: int
    row: int
    line: int

    def blocks(self, *, strict: bool, problems: Problems, size: int) -> Iterator[Block]:
        """Yield the rows in order.

        Raises:
            Unreadable: the file is gone or has changed; when strict, it is not well-formed.
        """
        yield from self.file.blocks_between(
            self.start, self.stop, row=self.row, line=self.line, strict=strict, problems=problems, size=size
        )


def parts(file: DelimitedFile, *, size: int = PART_BYTES) -> list[DelimitedPart]:
    """Return a file's rows in parts of about ``size`` bytes; none if it is not to be cut.

    Raises:
        Unreadable: the file is gone or has changed.
    """
    unit = _CODE_UNITS.get(file.encoding.codec)
    if unit is None or file.layout.dialect.newline == "\r" or file.seen.size < 2 * size:
        return []
    with opened(file.path) as opened_file:
        if stamp(opened_file) != file.seen:
            raise Unreadable("readers.changed", path=file.path)
        start = _body(opened_file, file, np.dtype(unit))
        return [] if start is None else _parts(opened_file, file, start, size)


def _body(file: BinaryIO, known: DelimitedFile, unit: "np.dtype[Any]") -> int | None:
    """Return where the first row starts in the file's bytes: behind as many newlines as the text has above it."""
    mark, above = known.encoding.mark, known.line - 1
    if not above:
        return mark
    file.seek(mark)
    head = np.frombuffer(_whole_units(file.read(_HEAD_BYTES), unit.itemsize), unit)
    newlines = np.flatnonzero(head == _LF)
    return mark + (int(newlines[above - 1]) + 1) * unit.itemsize if len(newlines) >= above else None


def _parts(file: BinaryIO, known: DelimitedFile, body: int, size: int) -> list[DelimitedPart]:
    counter = _Counter(known)
    cuts, position = [(0, 0, 1)], body
    file.seek(body)
    for piece in _pieces(file, np.dtype(_CODE_UNITS[known.encoding.codec]), min(1 + size // 8, _PIECE_BYTES)):
        if piece is None or not counter.take(piece):
            return []
        position += piece.nbytes
        if position - cuts[-1][0] >= size and not counter.inside and known.seen.size - position > size // 4:
            cuts.append((position, counter.rows, known.line + counter.lines))
    if counter.inside:
        return []
    stops = [start for start, _, _ in cuts[1:]] + [known.seen.size]
    return [
        DelimitedPart(file=known, start=start, stop=stop, row=row, line=line)
        for (start, row, line), stop in zip(cuts, stops, strict=True)
    ]


def _pieces(file: BinaryIO, unit: "np.dtype[Any]", size: int) -> Iterator[Text | None]:
    """Yield a file's code units in pieces that end with LF, the last of them with one too many; None for an endless line."""
    rest = b""
    while data := file.read(size):
        text = rest + data
        end = _last_line_end(text, unit)
        if end:
            yield np.frombuffer(text, unit, end // unit.itemsize)
        rest = text[end:]
        if len(rest) > LONGEST_CELL:
            yield None
    yield np.append(np.frombuffer(_whole_units(rest, unit.itemsize), unit), np.array([_LF], unit))


def _last_line_end(text: bytes, unit: "np.dtype[Any]") -> int:
    """Return where the last line that ends in a text does, in bytes."""
    if unit.itemsize == 1:
        return text.rfind(b"\n") + 1
    newlines = np.flatnonzero(np.frombuffer(_whole_units(text, unit.itemsize), unit) == _LF)
    return (int(newlines[-1]) + 1) * unit.itemsize if len(newlines) else 0


def _whole_units(data: bytes, size: int) -> bytes:
    return data[: len(data) - len(data) % size]


class _Counter:
    """Counts rows and lines, as long as the quotes are regular.

    Attributes:
        rows: so far.
        lines: so far.
        inside: a quoted cell is open at the end of what was taken.
    """

    def __init__(self, file: DelimitedFile) -> None:
        self.rows = self.lines = 0
        self.inside = False
        self._open_for = 0
        self._delimiter = ord(file.layout.dialect.delimiter)
        # "|" is also the second byte of kanji, so whether a quote stands behind a delimiter is not told by one byte.
        self._ambiguous = self._delimiter == ord("|") and file.encoding.codec == "cp932"

    def take(self, text: Text) -> bool:
        """Count lines that end with LF; return False if their quotes are not regular."""
        ends, is_quote = np.flatnonzero(text == _LF), text == _QUOTE
        self.lines += len(ends)
        if self.inside or is_quote.any():
            quotes = np.flatnonzero(is_quote)
            if self._ambiguous or not self._is_regular(text, quotes):
                return False
            outside = (np.searchsorted(quotes, ends) + self.inside) % 2 == 0
            self.inside = bool((len(quotes) + self.inside) % 2)
            ends = ends[outside]
            if not self._fits(ends, len(text) * text.itemsize, text.itemsize):
                return False
        self.rows += len(ends) - _empty(text, ends)
        return True

    def _is_regular(self, text: Text, quotes: Text) -> bool:
        """Tell whether each quote opens behind a delimiter, LF or quote, and closes before one, or before CRLF."""
        opens, closes = quotes[int(self.inside) :: 2], quotes[int(not self.inside) :: 2]
        before = np.where(opens > 0, text[opens - 1], _LF)
        behind = text[closes + 1]
        crlf = (behind == _CR) & (text[np.minimum(closes + 2, len(text) - 1)] == _LF)
        return bool(self._at_edge(before).all() and (self._at_edge(behind) | crlf).all())

    def _at_edge(self, beside: Text) -> NDArray[np.bool_]:
        found: NDArray[np.bool_] = (beside == self._delimiter) | (beside == _LF) | (beside == _QUOTE)
        return found

    def _fits(self, ends: Text, size: int, unit: int) -> bool:
        """Tell whether no row is so long that a quote in it may count as a character."""
        if not len(ends):
            self._open_for += size
            return self._open_for < LONGEST_CELL
        first, longest = (int(ends[0]) + 1) * unit, int(np.diff(ends).max(initial=0)) * unit
        fits = max(self._open_for + first, longest) < LONGEST_CELL
        self._open_for = size - (int(ends[-1]) + 1) * unit
        return fits


def _empty(text: Text, ends: Text) -> int:
    """Count the ends of lines on which nothing stands: such a line is no row."""
    before = text[ends - 1]
    is_empty = (ends == 0) | (before == _LF)
    returns = np.flatnonzero((before == _CR) & (ends > 0))
    behind_crlf = ends[returns] - 2
    is_empty[returns] = (behind_crlf < 0) | (text[np.maximum(behind_crlf, 0)] == _LF)
    return int(np.count_nonzero(is_empty))
