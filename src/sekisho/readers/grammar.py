"""Rows and cells of delimited text, by a grammar that real files can follow.

RFC 4180 with two mercies. A quote opens a quoted cell only as the cell's first character, so that ``5'10"`` is three
characters and a quote. And a quote that never closes properly (before a delimiter, a line end or the end of the text)
is a character too: otherwise one stray quote would swallow the rest of the file. Lines with nothing on them are no
rows. Input is UTF-8 or any encoding that leaves ASCII alone.

This is the careful and slow reading, for what :mod:`~sekisho.readers.structure` cannot take at a glance.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from typing import Literal

Newline = Literal["\n", "\r\n", "\r"]

# How far a quoted cell may run on before its quote counts as a character. The largest real cells hold a letter's text.
LONGEST_CELL = 4 << 20

_QUOTED_TO_THE_END = re.compile(rb'"(?:[^"]++|"")*+"?\Z')


@dataclass(frozen=True, slots=True, kw_only=True)
class Dialect:
    """How cells and rows are kept apart.

    Attributes:
        delimiter: one of ``,`` tab ``;`` ``|``.
        newline: how rows end; where they end with CR, LF and CRLF end one too.
    """

    delimiter: str
    newline: Newline


@dataclass(frozen=True, slots=True)
class Row:
    """One row.

    Attributes:
        cells: quotes undone; none on an empty line.
        start: where it starts in the text.
        end: where the next row starts in the text.
        broken: an opening quote did not close properly and was taken as a character.
    """

    cells: list[bytes] = field(repr=False)
    start: int
    end: int
    broken: bool


def rows(text: bytes, dialect: Dialect, *, final: bool, start: int = 0) -> Iterator[Row]:
    """Yield the complete rows of a text.

    Args:
        text: the text.
        dialect: its delimiter and newline.
        final: nothing follows, so that the last row needs no newline.
        start: where to begin, a row's start.
    """
    position = start
    while position < len(text):
        row = _bare_row(text, position, dialect) or _careful_row(text, position, dialect, final=final)
        if row is None:
            return
        position = row.end
        if row.cells:
            yield row


def _bare_row(text: bytes, start: int, dialect: Dialect) -> Row | None:
    """Return the row at ``start`` at little cost, if its line ends in sight and no cell of it starts with a quote."""
    end = text.find(b"\n", start)
    line, mark = text[start:end].removesuffix(b"\r"), dialect.delimiter.encode()
    if end < 0 or dialect.newline == "\r" or line.startswith(b'"') or mark + b'"' in line:
        return None
    return Row(line.split(mark) if line else [], start, end + 1, broken=False)


def _careful_row(text: bytes, start: int, dialect: Dialect, *, final: bool) -> Row | None:
    """Return the row at ``start``, None if the text may end inside it."""
    pattern, mark = _cell_pattern(dialect.delimiter, dialect.newline), dialect.delimiter.encode()
    position, cells, broken, end = start, list[bytes](), False, mark
    while end == mark:
        match = pattern.match(text, position)
        assert match is not None, "the pattern matches the empty cell"
        if not final and _is_cut(text, match):
            return None
        quoted, bare, end = match.groups()
        position = match.end()
        cells.append(quoted.replace(b'""', b'"') if bare is None else bare)
        broken = broken or (bare is not None and bare.startswith(b'"'))
    is_empty_line = len(cells) == 1 and position - start == len(end)
    return Row([] if is_empty_line else cells, start, position, broken=broken)


def _is_cut(text: bytes, match: re.Match[bytes]) -> bool:
    """Tell whether more text could change this cell."""
    if match.end() == len(text) and match[3] in (b"", b"\r"):
        return True
    start = match.start()
    opened = match[1] is None and match[2].startswith(b'"')
    return opened and len(text) - start < LONGEST_CELL and _QUOTED_TO_THE_END.match(text, start) is not None


@cache
def _cell_pattern(delimiter: str, newline: Newline) -> re.Pattern[bytes]:
    """Return the pattern of one cell and what ends it: groups quoted, bare, end."""
    mark = re.escape(delimiter)
    plain = rf"[^{mark}\r\n]*+"
    bare, line_end = (plain, r"\r\n|\n|\r") if newline == "\r" else (rf"{plain}(?:\r(?!\n|\Z){plain})*+", r"\r?\n|\r\Z")
    end = rf"{mark}|{line_end}|\Z"
    return re.compile(rf'(?:"((?:[^"]++|"")*+)"(?={end})|({bare}))({end})'.encode())
