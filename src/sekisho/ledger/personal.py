"""Personal values behind the commitments of entries, each encrypted under a key of its own, so that it can be erased.

A leaf commits to a value with a salt (:mod:`sekisho.ledger.commitment`); value and salt lie here under AES-256-GCM with
a random key, and that key, wrapped, beside them. The keys of all of them are wrapped under the record key of the current
generation (:class:`~sekisho.ledger.record_keys.RecordKeys`). To erase one is to delete its row and, in steps that may each
be repeated, to wrap all keys that stay under the next generation and to destroy the file of the one before: what
is left of the row anywhere opens with no key there is. The proofs of the entry hold as before (EDPB Guidelines 02/2025).
"""

import contextlib
import os
from dataclasses import dataclass

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from sekisho.errors import Unreadable
from sekisho.ledger.commitment import SALT_BYTES
from sekisho.ledger.record_keys import KEY_BYTES, RecordKeys
from sekisho.sql import Connection

SCHEMA_3 = """
CREATE TABLE secret (
    idx   INTEGER NOT NULL REFERENCES entry (idx),
    field TEXT NOT NULL,
    generation INTEGER NOT NULL,
    key   BLOB NOT NULL,
    value BLOB NOT NULL,
    PRIMARY KEY (idx, field)
) STRICT, WITHOUT ROWID;

CREATE TABLE record_key (
    generation INTEGER PRIMARY KEY CHECK (generation > 0),
    erased     INTEGER NOT NULL DEFAULT 0
) STRICT;
"""
"""The third migration; :func:`adopt` moves what older offices kept in the table ``detail`` without encryption."""

_NONCE_BYTES = 12
_KEY, _VALUE = b"sekisho/record-key/v1\0", b"sekisho/record-value/v1\0"
_PAGE = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class Detail:
    """A personal value and the salt under which its leaf commits to it."""

    field: str
    salt: bytes
    value: str

    def __repr__(self) -> str:
        return f"Detail(field={self.field!r})"


def add(connection: Connection, keys: RecordKeys, index: int, detail: Detail) -> None:
    """Keep a personal value beside its entry, inside the caller's transaction.

    Raises:
        MediumError: the disk refused the first record key.
    """
    now, record_key = _prepared(connection, keys)
    name, key = _name(index, detail.field), os.urandom(KEY_BYTES)
    row = (
        index,
        detail.field,
        now,
        _encrypt(record_key, key, _KEY + name),
        _encrypt(key, detail.salt + detail.value.encode(), _VALUE + name),
    )
    connection.execute("INSERT INTO secret (idx, field, generation, key, value) VALUES (?, ?, ?, ?, ?)", row)


def of(connection: Connection, keys: RecordKeys, index: int) -> list[Detail]:
    """Return the personal values of an entry that are not erased, as far as their record key is here.

    Raises:
        Unreadable: a row is damaged, or stands in another's place.
    """
    select = "SELECT generation, field, key, value FROM secret WHERE idx = ? ORDER BY field"
    found = []
    for under, *row in connection.execute(select, (index,)).fetchall():
        record_key = keys.get(under)
        if record_key is not None:
            found.append(_opened(record_key, index, *row))
    return found


def fields_of(connection: Connection, index: int) -> list[str]:
    """Return which personal values of an entry are not erased; it takes no key."""
    rows = connection.execute("SELECT field FROM secret WHERE idx = ? ORDER BY field", (index,)).fetchall()
    return [str(field_name) for (field_name,) in rows]


def erase(connection: Connection, keys: RecordKeys, index: int, field_name: str) -> bool:
    """Remove a personal value with its salt and key inside the caller's transaction; false if there is none.

    :func:`renew` and what follows it make it gone wherever else the row may stand.
    """
    removed = connection.execute("DELETE FROM secret WHERE idx = ? AND field = ?", (index, field_name)).rowcount > 0
    if removed:
        _mark(connection, keys)
    return removed


def adopt(connection: Connection, keys: RecordKeys) -> bool:
    """Encrypt, inside the caller's transaction, what an older Sekisho kept in plain; tell whether there was any."""
    rows = connection.execute("SELECT idx, field, salt, value FROM detail").fetchall()
    for index, field_name, salt, value in rows:
        add(connection, keys, index, Detail(field=field_name, salt=bytes(salt), value=value))
    if rows:
        connection.execute("DELETE FROM detail")
        _mark(connection, keys)
    return bool(rows)


