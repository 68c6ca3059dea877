"""Which days count where: holidays by country, and the public offices of Japan.

The holidays of Japan and the turn of the year are those of :mod:`sekisho.custody.calendar`; other countries' come from the
library ``holidays``. A year for which there is no calendar is an error, never a year without holidays.
"""

from datetime import date, timedelta
from functools import lru_cache

from sekisho.custody.calendar import FIRST_YEAR, LAST_YEAR, Calendar, japanese_holidays

_DAY = timedelta(days=1)
_SATURDAY = 5
_JAPAN = Calendar(zone="Asia/Tokyo")
_ISO = {"UK": "GB"}
_EU = frozenset(
    [
        "AT",
        "BE",
        "BG",
        "CY",
        "CZ",
        "DE",
        "DK",
        "EE",
        "ES",
        "FI",
        "FR",
        "GR",
        "HR",
        "HU",
        "IE",
        "IS",
        "IT",
        "LI",
        "LT",
        "LU",
        "LV",
        "MT",
        "NL",
        "NO",
        "PL",
        "PT",
        "RO",
        "SE",
        "SI",
        "SK",
    ]
)
"""The European Economic Area, where the Regulation holds."""


class NoCalendar(LookupError):
    """There is no calendar of a country for a year.

    Attributes:
        country: whose.
        year: which.
    """

    def __init__(self, country: str, year: int) -> None:
        super().__init__(f"{country} {year}")
        self.country = country
        self.year = year


def covers(jurisdiction: str, looked_at: str) -> bool:
    """Tell whether a record of one jurisdiction is looked at where another is named: the union in its members, a country in its states."""
    country = looked_at.partition("-")[0]
    return jurisdiction in ("any", looked_at, country) or (jurisdiction == "EU" and country in _EU)


def public_office_of_japan_open(day: date) -> bool:
    """Tell whether public offices of Japan work on a day.

    Raises:
        NoCalendar: nobody knows the holidays of that year.
    """
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise NoCalendar("JP", day.year)
    return _JAPAN.works_on(day)


def next_open(day: date) -> date:
    """Return a day, or the first after it, on which public offices of Japan work."""
    while not public_office_of_japan_open(day):
        day += _DAY
    return day


def works_on(day: date, jurisdiction: str) -> bool:
    """Tell whether a day is a working day in a jurisdiction.

    Raises:
        NoCalendar: nobody knows the holidays of that year.
    """
    days, weekend = _holidays(jurisdiction, day.year)
    return day.weekday() not in weekend and day not in days


def after_working_days(day: date, number: int, jurisdiction: str) -> date:
    """Return the working day that comes a number of them after a day, which itself is not counted."""
    while number:
        day += _DAY
        number -= works_on(day, jurisdiction)
    return day


@lru_cache(maxsize=256)
def _holidays(jurisdiction: str, year: int) -> tuple[frozenset[date], frozenset[int]]:
    """Return holidays and weekend of a year."""
    country, _, part = jurisdiction.partition("-")
    if country == "JP":
        if not FIRST_YEAR <= year <= LAST_YEAR:
            raise NoCalendar(country, year)
        return japanese_holidays(year), frozenset({_SATURDAY, _SATURDAY + 1})
    import holidays  # noqa: PLC0415 - 60 ms, and most offices count no working days abroad

    try:
        found = holidays.country_holidays(_ISO.get(country, country), subdiv=part or None, years=year)
    except NotImplementedError:
        raise NoCalendar(jurisdiction, year) from None
    if not (found.start_year <= year <= found.end_year and found):
        raise NoCalendar(jurisdiction, year)
    return frozenset(found), frozenset(found.weekend)
