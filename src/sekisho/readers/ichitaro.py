"""Ichitaro documents (.jtd, .jttc), as far as their form is known.

A compound file; the text is in the stream ``DocumentText``, that of frames in ``LayoutBoxText`` and of footnotes in
``Footnote``. It is UTF-16, big-endian, between control codes: text begins behind 0x001F, or where a block ``TextV.01``
says that it does (its length in units of 16 bits follows); 0x001D … 0x001E enclose text within a line, and where 0x0082
stands before it, how that is read aloud, which is given after the text. A ``.jttc`` holds a whole document packed by LH5.
Described by KimEJ/OpenJTD@92ad606 ``openjtd-spec/rfc/0003-document-text.md`` and ``0005``; not tested on real documents.
"""

import re
import sys
from array import array
from collections.abc import Iterator
from typing import TYPE_CHECKING

from sekisho.errors import Unreadable
from sekisho.readers.archive import unpack
from sekisho.readers.blob import Blob
from sekisho.readers.context import Context
from sekisho.readers.plain import words
from sekisho.readers.streams import read_stream
from sekisho.readers.view import View

if TYPE_CHECKING:
    from olefile import OleFileIO

_STREAMS = ("DocumentText", "LayoutBoxText", "Footnote")
_MAGIC = b"SsmgV.01"
_BLOCK = re.compile(rb"TextV\.01(.{4})", re.DOTALL)
_PACKED = b"-lh5-"

_INLINE, _INLINE_END, _TEXT = 0x1D, 0x1E, 0x1F
_READING = 0x82
_LONGEST_INLINE = 256
_KEPT = (0x09, 0x0A, 0x0D)
_PAGE = 0x0C


def views(ole: "OleFileIO", blob: Blob, context: Context) -> Iterator[View]:
    """Yield the words of a document."""
    del context
    lines = [line for name in _STREAMS if ole.exists(name) for line in text_of(read_stream(ole, name))]
    yield words(blob, lines)


def compressed_views(ole: "OleFileIO", blob: Blob, context: Context) -> Iterator[View]:
    """Yield what a packed document holds.

    Raises:
        Unreadable: it is not packed by LH5.
    """
    content = read_stream(ole, "JSCompDocument")
    start = content.find(_PACKED) - 2
    if start < 0:
        raise Unreadable("readers.damaged", path=blob.path)
    yield from context.member(blob, "document.jtd", unpack(content[start:], blob))


def salvaged(content: bytes) -> list[str]:
    """Return the lines that can be found in a container whose parts cannot."""
    pieces = content.split(_MAGIC)[1:]
    return [line for piece in pieces for line in text_of(_MAGIC + piece)]


def text_of(stream: bytes) -> list[str]:
    """Return the lines of a stream."""
    lines = list[str]()
    blocks = list(_BLOCK.finditer(stream))
    for block in blocks:
        size = 2 * int.from_bytes(block[1], "big")
        lines += _lines(stream[block.end() : block.end() + size], begun=True)
    if not blocks:
        lines += _lines(stream[len(_MAGIC) if stream.startswith(_MAGIC) else 0 :], begun=False)
    return [line for line in lines if line.strip()]


def _lines(content: bytes, *, begun: bool) -> list[str]:
    units = array("H", content[: len(content) & ~1])
    if sys.byteorder == "little":
        units.byteswap()
    said, readings, place = array("H"), list[str](), 0
    while place < len(units):
        unit = units[place]
        if unit == _INLINE and (end := _end_of_inline(units, place)):
            inside = array("H", filter(_is_text, units[place + 1 : end]))
            if place and units[place - 1] == _READING:
                readings.append(_decoded(inside))
            else:
                said += inside
            place, begun = end, True
        elif unit in (_TEXT, _INLINE_END):
            begun = True
        elif unit == _PAGE and begun:
            said.append(_KEPT[1])
        elif not _is_text(unit):
            begun = False
        elif begun:
            said.append(unit)
        place += 1
    return [*re.split(r"[\r\n]+", _decoded(said)), *readings]


def _end_of_inline(units: "array[int]", start: int) -> int:
    try:
        return units.index(_INLINE_END, start, start + _LONGEST_INLINE)
    except ValueError:
        return 0


def _is_text(unit: int) -> bool:
    return unit in _KEPT or (unit >= 0x20 and not 0x7F <= unit <= 0x9F and unit < 0xFFFE)


def _decoded(units: "array[int]") -> str:
    return units.tobytes().decode("utf-16-le" if sys.byteorder == "little" else "utf-16-be", "replace")
