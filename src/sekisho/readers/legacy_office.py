"""Word and PowerPoint files of 1997 to 2003 ([MS-DOC], [MS-PPT]): their words, from the streams of a compound file."""

import re
import struct
from collections.abc import Iterator
from typing import TYPE_CHECKING

from sekisho.errors import Unreadable
from sekisho.readers.blob import Blob
from sekisho.readers.context import Context
from sekisho.readers.plain import words
from sekisho.readers.streams import read_stream
from sekisho.readers.view import View

if TYPE_CHECKING:
    from olefile import OleFileIO

# [MS-DOC] 2.5.1: in the file information block, the flags, and where in the table stream the pieces are listed.
_FLAGS, _PIECES = 0x0A, 0x01A2
_IS_ENCRYPTED, _IS_TABLE_1 = 0x0100, 0x0200
_IS_BYTES, _PLACE = 0x4000_0000, 0x3FFF_FFFF
_PROPERTIES, _LIST = 1, 2

# [MS-PPT] 2.13.24: record types whose content is text; 2.3.1: a container has version 15.
_UNITS_ATOM, _STRING, _BYTES_ATOM = 0x0FA0, 0x0FBA, 0x0FA8
_CONTAINER = 0xF
_HEADER = struct.Struct("<HHI")
_DEEPEST = 64
_ENCRYPTED_USER = 0xF3D1C4DF  # [MS-PPT] 2.3.2, headerToken of an encrypted file

_LINE = re.compile(r"[\r\n\x0b\x0c]")
_FIELD = re.compile(r"\x13([^\x14\x15]*)\x14?")
_DROPPED = re.compile(r"[\x00-\x06\x08\x0e-\x1f]")


def word_views(ole: "OleFileIO", blob: Blob, context: Context) -> Iterator[View]:
    """Yield the words of a Word file, footnotes, headers, comments and text boxes too.

    Raises:
        Unreadable: it is encrypted or damaged.
    """
    del context
    document = read_stream(ole, "WordDocument")
    flags = int.from_bytes(document[_FLAGS : _FLAGS + 2], "little")
    if flags & _IS_ENCRYPTED:
        raise Unreadable("readers.encrypted", path=blob.path)
    table = read_stream(ole, "1Table" if flags & _IS_TABLE_1 else "0Table")
    start, size = struct.unpack_from("<II", document, _PIECES)
    text = "".join(_pieces(document, table[start : start + size]))
    text = _FIELD.sub(r"\1 ", text).replace("\x07", "\t").replace("\x1e", "-")
    yield words(blob, (_DROPPED.sub("", line) for line in _LINE.split(text)))


def _pieces(document: bytes, listed: bytes) -> Iterator[str]:
    """Yield the pieces that the list of them names: positions in the text, then where each piece stands."""
    place = 0
    while listed[place] == _PROPERTIES:
        place += 3 + int.from_bytes(listed[place + 1 : place + 3], "little")
    if listed[place] != _LIST:
        raise ValueError(place)
    size = int.from_bytes(listed[place + 1 : place + 5], "little")
    found = listed[place + 5 : place + 5 + size]
    count = (len(found) - 4) // 12
    ends = struct.unpack_from(f"<{count + 1}I", found)
    for number in range(count):
        at = int(struct.unpack_from("<I", found, 4 * (count + 1) + 8 * number + 2)[0])
        length = max(0, ends[number + 1] - ends[number])
        if at & _IS_BYTES:
            at = (at & _PLACE) // 2
            yield document[at : at + length].decode("cp1252", "replace")
        else:
            yield document[at : at + 2 * length].decode("utf-16-le", "replace")


def slide_views(ole: "OleFileIO", blob: Blob, context: Context) -> Iterator[View]:
    """Yield the words of a PowerPoint file, notes too.

    Raises:
        Unreadable: it is encrypted or damaged.
    """
    del context
    if ole.exists("Current User"):
        user = read_stream(ole, "Current User")
        if int.from_bytes(user[12:16], "little") == _ENCRYPTED_USER:
            raise Unreadable("readers.encrypted", path=blob.path)
    content = read_stream(ole, "PowerPoint Document")
    yield words(blob, (_DROPPED.sub("", line) for text in _atoms(content) for line in _LINE.split(text)))


def _atoms(content: bytes, depth: int = 0) -> Iterator[str]:
    place = 0
    while place + _HEADER.size <= len(content) and depth < _DEEPEST:
        version, kind, size = _HEADER.unpack_from(content, place)
        place += _HEADER.size
        inside = content[place : place + size]
        place += size
        if version & _CONTAINER == _CONTAINER:
            yield from _atoms(inside, depth + 1)
        elif kind in (_UNITS_ATOM, _STRING):
            yield inside.decode("utf-16-le", "replace")
        elif kind == _BYTES_ATOM:
            yield inside.decode("latin-1")
