"""Bytes that a reader reads: a file, or what lay inside one and is held in memory, never on a disk.

A blob's path is what messages and reports call it; that of something inside another file is ``outer.zip!inner.csv``, and
nothing is ever opened by that name.
"""

import errno
import io
import re
import stat
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import BinaryIO, NamedTuple, Protocol

from sekisho.errors import Unreadable

INSIDE = "!"

_KEYS = {
    errno.ENOENT: "readers.not_found",
    errno.ENOTDIR: "readers.not_found",
    errno.ENAMETOOLONG: "readers.not_found",
    errno.ELOOP: "readers.not_found",
    errno.EACCES: "readers.not_allowed",
    errno.EPERM: "readers.not_allowed",
}
_CONTROLS = re.compile(r"[\x00-\x1f\x7f]")
_LONGEST_NAME = 500


class Blob(Protocol):
    """Something that can be opened again and again."""

    @property
    def path(self) -> Path:
        """What it is called in messages."""
        ...

    @property
    def name(self) -> str:
        """What it is called in reports."""
        ...

    def open(self) -> AbstractContextManager[BinaryIO]:
        """Open it for reading, at its start.

        Raises:
            Unreadable: it is gone, may not be read, or its disk fails meanwhile.
        """
        ...


@dataclass(frozen=True, slots=True, eq=False)
class FileBlob:
    """A file."""

    path: Path

    @property
    def name(self) -> str:
        """The file's name without ending."""
        return self.path.stem

    @contextmanager
    def open(self) -> Iterator[BinaryIO]:
        """Open the file.

        Raises:
            Unreadable: there is none, it may not be read, it is a folder or device, or the disk fails meanwhile.
        """
        try:
            if not stat.S_ISREG(self.path.stat().st_mode):
                raise Unreadable("readers.not_a_file", path=self.path)
            with self.path.open("rb") as file:
                yield file
        except OSError as error:
            raise Unreadable(key_of(error), path=self.path) from error


@dataclass(frozen=True, slots=True, eq=False)
class MemoryBlob:
    """What lay inside another file: see :func:`inside`."""

    path: Path
    name: str
    content: bytes = field(repr=False)

    @contextmanager
    def open(self) -> Iterator[BinaryIO]:
        """Open the bytes."""
        yield io.BytesIO(self.content)


class Place(NamedTuple):
    """What something is called.

    Attributes:
        path: in messages.
        name: in reports.
    """

    path: Path
    name: str


def inside(outer: Blob, name: str) -> Place:
    """Return what is called ``name`` in an outer file; no step of its path leads out of there.

    >>> inside(FileBlob(Path("in/a.zip")), "../../etc/passwd").name
    'a.zip!etc/passwd'
    """
    steps = PurePosixPath(_CONTROLS.sub("_", name.replace("\\", "/"))[-_LONGEST_NAME:]).parts
    tail = INSIDE + "/".join(step for step in steps if step not in ("..", "/", "//"))
    return Place(Path(str(outer.path) + tail), (outer.path.name if isinstance(outer, FileBlob) else outer.name) + tail)


def key_of(error: OSError) -> str:
    """Return the catalogue key of what the system said about a file."""
    if isinstance(error, FileNotFoundError | PermissionError):  # stores raise them without a number
        return "readers.not_found" if isinstance(error, FileNotFoundError) else "readers.not_allowed"
    return _KEYS.get(error.errno or 0, "readers.disk")
