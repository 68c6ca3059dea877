"""Releases: asked for, approved by persons, recorded, and only then given.

A share leaves after the commit of its release is durable and its checkpoint signed; :meth:`Release.share` refuses before.
Each opening is a new release, and an approval counts for one request and fifteen minutes. A request that a caller holds
may be old, so what is decided is decided over the one in the database. An approval that was taken is not trusted when it
is counted: its signature is verified again, and the caller is asked again whose it is and whether that person still may.
"""

import sqlite3
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import TypeAlias

import rfc8785

from sekisho.clock import to_text
from sekisho.codes import CHALLENGE_BYTES
from sekisho.custodian import tickets
from sekisho.custodian.kek import Kek
from sekisho.custodian.policy import APPROVALS_LAST, decide, must_be_live
from sekisho.custodian.tickets import ReleaseRequest, Ticket, share_of, short_hash
from sekisho.domain import namespace
from sekisho.errors import NoKey, Refused, Unreadable
from sekisho.ledger.writer import Ledger, Transaction
from sekisho.signing.keys import PublicKey
from sekisho.signing.sshsig import verify

APPROVAL = namespace("release")
GIVEN = "release.given"
VOICE, LOCAL = "voice", "local"

PersonOf: TypeAlias = Callable[[PublicKey], str | None]
"""Names the person whose approval with a key counts now, or nobody: two keys of one person are one approval."""


class Releases:
    """Takes requests and approvals, gives releases."""

    def __init__(self, connection: sqlite3.Connection, ledger: Ledger, kek: Kek) -> None:
        self._connection = connection
        self._ledger = ledger
        self._kek = kek

    def request(self, tx: Transaction, ticket: Ticket, *, route: str, challenge: bytes) -> ReleaseRequest:
        """Take down a request for a release; the same challenge again is the same request.

        On this machine nobody reads a challenge aloud, so whoever tries again while a request waits means that one: the
        approvers were told its number.

        Args:
            tx: the transaction.
            ticket: what is to be opened.
            route: ``local`` or ``voice``.
            challenge: six bytes that the opener showed.
        """
        if len(challenge) != CHALLENGE_BYTES:
            raise ValueError("a challenge is six bytes")
        known = tickets.find_request(tx.connection, ticket.tid, challenge)
        if known is None and route == LOCAL:
            waiting = tickets.waiting(tx.connection, since=tx.at - APPROVALS_LAST)
            known = next((each.id for each in waiting if (each.tid, each.route) == (ticket.tid, LOCAL)), None)
        if known is None:
            known = tickets.add_request(tx.connection, tid=ticket.tid, route=route, challenge=challenge, at=tx.at)
            tx.append(
                "release.requested",
                copy=ticket.cid.hex(),
                fields={"ticket": short_hash(ticket.tid), "request": known, "route": route},
            )
        return tickets.get_request(tx.connection, known)

    def get(self, number: int) -> ReleaseRequest:
        """Return a request by its number.

        Raises:
            NotFound: there is none.
        """
        return tickets.get_request(self._connection, number)

    def waiting(self) -> list[ReleaseRequest]:
        """Return the requests of the last fifteen minutes that wait for an answer, oldest first."""
        return tickets.waiting(self._connection, since=self._ledger.time() - APPROVALS_LAST)

    def ticket(self, request: ReleaseRequest) -> Ticket:
        """Return the ticket that a request is about."""
        return tickets.get(self._connection, request.tid)

    def statement(self, request: ReleaseRequest) -> bytes:
        """Return what an approver of a release signs (RFC 8785)."""
        return rfc8785.dumps(
            {
                "v": 1,
                "type": "release",
                "copy": self.ticket(request).cid.hex(),
                "ticket": short_hash(request.tid),
                "request": request.id,
                "route": request.route,
                "challenge": request.challenge.hex(),
                "asked_at": to_text(request.asked_at),
            }
        )

    def approve(self, tx: Transaction, request: ReleaseRequest, signature: str) -> PublicKey:
        """Take an approval; the caller made sure that the key's owner may approve.

        Raises:
            NotFound: there is no such request.
            NoKey: the signature does not fit the request.
            Refused: the approver asked for the copy, carries or receives it, or the request is answered.
        """
        request = tickets.get_request(tx.connection, request.id)
        key = verify(signature, self.statement(request), namespace=APPROVAL)
        ticket = tickets.get(tx.connection, request.tid)
        if request.given_at:
            raise Refused("custodian.answered", number=request.id)
        if key.id in ticket.policy.barred:
            raise Refused("custodian.barred_approver", key=key.id)
        tickets.add_approval(tx.connection, request.id, key=key.id, signature=signature, at=tx.at)
        tx.append("release.approved", copy=ticket.cid.hex(), fields={"request": request.id, "by": key.id})
        return key

    def approvals(self, request: ReleaseRequest, person_of: PersonOf) -> dict[str, str]:
        """Return whose approvals of a request count now: person → id of the key.

        Raises:
            NotFound: there is no such request.
            NoKey: what stands there as an approval is none.
        """
        return self._counted(tickets.get_request(self._connection, request.id), person_of, now=self._ledger.time())

    def give(self, tx: Transaction, request: ReleaseRequest, person_of: PersonOf) -> "Release":
        """Record a release if it may be given; its share is to be had from what is returned, after the commit.

        Raises:
            NotFound: there is no such request.
            NoKey: what stands there as an approval is none.
            Refused: says why.
            Missing, Unreadable, MediumError: the share cannot be had, so no release of it is recorded.
        """
        request = tickets.get_request(tx.connection, request.id)
        if request.given_at:
            raise Refused("custodian.answered", number=request.id)
        ticket = tickets.get(tx.connection, request.tid)
        approved = self._counted(request, person_of, now=tx.at)
        decide(
            ticket.policy,
            number=request.id,
            state=ticket.state,
            opens=ticket.opens,
            approvals=len(approved),
            now=tx.at,
        )
        share_of(ticket, self._kek)
        tickets.mark_given(tx.connection, request.id, tx.at)
        tickets.count_open(tx.connection, ticket.tid)
        index = tx.append(
            GIVEN,
            copy=ticket.cid.hex(),
            fields={
                "ticket": short_hash(ticket.tid),
                "request": request.id,
                "route": request.route,
                "by": sorted(approved.values()),
            },
        )
        return Release(self._ledger, self._kek, ticket, request.id, index)

    def _counted(self, request: ReleaseRequest, person_of: PersonOf, *, now: datetime) -> dict[str, str]:
        barred = self.ticket(request).policy.barred
        signatures = tickets.approvals(self._connection, request.id, since=now - APPROVALS_LAST)
        keys = [self._signer(request, key, signature) for key, signature in signatures.items()]
        return {person: key.id for key in keys if key.id not in barred and (person := person_of(key)) is not None}

    def _signer(self, request: ReleaseRequest, key: str, signature: str) -> PublicKey:
        try:
            signer = verify(signature, self.statement(request), namespace=APPROVAL)
        except (NoKey, Unreadable):
            raise NoKey("custodian.forged_approval", number=request.id) from None
        if signer.id != key:
            raise NoKey("custodian.forged_approval", number=request.id)
        return signer


