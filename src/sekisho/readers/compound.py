"""Compound files (OLE): what the streams in one show it to be.

Encrypted Office documents, workbooks of the old kind, Word and PowerPoint of the old kind, Outlook messages, Ichitaro, and
whatever a program wrapped to embed it.
"""

import logging
from collections.abc import Callable, Iterator
from functools import partial
from typing import TYPE_CHECKING

from sekisho.errors import Unreadable
from sekisho.readers import ichitaro, legacy_office, outlook, workbook
from sekisho.readers.blob import Blob
from sekisho.readers.context import Context, guarded, unread
from sekisho.readers.plain import bytes_of, words
from sekisho.readers.streams import read_stream
from sekisho.readers.view import View

if TYPE_CHECKING:
    from olefile import OleFileIO

_ENCRYPTED = ("EncryptedPackage", "EncryptedSummary")
_NATIVE = "\x01ole10native"
_WRAPPED = frozenset((_NATIVE, "package", "contents"))

_READ: tuple[tuple[str, "Callable[[OleFileIO, Blob, Context], Iterator[View]]"], ...] = (
    ("__properties_version1.0", outlook.views),
    ("DocumentText", ichitaro.views),
    ("JSCompDocument", ichitaro.compressed_views),
    ("WordDocument", legacy_office.word_views),
    ("PowerPoint Document", legacy_office.slide_views),
)


def detect(head: bytes, blob: Blob) -> bool:
    """Tell by the sign alone."""
    del head, blob
    return True


def views(blob: Blob, context: Context) -> Iterator[View]:
    """Yield what a compound file holds.

    Raises:
        Unreadable: it is encrypted, damaged, or of a kind that nobody knows.
    """
    from olefile import OleFileIO  # noqa: PLC0415 - only compound files need it

    logging.getLogger("olefile").setLevel(logging.CRITICAL + 1)
    with blob.open() as file:
        try:
            ole = OleFileIO(file)
        except (OSError, IndexError, ValueError):
            yield from _salvaged(blob)
            return
        with ole:
            yield from _views(ole, blob, context)


def _views(ole: "OleFileIO", blob: Blob, context: Context) -> Iterator[View]:
    if any(map(ole.exists, _ENCRYPTED)):
        raise Unreadable("readers.encrypted", path=blob.path)
    known = [read for stream, read in _READ if ole.exists(stream)]
    if ole.exists("Workbook") or ole.exists("Book"):
        yield from guarded(blob, lambda: workbook.tables(blob))
    elif known:
        yield from guarded(blob, partial(known[0], ole, blob, context))
    wrapped = [path for path in ole.listdir() if path[-1].lower() in _WRAPPED]
    if not known or known[0] is not outlook.views:  # whose streams belong to its attachments
        for path in wrapped:
            yield from context.member(blob, _name(path), _content(ole, path))
    if not known and not wrapped and not ole.exists("Workbook") and not ole.exists("Book"):
        yield from _salvaged(blob)


def _name(path: list[str]) -> str:
    return "/".join(step.strip("\x01") for step in path)


def _content(ole: "OleFileIO", path: list[str]) -> Iterator[bytes]:
    content = read_stream(ole, path)
    yield _unwrapped(content) if path[-1].lower() == _NATIVE else content


def _unwrapped(native: bytes) -> bytes:
    """Return the file in an Ole10Native stream: size, flags, label, name, flags, name again, size, content."""
    place = 6
    for _ in range(2):
        place = native.index(b"\0", place) + 1
    place += 4
    place += 4 + int.from_bytes(native[place : place + 4], "little")
    size = int.from_bytes(native[place : place + 4], "little")
    return native[place + 4 : place + 4 + size]


def _salvaged(blob: Blob) -> Iterator[View]:
    """Yield what Ichitaro text stands in a container that cannot be read."""
    text = ichitaro.salvaged(bytes_of(blob))
    if not text:
        raise Unreadable("readers.unknown", path=blob.path)
    yield words(blob, text)
    yield unread(blob, "readers.cut_off")
