"""Releases: asked for, approved by persons, recorded, and only then given.

A share leaves after the commit of its release is durable and its checkpoint signed; :meth:`Release.share` refuses before.
Where the office has witnesses, it leaves after the quorum of them cosigned a checkpoint over that leaf. While they do not
answer, the release is given and its share waits: whoever asks for the same again goes on from there, without a second leaf.
Each opening is a new release, and an approval counts for one request and fifteen minutes. A request that a caller holds
may be old, so what is decided is decided over the one in the database. An approval that was taken is not trusted when it
is counted: its signature is verified again, and the caller is asked again whose it is and whether that person still may.
"""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TypeAlias

import rfc8785

from sekisho.clock import to_text
from sekisho.codes import CHALLENGE_BYTES
from sekisho.custodian import devices, tickets
from sekisho.custodian.answers import GIVEN
from sekisho.custodian.documents import device_id, device_of, read_document
from sekisho.custodian.kek import Kek
from sekisho.custodian.policy import APPROVALS_LAST, Limits, decide, must_be_live, must_be_open
from sekisho.custodian.tickets import ReleaseRequest, Ticket, share_of, short_hash
from sekisho.domain import namespace
from sekisho.errors import NoKey, Refused, SekishoError, Unreadable
from sekisho.ledger import store as ledger_store
from sekisho.ledger.cosigning import Cosigning
from sekisho.ledger.entry import Value, parse
from sekisho.ledger.quorum import NOBODY
from sekisho.ledger.writer import Ledger, Transaction
from sekisho.signing.keys import PublicKey
from sekisho.signing.sshsig import verify
from sekisho.sql import Connection

APPROVAL = namespace("release")
VOICE, LOCAL, ONLINE, RELAY = "voice", "local", "online", "relay"

PersonOf: TypeAlias = Callable[[PublicKey], str | None]
"""Names the person whose approval with a key counts now, or nobody: two keys of one person are one approval."""


