"""The custodian's tables: tickets, requests for a release, approvals of them, epochs, and what is being destroyed.

Plain SQL on a connection somebody else opened; every function runs inside the caller's transaction, so that a change and
its leaf are one commit. A share is only ever stored wrapped, and a destroyed ticket has none.
"""

import contextlib
import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sekisho.clock import from_text, to_text
from sekisho.custodian.kek import Kek
from sekisho.custodian.policy import Policy, TicketState
from sekisho.errors import NotFound, Refused, Unreadable
from sekisho.sql import Connection

SCHEMA = """
CREATE TABLE epoch (
    number     INTEGER PRIMARY KEY CHECK (number > 0)
) STRICT;

CREATE TABLE ticket (
    tid        BLOB PRIMARY KEY CHECK (length(tid) = 16),
    cid        BLOB NOT NULL CHECK (length(cid) = 16),
    recipient  TEXT NOT NULL,
    state      TEXT NOT NULL CHECK (state IN ('issued', 'live', 'suspended', 'destroyed')),
    epoch      INTEGER REFERENCES epoch (number),
    wrapped    BLOB,
    opens      INTEGER NOT NULL DEFAULT 0,
    issued_at  TEXT NOT NULL,
    not_before TEXT NOT NULL,
    not_after  TEXT NOT NULL,
    max_opens  INTEGER NOT NULL,
    approvals  INTEGER NOT NULL,
    barred     TEXT NOT NULL,
    header     BLOB,
    lost       INTEGER NOT NULL DEFAULT 0,
    CHECK ((state = 'destroyed') = (wrapped IS NULL)),
    CHECK (opens BETWEEN 0 AND max_opens)
) STRICT;
CREATE INDEX ticket_of_copy ON ticket (cid);

CREATE TABLE release_request (
    id         INTEGER PRIMARY KEY,
    tid        BLOB NOT NULL REFERENCES ticket (tid),
    route      TEXT NOT NULL CHECK (route IN ('local', 'voice')),
    challenge  BLOB NOT NULL,
    asked_at   TEXT NOT NULL,
    given_at   TEXT
) STRICT;

CREATE TABLE release_approval (
    request    INTEGER NOT NULL REFERENCES release_request (id),
    key        TEXT NOT NULL,
    signature  TEXT NOT NULL,
    at         TEXT NOT NULL,
    PRIMARY KEY (request, key)
) STRICT;

CREATE TABLE destruction (
    cid        BLOB PRIMARY KEY,
    reason     TEXT NOT NULL,
    keys       TEXT NOT NULL
) STRICT;
"""

SCHEMA_2 = """
CREATE TABLE release_request_2 (
    id         INTEGER PRIMARY KEY,
    tid        BLOB NOT NULL REFERENCES ticket (tid),
    route      TEXT NOT NULL CHECK (route IN ('local', 'voice', 'relay', 'online')),
    challenge  BLOB NOT NULL,
    asked_at   TEXT NOT NULL,
    given_at   TEXT,
    asked      BLOB,
    signature  BLOB
) STRICT;
INSERT INTO release_request_2 (id, tid, route, challenge, asked_at, given_at)
    SELECT id, tid, route, challenge, asked_at, given_at FROM release_request;
CREATE TABLE release_approval_2 (
    request    INTEGER NOT NULL REFERENCES release_request_2 (id),
    key        TEXT NOT NULL,
    signature  TEXT NOT NULL,
    at         TEXT NOT NULL,
    PRIMARY KEY (request, key)
) STRICT;
INSERT INTO release_approval_2 SELECT request, key, signature, at FROM release_approval;
DROP TABLE release_approval;
DROP TABLE release_request;
ALTER TABLE release_request_2 RENAME TO release_request;
ALTER TABLE release_approval_2 RENAME TO release_approval;
CREATE INDEX request_of_ticket ON release_request (tid, challenge);
CREATE INDEX request_by_time ON release_request (asked_at, tid) WHERE asked IS NOT NULL;
CREATE TABLE release_uncosigned (
    request    INTEGER PRIMARY KEY REFERENCES release_request (id),
    idx        INTEGER NOT NULL
) STRICT;
"""
"""The second migration: requests that come over a network or a relay, with the bytes that their device signed."""

