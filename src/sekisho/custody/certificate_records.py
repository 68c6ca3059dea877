"""The tables of certificates: which number stands where in the ledger, and what it is about."""

from collections.abc import Iterable

from sekisho.sql import Connection

SCHEMA_3 = """
CREATE TABLE certificate (
    number TEXT PRIMARY KEY,
    idx    INTEGER NOT NULL UNIQUE REFERENCES entry (idx),
    medium TEXT NOT NULL
) STRICT;

CREATE TABLE certified (
    number TEXT NOT NULL REFERENCES certificate (number),
    slip   TEXT NOT NULL REFERENCES copy (slip),
    PRIMARY KEY (number, slip)
) STRICT;
"""
"""Of the third migration: which certificate is about what; what it says stands with what is signed."""


def add(connection: Connection, number: str, index: int, *, medium: str, slips: Iterable[str]) -> None:
    """Store a number, inside the caller's transaction."""
    connection.execute("INSERT INTO certificate (number, idx, medium) VALUES (?, ?, ?)", (number, index, medium))
    for slip in slips:
        connection.execute("INSERT INTO certified (number, slip) VALUES (?, ?)", (number, slip))


def numbers(connection: Connection) -> list[str]:
    """Return every number, oldest first."""
    return [str(number) for (number,) in connection.execute("SELECT number FROM certificate ORDER BY idx").fetchall()]


def numbers_of(connection: Connection, slip: str) -> list[str]:
    """Return the numbers about a copy, oldest first."""
    rows = connection.execute(
        "SELECT certificate.number FROM certificate JOIN certified ON certified.number = certificate.number"
        " WHERE certified.slip = ? ORDER BY certificate.idx",
        (slip,),
    ).fetchall()
    return [str(number) for (number,) in rows]


def index_of(connection: Connection, number: str) -> int | None:
    """Return where a number stands in the ledger; None where it does not."""
    row = connection.execute("SELECT idx FROM certificate WHERE number = ?", (number,)).fetchone()
    return int(row[0]) if row else None
