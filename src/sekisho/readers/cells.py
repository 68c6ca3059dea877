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


def written(batches: Iterable[Sequence[Sequence[Cell]]], writing: Writing) -> Iterator[bytes]:
    """Yield the text of rows that come in batches.

    Raises:
        Unreadable: ``readers.binary``, when strict.
    """
    piece, first = bytearray(), 1
    for batch in batches:
        piece += _text(batch, writing, first)
        first += len(batch)
        if len(piece) >= writing.size:
            yield bytes(piece)
            piece.clear()
    yield bytes(piece)


def _text(batch: Sequence[Sequence[Cell]], writing: Writing, first: int) -> bytes:
    text = _rows(batch, _bytes_of)
    if b"\0" not in text and _is_utf8(text):
        return text
    cells = [cell for cell in map(_bytes_of, chain.from_iterable(batch)) if not _is_plain(cell)]
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

    text = _rows(batch, mended)
    if left_out and writing.strict:
        raise Unreadable("readers.binary", path=writing.path, line=first)
    if left_out:
        writing.problems.note("readers.binary", line=first, count=left_out)
    return text


def _rows(batch: Sequence[Sequence[Cell]], text_of: Callable[[Cell], bytes]) -> bytes:
    return b"".join(write_row(list(map(text_of, row)), DIALECT.delimiter) for row in batch)


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
