"""The tables of incidents: what a loss is about, its facts, what was computed, decided, drafted, published.

Plain SQL on a connection somebody else opened; writing happens inside the caller's transaction, so that a change and its
leaf are one commit. The value of a fact, a decision's reason and what a document says stand behind commitments of the ledger's
entries and are read from there; the rows here say which entry it is.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import TypeVar

import msgspec

from sekisho.clock import from_text, to_text
from sekisho.errors import NotFound, Unreadable
from sekisho.sql import Connection

SCHEMA_4 = """
CREATE TABLE incident (
    number INTEGER PRIMARY KEY,
    record TEXT NOT NULL
) STRICT;

CREATE TABLE incident_copy (
    incident INTEGER NOT NULL REFERENCES incident (number),
    slip     TEXT NOT NULL REFERENCES copy (slip),
    PRIMARY KEY (incident, slip)
) STRICT;

CREATE TABLE fact (
    incident   INTEGER NOT NULL REFERENCES incident (number),
    n          INTEGER NOT NULL,
    idx        INTEGER NOT NULL REFERENCES entry (idx),
    fact_key   TEXT NOT NULL,
    visibility INTEGER NOT NULL,
    source     TEXT NOT NULL,
    at         TEXT NOT NULL,
    supersedes INTEGER NOT NULL,
    PRIMARY KEY (incident, n)
) STRICT;

CREATE TABLE computation (
    incident INTEGER NOT NULL REFERENCES incident (number),
    run      INTEGER NOT NULL,
    facts    INTEGER NOT NULL,
    at       TEXT NOT NULL,
    record   TEXT NOT NULL,
    PRIMARY KEY (incident, run)
) STRICT;

CREATE TABLE incident_record (
    incident INTEGER NOT NULL REFERENCES incident (number),
    kind     TEXT NOT NULL,
    n        INTEGER NOT NULL,
    idx      INTEGER NOT NULL REFERENCES entry (idx),
    record   TEXT NOT NULL,
    PRIMARY KEY (incident, kind, n)
) STRICT;
"""
"""Of the fourth migration. ``incident_record`` holds decisions, assessments, documents, statements and lists, by kind."""

_Shape = TypeVar("_Shape", bound=msgspec.Struct)


class IncidentState(StrEnum):
    """Where an incident stands."""

    OPEN = "open"
    CLOSED = "closed"


class IncidentRecord(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An incident.

    Attributes:
        number: from 1.
        state: open until two persons close it.
        opened_at: when.
        plain: whether what was lost was no capsule, so that the index of people was made afterwards from source files.
        index_sha256: of the index made afterwards; empty where the copies' own are used.
    """

    number: int
    state: IncidentState
    opened_at: str
    plain: bool = False
    index_sha256: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class FactRow:
    """A fact as the database has it; its value stands behind the entry ``index``, who may hear it in ``loss.facts.fact``."""

    n: int
    index: int
    key: str
    visibility: int
    source: str
    at: datetime
    supersedes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ComputationRow:
    """A run of the law engine as the database has it; what came out stands behind an entry that ``record`` names."""

    run: int
    facts: int
    at: str
    record: str


def add_incident(connection: Connection, incident: IncidentRecord, slips: list[str]) -> None:
    """Store a new incident and the copies that it is about."""
    connection.execute("INSERT INTO incident (number, record) VALUES (?, ?)", (incident.number, _json(incident)))
    for slip in slips:
        add_slip(connection, incident.number, slip)


def add_slip(connection: Connection, number: int, slip: str) -> None:
    """Store that a copy belongs to an incident; saying so twice changes nothing."""
    connection.execute(
        "INSERT INTO incident_copy (incident, slip) VALUES (?, ?) ON CONFLICT (incident, slip) DO NOTHING",
        (number, slip),
    )


def update_incident(connection: Connection, incident: IncidentRecord) -> None:
    """Store what became of an incident."""
    connection.execute("UPDATE incident SET record = ? WHERE number = ?", (_json(incident), incident.number))


def incidents(connection: Connection) -> list[IncidentRecord]:
    """Return every incident, oldest first."""
    rows = connection.execute("SELECT record FROM incident ORDER BY number").fetchall()
    return [_read(record, IncidentRecord) for (record,) in rows]


def get_incident(connection: Connection, number: int) -> IncidentRecord:
    """Return an incident.

    Raises:
        NotFound: there is none of that number.
    """
    row = connection.execute("SELECT record FROM incident WHERE number = ?", (number,)).fetchone()
    if row is None:
        raise NotFound("loss.no_such_incident", incident=number)
    return _read(row[0], IncidentRecord)


