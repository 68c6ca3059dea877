"""Work that has to be done after a commit: queued in the transaction of the event that asks for it, done at least once.

A worker claims the oldest job that is due under a lease, does it, and says so; one that is killed leaves a lease that runs out,
and another does the job again. So whatever a job does bears the job's key, by which whoever receives it twice can tell. No two
workers hold one key at a time: a claim is one statement in a write transaction of SQLite, and skips what another has locked on
PostgreSQL (``FOR UPDATE SKIP LOCKED``); who does a job ends before its lease does. What fails is tried again, each time twice as
long after; what has failed too often is dead, and shown until somebody looks.

A row of ``heartbeat`` says when each kind of worker was at work last.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import msgspec

from sekisho.clock import from_text, to_text
from sekisho.sql import Connection, ServerConnection, immediate

SCHEMA_3 = """
CREATE TABLE job (
    id          INTEGER PRIMARY KEY,
    kind        TEXT NOT NULL,
    key         TEXT NOT NULL UNIQUE,
    payload     TEXT NOT NULL,
    due         TEXT NOT NULL,
    owner       TEXT,
    lease_until TEXT,
    tries       INTEGER NOT NULL,
    fault       TEXT,
    done_at     TEXT,
    dead_at     TEXT
) STRICT;

CREATE INDEX job_waiting ON job (due, id) WHERE done_at IS NULL AND dead_at IS NULL;

CREATE TABLE heartbeat (
    kind TEXT PRIMARY KEY,
    at   TEXT NOT NULL
) STRICT;
"""
"""The third migration: what is to be sent, and who looked when."""

LEASE = timedelta(minutes=5)
"""How long a claim holds: longer than any sender may take (:data:`sekisho.custody.senders.wire.MOST_SECONDS`)."""

ANNOUNCE = "announce"
"""The kind of job that tells another program what became of an incident; no alarm, and done by another worker."""

MOST_TRIES = 12
"""After how many a job is dead: with the waits between them, after about five hours."""

_FIRST_WAIT, _LONGEST_WAIT = timedelta(seconds=30), timedelta(hours=1)
_COLUMNS = "id, kind, key, payload, due, tries, fault"
_FREE = "done_at IS NULL AND dead_at IS NULL AND (lease_until IS NULL OR lease_until <= ?)"
_WAITING = f"{_FREE} AND due <= ?"


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """A job as claimed or shown.

    Attributes:
        id: its number.
        kind: which worker does it.
        key: tells it from every other, for ever.
        payload: what it is about: ids.
        due: not before.
        tries: how often it was claimed.
        fault: the code of what went wrong last; empty for nothing.
    """

    id: int
    kind: str
    key: str
    payload: Mapping[str, str | int]
    due: datetime
    tries: int
    fault: str


def enqueue(connection: Connection, kind: str, *, key: str, payload: Mapping[str, str | int], due: datetime) -> None:
    """Queue a job inside the caller's transaction; one whose key was queued before is the same job."""
    row = (kind, key, msgspec.json.encode(payload).decode(), to_text(due))
    connection.execute(
        "INSERT INTO job (kind, key, payload, due, tries) VALUES (?, ?, ?, ?, 0) ON CONFLICT (key) DO NOTHING", row
    )


def claim(
    connection: Connection, *, worker: str, now: datetime, without: Collection[str] = (), only: str = ""
) -> Job | None:
    """Claim the oldest job that is due and that nobody holds; None where there is none.

    Args:
        connection: on which no transaction is open.
        worker: who claims it; no two that run at the same time may have one name.
        now: the time.
        without: kinds that are left alone.
        only: the one kind that is wanted, where not every one is.
    """
    server = isinstance(connection, ServerConnection)
    _end_hopeless(connection, now)
    moment, left_alone = to_text(now), sorted(without)
    wanted = f"{_WAITING} AND waiting.kind NOT IN ({', '.join('?' * len(left_alone))})" if left_alone else _WAITING
    if only:
        wanted, left_alone = f"{wanted} AND waiting.kind = ?", [*left_alone, only]
    locked = "FOR UPDATE SKIP LOCKED" if server else ""
    statement = (
        "UPDATE job SET owner = ?, lease_until = ?, tries = tries + 1 WHERE id ="  # noqa: S608 - words of our own
        f" (SELECT waiting.id FROM job AS waiting WHERE {wanted} ORDER BY waiting.due, waiting.id LIMIT 1 {locked})"
        f" RETURNING {_COLUMNS}"
    )
    parameters = (worker, to_text(now + LEASE), moment, moment, *left_alone)
    if server:
        row = connection.execute(statement, parameters).fetchone()
    else:
        with immediate(connection):
            row = connection.execute(statement, parameters).fetchone()
    return None if row is None else _job(row)