SCHEMA_2_EXPIRY = """
ALTER TABLE ticket ADD COLUMN expires_at TEXT NOT NULL DEFAULT '1000-01-01T00:00:00Z';
UPDATE ticket SET expires_at = not_after;

CREATE TABLE rotation (
    epoch      INTEGER PRIMARY KEY,
    keys       TEXT NOT NULL
) STRICT;

CREATE TABLE pool (
    number     INTEGER PRIMARY KEY,
    station    TEXT NOT NULL,
    expires_at TEXT NOT NULL
) STRICT;

CREATE TABLE pool_ticket (
    cid        BLOB PRIMARY KEY CHECK (length(cid) = 16),
    pool       INTEGER NOT NULL REFERENCES pool (number)
) STRICT;
"""
"""The second migration: when a share is destroyed by itself, epochs to be left behind, tickets issued to a station.

A ticket of before is kept until its window closes: what it was due for, only custody knows.
"""

_TICKET = """SELECT tid, cid, recipient, state, epoch, wrapped, opens, issued_at, not_before, not_after, max_opens,
approvals, barred, header, lost, expires_at FROM ticket"""
_REQUEST = "SELECT id, tid, route, challenge, asked_at, given_at, asked, signature FROM release_request"


@dataclass(frozen=True, slots=True, kw_only=True)
class Ticket:
    """One recipient's ticket for one copy.

    Attributes:
        tid: its id.
        cid: the copy's id.
        recipient: the ``age1…`` text sealed to.
        state: where it stands.
        epoch: which key-encryption key wraps its share, or did until it was destroyed.
        wrapped: the wrapped share; none once destroyed.
        opens: releases given.
        issued_at: when it was made.
        policy: when, how often and by whom it may be opened.
        header: SHA-256 of the capsule's header; none until it is committed.
        lost: the copy was reported lost, so that no suspension of it is ever lifted.
    """

    tid: bytes
    cid: bytes
    recipient: str
    state: TicketState
    epoch: int | None
    wrapped: bytes | None = field(repr=False)
    opens: int
    issued_at: datetime
    policy: Policy
    header: bytes | None
    lost: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ReleaseRequest:
    """Somebody wants a copy opened.

    Attributes:
        id: its number at the desk.
        tid: the ticket.
        route: ``local`` (this machine), ``voice`` (48 digits), ``online``, or ``relay`` (a file or a QR code).
        challenge: what the opener showed: two bytes of the copy's id and a nonce of four; or the SHA-256 of ``asked``.
        asked_at: when.
        given_at: when the release was given, if it was.
        asked: the bytes that came over a network or a relay, if any did.
        signature: its device's signature over a document; none under the bytes of a QR code.
    """

    id: int
    tid: bytes
    route: str
    challenge: bytes
    asked_at: datetime
    given_at: datetime | None
    asked: bytes | None = None
    signature: bytes | None = None


def short_hash(tid: bytes) -> str:
    """Return what leaves call a ticket: a hash, so that the log does not point into a capsule's header."""
    return hashlib.sha256(tid).hexdigest()[:16]


def share_of(ticket: Ticket, kek: Kek) -> bytes:
    """Return a ticket's share.

    Raises:
        Refused: it is destroyed.
        Missing: the key of its epoch is not here.
        Unreadable: it is damaged.
    """
    if ticket.wrapped is None or ticket.epoch is None:
        raise Refused("custodian.destroyed")
    return kek.unwrap(ticket.epoch, ticket.wrapped, ticket.tid)


