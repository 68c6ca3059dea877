"""Tables of a PostgreSQL database by psycopg 3: the server writes CSV, and the kernel reads it.

``COPY … TO STDOUT`` costs server and client least. Tables with bytea columns, and databases that do not say in which
encoding they are (SQL_ASCII), are fetched row by row instead, because there each cell has to be looked at. Partitions are
read as the table that they make up; a table's rows once, though others inherit from it.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, TypeAlias

import psycopg
from psycopg.adapt import Loader
from psycopg.rows import namedtuple_row

from sekisho.errors import Unreadable
from sekisho.readers.address import Address, Ask
from sekisho.readers.blocks import Block, Shape, blocks
from sekisho.readers.cells import DIALECT, Cell, Writing, written
from sekisho.readers.layout import filled_cells
from sekisho.readers.problems import Problems
from sekisho.readers.source import Source
from sekisho.readers.tables import Table
from sekisho.readers.view import Unread

Connection: TypeAlias = psycopg.Connection[Any]

_CONNECT_SECONDS = 10
_LOCK_SECONDS = 10
_ROWS_AT_ONCE = 1000
_SEED = 20220621
_FILES = frozenset({"sslrootcert", "sslcert", "sslkey", "passfile"})
_STATES = {
    "42501": "readers.table_not_allowed",
    "55P03": "readers.database_busy",
    "57014": "readers.database_slow",
    "28000": "readers.sign_in",
    "28P01": "readers.sign_in",
    "3D000": "readers.sign_in",
}

_RELATIONS = """
SELECT n.nspname AS schema, c.relname AS name, c.relkind::text AS sort,
    n.nspname || '.' || c.relname AS called,
    has_schema_privilege(n.oid, 'USAGE') AS open, row_security_active(c.oid) AS hidden,
    c.reltuples::float8 AS tuples, c.relpages AS known_pages,
    CASE WHEN c.relkind = 'p'
        THEN (SELECT coalesce(sum(pg_relation_size(p.relid)), 0) FROM pg_partition_tree(c.oid) AS p)
        ELSE pg_relation_size(c.oid) END / current_setting('block_size')::int AS pages,
    array(SELECT a.attname::text FROM pg_attribute AS a
        WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
            AND has_column_privilege(c.oid, a.attnum, 'SELECT') ORDER BY a.attnum) AS columns,
    array(SELECT a.attname::text FROM pg_attribute AS a JOIN pg_type AS t ON t.oid = a.atttypid
        WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
            AND 'bytea'::regtype IN (t.oid, t.typbasetype)) AS binary_columns,
    (SELECT count(*) FROM pg_attribute AS a
        WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped) AS width
FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace
WHERE c.relkind IN ('r', 'p', 'm', 'f') AND NOT c.relispartition AND c.relispopulated
    AND n.nspname NOT IN ('pg_catalog', 'information_schema') AND n.nspname !~ '^pg_(toast|temp)'
