"""Rows gathered into classes on given levels of their hierarchies: what a search does thousands of times.

A row's key is the sum of one number for each of its columns' labels. Where the labels of all columns can be told apart in 64
bits, the numbers are places in a mixed radix and the sum is the class itself; where not, they are drawn at random and the sum
is a hash, so that whoever publishes classes must verify them (:mod:`sekisho.cut.risk.anonymise` does).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import prod

import numpy as np
from numpy.typing import NDArray

from sekisho.cut.risk.hierarchy import Hierarchy
from sekisho.cut.risk.packing import Counts
from sekisho.kernel.library import kernel

Tables = tuple[NDArray[np.uint64], ...]

_SEED = 20221123  # any: equal tables are searched alike


@dataclass(frozen=True, slots=True, kw_only=True)
class Classes:
    """Rows gathered.

    Attributes:
        first: a row of each class, in the order in which classes are met.
        weights: the weight of each class.
        of: the class of each row.
    """

    first: Counts
    weights: Counts
    of: NDArray[np.uint32]


def key_tables(hierarchies: Sequence[Hierarchy]) -> tuple[Tables, ...]:
    """Return, for every column and level, the number of every leaf's label."""
    sizes = [max(1, len(hierarchy.leaves)) for hierarchy in hierarchies]
    if prod(sizes) <= 1 << 64:
        strides = [prod(sizes[place + 1 :]) for place in range(len(sizes))]
        return tuple(
            tuple(level.astype(np.uint64) * np.uint64(stride) for level in hierarchy.groups)
            for hierarchy, stride in zip(hierarchies, strides, strict=True)
        )
    dice = np.random.default_rng(_SEED)
    return tuple(
        tuple(dice.integers(0, 1 << 64, max(1, len(level)), np.uint64)[level] for level in hierarchy.groups)
        for hierarchy in hierarchies
    )


def gather_classes(codes: NDArray[np.uint32], tables: Sequence[NDArray[np.uint64]], weights: Counts) -> Classes:
    """Gather rows into classes.

    Args:
        codes: column by column.
        tables: for every column, the number of each code.
        weights: those of the rows.
    """
    compiled = kernel()
    if compiled is None:
        return gather_by_arrays(codes, tables, weights)
    first, sums, of = compiled.classes(codes, tables, weights)
    return Classes(first=first, weights=sums, of=of)


def gather_by_arrays(codes: NDArray[np.uint32], tables: Sequence[NDArray[np.uint64]], weights: Counts) -> Classes:
    """Do the same with NumPy."""
    keys = np.zeros(codes.shape[1], np.uint64)
    for column, table in zip(codes, tables, strict=True):
        keys += table[column]
    _, first, inverse = np.unique(keys, return_index=True, return_inverse=True)
    order = np.argsort(first)
    met = np.empty(len(first), np.uint32)
    met[order] = np.arange(len(first), dtype=np.uint32)
    of = met[inverse]
    sums = np.zeros(len(first), np.int64)
    np.add.at(sums, of, weights)
    return Classes(first=first[order], weights=sums, of=of)
