"""Tar archives, by the standard library, read in one go from front to end."""

import tarfile
from collections.abc import Iterator
from typing import IO, cast

from sekisho.errors import Unreadable
from sekisho.readers.blob import Blob
from sekisho.readers.context import Context
from sekisho.readers.limits import chunks_of
from sekisho.readers.view import View

_SIGN = slice(257, 262)


def detect(head: bytes, blob: Blob) -> bool:
    """Tell by the sign that POSIX and GNU tar write; what is older has none."""
    del blob
    return head[_SIGN] == b"ustar"


def views(blob: Blob, context: Context) -> Iterator[View]:
    """Yield what every member holds."""
    with blob.open() as file:
        yield from members(blob, file, context)


def members(blob: Blob, file: IO[bytes], context: Context) -> Iterator[View]:
    """Yield what the members of a tar hold that is read from front to end; links and devices are no content.

    Raises:
        Unreadable: it is cut or damaged.
    """
    try:
        with tarfile.open(fileobj=cast("IO[bytes]", _Counted(file, blob, context)), mode="r|") as archive:
            for entry in archive:
                archive.members.clear()  # type: ignore[attr-defined]  # it would remember every one
                content = archive.extractfile(entry) if entry.isreg() else None
                if content is not None:
                    yield from context.member(blob, entry.name, chunks_of(content))
    except (tarfile.TarError, OSError, EOFError) as error:
        raise Unreadable("readers.damaged", path=blob.path) from error


class _Counted:
    """What tar reads; what it skips costs too, where it has to be unpacked."""

    def __init__(self, file: IO[bytes], blob: Blob, context: Context) -> None:
        self._file = file
        self._blob = blob
        self._context = context
        self._read = 0

    def read(self, size: int) -> bytes:
        found = self._file.read(size)
        self._read += len(found)
        self._context.budget.skim(self._read, self._blob.path)
        return found