class Releases:
    """Takes requests and approvals, gives releases."""

    def __init__(self, connection: Connection, ledger: Ledger, kek: Kek, cosigning: Cosigning | None = None) -> None:
        """Take what releases are made of; without ``cosigning`` no witness is waited for."""
        self._connection = connection
        self._ledger = ledger
        self._kek = kek
        self._cosigning = cosigning or Cosigning(ledger, NOBODY)

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
        if known is None:
            waits = tickets.uncosigned_of(tx.connection, ticket.tid, route=route)
            known = next((number for number, shown in waits if route == LOCAL or shown == challenge), None)
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

    def take(
        self, tx: Transaction, ticket: Ticket, *, route: str, asked: bytes, signature: bytes | None, limits: Limits
    ) -> ReleaseRequest:
        """Take down a request that came over a network or a relay; the same bytes again are the same request.

        Args:
            tx: the transaction.
            ticket: what is to be opened.
            route: ``online`` or ``relay``.
            asked: the request document, or the bytes of a QR code.
            signature: the device's under a document, already verified.
            limits: how many new ones there may be.

        Raises:
            Refused: there were too many.
        """
        digest = hashlib.sha256(asked).digest()
        known = tickets.find_asked(tx.connection, ticket.tid, digest)
        if known is not None:
            return known
        since = tx.at - limits.window
        if (
            tickets.count_asked(tx.connection, since=since, tid=ticket.tid) >= limits.a_ticket
            or tickets.count_asked(tx.connection, since=since) >= limits.in_all
        ):
            raise Refused("custodian.too_many_requests")
        number = tickets.add_request(
            tx.connection, tid=ticket.tid, route=route, challenge=digest, at=tx.at, asked=asked, signature=signature
        )
        fields: dict[str, Value] = {"ticket": short_hash(ticket.tid), "request": number, "route": route}
        fields["asked"] = digest.hex()
        if signature is not None:
            device = read_document(asked).device
            devices.see(tx.connection, device, at=tx.at)
            fields["device"] = device_id(device)
        tx.append("release.requested", copy=ticket.cid.hex(), fields=fields)
        return tickets.get_request(tx.connection, number)

    def find(self, ticket: Ticket, asked: bytes) -> ReleaseRequest | None:
        """Return the request that these bytes made before, answered or not."""
        return tickets.find_asked(self._connection, ticket.tid, hashlib.sha256(asked).digest())

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
        return _statement(request, self.ticket(request))

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

    def give(
        self, tx: Transaction, request: ReleaseRequest, person_of: PersonOf, *, acknowledged: bool = False
    ) -> "Release":
        """Record a release if it may be given; its share is to be had from what is returned, after the commit.

        Args:
            tx: the transaction.
            request: what is answered.
            person_of: names the person whose approval counts.
            acknowledged: the purpose was read back to whoever opens; a document says so itself.

        Raises:
            NotFound: there is no such request.
            NoKey: what stands there as an approval is none.
            Refused: says why.
            Missing, Unreadable, MediumError: the share cannot be had, so no release of it is recorded.
        """
        request = tickets.get_request(tx.connection, request.id)
        ticket = tickets.get(tx.connection, request.tid)
        if request.given_at:
            return self._going_on(tx, request, ticket)
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
        fields: dict[str, Value] = {
            "ticket": short_hash(ticket.tid),
            "request": request.id,
            "route": request.route,
            "by": sorted(approved.values()),
        }
        index = tx.append(GIVEN, copy=ticket.cid.hex(), fields=fields | _said_by(request, acknowledged=acknowledged))
        if self._cosigning.quorum.witnesses:
            tickets.add_uncosigned(tx.connection, request.id, index=index)
        return Release(self._ledger, self._kek, self._cosigning, ticket, request.id, index)

    def waits_for_witnesses(self, request: ReleaseRequest) -> bool:
        """Tell whether a release is recorded and only its cosignatures are missing: it needs no approval any more."""
        return tickets.uncosigned(self._connection, request.id) is not None

    def proofs(self, given: Sequence["Release"]) -> list[str]:
        """Return the proofs of releases whose shares were had, under one checkpoint that the quorum cosigned.

        Raises:
            Refused, LedgerBroken: as :meth:`Cosigning.cover`.
        """
        indices = [release.index for release in given]
        return self._ledger.proofs(indices, self._cosigning.cover(max(indices)).size)

    def _going_on(self, tx: Transaction, request: ReleaseRequest, ticket: Ticket) -> "Release":
        """Return a release that was recorded and whose share never left."""
        index = tickets.uncosigned(tx.connection, request.id)
        if index is None:
            raise Refused("custodian.answered", number=request.id)
        must_be_live(ticket.state)
        must_be_open(ticket.policy, tx.at)
        share_of(ticket, self._kek)
        return Release(self._ledger, self._kek, self._cosigning, ticket, request.id, index, goes_on=True)

    def shares(self, given: Sequence["Release"]) -> list["bytes | SekishoError"]:
        """Return the shares of several releases, or why one cannot be had, under one holding of the ledger's lock.

        Raises:
            RuntimeError: the leaf of one is not durable and signed, or its transaction was rolled back.
        """
        size = self._ledger.checkpoint().size
        for release in given:
            release.must_be_recorded(size)
        try:
            self._cosigning.cover(max((release.index for release in given), default=0))
        except SekishoError as error:
            return [error for _ in given]
        with self._ledger.transaction() as tx:
            return [self._share(tx, release) for release in given]

    def _share(self, tx: Transaction, release: "Release") -> "bytes | SekishoError":
        try:
            return release.live_share(tx)
        except SekishoError as error:
            return error

    def _counted(self, request: ReleaseRequest, person_of: PersonOf, *, now: datetime) -> dict[str, str]:
        ticket = self.ticket(request)
        statement = _statement(request, ticket)
        signatures = tickets.approvals(self._connection, request.id, since=now - APPROVALS_LAST)
        keys = [_signer(request, statement, key, signature) for key, signature in signatures.items()]
        barred = ticket.policy.barred
        return {person: key.id for key in keys if key.id not in barred and (person := person_of(key)) is not None}


