"""A SQLite database and the log beside it (``-wal``) → the database as a program that opens both would see it.

As https://www.sqlite.org/fileformat2.html (chapter 4) says: a frame counts if its salts are those of the log's head and its
running checksum holds, and only up to the last frame that ends a transaction. What stands behind is of an older log, or was
cut off. Both files are only read.
"""

from collections.abc import Iterator
from struct import Struct
from typing import Literal

import numpy as np

_HEAD = Struct(">8I")
_FRAME = Struct(">6I")
_MAGIC = {0x377F0682: "little", 0x377F0683: "big"}
_VERSION = 3007000
_SIZES = frozenset(1 << power for power in range(9, 17))


def joined(database: bytes, log: bytes) -> bytes | None:
    """Return a database with the finished transactions of its log; None if the log is none of its own.

    Args:
        database: the file; empty where everything is still in the log.
        log: the file beside it.
    """
    head = log[: _HEAD.size]
    if len(head) < _HEAD.size:
        return None
    magic, version, page_size, _, salt_1, salt_2, *sums = _HEAD.unpack(head)
    order = _MAGIC.get(magic)
    if order is None or version != _VERSION or page_size not in _SIZES or len(database) % page_size:
        return None
    byte_order: Literal["little", "big"] = "little" if order == "little" else "big"
    if _checksum(head[:24], (0, 0), byte_order) != tuple(sums):
        return None
    pages, waiting, size = dict[int, bytes](), dict[int, bytes](), len(database) // page_size
    for number, commit, page in _frames(log, page_size, (salt_1, salt_2), (sums[0], sums[1]), byte_order):
        waiting[number] = page
        if commit:
            pages |= waiting
            waiting, size = {}, commit
    return _overlaid(database, pages, page_size, size)


def _frames(
    log: bytes, page_size: int, salts: tuple[int, int], sums: tuple[int, int], order: Literal["little", "big"]
) -> Iterator[tuple[int, int, bytes]]:
    """Yield page number, size of the database after a commit (else 0) and page of each frame that counts."""
    for start in range(_HEAD.size, len(log) - _FRAME.size - page_size + 1, _FRAME.size + page_size):
        number, commit, *rest = _FRAME.unpack_from(log, start)
        page = log[start + _FRAME.size : start + _FRAME.size + page_size]
        sums = _checksum(log[start : start + 8] + page, sums, order)
        if (rest[0], rest[1]) != salts or (rest[2], rest[3]) != sums or not number:
            return
        yield number, commit, page


def _checksum(data: bytes, sums: tuple[int, int], order: Literal["little", "big"]) -> tuple[int, int]:
    first, second = sums
    words = np.frombuffer(data, "<u4" if order == "little" else ">u4").tolist()
    for even, odd in zip(words[::2], words[1::2], strict=True):
        first = (first + even + second) & 0xFFFFFFFF
        second = (second + odd + first) & 0xFFFFFFFF
    return first, second


def _overlaid(database: bytes, pages: dict[int, bytes], page_size: int, size: int) -> bytes | None:
    """Lay pages over a database; None if the size that a commit names leaves pages that nobody wrote."""
    stored = len(database) // page_size
    if any(number not in pages for number in range(stored + 1, size + 1)):
        return None
    whole = bytearray(database[: size * page_size])
    whole.extend(bytes(size * page_size - len(whole)))
    for number, page in pages.items():
        if number <= size:
            whole[(number - 1) * page_size : number * page_size] = page
    return bytes(whole)
