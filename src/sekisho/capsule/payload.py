"""The payload: a ZIP64 file, stored, that any operating system can unpack once the capsule is open.

First ``SEKISHO/manifest.json``, then the files, last ``SEKISHO/manifest.sig``. Sizes and check sums stand in the local
headers as in the central directory, since they are known before writing. A payload has exactly one spelling: the reader
works out from names, sizes and check sums every byte that is not content, and refuses a file in which one differs. So
no two programs can see two different capsules in it, whichever of its headers they trust, and there is no room for a
comment, a link, a second name, an encrypted entry or something after the end (PKWARE APPNOTE 6.3.10; capsule reference,
section 6).
"""

import struct
import zipfile
import zlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import BinaryIO, Protocol

from sekisho.capsule.names import Names
from sekisho.errors import Unreadable

MANIFEST = "SEKISHO/manifest.json"
SIGNATURE = "SEKISHO/manifest.sig"

_LOCAL = struct.Struct("<4sHHHHHLLLHH")
_CENTRAL = struct.Struct("<4sHHHHHHLLLHHHHHLL")
_ZIP64_END = struct.Struct("<4sQHHLLQQQQ")
_ZIP64_LOCATOR = struct.Struct("<4sLQL")
_END = struct.Struct("<4sHHHHLLH")
_ZIP64_SIZES = struct.Struct("<HHQQ")
_ZIP64_PLACES = struct.Struct("<HHQQQ")
_VERSION = 45
_UTF8 = 0x0800
_ZIP64 = 0x0001
_IN_EXTRA = 0xFFFFFFFF
_COUNT_IN_ZIP64 = 0xFFFF
_REGULAR_FILE = 0o100600 << 16
_MADE_ON_UNIX = 3 << 8 | _VERSION
_FIRST_YEAR, _LAST_YEAR = 1980, 2107


class Sink(Protocol):
    """Takes bytes in order."""

    def write(self, data: bytes, /) -> object:
        """Take some bytes."""
        ...


@dataclass(frozen=True, slots=True)
class Entry:
    """A file of the payload.

    Attributes:
        name: its name, NFC, with ``/`` between folders.
        size: how many bytes it is.
        crc32: their CRC-32.
    """

    name: str
    size: int
    crc32: int


class PayloadWriter:
    """Writes a payload front to back; the sink need not be able to seek."""

    def __init__(self, sink: Sink, *, time: datetime) -> None:
        """Begin.

        Args:
            sink: takes the bytes.
            time: the time every entry bears, so that equal content gives equal bytes.

        Raises:
            ValueError: a ZIP cannot name the year.
        """
        self._sink = sink
        self._layout = _Layout(_dos_time(time))

    def add(self, entry: Entry, blocks: Iterable[bytes]) -> None:
        """Write one file.

        Raises:
            ValueError: the name is not allowed or was used, or the content is not what the entry says.
        """
        self._sink.write(self._layout.add(entry))
        size = crc32 = 0
        for block in blocks:
            size, crc32 = size + len(block), zlib.crc32(block, crc32)
            self._sink.write(block)
        if (size, crc32) != (entry.size, entry.crc32):
            raise ValueError("the content is not what its entry says")

    def close(self) -> None:
        """Write the central directory."""
        self._sink.write(self._layout.end())


def read_payload(file: BinaryIO) -> zipfile.ZipFile:
    """Open a payload, every byte of it checked but the content of its files.

    Raises:
        Unreadable: a rule is broken; the message says which.
    """
    try:
        payload = zipfile.ZipFile(file)
    except (zipfile.BadZipFile, ValueError, NotImplementedError):
        raise _broken("a ZIP file") from None
    entries = payload.infolist()
    names = [entry.orig_filename for entry in entries]
    if len(names) < 2 or (names[0], names[-1]) != (MANIFEST, SIGNATURE):
        raise _broken("manifest first, signature last")
    layout = _Layout(_pack_time(entries[0].date_time))
    for entry in entries:
        _check_entry(file, layout, entry, end=payload.start_dir)
    if not _stands(file, layout.at, layout.end(), and_nothing_else=True):
        raise _broken("a plain directory, and nothing before or after it")
    return payload


