"""Rows of a database's values → a table's text in chunks: UTF-8 with RFC 4180 quotes, as blocks take it.

Databases keep text and bytes apart only where whoever filled them did. So bytes that are text count as text, in the
encoding they are in, and bytes that are none (pictures, keys) are left out and counted.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import TypeAlias

from sekisho.errors import Unreadable
from sekisho.readers.blocks import write_row
from sekisho.readers.encoding import guess
from sekisho.readers.grammar import Dialect
from sekisho.readers.problems import Problems

DIALECT = Dialect(delimiter=",", newline="\n")

_LARGEST_PLAIN_NUMBER = 1e21
_BYTES_AT_ONCE = 1 << 16

Cell: TypeAlias = bytes | str | int | float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Writing:
    """What a writer of rows has to know.

    Attributes:
        path: where the rows come from, for messages.
        strict: raise at what is no text; otherwise leave it out and count it.
        problems: where to count.
        size: about how many bytes make a chunk.
    """

    path: object
    strict: bool
    problems: Problems
    size: int


def written(rows: Iterable[Sequence[Cell]], writing: Writing) -> Iterator[bytes]:
    """Yield the text of rows.

    Raises:
        Unreadable: ``readers.binary``, when strict.
    """
    piece, first = bytearray(), 1
    for batch in _batches(rows):
        piece += _text(batch, writing, first)
        first += len(batch.rows)
        if len(piece) >= writing.size:
            yield bytes(piece)
            piece.clear()
    yield bytes(piece)


@dataclass(frozen=True, slots=True)
class _Batch:
    """A few rows, and their cells with nothing but commas between them."""

    rows: list[Sequence[Cell]]
    lines: list[bytes]


def _batches(rows: Iterable[Sequence[Cell]]) -> Iterator[_Batch]:
    batch, size = _Batch([], []), 0
    for row in rows:
        line = _line(row)
        batch.rows.append(row)
        batch.lines.append(line)
        size += len(line) + 1
        if size >= _BYTES_AT_ONCE:
            yield batch
            batch, size = _Batch([], []), 0
    yield batch


def _line(row: Sequence[Cell]) -> bytes:
    try:
        return b",".join(row)  # type: ignore[arg-type]  # most drivers give bytes alone, and then this is all there is to do
    except TypeError:
        return b",".join(map(_bytes_of, row))


def _text(batch: _Batch, writing: Writing, first: int) -> bytes:
    """Return the text of a batch; what has to be quoted or mended is looked for in the whole before it is in each row."""
    if not batch.rows:
        return b""
    width, text = len(batch.rows[0]), b"\n".join(batch.lines) + b"\n"
    if b"\0" in text or not _is_utf8(text):
        return _mended(batch, writing, first)
    if _needs_no_quotes(text, commas=(width - 1) * len(batch.rows), ends=len(batch.rows)) and width > 1:
        return text
    return b"".join(
        line + b"\n" if width > 1 and _needs_no_quotes(line, commas=width - 1, ends=0) else _quoted(row, _bytes_of)
        for row, line in zip(batch.rows, batch.lines, strict=True)
    )


def _needs_no_quotes(text: bytes, *, commas: int, ends: int) -> bool:
    return b'"' not in text and b"\r" not in text and text.count(b",") == commas and text.count(b"\n") == ends


def _mended(batch: _Batch, writing: Writing, first: int) -> bytes:
    cells = [cell for cell in map(_bytes_of, chain.from_iterable(batch.rows)) if not _is_plain(cell)]
    found = guess(b"\n".join(cell for cell in cells if b"\0" not in cell))
    codec = found.codec if found else "utf-8"
    left_out = 0

    def mended(cell: Cell) -> bytes:
        nonlocal left_out
        data = _bytes_of(cell)
        if _is_plain(data):
            return data
        text = _decoded(data, codec)
        left_out += text is None
        return text or b""

    text = b"".join(_quoted(row, mended) for row in batch.rows)
    if left_out and writing.strict:
        raise Unreadable("readers.binary", path=writing.path, line=first)
    if left_out:
        writing.problems.note("readers.binary", line=first, count=left_out)
    return text


def _quoted(row: Sequence[Cell], text_of: Callable[[Cell], bytes]) -> bytes:
    return write_row(list(map(text_of, row)), DIALECT.delimiter)


def _bytes_of(cell: Cell) -> bytes:
    if isinstance(cell, bytes):
        return cell
    if cell is None:
        return b""
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < _LARGEST_PLAIN_NUMBER:
        return b"%d" % cell
    return str(cell).encode("utf-8", "replace")


def _is_plain(cell: bytes) -> bool:
    return b"\0" not in cell and _is_utf8(cell)


def _is_utf8(text: bytes) -> bool:
    try:
        text.decode()
    except UnicodeDecodeError:
        return False
    return True


def _decoded(cell: bytes, codec: str) -> bytes | None:
    """Return text in another encoding than UTF-8 as UTF-8; None if it is no text."""
    if guess(cell) is None or b"\0" in cell:
        return None
    try:
        return cell.decode(codec).encode()
    except UnicodeDecodeError:
        return None
