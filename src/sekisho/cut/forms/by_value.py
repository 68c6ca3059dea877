"""A readable Python rule over a whole column: once a distinct value, since dates, postal codes and towns repeat."""

from collections.abc import Callable

import polars as pl


def by_distinct_value(series: pl.Series, form: Callable[[str], str | None]) -> pl.Series:
    """Apply a form to every value of a column, once a distinct value."""
    distinct = series.unique().drop_nulls()
    formed_values = pl.Series([form(value) for value in distinct], dtype=pl.String)
    return series.replace_strict(distinct, formed_values, default=None, return_dtype=pl.String)
