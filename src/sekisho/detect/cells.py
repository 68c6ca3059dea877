"""What single cells of text look like: the shapes of the rule packs and the checks behind some of them.

Works on a column's different values, each with how often it occurs. A shape is a pattern, matched by Polars' engine
over all values at once; where its rule names a check, the values that match are asked one by one. Values are compared
in NFKC, so that half-width kana and full-width digits have one form.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache

import numpy as np
import polars as pl

from sekisho.canon.date import parse_date
from sekisho.canon.name import name as canonical_name
from sekisho.detect import bank_codes, check_digits, postal_codes
from sekisho.detect.blanks import IN_NFKC
from sekisho.detect.names.japanese import is_common_surname, is_organisation, is_sure_given_name, split_name
from sekisho.detect.names.lists import english_names, surname_readings, surnames
from sekisho.detect.names.rules import name_rules
from sekisho.detect.packs import TextShape, built_in_rules
from sekisho.detect.patterns import is_foreign_id

_FOREIGN = r"[^\x00-\x7f]"
_SELECTORS = "[\ufe00-\ufe0f\U000e0100-\U000e01ef]"
_BARE = r"^[0-9 :+()/.,T\-]*$"
_RESERVED_DOMAIN = re.compile(r"[@.](example(\.[a-z]+)*|test|invalid|localhost|local)$")
_MAY_BE_RESERVED = "[@.](?i:example|test|invalid|local)"
_NO_NUMBER = 255
_EMAIL = re.compile(r"[A-Za-z0-9._%+\-]+@[A-Za-z0-9.\-]+\.[A-Za-z]{2,24}")
_LONGEST_NAME, _LONGEST_GIVEN_NAME = 12, 6


@dataclass(frozen=True, slots=True)
class Values:
    """A column's different values in NFKC and how often each occurs; cells that say nothing are left out.

    Attributes:
        texts: the values.
        counts: how many cells have each.
    """

    texts: pl.Series = field(repr=False)
    counts: pl.Series

    @property
    def cells(self) -> int:
        """How many cells there are."""
        return int(self.counts.sum())

    @property
    def most_frequent(self) -> str:
        """The value that most cells have, the first of several by code points; empty if there is none."""
        return "" if self.texts.is_empty() else str(self.texts.filter(self.counts == self.counts.max()).min())


def values_of(column: pl.Series) -> Values:
    """Return the values of a column of text."""
    text = pl.col("text")
    if column.str.contains(_FOREIGN).any():
        text = text.str.normalize("NFKC").str.replace_all(_SELECTORS, "")
    counted = column.alias("text").drop_nulls().value_counts(name="count")
    counted = counted.with_columns(text.str.strip_chars()).filter(~pl.col("text").is_in(IN_NFKC))
    counted = counted.group_by("text", maintain_order=True).agg(pl.col("count").cast(pl.Int64).sum())
    return Values(counted["text"], counted["count"])


def count_shapes(columns: Sequence[Values], shapes: Mapping[str, TextShape]) -> list[dict[str, int]]:
    """Return for each column how many cells have each shape; shapes that none has are left out.

    All columns are matched together, because compiling a pattern costs as much as matching it to hundreds of values.
    """
    found: list[dict[str, int]] = [{} for _ in columns]
    is_bare = [bool(values.texts.str.contains(_BARE).all()) for values in columns]
    for bare in (False, True):
        places = [place for place, found_bare in enumerate(is_bare) if found_bare is bare]
        asked = {name: shape for name, shape in shapes.items() if shape.bare or not bare}
        if not places:
            continue
        texts = pl.DataFrame({"text": pl.concat([columns[place].texts for place in places])})
        matched = texts.select(_matching(shape).alias(name) for name, shape in asked.items())
        start = 0
        for place in places:
            part = matched.slice(start, len(columns[place].texts))
            counted = {name: _cells(columns[place], part[name], shape.check) for name, shape in asked.items()}
            found[place] = {name: cells for name, cells in counted.items() if cells}
            start += len(part)
    return found


def _matching(shape: TextShape) -> pl.Expr:
    matching = pl.col("text").str.contains(shape.pattern)
    return matching if shape.unless is None else matching & ~pl.col("text").str.contains(shape.unless)


def _cells(values: Values, matched: pl.Series, check: str | None) -> int:
    """Return how many cells have a value that is matched and passes the check."""
    if not matched.any():
        return 0
    counts = values.counts.filter(matched)
    if check is not None:
        counts = counts.filter(_passing(values.texts.filter(matched), check))
    return int(counts.sum())


def _passing(texts: pl.Series, check: str) -> pl.Series:
    """Tell which texts pass a check: all at once where that can be, else one by one."""
    if check in _CHECKS_AT_ONCE:
        return _CHECKS_AT_ONCE[check](texts)
    return texts.map_elements(CHECKS[check], return_dtype=pl.Boolean)


def _are_postal_codes(texts: pl.Series) -> pl.Series:
    codes = texts.str.replace_all("-", "", literal=True).str.zfill(7)
    are_codes = codes.str.contains("^[0-9]{7}$")
    numbers = codes.set(~are_codes, "0").cast(pl.UInt32).to_numpy()
    return pl.Series(postal_codes.postal_codes().have(numbers)) & are_codes


def _are_era_digits(texts: pl.Series) -> pl.Series:
    year, month, day = (
        texts.str.slice(start, 2).cast(pl.UInt8, strict=False).fill_null(_NO_NUMBER).to_numpy() for start in (1, 3, 5)
    )
    passing = (month >= 1) & (month <= 12) & (day >= 1) & (day <= 31) & (year <= 64)
    return pl.Series(passing.astype(np.bool_))


def _have_email(texts: pl.Series) -> pl.Series:
    """Ask only the few that may be in a reserved domain: all others have an address, or the pattern had not matched."""
    passing = ~texts.str.contains(_MAY_BE_RESERVED)
    asked = texts.filter(~passing)
    return passing.scatter((~passing).arg_true(), asked.map_elements(has_email, return_dtype=pl.Boolean))


def is_surname_first(text: str) -> bool:
    """Tell whether a text is a Japanese name: a surname with a given name behind it, or a common surname alone.

    What only begins as a name does is none: a firm (山田電機), a station (福島学院前). Nor is what is a place as often (石川).
    """
    form = canonical_name(text)
    if len(form) > _LONGEST_NAME or is_organisation(form):
        return False
    surname, _, given = text.partition(" ")
    if given and is_common_surname(surname):
        return len(given) <= _LONGEST_GIVEN_NAME
    return split_name(text) is not None or (form in surnames() and form not in name_rules().places)


def is_surname_kana_first(text: str) -> bool:
    """Tell whether a reading begins with that of a common surname, and a given name follows or nothing."""
    first, _, rest = _katakana(text).partition(" ")
    if rest:
        return first in surname_readings()
    return any(first[:size] in surname_readings() for size in range(2, min(7, len(first)) + 1))


def is_western_name(text: str) -> bool:
    """Tell whether a text begins, or after a comma goes on, with a common English given name."""
    last, comma, first = text.partition(",")
    words = (first if comma else last).split()
    return bool(words) and words[0].title() in english_names()


def is_foreign_kana(text: str) -> bool:
    """Tell whether katakana words joined by dots or blanks are a foreign name and no Japanese one."""
    return "・" in text or "=" in text or (text.count(" ") >= 2)


def is_address(text: str) -> bool:
    """Tell whether a text is a prefecture and more, down to a municipality or a number, or a municipality and a number."""
    return _behind_prefecture().match(text) is not None or _municipality().match(text) is not None


def is_day(text: str) -> bool:
    """Tell whether a text is a calendar day."""
    return parse_date(text) is not None


def is_era_digits(text: str) -> bool:
    """Tell whether seven digits can be an era (1 to 5) and yymmdd; systems number the eras in more than one way."""
    return 1 <= int(text[3:5]) <= 12 and 1 <= int(text[5:7]) <= 31 and int(text[1:3]) <= 64


def has_email(text: str) -> bool:
    """Tell whether a text holds an address outside the domains that are reserved for examples."""
    return any(not _RESERVED_DOMAIN.search(found.lower()) for found in _EMAIL.findall(text))


def is_iban(text: str) -> bool:
    """Tell whether an IBAN's check digits hold."""
    return check_digits.iban(text.replace(" ", ""))


