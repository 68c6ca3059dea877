"""The office's database on a PostgreSQL server, behind the same plain SQL as the SQLite file.

Statements are written for SQLite and translated here: placeholders, and a few words of the schema. Nothing else is: what
both understand in the same way is all that the rooms write (docs/decisions/0003-plain-sql.md).

One writer at a time: ``BEGIN IMMEDIATE`` takes an advisory lock for the transaction. ``fsync``, ``full_page_writes`` and
``synchronous_commit`` are demanded, because a ledger that loses an acknowledged entry has forked.

What was deleted stays in the server's write-ahead log, its archive and its replicas until those are overwritten, and no
statement changes that. Shares are worthless there without their epoch's key; see docs/how-to/use-postgresql.md.
"""

import contextlib
import re
import sqlite3
from collections.abc import Iterator, Sequence
from enum import Enum
from typing import Any
from urllib.parse import parse_qs, urlsplit

import psycopg
from psycopg import errors as faults
from psycopg.conninfo import conninfo_to_dict, make_conninfo
from psycopg.pq import TransactionStatus

from sekisho.errors import Busy, MediumError, Misuse, NoKey, Refused, Unreadable

_LOCK = 0x53454B49  # "SEKI"
_PATIENCE_SECONDS = 10
_SETTINGS = {"fsync": {"on"}, "full_page_writes": {"on"}, "synchronous_commit": {"on", "remote_apply", "remote_write"}}
_BEGIN = {"BEGIN IMMEDIATE", "BEGIN"}
_PLACEHOLDER = re.compile(r"\?(\d*)")
_TABLE = re.compile(r"CREATE TABLE (\w+) \((.*)\)([^)]*)\Z", re.DOTALL)
_TRIGGER = re.compile(
    r"CREATE TRIGGER (\w+) BEFORE (INSERT|UPDATE|DELETE) ON (\w+)\s+(?:WHEN (.*?)\s+)?"
    r"BEGIN SELECT raise\(ABORT, '([^']*)'\); END\Z",
    re.DOTALL,
)
_HELD = "SELECT epoch FROM writer WHERE holder = ?1 AND until > extract(epoch FROM clock_timestamp()) + ?2 / 2"
_LEASE = """
INSERT INTO writer AS held (id, epoch, holder, until) VALUES (0, 1, ?1, extract(epoch FROM clock_timestamp())::bigint + ?2)
ON CONFLICT (id) DO UPDATE SET
    epoch = held.epoch + (held.holder <> excluded.holder)::int, holder = excluded.holder, until = excluded.until
WHERE held.holder = excluded.holder OR held.until < extract(epoch FROM clock_timestamp())
RETURNING epoch
"""
_REFUSED_WORDS = {"password", "passfile", "sslpassword"}


class PostgresqlConnection:
    """A connection that speaks as SQLite's does."""

    def __init__(self, connection: psycopg.Connection[tuple[Any, ...]], address: str) -> None:
        self._connection = connection
        self._address = address

    @property
    def in_transaction(self) -> bool:
        """Whether a transaction is open; on a connection that is lost none is."""
        return self._connection.info.transaction_status not in {TransactionStatus.IDLE, TransactionStatus.UNKNOWN}

    def execute(self, sql: str, parameters: Sequence[Any] = (), /) -> psycopg.Cursor[tuple[Any, ...]]:
        """Run one statement.

        Raises:
            Busy: somebody else held the lock for ten seconds.
            MediumError: the server is away or its disk is full.
        """
        with _told(self._address):
            if sql in _BEGIN:
                return self._begin(exclusive=sql != "BEGIN")
            if sql == "COMMIT":
                return self._commit()
            return self._connection.execute(_query(sql, len(parameters)), _values(parameters))

    def close(self) -> None:
        """Close it; an open transaction is rolled back."""
        self._connection.close()

    def demand_settings(self) -> None:
        """Refuse a server on which a commit could be lost.

        Raises:
            Refused: names the setting.
        """
        columns = ", ".join(f"current_setting('{setting}')" for setting in _SETTINGS)
        values = self.execute(f"SELECT {columns}").fetchone() or ()
        for (setting, good), value in zip(_SETTINGS.items(), values, strict=True):
            if value not in good:
                raise Refused("ledger.unsafe_setting", setting=setting, value=value)

    def lease(self, holder: str, seconds: int) -> int | None:
        """Take or renew the right to write, inside the open transaction; return how often it changed hands, or None if it is another's."""
        held = self.execute(_HELD, (holder, seconds)).fetchone() or self.execute(_LEASE, (holder, seconds)).fetchone()
        return None if held is None else int(held[0])

    def need_not_wait(self) -> None:
        """Let the open transaction commit without waiting for the disk."""
        self.execute("SET LOCAL synchronous_commit = off")

    def forget(self) -> None:
        """Write the tables from which values were deleted anew; where a reader holds one, the next time does it.

        Nothing rests on it: the server's log keeps what it keeps.
        """
        for table in ("ticket", "secret", "record_key", "detail"):
            with contextlib.suppress(Busy):
                self.execute(f"VACUUM (FULL) {table}")

    def _begin(self, *, exclusive: bool) -> psycopg.Cursor[tuple[Any, ...]]:
        """Open a transaction: a writer's sees what is committed when it has the lock, a reader's one moment."""
        if self.in_transaction:
            raise faults.ActiveSqlTransaction("a transaction is open on this connection")
        if not exclusive:
            return self._connection.execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
        cursor = self._connection.execute("BEGIN ISOLATION LEVEL READ COMMITTED")
        try:
            return self._connection.execute(f"SELECT pg_advisory_xact_lock({_LOCK})")
        except BaseException:
            if not self._connection.closed:
                cursor.execute("ROLLBACK")
            raise

    def _commit(self) -> psycopg.Cursor[tuple[Any, ...]]:
        """Commit; a server answers the commit of a failed transaction by rolling back, and calls that no error."""
        cursor = self._connection.execute("COMMIT")
        if cursor.statusmessage != "COMMIT":
            raise faults.InFailedSqlTransaction("the transaction was rolled back")
        return cursor