def has_plain(connection: Connection) -> bool:
    """Tell whether an older Sekisho left values that are not encrypted."""
    return connection.execute("SELECT 1 FROM detail LIMIT 1").fetchone() is not None


def generation(connection: Connection) -> int:
    """Return the current generation of the record key; 0 before the first."""
    return int(connection.execute("SELECT coalesce(max(generation), 0) FROM record_key").fetchone()[0])


def unfinished(connection: Connection) -> int:
    """Return how many values were erased since record keys were last destroyed."""
    return int(connection.execute("SELECT coalesce(sum(erased), 0) FROM record_key").fetchone()[0])


def erased_under(connection: Connection, number: int) -> int:
    """Return how many values were erased while this generation was the current one."""
    row = connection.execute("SELECT erased FROM record_key WHERE generation = ?", (number,)).fetchone()
    return 0 if row is None else int(row[0])


def renew(connection: Connection, keys: RecordKeys) -> int:
    """Wrap the key of every value under the next generation, inside the caller's transaction, and return that.

    Where an attempt was held up after it had begun one that nothing was erased under, that one serves. A key that cannot be
    unwrapped is left as it is: its value is lost already.

    Raises:
        MediumError: the disk refused the new key; nothing is changed.
    """
    now = generation(connection)
    if not erased_under(connection, now):
        return now
    _rewrap_all(connection, keys, keys.make(now + 1), to=now + 1)
    connection.execute("INSERT INTO record_key (generation) VALUES (?)", (now + 1,))
    return now + 1


def leave_behind(connection: Connection) -> None:
    """Forget, inside the caller's transaction, every generation but the current; their files are destroyed."""
    connection.execute("DELETE FROM record_key WHERE generation < ?", (generation(connection),))


def _prepared(connection: Connection, keys: RecordKeys) -> tuple[int, bytes]:
    """Return the current generation and its key; one is begun where there is none, or where its key was not restored."""
    now = generation(connection)
    key = keys.get(now) if now else None
    if key is None:
        now, key = now + 1, keys.make(now + 1)
        connection.execute("INSERT INTO record_key (generation) VALUES (?)", (now,))
    return now, key


def _mark(connection: Connection, keys: RecordKeys) -> None:
    _prepared(connection, keys)
    connection.execute("UPDATE record_key SET erased = erased + 1 WHERE generation = ?", (generation(connection),))


def _rewrap_all(connection: Connection, keys: RecordKeys, new: bytes, *, to: int) -> None:
    """Wrap every key under that of a generation, page by page: no statement is left open over the writes."""
    last = (-1, "")
    select = "SELECT idx, field, generation, key FROM secret WHERE (idx, field) > (?, ?) ORDER BY idx, field LIMIT ?"
    update = "UPDATE secret SET key = ?, generation = ? WHERE idx = ? AND field = ?"
    before = {under: keys.get(under) for (under,) in connection.execute("SELECT DISTINCT generation FROM secret")}
    while rows := connection.execute(select, (*last, _PAGE)).fetchall():
        for index, field_name, under, wrapped in rows:
            last, bound, old = (index, field_name), _KEY + _name(index, field_name), before[under]
            with contextlib.suppress(Unreadable):
                if old is not None:
                    anew = _encrypt(new, _decrypt(old, wrapped, bound), bound)
                    connection.execute(update, (anew, to, index, field_name))


def _opened(record_key: bytes, index: int, field_name: str, wrapped: bytes, sealed: bytes) -> Detail:
    name = _name(index, field_name)
    plain = _decrypt(_decrypt(record_key, wrapped, _KEY + name), sealed, _VALUE + name)
    return Detail(field=field_name, salt=plain[:SALT_BYTES], value=plain[SALT_BYTES:].decode())


def _name(index: int, field_name: str) -> bytes:
    return index.to_bytes(8, "big") + field_name.encode()


def _encrypt(key: bytes, plain: bytes, bound_to: bytes) -> bytes:
    nonce = os.urandom(_NONCE_BYTES)
    return nonce + AESGCM(key).encrypt(nonce, plain, bound_to)


def _decrypt(key: bytes, sealed: bytes, bound_to: bytes) -> bytes:
    try:
        return AESGCM(key).decrypt(bytes(sealed[:_NONCE_BYTES]), bytes(sealed[_NONCE_BYTES:]), bound_to)
    except (InvalidTag, ValueError):
        raise Unreadable("ledger.detail_damaged") from None
