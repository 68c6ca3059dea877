"""The digit kernel: the numbers in a block of a table by their shapes, and how often each column holds each shape.

Shapes overlap on purpose: a number of twelve digits counts as ``TWELVE``, and as ``MY_NUMBER`` too if its check digit
holds, so that a column's share of passes can be set against chance. Boundaries follow section 4 and the traps of
section 13 of the detection reference: no letter, digit or underscore beside a group, no dot or hyphen before it, no
hyphen behind it; shapes that carry letters look for them themselves. Dummies such as ``000000000000`` pass no check.

The compiled kernel (``sekisho.kernel``) does this where there is one; the array operations here do it everywhere, and
are what it is held against.
"""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sekisho.detect.area_codes import TABLES
from sekisho.detect.blanks import PACKED, are_filled
from sekisho.detect.hits import Hits, Shape
from sekisho.detect.labels import Labels, are_labelled, is_labelled
from sekisho.detect.lettered import lettered
from sekisho.detect.numbers import numbers
from sekisho.detect.runs import Runs, find_heads, find_runs
from sekisho.detect.strips import mark
from sekisho.detect.uniform import places_in, uniform_columns
from sekisho.kernel.functions import Labels as PackedLabels
from sekisho.kernel.library import kernel
from sekisho.readers.structure import Bytes, Mask, Positions, insides

LONGEST_COUNTED = 20
ALL_SHAPES = (1 << len(Shape)) - 1

_MOST_LEAD, _MOST_TAIL = 3, 1


@dataclass(frozen=True, slots=True)
class Counts:
    """How many cells of each column hold what; blocks add up.

    Attributes:
        filled: cells that say something, by column.
        found: cells that hold a shape, by column and shape.
        whole: cells that are a shape and nothing else, by column and shape.
        labelled: cells that hold a shape behind its own name, by column and shape.
        lengths: cells that are digits and nothing else, by column and number of digits; the last place holds those of
            20 digits and more.
    """

    filled: NDArray[np.int64]
    found: NDArray[np.int64]
    whole: NDArray[np.int64]
    labelled: NDArray[np.int64]
    lengths: NDArray[np.int64]

    @classmethod
    def zero(cls, width: int) -> "Counts":
        """Return the counts of no rows."""
        found, whole, labelled = np.zeros((3, width, len(Shape)), np.int64)
        return cls(np.zeros(width, np.int64), found, whole, labelled, np.zeros((width, LONGEST_COUNTED + 1), np.int64))

    def __add__(self, other: "Counts") -> "Counts":
        return Counts(
            self.filled + other.filled,
            self.found + other.found,
            self.whole + other.whole,
            self.labelled + other.labelled,
            self.lengths + other.lengths,
        )


def find(text: bytes, ends: Positions) -> list[Hits]:
    """Return every group in a block's text, by shape.

    Args:
        text: UTF-8 with half-width digits, ending with LF.
        ends: where each cell ends.
    """
    if compiled := kernel():
        starts, stops, shapes = compiled.find(text, ALL_SHAPES, TABLES)
        cells = np.searchsorted(ends, starts.astype(np.int64))
        places = ((Shape(shape), np.flatnonzero(shapes == shape)) for shape in np.unique(shapes).tolist())
        return [Hits(shape, cells[at], starts[at].astype(np.int64), stops[at].astype(np.int64)) for shape, at in places]
    return find_by_arrays(text, ends)


def find_by_arrays(text: bytes, ends: Positions) -> list[Hits]:
    """Do the same by NumPy; a shape may come in several pieces."""
    runs = find_runs(np.frombuffer(text, np.uint8), ends)
    heads = find_heads(runs)
    return [found for found in (*numbers(runs, heads), *lettered(runs, heads)) if len(found.cells)]