def create_postgresql(address: str, migrations: Sequence[str]) -> PostgresqlConnection:
    """Make the tables of a new office in an empty database.

    Raises:
        Misuse: the address is none, or bears a password.
        Refused: there are tables in the database already; or the server could lose a commit.
        MediumError, NoKey: it cannot be reached, or lets nobody in.
    """
    connection = _connect(address)
    with _closing_if_it_fails(connection):
        connection.execute("BEGIN IMMEDIATE")
        _must_be_fit(connection, address)
        connection.execute(
            "CREATE TABLE sekisho_schema (id BIGINT PRIMARY KEY CHECK (id = 0), version BIGINT NOT NULL)"
        )
        connection.execute("INSERT INTO sekisho_schema (id, version) VALUES (0, 0)")
        connection.execute("COMMIT")
        _prepare(connection, migrations)
    return connection


def must_be_fit(address: str) -> None:
    """Demand of a database that an office can be made in it, before anything is made; raises as :func:`create_postgresql`."""
    connection = _connect(address)
    with contextlib.closing(connection):
        _must_be_fit(connection, address)


def open_postgresql(address: str, migrations: Sequence[str]) -> PostgresqlConnection:
    """Connect to an office's database, check that it is ours, and bring it to the last migration.

    Raises:
        Misuse: the address is none, or bears a password.
        Unreadable: not a Sekisho database, or made by a newer Sekisho.
        MediumError, NoKey: it cannot be reached, or lets nobody in.
    """
    connection = _connect(address)
    with _closing_if_it_fails(connection):
        version = _version(connection, address)
        if version > len(migrations):
            raise Unreadable("store.newer_database", path=address, version=version)
        _prepare(connection, migrations)
    return connection


def check_address(address: str) -> None:
    """Demand an address of libpq that bears no secret: it stands in the settings, which are in every backup.

    Raises:
        Misuse: it is none, or bears a password.
    """
    parts = urlsplit(address)
    words = set(parse_qs(parts.query))
    try:
        conninfo_to_dict(address)
    except psycopg.Error:
        raise Misuse("store.bad_address") from None
    if parts.scheme not in {"postgresql", "postgres"} or parts.password is not None or words & _REFUSED_WORDS:
        raise Misuse("store.bad_address")


def _connect(address: str) -> PostgresqlConnection:
    """Connect as libpq does: with its password file, its service file, its environment; TLS verified beyond this machine."""
    check_address(address)
    given = conninfo_to_dict(address)
    hosts = str(given.get("host") or "").split(",")
    local = all(not host or host.startswith(("/", "@")) or host in {"localhost", "127.0.0.1", "::1"} for host in hosts)
    given.setdefault("connect_timeout", _PATIENCE_SECONDS)
    if not (local or "service" in given):
        given.setdefault("sslmode", "verify-full")
    with _told(address):
        connection = psycopg.connect(make_conninfo("", **given), autocommit=True)
        connection.execute(f"SET lock_timeout = '{_PATIENCE_SECONDS}s'")
        connection.execute("SET synchronous_commit = on")
        connection.execute("SET timezone = 'UTC'")
    return PostgresqlConnection(connection, address)


def _must_be_fit(connection: PostgresqlConnection, address: str) -> None:
    connection.demand_settings()
    if connection.execute("SELECT 1 FROM pg_tables WHERE schemaname = current_schema()").fetchone():
        raise Refused("store.database_not_empty", address=address)


