"""What a room asks of the office's database: plain SQL with ``?``, on SQLite's own connection or on a server's.

``sqlite3.Connection`` is one as it stands; a server's is made by :mod:`sekisho.store.postgresql`. Which of the two it is, is
asked only where durability is demanded and where values are forgotten.
"""

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any, Protocol, runtime_checkable


class Cursor(Protocol):
    """What a statement gave."""

    @property
    def rowcount(self) -> int:
        """How many rows it changed."""
        ...

    def fetchone(self) -> Any:  # noqa: ANN401 - as sqlite3 says it: what a column holds is its statement's to know
        """Return the next row, or None."""
        ...

    def fetchall(self) -> list[Any]:
        """Return the rows that are left."""
        ...

    def __iter__(self) -> Iterator[Any]: ...


class Connection(Protocol):
    """A connection on which nothing is open between statements but what ``BEGIN`` opened."""

    @property
    def in_transaction(self) -> bool:
        """Whether a transaction is open."""
        ...

    def execute(self, sql: str, parameters: Sequence[Any] = (), /) -> Cursor:
        """Run one statement."""
        ...

    def close(self) -> None:
        """Close it; an open transaction is rolled back."""
        ...


@runtime_checkable
class ServerConnection(Connection, Protocol):
    """A connection to a server, which knows itself how it is made durable and made to forget."""

    def demand_settings(self) -> None:
        """Refuse a server on which a commit could be lost.

        Raises:
            Refused: names the setting.
        """
        ...

    def lease(self, holder: str, seconds: int) -> int | None:
        """Take or renew the right to write, inside the open transaction; return how often it changed hands, or None if it is another's."""
        ...

    def need_not_wait(self) -> None:
        """Let the open transaction commit without waiting for the disk."""
        ...

    def forget(self) -> None:
        """Have deleted values leave the tables, as far as a server can be made to."""
        ...


def server_of(connection: Connection) -> ServerConnection | None:
    """Return a connection that is one to a server, else nothing.

    Asked at every commit, and for the file's own connection without looking through a protocol, which takes as long as the commit.
    """
    if isinstance(connection, sqlite3.Connection) or not isinstance(connection, ServerConnection):
        return None
    return connection


@contextmanager
def apart(connection: Connection) -> Iterator[None]:
    """Undo what one did if it fails, and nothing that another of the same transaction did."""
    connection.execute("SAVEPOINT apart")
    try:
        yield
        connection.execute("RELEASE apart")
    except BaseException:
        if connection.in_transaction:  # a full disk may have undone everything
            connection.execute("ROLLBACK TO apart")
            connection.execute("RELEASE apart")
        raise


@contextmanager
def immediate(connection: Connection) -> Iterator[None]:
    """Hold a write transaction; a deferred one that upgrades later fails at once where it should wait."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
        # Fails where the block has ended the transaction itself: its statements were not one commit.
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise
