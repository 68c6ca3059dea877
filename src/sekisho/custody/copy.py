"""The life of a copy: a pure function from a copy and an event to the copy after it, or a refusal.

    requested ─ approved ─ sealed ─ out ─ opened ─┬─ returned ─ erased ─ closed
        └─ cancelled ─┘                           └─ erased ─ closed
    sealed, out, opened, returned, erased ── lost ─┬─ found ─ erased ─ closed
                                                   └─ closed_lost ─ found

It holds: two approvers or more, none of whom asked for the copy, carries or receives it; a holder changes only by the
acceptance of an offer, of which there is one at a time and which ends by itself, or when staff of the office take what was
lost and found; nothing opens before it left the store, outside its window, away from its place, with a broken seal, after
it came back or after it was revoked; lost means revoked, and revoked never turns back; closed means revoked and seen to be
erased, or given up by two persons who have no part in it, and then it can still turn up. What came back and what was found
goes to nobody but the office's own staff. A copy that was erased where nothing of it could be seen keeps its holder, who
erases it again where it is, or loses it. Signatures, contracts and clocks are checked by the caller, who has them; here it is
only decided what may follow what. Every reachable state is searched in the tests.
"""

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from sekisho.catalogue.words import Said
from sekisho.custody.copy_events import (
    Accept,
    Approve,
    BreakSeal,
    Cancel,
    Clear,
    Close,
    Decline,
    Erase,
    Event,
    Expire,
    Find,
    HandOver,
    Lose,
    Offer,
    Open,
    Seal,
    WriteOff,
)
from sekisho.errors import Refused

__all__ = [
    "Accept",
    "Approve",
    "BreakSeal",
    "Cancel",
    "Clear",
    "Close",
    "Copy",
    "Decline",
    "Duty",
    "Erase",
    "Event",
    "Expire",
    "Find",
    "HandOver",
    "Lose",
    "Offer",
    "Open",
    "PendingOffer",
    "Seal",
    "State",
    "WriteOff",
    "after",
    "among",
    "duty",
    "is_overdue",
]


class State(StrEnum):
    """Where a copy stands."""

    REQUESTED = "requested"
    APPROVED = "approved"
    SEALED = "sealed"
    OUT = "out"
    OPENED = "opened"
    RETURNED = "returned"
    ERASED = "erased"
    CLOSED = "closed"
    LOST = "lost"
    FOUND = "found"
    CLOSED_LOST = "closed_lost"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True, kw_only=True)
class PendingOffer:
    """An offer that its receiver has neither accepted nor declined yet.

    Attributes:
        giver: who has the copy, and offers it.
        receiver: who may accept it.
        until: from then on nobody may.
        statement: SHA-256 of what the giver signed, which the acceptance repeats.
    """

    giver: str
    receiver: str
    until: datetime
    statement: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Copy:
    """A copy as its events made it; persons are ids of the register.

    What has a default came later than the first stored copies, which are read without it.

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
        ticket: the id of the ticket it was sealed under, which no other copy has.
        not_before: earliest opening.
        not_after: latest opening.
        due: when it is due back, or erased where it is.
        place: where it may be opened; empty where the approval names no place.
        where: where it was handed over last.
        offer: the offer that waits for its receiver.
        seal_broken: its seal or cover was seen to be broken, and no two persons have said yet that it is sound.
        proven: its erasing was seen, on the medium itself.
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
    ticket: str = ""
    not_before: datetime | None = None
    not_after: datetime | None = None
    due: datetime | None = None
    place: str = ""
    where: str = ""
    offer: PendingOffer | None = None
    seal_broken: bool = False
    proven: bool = False

    @property
    def named(self) -> frozenset[str]:
        """Who was approved to have it outside the office."""
        return frozenset({self.carrier, self.recipient})

    @property
    def involved(self) -> frozenset[str]:
        """Who has a part in the copy, and so does not decide on it."""
        return frozenset({self.requester, self.carrier, self.recipient} | ({self.holder} if self.holder else set()))


_COMMANDS: dict[type[Event], str] = {
    Approve: "approve",
    Cancel: "cancel",
    Seal: "seal",
    Offer: "copy offer",
    Accept: "copy accept",
    Decline: "copy decline",
    Expire: "copy decline",
    HandOver: "hand-over",
    BreakSeal: "copy decline",
    Clear: "custodian lift",
    Open: "open",
    Erase: "erase",
    Close: "erase",
    Lose: "lost",
    WriteOff: "copy write-off",
    Find: "found",
}
"""How people call what happens to a copy."""

_LIVE = frozenset({State.SEALED, State.OUT, State.OPENED})
_KEPT = frozenset({State.RETURNED, State.FOUND})
"""In which a copy is the office's to erase, and goes to nobody else."""


