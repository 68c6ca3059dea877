"""What has to be known of a person before anybody writes to them: a minor, dead, under address protection, to be reached.

Bitmaps of person numbers, as the index has them. Whoever is said anywhere to be dead or under protection is: a letter too
few can be made good, one too many cannot. The age of majority is Japan's (Civil Code art. 4: 18 since 1 April 2022, by Act 59
of 2018; 20 before) or 18; somebody born on 29 February comes of age on 1 March of a year without one (art. 143 (2)).
"""

import calendar
from array import array
from collections.abc import Iterable
from dataclasses import dataclass, field, fields
from datetime import date

import msgspec
import numpy as np
import polars as pl
from pyroaring import BitMap

from sekisho.canon.text import solid
from sekisho.errors import Unreadable
from sekisho.people.canonical import canonical

_MAGIC = b"SKFLG1\n"
_MAJORITY = {"JP": ((date(2022, 4, 1), 18), (date.min, 20))}  # newest first
_ELSEWHERE = ((date.min, 18),)
_NOES = (
    "",
    "0",
    "無",
    "無し",
    "なし",
    "該当なし",
    "非該当",
    "対象外",
    "否",
    "いいえ",
    "×",
    "no",
    "n",
    "false",
    "f",
    "none",
    "-",
    "―",
    "ー",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Flags:
    """Of whom what is known.

    Attributes:
        minors: not of age.
        dated: of whom the birth date is known.
        deceased: dead.
        protected: under address protection.
        listed: who stands in what was looked through for addresses.
        addressed: who has an address.
        mailed: who has a mail address.
        phoned: who has a telephone.
        by_household: who is on no row of a table about households, but in a household that is.
        asked: roles of the columns that were looked at: of what nobody looked for, nobody knows that there is none.
    """

    minors: BitMap = field(default_factory=BitMap)
    dated: BitMap = field(default_factory=BitMap)
    deceased: BitMap = field(default_factory=BitMap)
    protected: BitMap = field(default_factory=BitMap)
    listed: BitMap = field(default_factory=BitMap)
    addressed: BitMap = field(default_factory=BitMap)
    mailed: BitMap = field(default_factory=BitMap)
    phoned: BitMap = field(default_factory=BitMap)
    by_household: BitMap = field(default_factory=BitMap)
    asked: frozenset[str] = frozenset()

    @classmethod
    def joined(cls, several: Iterable["Flags"]) -> "Flags":
        """Return what several sources of one time say together."""
        parts = list(several)
        together = {name: BitMap.union(BitMap(), *(getattr(part, name) for part in parts)) for name in _BITMAPS}
        return cls(**together, asked=frozenset[str]().union(*(part.asked for part in parts)))

    def among(self, people: BitMap) -> "Flags":
        """Return what is known of some people."""
        return Flags(**{name: getattr(self, name) & people for name in _BITMAPS}, asked=self.asked)

    def renewed(self, newer: "Flags") -> "Flags":
        """Return what is known once a newer source was read: birth dates and contact data are the newer ones, where it has them."""
        return Flags(
            minors=(self.minors - newer.dated) | newer.minors,
            dated=self.dated | newer.dated,
            deceased=self.deceased | newer.deceased,
            protected=self.protected | newer.protected,
            listed=self.listed | newer.listed,
            addressed=(self.addressed - newer.listed) | newer.addressed,
            mailed=(self.mailed - newer.listed) | newer.mailed,
            phoned=(self.phoned - newer.listed) | newer.phoned,
            by_household=self.by_household | newer.by_household,
            asked=self.asked | newer.asked,
        )

    @property
    def are_addresses_known(self) -> bool:
        """Whether anybody looked for addresses; where nobody did, nobody is known to have none."""
        return "address" in self.asked

    def encode(self) -> bytes:
        """Return them as bytes for :func:`decode_flags`."""
        blobs = {name: getattr(self, name).serialize() for name in _BITMAPS}
        return _MAGIC + msgspec.msgpack.encode(_Stored(asked=tuple(sorted(self.asked)), bitmaps=blobs))


_BITMAPS = tuple(each.name for each in fields(Flags) if each.name != "asked")


class _Stored(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What is kept of them."""

    asked: tuple[str, ...]
    bitmaps: dict[str, bytes]


def decode_flags(data: bytes) -> Flags:
    """Read what :meth:`Flags.encode` wrote.

    Raises:
        Unreadable: damaged, or another file.
    """
    if not data.startswith(_MAGIC):
        raise Unreadable("people.damaged_index")
    try:
        stored = msgspec.msgpack.decode(data[len(_MAGIC) :], type=_Stored)
        bitmaps = {name: BitMap.deserialize(blob) for name, blob in stored.bitmaps.items()}
        return Flags(**bitmaps, asked=frozenset(stored.asked))
    except (ValueError, TypeError, msgspec.MsgspecError):
        raise Unreadable("people.damaged_index") from None


def age_of_majority(day: date, jurisdiction: str = "JP") -> int:
    """Return the age from which somebody is of age on a day.

    >>> age_of_majority(date(2022, 3, 31)), age_of_majority(date(2022, 4, 1))
    (20, 18)
    """
    since = _MAJORITY.get(jurisdiction.partition("-")[0], _ELSEWHERE)
    return next(age for start, age in since if day >= start)


def last_birthday_of_age(day: date, jurisdiction: str = "JP") -> date:
    """Return the latest day on which somebody of age on ``day`` may have been born.

    >>> last_birthday_of_age(date(2024, 2, 29))
    datetime.date(2006, 2, 28)
    """
    year = day.year - age_of_majority(day, jurisdiction)
    return date(year, day.month, min(day.day, calendar.monthrange(year, day.month)[1]))


def born_later(cells: pl.Series, last: date) -> tuple[pl.Series, pl.Series]:
    """Tell of each birth date whether it is one, and whether it is later than ``last``."""
    days = canonical("birth_date", cells)
    return days.is_not_null(), (days > last.isoformat()).fill_null(value=False)


def says_yes(cells: pl.Series) -> pl.Series:
    """Tell of each cell whether it says yes: anything that is not plainly a no does, for protection must not hang on a spelling."""
    noes = [text for text in cells.drop_nulls().unique().to_list() if solid(text).lower() in _NOES]
    return (cells.is_not_null() & ~cells.is_in(noes)).fill_null(value=False)


def bitmap(numbers: pl.Series, where: pl.Series) -> BitMap:
    """Return the people of the rows for which something holds."""
    found = numbers.filter(where & numbers.is_not_null()).cast(pl.UInt32).to_numpy()
    return BitMap(array("I", np.sort(found).tobytes()))