def slips_of(connection: Connection, number: int) -> list[str]:
    """Return the slip numbers of an incident's copies."""
    rows = connection.execute("SELECT slip FROM incident_copy WHERE incident = ? ORDER BY slip", (number,)).fetchall()
    return [str(slip) for (slip,) in rows]


def incidents_of(connection: Connection, slip: str) -> list[int]:
    """Return the incidents that a copy belongs to, oldest first."""
    rows = connection.execute("SELECT incident FROM incident_copy WHERE slip = ? ORDER BY incident", (slip,)).fetchall()
    return [int(number) for (number,) in rows]


def slips_beside(connection: Connection, slips: Sequence[str]) -> list[str]:
    """Return copies with every other copy of their requests, whatever is wrong with one of them."""
    holes = ", ".join("?" * len(slips))
    select = f"SELECT slip FROM copy WHERE request IN (SELECT request FROM copy WHERE slip IN ({holes})) ORDER BY slip"  # noqa: S608 - holes alone
    return [str(slip) for (slip,) in connection.execute(select, tuple(slips)).fetchall()]


def slips_without(connection: Connection) -> list[str]:
    """Return the slip numbers of the copies that belong to no incident."""
    select = "SELECT slip FROM copy WHERE slip NOT IN (SELECT slip FROM incident_copy) ORDER BY slip"
    return [str(slip) for (slip,) in connection.execute(select).fetchall()]


def add_fact(connection: Connection, number: int, row: FactRow) -> None:
    """Store a fact's row beside its entry."""
    connection.execute(
        "INSERT INTO fact (incident, n, idx, fact_key, visibility, source, at, supersedes) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        (number, row.n, row.index, row.key, row.visibility, row.source, to_text(row.at), row.supersedes),
    )


def fact_rows(connection: Connection, number: int) -> list[FactRow]:
    """Return the rows of an incident's facts, in the order in which they were stated."""
    select = "SELECT n, idx, fact_key, visibility, source, at, supersedes FROM fact WHERE incident = ? ORDER BY n"
    return [
        FactRow(
            n=n,
            index=index,
            key=key,
            visibility=visibility,
            source=source,
            at=from_text(at),
            supersedes=supersedes,
        )
        for n, index, key, visibility, source, at, supersedes in connection.execute(select, (number,)).fetchall()
    ]


def add_computation(connection: Connection, number: int, row: ComputationRow) -> None:
    """Store a run of the law engine beside the entry that its result stands behind."""
    connection.execute(
        "INSERT INTO computation (incident, run, facts, at, record) VALUES (?, ?, ?, ?, ?)",
        (number, row.run, row.facts, row.at, row.record),
    )


def computations(connection: Connection, number: int) -> list[ComputationRow]:
    """Return an incident's runs, oldest first."""
    select = "SELECT run, facts, at, record FROM computation WHERE incident = ? ORDER BY run"
    return [
        ComputationRow(run=run, facts=facts, at=at, record=record)
        for run, facts, at, record in connection.execute(select, (number,)).fetchall()
    ]


def add_record(connection: Connection, number: int, kind: str, index: int, record: msgspec.Struct) -> int:
    """Store a decision, assessment, document, statement or list beside its entry; return its number within its kind."""
    select = "SELECT coalesce(max(n), 0) FROM incident_record WHERE incident = ? AND kind = ?"
    n = int(connection.execute(select, (number, kind)).fetchone()[0]) + 1
    connection.execute(
        "INSERT INTO incident_record (incident, kind, n, idx, record) VALUES (?, ?, ?, ?, ?)",
        (number, kind, n, index, _json(record)),
    )
    return n


def records_of(connection: Connection, number: int, kind: str, shape: type[_Shape]) -> list[tuple[int, int, _Shape]]:
    """Return an incident's records of a kind, each with its number and the index of its entry, oldest first."""
    select = "SELECT n, idx, record FROM incident_record WHERE incident = ? AND kind = ? ORDER BY n"
    rows = connection.execute(select, (number, kind)).fetchall()
    return [(int(n), int(index), _read(record, shape)) for n, index, record in rows]


def _json(record: msgspec.Struct) -> str:
    return msgspec.json.encode(record).decode()


def _read(text: str, shape: type[_Shape]) -> _Shape:
    try:
        return msgspec.json.decode(text, type=shape)
    except msgspec.DecodeError:
        raise Unreadable("custody.damaged_record") from None
