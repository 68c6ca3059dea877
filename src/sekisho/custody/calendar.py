"""The office's calendar: which days it works, until when, and where its fiscal year ends.

The holidays are computed from the Act on National Holidays (国民の祝日に関する法律, 昭和23年法律第178号) as it stands since 2007,
with the moves for the throne in 2019 and the games in 2020 and 2021. Art. 3(2) gives the substitute for one on a Sunday, 3(3)
the holiday of a day between two. The equinoxes are those that the Observatory will announce each February, by the Hydrographic
Department's approximation (good for 1980 to 2099). That offices are closed from 29 December to 3 January is Art. 1 of the Act
on Holidays of Administrative Organs (行政機関の休日に関する法律, 昭和63年法律第91号), which towns copy into their ordinances.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

FIRST_YEAR, LAST_YEAR = 2007, 2099
"""The years that the rules cover."""

_DAY = timedelta(days=1)
_FIXED = {(1, 1), (2, 11), (4, 29), (5, 3), (5, 4), (5, 5), (11, 3), (11, 23)}
_MOVED = {  # what special laws put elsewhere: year → (what the rule would give, what held instead)
    2019: ((), ((5, 1), (10, 22))),
    2020: (((7, 20), (8, 11), (10, 12)), ((7, 23), (7, 24), (8, 10))),
    2021: (((7, 19), (8, 11), (10, 11)), ((7, 22), (7, 23), (8, 8))),
}
_MONDAY, _SATURDAY, _SUNDAY = 0, 5, 6


@lru_cache(maxsize=64)
def japanese_holidays(year: int) -> frozenset[date]:
    """Return the holidays of a year, substitutes and days between included.

    Raises:
        ValueError: of a year that the rules do not cover.
    """
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise ValueError("a year without rules")
    named = _named(year)
    substitutes = {_substitute(day, named) for day in named if day.weekday() == _SUNDAY}
    between = {day + _DAY for day in named if day + 2 * _DAY in named} - named - substitutes
    return frozenset(named | substitutes | {day for day in between if day.weekday() != _SUNDAY})


def _named(year: int) -> set[date]:
    """Return the days that Art. 2 names."""
    days = {date(year, *each) for each in _FIXED}
    days |= {_nth_monday(year, 1, 2), _nth_monday(year, 7, 3), _nth_monday(year, 9, 3), _nth_monday(year, 10, 2)}
    days |= {date(year, 3, _equinox(year, 20.8431)), date(year, 9, _equinox(year, 23.2488))}
    if year != 2019:  # the Emperor changed between their birthdays
        days.add(date(year, 2, 23) if year > 2019 else date(year, 12, 23))
    if year >= 2016:
        days.add(date(year, 8, 11))
    gone, come = _MOVED.get(year, ((), ()))
    return days - {date(year, *each) for each in gone} | {date(year, *each) for each in come}


def _nth_monday(year: int, month: int, number: int) -> date:
    first = date(year, month, 1)
    return first + timedelta(days=(_MONDAY - first.weekday()) % 7 + 7 * (number - 1))


def _equinox(year: int, constant: float) -> int:
    passed = year - 1980
    return int(constant + 0.242194 * passed - passed // 4)


def _substitute(day: date, named: set[date]) -> date:
    while day in named:
        day += _DAY
    return day


@dataclass(frozen=True, slots=True, kw_only=True)
class Calendar:
    """When an office works, by the clock on its wall.

    Attributes:
        zone: IANA time zone of that clock.
        opens: when its working day begins.
        closes: when its working day ends.
        closed: days on which it does not work although the rules say so, such as the town's own day.
        opened: days on which it works although the rules say otherwise.
        japanese: whether the holidays of Japan and the turn of the year count.
    """

    zone: str
    opens: time = time(8, 30)
    closes: time = time(17, 15)
    closed: frozenset[date] = field(default_factory=frozenset)
    opened: frozenset[date] = field(default_factory=frozenset)
    japanese: bool = True

    def works_on(self, day: date) -> bool:
        """Tell whether the office works on a day; what the office itself says goes before the rules."""
        if day in self.opened or day in self.closed:
            return day in self.opened
        return day.weekday() < _SATURDAY and not (self.japanese and _is_holiday(day))

    def day(self, moment: datetime) -> date:
        """Return which day it is at a moment."""
        return moment.astimezone(ZoneInfo(self.zone)).date()

    def close_of(self, day: date) -> datetime:
        """Return the moment at which the office closes on a day, in UTC."""
        return self._moment(day, self.closes)

    def still_open_until(self, moment: datetime) -> datetime | None:
        """Return when the working day at a moment ends; none where nobody is at work at that moment."""
        day = self.day(moment)
        opens, closes = self._moment(day, self.opens), self.close_of(day)
        return closes if self.works_on(day) and opens <= moment < closes else None

    def end_of_next_working_day(self, moment: datetime) -> datetime:
        """Return the close of the first working day after the day of a moment."""
        return self.close_of(next(self._working_days(self.day(moment) + _DAY, step=_DAY)))

    def end_of_fiscal_year(self, moment: datetime) -> datetime:
        """Return the close of the last working day of the fiscal year (April to March) at a moment."""
        day = self.day(moment)
        last = date(day.year + (day.month > 3), 3, 31)
        return self.close_of(next(self._working_days(last, step=-_DAY)))

    def _moment(self, day: date, on_the_wall: time) -> datetime:
        return datetime.combine(day, on_the_wall, ZoneInfo(self.zone)).astimezone(UTC)

    def _working_days(self, day: date, *, step: timedelta) -> Iterator[date]:
        """Yield working days from a day on; an office that says that it never works again works on weekdays."""
        for _ in range(366):
            if self.works_on(day):
                yield day
            day += step
        yield day


def _is_holiday(day: date) -> bool:
    turn = (day.month, day.day) >= (12, 29) or (day.month, day.day) <= (1, 3)
    return turn or (FIRST_YEAR <= day.year <= LAST_YEAR and day in japanese_holidays(day.year))
