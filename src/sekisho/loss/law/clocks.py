"""Clocks of a record of law: from the moment that starts one to the last moment that is in time.

Hours are elapsed time, whatever the clock on the wall does in between. Days are days of the controller's calendar, and end with
the day. Where the law says only about how many days, the earlier of the readings is taken, and is said to be one.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sekisho.catalogue.words import Said
from sekisho.clock import to_local
from sekisho.loss.facts.fact import Facts
from sekisho.loss.law import calendar, condition
from sekisho.loss.law.record import Clock, Limit, LimitIf

_SECOND = timedelta(seconds=1)
_LONGEST_WARNING = timedelta(days=7)
_SMALL_AGENT = "small_agent"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """When a clock ends.

    Attributes:
        due: the last moment in time; None where the law gives no number.
        warn: from when on it is due soon.
        basis: how it was counted.
        unknown: keys of facts on which the length depends, and that nobody knows: the shorter was taken.
        no_calendar: the country and year whose holidays nobody knows; empty where none is missing.
        rests_on: fields of the clock that the date rests on.
    """

    due: datetime | None = None
    warn: datetime | None = None
    basis: tuple[Said, ...] = ()
    unknown: tuple[str, ...] = ()
    no_calendar: str = ""
    rests_on: tuple[str, ...] = ()


def read_clock(clock: Clock, start: datetime, *, zone: str, jurisdiction: str, facts: Facts) -> Reading:
    """Return when a clock ends.

    Args:
        clock: which.
        start: the moment that starts it.
        zone: IANA zone of the controller, whose calendar days are counted.
        jurisdiction: whose working days are counted.
        facts: what the length may depend on.

    Raises:
        ValueError: the start has no zone.
    """
    if start.tzinfo is None:
        raise ValueError("a time without a zone")
    if clock.last_day is not None:
        return _about_days(clock, start, zone)
    limit, said, unknown = _limit(clock, facts)
    counted = _Counted(clock, start, zone, jurisdiction)
    if limit.hours is not None:
        reading = counted.hours(limit.hours)
    elif limit.days is not None:
        reading = counted.days(limit.days)
    elif limit.business_days is not None:
        reading = counted.business_days(limit.business_days)
    else:
        reading = Reading()
    return Reading(
        due=reading.due,
        warn=reading.warn,
        basis=(*reading.basis, *said),
        unknown=unknown,
        no_calendar=reading.no_calendar,
        rests_on=reading.rests_on,
    )


def due_words(clock: Clock) -> Mapping[str, str]:
    """Return what the law says in words of how long there is; empty where it gives a number alone."""
    return {} if clock.limit.text is None else {"ja": clock.limit.text.ja, "en": clock.limit.text.en}


def length_of(clock: Clock) -> Said:
    """Return how long there is, in words."""
    for unit in ("hours", "days", "business_days"):
        if number := getattr(clock.limit, unit):
            return Said(f"duty.unit_{unit}", {"number": number})
    return Said("duty.unit_days", {"number": clock.last_day or 0})


@dataclass(frozen=True, slots=True)
class _Counted:
    """A clock that counts a number of something from a start."""

    clock: Clock
    start: datetime
    zone: str
    jurisdiction: str

    def hours(self, number: int) -> Reading:
        due = self.start.astimezone(UTC) + timedelta(hours=number)
        basis = Said("duty.hours", {"hours": number, "start": to_local(self.start, self.zone)})
        return Reading(due=due, warn=self._warn(due), basis=(basis,), rests_on=("count", "roll", "start"))

    def days(self, number: int) -> Reading:
        first = _local_day(self.start, self.zone)
        raw = first + timedelta(days=number - (self.clock.count == "day1"))
        basis = [Said(f"duty.days_{self.clock.count}", {"days": number, "first": first, "last": raw})]
        if self.clock.roll == "none":
            return self._until(raw, basis)
        try:
            last = calendar.next_open(raw)
        except calendar.NoCalendar as missing:
            return self._unsure(raw, basis, missing)
        return self._until(last, [*basis, Said("duty.rolled" if last != raw else "duty.not_closed", {"last": last})])

    def business_days(self, number: int) -> Reading:
        first = _local_day(self.start, self.zone)
        basis = [Said("duty.business_days", {"days": number, "first": first, "whose": self.jurisdiction})]
        try:
            return self._until(calendar.after_working_days(first, number, self.jurisdiction), basis)
        except calendar.NoCalendar as missing:
            return self._unsure(None, basis, missing)

    def _until(self, last: date, basis: list[Said]) -> Reading:
        due = end_of_day(last, self.zone)
        rests_on = ("count", "roll", "start")
        return Reading(due=due, warn=self._warn(due), basis=tuple(basis), rests_on=rests_on)

    def _unsure(self, raw: date | None, basis: list[Said], missing: calendar.NoCalendar) -> Reading:
        """Return the day without any move, which is the earliest that it can be."""
        due = None if raw is None else end_of_day(raw, self.zone)
        said = Said("duty.no_calendar", {"whose": missing.country, "year": missing.year})
        return Reading(
            due=due,
            warn=None if due is None else self._warn(due),
            basis=(*basis, said),
            no_calendar=f"{missing.country} {missing.year}",
            rests_on=("count", "roll", "start"),
        )

    def _warn(self, due: datetime) -> datetime:
        return due - min(_LONGEST_WARNING, (due - self.start) / 3)


def _limit(clock: Clock, facts: Facts) -> tuple[Limit | LimitIf, tuple[Said, ...], tuple[str, ...]]:
    """Return the limit that holds, what has to be said of it, and what is not known of it; the shorter where nobody knows."""
    for other in clock.limit_if:
        found = condition.find(other.when, facts)
        if found.holds:
            return _longer(other, clock, facts, (Said("duty.limit_if", {"when": other.when}),), ())
        if found.holds is None:
            said = Said("duty.limit_unless", {"when": other.when, "days": other.days or other.business_days or 0})
            return _longer(clock.limit, clock, facts, (said,), found.unknown)
    return _longer(clock.limit, clock, facts, (), ())


def _longer(
    limit: Limit | LimitIf, clock: Clock, facts: Facts, said: tuple[Said, ...], unknown: tuple[str, ...]
) -> tuple[Limit | LimitIf, tuple[Said, ...], tuple[str, ...]]:
    """Return a limit as long as it is for the office, which may be a small agent."""
    factor = clock.small_agent_factor
    if factor == 1 or facts.flag(_SMALL_AGENT) is False:
        return limit, said, unknown
    if facts.flag(_SMALL_AGENT) is None:
        return limit, (*said, Said("duty.small_agent_unknown", {"factor": factor})), (*unknown, _SMALL_AGENT)
    grown = Limit(
        hours=limit.hours and limit.hours * factor,
        days=limit.days and limit.days * factor,
        business_days=limit.business_days and limit.business_days * factor,
    )
    return grown, (*said, Said("duty.small_agent", {"factor": factor})), unknown


def _about_days(clock: Clock, start: datetime, zone: str) -> Reading:
    """Return the earlier reading of "about so many days": the end of the last day, or as many times 24 hours."""
    assert clock.last_day is not None
    first = _local_day(start, zone)
    shift = clock.count == "day1"
    last = end_of_day(first + timedelta(days=clock.last_day - shift), zone)
    elapsed = start.astimezone(UTC) + timedelta(days=clock.last_day)
    warn = None
    if clock.warn_day is not None:
        warn = _start_of_day(first + timedelta(days=clock.warn_day - shift), zone)
    values = {"days": clock.last_day, "last": to_local(last, zone), "elapsed": to_local(elapsed, zone)}
    basis = Said("duty.about_days", values)
    return Reading(due=min(last, elapsed), warn=warn, basis=(basis,), rests_on=("count", "roll", "start"))


def end_of_day(day: date, zone: str) -> datetime:
    """Return the last second of a day by the clock of a zone, in UTC."""
    return _start_of_day(day + timedelta(days=1), zone) - _SECOND


def end_of_year(moment: datetime, zone: str) -> datetime:
    """Return the last second of the year in which a moment is, by the clock of a zone."""
    return end_of_day(date(_local_day(moment, zone).year, 12, 31), zone)


def _start_of_day(day: date, zone: str) -> datetime:
    return datetime.combine(day, time(), ZoneInfo(zone)).astimezone(UTC)


def _local_day(moment: datetime, zone: str) -> date:
    return moment.astimezone(ZoneInfo(zone)).date()
