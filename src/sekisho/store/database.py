"""The one SQLite file: opened with the settings that durability and forgetting need, brought up to date, checked.

``synchronous=FULL`` because a ledger that loses an acknowledged entry in a power cut has forked; ``secure_delete``
because a destroyed share must be gone from the file; WAL because readers must not stop a release, which needs memory that is
shared with whoever else has the file open, so it must not lie on another machine's disk. Schema changes are numbered and only go
forward.
"""

import contextlib
import os
import sqlite3
from collections.abc import Iterator, Sequence
from pathlib import Path

from sekisho.errors import Busy, MediumError, Misuse, Refused, SekishoError, Unreadable
from sekisho.sql import Connection, server_of

APPLICATION_ID = 0x53454B49  # "SEKI"

NETWORK_FILE_SYSTEMS = frozenset(
    {
        "afs", "ceph", "cifs", "coda", "davfs", "fuse.ceph", "fuse.davfs2", "fuse.glusterfs", "fuse.rclone", "fuse.s3fs",
        "fuse.sshfs", "gfs2", "glusterfs", "lustre", "ncpfs", "nfs", "nfs4", "ocfs2", "smb3", "smbfs",
    }
)  # fmt: skip
"""Kinds of file system that other machines have open too; not 9p, which is also what a sandbox calls its own disk."""

_MOUNTS = Path("/proc/self/mountinfo")
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
        Refused: the disk is another machine's.
        Misuse: a file is already there; it is never overwritten.
        MediumError: the disk failed.
    """
    must_be_local(path.parent)
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
        Refused: the disk is another machine's.
        Unreadable: not a Sekisho database, damaged, or made by a newer Sekisho.
        MediumError: the disk failed.
        Busy: another program held it longer than ten seconds.
    """
    must_be_local(path)
    with _connected(path) as connection:
        _check(connection, path, newest=len(migrations))
        _prepare(connection, migrations)
    return connection


def must_be_local(path: Path, *, mounts: Path = _MOUNTS) -> None:
    """Refuse a file or folder on a network file system, as far as Linux tells; elsewhere nobody is asked.

    Raises:
        Refused: names the kind of file system.
    """
    try:
        device, table = path.stat().st_dev, mounts.read_bytes()
    except OSError:  # told by whoever opens it; or no such table here
        return
    kind = file_system(device, table)
    if kind in NETWORK_FILE_SYSTEMS:
        raise Refused("store.network_file_system", path=path, kind=kind)


def file_system(device: int, mounts: bytes) -> str:
    """Return the kind of file system of a device, by a table as ``/proc/self/mountinfo`` (proc(5)); empty where it is not in it."""
    place = f"{os.major(device)}:{os.minor(device)}".encode()
    for line in mounts.splitlines():
        mount, _, rest = line.partition(b" - ")
        if mount.split()[2:3] == [place]:
            return rest.split(b" ")[0].decode("ascii", "replace")
    return ""


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
