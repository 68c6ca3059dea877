"""Whether a record is law on the day that starts its clock, by the clock of its jurisdiction."""

from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from sekisho.catalogue.words import Said
from sekisho.loss.law.place import Place
from sekisho.loss.law.record import Record
from sekisho.loss.law.said import Written


@dataclass(frozen=True, slots=True, kw_only=True)
class Force:
    """Whether a record is law.

    Attributes:
        live: whether a clock runs.
        doubtful: whether its own date of effect has come although nobody has said that it is in force.
        said: what has to be said of it.
    """

    live: bool
    doubtful: bool = False
    said: tuple[Said, ...] = ()


def force_of(record: Record, moment: datetime, place: Place) -> Force:
    """Return whether a record is law at a moment, or on the day whose law is applied instead.

    Args:
        record: which.
        moment: what starts its clock, or now where nobody knows that.
        place: from where it is looked at.
    """
    real = moment.astimezone(ZoneInfo(record.zone or place.zone)).date()
    day = place.law_of or real
    if not record.live:
        return _asleep(record, day)
    outside = _outside(record, day)
    if outside is not None:
        return Force(live=False, said=(outside,))
    said = [_pending(record)] if record.status == "pending_change" else []
    if _outside(record, real) is not None:
        said.append(Said("duty.law_of", {"day": day}))
    return Force(live=True, said=tuple(said))


def _asleep(record: Record, day: date) -> Force:
    """Return what holds of a record whose status lets no clock run."""
    since = record.effective_from
    if record.status == "enacted_not_in_force" and since and date.fromisoformat(since) <= day:
        return Force(live=False, doubtful=True, said=(Said("duty.began_since", {"since": since}),))
    return Force(live=False, said=(Said(f"duty.status_{record.status}", {"since": since or Said("duty.no_date")}),))


def _outside(record: Record, day: date) -> Said | None:
    if record.effective_from and day < date.fromisoformat(record.effective_from):
        return Said("duty.not_yet", {"day": day, "since": record.effective_from})
    if record.effective_to and day > date.fromisoformat(record.effective_to):
        return Said("duty.no_more", {"day": day, "until": record.effective_to})
    return None


def _pending(record: Record) -> Said:
    return Said(
        "duty.status_pending_change", {"change": Written.of(record.pending) if record.pending else Said("duty.no_date")}
    )
