"""The custodian: issues tickets, brings them to life, suspends them. It holds shares and evidence, never a payload.

Every change of a ticket and its leaf in the ledger are one commit. Giving a share out is in
:mod:`sekisho.custodian.releases`, destroying it in :mod:`sekisho.custodian.destruction`.
"""

import hashlib
import os
import sqlite3
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from sekisho.custodian import factor, tickets
from sekisho.custodian.epochs import begin_epoch
from sekisho.custodian.kek import Kek
from sekisho.custodian.policy import Policy, TicketState
from sekisho.custodian.tickets import Ticket, short_hash
from sekisho.errors import NotFound, Refused
from sekisho.ledger.writer import Ledger, Transaction

_ID_SIZE = 16
_SHARE_SIZE = 16
_SHORT_SIZE = 2
_DRAWS = 1000


@dataclass(frozen=True, slots=True)
class Issued:
    """A new ticket, with its share in the sealer's memory for as long as sealing takes."""

    cid: bytes
    tid: bytes
    kid: bytes
    share: bytes = field(repr=False)


class Custodian:
    """The office's key service, in this process."""

    def __init__(
        self,
        connection: sqlite3.Connection,
        ledger: Ledger,
        kek: Kek,
        *,
        randomness: Callable[[int], bytes] = os.urandom,
    ) -> None:
        """Take a database that has :data:`sekisho.custodian.tickets.SCHEMA` and the ledger on the same connection."""
        self._connection = connection
        self._ledger = ledger
        self._kek = kek
        self._randomness = randomness

    @property
    def kid(self) -> bytes:
        """What capsules call this custodian: the first eight bytes of its log key's SHA-256."""
        return hashlib.sha256(self._ledger.key.public).digest()[:8]

    def prepare(self, tx: Transaction) -> None:
        """Begin the first epoch before a share needs it, so that an office learns at once whether its keys can be made.

        Raises:
            Missing, NoKey, MediumError, Refused: they cannot.
        """
        self.epoch(tx)

    def issue(self, tx: Transaction, policy: Policy, recipient: str) -> Issued:
        """Make the ticket of a new copy; its share is durable, wrapped, when the transaction commits.

        Raises:
            Refused: so many copies are out that no number is left to say on the telephone.
            Missing, Unreadable, MediumError: the key-encryption key cannot be had.
        """
        epoch = self.epoch(tx)
        cid, tid, share = self._fresh_cid(), self._randomness(_ID_SIZE), self._randomness(_SHARE_SIZE)
        ticket = Ticket(
            tid=tid,
            cid=cid,
            recipient=recipient,
            state=TicketState.ISSUED,
            epoch=epoch,
            wrapped=self._kek.wrap(epoch, share, tid),
            opens=0,
            issued_at=tx.at,
            policy=policy,
            header=None,
            lost=False,
        )
        tickets.insert(tx.connection, ticket)
        tx.append("ticket.issued", copy=cid.hex(), fields={"ticket": short_hash(tid), "epoch": epoch})
        return Issued(cid, tid, self.kid, share)

    def commit(self, tx: Transaction, cid: bytes, *, header: bytes) -> None:
        """Bring a copy's tickets to life: its capsule is written, only its name is missing.

        Args:
            tx: the transaction in which the caller records the capsule's digests.
            cid: the copy.
            header: SHA-256 of the capsule's header.

        Raises:
            NotFound: there is no such copy.
            Refused: it was committed before, or destroyed.
        """
        if any(ticket.state is not TicketState.ISSUED for ticket in tickets.of_copy(tx.connection, cid)):
            raise Refused("custodian.not_issued")
        tickets.commit_header(tx.connection, cid, header)
        tickets.set_state(tx.connection, cid, TicketState.LIVE)

    def tickets(self, cid: bytes) -> list[Ticket]:
        """Return a copy's tickets.

        Raises:
            NotFound: there is no such copy.
        """
        return tickets.of_copy(self._connection, cid)

    def ticket_for(self, challenge: bytes) -> Ticket:
        """Return the ticket that a challenge read over the telephone means.

        Raises:
            NotFound: none that could be released.
        """
        found = tickets.with_short_id(self._connection, challenge[:_SHORT_SIZE])
        if not found:
            raise NotFound("custodian.no_such_challenge")
        return found[0]

    def suspend(self, tx: Transaction, cid: bytes, *, lost: bool = False) -> None:
        """Stop every release of a copy, from this commit on; for a copy reported lost, for good.

        Raises:
            NotFound: there is no such copy.
            Refused: the copy was never finished, or its share is destroyed.
        """
        states = {ticket.state for ticket in tickets.of_copy(tx.connection, cid)}
        if TicketState.ISSUED in states:
            raise Refused("custodian.not_live")
        if states == {TicketState.DESTROYED}:
            raise Refused("custodian.destroyed")
        tickets.set_state(tx.connection, cid, TicketState.SUSPENDED)
        if lost:
            tickets.mark_lost(tx.connection, cid)
        tx.append("ticket.suspended", copy=cid.hex(), fields={"lost": int(lost)})

    def lift(self, tx: Transaction, cid: bytes, *, keys: Iterable[str]) -> None:
        """Lift a suspension by two persons; never that of a copy reported lost.

        Raises:
            NotFound: there is no such copy.
            Refused: fewer than two, not suspended, or lost.
        """
        by = sorted(set(keys))
        for ticket in tickets.of_copy(tx.connection, cid):
            if ticket.lost:
                raise Refused("custodian.lost_stays_shut")
            if ticket.state is not TicketState.SUSPENDED:
                raise Refused("custodian.not_suspended")
        if len(by) < 2:
            raise Refused("custodian.keys_missing", have=len(by), need=2)
        tickets.set_state(tx.connection, cid, TicketState.LIVE)
        factor.forget_wrong(tx.connection, cid)
        tx.append("ticket.lifted", copy=cid.hex(), fields={"by": by})

    def epoch(self, tx: Transaction) -> int:
        """Return the newest epoch; begin one where there is none, or where its key is gone and no share needs it.

        The latter is an office restored on a new disk: no backup holds its keys, and it must be able to seal again.
        """
        epoch = tickets.current_epoch(tx.connection)
        if epoch == 0 or not (self._kek.has(epoch) or tickets.wrapped_shares(tx.connection)):
            epoch += 1
            begin_epoch(tx, epoch, self._kek)
        return epoch

    def _fresh_cid(self) -> bytes:
        """Draw an id whose first two bytes, which are said on the telephone, no copy with a share has."""
        for _ in range(_DRAWS):
            cid = self._randomness(_ID_SIZE)
            if not tickets.with_short_id(self._connection, cid[:_SHORT_SIZE]):
                return cid
        raise Refused("custodian.no_number_free")
