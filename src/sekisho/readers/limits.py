"""How far a file is unpacked: what stops a bomb, and what was spent so far.

A limit that is reached ends the whole file, for what else is in it was made by whoever made the bomb; only depth and the
size of a single member concern that member alone.
"""

import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import IO

from sekisho.errors import Unreadable

_PIECE_BYTES = 1 << 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What one file may cost.

    Attributes:
        depth: files inside files.
        entries: members, attachments and embedded files in all.
        unpacked: bytes unpacked in all.
        member: bytes of one member that is held in memory; text in a ZIP that is a file need not be.
        ratio: how many times as large as the file it may unpack to.
        free: bytes that any file may unpack to, whatever the ratio.
        seconds: time spent on reading it.
    """

    depth: int = 6
    entries: int = 100_000
    unpacked: int = 8 << 30
    member: int = 1 << 29
    ratio: int = 200
    free: int = 100 << 20
    seconds: float = 900


class LimitReached(Unreadable):
    """Nothing more of this file is unpacked."""


class Budget:
    """What one file has cost so far."""

    def __init__(self, limits: Limits, size: int) -> None:
        self.limits = limits
        self._size = size
        self._entries = 0
        self._unpacked = 0
        self._seconds = 0.0
        self._since = time.monotonic()

    @contextmanager
    def running(self) -> Iterator[None]:
        """Count the time inside; what a caller does between two views is not the file's doing."""
        self._since = time.monotonic()
        try:
            yield
        finally:
            self._seconds += time.monotonic() - self._since

    def entry(self, path: Path) -> None:
        """Count one thing inside the file.

        Raises:
            LimitReached: it is one too many, or it took too long.
        """
        self._entries += 1
        if self._entries > self.limits.entries:
            raise LimitReached("readers.limit_entries", path=path, limit=f"{self.limits.entries:,}")
        self.in_time(path)

    def in_time(self, path: Path) -> None:
        """Look at the clock.

        Raises:
            LimitReached: it took too long.
        """
        if self._seconds + time.monotonic() - self._since > self.limits.seconds:
            raise LimitReached("readers.limit_seconds", path=path, limit=f"{self.limits.seconds:,.0f}")

    def take(self, size: int, path: Path) -> None:
        """Count unpacked bytes.

        Raises:
            LimitReached: they are too many, at all or for a file of this size, or it took too long.
        """
        self._unpacked += size
        self.skim(self._unpacked, path)

    def skim(self, total: int, path: Path) -> None:
        """Look at how many bytes were unpacked on the way, whether they were read or passed over.

        Raises:
            LimitReached: they are too many, at all or for a file of this size, or it took too long.
        """
        if total > self.limits.unpacked:
            raise LimitReached("readers.limit_unpacked", path=path, limit=_megabytes(self.limits.unpacked))
        if total > self.limits.free and total > self.limits.ratio * self._size:
            raise LimitReached("readers.limit_ratio", path=path, limit=f"{self.limits.ratio:,}")
        self.in_time(path)

    def collect(self, chunks: Iterable[bytes], path: Path) -> bytes:
        """Return a member's bytes, counted as they come.

        Raises:
            LimitReached: they are too many for the file.
            Unreadable: they are too many for one member.
        """
        content = BytesIO()
        for chunk in chunks:
            self.take(len(chunk), path)
            if content.tell() + len(chunk) > self.limits.member:
                raise too_large(self.limits, path)
            content.write(chunk)
        return content.getvalue()


def too_large(limits: Limits, path: Path) -> Unreadable:
    """Return the error that tells of a member which memory may not hold."""
    return Unreadable("readers.limit_member", path=path, limit=_megabytes(limits.member))


def chunks_of(file: IO[bytes]) -> Iterator[bytes]:
    """Yield what is left of an open file, a megabyte at a time."""
    while chunk := file.read(_PIECE_BYTES):
        yield chunk


def _megabytes(size: int) -> str:
    return f"{size / 1e6:,.0f}"