def after(copy: Copy, event: Event) -> Copy:
    """Return the copy after an event.

    Raises:
        Refused: the event cannot follow; the message says why.
    """
    match event:
        case Approve() | Cancel() | Seal():
            return _prepared(copy, event)
        case Offer() | Accept() | Decline() | Expire() | HandOver():
            return _passed(copy, event)
        case BreakSeal() | Clear() | Open():
            return _used(copy, event)
        case Erase() | Close() | Lose() | WriteOff() | Find():
            return _ended(copy, event)


def among(copies: tuple[Copy, ...], which: int, event: Event) -> tuple[Copy, ...]:
    """Return the copies of one request after an event: approvals are for all of them, everything else is for one.

    Their number never changes: one copy more is a new request, with new approvals.

    Raises:
        Refused: the event cannot follow, or the copy would be a second one under a ticket.
    """
    if isinstance(event, Approve | Cancel):
        return tuple(after(copy, event) for copy in copies)
    others = copies[:which] + copies[which + 1 :]
    if isinstance(event, Seal) and event.ticket and event.ticket in {other.ticket for other in others}:
        raise Refused("custody.ticket_taken")
    return (*copies[:which], after(copies[which], event), *copies[which + 1 :])


class Duty(StrEnum):
    """What is still to be done with a copy."""

    RETURN = "return"
    ERASE = "erase"


def duty(copy: Copy) -> Duty | None:
    """Return what is still to be done with a copy: who has it outside returns or erases it, the office erases it."""
    if copy.state in {State.OUT, State.OPENED}:
        return Duty.RETURN
    return Duty.ERASE if copy.state in {State.SEALED, *_KEPT, State.ERASED} else None


def is_overdue(copy: Copy, now: datetime) -> bool:
    """Tell whether what is to be done with a copy should have been done by now."""
    return copy.due is not None and now > copy.due and duty(copy) is not None


def _prepared(copy: Copy, event: Approve | Cancel | Seal) -> Copy:
    match event:
        case Approve(by):
            return _approved(copy, by)
        case Cancel():
            _must_be(copy, event, State.REQUESTED, State.APPROVED)
            return replace(copy, state=State.CANCELLED, revoked=True)
        case Seal(by, ticket):
            _must_be(copy, event, State.APPROVED)
            return replace(copy, state=State.SEALED, holder=by, ticket=ticket)


def _approved(copy: Copy, by: str) -> Copy:
    _must_be(copy, Approve(by), State.REQUESTED)
    if by in copy.involved:
        raise Refused("custody.own_approval", person=by)
    if by in copy.approvers:
        raise Refused("custody.approved_before", person=by)
    approvers = copy.approvers | {by}
    enough = len(approvers) >= copy.needed
    return replace(copy, approvers=approvers, state=State.APPROVED if enough else State.REQUESTED)


def _passed(copy: Copy, event: Offer | Accept | Decline | Expire | HandOver) -> Copy:
    """Return a copy on its way from hand to hand."""
    match event:
        case Offer(giver, receiver, staff, until, statement):
            _may_offer(copy, event)
            _may_receive(copy, receiver, staff=staff)
            return replace(copy, offer=PendingOffer(giver=giver, receiver=receiver, until=until, statement=statement))
        case HandOver(giver, receiver, staff, place):
            _may_offer(copy, event)
            return _held(copy, receiver, staff=staff, place=place)
        case Accept(by, staff, at, place):
            offer = _pending(copy, event)
            if by != offer.receiver:
                raise Refused("custody.offer_not_yours", person=by)
            if at >= offer.until:
                raise Refused("custody.offer_over", until=offer.until)
            return _held(copy, by, staff=staff, place=place)
        case Decline(by):
            offer = _pending(copy, event)
            if by not in {offer.giver, offer.receiver}:
                raise Refused("custody.offer_not_yours", person=by)
            return replace(copy, offer=None)
        case Expire(at):
            offer = _pending(copy, event)
            if at < offer.until:
                raise Refused("custody.offer_stands", until=offer.until)
            return replace(copy, offer=None)


def _pending(copy: Copy, event: Accept | Decline | Expire) -> PendingOffer:
    _must_be(copy, event, *_LIVE, *_KEPT)
    if copy.offer is None:
        raise Refused("custody.no_offer")
    return copy.offer


