"""Running text as a source of pieces: whole lines of UTF-8, with flat memory however long the text is.

A text file is read again for every pass. What a document says was taken out of it once and is held. Where a format
writes its characters in disguise, the pieces hold what a person would read: see :mod:`~sekisho.readers.escapes` and
:mod:`~sekisho.readers.markup`. Lines then still are those of the source, positions within them are of the text as read.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path

import numpy as np

from sekisho.errors import Unreadable
from sekisho.readers.blob import Blob, Place
from sekisho.readers.decoding import decoded
from sekisho.readers.encoding import Encoding
from sekisho.readers.limits import chunks_of
from sekisho.readers.problems import Problems
from sekisho.readers.source import Stamp, opened, stamp
from sekisho.readers.structure import count_lines
from sekisho.readers.view import Piece, Text

# A line longer than this is cut behind a mark that stands between values; minified JSON is a single line.
LONGEST_LINE = 4 << 20
_BETWEEN = (b",", b" ", b";", b"\t", b">", "、".encode(), "。".encode())

Streamed = Callable[[Iterator[bytes]], Iterator[bytes]]
Undone = Callable[[bytes], bytes]


@dataclass(frozen=True, slots=True, kw_only=True)
class TextFile:
    """A text file, or one that lay inside another file.

    Attributes:
        place: where its bytes are.
        encoding: what they are in.
        seen: the state it was in when it was looked at.
        ends_at_cr: lines end with CR alone.
        streamed: what is done to the whole text, such as taking off tags; it keeps the line ends.
        undone: what is done to whole lines, such as reading escapes.
    """

    place: Path | Blob
    encoding: Encoding
    seen: Stamp
    ends_at_cr: bool
    streamed: Streamed | None = None
    undone: Undone | None = None

    def pieces(self, *, problems: Problems, size: int) -> Iterator[Piece]:
        """Yield the whole text in order.

        Raises:
            Unreadable: the file is gone or has changed.
        """
        with opened(self.place) as file:
            self._must_be_as_seen(stamp(file))
            chunks = iter(lambda: file.read(size), b"")
            text = decoded(chunks, self.encoding, path=self._path, strict=False, problems=problems)
            text = self.streamed(text) if self.streamed else text
            yield from cut(text, undone=self.undone, ends_at_cr=self.ends_at_cr)
            self._must_be_as_seen(stamp(file))

    @property
    def _path(self) -> Path:
        return self.place if isinstance(self.place, Path) else self.place.path

    def _must_be_as_seen(self, now: Stamp) -> None:
        if now != self.seen:
            raise Unreadable("readers.changed", path=self._path)


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """What a document says.

    Attributes:
        text: all of it, in UTF-8.
    """

    text: bytes = field(repr=False)

    def pieces(self, *, problems: Problems, size: int) -> Iterator[Piece]:
        """Yield the whole text in order."""
        del problems
        yield from cut(self.text[start : start + size] for start in range(0, len(self.text), size))


def words(place: Place | Blob, lines: Iterable[str]) -> Text:
    """Return a document's text, given line by line."""
    text = BytesIO()  # a list of short lines would take ten times the memory
    for line in lines:
        text.write(line.encode(errors="replace") + b"\n")
    return Text(path=place.path, name=place.name, encoding="utf-8", source=Words(text=text.getvalue()))


def nothing_in(place: Place | Blob) -> Text:
    """Return the text of what is empty: it was inspected, and there is nothing in it."""
    return words(place, ())


def cut(chunks: Iterable[bytes], *, undone: Undone | None = None, ends_at_cr: bool = False) -> Iterator[Piece]:
    """Yield text in pieces that end with a line.

    Args:
        chunks: UTF-8; a chunk may end inside a line, and inside a character.
        undone: what is done to each piece.
        ends_at_cr: lines end with CR alone.
    """
    counter = _Counter(undone, ends_at_cr=ends_at_cr)
    held, size = list[bytes](), 0
    for chunk in chunks:
        end = _line_end(chunk, ends_at_cr=ends_at_cr)
        if not end and size + len(chunk) > LONGEST_LINE:
            whole = b"".join([*held, chunk])
            end = _gap(whole)
            yield counter.piece(whole[:end])
            held, size = [whole[end:]], len(whole) - end
            continue
        if end:
            yield counter.piece(b"".join([*held, chunk[:end]]))
            held, size = [], 0
        held.append(chunk[end:])
        size += len(chunk) - end
    if rest := b"".join(held):
        yield counter.piece(rest)


class _Counter:
    def __init__(self, undone: Undone | None, *, ends_at_cr: bool) -> None:
        self._undone = undone
        self._ends_at_cr = ends_at_cr
        self._line = 1
        self._character = 0

    def piece(self, text: bytes) -> Piece:
        text = self._undone(text) if self._undone else text
        piece = Piece(text=text, first_line=self._line, first_character=self._character)
        self._line += count_lines(text, rows_end_at_cr=self._ends_at_cr)
        self._character += int(np.count_nonzero(np.frombuffer(text, np.int8) >= -64))  # no byte that goes on
        return piece


def _line_end(chunk: bytes, *, ends_at_cr: bool) -> int:
    """Return where the last line that ends in a chunk ends, 0 if none does."""
    return max(chunk.rfind(b"\n"), chunk.rfind(b"\r") if ends_at_cr else -1) + 1


def _gap(text: bytes) -> int:
    """Return where a line that does not end is best cut."""
    half = len(text) // 2
    if found := max(at + len(mark) if (at := text.rfind(mark, half)) >= 0 else 0 for mark in _BETWEEN):
        return found
    end = len(text)
    while end > half and text[end - 1] & 0xC0 == 0x80:
        end -= 1
    return end - 1 if end > half and text[end - 1] >= 0xC0 else len(text)


def bytes_of(blob: Blob) -> bytes:
    """Return all bytes of a blob."""
    with blob.open() as file:
        return b"".join(chunks_of(file))
