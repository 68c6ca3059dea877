"""The one SQLite file: opened with the settings that durability and forgetting need, brought up to date, checked.

``synchronous=FULL`` because a ledger that loses an acknowledged entry in a power cut has forked; ``secure_delete``
because a destroyed share must be gone from the file; WAL because readers must not stop a release. Schema changes are
numbered and only go forward.
"""

import contextlib
import sqlite3
from collections.abc import Iterator, Sequence
from pathlib import Path

from sekisho.errors import Busy, MediumError, Misuse, SekishoError, Unreadable
from sekisho.sql import Connection, server_of

APPLICATION_ID = 0x53454B49  # "SEKI"

_PATIENCE_SECONDS = 10.0
_SETTINGS = """
PRAGMA journal_mode = WAL;
PRAGMA synchronous = FULL;
PRAGMA secure_delete = ON;
PRAGMA foreign_keys = ON;
PRAGMA trusted_schema = OFF;
"""
_DISK_FAULTS = frozenset({sqlite3.SQLITE_IOERR, sqlite3.SQLITE_FULL, sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN})


def create_database(path: Path, migrations: Sequence[str]) -> sqlite3.Connection:
    """Make a new database that only its owner can read, and bring it to the last migration.

    Raises:
        Misuse: a file is already there; it is never overwritten.
        MediumError: the disk failed.
    """
    try:
        path.touch(mode=0o600, exist_ok=False)
    except FileExistsError:
        raise Misuse("store.office_exists", path=path) from None
    except OSError as error:
        raise MediumError("store.disk_failed", path=path) from error
    with _connected(path) as connection:
        connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
        _prepare(connection, migrations)
    return connection


def open_database(path: Path, migrations: Sequence[str]) -> sqlite3.Connection:
    """Open an existing database, check that it is ours and whole, and bring it to the last migration.

    Raises:
        Unreadable: not a Sekisho database, damaged, or made by a newer Sekisho.
        MediumError: the disk failed.
        Busy: another program held it longer than ten seconds.
    """
    with _connected(path) as connection:
        _check(connection, path, newest=len(migrations))
        _prepare(connection, migrations)
    return connection


@contextlib.contextmanager
def translated(path: Path) -> Iterator[None]:
    """Turn the driver's errors into ours, which say what to do; what only a bug can cause stays as it is."""
    try:
        yield
    except (sqlite3.ProgrammingError, sqlite3.IntegrityError):
        raise
    except sqlite3.DatabaseError as error:
        raise _translate(error, path) from error


def forget(connection: Connection) -> None:
    """Make deleted values leave the files: ``secure_delete`` clears the pages, this clears the write-ahead log.

    Raises:
        sqlite3.OperationalError: a reader held the log (``SQLITE_BUSY``); the caller tries again.
    """
    if server := server_of(connection):
        server.forget()
        return
    busy, _, _ = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    if busy:
        locked = sqlite3.OperationalError("database is locked")
        locked.sqlite_errorcode = sqlite3.SQLITE_BUSY
        raise locked


@contextlib.contextmanager
def _connected(path: Path) -> Iterator[sqlite3.Connection]:
    """Connect to an existing file; the connection outlives the block only if the block succeeds."""
    with translated(path):
        connection = sqlite3.connect(
            f"{path.resolve().as_uri()}?mode=rw", uri=True, isolation_level=None, timeout=_PATIENCE_SECONDS
        )
        try:
            yield connection
        except BaseException as error:
            connection.close()
            if isinstance(error, UnicodeDecodeError):  # the driver's, who quotes a damaged schema in a message
                raise Unreadable("store.damaged_database", path=path) from None
            raise


def _check(connection: sqlite3.Connection, path: Path, *, newest: int) -> None:
    (application_id,) = connection.execute("PRAGMA application_id").fetchone()
    if application_id != APPLICATION_ID:
        raise Unreadable("store.foreign_database", path=path)
    version = _version(connection)
    if version > newest:
        raise Unreadable("store.newer_database", path=path, version=version)
    (verdict,) = connection.execute("PRAGMA quick_check(1)").fetchone()
    if verdict != "ok":
        raise Unreadable("store.damaged_database", path=path)


def _prepare(connection: sqlite3.Connection, migrations: Sequence[str]) -> None:
    connection.executescript(_SETTINGS)
    for number, migration in enumerate(migrations, 1):
        if _version(connection) < number:
            _migrate(connection, migration, to=number)


def _migrate(connection: sqlite3.Connection, migration: str, *, to: int) -> None:
    """Carry out one migration in one transaction, unless another program has done so since we looked."""
    connection.execute("BEGIN IMMEDIATE")
    if _version(connection) < to:
        for statement in _statements(migration):
            connection.execute(statement)
        connection.execute(f"PRAGMA user_version = {to}")
    connection.execute("COMMIT")


def _version(connection: sqlite3.Connection) -> int:
    version: int = connection.execute("PRAGMA user_version").fetchone()[0]
    return version


def _statements(script: str) -> Iterator[str]:
    """Split a script, because ``executescript`` would commit the transaction it is in."""
    statement = ""
    for piece in script.split(";"):
        statement += f"{piece};"
        if sqlite3.complete_statement(statement):
            yield statement
            statement = ""


def _translate(error: sqlite3.DatabaseError, path: Path) -> SekishoError:
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF  # extended codes keep the primary one in the low byte
    if code in {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}:
        return Busy("store.busy", path=path)
    if code in _DISK_FAULTS:
        return MediumError("store.disk_failed", path=path)
    return Unreadable("store.damaged_database", path=path)