@dataclass(frozen=True, slots=True)
class Release:
    """A release whose leaf is part of the open transaction; its share may be taken once that is committed.

    Attributes:
        ticket: the ticket, as it was when the release was given.
        request: the number of the request that it answers.
        index: the leaf's place in the ledger.
    """

    _ledger: Ledger = field(repr=False)
    _kek: Kek = field(repr=False)
    ticket: Ticket
    request: int
    index: int

    def share(self) -> bytes:
        """Return the share, under the ledger's lock: nobody suspends the copy or ends an epoch meanwhile.

        Raises:
            RuntimeError: the leaf is not durable and signed, or the transaction it was in was rolled back.
            Refused: the copy was suspended or destroyed since.
            Missing, Unreadable, MediumError: the share cannot be had.
        """
        if not self._is_recorded():
            raise RuntimeError("a share leaves only after its leaf is durable and signed")
        with self._ledger.transaction() as tx:
            ticket = tickets.get(tx.connection, self.ticket.tid)
            must_be_live(ticket.state)
            return share_of(ticket, self._kek)

    def _is_recorded(self) -> bool:
        """Tell whether the signed ledger has this release; where it was rolled back, its place may be another's."""
        if self._ledger.checkpoint().size <= self.index:
            return False
        entry = next(iter(self._ledger.entries(self.index)))
        return entry.type == GIVEN and entry.fields["request"] == self.request
