"""Which values the sources hold, told by keyed hashes in memory, so that none of them is invented by chance.

Polars' hash is neither cryptographic nor the same in its next version; here it is asked for within one run only, its
seed is random and forgotten, and a false hit costs another draw.
"""

from collections.abc import Callable, Sequence

import numpy as np
import numpy.typing as npt
import polars as pl

Hashes = npt.NDArray[np.uint64]

BORN = "born"
"""The set of names together with birth dates."""

_SEED_BYTES = 8
_BETWEEN = r"[^\p{L}\p{N}]"
_ZEROS = "0"


class Seen:
    """Sets of values by name, held as sorted hashes."""

    def __init__(self, randomness: Callable[[int], bytes]) -> None:
        self._seed = int.from_bytes(randomness(_SEED_BYTES))
        self._parts: dict[str, list[Hashes]] = {}
        self._sets: dict[str, Hashes] = {}

    def hashes(self, cells: pl.Series) -> Hashes:
        """Return the hashes of cells in the form in which they are compared: one width, letters and digits alone."""
        is_narrow = bool((cells.str.len_bytes() == cells.str.len_chars()).all())
        form = cells if is_narrow else cells.str.normalize("NFKC")
        return form.str.replace_all(_BETWEEN, "").str.strip_chars_start(_ZEROS).hash(self._seed).to_numpy()

    def pairs(self, cells: pl.Series, days: pl.Series) -> Hashes:
        """Return the hashes of cells together with a day."""
        found: Hashes = self.hashes(cells) ^ days.cast(pl.Int32).hash(self._seed).to_numpy()
        return found

    def add(self, name: str, hashes: Hashes) -> None:
        """Put values into a set."""
        self._parts.setdefault(name, []).append(hashes)
        self._sets.pop(name, None)

    def of(self, name: str) -> Hashes:
        """Return a set, rising."""
        if name not in self._sets:
            self._sets[name] = rising(self._parts.get(name, []))
            self._parts[name] = [self._sets[name]]
        return self._sets[name]

    def holds(self, name: str, hashes: Hashes) -> npt.NDArray[np.bool_]:
        """Tell which values are in a set."""
        return is_in(hashes, self.of(name))


def rising(parts: Sequence[Hashes]) -> Hashes:
    """Return the different ones of several sets of hashes, rising."""
    if not parts:
        return np.zeros(0, np.uint64)
    hashes = np.sort(np.concatenate(parts))  # several times faster than numpy's own table of distinct values
    return hashes[np.concatenate([[True], hashes[1:] != hashes[:-1]])] if len(hashes) else hashes


def is_in(hashes: Hashes, known: Hashes) -> npt.NDArray[np.bool_]:
    """Tell which hashes are among rising ones."""
    if not len(known):
        return np.zeros(len(hashes), np.bool_)
    places = np.minimum(np.searchsorted(known, hashes), len(known) - 1)
    found: npt.NDArray[np.bool_] = known[places] == hashes
    return found