def insert(connection: Connection, ticket: Ticket) -> None:
    """Store a new ticket."""
    policy = ticket.policy
    connection.execute(
        "INSERT INTO ticket (tid, cid, recipient, state, epoch, wrapped, issued_at, not_before, not_after, max_opens,"
        " approvals, barred, expires_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            ticket.tid, ticket.cid, ticket.recipient, ticket.state.value, ticket.epoch, ticket.wrapped,
            to_text(ticket.issued_at), to_text(policy.not_before), to_text(policy.not_after), policy.max_opens,
            policy.approvals, " ".join(sorted(policy.barred)), to_text(policy.expires_at),
        ),
    )  # fmt: skip


def get(connection: Connection, tid: bytes) -> Ticket:
    """Return a ticket.

    Raises:
        NotFound: there is none of this id.
        Unreadable: it is damaged.
    """
    row = connection.execute(f"{_TICKET} WHERE tid = ?", (tid,)).fetchone()
    if row is None:
        raise NotFound("custodian.no_ticket")
    return _ticket(row)


def of_copy(connection: Connection, cid: bytes) -> list[Ticket]:
    """Return a copy's tickets.

    Raises:
        NotFound: there is no such copy.
        Unreadable: one of them is damaged.
    """
    rows = connection.execute(f"{_TICKET} WHERE cid = ? ORDER BY tid", (cid,)).fetchall()
    if not rows:
        raise NotFound("custodian.no_ticket")
    return [_ticket(row) for row in rows]


def with_short_id(connection: Connection, short: bytes) -> list[Ticket]:
    """Return the tickets, not yet destroyed, whose copy's id begins with two bytes of a challenge.

    Raises:
        Unreadable: one of them is damaged.
    """
    select = f"{_TICKET} WHERE state != 'destroyed' AND substr(cid, 1, 2) = ? ORDER BY tid"
    return [_ticket(row) for row in connection.execute(select, (short,)).fetchall()]


def uncommitted(connection: Connection, *, before: datetime) -> list[bytes]:
    """Return the copies whose tickets were issued here before a time and never came to life.

    Those of a pool wait at a station for as long as the pool says.
    """
    select = """SELECT DISTINCT cid FROM ticket WHERE state = 'issued' AND issued_at < ?
    AND cid NOT IN (SELECT cid FROM pool_ticket) ORDER BY cid"""
    return [cid for (cid,) in connection.execute(select, (to_text(before),)).fetchall()]


def expired(connection: Connection, *, now: datetime) -> list[bytes]:
    """Return the copies whose shares live although their time is over."""
    select = "SELECT DISTINCT cid FROM ticket WHERE state != 'destroyed' AND expires_at < ? ORDER BY cid"
    return [cid for (cid,) in connection.execute(select, (to_text(now),)).fetchall()]


def expiring(connection: Connection) -> list[tuple[bytes, str, datetime]]:
    """Return copy, state and time of every share that lives, the first to expire first.

    Raises:
        Unreadable: a time is damaged.
    """
    select = (
        "SELECT cid, state, min(expires_at) FROM ticket WHERE state != 'destroyed' GROUP BY cid, state ORDER BY 3, 1"
    )
    with _intact():
        return [(cid, state, from_text(at)) for cid, state, at in connection.execute(select).fetchall()]


def set_policy(connection: Connection, cid: bytes, policy: Policy, *, recipient: str) -> None:
    """Give a copy's tickets, issued before anybody knew for what, the recipient and policy of what they were used for."""
    connection.execute(
        "UPDATE ticket SET recipient = ?, not_before = ?, not_after = ?, max_opens = ?, approvals = ?, barred = ?,"
        " expires_at = ? WHERE cid = ?",
        (
            recipient, to_text(policy.not_before), to_text(policy.not_after), policy.max_opens, policy.approvals,
            " ".join(sorted(policy.barred)), to_text(policy.expires_at), cid,
        ),
    )  # fmt: skip


