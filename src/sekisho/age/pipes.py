"""Bytes in, bytes out: what age asks of a file, a pipe or a socket, and how it asks for all of it.

Unbuffered files and pipes may read or write less than they were asked for. Here that is made whole, so that the rest
of the package never has to think of it. Nothing is closed here or anywhere in the package: a file belongs to whoever
opened it.
"""

import errno
from typing import Protocol


class Source(Protocol):
    """Bytes in order: any binary file opened for reading."""

    def read(self, size: int = ..., /) -> bytes | None:
        """Return at most ``size`` bytes; none at the end."""
        ...

    def readline(self, size: int = ..., /) -> bytes:
        """Return bytes up to and with the next line feed, at most ``size``."""
        ...


class SeekableSource(Source, Protocol):
    """A source whose bytes can be had in any order: a file on a disk or stick."""

    def seek(self, offset: int, whence: int = ..., /) -> int:
        """Move, and return the new position."""
        ...

    def tell(self) -> int:
        """Return the position."""
        ...


class Sink(Protocol):
    """Takes bytes in order: any binary file opened for writing. It copies what it keeps."""

    def write(self, data: bytes | memoryview, /) -> int | None:
        """Take some of ``data`` and return how many bytes."""
        ...


def read_up_to(source: Source, size: int) -> bytes:
    """Read ``size`` bytes; fewer only where the source ends.

    Raises:
        BlockingIOError: the source is in non-blocking mode and has nothing now.
        OSError: the disk said no.
    """
    data = _read(source, size)
    if len(data) == size or not data:
        return data
    pieces, missing = [data], size - len(data)
    while missing and (data := _read(source, missing)):
        pieces.append(data)
        missing -= len(data)
    return b"".join(pieces)


def write_all(sink: Sink, data: bytes | memoryview) -> None:
    """Write all of ``data``.

    Raises:
        BlockingIOError: the sink is in non-blocking mode and takes nothing now.
        OSError: the disk said no.
    """
    rest = memoryview(data)
    while rest:
        written = sink.write(rest)
        if not written:
            raise BlockingIOError(errno.EAGAIN, "the destination takes nothing now")
        rest = rest[written:]


def _read(source: Source, size: int) -> bytes:
    data = source.read(size)
    if data is None:
        raise BlockingIOError(errno.EAGAIN, "the source has nothing now")
    return data