ORDER BY n.nspname, c.relname
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Login:
    """Who reads where.

    Attributes:
        address: of the database.
        password: what somebody typed; None where the driver knows, or nobody has to.
    """

    address: Address
    password: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Relation:
    """One table of a PostgreSQL database, or a sample of it.

    Attributes:
        login: who reads it, and where.
        called: ``schema.table``, for messages.
        source: how SQL names it.
        columns: those that the user may read.
        binary: which of them hold bytes.
        by_row: fetched row by row.
        estimate: about how many rows it has; None where the database does not know.
        pages: how many pages it takes.
        problems: keys of what is known to be missing.
        drawn: the clause that draws a sample.
    """

    login: Login
    called: str
    source: str
    columns: tuple[str, ...]
    binary: frozenset[str]
    by_row: bool
    estimate: int | None
    pages: int
    problems: tuple[str, ...] = ()
    drawn: str = ""

    @property
    def path(self) -> Path:
        """What messages call it."""
        return self.login.address.path / self.called

    def blocks(self, *, strict: bool, problems: Problems, size: int) -> Iterator[Block]:
        """Yield all rows in the order in which the server gives them.

        Raises:
            Unreadable: the server is away, says no, or takes too long; when strict, something is known to be missing.
        """
        problems.note_gaps(self.problems, path=self.path, strict=strict)
        shape = Shape(dialect=DIALECT, width=len(self.columns), path=self.path, line=1)
        writing = Writing(path=self.path, strict=strict, problems=problems, size=size)
        chunks = written(self._rows(), writing) if self.by_row else self._copied(size)
        yield from blocks(chunks, shape, strict=strict, problems=problems)

    def rows(self) -> int:
        """Return about how many rows there are; counted where the database has never looked.

        Raises:
            Unreadable: the server is away, says no, or takes too long.
        """
        if self.estimate is not None:
            return self.estimate
        with _connected(self.login, self.path) as connection:
            row = connection.execute(f"SELECT count(*) FROM {self.source}").fetchone()  # noqa: S608 - quoted identifiers
        return int(row[0]) if row else 0

    def sample(self, rows: int) -> Source:
        """Return about so many rows, each as likely as any other.

        Rows of one page are often of one kind, so a large table gives a few rows each of as many pages as it gives rows; of
        a smaller one each row is drawn by itself.

        Raises:
            Unreadable: the server is away, says no, or takes too long.
        """
        count = self.rows()
        share = min(1.0, rows / max(1, count))
        if self.pages <= rows:
            return replace(self, drawn=f" TABLESAMPLE BERNOULLI ({100 * share:.9f}) REPEATABLE ({_SEED})")
        pages = rows / self.pages
        drawn = f" TABLESAMPLE SYSTEM ({100 * pages:.9f}) REPEATABLE ({_SEED}) WHERE random() < {share / pages:.9f}"
        return replace(self, drawn=drawn)

    def _copied(self, size: int) -> Iterator[bytes]:
        """Yield what the server writes. A single empty cell is quoted: an empty line is no row."""
        asked = [_quoted(column) for column in self.columns]
        if len(asked) == 1:
            asked = [f"coalesce({asked[0]}::text, '')"]
        command = f"COPY (SELECT {','.join(asked)} FROM {self.source}{self.drawn}) TO STDOUT (FORMAT csv)"  # noqa: S608 - quoted identifiers
        piece = bytearray()
        with _connected(self.login, self.path) as connection, self._drawing(connection).copy(command) as rows:
            for row in rows:
                piece += row
                if len(piece) >= size:
                    yield bytes(piece)
                    piece.clear()
        yield bytes(piece)

    def _rows(self) -> Iterator[Sequence[Cell]]:
        asked = [_quoted(column) + ("" if column in self.binary else "::text") for column in self.columns]
        command = f"SELECT {','.join(asked)} FROM {self.source}{self.drawn}"  # noqa: S608 - quoted identifiers
        with _connected(self.login, self.path) as connection, self._drawing(connection), connection.transaction():
            if _has_no_encoding(connection):
                connection.execute(
                    "SET client_encoding TO SQL_ASCII"
                )  # anything else and the server looks at each cell
            with connection.cursor(name="sekisho") as cursor:
                cursor.adapters.register_loader("text", _Raw)
                cursor.execute(command.encode())
                while batch := cursor.fetchmany(_ROWS_AT_ONCE):
                    yield from batch

    def _drawing(self, connection: Connection) -> psycopg.Cursor[Any]:
        """Return a cursor in a session that draws the same sample every time."""
        cursor = connection.cursor()
        return cursor.execute("SELECT setseed(0.5)") if self.drawn else cursor


class _Raw(Loader):
    """Gives text as the server's bytes: in a database without an encoding they may be in any."""

    def load(self, data: bytes | bytearray | memoryview) -> bytes:
        return bytes(data)


def tables(address: Address, ask: Ask | None) -> Iterator[Table | Unread]:
    """Yield every table of a database that holds rows of its own, in the order of their names.

    Raises:
        Unreadable: the server is away, does not let the user in, or takes too long.
    """
    login = _login(address, ask)
    with _connected(login, address.path) as connection:
        no_encoding = _has_no_encoding(connection)
        with connection.cursor(row_factory=namedtuple_row) as cursor:
            found: list[Any] = cursor.execute(_RELATIONS).fetchall()
    for each in found:
        if each.width:
            yield _view(each, login, no_encoding)


