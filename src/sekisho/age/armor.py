"""Armor: an age file as lines of text, for places that take nothing else (C2SP ``age.md``, "ASCII armor").

Strict PEM (RFC 7468 §3, figure 3): the two boundary lines to the letter, 64 columns, canonical base64 with padding. Only
white space may stand before and after, and lines may end in LF or CRLF; anything else would let an armored file be altered
without anybody noticing.
"""

import base64
import binascii
import re
from collections.abc import Iterator
from types import TracebackType
from typing import Self

from sekisho.age.errors import ArmorError
from sekisho.age.pipes import Sink, Source, read_up_to, write_all

BEGIN = b"-----BEGIN AGE ENCRYPTED FILE-----"
END = b"-----END AGE ENCRYPTED FILE-----"

_COLUMNS = 64
_BYTES = _COLUMNS // 4 * 3
_BLOCK = 64 * 1024
_LONGEST_LINE = _MOST_WHITE_SPACE = 1024
_BINARY = b"age-encryption.org/"
# As many whole lines as there are: nothing in them can be non-canonical, so that one call decodes them all.
_WHOLE_LINES = re.compile(rb"(?:[A-Za-z0-9+/]{64}\r?\n)+")


def undone(source: Source) -> Source:
    """Return the age file in ``source``, out of its armor if it has one; ``source`` may be a pipe.

    What is neither is returned as it is, for the header to be missed in it.
    """
    head = read_up_to(source, _MOST_WHITE_SPACE)
    whole = _Again(head, source)
    return ArmorReader(whole) if looks_armored(head) else whole


def looks_armored(head: bytes) -> bool:
    """Tell from the first kilobyte of a file whether it means to be an armored one; whether it is, reading shows."""
    return not head.startswith(_BINARY) and b"-----" in head


class ArmorReader:
    """What is in the armor, as a source. Reading to the end is what makes sure that nothing follows it.

    Every read raises:
        ArmorError: the armor breaks its format.
        OSError: the disk said no.
    """

    def __init__(self, source: Source) -> None:
        self._pieces = _decoded(_Text(source))
        self._ready = memoryview(b"")

    def read(self, size: int = -1, /) -> bytes:
        """Return ``size`` bytes, or all; fewer only at the end."""
        taken: list[memoryview] = []
        missing = size
        while missing and self._more():
            piece = self._ready if missing < 0 else self._ready[:missing]
            self._ready = self._ready[len(piece) :]
            taken.append(piece)
            missing -= len(piece) if missing > 0 else 0
        return b"".join(taken)

    def readline(self, size: int = -1, /) -> bytes:
        """Return bytes up to and with the next line feed, at most ``size``."""
        line = bytearray()
        while len(line) != size and not line.endswith(b"\n") and self._more():
            # Headers are short; what is decoded at a time is not, so only its beginning is looked at.
            window = bytes(self._ready[: 256 if size < 0 else min(256, size - len(line))])
            end = window.find(b"\n") + 1 or len(window)
            line += window[:end]
            self._ready = self._ready[end:]
        return bytes(line)

    def _more(self) -> bool:
        """Have something ready; false at the end."""
        while not self._ready:
            piece = next(self._pieces, None)
            if piece is None:
                return False
            self._ready = memoryview(piece)
        return True


class ArmorWriter:
    """Takes an age file, hands on its armor.

    Only :meth:`close` writes the last line, and a reader misses it; as a context manager it closes when the block ends and
    leaves the line out when the block fails.
    """

    def __init__(self, destination: Sink) -> None:
        self._destination = destination
        self._rest = b""
        self._begun = self._closed = False

    def write(self, data: bytes | bytearray | memoryview, /) -> int:
        """Take ``data`` and return its length in bytes.

        Raises:
            ValueError: the writer was closed.
            OSError: the disk said no.
        """
        if self._closed:
            raise ValueError("write to a closed armor")
        text = self._rest + bytes(data)
        whole = len(text) // _BYTES * _BYTES
        self._rest = text[whole:]
        self._put(text[:whole])
        return len(memoryview(data).cast("B"))

    def close(self) -> None:
        """Write what is left and the last line; closing again does nothing.

        Raises:
            OSError: the disk said no.
        """
        if not self._closed:
            self._closed = True
            self._put(self._rest)
            write_all(self._destination, END + b"\n")

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        if kind is None:
            self.close()
        self._closed = True

    def _put(self, data: bytes) -> None:
        if not self._begun:
            self._begun = True
            write_all(self._destination, BEGIN + b"\n")
        text = base64.b64encode(data)
        lines = [text[start : start + _COLUMNS] + b"\n" for start in range(0, len(text), _COLUMNS)]
        write_all(self._destination, b"".join(lines))


