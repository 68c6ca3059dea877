"""Chance that hangs on a word: whoever has one 64-bit word has one invented life, in whatever order it is asked for.

A :class:`~sekisho.invented.dice.Dice` gives a stream, so that what comes third depends on what came second. Here every
person (or cell) has a word, and a name, a birth date, an account are each drawn from that word and the name of what is
drawn. So a person's kana fits their kanji though two columns of two tables were made apart, block by block.

The mixing is the finaliser of SplitMix64 (Steele, Lea, Flood 2014), which can be undone: a word must be random, or a keyed
hash whose key nobody keeps, never something of the person who is replaced.
"""

import hashlib
from collections.abc import Sequence
from functools import cache

import numpy as np
import numpy.typing as npt
import polars as pl

from sekisho.invented.dice import Bools, Floats, Ints, picked

Words = npt.NDArray[np.uint64]

_TOP_53_BITS, _TOP_32_BITS = np.uint64(11), np.uint64(32)
_MOST_DIGITS = 18


class Draws:
    """What is drawn for each of many words."""

    def __init__(self, words: Words) -> None:
        self.words = words

    def __len__(self) -> int:
        return len(self.words)

    def of(self, places: Ints) -> "Draws":
        """Return the draws of some of the words."""
        return Draws(self.words[places])

    def again(self, name: str) -> "Draws":
        """Return other draws for each word: another life that hangs on it."""
        return Draws(self.raw(f"again/{name}"))

    def raw(self, name: str) -> Words:
        """Return 64 bits for each word; another name gives others."""
        mixed = self.words + np.uint64(_salt(name))
        mixed ^= mixed >> np.uint64(30)
        mixed *= np.uint64(0xBF58476D1CE4E5B9)
        mixed ^= mixed >> np.uint64(27)
        mixed *= np.uint64(0x94D049BB133111EB)
        mixed ^= mixed >> np.uint64(31)
        return mixed

    def fractions(self, name: str) -> Floats:
        """Return numbers from 0 to just below 1, each equally likely."""
        return np.ldexp((self.raw(name) >> _TOP_53_BITS).astype(np.float64), -53)

    def below(self, name: str, bound: int) -> Ints:
        """Return whole numbers from 0 to just below ``bound`` (at most 2³²), each equally likely."""
        return (((self.raw(name) >> _TOP_32_BITS) * np.uint64(bound)) >> _TOP_32_BITS).astype(np.int64)

    def chance(self, name: str, probability: float) -> Bools:
        """Return what comes true with the given probability."""
        return self.fractions(name) < probability

    def pick(self, name: str, weights: Sequence[float] | Floats) -> Ints:
        """Return places in ``weights``, each as likely as its weight is large."""
        return picked(weights, self.fractions(name))

    def one_of(self, name: str, choices: Sequence[str]) -> pl.Series:
        """Return one of some texts for each word, each equally likely."""
        return pl.Series(choices, dtype=pl.String).gather(self.below(name, len(choices)))

    def digits(self, name: str, count: int) -> npt.NDArray[np.uint8]:
        """Return a row of so many digits (at most 18) for each word."""
        assert count <= _MOST_DIGITS
        places = np.array([10**place for place in reversed(range(count))], np.uint64)
        rows: npt.NDArray[np.uint8] = ((self.raw(name)[:, None] // places) % np.uint64(10)).astype(np.uint8)
        return rows

    def number(self, name: str, count: int) -> pl.Series:
        """Return a number of so many digits for each word, with its leading zeros."""
        return written(self.digits(name, count))


def written(digits: npt.NDArray[np.uint8]) -> pl.Series:
    """Return rows of digits (at most 18) as text."""
    values = digits @ np.array([10**place for place in reversed(range(digits.shape[1]))], np.uint64)
    return pl.Series(values, dtype=pl.UInt64).cast(pl.String).str.zfill(digits.shape[1])


@cache
def _salt(name: str) -> int:
    return int.from_bytes(hashlib.sha256(name.encode()).digest()[:8])
