"""7z, RAR, cabinet, LZH, ISO images and other archives, by libarchive where the system has it."""

import logging
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from ctypes import c_void_p
from types import ModuleType
from typing import Any, cast

from sekisho.errors import Unreadable
from sekisho.readers.blob import Blob, FileBlob
from sekisho.readers.context import Context, unread
from sekisho.readers.plain import bytes_of
from sekisho.readers.view import View

_BLOCK_BYTES = 1 << 16
_SINGLE = (b"\x28\xb5\x2f\xfd", b"\x1f\x9d")
_LOCKED = ("ncrypt", "assphrase", "assword")


def detect(head: bytes, blob: Blob) -> bool:
    """Tell by the sign alone."""
    del head, blob
    return True


def views(blob: Blob, context: Context) -> Iterator[View]:
    """Yield what every member holds.

    Raises:
        Unreadable: there is no libarchive, or the archive is damaged.
    """
    with blob.open() as file:
        single = file.read(4).startswith(_SINGLE)
    try:
        yield from _members(blob, context, "all")
    except _Foreign:
        if not single:
            yield unread(blob, "readers.damaged")
            return
        yield from _members(blob, context, "raw")


def unpack(content: bytes, blob: Blob) -> Iterator[bytes]:
    """Yield the bytes of the first member of an archive in memory.

    Raises:
        Unreadable: there is no libarchive, or the archive is damaged.
    """
    library = _libarchive(blob)
    with _told(library, blob), library.memory_reader(content) as archive:
        for entry in archive:
            yield from entry.get_blocks(_BLOCK_BYTES)
            return


class _Foreign(Exception):
    """Libarchive does not know the format."""


def _members(blob: Blob, context: Context, form: str) -> Iterator[View]:
    library = _libarchive(blob)
    with _told(library, blob), _opened(library, blob, form) as archive, _told(library, blob, archive):
        for entry in archive:
            context.budget.in_time(blob.path)
            if entry.isfile:
                chunks = _blocks(library, entry, blob, archive)
                yield from context.member(blob, _name(entry, blob, form), chunks)


@contextmanager
def _told(library: ModuleType, blob: Blob, archive: Any = None) -> Iterator[None]:  # noqa: ANN401 - libarchive-c has no types
    """Tell in our words what libarchive says; of an archive with encrypted members, that it is encrypted."""
    try:
        yield
    except library.ArchiveError as error:
        said = str(error)
        if "nrecognized archive format" in said:
            raise _Foreign from None
        ask = library.ffi.libarchive.archive_read_has_encrypted_entries
        locked = any(word in said for word in _LOCKED) or (archive is not None and ask(c_void_p(archive._pointer)) > 0)  # noqa: SLF001
        raise Unreadable("readers.encrypted" if locked else "readers.damaged", path=blob.path) from None


@contextmanager
def _opened(library: ModuleType, blob: Blob, form: str) -> Iterator[Any]:
    with blob.open() as file:
        reader: AbstractContextManager[Any] = (
            library.fd_reader(file.fileno(), form)
            if isinstance(blob, FileBlob)
            else library.memory_reader(bytes_of(blob), form)
        )
        with reader as archive:
            yield archive


def _blocks(library: ModuleType, entry: Any, blob: Blob, archive: Any) -> Iterator[bytes]:  # noqa: ANN401 - no types
    with _told(library, blob, archive):
        yield from entry.get_blocks(_BLOCK_BYTES)


def _name(entry: Any, blob: Blob, form: str) -> str:  # noqa: ANN401 - libarchive-c has no types
    if form == "raw":
        return blob.path.stem.rpartition("!")[2]
    name = entry.pathname
    return name.decode("cp932", "replace") if isinstance(name, bytes) else name or "?"


def _libarchive(blob: Blob) -> ModuleType:
    try:
        import libarchive  # noqa: PLC0415 - it loads the system's library, which need not be there
    except (ImportError, AttributeError, OSError, TypeError):
        raise Unreadable("readers.no_libarchive", path=blob.path) from None
    logging.getLogger("libarchive").setLevel(logging.CRITICAL)  # it would write names to standard error
    return cast("ModuleType", libarchive)
