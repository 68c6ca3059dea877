"""Small databases for tests, and what is done to them: filled, searched, limited, migrated by two programs at once."""

import contextlib
import resource
import sqlite3
from collections.abc import Iterator
from pathlib import Path

MIGRATIONS = (
    """
    CREATE TABLE ticket (tid INTEGER PRIMARY KEY, share BLOB) STRICT;
    CREATE TRIGGER ticket_has_a_share BEFORE INSERT ON ticket WHEN NEW.share IS NULL
    BEGIN SELECT raise(ABORT, 'a ticket; it has a share'); END; -- a comment; with a semicolon
    """,
)
NEXT = (*MIGRATIONS, "CREATE TABLE note (text TEXT DEFAULT 'a;b') STRICT; INSERT INTO note DEFAULT VALUES")


def add(connection: sqlite3.Connection, *shares: bytes) -> None:
    """Insert rows, each in a transaction of its own."""
    connection.executemany("INSERT INTO ticket (share) VALUES (?)", [(share,) for share in shares])


def shares(connection: sqlite3.Connection) -> list[bytes]:
    """Return every row in order."""
    return [share for (share,) in connection.execute("SELECT share FROM ticket ORDER BY tid")]


def tables(connection: sqlite3.Connection) -> set[str]:
    """Return the names of all tables."""
    return {name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}


def holding(folder: Path, secret: bytes) -> list[str]:
    """Return the names of the files in which some bytes can be found."""
    return sorted(path.name for path in folder.iterdir() if secret in path.read_bytes())


@contextlib.contextmanager
def disk_of(size: int) -> Iterator[None]:
    """Let this process write no file larger than ``size``: the write that passes it fails, as on a full disk."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
