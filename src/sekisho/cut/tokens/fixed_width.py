"""Texts of one width as a matrix of bytes, and back, without touching a value on its own."""

import numpy as np
import polars as pl
from numpy.typing import NDArray

Bytes = NDArray[np.uint8]


def to_bytes(texts: pl.Series, width: int) -> tuple[Bytes, pl.Series]:
    """Return the UTF-8 of the texts that have so many bytes, one a row, and which texts these are.

    Args:
        texts: any texts; a null has no width.
        width: at least one.
    """
    rows = texts.cast(pl.Binary).bin.reinterpret(dtype=pl.Array(pl.UInt8, width))
    fits = rows.is_not_null()
    return rows.drop_nulls().to_numpy(), fits


def to_texts(rows: Bytes) -> pl.Series:
    """Return each row of UTF-8 bytes as a text."""
    return (
        pl.Series(rows, dtype=pl.Array(pl.UInt8, rows.shape[1])).cast(pl.List(pl.UInt8)).cast(pl.Binary).cast(pl.String)
    )


def spread(values: pl.Series, where: pl.Series) -> pl.Series:
    """Return a series with the values, in order, where a mask is true, and nulls elsewhere."""
    if len(values) == len(where):
        return values
    places = where.cum_sum().cast(pl.UInt32) - 1
    return values.gather(pl.select(pl.when(where).then(places)).to_series())
