"""The payload: a ZIP64 file that any operating system can unpack once the capsule is open.

First ``SEKISHO/manifest.json``, then the files, stored or deflated, then perhaps ``SEKISHO/padding``, last
``SEKISHO/manifest.sig``. Sizes and check sums stand in the local
headers as in the central directory, since they are known before writing. A payload has exactly one spelling: the reader
works out from names, sizes and check sums every byte that is not content, and refuses a file in which one differs. So
no two programs can see two different capsules in it, whichever of its headers they trust, and there is no room for a
comment, a link, a second name, an encrypted entry or something after the end (PKWARE APPNOTE 6.3.10; capsule reference,
section 6). What is deflated is let grow to the size that its entry names and not one byte further.
"""

import copy
import struct
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import IO, BinaryIO, Protocol

from sekisho.capsule.names import Names
from sekisho.capsule.padding import padded
from sekisho.errors import Unreadable

MANIFEST = "SEKISHO/manifest.json"
SIGNATURE = "SEKISHO/manifest.sig"
PADDING = "SEKISHO/padding"

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
_STORED, _DEFLATED = 0, 8
_BLOCK = 1 << 20
_LEVEL = 9
_PLAIN = "entries stored or deflated, in order, without gaps, and both their headers the same"
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
        packed: how many bytes they take deflated; none if they are stored.
    """

    name: str
    size: int
    crc32: int
    packed: int | None = None

    @property
    def taken(self) -> int:
        """How many bytes of the payload are its content."""
        return self.size if self.packed is None else self.packed


def deflated(name: str, blocks: Iterable[bytes]) -> Entry:
    """Return the entry of a content that is to be deflated; it is read once now, and once more when it is sealed."""
    size = crc32 = packed = 0
    compressor = _compressor()
    for block in blocks:
        size, crc32 = size + len(block), zlib.crc32(block, crc32)
        packed += len(compressor.compress(block))
    return Entry(name, size, crc32, packed + len(compressor.flush()))


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
        size = crc32 = taken = 0
        compressor = None if entry.packed is None else _compressor()
        for block in blocks:
            size, crc32 = size + len(block), zlib.crc32(block, crc32)
            taken += self._put(compressor.compress(block) if compressor else block)
        if compressor:
            taken += self._put(compressor.flush())
        if (size, crc32, taken) != (entry.size, entry.crc32, entry.taken):
            raise ValueError("the content is not what its entry says")

    def pad(self, *, following: Entry) -> None:
        """Write zeros until the payload's size says little; ``following`` alone comes after.

        Raises:
            ValueError: as :meth:`add`.
        """
        size = _missing(self._layout, following)
        self.add(Entry(PADDING, size, _crc32_of_zeros(size)), _zeros(size))

    def _put(self, data: bytes) -> int:
        self._sink.write(data)
        return len(data)

    def close(self) -> None:
        """Write the central directory."""
        self._sink.write(self._layout.end())


def read_payload(file: BinaryIO, *, sparse: bool = False) -> zipfile.ZipFile:
    """Open a payload, every byte of it checked but the content of its files.

    Args:
        file: the payload.
        sparse: compare the local header of an entry only when :func:`read_entry` reads it, for who wants a few of many.

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
    if PADDING in names[:-2]:
        raise _broken("padding before the signature, and no file of that name")
    layout = _Layout(_pack_time(entries[0].date_time))
    for entry in entries:
        _add_entry(layout, entry, end=payload.start_dir)
        if not sparse:
            _check_local_header(payload, entry)
    if not _stands(file, layout.at, layout.end(), and_nothing_else=True):
        raise _broken("a plain directory, and nothing before or after it")
    if PADDING in names:
        _check_padding(payload, entries[-2], size=layout.at + len(layout.end()))
    return payload


def files_of(payload: zipfile.ZipFile) -> list[zipfile.ZipInfo]:
    """Return the entries of the files: neither manifest nor signature nor padding."""
    return [entry for entry in payload.infolist()[1:-1] if entry.filename != PADDING]


def read_entry(payload: zipfile.ZipFile, name: str) -> Iterator[bytes]:
    """Return the content of an entry, in blocks; what is deflated ends where its entry does and has its size exactly.

    Raises:
        Unreadable: its two headers differ.
        zipfile.BadZipFile: the content is not what its entry says.
        KeyError: there is no such entry.
    """
    entry = payload.getinfo(name)
    _check_local_header(payload, entry)
    if entry.compress_type == _STORED:
        with payload.open(name) as content:
            while block := content.read(_BLOCK):
                yield block
        return
    size = crc32 = 0
    for block in _inflated(payload, entry):
        size, crc32 = size + len(block), zlib.crc32(block, crc32)
        if size > entry.file_size:
            break
        yield block
    if (size, crc32) != (entry.file_size, entry.CRC):
        raise zipfile.BadZipFile("a deflated content is not what its entry says")


def _inflated(payload: zipfile.ZipFile, entry: zipfile.ZipInfo) -> Iterator[bytes]:
    """Inflate an entry, no more than a block at a time, whatever it would grow to."""
    assert payload.fp is not None
    inflater = zlib.decompressobj(-zlib.MAX_WBITS)
    at, left = entry.header_offset + _local_size(entry.orig_filename), entry.compress_size
    try:
        while not inflater.eof:
            payload.fp.seek(at)
            packed = inflater.unconsumed_tail or payload.fp.read(min(left, _BLOCK))
            if not inflater.unconsumed_tail:
                at, left = at + len(packed), left - len(packed)
            block = inflater.decompress(packed, _BLOCK)
            if not packed and not block:
                raise zipfile.BadZipFile("a deflated content is cut short")
            yield block
    except zlib.error:
        raise zipfile.BadZipFile("a deflated content is damaged") from None
    if left or inflater.unused_data:
        raise zipfile.BadZipFile("something follows a deflated content")


