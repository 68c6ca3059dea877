"""Tables of a MySQL or MariaDB database by PyMySQL, row by row as the server sends them.

Cells come as the server writes them, in UTF-8, whatever their type: nothing is turned into numbers and back. What an
option file says of host or socket is not read from it, its password is.
"""

import configparser
import ssl
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pymysql
from pymysql.converters import encoders
from pymysql.cursors import SSCursor
from pymysql.optionfile import Parser

from sekisho.errors import Unreadable
from sekisho.readers.address import Address, Ask
from sekisho.readers.blocks import Block, Shape, blocks
from sekisho.readers.cells import DIALECT, Cell, Writing, written
from sekisho.readers.layout import filled_cells
from sekisho.readers.problems import Problems
from sekisho.readers.source import Source
from sekisho.readers.tables import Table
from sekisho.readers.view import Unread

_CONNECT_SECONDS = 10
_LOCK_SECONDS = 10
_ROWS_AT_ONCE = 1000
_SEED = 20220621
_SIGN_IN = frozenset({1044, 1045, 1049, 1698})
_DENIED = frozenset({1142, 1143})
_CODES = {
    1142: "readers.table_not_allowed",
    1143: "readers.table_not_allowed",
    1205: "readers.database_busy",
    1969: "readers.database_slow",
    3024: "readers.database_slow",
}

