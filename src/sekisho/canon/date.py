"""Dates as people in Japan write them: western, or by era.

Eras by their first day: Meiji 1868, Taisho 1912-07-30, Showa 1926-12-25, Heisei 1989-01-08, Reiwa 2019-05-01. Papers
printed ahead carry an era beyond its end (平成32年); such a date is accepted, as the reader of the paper would.
"""

import re
from datetime import date

from sekisho.canon.text import HYPHENS, plain, solid

_ERAS = {
    "明治": (1868, date(1868, 1, 25)),
    "大正": (1912, date(1912, 7, 30)),
    "昭和": (1926, date(1926, 12, 25)),
    "平成": (1989, date(1989, 1, 8)),
    "令和": (2019, date(2019, 5, 1)),
}
_SHORT = dict(zip("MTSHR", _ERAS, strict=True)) | {era[0]: era for era in _ERAS}

_BETWEEN = rf"[年月{HYPHENS}/.]"
_WESTERN = re.compile(rf"(\d{{4}}){_BETWEEN}(\d{{1,2}}){_BETWEEN}(\d{{1,2}})日?")
_TIME_OF_DAY = re.compile(r"(?<=\d)[T\s]+\d{1,2}:\d{2}(:\d{2}(\.\d+)?)?Z?$")
_AS_MACHINES_WRITE = re.compile(
    r"([0-9]{4})-([0-9]{2})-([0-9]{2})(?:[T ][0-9]{1,2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]+)?)?Z?)?"
)
_COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})")
_ERA_NAME = f"({'|'.join([*_ERAS, *_SHORT])})"
_ERA = re.compile(rf"{_ERA_NAME}[.]?(元|\d{{1,2}}){_BETWEEN}(\d{{1,2}}){_BETWEEN}(\d{{1,2}})日?")
_COMPACT_ERA = re.compile(rf"{_ERA_NAME}(\d{{2}})(\d{{2}})(\d{{2}})")


def parse_date(text: str) -> date | None:
    """Return the calendar day that ``text`` means, or None if it means none.

    Takes ``1964-04-01``, ``1964/4/1``, ``19640401``, ``1964年4月1日``, ``昭和39年4月1日``, ``昭39.4.1``, ``S39.4.1``,
    ``S390401`` and ``令和元年5月1日``, in either width. A time of day behind a western date (``1964-04-01 00:00:00``) is
    left out.
    """
    if match := _AS_MACHINES_WRITE.fullmatch(text):  # nearly every date of a table, and ten times as fast
        return _day(*map(int, match.groups()))
    day = solid(_TIME_OF_DAY.sub("", plain(text).strip())).upper()
    if match := _ERA.fullmatch(day) or _COMPACT_ERA.fullmatch(day):
        return _era_date(*match.groups())
    if match := _WESTERN.fullmatch(day) or _COMPACT.fullmatch(day):
        return _day(*map(int, match.groups()))
    return None


def era_year(day: date) -> tuple[str, int] | None:
    """Return the era of a day and the year in it, 1 for its first; None before Meiji."""
    for era, (first_year, first_day) in reversed(_ERAS.items()):
        if day >= first_day:
            return era, day.year - first_year + 1
    return None


def _era_date(era: str, year: str, month: str, day: str) -> date | None:
    first_year, first_day = _ERAS[_SHORT.get(era, era)]
    found = _day(first_year + (1 if year == "元" else int(year)) - 1, int(month), int(day))
    return found if found and found >= first_day else None


def _day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None
