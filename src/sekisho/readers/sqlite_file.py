"""SQLite databases as tables: one for each table that holds cells of its own.

A file is opened read-only and as something that nobody writes to, so that neither it nor the folder around it changes by
a byte; a database in memory, such as a member of an archive, is read where it is. Views say again what tables say, and
virtual tables what their shadow tables say; neither is read, for both may run code.

What another program has written to the log beside a database (``-wal``) and not yet to the database itself is joined to it
in memory. Where they do not fit together or are too large, and where a change was begun and not ended (``-journal``), the
database is read as it stands, and that is told.
"""

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from os import fsencode
from pathlib import Path

from sekisho.errors import Unreadable
from sekisho.readers.blocks import Block, Shape, blocks
from sekisho.readers.cells import DIALECT, Cell, Writing, written
from sekisho.readers.layout import filled_cells
from sekisho.readers.problems import Problems
from sekisho.readers.source import Stamp, opened, stamp
from sekisho.readers.sqlite_wal import joined
from sekisho.readers.tables import Table

_LOGS = ("-wal", "-journal")
_NO_FLOATS = (b"INT", b"CHAR", b"CLOB", b"TEXT")
_WAL = "readers.wal_not_read"
_LARGEST_LOG = 64 << 20
_LARGEST_JOINED = 256 << 20
_VERSIONS = slice(18, 20)  # of the header: 2 asks for a log beside the file, which nothing in memory has
_LONGEST_CELL = 64 << 20

# A row takes at least a cell pointer, two lengths and a header: six bytes. A database in which rows or overflow pages
# are reachable in more than one way can claim to hold far more than it does.
_LEAST_ROW = 4
_MOST_UNFOLDED = 50
_ALWAYS_ALLOWED = 64 << 20


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredTable:
    """One table of a SQLite database.

    Attributes:
        path: the file, or ``outer.zip!inner.db``.
        name: the table's.
        columns: the names of its columns.
        asked: the expressions that give their cells as text.
        data: the database, where it is in memory.
        logs: problems that a log beside the file makes.
    """

    path: Path
    name: str
    columns: tuple[str, ...]
    asked: str
    data: bytes | None = field(repr=False)
    logs: tuple[str, ...]

    def blocks(self, *, strict: bool, problems: Problems, size: int) -> Iterator[Block]:
        """Yield all rows in the order in which they are stored.

        Raises:
            Unreadable: the file is gone, damaged or has changed; when strict, a cell is no text or a log was not read.
        """
        problems.note_gaps(self.logs, path=self.path, strict=strict)
        shape = Shape(dialect=DIALECT, width=len(self.columns), path=self.path, line=1)
        writing = Writing(path=self.path, strict=strict, problems=problems, size=size)
        chunks = self._bounded(written(self._rows(), writing))
        yield from blocks(chunks, shape, strict=strict, problems=problems)

    def _rows(self) -> Iterator[Sequence[Cell]]:
        most = self._size() // _LEAST_ROW
        with _database(self.path, self.data) as connection, closing(connection.cursor()) as cursor:
            cursor.execute(f"SELECT {self.asked} FROM main.{_quoted(self.name)}")  # noqa: S608 - quoted identifiers
            for number, row in enumerate(cursor, 1):
                if number > most:
                    raise Unreadable("readers.damaged_database", path=self.path)
                yield row

    def _bounded(self, chunks: Iterator[bytes]) -> Iterator[bytes]:
        left = _ALWAYS_ALLOWED + _MOST_UNFOLDED * self._size()
        for chunk in chunks:
            left -= len(chunk)
            if left < 0:
                raise Unreadable("readers.damaged_database", path=self.path)
            yield chunk

    def _size(self) -> int:
        return _stamp(self.path).size if self.data is None else len(self.data)


def tables(path: Path, *, data: bytes | None = None) -> list[Table]:
    """Return the tables of a SQLite database, in the order in which they were made.

    Args:
        path: the file; where ``data`` is given only its name.
        data: the database itself, where it lies inside another file.

    Raises:
        Unreadable: damaged, encrypted, no SQLite database, or without a table.
    """
    logs = _logs(path) if data is None else ()
    if _WAL in logs and (whole := _with_log(path)) is not None:
        data, logs = whole, tuple(key for key in logs if key != _WAL)
    with _database(path, data) as connection:
        found = [(name, _columns(connection, name)) for name in _names(connection)]
    if not found and logs:
        raise Unreadable(logs[0], path=path)
    if not found:
        raise Unreadable("readers.empty", path=path)
    return [
        Table(
            path=path,
            name=f"{path.stem}:{name}",
            columns=tuple(columns),
            dialect=DIALECT,
            header=True,
            above=filled_cells([tuple(columns)]),
            source=StoredTable(
                path=path, name=name, columns=tuple(columns), asked=",".join(columns.values()), data=data, logs=logs
            ),
        )
        for name, columns in found
        if columns
    ]


