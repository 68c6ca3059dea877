"""The table of other offices' copies of which this one holds a share; all that it knows of them.

Plain SQL on a connection somebody else opened, inside the caller's transaction.
"""

import sqlite3
from dataclasses import dataclass

from sekisho.errors import NotFound

SCHEMA_2 = """
CREATE TABLE peer_copy (
    cid      BLOB PRIMARY KEY CHECK (length(cid) = 16),
    office   TEXT NOT NULL,
    capsule  TEXT,
    manifest TEXT
) STRICT;
"""
"""The second migration: copies of other offices of which this one holds a share."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PeerCopy:
    """Another office's copy, as far as its peer knows it.

    Attributes:
        cid: the copy.
        office: the name of the log of the office that sealed it.
        capsule: SHA-256 of the capsule in hex; none until it is sealed.
        manifest: SHA-256 of its manifest in hex; likewise.
    """

    cid: bytes
    office: str
    capsule: str | None
    manifest: str | None


def add(connection: sqlite3.Connection, cid: bytes, *, office: str) -> None:
    """Store that a share was taken on."""
    connection.execute("INSERT INTO peer_copy (cid, office) VALUES (?, ?)", (cid, office))


def seal(connection: sqlite3.Connection, cid: bytes, *, capsule: str, manifest: str) -> None:
    """Store the digests of the finished capsule."""
    connection.execute("UPDATE peer_copy SET capsule = ?, manifest = ? WHERE cid = ?", (capsule, manifest, cid))


def get(connection: sqlite3.Connection, cid: bytes) -> PeerCopy:
    """Return another office's copy.

    Raises:
        NotFound: this office holds no share of such a copy for another.
    """
    row = connection.execute("SELECT cid, office, capsule, manifest FROM peer_copy WHERE cid = ?", (cid,)).fetchone()
    if row is None:
        raise NotFound("custodian.no_ticket")
    return PeerCopy(cid=bytes(row[0]), office=row[1], capsule=row[2], manifest=row[3])


def is_peers(connection: sqlite3.Connection, cid: bytes) -> bool:
    """Tell whether a copy is another office's."""
    return connection.execute("SELECT 1 FROM peer_copy WHERE cid = ?", (cid,)).fetchone() is not None