class _Again:
    """A source whose beginning was read already."""

    def __init__(self, head: bytes, source: Source) -> None:
        self._head = head
        self._source = source

    def read(self, size: int = -1, /) -> bytes | None:
        if not self._head:
            return self._source.read(size)
        taken = self._head if size < 0 else self._head[:size]
        self._head = self._head[len(taken) :]
        if size < 0:
            return taken + (self._source.read() or b"")
        return taken

    def readline(self, size: int = -1, /) -> bytes:
        end = self._head.find(b"\n") + 1 or len(self._head)
        taken = self._head[: end if size < 0 else min(end, size)]
        self._head = self._head[len(taken) :]
        if self._head or taken.endswith(b"\n") or len(taken) == size:
            return taken
        return taken + self._source.readline(-1 if size < 0 else size - len(taken))


class _Text:
    """The text of an armor, by the line or by as many whole lines as were read."""

    def __init__(self, source: Source) -> None:
        self._source = source
        self._block = b""
        self._at = 0

    def line(self) -> bytes:
        """Return the next line without its end, which the last one may lack."""
        while (end := self._block.find(b"\n", self._at)) < 0:
            if len(self._block) - self._at > _LONGEST_LINE:
                raise ArmorError("armor: a line is too long")
            if not self._fill():
                break
        if end < 0 and self._at == len(self._block):
            raise ArmorError("armor: the file ends before the armor does")
        line = self._block[self._at : end if end >= 0 else None]
        self._at = end + 1 if end >= 0 else len(self._block)
        return line.removesuffix(b"\r")

    def whole_lines(self) -> bytes:
        """Return what the whole lines say that were read already."""
        run = _WHOLE_LINES.match(self._block, self._at)
        if run is None:
            return b""
        self._at = run.end()
        return binascii.a2b_base64(run[0])

    def require_end(self) -> None:
        """Make sure that no more than a little white space follows."""
        rest = self._block[self._at :] + read_up_to(self._source, _MOST_WHITE_SPACE + 1)
        if rest.strip() or len(rest) > _MOST_WHITE_SPACE:
            raise ArmorError("armor: something follows it")

    def _fill(self) -> bool:
        block = read_up_to(self._source, _BLOCK)
        self._block = self._block[self._at :] + block
        self._at = 0
        return bool(block)


def _decoded(text: _Text) -> Iterator[bytes]:
    _read_begin(text)
    while True:
        yield text.whole_lines()
        line = text.line()
        if line == END:
            break
        data = _decode_line(line)
        yield data
        if len(data) < _BYTES:
            if text.line() != END:
                raise ArmorError("armor: a line is shorter than the others and not the last")
            break
    text.require_end()


def _read_begin(text: _Text) -> None:
    skipped = 0
    while not (line := text.line()).strip():
        skipped += len(line) + 1
        if skipped > _MOST_WHITE_SPACE:
            raise ArmorError("armor: too much white space before it")
    if line != BEGIN:
        raise ArmorError("armor: its first line is not the one of an age file")


def _decode_line(line: bytes) -> bytes:
    if not line or len(line) > _COLUMNS:
        raise ArmorError(f"armor: a line is empty or longer than {_COLUMNS} columns")
    try:
        data = base64.b64decode(line, validate=True)
    except ValueError:
        raise ArmorError("armor: a line is not base64") from None
    if base64.b64encode(data) != line:
        raise ArmorError("armor: a line is not canonical base64")
    return data
