"""Whether a release may be given: a pure decision over the ticket, its policy and the time.

The decision knows no signature and no role; whoever asks has just checked those and counted persons. It is asked inside
the transaction that then writes the release, so that two requests at once cannot both be the last.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from sekisho.errors import Refused

APPROVALS_LAST = timedelta(minutes=15)
"""How long an approval of a release counts: long enough for a call back, too short to be kept in a drawer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """How many new requests may come over a network or a relay; each one costs a leaf, and an approver's attention.

    Attributes:
        window: in which they are counted.
        a_ticket: for one ticket.
        in_all: for all tickets together.
    """

    window: timedelta = APPROVALS_LAST
    a_ticket: int = 10
    in_all: int = 500


class TicketState(StrEnum):
    """issued → live ⇄ suspended → destroyed."""

    ISSUED = "issued"
    LIVE = "live"
    SUSPENDED = "suspended"
    DESTROYED = "destroyed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """When, how often and by whom a copy may be opened.

    Attributes:
        not_before: earliest opening.
        not_after: latest opening.
        max_opens: how many releases may be given.
        approvals: how many persons approve each release.
        barred: keys that may not approve: of who asked for the copy, carries and receives it.
        kept_until: until when the share is kept although the window has closed; none: it goes with the window.
    """

    not_before: datetime
    not_after: datetime
    max_opens: int
    approvals: int
    barred: frozenset[str]
    kept_until: datetime | None = None

    @property
    def expires_at(self) -> datetime:
        """After this the share is destroyed by whatever runs next; never while the window is open."""
        return max(self.not_after, self.kept_until or self.not_after)


def decide(policy: Policy, *, number: int, state: TicketState, opens: int, approvals: int, now: datetime) -> None:
    """Allow a release by returning, or refuse it.

    Args:
        policy: the copy's policy.
        number: of the request, for the words.
        state: where its ticket stands.
        opens: releases given before.
        approvals: persons who approved this release in the last fifteen minutes.
        now: the time, never before the ledger's last entry.

    Raises:
        Refused: says why; the strongest reason first.
    """
    must_be_live(state)
    if now < policy.not_before:
        raise Refused("custodian.too_early", opens_at=policy.not_before)
    if now > policy.not_after:
        raise Refused("custodian.too_late", closed_at=policy.not_after)
    must_have_an_opening_left(policy, opens)
    if approvals < policy.approvals:
        raise Refused("custodian.approvals_missing", number=number, have=approvals, need=policy.approvals)


def must_have_an_opening_left(policy: Policy, opens: int) -> None:
    """Refuse a ticket that was released as often as it may be.

    Raises:
        Refused: it was.
    """
    if opens >= policy.max_opens:
        raise Refused("custodian.opened_out", opens=opens)


def must_be_live(state: TicketState) -> None:
    """Refuse a ticket that gives no release in the state it is in.

    Raises:
        Refused: says which state.
    """
    match state:
        case TicketState.ISSUED:
            raise Refused("custodian.issued")
        case TicketState.SUSPENDED:
            raise Refused("custodian.suspended")
        case TicketState.DESTROYED:
            raise Refused("custodian.destroyed")
        case TicketState.LIVE:
            return