def count(text: bytes, ends: Positions, *, width: int, labels: Labels | None = None) -> Counts:
    """Return what each column of a block holds.

    Args:
        text: UTF-8 with half-width digits, ending with LF.
        ends: where each cell ends.
        width: cells a row.
        labels: names of numbers that stand before them.
    """
    if compiled := kernel():
        counts = Counts.zero(width)
        compiled.count(
            text,
            ends,
            width=width,
            area_codes=TABLES,
            signs=PACKED,
            labels=PackedLabels.of(labels or {}),
            into=(counts.filled, counts.found, counts.whole, counts.labelled, counts.lengths),
        )
        return counts
    return count_by_arrays(text, ends, width=width, labels=labels)


def count_by_arrays(text: bytes, ends: Positions, *, width: int, labels: Labels | None = None) -> Counts:
    """Do the same by NumPy."""
    data = np.frombuffer(text, np.uint8)
    first, last = insides(data, ends)
    counts = Counts.zero(width)
    counts.filled[:] = are_filled(data, first, last).reshape(-1, width).sum(axis=0)
    skip = _count_uniform(counts, data, first, last, labels or {})
    _count_others(counts, find_runs(data, ends, skip=skip), first, last, labels or {})
    return counts


def _count_uniform(counts: Counts, data: Bytes, first: Positions, last: Positions, labels: Labels) -> Mask:
    """Count the columns of one form, and return which bytes are theirs."""
    done = np.zeros(len(data), np.bool_)
    for each in uniform_columns(data, first, last, len(counts.filled)):
        size, rows = len(each.form), len(each.starts)
        mark(done, each.starts, size)
        if each.form.isdigit():
            counts.lengths[each.column, min(size, LONGEST_COUNTED)] += rows
        found: dict[Shape, Mask] = {}
        whole: dict[Shape, Mask] = {}
        labelled: dict[Shape, Mask] = {}
        for place in places_in(each.form):
            holding = each.holding(place)
            found[place.shape] = found.get(place.shape, False) | holding
            if place.start <= _MOST_LEAD and size - place.stop <= _MOST_TAIL:
                whole[place.shape] = whole.get(place.shape, False) | holding
            if is_labelled(each.form, place.start, labels.get(place.shape, ())):
                labelled[place.shape] = labelled.get(place.shape, False) | holding
        for counted, masks in ((counts.found, found), (counts.whole, whole), (counts.labelled, labelled)):
            for shape, mask in masks.items():
                counted[each.column, shape] += np.count_nonzero(mask)
    return done


def _count_others(counts: Counts, runs: Runs, first: Positions, last: Positions, labels: Labels) -> None:
    width, heads = len(counts.filled), find_heads(runs)
    for shape, same in _by_shape((*numbers(runs, heads), *lettered(runs, heads))).items():
        at = np.concatenate([each.cells for each in same])
        starts = np.concatenate([each.starts for each in same])
        lead = starts - first[at]
        tail = last[at] - np.concatenate([each.stops for each in same])
        counts.found[:, shape] += _distinct_by_column(at, width)
        counts.whole[:, shape] += _distinct_by_column(at[(lead <= _MOST_LEAD) & (tail <= _MOST_TAIL)], width)
        if shape in labels:
            named = are_labelled(runs.data, first[at], starts, labels[shape])
            counts.labelled[:, shape] += _distinct_by_column(at[named], width)
    alone = np.flatnonzero((runs.starts == first[runs.cells]) & (runs.stops == last[runs.cells]))
    places = runs.cells[alone] % width * (LONGEST_COUNTED + 1) + np.minimum(runs.lengths[alone], LONGEST_COUNTED)
    counts.lengths[:] += np.bincount(places, minlength=counts.lengths.size).reshape(counts.lengths.shape)


def _by_shape(found: Iterable[Hits]) -> dict[Shape, list[Hits]]:
    shapes: dict[Shape, list[Hits]] = {}
    for each in found:
        if len(each.cells):
            shapes.setdefault(each.shape, []).append(each)
    return shapes


def _distinct_by_column(cells: Positions, width: int) -> NDArray[np.int64]:
    """Count cells by column; a cell that holds a shape twice counts once."""
    cells = np.sort(cells, kind="stable")  # sorted pieces already: the stable sort only merges them
    distinct = cells[np.flatnonzero(np.diff(cells, prepend=-1))]
    return np.bincount(distinct % width, minlength=width)
