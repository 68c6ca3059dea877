"""Escrow: a share split among sealed envelopes, for the night on which the desk cannot be reached. Off unless asked for.

An envelope is a surviving copy of a piece of the key, which no destruction here reaches. So every envelope has its row and
its leaf before its words leave, until two persons have seen it destroyed; while enough of them are left to open the copy,
nothing may be said that denies it. Combining envelopes here counts as a release and obeys the same policy. Enough holders
who collude combine theirs with any SLIP-39 program, without a leaf: that is what an escrow costs.
"""

import hashlib
import hmac
import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from sekisho.custodian import slip39, tickets
from sekisho.custodian.kek import Kek
from sekisho.custodian.policy import decide, must_be_live
from sekisho.custodian.tickets import Ticket, share_of, short_hash
from sekisho.domain import DOMAIN
from sekisho.errors import NoKey, NotFound, Refused
from sekisho.ledger.writer import Ledger, Transaction

SCHEMA_2 = """
CREATE TABLE escrow (
    id         INTEGER PRIMARY KEY,
    cid        BLOB NOT NULL,
    tid        BLOB NOT NULL REFERENCES ticket (tid),
    threshold  INTEGER NOT NULL CHECK (threshold >= 2),
    known_by   BLOB NOT NULL
) STRICT;
CREATE INDEX escrow_of_copy ON escrow (cid);

CREATE TABLE envelope (
    escrow     INTEGER NOT NULL REFERENCES escrow (id),
    number     INTEGER NOT NULL CHECK (number > 0),
    holder     TEXT NOT NULL,
    state      TEXT NOT NULL CHECK (state IN ('sealed', 'opened', 'voided')),
    PRIMARY KEY (escrow, number)
) STRICT;
"""
"""The second migration: escrows and their envelopes; ``known_by`` tells a share that was combined, and gives none away."""

MADE, RELEASED, VOIDED = "escrow.made", "escrow.released", "escrow.voided"
ESCROW = "escrow"
"""The route of a release by envelopes."""

_CHECK_SIZE = 8


class EnvelopeState(StrEnum):
    """sealed → opened → voided: one that was opened is still a piece of the key until it is destroyed."""

    SEALED = "sealed"
    OPENED = "opened"
    VOIDED = "voided"


@dataclass(frozen=True, slots=True, kw_only=True)
class Envelope:
    """One piece, and who keeps it: a person's id, or the ``age1…`` to which it was encrypted."""

    number: int
    holder: str
    state: EnvelopeState


@dataclass(frozen=True, slots=True, kw_only=True)
class Escrow:
    """The envelopes of a copy.

    Attributes:
        id: its number.
        cid: the copy.
        tid: the ticket whose share is in them.
        threshold: how many open it.
        envelopes: all that were made.
        known_by: check value of the share.
    """

    id: int
    cid: bytes
    tid: bytes
    threshold: int
    envelopes: tuple[Envelope, ...]
    known_by: bytes

    @property
    def left(self) -> int:
        """How many were not seen destroyed."""
        return sum(each.state is not EnvelopeState.VOIDED for each in self.envelopes)

    @property
    def is_live(self) -> bool:
        """Whether enough are left to open the copy."""
        return self.left >= self.threshold


