"""ZIP archives, by the standard library.

Names that are not marked as UTF-8 are CP932 in Japan, whatever the specification says. A member that is encrypted, or
packed in a way the library does not know, is told by its name; the others are read.
"""

import struct
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from typing import BinaryIO

from sekisho.errors import Unreadable
from sekisho.readers import text
from sekisho.readers.blob import Blob, FileBlob, inside
from sekisho.readers.context import Context, guarded, unread
from sekisho.readers.formats import FORMATS, HEAD_BYTES
from sekisho.readers.large import LargeMember
from sekisho.readers.limits import LimitReached, chunks_of, too_large
from sekisho.readers.view import View

_UTF8, _ENCRYPTED = 0x800, 0x1
_PACKED = frozenset((zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA))
_TAIL_BYTES = (1 << 16) + 22
_END = struct.Struct("<4s4H2LH")
_ENTRY_BYTES = 46


def detect(head: bytes, blob: Blob) -> bool:
    """Tell by the sign alone."""
    del head, blob
    return True


def views(blob: Blob, context: Context) -> Iterator[View]:
    """Yield what every member holds."""
    with opened_zip(blob, context) as archive:
        for entry in archive.infolist():
            if not entry.is_dir():
                yield from member(blob, archive, entry, context)


def member(blob: Blob, archive: zipfile.ZipFile, entry: zipfile.ZipInfo, context: Context) -> Iterator[View]:
    """Yield what a member holds, or why it could not be read."""
    name = name_of(entry)
    if entry.flag_bits & _ENCRYPTED:
        context.budget.entry(blob.path)
        yield unread(inside(blob, name), "readers.encrypted")
    elif entry.compress_type not in _PACKED:
        context.budget.entry(blob.path)
        yield unread(inside(blob, name), "readers.unknown_packing")
    elif entry.file_size > context.options.limits.member and isinstance(blob, FileBlob):
        large = LargeMember(*inside(blob, name), blob, archive.infolist().index(entry))
        yield from guarded(large, lambda: _large(large, entry.file_size, context))
    else:
        yield from context.member(blob, name, chunks(archive, entry))


def _large(large: LargeMember, size: int, context: Context) -> Iterator[View]:
    """Yield a member that memory does not hold, if it is text.

    Raises:
        LimitReached: it is too large for its file.
        Unreadable: it is no text, and others have to be held.
    """
    context.budget.entry(large.path)
    context.budget.take(size, large.path)
    with large.open() as file:
        head = file.read(HEAD_BYTES)
    if any(each.signs and each.may_be(head) for each in FORMATS) or not text.detect(head, large):
        raise too_large(context.options.limits, large.path)
    yield from text.views(large, context)


@contextmanager
def opened_zip(blob: Blob, context: Context) -> Iterator[zipfile.ZipFile]:
    """Open an archive whose list of members fits into memory.

    Raises:
        LimitReached: it has too many members.
        Unreadable: it is damaged.
    """
    limits = context.options.limits
    with blob.open() as file:
        if _listed_bytes(file) > limits.entries * 4 * _ENTRY_BYTES:
            raise LimitReached("readers.limit_entries", path=blob.path, limit=f"{limits.entries:,}")
        try:
            archive = zipfile.ZipFile(file)
        except zipfile.BadZipFile:
            raise Unreadable("readers.damaged", path=blob.path) from None
        yield archive


def name_of(entry: zipfile.ZipInfo) -> str:
    """Return a member's name; without the mark for UTF-8 it may be that all the same, or CP932.

    >>> name_of(zipfile.ZipInfo("住民.csv".encode("cp932").decode("cp437")))
    '住民.csv'
    """
    if not entry.flag_bits & _UTF8:
        try:
            raw = entry.filename.encode("cp437")
        except UnicodeEncodeError:
            return entry.filename
        for codec in ("utf-8", "cp932"):
            try:
                return raw.decode(codec)
            except UnicodeDecodeError:
                continue
    return entry.filename


def chunks(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> Iterator[bytes]:
    """Yield a member's bytes."""
    with archive.open(entry) as part:
        yield from chunks_of(part)


def _listed_bytes(file: BinaryIO) -> int:
    """Return how large the list of members says it is: reading it takes ten times that memory."""
    size = file.seek(0, 2)
    file.seek(max(0, size - _TAIL_BYTES))
    tail = file.read(_TAIL_BYTES)
    at = tail.rfind(b"PK\x05\x06")
    large = tail.rfind(b"PK\x06\x06")
    file.seek(0)
    if at < 0 or len(tail) - at < _END.size:
        return 0
    listed = int(_END.unpack_from(tail, at)[5])
    if listed == 0xFFFF_FFFF and 0 <= large <= len(tail) - 48:
        return int(struct.unpack_from("<Q", tail, large + 40)[0])
    return listed
