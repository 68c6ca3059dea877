"""Whose case numbers a leaked column holds: tokens are keyed or drawn for one cut, so they name it at no cost."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from sekisho.cut.tokens.serial import space_for

# As :mod:`sekisho.cut.tokens` writes them. Where there are blanks and hyphens between the digits, somebody put them there.
_NUMBER = r"^(?:[1-9][0-9]{8}|[12][0-9]{13})$"
_BETWEEN = r"[\s\-]"
_TEXT = r"^[A-Z2-7]{26}$"

_FIRST_LONG = 10**9
_SHORT_SPACE, _LONG_SPACE = space_for(0).count, space_for(10**7).count
_BLOCK_DOUBT = 2.0**-64

Numbers = NDArray[np.uint64]


@dataclass(frozen=True, slots=True)
class TokenColumn:
    """What in a leaked column may be tokens: each value once.

    Attributes:
        numbers: case numbers, rising.
        texts: tokens of 26 characters.
    """

    numbers: Numbers
    texts: pl.Series

    def __or__(self, other: "TokenColumn") -> "TokenColumn":
        """Return what is in either of two columns."""
        return TokenColumn(np.union1d(self.numbers, other.numbers), pl.concat([self.texts, other.texts]).unique())


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
    """The case numbers that one cut gave (``token.serial``).

    Attributes:
        given: the numbers, rising, all of one width.
    """

    given: Numbers

    def hits(self, column: TokenColumn) -> Hits:
        """Return how many of a column's values were given."""
        is_long = bool(len(self.given)) and int(self.given[-1]) >= _FIRST_LONG
        border = int(np.searchsorted(column.numbers, np.uint64(_FIRST_LONG)))
        alike = column.numbers[border:] if is_long else column.numbers[:border]
        places = np.searchsorted(self.given, alike)
        inside = places < len(self.given)
        hit = int(np.count_nonzero(self.given[places[inside]] == alike[inside]))
        return Hits(hit, len(alike), min(1.0, len(self.given) / (_LONG_SPACE if is_long else _SHORT_SPACE)))


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


NO_TOKENS = TokenColumn(np.zeros(0, np.uint64), pl.Series(dtype=pl.String))


def case_numbers(tokens: pl.Series) -> CaseNumbers:
    """Return the case numbers of a cut's map."""
    return CaseNumbers(_rising(tokens))


def token_column(cells: pl.Series) -> TokenColumn:
    """Return what in a column of text may be tokens, whatever it is called."""
    plain = cells.drop_nulls().unique().str.normalize("NFKC").str.strip_chars().str.strip_chars_start("'")
    numbers = plain.str.replace(r"\.0$", "").str.replace_all(_BETWEEN, "")
    texts = plain.str.to_uppercase()
    return TokenColumn(
        _rising(numbers.filter(numbers.str.contains(_NUMBER))), texts.filter(texts.str.contains(_TEXT)).unique()
    )


def _rising(numbers: pl.Series) -> Numbers:
    found: Numbers = numbers.cast(pl.UInt64).unique().sort().to_numpy()
    return found