class Escrows:
    """Makes, opens and voids escrows."""

    def __init__(self, connection: sqlite3.Connection, ledger: Ledger, kek: Kek) -> None:
        self._connection = connection
        self._ledger = ledger
        self._kek = kek

    def make(
        self, tx: Transaction, cid: bytes, *, threshold: int, holders: Sequence[str], keys: Iterable[str]
    ) -> "Made":
        """Record an escrow; the words of its envelopes are to be had from what is returned, after the commit.

        Raises:
            NotFound: there is no such copy.
            Refused: the copy does not live, has an escrow, the numbers or holders do not go, or fewer than two decide.
            Missing: the library that splits is not installed.
            Missing, Unreadable, MediumError: the share cannot be had.
        """
        slip39.require()
        ticket, *more = tickets.of_copy(tx.connection, cid)
        must_be_live(ticket.state)
        if more or len(set(holders)) != len(holders) or not 2 <= threshold <= len(holders) <= slip39.MOST:
            raise Refused("custodian.escrow_numbers", threshold=threshold, count=len(holders), most=slip39.MOST)
        if threshold < ticket.policy.approvals:
            raise Refused("custodian.escrow_too_easy", threshold=threshold, need=ticket.policy.approvals)
        by = sorted(set(keys))
        if len(by) < 2:
            raise Refused("custodian.keys_missing", have=len(by), need=2)
        if any(escrow.is_live for escrow in of_copy(tx.connection, cid)):
            raise Refused("custodian.escrow_exists")
        known_by = _known_by(share_of(ticket, self._kek), ticket.tid)
        escrow = _insert(tx.connection, ticket, threshold, holders, known_by)
        index = tx.append(
            MADE,
            copy=cid.hex(),
            fields={
                "escrow": escrow.id,
                "ticket": short_hash(ticket.tid),
                "threshold": threshold,
                "envelopes": len(holders),
                "by": by,
            },
            details={"holders": " ".join(holders)},
        )
        return Made(self._ledger, self._kek, escrow, index)

    def void(self, tx: Transaction, escrow: Escrow, numbers: Iterable[int], *, keys: Iterable[str]) -> Escrow:
        """Record that envelopes were destroyed before witnesses; again changes nothing.

        Raises:
            NotFound: there is no such envelope.
            Refused: fewer than two witnesses.
        """
        by = sorted(set(keys))
        if len(by) < 2:
            raise Refused("custodian.keys_missing", have=len(by), need=2)
        escrow = get(tx.connection, escrow.id)
        known = {each.number: each for each in escrow.envelopes}
        for number in sorted(set(numbers)):
            if number not in known:
                raise NotFound("custodian.no_envelope", number=number)
            if known[number].state is EnvelopeState.VOIDED:
                continue
            _set_state(tx.connection, escrow.id, number, EnvelopeState.VOIDED)
            escrow = get(tx.connection, escrow.id)
            tx.append(
                VOIDED,
                copy=escrow.cid.hex(),
                fields={"escrow": escrow.id, "envelope": number, "left": escrow.left, "by": by},
            )
        return escrow

    def open(self, tx: Transaction, cid: bytes, lines: Sequence[str]) -> "Opened":
        """Record a release by envelopes, if a release may be given; the share is to be had after the commit.

        Who holds so many envelopes is as many persons as it takes to approve a release.

        Raises:
            NotFound: there is no such copy, or it has no escrow.
            NoKey: the words do not give this copy's share.
            Refused: the copy's state, window or count does not allow it, or an envelope was seen destroyed.
        """
        ticket, *_ = tickets.of_copy(tx.connection, cid)
        numbers = sorted({slip39.number_of(line) for line in lines})
        share = slip39.combine(lines)
        escrow = self._fitting(tx.connection, cid, share)
        voided = {each.number for each in escrow.envelopes if each.state is EnvelopeState.VOIDED}
        if voided & set(numbers):
            raise Refused("custodian.envelope_voided", number=min(voided & set(numbers)))
        decide(
            ticket.policy,
            number=escrow.id,
            state=ticket.state,
            opens=ticket.opens,
            approvals=len(numbers),
            now=tx.at,
        )
        tickets.count_open(tx.connection, ticket.tid)
        return Opened(self._ledger, ticket, share, self._released(tx, escrow, numbers, outside=False))

    def report_opened(self, tx: Transaction, escrow: Escrow, numbers: Sequence[int]) -> None:
        """Record that envelopes were combined while nobody could ask here: a release, whatever is true of the copy now.

        Raises:
            NotFound: there is no such envelope.
            Refused: fewer than it takes.
        """
        escrow = get(tx.connection, escrow.id)
        for number in numbers:
            if number not in {each.number for each in escrow.envelopes}:
                raise NotFound("custodian.no_envelope", number=number)
        if len(set(numbers)) < escrow.threshold:
            raise Refused("custodian.envelopes_too_few", have=len(set(numbers)), need=escrow.threshold)
        ticket = tickets.get(tx.connection, escrow.tid)
        if ticket.opens < ticket.policy.max_opens:
            tickets.count_open(tx.connection, ticket.tid)
        self._released(tx, escrow, sorted(set(numbers)), outside=True)

    def _released(self, tx: Transaction, escrow: Escrow, numbers: Sequence[int], *, outside: bool) -> int:
        for number in numbers:
            _set_state(tx.connection, escrow.id, number, EnvelopeState.OPENED)
        return tx.append(
            RELEASED,
            copy=escrow.cid.hex(),
            fields={
                "escrow": escrow.id,
                "ticket": short_hash(escrow.tid),
                "envelopes": list(numbers),
                "route": ESCROW,
                "outside": int(outside),
            },
        )

    def _fitting(self, connection: sqlite3.Connection, cid: bytes, share: bytes) -> Escrow:
        escrows = of_copy(connection, cid)
        if not escrows:
            raise NotFound("custodian.no_escrow")
        for escrow in escrows:
            if hmac.compare_digest(_known_by(share, escrow.tid), escrow.known_by):
                return escrow
        raise NoKey("custodian.envelopes_do_not_fit")