# A user sees the names of tables of which any column may be read, and of no others.
_TABLES = """
SELECT t.TABLE_NAME, t.TABLE_ROWS, t.ENGINE FROM information_schema.TABLES AS t
WHERE t.TABLE_SCHEMA = DATABASE() AND t.TABLE_TYPE IN ('BASE TABLE', 'SYSTEM VERSIONED') ORDER BY t.TABLE_NAME
"""
_COLUMNS = """
SELECT c.TABLE_NAME, c.COLUMN_NAME, FIND_IN_SET('select', c.PRIVILEGES) > 0
FROM information_schema.COLUMNS AS c WHERE c.TABLE_SCHEMA = DATABASE() ORDER BY c.TABLE_NAME, c.ORDINAL_POSITION
"""
_ELSEWHERE = frozenset({"FEDERATED", "CONNECT", "SPIDER", "S3", "OQGRAPH"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Login:
    """Who reads where.

    Attributes:
        address: of the database.
        password: from the option file, or typed; None where there is none.
    """

    address: Address
    password: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Relation:
    """One table of a MySQL database, or a sample of it.

    Attributes:
        login: who reads it, and where.
        name: the table's.
        columns: those that the user may read.
        estimate: about how many rows it has; None where the database does not know.
        problems: keys of what is known to be missing.
        drawn: the clause that draws a sample.
    """

    login: Login
    name: str
    columns: tuple[str, ...]
    estimate: int | None
    problems: tuple[str, ...] = ()
    drawn: str = ""

    @property
    def path(self) -> Path:
        """What messages call it."""
        return self.login.address.path / self.name

    def blocks(self, *, strict: bool, problems: Problems, size: int) -> Iterator[Block]:
        """Yield all rows in the order in which the server gives them.

        Raises:
            Unreadable: the server is away, says no, or takes too long; when strict, something is known to be missing.
        """
        problems.note_gaps(self.problems, path=self.path, strict=strict)
        shape = Shape(dialect=DIALECT, width=len(self.columns), path=self.path, line=1)
        writing = Writing(path=self.path, strict=strict, problems=problems, size=size)
        yield from blocks(written(self._rows(), writing), shape, strict=strict, problems=problems)

    def rows(self) -> int:
        """Return about how many rows there are; counted where the database does not say.

        Raises:
            Unreadable: the server is away, says no, or takes too long.
        """
        if self.estimate is not None:
            return self.estimate
        with _connected(self.login, self.path) as connection:
            ((count,),) = _answer(connection, f"SELECT count(*) FROM {_quoted(self.name)}")  # noqa: S608 - a quoted identifier
        return int(count)

    def sample(self, rows: int) -> Source:
        """Return about so many rows, each drawn by itself: the server reads the table, the network carries the sample.

        Raises:
            Unreadable: the server is away, says no, or takes too long.
        """
        share = min(1.0, rows / max(1, self.rows()))
        return replace(self, drawn=f" WHERE rand({_SEED}) < {share:.9f}")

    def _rows(self) -> Iterator[Sequence[Cell]]:
        command = f"SELECT {','.join(map(_quoted, self.columns))} FROM {_quoted(self.name)}{self.drawn}"  # noqa: S608 - quoted identifiers
        with _connected(self.login, self.path) as connection:
            cursor = connection.cursor(SSCursor)
            cursor.execute(command)
            try:
                while batch := cursor.fetchmany(_ROWS_AT_ONCE):
                    yield from batch
            finally:  # otherwise PyMySQL fetches the rest of the table before it lets go
                cursor._result.unbuffered_active = False  # noqa: SLF001 - there is no other way to say it


@dataclass(frozen=True, slots=True, kw_only=True)
class _Seen:
    """What the server says of a table."""

    name: str
    columns: tuple[str, ...]
    whole: bool
    rows: int | None
    engine: str


def tables(address: Address, ask: Ask | None) -> Iterator[Table | Unread]:
    """Yield every table of a database that holds rows of its own, in the order of their names.

    A table of which the user may read nothing at all has no name for that user, so it cannot be told either.

    Raises:
        Unreadable: the server is away, does not let the user in, or takes too long.
    """
    login = _login(address, ask)
    with _connected(login, address.path) as connection:
        found = _answer(connection, _TABLES)
        columns = _answer(connection, _COLUMNS)
        seen = [
            _Seen(
                name=name.decode(),
                columns=tuple(column.decode() for table, column, may in columns if table == name and may == b"1"),
                whole=_may_read_all(connection, name.decode()),
                rows=None if count is None else int(count),
                engine=(engine or b"").decode().upper(),
            )
            for name, count, engine in found
        ]
    yield from (_view(each, login) for each in seen)


def _may_read_all(connection: Any, name: str) -> bool:  # noqa: ANN401 - PyMySQL has no types
    """Tell whether no column is kept from the user: of one that is, not even the name is told."""
    try:
        _answer(connection, f"SELECT * FROM {_quoted(name)} LIMIT 0")  # noqa: S608 - a quoted identifier
    except pymysql.MySQLError as error:
        return _code(error) not in _DENIED
    return True


def _view(seen: _Seen, login: Login) -> Table | Unread:
    path, name = login.address.path, seen.name
    if seen.engine in _ELSEWHERE or not seen.columns:
        key = "readers.foreign_table" if seen.engine in _ELSEWHERE else "readers.table_not_allowed"
        return Unread(path=path, name=name, error=Unreadable(key, path=path / name))
    problems = () if seen.whole else ("readers.columns_not_allowed",)
    relation = Relation(login=login, name=name, columns=seen.columns, estimate=seen.rows, problems=problems)
    return Table(
        path=path,
        name=name,
        columns=seen.columns,
        dialect=DIALECT,
        header=True,
        above=filled_cells([seen.columns]),
        source=relation,
    )


def _login(address: Address, ask: Ask | None) -> Login:
    """Find the password: in the option file, or by asking if the server does not let the user in without."""
    login = Login(address=address, password=_kept_password(address))
    try:
        _connect(login).close()
    except pymysql.MySQLError as error:
        wanted = login.password is None and _code(error) in _SIGN_IN
        password = ask(address.path) if wanted and ask else None
        if password is None:
            raise _told(error, address.path) from None
        return replace(login, password=password)
    return login


def _kept_password(address: Address) -> str | None:
    given = address.options.get("option_file")
    options = Parser(strict=False)
    try:
        found = options.read(Path(given) if given else Path.home() / ".my.cnf", encoding="utf-8")
        password = options.get("client", "password") if options.has_option("client", "password") else None
    except (OSError, ValueError, configparser.Error):
        raise Unreadable("readers.option_file", path=address.path) from None
    if given and not found:
        raise Unreadable("readers.option_file", path=address.path)
    return password


@contextmanager
def _connected(login: Login, path: Path) -> Iterator[Any]:
    """Open a session that can only read; what the server says in it is said in our words, for it may quote cells."""
    try:
        with closing(_connect(login)) as connection:
            yield connection
    except pymysql.MySQLError as error:
        raise _told(error, path) from None


def _connect(login: Login) -> Any:  # noqa: ANN401 - PyMySQL has no types
    address = login.address
    socket = address.options.get("socket")
    if socket is not None and not Path(socket).is_socket():
        raise Unreadable("readers.no_connection", path=address.path)  # PyMySQL would leave its end open
    connection = pymysql.connect(
        host=address.host or "localhost",
        port=address.port or 3306,
        unix_socket=socket,
        user=address.user or None,
        password=login.password or "",
        database=address.database,
        charset="utf8mb4",
        use_unicode=False,
        conv=encoders,  # and no decoders: cells stay as they are written
        autocommit=True,
        connect_timeout=_CONNECT_SECONDS,
        read_timeout=address.seconds,
        local_infile=False,
        **_encryption(address),
    )
    limit = (
        f"max_statement_time = {address.seconds}"
        if "MariaDB" in connection.get_server_info()
        else f"max_execution_time = {address.seconds * 1000}"
    )
    for setting in ("TRANSACTION READ ONLY", f"lock_wait_timeout = {_LOCK_SECONDS}", limit):
        _answer(connection, f"SET SESSION {setting}")
    return connection


def _encryption(address: Address) -> dict[str, object]:
    mode = "disable" if "socket" in address.options else address.ssl_mode
    if mode == "disable":
        return {"ssl_disabled": True}
    context = ssl.create_default_context(cafile=address.options.get("sslrootcert"))
    context.check_hostname = mode == "verify-full"
    context.verify_mode = ssl.CERT_NONE if mode == "require" else ssl.CERT_REQUIRED
    return {"ssl": context}


def _answer(connection: Any, command: str) -> list[Any]:  # noqa: ANN401 - PyMySQL has no types
    with connection.cursor() as cursor:
        cursor.execute(command)
        return list(cursor.fetchall())


def _told(error: Exception, path: Path) -> Unreadable:
    code = _code(error)
    if code in _SIGN_IN:
        return Unreadable("readers.sign_in", path=path)
    if code == 2026:
        return Unreadable("readers.not_encrypted", path=path)
    if code in {0, 2002, 2003, 2013}:
        return Unreadable("readers.no_connection", path=path)
    key = _CODES.get(code, "readers.database_failed")
    return Unreadable(key, path=path, code=code) if key == "readers.database_failed" else Unreadable(key, path=path)


def _code(error: Exception) -> int:
    code = error.args[0] if error.args else 0
    return code if isinstance(code, int) else 0


def _quoted(name: str) -> str:
    return "`" + name.replace("`", "``") + "`"
