"""Groups of one to four joined runs of digits that stand open at both sides: where numbers may be."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from sekisho.detect.digits import Digits
from sekisho.detect.runs import Runs
from sekisho.detect.strips import strips
from sekisho.readers.structure import Mask, Positions

LARGEST_GROUP = 4

_LONGEST = 127  # so that four lengths and separators fit 63 bits; no number is as long
_ZERO, _BLANK = np.uint8(ord("0")), ord(" ")


class Form(NamedTuple):
    """How long the runs of a group are, and what stands between them; ``packed`` is both in one number."""

    lengths: tuple[int, ...]
    separators: str
    packed: int


@dataclass(frozen=True, slots=True)
class Windows:
    """Groups of as many runs each.

    Attributes:
        runs: all runs.
        first: the index of each group's first run.
        count: how many runs a group has.
    """

    runs: Runs
    first: Positions
    count: int

    @property
    def cells(self) -> Positions:
        """In which cell each group stands."""
        return self.runs.cells[self.first]

    @property
    def starts(self) -> Positions:
        """Where each group starts."""
        return self.runs.starts[self.first]

    @property
    def stops(self) -> Positions:
        """Where it stops, exclusive."""
        return self.runs.stops[self.first + (self.count - 1)]

    def __len__(self) -> int:
        return len(self.first)

    def where(self, keep: Mask) -> "Windows":
        """Return some of the groups."""
        return Windows(self.runs, self.first[np.flatnonzero(keep)], self.count)

    def forms(self) -> Iterator[Form]:
        """Yield each form that groups have."""
        packed = np.sort(self._packed_forms())
        for form in packed[np.flatnonzero(np.diff(packed, prepend=-1))].tolist():
            parts = form.to_bytes(2 * self.count, "big")
            yield Form(tuple(parts[0::2]), parts[1:-1:2].decode(), form)

    def of_form(self, form: Form) -> "Windows":
        """Return the groups of a form; where blanks join it, only those that stand alone."""
        same = self.where(self._packed_forms() == form.packed)
        return same.where(same.are_alone()) if " " in form.separators else same

    def are_alone(self) -> Mask:
        """Tell which groups have no run as long as their last or first beside them, behind or before a blank."""
        joins, lengths, last = self.runs.joins, self.runs.lengths, self.first + (self.count - 1)
        behind = (joins[last] == _BLANK) & (lengths[last + 1] == lengths[last])
        before = (joins[self.first - 1] == _BLANK) & (lengths[self.first - 1] == lengths[self.first])
        alone: Mask = ~(behind | (before & (self.first > 0)))
        return alone

    def _packed_forms(self) -> Positions:
        """Return lengths and separators packed into one number a group: a byte each."""
        packed = np.minimum(self.runs.lengths[self.first], _LONGEST)
        for run in range(1, self.count):
            packed = packed << 8 | self.runs.joins[self.first + (run - 1)]
            packed = packed << 8 | np.minimum(self.runs.lengths[self.first + run], _LONGEST)
        return packed << 8

    def digits(self, *lengths: int) -> Digits:
        """Return the digits of all runs, whose lengths are known: a row for each place, a column for each group."""
        starts = self.runs.starts
        found = [strips(self.runs.data, starts[self.first + run], length) for run, length in enumerate(lengths)]
        return np.concatenate(found) - _ZERO


def windows(runs: Runs, heads: Positions) -> Iterator[Windows]:
    """Yield the groups of one run, two, three and four that begin with these heads and are open at their right."""
    for count in range(1, LARGEST_GROUP + 1):
        yield Windows(runs, heads[runs.are_open_right(heads + (count - 1))], count)
        heads = heads[runs.joins[heads + (count - 1)] != 0]
