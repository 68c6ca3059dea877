"""The functions of the compiled kernel over columns of text, which Polars lends and takes over.

Each does what a function elsewhere does with Polars, NumPy or Python, which is its specification; property tests hold
the two equal.
"""

import ctypes
from collections.abc import Sequence
from contextlib import ExitStack
from functools import cache

import numpy as np
from numpy.typing import NDArray

from sekisho.kernel.arrow import Column, Written, lent
from sekisho.kernel.functions import Positions, scratch
from sekisho.kernel.library import kernel

_P, _I64, _I32 = ctypes.c_void_p, ctypes.c_int64, ctypes.c_int32

_SIGNATURES: dict[str, tuple[type | None, tuple[type, ...]]] = {
    "cells": (_I32, (_P, _P, _I64, _I64, _I64, _P)),
    "learn": (None, (_P, _I64, _P, _I64, _P)),
    "look_up": (None, (_P, _P, _I64, _P, _P)),
    "gather": (_I32, (_P, _P, _I64, _P)),
    "digits": (_I64, (_P,)),
    "csv_size": (_I64, (_P, _I64, _I64)),
    "csv": (_I64, (_P, _I64, _I64, _I32, _P)),
    "days": (_I32, (_P, _I64, _P, _P)),
    "prefixed_size": (_I64, (_P, _I64, _I64)),
    "prefixed": (_I64, (_P, _I64, _I64, _P, _P)),
    "to_base32": (_I32, (_P, _I64, _P)),
    "from_base32": (None, (_P, _P, _P)),
    "numbers": (_I64, (_P, _P)),
    "kana": (_I32, (_P, _P, _P, _P, _P, _P)),
}


