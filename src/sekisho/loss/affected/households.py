"""Who is concerned through the household alone: a table about households names its head, and means everybody in it."""

from array import array
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import polars as pl
from numpy.typing import NDArray
from pyroaring import BitMap

from sekisho.loss.affected.columns import Column
from sekisho.loss.affected.flags import bitmap
from sekisho.people.canonical import canonical


@dataclass(slots=True)
class Households:
    """Watches the tables of one loss for who lives with whom, and for households that rows are about.

    Attributes:
        heads: under whom a row about a household stands.
    """

    heads: BitMap = field(default_factory=BitMap)
    _people: list[NDArray[np.uint32]] = field(default_factory=list)
    _codes: list[NDArray[np.uint64]] = field(default_factory=list)
    _named: list[NDArray[np.uint64]] = field(default_factory=list)

    def see(self, rows: pl.DataFrame, numbers: pl.Series, *, column: str, of_head: bool) -> None:
        """Look at some rows, whose people have these numbers.

        Args:
            rows: the rows.
            numbers: of their people.
            column: of the household's code; empty where there is none.
            of_head: whether they are about households, and not about the people themselves.
        """
        if of_head:
            self.heads.update(bitmap(numbers, numbers.is_not_null()))
        if column:
            codes = canonical("code", rows[column])
            if of_head:
                self._named.append(codes.drop_nulls().hash().to_numpy())
                return
            there = numbers.is_not_null() & codes.is_not_null()
            self._people.append(numbers.filter(there).cast(pl.UInt32).to_numpy())
            self._codes.append(codes.filter(there).hash().to_numpy())

    def members(self) -> BitMap:
        """Return who lives in a household that a row is about, and is not its head."""
        if not self._people or not (self.heads or self._named):
            return BitMap()
        people, codes = np.concatenate(self._people), np.concatenate(self._codes)
        heads = np.isin(people, np.asarray(self.heads.to_array(), np.uint32))
        concerned = np.isin(codes, np.concatenate([codes[heads], *self._named]))
        return BitMap(array("I", np.sort(people[concerned]).tobytes())) - self.heads


def code_column(columns: Sequence[Column]) -> str:
    """Return the column of the household's code; empty where there is none."""
    found = (each.label for each in columns if each.kind and each.kind.id == "household" and each.of_head)
    return next(found, "")
