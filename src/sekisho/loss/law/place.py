"""From where the law is looked at: whose laws, as what, by whose clock, and under which contracts. Values alone."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True, kw_only=True)
class Contract:
    """A contract that says by when a processor tells the controller.

    Attributes:
        id: as on the paper.
        notice_hours: within how many hours.
        checked_on: ISO date on which somebody last looked at the paper.
    """

    id: str
    notice_hours: int
    checked_on: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """The office, as far as laws ask.

    Attributes:
        zone: IANA zone of the clock on its wall.
        body: ``public``, ``private``, or empty while it has not said.
        roles: as what it handles the data; empty while it has not said.
        jurisdictions: whose laws are looked at.
        contracts: those whose clocks run.
        law_of: the day whose law is applied, where that is not the day on which it happened: a drill on an old case.
    """

    zone: str
    body: str = ""
    roles: tuple[str, ...] = ()
    jurisdictions: tuple[str, ...] = ()
    contracts: tuple[Contract, ...] = ()
    law_of: date | None = None