def _view(found: Any, login: Login, no_encoding: bool) -> Table | Unread:  # noqa: ANN401 - a row of the catalogue
    path = login.address.path
    if found.sort == "f":
        return Unread(path=path, name=found.called, error=Unreadable("readers.foreign_table", path=path / found.called))
    if not found.open or not found.columns:
        error = Unreadable("readers.table_not_allowed", path=path / found.called)
        return Unread(path=path, name=found.called, error=error)
    columns, binary = tuple(found.columns), frozenset(found.binary_columns).intersection(found.columns)
    missing = {"readers.rows_hidden": found.hidden, "readers.columns_not_allowed": len(columns) < found.width}
    only = "ONLY " if found.sort == "r" else ""
    known = found.tuples >= 0 and found.known_pages > 0 and found.sort != "p"
    relation = Relation(
        login=login,
        called=found.called,
        source=f"{only}{_quoted(found.schema)}.{_quoted(found.name)}",
        columns=columns,
        binary=binary,
        by_row=bool(binary) or no_encoding,
        estimate=round(found.tuples / found.known_pages * int(found.pages)) if known else None,
        pages=int(found.pages),
        problems=tuple(key for key, yes in missing.items() if yes),
    )
    return Table(
        path=path,
        name=found.called,
        columns=columns,
        dialect=DIALECT,
        header=True,
        above=filled_cells([columns]),
        source=relation,
    )


def _login(address: Address, ask: Ask | None) -> Login:
    """Find out whether a password is wanted that the driver does not know, and ask for it."""
    login = Login(address=address)
    try:
        _connect(login).close()
    except psycopg.OperationalError as error:
        wanted = error.pgconn is not None and error.pgconn.needs_password
        password = ask(address.path) if wanted and ask else None
        if password is None:
            raise _told(error, address.path) from None
        return replace(login, password=password)
    return login


@contextmanager
def _connected(login: Login, path: Path) -> Iterator[Connection]:
    """Open a session that can only read; what the server says in it is said in our words, for it may quote cells."""
    try:
        with _connect(login) as connection:
            yield connection
    except psycopg.Error as error:
        raise _told(error, path) from None


def _connect(login: Login) -> Connection:
    """Connect as the address says; what it leaves out is empty, so that no variable of the environment fills it."""
    address = login.address
    files: dict[str, Any] = {name: text for name, text in address.options.items() if name in _FILES}
    settings = {
        "default_transaction_read_only": "on",
        "statement_timeout": f"{address.seconds}s",
        "lock_timeout": f"{_LOCK_SECONDS}s",
        "max_parallel_workers_per_gather": "0",  # the same sample every time
        "DateStyle": "ISO",
    }
    return psycopg.connect(
        host=address.host,
        hostaddr="",
        port=address.port or 5432,
        user=address.user,
        dbname=address.database,
        password=login.password,
        sslmode=address.ssl_mode,
        gssencmode="disable",
        connect_timeout=_CONNECT_SECONDS,
        application_name="sekisho",
        client_encoding="UTF8",
        options=" ".join(f"-c {name}={value}" for name, value in settings.items()),
        autocommit=True,
        **files,
    )


def _has_no_encoding(connection: Connection) -> bool:
    return connection.info.parameter_status("server_encoding") == "SQL_ASCII"


def _told(error: psycopg.Error, path: Path) -> Unreadable:
    if key := _STATES.get(error.sqlstate or ""):
        return Unreadable(key, path=path)
    if error.sqlstate:
        return Unreadable("readers.database_failed", path=path, code=error.sqlstate)
    return Unreadable(_refusal(error), path=path)


def _refusal(error: psycopg.Error) -> str:
    """Return why there is no connection; before there is one, libpq tells it by its state and its words alone."""
    words, connection = str(error), error.pgconn
    if "does not support SSL" in words:
        return "readers.not_encrypted"
    asked = connection is not None and (connection.needs_password or connection.used_password)
    return "readers.sign_in" if asked or "FATAL" in words else "readers.no_connection"


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
