"""Sets of numbers that were given out, as ``tools/compile_places.py`` wrote them: one bit a number once unpacked."""

import zlib
from functools import cache
from importlib.resources import files

import numpy as np
from numpy.typing import NDArray

from sekisho.readers.structure import Bytes, Mask

_BITS = np.array([128, 64, 32, 16, 8, 4, 2, 1], np.uint8)


class CodeSet:
    """Numbers of so many digits that exist."""

    def __init__(self, numbers: NDArray[np.int64], *, digits: int) -> None:
        """Take the numbers, in any order.

        Args:
            numbers: each below 10 to the power of ``digits``; one may come twice.
            digits: how many digits every code has, zeros on the left included.
        """
        self.digits = digits
        self._bits: Bytes = np.zeros(10**digits // 8 + 1, np.uint8)
        np.bitwise_or.at(self._bits, numbers >> 3, _BITS[numbers & 7])
        self._packed = self._bits.tobytes()  # a single byte of an array takes four times as long to read
        self._size = int(np.bitwise_count(self._bits).sum())

    def __len__(self) -> int:
        return self._size

    def __contains__(self, code: object) -> bool:
        """Tell whether a code, its digits as text, exists."""
        if not (isinstance(code, str) and len(code) == self.digits and code.isascii() and code.isdigit()):
            return False
        number = int(code)
        return bool(self._packed[number >> 3] >> (7 - (number & 7)) & 1)

    def have(self, numbers: NDArray[np.integer]) -> Mask:
        """Tell which numbers exist; each must be below 10 to the power of ``digits``."""
        found: Mask = (self._bits[numbers >> 3] & _BITS[numbers & 7]) != 0
        return found


def unpack(name: str) -> bytes:
    """Return the content of a packed data file."""
    return zlib.decompress(files("sekisho.detect").joinpath("data", name).read_bytes())


@cache
def numbers_of(name: str) -> NDArray[np.int64]:
    """Return the ascending numbers of a data file: steps in variable-length bytes, seven bits each, the low ones first."""
    written = np.frombuffer(unpack(name), np.uint8)
    is_last = written < 128
    first = np.flatnonzero(np.concatenate([[True], is_last[:-1]]))
    place = np.arange(len(written)) - np.repeat(first, np.diff(first, append=len(written)))
    steps = np.add.reduceat((written & 127).astype(np.int64) << (7 * place), first)
    return np.cumsum(steps)
