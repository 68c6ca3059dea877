"""Columns of dates: those that stand as machines write them at once, the others by the readable rule."""

from collections.abc import Callable
from typing import Literal

import numpy as np
import polars as pl

from sekisho.cut.forms.by_value import by_distinct_value
from sekisho.kernel.columns import columns

Size = Literal[4, 7, 10]
"""How much of ``2022-06-21`` is written: the year, the month or all."""


def written(cells: pl.Series, size: Size, form: Callable[[str], str | None]) -> pl.Series:
    """Return dates by ISO 8601 or the start of them; null for what is none.

    Args:
        cells: as they stand.
        size: how much is written.
        form: does the same to one cell, however it is written.
    """
    compiled = columns()
    if compiled is None or cells.is_empty():
        return by_distinct_value(cells, form)
    found, odd = compiled.days(cells.rechunk(), len(cells), keep=size)
    days = pl.Series(found).alias(cells.name)
    if odd.any():
        days = days.scatter(np.flatnonzero(odd), by_distinct_value(cells.filter(pl.Series(odd)), form))
    return days
