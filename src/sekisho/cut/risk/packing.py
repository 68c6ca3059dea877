"""Several small integers a row as one, so that equal rows are equal numbers; and equal rows gathered.

Where the bits of all columns fit into 64, the number is the row itself. Where they do not, the columns so far are replaced by
their place among the distinct ones, and the packing goes on: the numbers then mean nothing, but are equal for equal rows.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

Codes = NDArray[np.uint8] | NDArray[np.uint16] | NDArray[np.uint32]
Counts = NDArray[np.int64]

_BITS = 64


def bits(size: int) -> int:
    """Return how many bits hold every number below ``size``."""
    return max(0, (size - 1).bit_length())


def fit(sizes: Sequence[int]) -> bool:
    """Tell whether rows of columns below these sizes fit into 64 bits."""
    return sum(map(bits, sizes)) <= _BITS


def joined(parts: Sequence[Codes], size: int) -> Codes:
    """Return the parts of one column, whose codes are below ``size``, one behind the other."""
    return narrow(np.concatenate([part.astype(np.int64, copy=False) for part in parts]), size)


def narrow(codes: NDArray[np.integer[Any]], size: int) -> Codes:
    """Return codes below ``size`` in the smallest type that holds them."""
    if size <= 1 << 8:
        return codes.astype(np.uint8, copy=False)
    return codes.astype(np.uint16, copy=False) if size <= 1 << 16 else codes.astype(np.uint32, copy=False)


def pack(columns: Sequence[Codes], sizes: Sequence[int]) -> NDArray[np.uint64]:
    """Return one number a row, equal for equal rows and, if the bits fit, in the order of the columns.

    Args:
        columns: of equal length, one at least.
        sizes: for every column, a number above all of its codes.
    """
    packed, used = columns[0].astype(np.uint64), bits(sizes[0])
    for column, size in zip(columns[1:], sizes[1:], strict=True):
        if used + bits(size) > _BITS:
            distinct, numbers = np.unique(packed, return_inverse=True)
            packed, used = numbers.astype(np.uint64), bits(len(distinct))
        packed <<= np.uint64(bits(size))
        packed |= column
        used += bits(size)
    return packed


def unpack(packed: NDArray[np.uint64], sizes: Sequence[int]) -> tuple[Codes, ...]:
    """Return the columns of rows that fit into 64 bits."""
    columns, used = [], 0
    for size in reversed(sizes):
        column = (packed >> np.uint64(used)) & np.uint64((1 << bits(size)) - 1)
        columns.append(narrow(column.astype(np.int64), size))
        used += bits(size)
    return tuple(reversed(columns))


def collapse(
    columns: Sequence[Codes], sizes: Sequence[int], weights: Counts | None = None
) -> tuple[tuple[Codes, ...], Counts]:
    """Return the distinct rows, in the order of :func:`pack`, and how often each stands there.

    Args:
        columns: as for :func:`pack`.
        sizes: as for :func:`pack`.
        weights: how often each row counts; once if not given.
    """
    packed = pack(columns, sizes)
    if weights is None and fit(sizes):  # values sort several times faster than places
        distinct, counts = np.unique(packed, return_counts=True)
        return unpack(distinct, sizes), counts.astype(np.int64, copy=False)
    first, counts = gather(packed, weights)
    return tuple(column[first] for column in columns), counts


def gather(packed: NDArray[np.uint64], weights: Counts | None = None) -> tuple[Counts, Counts]:
    """Return, by ascending number, where each distinct number stands first and how much counts under it."""
    order = np.argsort(packed, kind="stable")
    starts = run_starts(packed[order])
    counts = np.diff(starts, append=len(packed)) if weights is None else sums(weights[order], starts)
    return order[starts], counts


def run_starts(ordered: NDArray[np.generic]) -> Counts:
    """Return where runs of equal values start."""
    changed = np.ones(len(ordered), np.bool_)
    np.not_equal(ordered[1:], ordered[:-1], out=changed[1:])
    return np.flatnonzero(changed)


def sums(values: Counts, starts: Counts) -> Counts:
    """Return the sum of every run."""
    return np.add.reduceat(values, starts) if len(starts) else np.zeros(0, np.int64)
