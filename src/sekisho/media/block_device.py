"""A whole device, read and written by blocks: what the probe works on, and what its model in the tests stands for."""

import mmap
import os
from pathlib import Path
from types import TracebackType
from typing import Protocol, Self

from sekisho.errors import MediumError

ALIGNED = 4096
_LONGEST = 1 << 20


class BlockDevice(Protocol):
    """A device, or something that behaves as badly."""

    @property
    def size(self) -> int:
        """How many bytes it says that it has."""
        ...

    def read_at(self, offset: int, size: int) -> bytes:
        """Return bytes of the device, not of the system's memory.

        Raises:
            OSError: the device failed.
        """
        ...

    def write_at(self, offset: int, data: bytes) -> None:
        """Write bytes through to the device.

        Raises:
            OSError: the device failed.
        """
        ...

    def flush(self) -> None:
        """Have the device empty its own cache.

        Raises:
            OSError: the device failed.
        """
        ...

    def sequence(self) -> int:
        """Return the number that changes when it is plugged in again; 0 where the system has none."""
        ...


class RawDevice:
    """A device node, opened past the page cache and for nobody else: one that is mounted is refused by the system."""

    def __init__(self, path: Path, *, sequence: int = 0, direct: bool = True) -> None:
        """Open a device.

        Args:
            path: its node.
            sequence: its ``diskseq`` when it was looked at.
            direct: past the page cache; off only for a file system in memory, which has no device.

        Raises:
            MediumError: it is mounted, or may not be opened.
        """
        flags = os.O_RDWR | os.O_EXCL | os.O_SYNC | os.O_CLOEXEC | (getattr(os, "O_DIRECT", 0) if direct else 0)
        try:
            self._handle = os.open(path, flags)
        except OSError as error:
            raise MediumError("media.no_access", path=path) from error
        self._buffer = mmap.mmap(-1, _LONGEST)
        self._sequence = sequence
        self.size = os.lseek(self._handle, 0, os.SEEK_END)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close it."""
        os.close(self._handle)
        self._buffer.close()

    def read_at(self, offset: int, size: int) -> bytes:
        """Return bytes of the device; offset and size are multiples of its blocks, and a step at most is read."""
        with memoryview(self._buffer) as view:
            count = os.preadv(self._handle, [view[:size]], offset)
        return self._buffer[:count]

    def write_at(self, offset: int, data: bytes) -> None:
        """Write bytes to the device, of the same measure."""
        self._buffer[: len(data)] = data
        with memoryview(self._buffer) as view:
            written = os.pwritev(self._handle, [view[: len(data)]], offset)
        if written != len(data):
            raise OSError("the device took a part only")

    def flush(self) -> None:
        """Have the device empty its cache."""
        os.fsync(self._handle)

    def sequence(self) -> int:
        """Return its number of before: an open handle is to that plug-in alone, and fails after another."""
        return self._sequence
