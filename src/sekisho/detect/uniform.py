"""Columns whose filled cells all have one form: judged by the form of one cell, checked by arrays of all.

In an export of a register most numbers stand in such columns: eleven digits in every row, or ``9999-99-99``. Their runs
need not be searched cell by cell, and what they can be is asked once. What is found is what the search would find.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import lru_cache

import numpy as np

from sekisho.detect.digits import Digits
from sekisho.detect.forms import possibilities
from sekisho.detect.hits import Shape
from sekisho.detect.runs import find_heads, find_runs
from sekisho.detect.strips import strips
from sekisho.detect.windows import windows
from sekisho.readers.structure import Bytes, Mask, Positions

_LONGEST = 40
_ZERO = np.uint8(ord("0"))
_LF = b"\n"


@dataclass(frozen=True, slots=True)
class Place:
    """Where in a form a shape may be.

    Attributes:
        shape: the shape.
        check: the check that its digits have to pass.
        start: the first place of the form.
        stop: the place behind the last.
        digits: the places of its digits.
    """

    shape: Shape
    check: Callable[[Digits], Mask] | None
    start: int
    stop: int
    digits: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class UniformColumn:
    """A column of one form.

    Attributes:
        column: its index.
        starts: where each of its filled cells starts.
        form: their text with every digit as 0.
        places: the digits of all, a row for each place; 0 where the form has no digit.
    """

    column: int
    starts: Positions
    form: bytes
    places: Digits = field(repr=False)

    def holding(self, place: Place) -> Mask:
        """Tell which of the cells hold a shape."""
        if place.check is None:
            return np.ones(len(self.starts), np.bool_)
        together = place.stop - place.start == len(place.digits)
        return place.check(self.places[place.start : place.stop] if together else self.places[list(place.digits)])


@lru_cache(maxsize=4096)
def places_in(cell: bytes) -> tuple[Place, ...]:
    """Return what cells of one form may hold, told by one of them."""
    runs = find_runs(np.frombuffer(cell + _LF, np.uint8), np.array([len(cell)]))
    found = []
    for groups in windows(runs, find_heads(runs).free):
        for form in groups.forms():
            for first in groups.of_form(form).first.tolist():
                starts = runs.starts[first : first + groups.count].tolist()
                digits = tuple(
                    p for start, size in zip(starts, form.lengths, strict=True) for p in range(start, start + size)
                )
                possible = possibilities(form.lengths, form.separators)
                found += [Place(shape, check, digits[0], digits[-1] + 1, digits) for shape, check in possible]
    return tuple(found)


def uniform_columns(data: Bytes, first: Positions, last: Positions, width: int) -> Iterator[UniformColumn]:
    """Yield the columns of a block that have digits and one form.

    Args:
        data: the block's bytes.
        first: where the inside of each cell starts.
        last: where it stops.
        width: cells a row.
    """
    sizes = (last - first).reshape(-1, width)
    longest = sizes.max(axis=0)
    same = ((sizes == longest) | (sizes == 0)).all(axis=0)
    for column in np.flatnonzero(same & (longest > 0) & (longest <= _LONGEST)).tolist():
        starts = first[column::width]
        starts = starts[sizes[:, column] > 0]
        if found := _of_one_form(data, column, starts, int(longest[column])):
            yield found


def _of_one_form(data: Bytes, column: int, starts: Positions, size: int) -> UniformColumn | None:
    form = data[starts[0] : starts[0] + size]
    is_digit = (form - _ZERO) < 10
    letters = (form | 0x20) - np.uint8(ord("a")) < 26
    if not is_digit.any() or letters.any() or (form == ord("+")).any():
        return None
    places = strips(data, starts, size)
    places -= np.where(is_digit, _ZERO, form)[:, None]
    if not (places <= np.where(is_digit, np.uint8(9), np.uint8(0))[:, None]).all():
        return None
    return UniformColumn(column, starts, np.where(is_digit, _ZERO, form).tobytes(), places)