def _check_padding(payload: zipfile.ZipFile, entry: zipfile.ZipInfo, *, size: int) -> None:
    """Refuse padding that is not zeros, or more or less of them than there must be: nothing else hides in it."""
    try:
        zeros = all(not any(block) for block in read_entry(payload, PADDING))
    except (zipfile.BadZipFile, EOFError):
        zeros = False
    if not zeros or entry.compress_type != _STORED or size != padded(size - entry.file_size):
        raise _broken("padding of zeros, as many as the size asks for")


def _missing(layout: "_Layout", following: Entry) -> int:
    """Return how many zeros a payload needs that ends with empty padding and one more entry."""
    trial = layout.copy()
    trial.add(Entry(PADDING, 0, 0))
    trial.add(following)
    size = trial.at + len(trial.end())
    return padded(size) - size


def _zeros(size: int) -> Iterator[bytes]:
    for start in range(0, size, _BLOCK):
        yield bytes(min(_BLOCK, size - start))


def _crc32_of_zeros(size: int) -> int:
    crc32 = 0
    for block in _zeros(size):
        crc32 = zlib.crc32(block, crc32)
    return crc32


def _compressor() -> "zlib._Compress":
    return zlib.compressobj(_LEVEL, zlib.DEFLATED, -zlib.MAX_WBITS)


class _Layout:
    """Where everything stands and what it says, but for the content: a writer writes it, a reader compares it."""

    def __init__(self, stamp: tuple[int, int]) -> None:
        self.at = 0
        self.stamp = stamp
        self._names = Names()
        self._central: list[bytes] = []

    def add(self, entry: Entry) -> bytes:
        """Return the local header of the next entry; ``at`` moves to the end of its content.

        Raises:
            ValueError: a rule that its name breaks.
        """
        if entry.packed is not None and entry.name in {MANIFEST, SIGNATURE, PADDING}:
            raise ValueError("manifest, signature and padding stored")
        self._names.add(entry.name)
        header = _local_header(entry, self.stamp)
        self._central.append(_central_header(entry, self.stamp, self.at))
        self.at += len(header) + entry.taken
        return header

    def copy(self) -> "_Layout":
        """Return another one that stands at the same place."""
        return copy.deepcopy(self)

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


def _add_entry(layout: _Layout, entry: zipfile.ZipInfo, *, end: int) -> None:
    """Add what the central directory says of an entry to the layout, which says where it must stand."""
    at = layout.at
    try:
        layout.add(_entry_of(entry))
    except ValueError as problem:
        raise _broken(str(problem)) from None
    if entry.header_offset != at or layout.at > end or _pack_time(entry.date_time) != layout.stamp:
        raise _broken(_PLAIN)


def _check_local_header(payload: zipfile.ZipFile, entry: zipfile.ZipInfo) -> None:
    """Compare the local header of an entry with what the central directory says of it."""
    assert payload.fp is not None
    if not _stands(payload.fp, entry.header_offset, _local_header(_entry_of(entry), _pack_time(entry.date_time))):
        raise _broken(_PLAIN)


def _entry_of(entry: zipfile.ZipInfo) -> Entry:
    packed = None if entry.compress_type == _STORED else entry.compress_size
    return Entry(entry.orig_filename, entry.file_size, entry.CRC, packed)


def _stands(file: IO[bytes], at: int, expected: bytes, *, and_nothing_else: bool = False) -> bool:
    file.seek(at)
    return file.read(len(expected) + and_nothing_else) == expected


def _broken(rule: str) -> Unreadable:
    return Unreadable("capsule.bad_payload", rule=rule)


def _local_header(entry: Entry, stamp: tuple[int, int]) -> bytes:
    name = entry.name.encode()
    extra = _ZIP64_SIZES.pack(_ZIP64, 16, entry.size, entry.taken)
    fixed = _LOCAL.pack(
        b"PK\x03\x04", _VERSION, _UTF8, _method(entry), *stamp, entry.crc32, _IN_EXTRA, _IN_EXTRA, len(name), len(extra)
    )
    return fixed + name + extra


def _central_header(entry: Entry, stamp: tuple[int, int], start: int) -> bytes:
    name = entry.name.encode()
    extra = _ZIP64_PLACES.pack(_ZIP64, 24, entry.size, entry.taken, start)
    fixed = _CENTRAL.pack(
        b"PK\x01\x02", _MADE_ON_UNIX, _VERSION, _UTF8, _method(entry), *stamp, entry.crc32, _IN_EXTRA, _IN_EXTRA,
        len(name), len(extra), 0, 0, 0, _REGULAR_FILE, _IN_EXTRA,
    )  # fmt: skip
    return fixed + name + extra


def _method(entry: Entry) -> int:
    return _STORED if entry.packed is None else _DEFLATED


def _local_size(name: str) -> int:
    return _LOCAL.size + len(name.encode()) + _ZIP64_SIZES.size


def _dos_time(time: datetime) -> tuple[int, int]:
    if not _FIRST_YEAR <= time.year <= _LAST_YEAR:
        raise ValueError(f"a ZIP file has years from {_FIRST_YEAR} to {_LAST_YEAR}")
    return _pack_time(time.timetuple()[:6])


def _pack_time(time: tuple[int, ...]) -> tuple[int, int]:
    year, month, day, hour, minute, second = time
    return hour << 11 | minute << 5 | second // 2, (year - _FIRST_YEAR) << 9 | month << 5 | day