def is_country(text: str) -> bool:
    """Tell whether a text is the name of a country."""
    return text in built_in_rules().places.countries


CHECKS: dict[str, Callable[[str], bool]] = {
    "surname": is_surname_first,
    "surname_kana": is_surname_kana_first,
    "given_name": is_sure_given_name,
    "western_name": is_western_name,
    "foreign_kana": is_foreign_kana,
    "address": is_address,
    "day": is_day,
    "era_digits": is_era_digits,
    "email_in_text": has_email,
    "iban": is_iban,
    "country": is_country,
    "postal_code": postal_codes.exists,
    "bank_code": bank_codes.exists,
    "foreign_id": is_foreign_id,
}


_CHECKS_AT_ONCE: dict[str, Callable[[pl.Series], pl.Series]] = {
    "postal_code": _are_postal_codes,
    "era_digits": _are_era_digits,
    "email_in_text": _have_email,
}


@cache
def _behind_prefecture() -> re.Pattern[str]:
    places = built_in_rules().places
    return re.compile(rf"({'|'.join(places.prefectures)}) *([^ ]+[{''.join(places.endings)}]|[^ ]*[0-9])")


@cache
def _municipality() -> re.Pattern[str]:
    endings = "".join(built_in_rules().places.endings)
    return re.compile(rf"[^\s0-9{endings}]{{1,7}}[{endings}].*([0-9]|丁目|番地|[一二三四五六七八九十]+番)")


def _katakana(text: str) -> str:
    return "".join(chr(ord(c) + 0x60) if "ぁ" <= c <= "ゖ" else c for c in text)
