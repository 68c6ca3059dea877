"""Where a table's rows come from: one small interface that text files and sheets share, and databases will."""

import io
import os
from collections.abc import Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from typing import BinaryIO, NamedTuple, Protocol

from sekisho.readers.blob import Blob, FileBlob
from sekisho.readers.blocks import Block
from sekisho.readers.problems import Problems
from sekisho.readers.remote import RemoteBlob, RemoteFile, Url


class Source(Protocol):
    """Gives a table's rows again and again."""

    def blocks(self, *, strict: bool, problems: Problems, size: int) -> Iterator[Block]:
        """Yield all rows in order.

        Args:
            strict: raise at what is not well-formed; otherwise mend it and count it.
            problems: where to count.
            size: about how many bytes of the source make a block.

        Raises:
            Unreadable: the source is gone, damaged or, when strict, not well-formed.
        """
        ...


class Stamp(NamedTuple):
    """What tells one state of a file from another."""

    size: int
    modified_ns: int
    inode: int


def opened(place: Path | Blob) -> AbstractContextManager[BinaryIO]:
    """Open a regular file, or what lay inside one, for reading.

    Raises:
        Unreadable: there is none, it may not be read, it is a folder or device, or the disk fails meanwhile.
    """
    return blob_of(place).open()


def blob_of(place: Path | Blob) -> Blob:
    """Return what is to be opened at a place: a file, or one in a store."""
    if isinstance(place, Url):
        return RemoteBlob(place)
    return FileBlob(place) if isinstance(place, Path) else place


def stamp(file: BinaryIO) -> Stamp:
    """Return the state an open file is in; what is held in memory has only one."""
    if isinstance(file, RemoteFile):
        return Stamp(*file.state())
    try:
        found = os.fstat(file.fileno())
    except io.UnsupportedOperation:
        position = file.tell()
        size = file.seek(0, os.SEEK_END)
        file.seek(position)
        return Stamp(size, 0, 0)
    return Stamp(found.st_size, found.st_mtime_ns, found.st_ino)
