"""Whether a column that leaves as it stands is My Numbers under another name: its check digits tell.

A purpose's word for a column is believed where its header says nothing; twelve digits whose check digits hold say
something. ``detect`` knows the digits and ``cut`` the columns; each keeps to itself, so they meet here.
"""

import re
from collections import Counter

import numpy as np
import polars as pl

from sekisho.canon.number import digits
from sekisho.cut.plan import Plan
from sekisho.detect.digits import my_number
from sekisho.errors import Refused

_KIND = "my_number"
_PLACES = 12
_LIKE_DIGITS = r"^[\s\p{Nd}\p{Pd}ー−]{12,}$"  # whatever may stand between them, in either width
_TWELVE = re.compile(r"[0-9]{12}")


class KeptNumbers:
    """Counts, block by block, how many cells of each kept column are filled and how many are My Numbers."""

    def __init__(self, plan: Plan) -> None:
        """Watch what a plan keeps as it stands and calls something else."""
        self._fields = [each.field.out for each in plan.fields if each.field.op == "keep" and each.kind.id != _KIND]
        self._filled: Counter[str] = Counter()
        self._numbers: Counter[str] = Counter()

    def see(self, table: pl.DataFrame) -> None:
        """Count a block of what leaves."""
        for field in self._fields:
            cells = table[field].drop_nulls()
            self._filled[field] += len(cells)
            self._numbers[field] += _my_numbers(cells)

    def must_be_none(self) -> None:
        """Refuse the cut if more than half of a column's cells are My Numbers.

        Raises:
            Refused: with the fields.
        """
        found = [field for field in self._fields if 2 * self._numbers[field] > self._filled[field]]
        if found:
            raise Refused("cut.my_number_inside", fields=", ".join(found), kind=_KIND)


def _my_numbers(cells: pl.Series) -> int:
    """Return how many cells are twelve digits that end in their check digit."""
    asked = [digits(cell) for cell in cells.filter(cells.str.contains(_LIKE_DIGITS))]
    twelve = "".join(number for number in asked if _TWELVE.fullmatch(number))
    places = np.frombuffer(twelve.encode(), np.uint8).reshape(-1, _PLACES).T - np.uint8(ord("0"))
    return int(my_number(places).sum())
