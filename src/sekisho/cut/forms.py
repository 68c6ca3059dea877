"""The forms in which a field may leave: each a pure expression over one text column; null stays null.

What is kept is kept as it stands, leading zeros and full width included.
"""

from collections.abc import Callable

import polars as pl

from sekisho.canon.date import parse_date
from sekisho.canon.number import postal_code
from sekisho.cut.purpose import Field

MASK = "＊"

# Forms that understand a cell before they let part of it out; what they do not understand leaves as nothing.
READ_FORMS = frozenset({"date.year", "date.month", "postcode.area"})

_Form = Callable[[str], str | None]
_POSTCODE_AREA = 3


def formed(field: Field) -> pl.Expr:
    """Return a field's output as an expression; ``token.serial`` is not one, it needs the people's numbers."""
    column = pl.col(field.source)
    match field.op:
        case "keep":
            return column
        case "constant":
            return pl.repeat(field.value, pl.len(), dtype=pl.String)  # a literal alone would be one row, not one a row
        case "flag":
            return pl.when(column.is_null()).then(pl.lit("0")).otherwise(pl.lit("1"))
        case "mask.last":
            return _mask_all_but_last(column, field.keep)
        case "date.year":
            return _mapped(column, _year)
        case "date.month":
            return _mapped(column, _month)
        case "postcode.area":
            return _mapped(column, _area)
        case "token.serial":
            raise ValueError("a case number is given by people, not by cells")


def _mask_all_but_last(column: pl.Expr, keep: int) -> pl.Expr:
    """Hide all but the last characters; a value no longer than them, blanks around it aside, is hidden whole."""
    value = column.str.strip_chars()
    length = value.str.len_chars()
    shown = pl.when(length > keep).then(value.str.tail(keep)).otherwise(pl.lit(""))
    hidden = pl.when(length > keep).then(length - keep).otherwise(length)
    return pl.lit(MASK).repeat_by(hidden).list.join("") + shown


def _mapped(column: pl.Expr, form: Callable[[str], str | None]) -> pl.Expr:
    # A date or postcode repeats; mapping the distinct values keeps the readable Python rule and stays fast.
    return column.map_batches(lambda series: by_distinct_value(series, form), return_dtype=pl.String)


def by_distinct_value(series: pl.Series, form: Callable[[str], str | None]) -> pl.Series:
    """Apply a form to every value of a column, once a distinct value."""
    distinct = series.unique().drop_nulls()
    formed_values = pl.Series([form(value) for value in distinct], dtype=pl.String)
    return series.replace_strict(distinct, formed_values, default=None, return_dtype=pl.String)


def _year(text: str) -> str | None:
    day = parse_date(text)
    return f"{day.year:04d}" if day else None


def _month(text: str) -> str | None:
    day = parse_date(text)
    return f"{day.year:04d}-{day.month:02d}" if day else None


def _area(text: str) -> str | None:
    digits = postal_code(text)
    return digits[:_POSTCODE_AREA] if digits else None