def wrapped_shares(connection: Connection) -> list[tuple[bytes, int, bytes]]:
    """Return ticket, epoch and wrapped share of every share that lives, whatever else is wrong with its ticket."""
    select = "SELECT tid, epoch, wrapped FROM ticket WHERE state != 'destroyed' ORDER BY tid"
    return connection.execute(select).fetchall()


def set_state(connection: Connection, cid: bytes, state: TicketState) -> None:
    """Change the state of a copy's tickets that are not destroyed; destroying goes by :func:`drop_share`."""
    connection.execute("UPDATE ticket SET state = ? WHERE cid = ? AND state != 'destroyed'", (state.value, cid))


def mark_lost(connection: Connection, cid: bytes) -> None:
    """Remember that a copy was reported lost."""
    connection.execute("UPDATE ticket SET lost = 1 WHERE cid = ?", (cid,))


def commit_header(connection: Connection, cid: bytes, header: bytes) -> None:
    """Record the capsule that a copy's tickets belong to."""
    connection.execute("UPDATE ticket SET header = ? WHERE cid = ?", (header, cid))


def drop_shares(connection: Connection, cid: bytes) -> bool:
    """Destroy a copy's tickets: from here on there is nothing to release. False if that was done before.

    Raises:
        NotFound: there is no such copy.
    """
    if connection.execute("SELECT 1 FROM ticket WHERE cid = ?", (cid,)).fetchone() is None:
        raise NotFound("custodian.no_ticket")
    update = "UPDATE ticket SET state = 'destroyed', wrapped = NULL WHERE cid = ? AND state != 'destroyed'"
    return connection.execute(update, (cid,)).rowcount > 0


def rewrap(connection: Connection, tid: bytes, *, epoch: int, wrapped: bytes) -> None:
    """Replace a ticket's wrapped share by one of a newer epoch."""
    connection.execute("UPDATE ticket SET epoch = ?, wrapped = ? WHERE tid = ?", (epoch, wrapped, tid))


def count_open(connection: Connection, tid: bytes) -> None:
    """Count a release."""
    connection.execute("UPDATE ticket SET opens = opens + 1 WHERE tid = ?", (tid,))


def current_epoch(connection: Connection) -> int:
    """Return the newest epoch, 0 if there is none."""
    (number,) = connection.execute("SELECT coalesce(max(number), 0) FROM epoch").fetchone()
    return int(number)


def add_epoch(connection: Connection, number: int) -> None:
    """Begin an epoch."""
    connection.execute("INSERT INTO epoch (number) VALUES (?)", (number,))


def add_request(
    connection: Connection,
    *,
    tid: bytes,
    route: str,
    challenge: bytes,
    at: datetime,
    asked: bytes | None = None,
    signature: bytes | None = None,
) -> int:
    """Store a request for a release and return its number."""
    row = connection.execute(
        "INSERT INTO release_request (tid, route, challenge, asked_at, asked, signature) VALUES (?, ?, ?, ?, ?, ?)"
        " RETURNING id",
        (tid, route, challenge, to_text(at), asked, signature),
    ).fetchone()
    return int(row[0])


def get_request(connection: Connection, request_id: int) -> ReleaseRequest:
    """Return a request for a release.

    Raises:
        NotFound: there is none of this number.
        Unreadable: it is damaged.
    """
    row = connection.execute(f"{_REQUEST} WHERE id = ?", (request_id,)).fetchone()
    if row is None:
        raise NotFound("custodian.no_request", number=request_id)
    return _request(row)


def waiting(connection: Connection, *, since: datetime) -> list[ReleaseRequest]:
    """Return the requests since a time that are not answered and could be, oldest first.

    Raises:
        Unreadable: one of them is damaged.
    """
    live = "tid IN (SELECT tid FROM ticket WHERE state = 'live')"
    select = f"{_REQUEST} WHERE given_at IS NULL AND asked_at >= ? AND {live} ORDER BY id"
    return [_request(row) for row in connection.execute(select, (to_text(since),)).fetchall()]


