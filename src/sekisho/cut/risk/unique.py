"""Which columns make people stand alone: "occupation, education and age: 1,907 people" is a sentence that is understood."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations
from math import prod

import numpy as np
from numpy.typing import NDArray

from sekisho.cut.risk.coding import Coded
from sekisho.cut.risk.packing import Codes, pack

_TABLE = 1 << 22  # up to so many places, combinations are counted in a table; above, by sorting


@dataclass(frozen=True, slots=True, kw_only=True)
class Subset:
    """Some of the quasi-identifiers.

    Attributes:
        columns: which.
        uniques: rows that these columns alone make unique.
    """

    columns: tuple[str, ...]
    uniques: int


def unique_by_columns(coded: Coded, *, most: int = 3) -> tuple[Subset, ...]:
    """Return all subsets of up to ``most`` columns, those that make most people unique first."""
    subsets = [
        Subset(columns=tuple(coded.columns[place] for place in chosen), uniques=_uniques(coded, chosen))
        for size in range(1, most + 1)
        for chosen in combinations(range(len(coded.columns)), size)
    ]
    return tuple(sorted(subsets, key=lambda subset: -subset.uniques))


def _uniques(coded: Coded, chosen: Sequence[int]) -> int:
    sizes = [max(1, coded.sizes[place]) for place in chosen]
    keys = _keys([coded.codes[place] for place in chosen], sizes)
    # Alone is who is the only row of the only combination under a key.
    return int((np.bincount(keys)[keys[coded.weights == 1]] == 1).sum())


def _keys(columns: Sequence[Codes], sizes: Sequence[int]) -> NDArray[np.int64]:
    if prod(sizes) > _TABLE:
        return np.unique(pack(columns, sizes), return_inverse=True)[1]
    keys = columns[0].astype(np.int64)
    for column, size in zip(columns[1:], sizes[1:], strict=True):
        keys *= size
        keys += column
    return keys
