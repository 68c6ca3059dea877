"""Tickets issued ahead, for a station that seals without the custodian.

Their shares leave before there is a capsule, so what bounds them is told here: a leaf that is durable first, a day on which
those nobody used are destroyed, and a policy that opens nothing until a commit gives them their own.
"""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sekisho.clock import from_text, to_text
from sekisho.custodian import tickets
from sekisho.custodian.custodian import Custodian, Issued
from sekisho.custodian.policy import Policy, TicketState
from sekisho.custodian.tickets import short_hash
from sekisho.errors import NoKey, Refused
from sekisho.ledger.writer import Transaction
from sekisho.sql import Connection

MOST = 1000
"""How many tickets a pool holds at most: their short ids are said on the telephone, and there are 65,536 of them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pool:
    """Tickets for one station.

    Attributes:
        number: of the pool.
        station: SHA-256 of the recipient that it was encrypted to.
        expires_at: after this, what was not used is destroyed.
        waiting: how many tickets wait to be used.
        used: how many came to life.
        destroyed: how many were destroyed unused.
    """

    number: int
    station: str
    expires_at: datetime
    waiting: int
    used: int
    destroyed: int


def issue(
    custodian: Custodian,
    tx: Transaction,
    *,
    count: int,
    station: str,
    expires_at: datetime,
    approvals: int,
    keys: Iterable[str],
) -> tuple[Pool, list[Issued]]:
    """Issue the tickets of a pool; their shares may leave when the transaction has committed.

    Raises:
        Refused: fewer than two decide, none or too many tickets, or they would expire at once.
        Missing, Unreadable, MediumError: the key-encryption key cannot be had.
    """
    by = sorted(set(keys))
    if len(by) < 2:
        raise Refused("custodian.keys_missing", have=len(by), need=2)
    if not 1 <= count <= MOST or expires_at <= tx.at:
        raise Refused("custodian.impossible_pool", most=MOST)
    nothing = Policy(not_before=tx.at, not_after=expires_at, max_opens=0, approvals=approvals, barred=frozenset())
    name = hashlib.sha256(station.encode()).hexdigest()
    (number,) = tx.connection.execute(
        "INSERT INTO pool (station, expires_at) VALUES (?, ?) RETURNING number", (name, to_text(expires_at))
    ).fetchone()
    issued = []
    for _ in range(count):
        ticket = custodian.issue(tx, nothing, "")
        tx.connection.execute("INSERT INTO pool_ticket (cid, pool) VALUES (?, ?)", (ticket.cid, number))
        issued.append(ticket)
    tx.append(
        "pool.issued",
        fields={
            "pool": number,
            "station": name,
            "tickets": [short_hash(each.tid) for each in issued],
            "expires": to_text(expires_at),
            "by": by,
        },
    )
    return _get(tx.connection, number), issued


def adopt(custodian: Custodian, tx: Transaction, cid: bytes, policy: Policy, *, recipient: str, header: bytes) -> None:
    """Bring a ticket of a pool to life for the capsule that a station sealed with it.

    Raises:
        NoKey: it is no ticket of a pool here.
        Refused: it was used before, or has expired.
    """
    must_wait(tx.connection, cid, at=tx.at)
    tickets.set_policy(tx.connection, cid, policy, recipient=recipient)
    custodian.commit(tx, cid, header=header)


def must_wait(connection: Connection, cid: bytes, *, at: datetime) -> None:
    """Refuse what is no ticket of a pool that still waits to be used.

    Raises:
        NoKey, Refused: as :func:`adopt`.
    """
    if pool_of(connection, cid) is None:
        raise NoKey("custodian.foreign_ticket")
    (ticket,) = tickets.of_copy(connection, cid)
    if at > ticket.policy.expires_at:
        raise Refused("custodian.pool_expired", expired_at=ticket.policy.expires_at)
    if ticket.state is not TicketState.ISSUED:
        raise Refused("custodian.not_issued")


def pool_of(connection: Connection, cid: bytes) -> int | None:
    """Return the pool that a copy's ticket was issued in, if it was in one."""
    row = connection.execute("SELECT pool FROM pool_ticket WHERE cid = ?", (cid,)).fetchone()
    return None if row is None else int(row[0])


def all_of(connection: Connection) -> list[Pool]:
    """Return every pool, oldest first."""
    return [
        _get(connection, number)
        for (number,) in connection.execute("SELECT number FROM pool ORDER BY number").fetchall()
    ]


def _get(connection: Connection, number: int) -> Pool:
    station, expires_at = connection.execute(
        "SELECT station, expires_at FROM pool WHERE number = ?", (number,)
    ).fetchone()
    select = "SELECT state, header IS NULL FROM ticket JOIN pool_ticket USING (cid) WHERE pool = ?"
    standing = connection.execute(select, (number,)).fetchall()
    return Pool(
        number=number,
        station=station,
        expires_at=from_text(expires_at),
        waiting=sum(state == "issued" for state, _ in standing),
        used=sum(not unused for _, unused in standing),
        destroyed=sum(state == "destroyed" and bool(unused) for state, unused in standing),
    )
