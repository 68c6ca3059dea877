"""The form by which keys are known, as numbers; and how they stood when they were first seen.

A key that is ASCII digits, nineteen at most, is known by its number and stands by that and its length: leading zeros come
back. Any other text is known by :func:`sekisho.canon.number.code` of it, and kept as it stands.
"""

from array import array
from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from sekisho.canon.number import code
from sekisho.people.key_table import Flags, Numbers, Values

MOST_DIGITS = 19
"""Of a number that surely fits 64 bits."""

_NONE = np.empty(0, np.int64)
_READ = pl.col("text").cast(pl.UInt64, strict=False).fill_null(0)
# Reading a number takes a sign as well, and nothing else that is no digit.
_PLAIN = (
    pl.col("text").cast(pl.UInt64, strict=False).is_not_null()
    & (pl.col("text").str.len_bytes() <= MOST_DIGITS)
    & ~pl.col("text").str.starts_with("+")
)
_BEYOND_DIGITS = 10**MOST_DIGITS  # above every number of so many digits: forms that are none, in the order they come


@dataclass(frozen=True, slots=True)
class Spelled:
    """A column of keys.

    Attributes:
        texts: as they stand.
        values: the form by which each is known.
        there: whether it is anybody's.
        digits: how many digits it is; 0 for a text that is kept.
    """

    texts: pl.Series
    values: Values
    there: Flags
    digits: NDArray[np.uint8]


class Forms:
    """Forms of keys that are no number, by the order in which they came."""

    def __init__(self) -> None:
        """Start without any."""
        self._known: dict[str, int] = {}

    def spelled(self, texts: pl.Series) -> Spelled:
        """Return keys in the form by which they are known."""
        read = texts.to_frame("text").select(
            _READ, digits=pl.when(_PLAIN).then(pl.col("text").str.len_bytes()).fill_null(0)
        )
        values, digits = read["text"].to_numpy().copy(), read["digits"].to_numpy().astype(np.uint8)
        there = digits != 0
        others = np.flatnonzero(~there) if texts.null_count() < len(texts) - int(there.sum()) else _NONE
        if others.size:
            unlike = texts.gather(others).to_list()
            forms = {text: None if text is None else self._value(text) for text in dict.fromkeys(unlike)}
            found = [forms[text] for text in unlike]
            there[others] = [value is not None for value in found]
            values[others] = np.array([value or 0 for value in found], np.uint64)
        return Spelled(texts, values, there, digits)

    def _value(self, text: str) -> int | None:
        form = code(text)
        if form is None:
            return None
        if len(form) <= MOST_DIGITS and form.isascii() and form.isdigit():
            return int(form)
        return self._known.setdefault(form, _BEYOND_DIGITS + len(self._known))


class Texts:
    """Texts by person number, one behind the other: a nation's are too many to be objects."""

    def __init__(
        self, numbers: Numbers | None = None, ends: NDArray[np.uint64] | None = None, text: bytes = b""
    ) -> None:
        """Start with texts whose ends are given, or empty."""
        self._numbers = array("I", b"" if numbers is None else numbers.tobytes())
        self._ends = array("Q", b"" if ends is None else ends.tobytes())
        self._text = bytearray(text)
        self._order: NDArray[np.int64] | None = None

    def add(self, numbers: Numbers, texts: pl.Series) -> None:
        """Keep a text for each number, in place of what was kept for it."""
        sizes = texts.str.len_bytes().to_numpy().astype(np.uint64)
        self._numbers.frombytes(numbers.astype(np.uint32).tobytes())
        self._ends.frombytes((np.cumsum(sizes) + np.uint64(len(self._text))).tobytes())
        self._text += "".join(texts.to_list()).encode()
        self._order = None

    def get(self, numbers: Numbers) -> list[bytes]:
        """Return the texts kept for numbers that have one."""
        known = np.frombuffer(self._numbers, np.uint32)
        if self._order is None:
            self._order = np.argsort(known, kind="stable")
        places = self._order[np.searchsorted(known[self._order], numbers, side="right") - 1].tolist()
        ends, text = self._ends, self._text
        return [bytes(text[ends[place - 1] if place else 0 : ends[place]]) for place in places]
