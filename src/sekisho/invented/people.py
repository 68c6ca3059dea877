"""Invented people, a word each: names in kanji, kana and Latin letters that fit each other, age, sex, home.

That somebody somewhere bears the same name cannot be avoided, and says nothing; that somebody bears it and was born on
that day can be found out by whoever knows the real ones, and drawn anew (:meth:`~sekisho.invented.draws.Draws.again`).
Towns, postal codes and the city are given to nobody (``places.toml``).
"""

from collections.abc import Sequence
from functools import cache

import numpy as np
import numpy.typing as npt
import polars as pl

from sekisho.canon.roman import hepburn
from sekisho.invented.data import read
from sekisho.invented.dice import Bools, Floats, by_rank
from sekisho.invented.draws import Draws
from sekisho.invented.foreign import all_foreign_names
from sekisho.invented.given_names import GivenNames
from sekisho.invented.places import Places, places

Days = npt.NDArray[np.datetime64]

_BLANK = "\u3000"
_FLATNESS = 16
_FOREIGN_CHANCE = 0.026
_BORN_FIRST, _BORN_LAST = np.datetime64("1928-01-01"), np.datetime64("2016-12-31")
_SUFFIXES = ["example.com", "example.net", "example.org", "example.jp", "mail.example.jp"]


def is_male(draws: Draws) -> Bools:
    """Return who is a man."""
    return draws.chance("male", 0.485)


def is_foreign(draws: Draws) -> Bools:
    """Return whose name is that of a foreign resident."""
    return draws.chance("foreign", _FOREIGN_CHANCE)


def birth_days(draws: Draws) -> Days:
    """Return birth dates, those in the middle of the years the likelier ones."""
    share = (draws.fractions("birth") + draws.fractions("birth/2")) / 2
    days = np.floor(share * int((_BORN_LAST - _BORN_FIRST).astype(np.int64))).astype(np.int64)
    born: Days = _BORN_FIRST + days
    return born


def names(draws: Draws) -> pl.Series:
    """Return names as registers write them, surname first, an ideographic blank between."""
    return _full_names(draws, part=0)


def kana(draws: Draws) -> pl.Series:
    """Return the readings of :func:`names` in katakana."""
    return _full_names(draws, part=1)


def roman(draws: Draws) -> pl.Series:
    """Return :func:`names` in Latin capitals, surname first."""
    return _full_names(draws, part=2)


def hiragana(draws: Draws) -> pl.Series:
    """Return the readings of :func:`names` in hiragana."""
    return kana(draws).str.replace_many({chr(code + 0x60): chr(code) for code in range(0x3041, 0x3097)})


def postal_codes(draws: Draws) -> pl.Series:
    """Return the postal codes of :func:`addresses`, with their hyphen."""
    return places_of_towns()["postal_code"].gather(_town(draws))


def addresses(draws: Draws) -> pl.Series:
    """Return addresses from the prefecture to the number of the house."""
    city = _city()
    return (city.prefecture + city.city) + streets(draws)


def streets(draws: Draws) -> pl.Series:
    """Return the part of :func:`addresses` below the city."""
    numbers = {"chome": 6, "block": 30, "house": 25, "lot": 1_800, "branch": 12}
    drawn = {part: pl.Series(draws.below(f"address/{part}", bound) + 1) for part, bound in numbers.items()}
    by_block = pl.format("{}{}丁目{}番{}号", "town", "chome", "block", "house")
    by_lot = pl.format("{}{}番地の{}", "town", "lot", "branch")
    plots = places_of_towns()[_town(draws)].with_columns(**drawn)
    return plots.select(pl.when("by_lot").then(by_lot).otherwise(by_block)).to_series()


def buildings(draws: Draws) -> pl.Series:
    """Return a building and a room for everyone."""
    parts = _city().buildings
    room = pl.Series(100 * (draws.below("room/floor", 14) + 1) + draws.below("room", 12) + 1).cast(pl.String)
    return draws.one_of("building/kind", parts.kinds) + draws.one_of("building", parts.words) + room + "号"


def emails(draws: Draws) -> pl.Series:
    """Return addresses at domains that are kept for examples (RFC 2606; JPRS keeps example.jp)."""
    local = roman(draws).str.to_lowercase().str.replace_all("[^a-z]+", ".").str.strip_chars(".").str.head(24)
    return local + draws.number("email", 4) + "@" + draws.one_of("email/at", _SUFFIXES)


def _full_names(draws: Draws, *, part: int) -> pl.Series:
    """Return names as written (part 0), as read (1) or in Latin letters (2)."""
    male, years = is_male(draws), birth_days(draws).astype("datetime64[Y]").astype(np.int64) + 1970
    surname = draws.pick("surname", by_rank(len(surname_entries()), _FLATNESS))
    given = given_names().of(draws, years, male)
    full = _parts(tuple(surname_entries()), part, " " if part > 1 else _BLANK).gather(surname)
    full += _parts(tuple(given_names().entries), part, "").gather(given)
    for sex in (True, False):
        foreign = np.flatnonzero(is_foreign(draws) & (male == sex))
        table, weights = _foreign(male=sex)
        full = full.scatter(foreign, table[:, part].gather(draws.of(foreign).pick("foreign/name", weights)))
    return full


@cache
def surname_entries() -> Sequence[str]:
    """Return all surnames as ``written/kana``, the most frequent first."""
    return read("surnames", dict[str, str])["names"].split()


@cache
def given_names() -> GivenNames:
    """Return all given names."""
    return GivenNames()


@cache
def places_of_towns() -> pl.DataFrame:
    """Return the towns of the invented city: ``town``, ``postal_code``, ``by_lot``."""
    return _city().towns()


@cache
def _city() -> Places:
    return places()


@cache
def _parts(entries: Sequence[str], part: int, end: str) -> pl.Series:
    if part > 1:
        return pl.Series([_latin(entry.split("/")[1]) + end for entry in entries])
    return pl.Series([entry.split("/")[part] + end for entry in entries])


@cache
def _foreign(*, male: bool) -> tuple[pl.DataFrame, Floats]:
    known = all_foreign_names(male=male)
    rows = [
        (each.written, each.kana, each.written if each.written.isascii() else _latin(each.kana)) for each in known.names
    ]
    return pl.DataFrame(rows, schema=["0", "1", "2"], orient="row"), np.array(known.weights)


def _latin(reading: str) -> str:
    """Return a reading as passports have it: capitals, long vowels left out."""
    words = [hepburn(word) for word in reading.split()]
    return " ".join(words).replace("ou", "o").replace("oo", "o").replace("uu", "u").upper()


def _town(draws: Draws) -> npt.NDArray[np.int64]:
    return draws.below("town", len(places_of_towns()))
