"""The numbers in a piece of running text: where each starts and stops, and which shape it has.

A candidate is what :mod:`~sekisho.detect.shapes` finds in a table, without cells: a line end joins nothing, and no number
crosses one. The caller says which shapes it asks for, because the shapes without a check are most of what a log holds.
"""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sekisho.detect.area_codes import TABLES
from sekisho.detect.hits import Hits, Shape
from sekisho.detect.lettered import lettered
from sekisho.detect.numbers import numbers
from sekisho.detect.runs import find_heads, find_runs
from sekisho.detect.shapes import ALL_SHAPES
from sekisho.kernel.library import kernel
from sekisho.readers.structure import Positions

_NO_ENDS: Positions = np.empty(0, np.int64)


@dataclass(frozen=True, slots=True)
class Candidates:
    """Numbers by where they start, then by where they stop, then by shape.

    Attributes:
        starts: the first byte of each, 64 bits without sign.
        stops: the byte behind its last.
        shapes: its :class:`~sekisho.detect.hits.Shape`, 8 bits; one number may stand here with several.
    """

    starts: NDArray[np.uint64]
    stops: NDArray[np.uint64]
    shapes: NDArray[np.uint8]

    def __len__(self) -> int:
        return len(self.starts)


def mask_of(shapes: Iterable[Shape]) -> int:
    """Return some shapes as a mask."""
    return sum(1 << shape for shape in set(shapes))


def find_flat(text: bytes | memoryview, shapes: int = ALL_SHAPES) -> Candidates:
    """Return the numbers in a text.

    Args:
        text: UTF-8, or any encoding that leaves ASCII alone; digits are half-width.
        shapes: which shapes are asked for; see :func:`mask_of`.
    """
    if compiled := kernel():
        return Candidates(*compiled.find(text, shapes & ALL_SHAPES, TABLES))
    return find_flat_by_arrays(text, shapes)


def find_flat_by_arrays(text: bytes | memoryview, shapes: int = ALL_SHAPES) -> Candidates:
    """Do the same by NumPy."""
    runs = find_runs(np.frombuffer(bytes(text) + b"\n", np.uint8), _NO_ENDS)
    heads = find_heads(runs)
    wanted = frozenset(shape for shape in Shape if shapes >> shape & 1)
    found = [*numbers(runs, heads, wanted), *(each for each in lettered(runs, heads) if each.shape in wanted)]
    return _in_order(found)


def _in_order(found: list[Hits]) -> Candidates:
    if not found:
        return Candidates(np.empty(0, np.uint64), np.empty(0, np.uint64), np.empty(0, np.uint8))
    starts = np.concatenate([each.starts for each in found])
    stops = np.concatenate([each.stops for each in found])
    shapes = np.repeat(np.array([each.shape for each in found], np.uint8), [len(each.starts) for each in found])
    order = np.lexsort((shapes, stops, starts))
    return Candidates(starts[order].astype(np.uint64), stops[order].astype(np.uint64), shapes[order])
