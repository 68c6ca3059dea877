"""Dice that fall the same way on every machine: the only source of chance in the demo's city.

NumPy promises the raw stream of a bit generator for ever (NEP 19), but not the distributions built on it. So everything
here comes from raw PCG64 words by whole numbers and by operations that IEEE 754 rounds in one way only: no logarithm,
no power. A seed then means one city, whatever NumPy and processor it is made on.
"""

import hashlib
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]

_TOP_53_BITS = np.uint64(11)
_TOP_32_BITS = np.uint64(32)


class Dice:
    """A named stream of chance; another name under the same seed is another stream."""

    def __init__(self, seed: int, name: str) -> None:
        digest = hashlib.sha256(f"{seed}/{name}".encode()).digest()
        self._stream = np.random.PCG64(int.from_bytes(digest))

    def fractions(self, count: int) -> Floats:
        """Return numbers from 0 to just below 1, each equally likely."""
        return np.ldexp((self._raw(count) >> _TOP_53_BITS).astype(np.float64), -53)

    def below(self, bound: int, count: int) -> Ints:
        """Return whole numbers from 0 to just below ``bound`` (at most 2³²), each equally likely."""
        product = (self._raw(count) >> _TOP_32_BITS) * np.uint64(bound)
        return (product >> _TOP_32_BITS).astype(np.int64)

    def between(self, low: float, high: float | Floats, count: int) -> Floats:
        """Return numbers from ``low`` to just below ``high``, each equally likely."""
        return low + (np.asarray(high) - low) * self.fractions(count)

    def chance(self, probability: float | Floats, count: int) -> Bools:
        """Return what comes true with the given probability."""
        return self.fractions(count) < probability

    def pick(self, weights: Sequence[float] | Floats, count: int) -> Ints:
        """Return places in ``weights``, each as likely as its weight is large."""
        return picked(weights, self.fractions(count))

    def order(self, count: int) -> Ints:
        """Return the places 0 to ``count`` - 1, shuffled."""
        return np.argsort(self._raw(count), kind="stable")

    def serials(self, bound: int, count: int) -> Ints:
        """Return distinct numbers below ``bound``, rising, with gaps of chance.

        Raises:
            ValueError: there are not that many.
        """
        if count > bound:
            raise ValueError("more serial numbers than there are numbers")
        step = bound // max(count, 1)
        return np.arange(count, dtype=np.int64) * step + self.below(step, count)

    def sample(self, likeliness: Floats, count: int) -> Ints:
        """Return ``count`` distinct places, the more readily the larger their likeliness; never one with none.

        The sampling is Ohlsson's sequential Poisson sampling (1998), which needs nothing but a division.

        Raises:
            ValueError: fewer places than that have any likeliness.
        """
        places = np.flatnonzero(likeliness > 0)
        if len(places) < count:
            raise ValueError("fewer places than were asked for")
        rank = self.fractions(len(places)) / likeliness[places]
        return np.sort(places[np.argsort(rank, kind="stable")[:count]])

    def _raw(self, count: int) -> npt.NDArray[np.uint64]:
        words: npt.NDArray[np.uint64] = self._stream.random_raw(count)
        return words


def picked(weights: Sequence[float] | Floats, fractions: Floats) -> Ints:
    """Return for each fraction a place in ``weights``, each as likely as its weight is large."""
    edges = np.cumsum(np.asarray(weights, dtype=np.float64))
    places: Ints = np.searchsorted(edges[:-1], fractions * edges[-1], side="right")
    return places


def by_rank(count: int, flatness: int) -> Floats:
    """Return the weights of a list in falling order of frequency: the r-th entry weighs 1 / (r + flatness)."""
    return 1.0 / (np.arange(1, count + 1) + flatness)