class Columns:
    """The functions of one library."""

    def __init__(self, library: ctypes.CDLL) -> None:
        """Take a library.

        Raises:
            AttributeError: it is an older one.
        """
        self._library = library
        for name, (result, arguments) in _SIGNATURES.items():
            function = getattr(library, f"sekisho_{name}")
            function.restype, function.argtypes = result, arguments

    def cells(self, text: bytes, ends: Positions, *, width: int, column: int) -> Written:
        """Return a column of delimited text: quotes undone, an empty cell null.

        Args:
            text: well-formed UTF-8 with regular quotes, rows that end with LF.
            ends: where each cell ends; see :func:`sekisho.readers.structure.measure`.
            width: cells a row.
            column: which cell of each row.

        Raises:
            MemoryError: there is not enough for it, or more than two gigabytes of long cells.
        """
        found = Written()
        if not self._library.sekisho_cells(text, ends.ctypes.data, len(ends), width, column, found.address):
            raise MemoryError
        return found

    def learn(self, keys: Column, slots: NDArray[np.uint64], rows: int) -> Positions:
        """Return for each row of a column the row that first held its text, -1 for a null; fill the table of slots.

        Args:
            keys: the column.
            slots: zeros, more of them than rows, a power of two.
            rows: of the column.
        """
        first = np.empty(rows, np.int64)
        with lent(keys) as address:
            self._library.sekisho_learn(address, 0, slots.ctypes.data, len(slots), first.ctypes.data)
        return first

    def look_up(self, known: Column, slots: NDArray[np.uint64], asked: Column, rows: int) -> Positions:
        """Return for each row of a column the row of the learned one that first held its text, -1 for none."""
        places = np.empty(rows, np.int64)
        with lent(known) as ours, lent(asked) as theirs:
            self._library.sekisho_look_up(ours, slots.ctypes.data, len(slots), theirs, places.ctypes.data)
        return places

    def gather(self, cells: Column, places: Positions) -> Written:
        """Return the cells at some places, null where the place is negative.

        Raises:
            MemoryError: there is not enough for it, or more than two gigabytes of long cells.
        """
        found = Written()
        with lent(cells) as address:
            if not self._library.sekisho_gather(address, places.ctypes.data, len(places), found.address):
                raise MemoryError
        return found

    def digits(self, cells: Column) -> int:
        """Return the size that all cells have if they are digits, nulls left out; -1 if they differ, 0 if there is none."""
        with lent(cells) as address:
            return int(self._library.sekisho_digits(address))

    def csv(self, cells: Sequence[Column], rows: int, *, crlf: bool) -> bytes:
        """Return rows as CSV, with what a spreadsheet would carry out behind an apostrophe.

        Args:
            cells: the columns.
            rows: how many.
            crlf: whether rows end with CRLF; else with LF.
        """
        with ExitStack() as stack:
            given = (_P * len(cells))(*(stack.enter_context(lent(column)) for column in cells))
            out = scratch(self._library.sekisho_csv_size(given, len(cells), rows))
            size = self._library.sekisho_csv(given, len(cells), rows, crlf, out.ctypes.data)
        return out[:size].tobytes()

    def to_base32(self, blocks: NDArray[np.uint64]) -> Written:
        """Return each block of two words as 26 characters; see :mod:`sekisho.cut.tokens.base32`.

        Raises:
            MemoryError: there is not enough for it, or more than two gigabytes.
        """
        found, blocks = Written(), np.ascontiguousarray(blocks)
        if not self._library.sekisho_to_base32(blocks.ctypes.data, len(blocks), found.address):
            raise MemoryError
        return found

    def from_base32(self, cells: Column, rows: int) -> tuple[NDArray[np.uint64], NDArray[np.bool_]]:
        """Return the block of each cell, and which cells are blocks."""
        blocks, good = np.empty((rows, 2), ">u8"), np.empty(rows, np.bool_)
        with lent(cells) as address:
            self._library.sekisho_from_base32(address, blocks.ctypes.data, good.ctypes.data)
        return blocks, good

    def numbers(self, cells: Column, rows: int) -> tuple[NDArray[np.uint64], int]:
        """Return the digits of each cell as a number, a 1 before them, 0 for a null; and how many are no such digits."""
        numbers = np.empty(rows, np.uint64)
        with lent(cells) as address:
            wrong = self._library.sekisho_numbers(address, numbers.ctypes.data)
        return numbers, int(wrong)

    def kana(
        self, cells: Column, rows: int, usual: NDArray[np.uint16], sounds: tuple[NDArray[np.uint8], NDArray[np.uint8]]
    ) -> tuple[Written, NDArray[np.bool_]]:
        """Return readings in the form of :func:`sekisho.canon.name.kana`, and which of them it has to make itself.

        Args:
            cells: the readings.
            rows: how many.
            usual: what each character below U+3100 becomes: 0 for nothing, 65535 if it is not taken.
            sounds: by character, the rows of sounds it is of, and those it lengthens, as bits.

        Raises:
            MemoryError: there is not enough for it.
        """
        found, odd = Written(), np.empty(rows, np.uint8)
        before, after = sounds
        with lent(cells) as address:
            tables = (usual.ctypes.data, before.ctypes.data, after.ctypes.data)
            if not self._library.sekisho_kana(address, *tables, found.address, odd.ctypes.data):
                raise MemoryError
        return found, odd.astype(np.bool_)

    def days(self, cells: Column, rows: int, *, keep: int) -> tuple[Written, NDArray[np.bool_]]:
        """Return the first characters of dates that stand as 2022-06-21, and which cells are none of these.

        Raises:
            MemoryError: there is not enough for it.
        """
        found, odd = Written(), np.empty(rows, np.uint8)
        with lent(cells) as address:
            if not self._library.sekisho_days(address, keep, found.address, odd.ctypes.data):
                raise MemoryError
        return found, odd.astype(np.bool_)

    def prefixed(self, cells: Sequence[Column], rows: int) -> tuple[bytes, Positions] | int:
        """Return rows one behind the other, each cell behind its length (u16, big-endian), and where each row ends.

        A null is as an empty cell. In place of all that, a row with a cell that is longer than its length can say.
        """
        ends = np.empty(rows, np.int64)
        with ExitStack() as stack:
            given = (_P * len(cells))(*(stack.enter_context(lent(column)) for column in cells))
            out = np.empty(self._library.sekisho_prefixed_size(given, len(cells), rows), np.uint8)
            bad = self._library.sekisho_prefixed(given, len(cells), rows, out.ctypes.data, ends.ctypes.data)
        return (out.tobytes(), ends) if bad < 0 else int(bad)


@cache
def columns() -> Columns | None:
    """Return the kernel's functions over columns, None where there is no kernel or the environment asks for NumPy."""
    compiled = kernel()
    try:
        return Columns(compiled.library) if compiled else None
    except AttributeError:
        return None


def slots_for(rows: int) -> NDArray[np.uint64]:
    """Return an empty table for so many rows, at most half full."""
    return np.zeros(1 << max(4, (2 * rows).bit_length()), np.uint64)
