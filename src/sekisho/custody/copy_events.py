"""What can happen to a copy: each a value, which :func:`sekisho.custody.copy.after` applies or refuses."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Approve:
    """A person approved the copy."""

    by: str


@dataclass(frozen=True, slots=True)
class Cancel:
    """The office no longer wants the copy."""


@dataclass(frozen=True, slots=True)
class Seal:
    """The copy was written under a ticket of its own; the sealing officer holds it."""

    by: str
    ticket: str = ""


@dataclass(frozen=True, slots=True)
class Offer:
    """The holder signed that another person may have it, until a time.

    Attributes:
        giver: who has it.
        receiver: who may accept.
        staff: whether the receiver belongs to the office itself.
        until: from then on nobody may.
        statement: SHA-256 of what the giver signed.
    """

    giver: str
    receiver: str
    staff: bool
    until: datetime
    statement: str = ""


@dataclass(frozen=True, slots=True)
class Accept:
    """The receiver signed for what was offered, and has it from then on.

    Attributes:
        by: who accepts.
        staff: whether that person belongs to the office itself.
        at: when.
        place: where; empty where nobody said.
    """

    by: str
    staff: bool
    at: datetime
    place: str = ""


@dataclass(frozen=True, slots=True)
class Decline:
    """The receiver refused what was offered, or the giver took the offer back."""

    by: str


@dataclass(frozen=True, slots=True)
class Expire:
    """The time of an offer is over."""

    at: datetime


@dataclass(frozen=True, slots=True)
class HandOver:
    """Giver and receiver both signed at one table: offer and acceptance in one.

    Attributes:
        giver: who had it.
        receiver: who has it now.
        staff: whether the receiver belongs to the office itself.
        place: where; empty where nobody said.
    """

    giver: str
    receiver: str
    staff: bool
    place: str = ""


@dataclass(frozen=True, slots=True)
class BreakSeal:
    """Who has it, or was about to, saw that its seal or cover is broken."""

    by: str


@dataclass(frozen=True, slots=True)
class Clear:
    """Two persons who have no part in it looked at a broken seal, and say that the copy is sound."""

    first: str
    second: str


@dataclass(frozen=True, slots=True)
class Open:
    """A release was given.

    Attributes:
        at: when; None for one that became known afterwards, which is a fact whatever the rules were.
    """

    at: datetime | None


@dataclass(frozen=True, slots=True)
class Erase:
    """The holder erased it before a witness.

    Attributes:
        by: who erased it.
        witness: who watched.
        proven: the medium was looked at afterwards, and nothing of the copy is on it.
    """

    by: str
    witness: str
    proven: bool = False


@dataclass(frozen=True, slots=True)
class Close:
    """The office is done with it."""


@dataclass(frozen=True, slots=True)
class Lose:
    """Anybody reported it lost."""


@dataclass(frozen=True, slots=True)
class WriteOff:
    """Two persons who have no part in it gave up looking for it."""

    first: str
    second: str


@dataclass(frozen=True, slots=True)
class Find:
    """It turned up; it stays dead and will be erased.

    Attributes:
        by: who takes it, and holds it from then on; nobody: it is with whoever held it.
        staff: whether that person belongs to the office itself.
    """

    by: str | None = None
    staff: bool = False


Event = (
    Approve | Cancel | Seal | Offer | Accept | Decline | Expire | HandOver | BreakSeal | Clear | Open | Erase | Close
    | Lose | WriteOff | Find
)  # fmt: skip