@contextmanager
def _database(path: Path, data: bytes | None) -> Iterator[sqlite3.Connection]:
    """Open a database for reading; what SQLite says of it is said in our words."""
    seen = None if data is not None else _stamp(path)
    try:
        with closing(_in_memory(data) if data is not None else _in_file(path)) as connection:
            connection.text_factory = bytes
            connection.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, _LONGEST_CELL)
            connection.execute("PRAGMA trusted_schema = OFF")
            connection.execute("PRAGMA cell_size_check = ON")
            yield connection
    except (sqlite3.DatabaseError, UnicodeDecodeError, MemoryError) as error:
        key = "readers.memory" if isinstance(error, MemoryError) else "readers.damaged_database"
        raise Unreadable(key, path=path) from None  # SQLite's words may quote what stands in the database
    if seen is not None and _stamp(path) != seen:
        raise Unreadable("readers.changed", path=path)


def _stamp(path: Path) -> Stamp:
    with opened(path) as file:
        return stamp(file)


def _in_file(path: Path) -> sqlite3.Connection:
    place = "".join(f"%{byte:02x}" for byte in fsencode(path.absolute()))
    return sqlite3.connect(f"file:{place}?mode=ro&immutable=1", uri=True)


def _in_memory(data: bytes) -> sqlite3.Connection:
    connection = sqlite3.connect(":memory:")
    plain = bytearray(data)
    plain[_VERSIONS] = b"\x01\x01"
    connection.deserialize(bytes(plain))
    return connection


def _logs(path: Path) -> tuple[str, ...]:
    return tuple(
        f"readers.{log[1:]}_not_read"
        for log in _LOGS
        if (beside := path.with_name(path.name + log)).is_file() and beside.stat().st_size
    )


def _with_log(path: Path) -> bytes | None:
    """Return a database joined with its log; None if they do not fit, are too large, or are being written to."""
    files = (path.with_name(f"{path.name}-wal"), path)
    before = [_stamp(each) for each in files]
    if any(seen.size > most for seen, most in zip(before, (_LARGEST_LOG, _LARGEST_JOINED), strict=True)):
        return None
    read = list[bytes]()
    for each in files:
        with opened(each) as file:
            read.append(file.read())
    log, database = read
    return joined(database, log) if [_stamp(each) for each in files] == before else None


def _names(connection: sqlite3.Connection) -> list[str]:
    rows = connection.execute(
        "SELECT name FROM main.sqlite_schema WHERE type = 'table' AND rootpage > 0 AND name NOT GLOB 'sqlite_*' ORDER BY rowid"
    )
    return [name.decode() for (name,) in rows]


def _columns(connection: sqlite3.Connection, name: str) -> dict[str, str]:
    """Return the columns of a table, each with the expression that gives its cells as text."""
    rows = connection.execute("SELECT name, type FROM pragma_table_xinfo(?) WHERE hidden <> 1 ORDER BY cid", (name,))
    return {column: _as_text(column, kind) for column, kind in ((column.decode(), kind) for column, kind in rows)}


def _as_text(name: str, kind: bytes) -> str:
    """Return the expression of a column's cells as text: 41 and not 41.0, and nothing where there is none.

    A column that was made for text or integers holds no 41.0, which spares looking at each cell (datatype3.html, 3.1).
    """
    column = _quoted(name)
    if any(word in kind.upper() for word in _NO_FLOATS):
        return f"ifnull(CAST({column} AS TEXT), '')"
    return (
        f"ifnull(CASE typeof({column}) WHEN 'real' THEN printf('%.15g', {column}) ELSE CAST({column} AS TEXT) END, '')"
    )


def _quoted(name: str) -> str:
    """Quote a name so that SQLite takes it for nothing else: of one in double quotes that is not there it makes a text."""
    return "`" + name.replace("`", "``") + "`"