def find_request(connection: Connection, tid: bytes, challenge: bytes) -> int | None:
    """Return the number of the request that this challenge made before, if it is not answered."""
    row = connection.execute(
        "SELECT id FROM release_request WHERE tid = ? AND challenge = ? AND given_at IS NULL", (tid, challenge)
    ).fetchone()
    return None if row is None else int(row[0])


def signed_requests(connection: Connection, cid: bytes) -> list[tuple[int, bytes, bytes]]:
    """Return number, document and signature of every request for a copy that a device signed, in order."""
    rows = connection.execute(
        "SELECT id, asked, signature FROM release_request JOIN ticket USING (tid)"
        " WHERE cid = ? AND asked IS NOT NULL AND signature IS NOT NULL ORDER BY id",
        (cid,),
    ).fetchall()
    return [(number, bytes(asked), bytes(signature)) for number, asked, signature in rows]


def add_uncosigned(connection: Connection, request_id: int, *, index: int) -> None:
    """Remember that a release is recorded, and that its share waits for witnesses."""
    connection.execute("INSERT INTO release_uncosigned (request, idx) VALUES (?, ?)", (request_id, index))


def uncosigned(connection: Connection, request_id: int) -> int | None:
    """Return the leaf of a release whose share waits for witnesses; none where it does not."""
    row = connection.execute("SELECT idx FROM release_uncosigned WHERE request = ?", (request_id,)).fetchone()
    return None if row is None else int(row[0])


def uncosigned_of(connection: Connection, tid: bytes, *, route: str) -> list[tuple[int, bytes]]:
    """Return number and challenge of the requests for a ticket on one way whose shares wait for witnesses, oldest first."""
    select = (
        "SELECT id, challenge FROM release_request JOIN release_uncosigned ON request = id WHERE tid = ? AND route = ?"
    )
    return list(connection.execute(f"{select} ORDER BY id", (tid, route)).fetchall())


def end_uncosigned(connection: Connection, request_id: int) -> bool:
    """Forget that a share waits: it leaves now, or never will. False if it waited no more."""
    return connection.execute("DELETE FROM release_uncosigned WHERE request = ?", (request_id,)).rowcount > 0


def find_asked(connection: Connection, tid: bytes, digest: bytes) -> ReleaseRequest | None:
    """Return the request that came with bytes of this SHA-256, answered or not.

    Raises:
        Unreadable: it is damaged.
    """
    select = f"{_REQUEST} WHERE tid = ? AND challenge = ? AND asked IS NOT NULL"
    row = connection.execute(select, (tid, digest)).fetchone()
    return None if row is None else _request(row)


def count_asked(connection: Connection, *, since: datetime, tid: bytes | None = None) -> int:
    """Return how many requests came over a network or a relay since a time, for one ticket or in all."""
    select = "SELECT count(*) FROM release_request WHERE asked_at >= ? AND tid = coalesce(?, tid) AND asked IS NOT NULL"
    (count,) = connection.execute(select, (to_text(since), tid)).fetchone()
    return int(count)


def mark_given(connection: Connection, request_id: int, at: datetime) -> None:
    """Record that a request was answered by a release."""
    connection.execute("UPDATE release_request SET given_at = ? WHERE id = ?", (to_text(at), request_id))


def add_approval(connection: Connection, request_id: int, *, key: str, signature: str, at: datetime) -> None:
    """Store an approval; a person who approves again renews it."""
    connection.execute(
        "INSERT INTO release_approval (request, key, signature, at) VALUES (?, ?, ?, ?)"
        " ON CONFLICT (request, key) DO UPDATE SET signature = excluded.signature, at = excluded.at",
        (request_id, key, signature, to_text(at)),
    )


def approvals(connection: Connection, request_id: int, *, since: datetime) -> dict[str, str]:
    """Return the approvals of a request since a time, as they were stored: key → signature."""
    select = "SELECT key, signature FROM release_approval WHERE request = ? AND at >= ? ORDER BY key"
    return dict(connection.execute(select, (request_id, to_text(since))).fetchall())


