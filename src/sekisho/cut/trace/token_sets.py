"""Whose case numbers a leaked column holds: tokens are keyed or drawn for one cut, so they name it at no cost."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import polars as pl
from pyroaring import BitMap

# As :mod:`sekisho.cut.tokens` writes them; a spreadsheet drops leading zeros.
_NUMBER = r"^[0-9]{5,9}$"
_NUMBER_SPACE = 10**8
_TEXT = r"^[A-Z2-7]{26}$"
_BLOCK_DOUBT = 2.0**-64


@dataclass(frozen=True, slots=True)
class TokenColumn:
    """What in a leaked column may be tokens: each value once.

    Attributes:
        numbers: case numbers.
        texts: tokens of 26 characters.
    """

    numbers: BitMap
    texts: pl.Series


@dataclass(frozen=True, slots=True)
class Hits:
    """How many of a column's values are a cut's tokens.

    Attributes:
        hit: so many are.
        of: of so many that look like tokens.
        share: how likely one is that has nothing to do with the cut.
    """

    hit: int
    of: int
    share: float


@dataclass(frozen=True, slots=True)
class CaseNumbers:
    """The case numbers that one cut gave (``token.serial``)."""

    given: BitMap

    def hits(self, column: TokenColumn) -> Hits:
        """Return how many of a column's values were given."""
        return Hits(
            self.given.intersection_cardinality(column.numbers),
            len(column.numbers),
            min(1.0, len(self.given) / _NUMBER_SPACE),
        )


@dataclass(frozen=True, slots=True)
class KeyedTokens:
    """The tokens that one cut's key makes (``token.aes``).

    Attributes:
        decode: returns the number of each token; null where it is not of the key.
    """

    decode: Callable[[pl.Series], pl.Series]

    def hits(self, column: TokenColumn) -> Hits:
        """Return how many of a column's values come back under the key."""
        of = len(column.texts)
        hit = of - self.decode(column.texts).null_count() if of else 0
        return Hits(hit, of, _BLOCK_DOUBT)


def case_numbers(tokens: pl.Series) -> CaseNumbers:
    """Return the case numbers of a cut's map."""
    return CaseNumbers(_bitmap(tokens))


def token_column(cells: pl.Series) -> TokenColumn:
    """Return what in a column of text may be tokens, whatever it is called."""
    texts = cells.drop_nulls().unique().str.normalize("NFKC").str.strip_chars().str.strip_chars_start("'")
    numbers = texts.str.replace(r"\.0$", "")
    upper = texts.str.to_uppercase()
    return TokenColumn(
        _bitmap(numbers.filter(numbers.str.contains(_NUMBER))), upper.filter(upper.str.contains(_TEXT)).unique()
    )


def _bitmap(numbers: pl.Series) -> BitMap:
    return BitMap(numbers.cast(pl.UInt32).to_numpy().astype(np.uint32))