class _Layout:
    """Where everything stands and what it says, but for the content: a writer writes it, a reader compares it."""

    def __init__(self, stamp: tuple[int, int]) -> None:
        self.at = 0
        self._stamp = stamp
        self._names = Names()
        self._central: list[bytes] = []

    def add(self, entry: Entry) -> bytes:
        """Return the local header of the next entry; ``at`` moves to the end of its content.

        Raises:
            ValueError: a rule that its name breaks.
        """
        self._names.add(entry.name)
        header = _local_header(entry, self._stamp)
        self._central.append(_central_header(entry, self._stamp, self.at))
        self.at += len(header) + entry.size
        return header

    def end(self) -> bytes:
        """Return what follows the last entry: the central directory and the records that end a ZIP64 file."""
        start, count, directory = self.at, len(self._central), b"".join(self._central)
        size = len(directory)
        end64 = _ZIP64_END.pack(
            b"PK\x06\x06", _ZIP64_END.size - 12, _VERSION, _VERSION, 0, 0, count, count, size, start
        )
        locator = _ZIP64_LOCATOR.pack(b"PK\x06\x07", 0, start + size, 1)
        short = min(count, _COUNT_IN_ZIP64)
        end = _END.pack(b"PK\x05\x06", 0, 0, short, short, min(size, _IN_EXTRA), min(start, _IN_EXTRA), 0)
        return directory + end64 + locator + end


def _check_entry(file: BinaryIO, layout: _Layout, entry: zipfile.ZipInfo, *, end: int) -> None:
    """Compare the local header of an entry with what the central directory says of it."""
    at = layout.at
    try:
        header = layout.add(Entry(entry.orig_filename, entry.file_size, entry.CRC))
    except ValueError as problem:
        raise _broken(str(problem)) from None
    if layout.at > end or not _stands(file, at, header):
        raise _broken("entries stored, in order, without gaps, and both their headers the same")


def _stands(file: BinaryIO, at: int, expected: bytes, *, and_nothing_else: bool = False) -> bool:
    file.seek(at)
    return file.read(len(expected) + and_nothing_else) == expected


def _broken(rule: str) -> Unreadable:
    return Unreadable("capsule.bad_payload", rule=rule)


def _local_header(entry: Entry, stamp: tuple[int, int]) -> bytes:
    name = entry.name.encode()
    extra = _ZIP64_SIZES.pack(_ZIP64, 16, entry.size, entry.size)
    fixed = _LOCAL.pack(
        b"PK\x03\x04", _VERSION, _UTF8, 0, *stamp, entry.crc32, _IN_EXTRA, _IN_EXTRA, len(name), len(extra)
    )
    return fixed + name + extra


def _central_header(entry: Entry, stamp: tuple[int, int], start: int) -> bytes:
    name = entry.name.encode()
    extra = _ZIP64_PLACES.pack(_ZIP64, 24, entry.size, entry.size, start)
    fixed = _CENTRAL.pack(
        b"PK\x01\x02", _MADE_ON_UNIX, _VERSION, _UTF8, 0, *stamp, entry.crc32, _IN_EXTRA, _IN_EXTRA,
        len(name), len(extra), 0, 0, 0, _REGULAR_FILE, _IN_EXTRA,
    )  # fmt: skip
    return fixed + name + extra


def _dos_time(time: datetime) -> tuple[int, int]:
    if not _FIRST_YEAR <= time.year <= _LAST_YEAR:
        raise ValueError(f"a ZIP file has years from {_FIRST_YEAR} to {_LAST_YEAR}")
    return _pack_time(time.timetuple()[:6])


def _pack_time(time: tuple[int, ...]) -> tuple[int, int]:
    year, month, day, hour, minute, second = time
    return hour << 11 | minute << 5 | second // 2, (year - _FIRST_YEAR) << 9 | month << 5 | day
