"""Where a table's rows come from: one small interface that text files and sheets share, and databases will."""

import contextlib
import errno
import os
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, NamedTuple, Protocol

from sekisho.errors import Unreadable
from sekisho.readers.blocks import Block
from sekisho.readers.problems import Problems
from sekisho.readers.remote import RemoteFile, Url

_KEYS = {
    errno.ENOENT: "readers.not_found",
    errno.ENOTDIR: "readers.not_found",
    errno.ENAMETOOLONG: "readers.not_found",
    errno.ELOOP: "readers.not_found",
    errno.EACCES: "readers.not_allowed",
    errno.EPERM: "readers.not_allowed",
}


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


@contextlib.contextmanager
def opened(path: Path) -> Iterator[BinaryIO]:
    """Open a regular file for reading.

    Raises:
        Unreadable: there is none, it may not be read, it is a folder or device, or the disk fails meanwhile.
    """
    with _telling(path):
        if isinstance(path, Url):
            with RemoteFile(path) as remote:
                yield remote
            return
        if not stat.S_ISREG(path.stat().st_mode):
            raise Unreadable("readers.not_a_file", path=path)
        with path.open("rb") as file:
            yield file


def stamp(file: BinaryIO) -> Stamp:
    """Return the state an open file is in."""
    if isinstance(file, RemoteFile):
        return Stamp(*file.state())
    found = os.fstat(file.fileno())
    return Stamp(found.st_size, found.st_mtime_ns, found.st_ino)


def key_of(error: OSError) -> str:
    """Return the catalogue key of what the system said about a file."""
    if isinstance(error, FileNotFoundError | PermissionError):  # stores raise them without a number
        return "readers.not_found" if isinstance(error, FileNotFoundError) else "readers.not_allowed"
    return _KEYS.get(error.errno or 0, "readers.disk")


@contextlib.contextmanager
def _telling(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise Unreadable(key_of(error), path=path) from error
