"""Custody's tables: versions of the register, cuts, requests with their approvals, copies, what was signed.

Plain SQL on a connection somebody else opened; writing happens inside the caller's transaction, so that a change and its
leaf are one commit. What a row holds is JSON of the struct that names it; the columns beside it are what is searched by.
"""

from typing import TypeVar

import msgspec

from sekisho.custody.copy import Copy
from sekisho.custody.cut_record import CutRecord
from sekisho.custody.statements import CopyStatement, Hex
from sekisho.errors import NotFound, Unreadable
from sekisho.sql import Connection

SCHEMA = """
CREATE TABLE register (
    version   INTEGER PRIMARY KEY,
    text      TEXT NOT NULL
) STRICT;

CREATE TABLE cut (
    id        TEXT PRIMARY KEY,
    record    TEXT NOT NULL
) STRICT;

CREATE TABLE request (
    id        INTEGER PRIMARY KEY,
    statement TEXT NOT NULL,
    signature TEXT NOT NULL
) STRICT;

CREATE TABLE approval (
    request   INTEGER NOT NULL REFERENCES request (id),
    person    TEXT NOT NULL,
    signature TEXT NOT NULL,
    PRIMARY KEY (request, person)
) STRICT;

CREATE TABLE copy (
    slip      TEXT PRIMARY KEY,
    request   INTEGER NOT NULL REFERENCES request (id),
    medium    TEXT NOT NULL,
    cid       BLOB UNIQUE,
    copy      TEXT NOT NULL,
    capsule   TEXT
) STRICT;

CREATE TABLE signed (
    idx        INTEGER PRIMARY KEY REFERENCES entry (idx),
    statement  BLOB NOT NULL,
    signatures TEXT NOT NULL
) STRICT;
"""

SCHEMA_2 = """
CREATE TABLE ordered_opener (
    sha256 TEXT PRIMARY KEY,
    slip   TEXT NOT NULL REFERENCES copy (slip),
    pin    TEXT NOT NULL
) STRICT;
"""

_Shape = TypeVar("_Shape")

_COPY = "SELECT slip, request, medium, cid, copy, capsule FROM copy"


