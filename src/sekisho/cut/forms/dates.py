"""Forms of dates: the year, the month, the age in bands, another day."""

from collections.abc import Callable
from datetime import date

import polars as pl

from sekisho.canon.date import parse_date
from sekisho.cut.field import Field
from sekisho.cut.forms.by_value import by_distinct_value

Written = Callable[[str], str | None]

_FIRST, _LAST = date(1, 1, 1), date(9999, 12, 31)


def year(text: str) -> str | None:
    """Return the year of a date."""
    day = parse_date(text)
    return f"{day.year:04d}" if day else None


def month(text: str) -> str | None:
    """Return year and month of a date."""
    day = parse_date(text)
    return f"{day.year:04d}-{day.month:02d}" if day else None


def age_band(field: Field) -> Written:
    """Return what says in which band of ``width`` years somebody's age was on the day ``at``, and from ``most`` on only that.

    A wave dash stands between the ages: a spreadsheet would take ``10-12`` for the twelfth of October.
    """
    assert field.width is not None
    assert field.at is not None, "a plan says the day"
    width, most, at = int(field.width), None if field.most is None else int(field.most), field.at

    def form(text: str) -> str | None:
        born = parse_date(text)
        if born is None or born > at:
            return None
        age = _age(born, at)
        if most is not None and age >= most:
            return f"{most}以上"
        low = age // width * width
        high = low + width - 1 if most is None else min(low + width, most) - 1
        return str(low) if high == low else f"{low}～{high}"

    return form


def _age(born: date, at: date) -> int:
    return at.year - born.year - ((at.month, at.day) < (born.month, born.day))


def shifted(cells: pl.Series, days: pl.Series) -> pl.Series:
    """Return dates moved by days, as ``1964-04-01``; empty where one of both is nothing, or beyond the calendar."""
    found = by_distinct_value(cells, _iso).str.to_date("%Y-%m-%d")
    day = found.to_physical().cast(pl.Int64) + days.cast(pl.Int64)
    epoch = date(1970, 1, 1).toordinal()
    inside = day.is_between(_FIRST.toordinal() - epoch, _LAST.toordinal() - epoch)
    return day.set(~inside.fill_null(value=False), None).cast(pl.Int32).cast(pl.Date).dt.to_string("%Y-%m-%d")


def _iso(text: str) -> str | None:
    day = parse_date(text)
    return day.isoformat() if day else None
