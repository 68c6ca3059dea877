"""A readable Python rule over a whole column: once a distinct value, since dates, postal codes and towns repeat."""

from collections.abc import Callable

import numpy as np
import polars as pl

from sekisho.cut.known import gather
from sekisho.kernel.columns import columns, slots_for


def by_distinct_value(series: pl.Series, form: Callable[[str], str | None]) -> pl.Series:
    """Apply a form to every value of a column, once a distinct value."""
    compiled = columns()
    if compiled is None or series.is_empty():
        return by_distinct_value_of_polars(series, form)
    cells = series.rechunk()
    first = compiled.learn(cells, slots_for(len(cells)), len(cells))
    is_first = first == np.arange(len(cells))
    distinct = gather(cells, np.flatnonzero(is_first)).to_list()
    places = np.where(first < 0, -1, (np.cumsum(is_first) - 1)[first])
    return gather(pl.Series(series.name, [form(value) for value in distinct], dtype=pl.String), places)


def by_distinct_value_of_polars(series: pl.Series, form: Callable[[str], str | None]) -> pl.Series:
    """Do the same without the kernel."""
    distinct = series.unique().drop_nulls()
    formed_values = pl.Series([form(value) for value in distinct], dtype=pl.String)
    return series.replace_strict(distinct, formed_values, default=None, return_dtype=pl.String)