class _Part(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a row holds."""


class PageRecord(_Part, frozen=True, kw_only=True):
    """The self-opening page in which a capsule travels once more.

    Attributes:
        name: its file name on the medium.
        sha256: digest of the file.
        size: its bytes.
        erasing: as that of the capsule.
    """

    name: str
    sha256: Hex
    size: int
    erasing: bool = False


class CapsuleRecord(_Part, frozen=True, kw_only=True):
    """A copy's capsule.

    Attributes:
        name: its file name on the medium.
        sha256: digest of the file.
        size: its bytes.
        manifest_sha256: digest of the manifest inside.
        by: who sealed it.
        erasing: the file was compared with the digest and is being overwritten, so that it need not fit it any more.
        overwritten: nothing of the capsule is left in the file, so that it need not be there any more.
        opener: digest of the browser opener beside it; empty where there was none yet.
        page: the self-opening page beside it, where there is one.
        pin: the opening number on the slip, without which the opener shows only whom to call; empty where it asks none.
    """

    name: str
    sha256: Hex
    size: int
    manifest_sha256: Hex
    by: str
    erasing: bool = False
    overwritten: bool = False
    opener: str = ""
    page: PageRecord | None = None
    pin: str = ""


class CopyRow(_Part, frozen=True, kw_only=True):
    """A copy as stored."""

    slip: str
    request: int
    medium: str
    cid: bytes | None
    copy: Copy
    capsule: CapsuleRecord | None


class Request(_Part, frozen=True, kw_only=True):
    """A request as stored, with the signatures of who approved it."""

    id: int
    statement: CopyStatement
    signature: str
    approvals: dict[str, str]


def add_register(connection: Connection, text: str) -> int:
    """Store a new version of the register and return its number."""
    return int(connection.execute("INSERT INTO register (text) VALUES (?) RETURNING version", (text,)).fetchone()[0])


def newest_register(connection: Connection) -> str | None:
    """Return the register's text, or None before the first."""
    row = connection.execute("SELECT text FROM register ORDER BY version DESC LIMIT 1").fetchone()
    return None if row is None else str(row[0])


def registers(connection: Connection) -> list[str]:
    """Return the text of every version of the register, oldest first."""
    return [str(text) for (text,) in connection.execute("SELECT text FROM register ORDER BY version").fetchall()]


def add_cut(connection: Connection, record: CutRecord) -> None:
    """Store a cut."""
    connection.execute("INSERT INTO cut (id, record) VALUES (?, ?)", (record.id, _json(record)))


def get_cut(connection: Connection, cut_id: str) -> CutRecord:
    """Return a cut.

    Raises:
        NotFound: there is none of this id.
        Unreadable: it is damaged, or not what was cut.
    """
    row = connection.execute("SELECT record FROM cut WHERE id = ?", (cut_id,)).fetchone()
    if row is None:
        raise NotFound("custody.no_cut", cut=cut_id)
    return _cut(row[0])


def cut_ids(connection: Connection) -> set[str]:
    """Return the id of every cut."""
    return {str(cut_id) for (cut_id,) in connection.execute("SELECT id FROM cut")}


def cuts(connection: Connection) -> list[CutRecord]:
    """Return every cut, oldest first."""
    rows = connection.execute("SELECT record FROM cut ORDER BY rowid").fetchall()
    return [_cut(record) for (record,) in rows]


def add_request(connection: Connection, statement: CopyStatement, signature: str) -> int:
    """Store a request and return its number."""
    row = connection.execute(
        "INSERT INTO request (statement, signature) VALUES (?, ?) RETURNING id", (_json(statement), signature)
    ).fetchone()
    return int(row[0])


def get_request(connection: Connection, request_id: int) -> Request:
    """Return a request.

    Raises:
        NotFound: there is none of this number.
    """
    row = connection.execute("SELECT statement, signature FROM request WHERE id = ?", (request_id,)).fetchone()
    if row is None:
        raise NotFound("custody.no_request", number=request_id)
    signed = connection.execute("SELECT person, signature FROM approval WHERE request = ?", (request_id,)).fetchall()
    statement = _read(row[0], CopyStatement)
    return Request(id=request_id, statement=statement, signature=row[1], approvals=dict(signed))


def requests(connection: Connection) -> list[Request]:
    """Return every request, oldest first."""
    rows = connection.execute("SELECT id FROM request ORDER BY id").fetchall()
    return [get_request(connection, number) for (number,) in rows]


def add_approval(connection: Connection, request_id: int, person: str, signature: str) -> None:
    """Store an approval."""
    connection.execute(
        "INSERT INTO approval (request, person, signature) VALUES (?, ?, ?)", (request_id, person, signature)
    )


def add_copy(connection: Connection, row: CopyRow) -> None:
    """Store a new copy."""
    connection.execute(
        "INSERT INTO copy (slip, request, medium, copy) VALUES (?, ?, ?, ?)",
        (row.slip, row.request, row.medium, _json(row.copy)),
    )


def update_copy(connection: Connection, row: CopyRow) -> None:
    """Store what became of a copy."""
    capsule = _json(row.capsule) if row.capsule else None
    connection.execute(
        "UPDATE copy SET cid = ?, copy = ?, capsule = ? WHERE slip = ?",
        (row.cid, _json(row.copy), capsule, row.slip),
    )


def get_copy(connection: Connection, slip: str) -> CopyRow:
    """Return the copy of a slip number.

    Raises:
        NotFound: there is none.
    """
    row = connection.execute(f"{_COPY} WHERE slip = ?", (slip,)).fetchone()
    if row is None:
        raise NotFound("custody.no_slip", slip=slip)
    return _copy(row)


def copy_of_capsule(connection: Connection, cid: bytes) -> CopyRow:
    """Return the copy of a capsule's id.

    Raises:
        NotFound: there is none.
    """
    row = connection.execute(f"{_COPY} WHERE cid = ?", (cid,)).fetchone()
    if row is None:
        raise NotFound("custodian.no_ticket")
    return _copy(row)


def slips_on(connection: Connection, medium: str) -> list[str]:
    """Return the slip numbers of the copies on a medium, oldest first, whatever is wrong with one of them."""
    rows = connection.execute("SELECT slip FROM copy WHERE medium = ? ORDER BY rowid", (medium,)).fetchall()
    return [slip for (slip,) in rows]


def copies(connection: Connection, request_id: int | None = None) -> list[CopyRow]:
    """Return every copy, or those of one request, oldest first."""
    rows = connection.execute(f"{_COPY} WHERE request = coalesce(?, request) ORDER BY rowid", (request_id,)).fetchall()
    return [_copy(row) for row in rows]


def add_signed(connection: Connection, index: int, statement: bytes, signatures: list[str]) -> None:
    """Keep the statement behind a ledger entry, with the signatures under it."""
    connection.execute(
        "INSERT INTO signed (idx, statement, signatures) VALUES (?, ?, ?)", (index, statement, _json(signatures))
    )


def remove_signed(connection: Connection, index: int) -> None:
    """Forget the statement behind a ledger entry; its digest stays in the entry."""
    connection.execute("DELETE FROM signed WHERE idx = ?", (index,))


def get_signed(connection: Connection, index: int) -> tuple[bytes, list[str]] | None:
    """Return the statement behind a ledger entry and its signatures, if it has any."""
    row = connection.execute("SELECT statement, signatures FROM signed WHERE idx = ?", (index,)).fetchone()
    return None if row is None else (row[0], _read(row[1], list[str]))


def _cut(text: str) -> CutRecord:
    record = _read(text, CutRecord)
    if record.bound() != record:
        raise Unreadable("custody.damaged_record")
    return record


def _copy(row: tuple[str, int, str, bytes | None, str, str | None]) -> CopyRow:
    slip, request, medium, cid, copy, capsule = row
    return CopyRow(
        slip=slip,
        request=request,
        medium=medium,
        cid=cid,
        copy=_read(copy, Copy),
        capsule=_read(capsule, CapsuleRecord) if capsule else None,
    )


def _read(text: str, shape: type[_Shape]) -> _Shape:
    try:
        return msgspec.json.decode(text, type=shape)
    except msgspec.DecodeError:
        raise Unreadable("custody.damaged_record") from None


def _json(value: object) -> str:
    return msgspec.json.encode(value).decode()