def _prepare(connection: PostgresqlConnection, migrations: Sequence[str]) -> None:
    """Carry out each migration that is missing, in one transaction each."""
    for number, migration in enumerate(migrations, 1):
        connection.execute("BEGIN IMMEDIATE")
        if _version(connection, "") < number:
            for statement in _statements(migration):
                for translated in _schema(statement):
                    connection.execute(translated)
            _advance_identities(connection)
            connection.execute("UPDATE sekisho_schema SET version = ?", (number,))
        connection.execute("COMMIT")


def _version(connection: PostgresqlConnection, address: str) -> int:
    try:
        row = connection.execute("SELECT version FROM sekisho_schema").fetchone()
    except faults.UndefinedTable:
        raise Unreadable("store.foreign_database", path=address) from None
    if row is None:
        raise Unreadable("store.foreign_database", path=address)
    return int(row[0])


def _advance_identities(connection: PostgresqlConnection) -> None:
    """Let numbers that the server draws go on behind those that a migration copied."""
    drawn = connection.execute(
        "SELECT table_name, column_name FROM information_schema.columns"
        " WHERE table_schema = current_schema() AND is_identity = 'YES'"
    ).fetchall()
    for table, column in drawn:
        connection.execute(
            f"SELECT setval(pg_get_serial_sequence('{table}', '{column}'),"  # noqa: S608 - names of our own tables
            f" coalesce((SELECT max({column}) FROM {table}), 0) + 1, false)"
        )


def _statements(script: str) -> Iterator[str]:
    statement = ""
    for piece in script.split(";"):
        statement += f"{piece};"
        if sqlite3.complete_statement(statement):
            if words := statement.strip().removesuffix(";").strip():
                yield words
            statement = ""


def _schema(statement: str) -> Iterator[str]:
    """Yield a statement of a migration in the server's words."""
    if trigger := _TRIGGER.match(statement):
        yield from _trigger(*trigger.groups())
        return
    statement = re.sub(r"\bBLOB\b", "BYTEA", statement)
    statement = re.sub(r"\bTEXT\b", 'TEXT COLLATE "C"', statement)  # as SQLite compares
    statement = re.sub(r"\bINTEGER\b", "BIGINT", statement).replace("x''", r"'\x'")
    table = _TABLE.match(statement)
    if table is None:
        yield statement
        return
    name, columns, options = table.groups()
    columns, numbered = re.subn(
        r"\bBIGINT PRIMARY KEY(?! CHECK| REFERENCES)", "BIGINT GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY", columns
    )
    if not numbered and "WITHOUT ROWID" not in options:
        columns = f"{columns.rstrip()},\n    rowid BIGINT GENERATED ALWAYS AS IDENTITY\n"  # some statements order by it
    yield f"CREATE TABLE {name} ({columns})"


def _trigger(name: str, event: str, table: str, condition: str | None, words: str) -> Iterator[str]:
    row = "OLD" if event == "DELETE" else "NEW"
    when = (condition or "true").replace(" IS NOT (", " IS DISTINCT FROM (")
    yield (
        f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $body$ BEGIN IF {when} THEN"
        f" RAISE EXCEPTION '{words}' USING ERRCODE = 'integrity_constraint_violation'; END IF; RETURN {row};"
        " END $body$"
    )
    yield f"CREATE TRIGGER {name} BEFORE {event} ON {table} FOR EACH ROW EXECUTE FUNCTION {name}()"


def _query(sql: str, parameters: int) -> bytes:
    """Return a statement with psycopg's placeholders; ``?`` stands in no literal of ours."""
    if not parameters:
        return sql.encode()
    numbers = iter(range(1, parameters + 1))
    return _PLACEHOLDER.sub(lambda found: f"%(p{found[1] or next(numbers)})s", sql.replace("%", "%%")).encode()


def _values(parameters: Sequence[Any]) -> dict[str, Any] | None:
    """Return the parameters as SQLite would take them: a truth is a number, an enumeration its text."""
    if not parameters:
        return None
    return {f"p{number}": _plain(value) for number, value in enumerate(parameters, 1)}


def _plain(value: object) -> object:
    if isinstance(value, Enum):
        return value.value
    return int(value) if isinstance(value, bool) else value


@contextlib.contextmanager
def _closing_if_it_fails(connection: PostgresqlConnection) -> Iterator[None]:
    try:
        yield
    except BaseException:
        connection.close()
        raise


@contextlib.contextmanager
def _told(address: str) -> Iterator[None]:
    """Turn the driver's errors into ours, which say what to do; what only a bug can cause stays as it is."""
    try:
        yield
    except faults.LockNotAvailable as error:
        raise Busy("store.busy", path=address) from error
    except (faults.InvalidPassword, faults.InvalidAuthorizationSpecification, faults.InsufficientPrivilege) as error:
        raise NoKey("store.server_refuses", address=address) from error
    except faults.DataCorrupted as error:
        raise Unreadable("store.damaged_database", path=address) from error
    except (psycopg.OperationalError, faults.DiskFull) as error:
        raise MediumError("store.server_away", address=address) from error
