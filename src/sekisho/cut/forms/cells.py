"""The forms that are made of a cell alone: each a pure expression over one text column; null stays null.

What is kept is kept as it stands, leading zeros and full width included.
"""

from collections.abc import Callable

import polars as pl

from sekisho.canon.number import postal_code
from sekisho.cut.field import Field
from sekisho.cut.forms import dates, days, numbers, places
from sekisho.cut.forms.by_value import by_distinct_value

MASK = "＊"

Written = Callable[[str], str | None]

_POSTCODE_AREA = 3
_LONGEST_IN_TABLE = 256


def _area(text: str) -> str | None:
    digits = postal_code(text)
    return digits[:_POSTCODE_AREA] if digits else None


# The forms that understand a cell before they let part of it out.
_READ: dict[str, Callable[[Field], Written]] = {
    "age.band": dates.age_band,
    "postcode.area": lambda _: _area,
    "address.area": places.area,
    "number.round": numbers.rounded,
    "number.band": numbers.banded,
    "number.cap": numbers.capped,
}

CELL_FORMS = frozenset({"keep", "flag", "mask.last", "mask.first", "mask.all", *_READ})
"""The forms that are made of a cell alone."""

# What they, and those that need more than the cell, do not understand leaves as nothing and is counted.
READ_FORMS = frozenset({*_READ, "date.year", "date.month", "date.shift", "number.noise", "generalise"})


def formed(field: Field) -> pl.Expr:
    """Return a field's output as an expression.

    Raises:
        ValueError: a form that needs more than the cell.
    """
    column = pl.col(field.source)
    match field.op:
        case "keep":
            return column
        case "constant":
            return pl.repeat(field.value, pl.len(), dtype=pl.String)  # a literal alone would be one row, not one a row
        case "flag":
            return pl.when(column.is_null()).then(pl.lit("0")).otherwise(pl.lit("1"))
        case "mask.last":
            return _mask(column, field.kept, at_end=True)
        case "mask.first":
            return _mask(column, field.kept, at_end=False)
        case "mask.all":
            return _mask(column, 0, at_end=True)
        case "date.year":
            return column.map_batches(lambda cells: days.written(cells, 4, dates.year), return_dtype=pl.String)
        case "date.month":
            return column.map_batches(lambda cells: days.written(cells, 7, dates.month), return_dtype=pl.String)
        case op if op in _READ:
            return _mapped(column, _READ[op](field))
        case _:
            raise ValueError("not made of a cell alone")


def _mask(column: pl.Expr, keep: int, *, at_end: bool) -> pl.Expr:
    """Hide all but some characters at one end; a value no longer than them, blanks around it aside, is hidden whole."""
    value = column.str.strip_chars()
    length = value.str.len_chars()
    shown = pl.when(length > keep).then(value.str.tail(keep) if at_end else value.str.head(keep)).otherwise(pl.lit(""))
    hidden = pl.when(length > keep).then(length - keep).otherwise(length).map_batches(_masks, return_dtype=pl.String)
    return hidden + shown if at_end else shown + hidden


def _masks(lengths: pl.Series) -> pl.Series:
    """Return so many signs for each length, out of a table: cells are short, and hardly any two lengths differ."""
    longest = lengths.max()
    if not isinstance(longest, int) or longest > _LONGEST_IN_TABLE:
        return pl.select(pl.lit(MASK).repeat_by(lengths).list.join("")).to_series()
    return pl.Series([MASK * length for length in range(longest + 1)]).gather(lengths)


def _mapped(column: pl.Expr, form: Written) -> pl.Expr:
    # A date or postcode repeats; mapping the distinct values keeps the readable Python rule and stays fast.
    return column.map_batches(lambda series: by_distinct_value(series, form), return_dtype=pl.String)
