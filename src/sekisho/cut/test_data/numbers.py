"""How numbers are written (how many digits, hyphens, width), and numbers that nobody has written so."""

import re

import polars as pl

from sekisho.invented import numbers
from sekisho.invented.draws import Draws
from sekisho.invented.values import invent_column

_OF_A_NUMBER = r"^[01０ \u3000()（）〒+./－‐−ー-]+$"
_DIGIT = r"[01０]"
_FEWEST_DIGITS = 3
_SLOTS = re.compile("[01]+|０+")
_WIDE = dict(zip("0123456789", "０１２３４５６７８９", strict=True))
_MOBILE_DIGITS, _FIXED_DIGITS = 11, 10
_BEGINS_WITH_NO_ZEROS = {"phone", "payment_card", "my_number", "corporate_number", "nhs_number", "kr_rrn", "ssn"}


def is_number(patterns: pl.Series) -> pl.Series:
    """Tell which patterns of cells are those of numbers of some length."""
    return patterns.str.contains(_OF_A_NUMBER) & (patterns.str.count_matches(_DIGIT) >= _FEWEST_DIGITS)


def numbered(kind_id: str, pattern: str, draws: Draws) -> pl.Series:
    """Return numbers of a kind that stand in the digits of a pattern."""
    slots = list(_SLOTS.finditer(pattern))
    digits = _digits(kind_id, sum(len(slot[0]) for slot in slots), draws)
    parts, end, used = list[pl.Series | pl.Expr](), 0, 0
    for slot in slots:
        own = digits.str.slice(used, len(slot[0]))
        parts += [pl.lit(pattern[end : slot.start()]), own.str.replace_many(_WIDE) if slot[0][0] == "０" else own]
        end, used = slot.end(), used + len(slot[0])
    return pl.select(pl.concat_str([*parts, pl.lit(pattern[end:])])).to_series()


def _digits(kind_id: str, count: int, draws: Draws) -> pl.Series:
    """Return so many digits for each word: those of a number that nobody has, if the kind has so many."""
    if kind_id == "phone" and count in {_MOBILE_DIGITS, _FIXED_DIGITS}:
        phones = numbers.mobile_phones if count == _MOBILE_DIGITS else numbers.fixed_phones
        return phones(draws).str.replace_all("-", "")
    whole = invent_column(kind_id, draws)
    assert whole is not None
    whole = whole.str.replace_all("[^0-9]", "")
    if len(whole) and whole.str.len_chars()[0] == count:
        return whole
    more = [draws.number(f"digits/{place}", 9) for place in range(-(-count // 9))]
    drawn = pl.select(pl.concat_str(more)).to_series().str.head(count)
    return "00" + drawn.str.slice(2) if kind_id in _BEGINS_WITH_NO_ZEROS else drawn
