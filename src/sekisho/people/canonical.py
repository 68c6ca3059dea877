"""Columns in the canonical forms of :mod:`sekisho.canon`, half a million cells in a fraction of a second.

Each form is exactly that of the function of the same name there, which is asked about what differs and not about every
cell: about each character of all the names, and about the beginnings and ends of addresses, of which a city has few.
"""

import unicodedata
from collections.abc import Callable, Mapping

import numpy as np
import polars as pl
from numpy.typing import NDArray

from sekisho.canon.address import address
from sekisho.canon.date import parse_date
from sekisho.canon.name import LONG_VOWELS, kana, name
from sekisho.canon.number import code, postal_code
from sekisho.canon.text import plain, solid

Form = Callable[[pl.Series], pl.Series]

_SEXES = {
    "1": "m",
    "男": "m",
    "男性": "m",
    "m": "m",
    "male": "m",
    "2": "f",
    "女": "f",
    "女性": "f",
    "f": "f",
    "female": "f",
}
_END = "\0"  # of a cell among all of them; no form touches it
_GONE = 0xFFFFFFFF
_LONG = ord("ー")
_HEAD = "^([^0-9０-９]*)"
_ISO = "^[0-9]{4}-[0-9]{2}-[0-9]{2}$"
_NEUTRAL = "字"  # neither a number nor anything that stands between or behind numbers


def names(texts: pl.Series) -> pl.Series:
    """Return names for comparison, as :func:`sekisho.canon.name.name`."""
    return _by_characters(texts, name)


def readings(texts: pl.Series) -> pl.Series:
    """Return readings for comparison, as :func:`sekisho.canon.name.kana`."""
    return _by_characters(texts, kana, _long_vowels)


def addresses(texts: pl.Series) -> pl.Series:
    """Return addresses for comparison, as :func:`sekisho.canon.address.address`.

    What stands before the first number and what begins with it are brought to their forms each by itself.
    """
    distinct = texts.drop_nulls().unique()
    parts = distinct.to_frame("text").with_columns(head=pl.col("text").str.extract(_HEAD))
    parts = parts.with_columns(tail=pl.col("text").str.strip_prefix(pl.col("head")))
    heads = by_distinct(parts["head"], lambda head: None if _holds_number(head) else address(head + "1")[:-1])
    tails = by_distinct(parts["tail"], lambda tail: None if "県" in plain(tail) else address(_NEUTRAL + tail)[1:])
    joined = parts.select("text", form=pl.lit(heads) + pl.lit(tails)).filter(parts["tail"] != "").drop_nulls()
    other = parts.join(joined, on="text", how="anti")["text"]
    whole = pl.concat([joined, pl.DataFrame({"text": other, "form": by_distinct(other, address)})])
    return _mapped(texts, whole["text"], whole["form"])


def dates(texts: pl.Series) -> pl.Series:
    """Return dates as ISO 8601 has them, null for what is none."""
    is_day = texts.str.to_date("%Y-%m-%d", strict=False).is_not_null() & ~texts.str.starts_with("0000")
    ready = (texts.str.contains(_ISO) & is_day).fill_null(value=False)
    others = by_distinct(texts.set(ready, None), _date)
    return texts.zip_with(ready, others)


def codes(texts: pl.Series) -> pl.Series:
    """Return codes as :func:`sekisho.canon.number.code`."""
    plain_digits = texts.str.contains("^[0-9]+$")
    stripped = texts.str.strip_chars_start("0")
    quick = pl.select(
        pl.when(plain_digits).then(pl.when(stripped != "").then(stripped).otherwise(pl.lit("0")))
    ).to_series()
    others = texts.is_not_null() & ~plain_digits.fill_null(value=True)
    return quick.zip_with(~others, by_distinct(texts.set(~others, None), code)) if others.any() else quick


def sexes(texts: pl.Series) -> pl.Series:
    """Return ``m`` and ``f`` for their usual signs, anything else as it stands."""
    return by_distinct(texts, lambda text: _SEXES.get(solid(text).lower(), solid(text)))


def postal_codes(texts: pl.Series) -> pl.Series:
    """Return postal codes as :func:`sekisho.canon.number.postal_code`."""
    return by_distinct(texts, postal_code)


FORMS: Mapping[str, Form] = {
    "code": codes,
    "name": names,
    "kana": readings,
    "birth_date": dates,
    "address": addresses,
    "sex": sexes,
    "postal_code": postal_codes,
}
"""The form of each part by which people are told apart."""


def canonical(part: str, texts: pl.Series) -> pl.Series:
    """Return a part's form for each cell; null where it says nothing."""
    forms = FORMS[part](texts)
    return forms.set(forms == "", None)


def by_distinct(texts: pl.Series, form: Callable[[str], str | None]) -> pl.Series:
    """Return a form of each text, worked out once for each that is different; null for a null."""
    distinct = texts.drop_nulls().unique()
    return _mapped(texts, distinct, pl.Series([form(text) for text in distinct.to_list()], dtype=pl.String))


def _mapped(texts: pl.Series, before: pl.Series, after: pl.Series) -> pl.Series:
    table = pl.DataFrame({"text": before, "form": after})
    return texts.to_frame("text").join(table, on="text", how="left", maintain_order="left")["form"]


def _date(text: str) -> str | None:
    day = parse_date(text)
    return day.isoformat() if day else None


def _holds_number(text: str) -> bool:
    return any(sign.isdecimal() for sign in plain(text))


def _by_characters(
    texts: pl.Series,
    form: Callable[[str], str],
    then: Callable[[NDArray[np.uint32]], NDArray[np.uint32]] = lambda signs: signs,
) -> pl.Series:
    """Return forms that are those of the single characters of a text in NFKC, and what follows from their order."""
    cells = texts.fill_null("").to_list()
    joined = unicodedata.normalize("NFKC", _END.join(cells))
    signs = np.frombuffer(joined.encode("utf-32-le", "surrogatepass"), "<u4")
    if joined.count(_END) != len(cells) - 1:  # a cell holds the sign itself
        return by_distinct(texts, form)
    present = np.flatnonzero(np.bincount(signs)) if len(signs) else np.empty(0, np.int64)
    forms = [form(chr(sign)) for sign in present.tolist()]
    if any(len(each) > 1 for each in forms):
        return by_distinct(texts, form)
    table = np.zeros(int(present.max(initial=0)) + 1, np.uint32)
    table[present] = [ord(each) if each else _GONE for each in forms]
    signs = table[signs]
    done = then(signs[signs != _GONE]).astype("<u4").tobytes().decode("utf-32-le", "surrogatepass")
    return pl.Series(done.split(_END), dtype=pl.String).set(texts.is_null(), None)


def _long_vowels(signs: NDArray[np.uint32]) -> NDArray[np.uint32]:
    """Bring every long vowel to one sign, and several of them to one."""
    row, vowel = np.zeros(0x3100, np.uint8), np.zeros(0x3100, np.uint8)
    for place, (kana_row, vowels) in enumerate(LONG_VOWELS):
        row[[ord(sign) for sign in kana_row]] |= np.uint8(1 << place)
        vowel[[ord(sign) for sign in vowels]] |= np.uint8(1 << place)
    within = np.where(signs < len(row), signs, 0)
    is_long = signs == _LONG
    is_long[1:] |= (row[within[:-1]] & vowel[within[1:]]) != 0
    kept = np.ones(len(signs), np.bool_)
    kept[1:] = ~(is_long[1:] & is_long[:-1])
    return np.where(is_long, np.uint32(_LONG), signs)[kept]
