"""Forms of numbers, exact: in decimals from the cell to what leaves, so that 0.1 and 0.2 in tenths are 0.3.

A number may be written as offices do: in either width, with a comma every three digits, ``¥`` before or ``円`` behind it,
and ``△`` or ``▲`` for minus. What leaves is plain digits. What is no number leaves as nothing.
"""

import re
from collections.abc import Callable
from decimal import ROUND_FLOOR, ROUND_HALF_UP, Context, Decimal

import polars as pl

from sekisho.canon.text import solid
from sekisho.cut.field import Field, plain_number

Written = Callable[[str], str | None]

_NUMBER = re.compile(r"[¥\\]?(?P<sign>[-+−△▲]?)[¥\\]?(?P<digits>\d{1,3}(?:,\d{3})+|\d+)(?P<rest>\.\d+)?円?")
_INTEGER = "^-?[0-9]{1,15}$"
_MINUS = frozenset("-−△▲")
_LONGEST = 40
_EXACT = Context(prec=4 * _LONGEST)


def number(text: str) -> Decimal | None:
    """Return the number that a cell says, or None if it says none."""
    if len(text) > _LONGEST:
        return None
    if text.isascii() and text.isdigit():  # nearly every cell of nearly every column
        return Decimal(text)
    found = _NUMBER.fullmatch(solid(text))
    if found is None:
        return None
    value = Decimal(found["digits"].replace(",", "") + (found["rest"] or ""))
    return value.copy_negate() if found["sign"] in _MINUS and value else value


def exactly(value: float) -> Decimal:
    """Return the number that somebody wrote in a purpose file, not the binary fraction next to it."""
    return Decimal(plain_number(value))


def rounded(field: Field) -> Written:
    """Return what rounds to a multiple of ``width``; halves go away from zero (四捨五入)."""
    assert field.width is not None
    width = exactly(field.width)
    whole = int(width) if width == width.to_integral_value() else 0

    def form(text: str) -> str | None:
        if whole and text.isascii() and text.isdigit() and len(text) <= _LONGEST:
            return str((2 * int(text) + whole) // (2 * whole) * whole)
        value = number(text)
        return None if value is None else _plain(_times(_EXACT.divide(value, width), ROUND_HALF_UP, width))

    return form


def banded(field: Field) -> Written:
    """Return what says between which multiples of ``width`` a number lies, and below ``least`` or from ``most`` on only that.

    The words are whole (``1000以上2000未満``): a spreadsheet would take ``10-12`` for the twelfth of October.
    """
    assert field.width is not None
    width = exactly(field.width)
    least, most = _ends(field)

    def form(text: str) -> str | None:
        value = number(text)
        if value is None:
            return None
        if least is not None and value < least:
            return f"{_plain(least)}未満"
        if most is not None and value >= most:
            return f"{_plain(most)}以上"
        low = _times(_EXACT.divide(value, width), ROUND_FLOOR, width)
        high = _EXACT.add(low, width)
        low, high = low if least is None else max(low, least), high if most is None else min(high, most)
        return f"{_plain(low)}以上{_plain(high)}未満"

    return form


def capped(field: Field) -> Written:
    """Return what moves a number below ``least`` or above ``most`` there; any other stays as it is written."""
    least, most = _ends(field)

    def form(text: str) -> str | None:
        value = number(text)
        if value is None:
            return None
        if least is not None and value < least:
            return _plain(least)
        return _plain(most) if most is not None and value > most else text

    return form


def _ends(field: Field) -> tuple[Decimal | None, Decimal | None]:
    """Return what a field says of the least and of the most."""
    return (
        None if field.least is None else exactly(field.least),
        None if field.most is None else exactly(field.most),
    )


def noised(cells: pl.Series, by: pl.Series) -> pl.Series:
    """Return numbers with something added to each, to as many decimals as it has; empty where one of both is nothing."""
    is_plain = cells.str.contains(_INTEGER)
    fast = (cells.set(~is_plain, None).cast(pl.Int64) + by.round().cast(pl.Int64, strict=False)).cast(pl.String)
    others = (~is_plain & by.is_not_null()).fill_null(value=False)
    slow = [moved(cell, step) for cell, step in zip(cells.filter(others), by.filter(others), strict=True)]
    return fast.scatter(others.arg_true(), slow) if slow else fast


def moved(text: str, by: float) -> str | None:
    """Return a number with something added to it, to as many decimals as it has."""
    value = number(text)
    if value is None:
        return None
    step = Decimal(by).quantize(Decimal(1).scaleb(int(value.as_tuple().exponent)), ROUND_HALF_UP, context=_EXACT)
    return _plain(_EXACT.add(value, step))


def _times(quotient: Decimal, rounding: str, width: Decimal) -> Decimal:
    return _EXACT.multiply(quotient.to_integral_value(rounding, context=_EXACT), width)


def _plain(value: Decimal) -> str:
    return f"{value or abs(value):f}"
