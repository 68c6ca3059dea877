"""Texts over an alphabet as pairs of numbers, the left and the right half, and back, many at a time."""

from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
import polars as pl
from numpy.typing import NDArray

from sekisho.cut.tokens.fixed_width import to_bytes, to_texts
from sekisho.kernel.library import kernel

Numbers: TypeAlias = NDArray[Any]  # u64, or Python's integers as objects
Halves: TypeAlias = tuple[Numbers, Numbers]

_OUTSIDE = 255  # no ASCII alphabet has so many characters
_ENCODING, _ENCODED = "utf-32-le", np.dtype("<u4")


@dataclass(frozen=True, slots=True)
class AsciiAlphabet:
    """Characters of one byte.

    Attributes:
        letters: the character of each numeral.
        numerals: the numeral of each byte, 255 outside the alphabet.
    """

    letters: NDArray[np.uint8]
    numerals: NDArray[np.uint8]

    def halves(self, texts: pl.Series, length: int, *, as_objects: bool) -> Halves | None:
        """Return the halves of texts of one length; None if a character is outside the alphabet.

        Args:
            texts: without nulls.
            length: in characters.
            as_objects: as Python's integers; else a half must fit 64 bits.
        """
        rows, fits = to_bytes(texts, length)
        if not fits.all():  # a character of several bytes
            return None
        compiled = None if as_objects else kernel()
        if compiled:
            return compiled.halves(rows, self.numerals, len(self.letters))
        return self.halves_by_arrays(rows, as_objects=as_objects)

    def halves_by_arrays(self, rows: NDArray[np.uint8], *, as_objects: bool) -> Halves | None:
        """Do the same with the bytes of the texts, by NumPy."""
        numerals = self.numerals[rows]
        if (numerals == _OUTSIDE).any():
            return None
        return _halves(numerals, len(self.letters), as_objects=as_objects)

    def texts(self, left: Numbers, right: Numbers, *, length: int) -> pl.Series:
        """Return the texts of halves."""
        compiled = kernel() if left.dtype == np.uint64 else None
        if compiled:
            return to_texts(compiled.from_halves(left, right, self.letters, length))
        return to_texts(self.letters[_numerals(left, right, length, len(self.letters))])


@dataclass(frozen=True, slots=True)
class WideAlphabet:
    """Any characters.

    Attributes:
        letters: the code point of each numeral.
        numerals: the numeral of each code point, the number of letters outside the alphabet.
    """

    letters: NDArray[np.uint32]
    numerals: NDArray[np.uint32]

    def halves(self, texts: pl.Series, length: int, *, as_objects: bool) -> Halves | None:
        """As for ASCII."""
        data = "".join(texts.to_list()).encode(_ENCODING)
        points = np.minimum(np.frombuffer(data, _ENCODED), len(self.numerals) - 1)
        numerals = self.numerals[points].reshape(-1, length)
        if (numerals == len(self.letters)).any():
            return None
        return _halves(numerals, len(self.letters), as_objects=as_objects)

    def texts(self, left: Numbers, right: Numbers, *, length: int) -> pl.Series:
        """Return the texts of halves."""
        points = self.letters[_numerals(left, right, length, len(self.letters))]
        text = points.astype(_ENCODED).tobytes().decode(_ENCODING)
        return pl.Series([text[at : at + length] for at in range(0, len(text), length)], dtype=pl.String)


def of_characters(characters: str) -> AsciiAlphabet | WideAlphabet:
    """Return the alphabet of these characters, in the order of their values."""
    if characters.isascii():
        letters = np.frombuffer(characters.encode(), np.uint8)
        numerals = np.full(256, _OUTSIDE, np.uint8)
        numerals[letters] = np.arange(len(letters), dtype=np.uint8)
        return AsciiAlphabet(letters, numerals)
    points = np.frombuffer(characters.encode(_ENCODING), _ENCODED).astype(np.uint32)
    places = np.full(int(points.max()) + 2, len(points), np.uint32)
    places[points] = np.arange(len(points), dtype=np.uint32)
    return WideAlphabet(points, places)


def _halves(numerals: NDArray[Any], radix: int, *, as_objects: bool) -> Halves:
    middle = numerals.shape[1] // 2
    left = _number(numerals[:, :middle], radix, as_objects=as_objects)
    return left, _number(numerals[:, middle:], radix, as_objects=as_objects)


def _number(numerals: NDArray[Any], radix: int, *, as_objects: bool) -> Numbers:
    """Return the number that each row of numerals writes."""
    kind: Any = object if as_objects else np.uint64
    number = np.zeros(len(numerals), kind)
    for column in numerals.T:
        number = number * (radix if as_objects else np.uint64(radix)) + column.astype(kind)
    return number


def _numerals(left: Numbers, right: Numbers, length: int, radix: int) -> NDArray[np.uint32]:
    """Write the numbers of two halves as numerals, a row each."""
    numerals = np.empty((len(left), length), np.uint32)
    size = radix if left.dtype == object else np.uint64(radix)
    middle = length // 2
    for half, places in ((left, range(middle)), (right, range(middle, length))):
        rest = half
        for place in reversed(places):
            above = rest // size
            numerals[:, place] = rest - above * size
            rest = above
    return numerals