@dataclass(frozen=True, slots=True)
class Made:
    """An escrow whose leaf is part of the open transaction; its words may be taken once that is committed."""

    _ledger: Ledger = field(repr=False)
    _kek: Kek = field(repr=False)
    escrow: Escrow
    index: int

    def lines(self) -> list[str]:
        """Return the words of each envelope, in order; each call makes others, and they must not be mixed.

        Raises:
            RuntimeError: the leaf is not durable and signed.
            Refused: the copy was stopped or destroyed since.
            Missing, Unreadable, MediumError: the share cannot be had.
        """
        _must_be_recorded(self._ledger, self.index, MADE, self.escrow.id)
        with self._ledger.transaction() as tx:
            ticket = tickets.get(tx.connection, self.escrow.tid)
            must_be_live(ticket.state)
            share = share_of(ticket, self._kek)
        return slip39.split(share, threshold=self.escrow.threshold, count=len(self.escrow.envelopes))


@dataclass(frozen=True, slots=True)
class Opened:
    """A release by envelopes whose leaf is part of the open transaction."""

    _ledger: Ledger = field(repr=False)
    ticket: Ticket
    _share: bytes = field(repr=False)
    index: int

    def share(self) -> bytes:
        """Return the share, under the ledger's lock.

        Raises:
            RuntimeError: the leaf is not durable and signed.
            Refused: the copy was stopped or destroyed since.
        """
        _must_be_recorded(self._ledger, self.index, RELEASED, None)
        with self._ledger.transaction() as tx:
            must_be_live(tickets.get(tx.connection, self.ticket.tid).state)
        return self._share


def get(connection: sqlite3.Connection, number: int) -> Escrow:
    """Return an escrow."""
    row = connection.execute("SELECT id, cid, tid, threshold, known_by FROM escrow WHERE id = ?", (number,)).fetchone()
    envelopes = connection.execute(
        "SELECT number, holder, state FROM envelope WHERE escrow = ? ORDER BY number", (number,)
    ).fetchall()
    escrow, cid, tid, threshold, known_by = row
    return Escrow(
        id=escrow,
        cid=bytes(cid),
        tid=bytes(tid),
        threshold=threshold,
        envelopes=tuple(Envelope(number=n, holder=h, state=EnvelopeState(s)) for n, h, s in envelopes),
        known_by=bytes(known_by),
    )


def of_copy(connection: sqlite3.Connection, cid: bytes) -> list[Escrow]:
    """Return the escrows of a copy, oldest first."""
    rows = connection.execute("SELECT id FROM escrow WHERE cid = ? ORDER BY id", (cid,)).fetchall()
    return [get(connection, number) for (number,) in rows]


def _insert(
    connection: sqlite3.Connection, ticket: Ticket, threshold: int, holders: Sequence[str], known_by: bytes
) -> Escrow:
    (number,) = connection.execute(
        "INSERT INTO escrow (cid, tid, threshold, known_by) VALUES (?, ?, ?, ?) RETURNING id",
        (ticket.cid, ticket.tid, threshold, known_by),
    ).fetchone()
    for place, holder in enumerate(holders, 1):
        connection.execute(
            "INSERT INTO envelope (escrow, number, holder, state) VALUES (?, ?, ?, 'sealed')", (number, place, holder)
        )
    return get(connection, number)


def _set_state(connection: sqlite3.Connection, escrow: int, number: int, state: EnvelopeState) -> None:
    connection.execute(
        "UPDATE envelope SET state = ? WHERE escrow = ? AND number = ? AND state != 'voided'",
        (state.value, escrow, number),
    )


def _known_by(share: bytes, tid: bytes) -> bytes:
    """Return what a share is told by; like the check value in the capsule's header, and no more of a help to a guesser."""
    label = f"{DOMAIN}/escrow".encode() + b"\0" + tid
    return hmac.digest(share, label, hashlib.sha256)[:_CHECK_SIZE]


def _must_be_recorded(ledger: Ledger, index: int, event: str, escrow: int | None) -> None:
    """Demand that the signed ledger has the leaf; where it was rolled back, its place may be another's."""
    if ledger.checkpoint().size > index:
        entry = next(iter(ledger.entries(index)))
        if entry.type == event and escrow in {None, entry.fields["escrow"]}:
            return
    raise RuntimeError("a share leaves only after its leaf is durable and signed")