@dataclass(frozen=True, slots=True)
class Release:
    """A release whose leaf is part of the open transaction; its share may be taken once that is committed.

    Attributes:
        ticket: the ticket, as it was when the release was given.
        request: the number of the request that it answers.
        index: the leaf's place in the ledger.
        goes_on: it was recorded before, and its share waited for witnesses.
    """

    _ledger: Ledger = field(repr=False)
    _kek: Kek = field(repr=False)
    _cosigning: Cosigning = field(repr=False)
    ticket: Ticket
    request: int
    index: int
    goes_on: bool = False

    def share(self) -> bytes:
        """Return the share, under the ledger's lock: nobody suspends the copy or ends an epoch meanwhile.

        Raises:
            RuntimeError: the leaf is not durable and signed, or the transaction it was in was rolled back.
            Refused: too few witnesses cosigned; the same request again goes on from here.
            LedgerBroken: a witness has seen another history of this ledger.
            Refused: the copy was suspended or destroyed since.
            Missing, Unreadable, MediumError: the share cannot be had.
        """
        self.must_be_recorded(self._ledger.checkpoint().size)
        self._cosigning.cover(self.index)
        with self._ledger.transaction() as tx:
            return self.live_share(tx)

    @property
    def leaf(self) -> bytes:
        """The bytes of the leaf that records it, or of whatever stands in its place."""
        return ledger_store.body(self._ledger.connection, self.index) or b""

    def must_be_recorded(self, size: int) -> None:
        """Refuse where the signed ledger, of ``size``, has no such release: its place may be another's by then.

        Raises:
            RuntimeError: just that.
        """
        if size > self.index:
            entry = parse(self.leaf, index=self.index)
            if entry.type == GIVEN and entry.fields["request"] == self.request:
                return
        raise RuntimeError("a share leaves only after its leaf is durable and signed")

    def live_share(self, tx: Transaction) -> bytes:
        """Return the share if its ticket still lives; whoever calls saw that the release is recorded and cosigned."""
        ticket = tickets.get(tx.connection, self.ticket.tid)
        must_be_live(ticket.state)
        share = share_of(ticket, self._kek)
        if not tickets.end_uncosigned(tx.connection, self.request) and self._waited:
            raise Refused("custodian.answered", number=self.request)
        return share

    @property
    def _waited(self) -> bool:
        """Whether its share waited for witnesses: then it leaves once, however many asked for it meanwhile."""
        return self.goes_on or bool(self._cosigning.quorum.witnesses)


def _statement(request: ReleaseRequest, ticket: Ticket) -> bytes:
    """Write what an approver signs; of bytes that came in it holds the digest."""
    statement: dict[str, str | int] = {
        "v": 1,
        "type": "release",
        "copy": ticket.cid.hex(),
        "ticket": short_hash(request.tid),
        "request": request.id,
        "route": request.route,
        "challenge": request.challenge.hex(),
        "asked_at": to_text(request.asked_at),
    }
    if request.asked is not None:
        statement["asked"] = hashlib.sha256(request.asked).hexdigest()
    return rfc8785.dumps(statement)


def _signer(request: ReleaseRequest, statement: bytes, key: str, signature: str) -> PublicKey:
    try:
        signer = verify(signature, statement, namespace=APPROVAL)
    except (NoKey, Unreadable):
        raise NoKey("custodian.forged_approval", number=request.id) from None
    if signer.id != key:
        raise NoKey("custodian.forged_approval", number=request.id)
    return signer


def _said_by(request: ReleaseRequest, *, acknowledged: bool) -> dict[str, Value]:
    """Return what a leaf says of the bytes that came in, of the device that signed them, and of what was read back."""
    said: dict[str, Value] = {"acknowledged": 1} if acknowledged or request.signature is not None else {}
    if request.asked is not None:
        said["asked"] = hashlib.sha256(request.asked).hexdigest()
        if request.signature is not None:
            said["device"] = device_of(request.asked)
    return said