def finish(connection: Connection, job: Job, *, worker: str, now: datetime) -> bool:
    """Say that a job is done; false where its lease ran out and somebody else holds it by now."""
    return _settle(connection, job, worker, "done_at = ?, fault = NULL", [to_text(now)])


def fail(connection: Connection, job: Job, *, worker: str, now: datetime, fault: str, final: bool = False) -> bool:
    """Say that a job came to nothing; return whether it is dead.

    Args:
        connection: on which no transaction is open.
        job: the job as claimed.
        worker: who claimed it.
        now: the time.
        fault: the code of what went wrong; no words, for they may name somebody.
        final: whether trying again is of no use.
    """
    dead = final or job.tries >= MOST_TRIES
    if dead:
        _settle(connection, job, worker, "fault = ?, dead_at = ?", [fault, to_text(now)])
    else:
        again = now + min(_FIRST_WAIT * 2 ** (job.tries - 1), _LONGEST_WAIT)
        _settle(connection, job, worker, "fault = ?, due = ?", [fault, to_text(again)])
    return dead


def waiting(connection: Connection) -> list[Job]:
    """Return every job that is neither done nor dead, oldest first."""
    return _select(connection, "done_at IS NULL AND dead_at IS NULL")


def dead(connection: Connection) -> list[Job]:
    """Return every dead job that nobody has looked at, oldest first."""
    return _select(connection, "done_at IS NULL AND dead_at IS NOT NULL")


def bury(connection: Connection, job: Job, *, now: datetime) -> None:
    """Show a dead job no more: somebody has looked at it."""
    connection.execute("UPDATE job SET done_at = ? WHERE id = ? AND dead_at IS NOT NULL", (to_text(now), job.id))


def beat(connection: Connection, kind: str, now: datetime) -> None:
    """Note that a kind of worker is at work, inside the caller's transaction or by itself."""
    connection.execute(
        "INSERT INTO heartbeat (kind, at) VALUES (?, ?) ON CONFLICT (kind) DO UPDATE SET at = excluded.at",
        (kind, to_text(now)),
    )


def last_beat(connection: Connection, kind: str) -> datetime | None:
    """Return when a kind of worker was at work last."""
    row = connection.execute("SELECT at FROM heartbeat WHERE kind = ?", (kind,)).fetchone()
    return None if row is None else from_text(row[0])


def _settle(connection: Connection, job: Job, worker: str, change: str, values: Sequence[str]) -> bool:
    """Change a job that is still held; a claim is told from a later one of the same worker by its number of tries."""
    cursor = connection.execute(
        f"UPDATE job SET {change}, owner = NULL, lease_until = NULL"  # noqa: S608 - words of our own
        " WHERE id = ? AND owner = ? AND tries = ? AND done_at IS NULL",
        (*values, job.id, worker, job.tries),
    )
    return cursor.rowcount == 1


def _end_hopeless(connection: Connection, now: datetime) -> None:
    """Let die what was claimed too often by who was killed over it, so that none was left to say that it failed."""
    hopeless = f"{_FREE} AND tries >= {MOST_TRIES}"
    if connection.execute(f"SELECT 1 FROM job WHERE {hopeless} LIMIT 1", (to_text(now),)).fetchone():  # noqa: S608 - words of our own
        statement = f"UPDATE job SET dead_at = ?, fault = 'killed', owner = NULL, lease_until = NULL WHERE {hopeless}"  # noqa: S608 - likewise
        connection.execute(statement, (to_text(now), to_text(now)))


def _select(connection: Connection, condition: str) -> list[Job]:
    rows = connection.execute(f"SELECT {_COLUMNS} FROM job WHERE {condition} ORDER BY due, id").fetchall()  # noqa: S608 - words of our own
    return [_job(row) for row in rows]


def _job(row: Sequence[str | int]) -> Job:
    number, kind, key, payload, due, tries, fault = row
    return Job(
        id=int(number),
        kind=str(kind),
        key=str(key),
        payload=msgspec.json.decode(str(payload), type=dict[str, str | int]),
        due=from_text(str(due)),
        tries=int(tries),
        fault=str(fault or ""),
    )
