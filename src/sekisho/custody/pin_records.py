"""The table of PINs: an Argon2id and how many wrong ones came since the last right one."""

from sekisho.sql import Connection

SCHEMA_3 = """
CREATE TABLE pin (
    person TEXT PRIMARY KEY,
    hash   TEXT NOT NULL,
    wrong  INTEGER NOT NULL DEFAULT 0
) STRICT;
"""


def set_hash(connection: Connection, person: str, hashed: str) -> None:
    """Store a person's PIN; an earlier one ends."""
    connection.execute(
        "INSERT INTO pin (person, hash) VALUES (?, ?) ON CONFLICT (person) DO UPDATE SET hash = excluded.hash, wrong = 0",
        (person, hashed),
    )


def get(connection: Connection, person: str) -> tuple[str, int] | None:
    """Return the hash of a person's PIN and how many wrong ones came, if the person has one."""
    row = connection.execute("SELECT hash, wrong FROM pin WHERE person = ?", (person,)).fetchone()
    return None if row is None else (str(row[0]), int(row[1]))


def set_wrong(connection: Connection, person: str, wrong: int) -> None:
    """Store how many wrong ones came."""
    connection.execute("UPDATE pin SET wrong = ? WHERE person = ?", (wrong, person))
