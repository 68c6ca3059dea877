"""Time as an argument: who needs the time takes a :class:`Clock`, so that tests and the demo own it.

All times inside Sekisho are aware UTC datetimes with whole seconds, because that is what a ledger leaf
prints; zones are for people and belong to the screen.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Protocol
from zoneinfo import ZoneInfo

_FORM = "%Y-%m-%dT%H:%M:%SZ"
_YEARS = range(1000, 9999)  # four digits, and room for every zone
_FAR = "a time far from any calendar"


class Clock(Protocol):
    """Tells the time."""

    def now(self) -> datetime:
        """Return the current time: aware, UTC, whole seconds."""
        ...


@dataclass(frozen=True, slots=True)
class SystemClock:
    """The machine's clock."""

    def now(self) -> datetime:
        """Return the machine's time."""
        return datetime.now(UTC).replace(microsecond=0)


@dataclass(slots=True)
class ManualClock:
    """A clock that moves only when told to, for tests and the demo's night."""

    time: datetime

    def now(self) -> datetime:
        """Return the time it was last set to."""
        return self.time.astimezone(UTC).replace(microsecond=0)

    def advance(self, step: timedelta) -> None:
        """Move the clock by ``step``, which may be negative."""
        self.time += step


def to_text(time: datetime) -> str:
    """Write an aware time as RFC 3339 in UTC: ``2026-11-23T05:39:00Z``.

    Raises:
        ValueError: the time has no zone.
    """
    if time.tzinfo is None:
        raise ValueError("a time without a zone")
    return f"{time.astimezone(UTC).replace(microsecond=0, tzinfo=None).isoformat()}Z"


@lru_cache(maxsize=4096)  # a database says the same times again and again
def from_text(text: str) -> datetime:
    """Read what :func:`to_text` wrote, and nothing else.

    Raises:
        ValueError: not of that form, or before the year 1000 or after 9998.
    """
    try:
        time = datetime.fromisoformat(text)  # a tenth of what strptime takes
        if to_text(time) == text and time.year in _YEARS:
            return time
    except ValueError:
        pass
    raise ValueError(f"not a time of the form {_FORM}")


def from_local(text: str, zone: str) -> datetime:
    """Read a wall-clock time such as ``2022-06-21T17:00`` in an office's zone; an explicit offset wins.

    Raises:
        ValueError: not an ISO 8601 time, or before the year 1000 or after 9998.
    """
    time = datetime.fromisoformat(text)
    if time.tzinfo is None:
        time = time.replace(tzinfo=ZoneInfo(zone))
    try:
        time = time.astimezone(UTC).replace(microsecond=0)
    except OverflowError:
        raise ValueError(_FAR) from None
    if time.year not in _YEARS:
        raise ValueError(_FAR)
    return time


def to_local(time: datetime, zone: str) -> str:
    """Write a time for people: ``2022-06-21 17:00`` in the given zone."""
    return time.astimezone(ZoneInfo(zone)).strftime("%Y-%m-%d %H:%M")


def to_machine_local(time: datetime) -> str:
    """Write a time for people in the machine's own zone, and say which: ``2022-06-21 17:00 +09:00``.

    For whoever opens a capsule: the office's zone is not known there.
    """
    text = time.astimezone().isoformat(sep=" ", timespec="minutes")
    return f"{text[:16]} {text[16:]}"
