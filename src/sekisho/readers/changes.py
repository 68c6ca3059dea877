"""Since when: what a person writes after ``--changed-since``, and whether a file has changed since then."""

import re
from datetime import UTC, datetime, timedelta

from sekisho.errors import Misuse
from sekisho.readers.folders import Found

_UNITS = {"m": timedelta(minutes=1), "h": timedelta(hours=1), "d": timedelta(days=1), "w": timedelta(weeks=1)}
_DURATION = re.compile(r"([0-9]{1,6})([mhdw])")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def since(text: str, *, now: datetime) -> datetime:
    """Read a date, a time or a duration back from now: ``2026-11-01``, ``2026-11-01T17:00``, ``36h``, ``7d``.

    Args:
        text: what was written; a date or time without an offset is meant in the machine's zone.
        now: the time.

    Raises:
        Misuse: it is none of these.
    """
    try:
        if match := _DURATION.fullmatch(text):
            return now - int(match[1]) * _UNITS[match[2]]
        return datetime.fromisoformat(text).astimezone(UTC)
    except (ValueError, OverflowError):
        raise Misuse("readers.since", text=text) from None


def changed_since(found: Found, moment: datetime) -> bool:
    """Tell whether a file was written, or came here, after a moment.

    A file that was copied keeps the time at which it was written, so the time at which anything about it changed here counts
    too. What could not be looked at may have changed.
    """
    at = (moment - _EPOCH) // timedelta(microseconds=1) * 1000
    return found.passed_over is not None or max(found.modified_ns, found.changed_ns) >= at