def _may_offer(copy: Copy, event: Offer | HandOver) -> None:
    _must_be(copy, event, *_LIVE, *_KEPT)
    if event.giver != copy.holder:
        raise Refused("custody.not_the_holder", person=event.giver)
    if event.receiver == event.giver:
        raise Refused("custody.two_signatures", person=event.giver)
    if copy.offer is not None:
        raise Refused("custody.offer_pending", until=copy.offer.until)


def _may_receive(copy: Copy, receiver: str, *, staff: bool) -> None:
    if not staff and receiver not in copy.named:
        raise Refused("custody.not_named", person=receiver)
    if not staff and (copy.state in _KEPT or copy.seal_broken):
        raise Refused("custody.to_staff_alone", person=receiver)


def _held(copy: Copy, receiver: str, *, staff: bool, place: str) -> Copy:
    """Return a copy in its receiver's hands: it leaves with whom it was approved for, and comes back with anybody else."""
    _may_receive(copy, receiver, staff=staff)
    named, state = receiver in copy.named, copy.state
    if state is State.SEALED and named:
        state = State.OUT
    elif state in {State.OUT, State.OPENED} and not named:
        state = State.RETURNED
    return replace(copy, state=state, holder=receiver, where=place, offer=None)


def _used(copy: Copy, event: BreakSeal | Clear | Open) -> Copy:
    match event:
        case BreakSeal(by):
            return _broken(copy, by)
        case Clear(first, second):
            _must_be(copy, event, *_LIVE)
            _two_apart(copy, first, second)
            return replace(copy, seal_broken=False)
        case Open(at):
            return _opened(copy, at)


def _broken(copy: Copy, by: str) -> Copy:
    _must_be(copy, BreakSeal(by), *_LIVE)
    if by not in {copy.holder, copy.offer.receiver if copy.offer else copy.holder}:
        raise Refused("custody.not_the_holder", person=by)
    return replace(copy, seal_broken=True, offer=None)


def _opened(copy: Copy, at: datetime | None) -> Copy:
    _must_be(copy, Open(at), State.OUT, State.OPENED)
    if at is not None:
        _may_open(copy, at)
    return replace(copy, state=State.OPENED, opens=copy.opens + 1)


def _may_open(copy: Copy, at: datetime) -> None:
    if copy.seal_broken:
        raise Refused("custody.seal_is_broken")
    if copy.not_before is not None and at < copy.not_before:
        raise Refused("custodian.too_early", opens_at=copy.not_before)
    if copy.not_after is not None and at > copy.not_after:
        raise Refused("custodian.too_late", closed_at=copy.not_after)
    if copy.place and copy.where != copy.place:
        raise Refused("custody.other_place", place=copy.place)


def _ended(copy: Copy, event: Erase | Close | Lose | WriteOff | Find) -> Copy:
    match event:
        case Erase():
            return _erased(copy, event)
        case Close():
            return _closed(copy)
        case Lose():
            _must_be(copy, event, *_LIVE, *_KEPT, State.ERASED)
            return replace(copy, state=State.LOST, revoked=True, offer=None)
        case WriteOff(first, second):
            _must_be(copy, event, State.LOST)
            _two_apart(copy, first, second)
            return replace(copy, state=State.CLOSED_LOST)
        case Find():
            return _found(copy, event)


def _erased(copy: Copy, event: Erase) -> Copy:
    _must_be(copy, event, *_LIVE, *_KEPT, State.ERASED)
    if event.by != copy.holder:
        raise Refused("custody.not_the_holder", person=event.by)
    if event.witness == event.by:
        raise Refused("custody.two_signatures", person=event.by)
    return replace(copy, state=State.ERASED, revoked=True, offer=None, proven=event.proven)


def _closed(copy: Copy) -> Copy:
    _must_be(copy, Close(), State.ERASED)
    if not copy.proven:
        raise Refused("custody.erasing_not_seen")
    return replace(copy, state=State.CLOSED, holder=None)


def _found(copy: Copy, event: Find) -> Copy:
    _must_be(copy, event, State.LOST, State.CLOSED_LOST)
    if event.by is not None and not event.staff:
        raise Refused("custody.not_staff", person=event.by)
    return replace(copy, state=State.FOUND, holder=event.by or copy.holder, proven=False)


def _two_apart(copy: Copy, first: str, second: str) -> None:
    """Refuse a decision of one person, or of somebody who has a part in the copy."""
    for person in (first, second):
        if person in copy.involved:
            raise Refused("custody.own_approval", person=person)
    if first == second:
        raise Refused("custody.two_signatures", person=first)


def _must_be(copy: Copy, event: Event, *states: State) -> None:
    if copy.state not in states:
        raise Refused("custody.not_now", command=_COMMANDS[type(event)], state=Said(f"cli.state.{copy.state}"))
