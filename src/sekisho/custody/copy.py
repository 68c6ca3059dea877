"""The life of a copy: a pure function from a copy and an event to the copy after it, or a refusal.

    requested ─ approved ─ sealed ─ out ─ opened ─ erased ─ closed
        └─ cancelled ─┘      └───────┴──────┴───────┴── lost ─ found ─ erased ─ closed

It holds: two approvers or more, none of whom asked for the copy, carries or receives it; a holder changes only by a
hand-over that giver and receiver both signed, or when staff of the office take what was lost and found; nothing opens before
it left the store or after it was revoked; lost means revoked, and revoked never turns back; closed means revoked and erased,
and seen to be. A copy that was erased where nothing of it could be seen keeps its holder, who erases it again where it is, or
loses it. Signatures, contracts and clocks are checked by the caller, who has them; here it is only decided what may follow
what. Every reachable state is searched in the tests.
"""

from dataclasses import dataclass, replace
from enum import StrEnum

from sekisho.catalogue.words import Said
from sekisho.errors import Refused


class State(StrEnum):
    """Where a copy stands."""

    REQUESTED = "requested"
    APPROVED = "approved"
    SEALED = "sealed"
    OUT = "out"
    OPENED = "opened"
    ERASED = "erased"
    CLOSED = "closed"
    LOST = "lost"
    FOUND = "found"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True, kw_only=True)
class Copy:
    """A copy as its events made it; persons are ids of the register.

    Attributes:
        state: where it stands.
        requester: who asked for it.
        carrier: who may take it out.
        recipient: who may open it.
        needed: how many approvals it takes.
        approvers: who approved it.
        holder: who has it, or answers for its being gone; nobody before it is sealed and after it is closed.
        opens: how many releases were given.
        revoked: no release will ever be given again.
    """

    state: State = State.REQUESTED
    requester: str
    carrier: str
    recipient: str
    needed: int = 2
    approvers: frozenset[str] = frozenset()
    holder: str | None = None
    opens: int = 0
    revoked: bool = False

    @property
    def involved(self) -> frozenset[str]:
        """Who has a part in the copy, and so does not decide on it."""
        return frozenset({self.requester, self.carrier, self.recipient} | ({self.holder} if self.holder else set()))


@dataclass(frozen=True, slots=True)
class Approve:
    """A person approved the copy."""

    by: str


@dataclass(frozen=True, slots=True)
class Cancel:
    """The office no longer wants the copy."""


@dataclass(frozen=True, slots=True)
class Seal:
    """The copy was written; the sealing officer holds it."""

    by: str


@dataclass(frozen=True, slots=True)
class HandOver:
    """Giver and receiver both signed.

    Attributes:
        giver: who had it.
        receiver: who has it now.
        staff: whether the receiver belongs to the office itself.
    """

    giver: str
    receiver: str
    staff: bool


@dataclass(frozen=True, slots=True)
class Open:
    """A release was given."""


@dataclass(frozen=True, slots=True)
class Erase:
    """The holder erased it before a witness."""

    by: str
    witness: str


@dataclass(frozen=True, slots=True)
class Close:
    """The office is done with it."""


@dataclass(frozen=True, slots=True)
class Lose:
    """Anybody reported it lost."""


@dataclass(frozen=True, slots=True)
class Find:
    """It turned up; it stays dead and will be erased.

    Attributes:
        by: who takes it, and holds it from then on; nobody: it is with whoever held it.
        staff: whether that person belongs to the office itself.
    """

    by: str | None = None
    staff: bool = False


Event = Approve | Cancel | Seal | HandOver | Open | Erase | Close | Lose | Find

_COMMANDS: dict[type[Event], str] = {
    Approve: "approve",
    Cancel: "cancel",
    Seal: "seal",
    HandOver: "hand-over",
    Open: "open",
    Erase: "erase",
    Close: "erase",
    Lose: "lost",
    Find: "found",
}
"""How people call what happens to a copy."""

_LIVE = frozenset({State.SEALED, State.OUT, State.OPENED})


def after(copy: Copy, event: Event) -> Copy:
    """Return the copy after an event.

    Raises:
        Refused: the event cannot follow; the message says why.
    """
    match event:
        case Approve(by):
            return _approved(copy, by)
        case Cancel():
            _must_be(copy, event, State.REQUESTED, State.APPROVED)
            return replace(copy, state=State.CANCELLED, revoked=True)
        case Seal(by):
            _must_be(copy, event, State.APPROVED)
            return replace(copy, state=State.SEALED, holder=by)
        case HandOver():
            return _handed_over(copy, event)
        case Open():
            _must_be(copy, event, State.OUT, State.OPENED)
            return replace(copy, state=State.OPENED, opens=copy.opens + 1)
        case Erase():
            return _erased(copy, event)
        case Close():
            _must_be(copy, event, State.ERASED)
            return replace(copy, state=State.CLOSED, holder=None)
        case Lose():
            _must_be(copy, event, *_LIVE, State.FOUND, State.ERASED)
            return replace(copy, state=State.LOST, revoked=True)
        case Find():
            return _found(copy, event)


def _approved(copy: Copy, by: str) -> Copy:
    _must_be(copy, Approve(by), State.REQUESTED)
    if by in copy.involved:
        raise Refused("custody.own_approval", person=by)
    if by in copy.approvers:
        raise Refused("custody.approved_before", person=by)
    approvers = copy.approvers | {by}
    enough = len(approvers) >= copy.needed
    return replace(copy, approvers=approvers, state=State.APPROVED if enough else State.REQUESTED)


def _handed_over(copy: Copy, event: HandOver) -> Copy:
    _must_be(copy, event, *_LIVE, State.FOUND)
    if event.giver != copy.holder:
        raise Refused("custody.not_the_holder", person=event.giver)
    if event.receiver == event.giver:
        raise Refused("custody.two_signatures", person=event.giver)
    if not event.staff and event.receiver not in {copy.carrier, copy.recipient}:
        raise Refused("custody.not_named", person=event.receiver)
    leaves = copy.state is State.SEALED and event.receiver in {copy.carrier, copy.recipient}
    return replace(copy, holder=event.receiver, state=State.OUT if leaves else copy.state)


def _erased(copy: Copy, event: Erase) -> Copy:
    _must_be(copy, event, *_LIVE, State.FOUND, State.ERASED)
    if event.by != copy.holder:
        raise Refused("custody.not_the_holder", person=event.by)
    if event.witness == event.by:
        raise Refused("custody.two_signatures", person=event.by)
    return replace(copy, state=State.ERASED, revoked=True)


def _found(copy: Copy, event: Find) -> Copy:
    _must_be(copy, event, State.LOST)
    if event.by is not None and not event.staff:
        raise Refused("custody.not_staff", person=event.by)
    return replace(copy, state=State.FOUND, holder=event.by or copy.holder)


def _must_be(copy: Copy, event: Event, *states: State) -> None:
    if copy.state not in states:
        raise Refused("custody.not_now", command=_COMMANDS[type(event)], state=Said(f"cli.state.{copy.state}"))