def add_destruction(connection: Connection, cid: bytes, *, reason: str, keys: list[str]) -> None:
    """Remember that a copy's shares are being destroyed, until it is done."""
    connection.execute(
        "INSERT INTO destruction (cid, reason, keys) VALUES (?, ?, ?) ON CONFLICT DO NOTHING",
        (cid, reason, " ".join(keys)),
    )


def destructions(connection: Connection) -> list[tuple[bytes, str, list[str]]]:
    """Return copy, reason and keys of every destruction that is not finished."""
    rows = connection.execute("SELECT cid, reason, keys FROM destruction ORDER BY cid").fetchall()
    return [(cid, reason, keys.split()) for cid, reason, keys in rows]


def add_rotation(connection: Connection, *, epoch: int, keys: list[str]) -> None:
    """Remember that an epoch is to be left behind, until it is."""
    connection.execute(
        "INSERT INTO rotation (epoch, keys) VALUES (?, ?) ON CONFLICT DO NOTHING", (epoch, " ".join(keys))
    )


def rotations(connection: Connection) -> list[tuple[int, list[str]]]:
    """Return epoch and keys of every rotation that is not finished."""
    rows = connection.execute("SELECT epoch, keys FROM rotation ORDER BY epoch").fetchall()
    return [(epoch, keys.split()) for epoch, keys in rows]


def end_rotation(connection: Connection, epoch: int) -> None:
    """Forget a rotation that is finished."""
    connection.execute("DELETE FROM rotation WHERE epoch = ?", (epoch,))


def separates(connection: Connection, epoch: int) -> bool:
    """Tell whether every share that lives is wrapped in an epoch, and none that is to be left behind was, or is it."""
    select = """
        SELECT 1 FROM ticket WHERE state != 'destroyed' AND epoch != ?1
        UNION ALL SELECT 1 FROM destruction LEFT JOIN ticket USING (cid) WHERE coalesce(epoch, ?1) >= ?1
        UNION ALL SELECT 1 FROM rotation WHERE epoch >= ?1
    """  # an epoch that nobody knows may be this one
    return connection.execute(select, (epoch,)).fetchone() is None


def end_destruction(connection: Connection, cid: bytes) -> None:
    """Forget a destruction that is finished."""
    connection.execute("DELETE FROM destruction WHERE cid = ?", (cid,))


def _ticket(row: tuple[Any, ...]) -> Ticket:
    (tid, cid, recipient, state, epoch, wrapped, opens, issued_at, not_before, not_after, max_opens, approvals_needed,
     barred, header, lost, expires_at) = row  # fmt: skip
    with _intact():
        policy = Policy(
            not_before=from_text(not_before), not_after=from_text(not_after), max_opens=max_opens,
            approvals=approvals_needed, barred=frozenset(barred.split()),
            kept_until=from_text(expires_at) if expires_at != not_after else None,
        )  # fmt: skip
        return Ticket(
            tid=tid, cid=cid, recipient=recipient, state=TicketState(state), epoch=epoch, wrapped=wrapped, opens=opens,
            issued_at=from_text(issued_at), policy=policy, header=header, lost=bool(lost),
        )  # fmt: skip


def _request(row: tuple[Any, ...]) -> ReleaseRequest:
    number, tid, route, challenge, asked_at, given_at, asked, signature = row
    with _intact():
        return ReleaseRequest(
            id=number, tid=tid, route=route, challenge=challenge,
            asked_at=from_text(asked_at), given_at=from_text(given_at) if given_at else None,
            asked=asked, signature=signature,
        )  # fmt: skip


@contextlib.contextmanager
def _intact() -> Iterator[None]:
    """Say of a row what is wrong with it; the types of its columns are the table's to keep (STRICT)."""
    try:
        yield
    except ValueError:
        raise Unreadable("custodian.damaged_ticket") from None
