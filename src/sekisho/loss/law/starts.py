"""What starts a clock: the names that laws have for it, in terms of facts.

An office knows of a loss when any of its units knew, at the latest when it was told, or declared the loss itself; and when its
own employee noticed, unless that employee did it on purpose. What is known later by another unit changes nothing.
"""

from dataclasses import dataclass
from datetime import datetime

from sekisho.catalogue.words import Language, Said
from sekisho.clock import to_local
from sekisho.loss.facts.fact import Facts
from sekisho.loss.facts.vocabulary import fact_kind
from sekisho.loss.law.clocks import end_of_year

KNOWN = "known_at"
"""The fact that the office knew."""

_AT_LATEST = ("controller_told_at", "declared_at")
_FACT = {
    "determination": "determined_at",
    "assessed_notifiable": "determined_at",
    "persons_notified": "persons_notified_at",
    "noticed_by_holder": "noticed_at",
}
"""Where a law's name for it is one fact; every other name is that of knowing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Start:
    """What starts a clock.

    Attributes:
        key: the fact that does.
        at: when; None while nobody knows.
        sure: whether that is the moment itself, not one by which it had come at the latest.
        said: what has to be said of it.
        warnings: what has to be said beside it.
    """

    key: str
    at: datetime | None = None
    sure: bool = True
    said: tuple[Said, ...] = ()
    warnings: tuple[Said, ...] = ()


def start_of(name: str, facts: Facts, zone: str) -> Start:
    """Return what starts a clock.

    Args:
        name: what the record calls it; empty where nothing does.
        facts: what is known.
        zone: of the controller.
    """
    if not name:
        return Start(key="")
    if name in _FACT:
        return _stated(_FACT[name], facts, zone)
    known = _known(facts, zone)
    if name == "suspicion" and (suspected := facts.time("suspected_at")):
        return _started("suspected_at", suspected, zone) if known.at is None or suspected < known.at else known
    if name == "end_of_calendar_year" and known.at is not None:
        said = (*known.said, Said("duty.year_end", {}))
        return Start(key=known.key, at=end_of_year(known.at, zone), sure=known.sure, said=said, warnings=known.warnings)
    return known


def _stated(key: str, facts: Facts, zone: str) -> Start:
    at = facts.time(key)
    return Start(key=key, said=(_no_start(key),)) if at is None else _started(key, at, zone)


def _known(facts: Facts, zone: str) -> Start:
    """Return when the office knew."""
    earliest = [(at, key) for key in (KNOWN, *_own_staff(facts)) if (at := facts.time(key))]
    latest = [(at, key) for key in _AT_LATEST if (at := facts.time(key))]
    if not earliest and not latest:
        return Start(key=KNOWN, said=(_no_start(KNOWN),))
    at, key = min([*earliest, *latest])
    if not earliest:
        said = Said("duty.started_at_latest", {"label": _Label(KNOWN), "at": to_local(at, zone)})
        return Start(key=key, at=at, sure=False, said=(said,))
    start = _started(key, at, zone)
    return Start(key=key, at=at, said=start.said, warnings=_earlier(facts, at, zone))


def _own_staff(facts: Facts) -> tuple[str, ...]:
    """Return the fact that the holder noticed, where the holder is the office's own and no wrongdoer."""
    own = facts.text("holder_works_for") == "office" and facts.flag("malicious") is not True
    return ("noticed_at",) if own else ()


def _earlier(facts: Facts, at: datetime, zone: str) -> tuple[Said, ...]:
    """Say that the holder noticed earlier, where nobody knows whose employee the holder is."""
    noticed = facts.time("noticed_at")
    if noticed is None or noticed >= at or facts.text("holder_works_for"):
        return ()
    return (Said("duty.earlier_if_own_staff", {"at": to_local(noticed, zone)}),)


def _started(key: str, at: datetime, zone: str) -> Start:
    return Start(key=key, at=at, said=(Said("duty.started", {"label": _Label(key), "at": to_local(at, zone)}),))


def _no_start(key: str) -> Said:
    return Said("duty.no_start", {"label": _Label(key)})


class _Label(Said):
    """The label of a fact, in whichever language it is asked for."""

    def says(self, language: Language) -> str:
        return fact_kind(self.key).label(language)
