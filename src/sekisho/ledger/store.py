"""The ledger's tables in SQLite, on a connection that somebody else opened.

An append happens inside the caller's transaction, so that a change of state and its leaf are one commit. ``head``
keeps the peaks of the tree, which is all that appending needs, and ``subtree`` what proofs are made of: the roots of every
16, 256, 4096 … entries, so that none takes more than fifteen hashes a level of those. Triggers keep entries and checkpoints from being changed
or removed; they guard against accidents, the signed checkpoints against everything else. ``detail`` held, until the third
migration, the personal values that leaves only commit to (:mod:`sekisho.ledger.personal`).

Errors of SQLite pass through as ``sqlite3.DatabaseError``; whoever opened the database knows what to say of it.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime

from sekisho.clock import from_text, to_text
from sekisho.errors import Refused
from sekisho.ledger.checkpoint import Checkpoint
from sekisho.ledger.merkle import HASH_BYTES, CompactRange, join, leaf_hash, perfect_subtrees, root_of
from sekisho.ledger.tiles import Tile
from sekisho.sql import Connection, server_of

SCHEMA = """
CREATE TABLE entry (
    idx  INTEGER PRIMARY KEY,
    leaf BLOB NOT NULL CHECK (length(leaf) = 32),
    body BLOB NOT NULL CHECK (length(body) <= 65535)
) STRICT;

CREATE TABLE head (
    id    INTEGER PRIMARY KEY CHECK (id = 0),
    size  INTEGER NOT NULL CHECK (size >= 0),
    peaks BLOB NOT NULL CHECK (length(peaks) % 32 = 0)
) STRICT;
INSERT INTO head (id, size, peaks) VALUES (0, 0, x'');

CREATE TABLE checkpoint (
    size INTEGER PRIMARY KEY,
    note TEXT NOT NULL,
    at   TEXT NOT NULL
) STRICT;

CREATE TABLE detail (
    idx   INTEGER NOT NULL REFERENCES entry (idx),
    field TEXT NOT NULL,
    salt  BLOB NOT NULL CHECK (length(salt) = 32),
    value TEXT NOT NULL,
    PRIMARY KEY (idx, field)
) STRICT, WITHOUT ROWID;

CREATE TRIGGER entry_follows_the_last BEFORE INSERT ON entry
WHEN NEW.idx IS NOT (SELECT coalesce(max(idx), -1) + 1 FROM entry)
BEGIN SELECT raise(ABORT, 'an entry stands behind the last one'); END;

CREATE TRIGGER entry_is_not_changed BEFORE UPDATE ON entry
BEGIN SELECT raise(ABORT, 'an entry is never changed'); END;

CREATE TRIGGER entry_is_not_removed BEFORE DELETE ON entry
BEGIN SELECT raise(ABORT, 'an entry is never removed'); END;

CREATE TRIGGER checkpoint_is_the_only_one BEFORE INSERT ON checkpoint
WHEN EXISTS (SELECT 1 FROM checkpoint WHERE size = NEW.size)
BEGIN SELECT raise(ABORT, 'a size is signed once'); END;

CREATE TRIGGER checkpoint_is_not_changed BEFORE UPDATE ON checkpoint
BEGIN SELECT raise(ABORT, 'a checkpoint is never changed'); END;

CREATE TRIGGER checkpoint_is_not_removed BEFORE DELETE ON checkpoint
BEGIN SELECT raise(ABORT, 'a checkpoint is never removed'); END;
"""

SCHEMA_2 = """
CREATE TABLE subtree (
    level INTEGER NOT NULL CHECK (level > 0),
    idx   INTEGER NOT NULL,
    hash  BLOB NOT NULL CHECK (length(hash) = 32),
    PRIMARY KEY (level, idx)
) STRICT, WITHOUT ROWID;

CREATE TABLE cosignature (
    size    INTEGER NOT NULL REFERENCES checkpoint (size),
    witness TEXT NOT NULL,
    line    TEXT NOT NULL,
    PRIMARY KEY (size, witness)
) STRICT, WITHOUT ROWID;
"""
"""The second migration: roots of subtrees, which :func:`complete` fills in for what was appended before it; cosignatures."""

_HEIGHT, _LEVELS_A_TILE = 4, 8
_WIDTH = 1 << _HEIGHT  # entries, or subtrees of the level below, under one row of ``subtree``

# WAL, because a rollback journal may come back after a power cut and undo an acknowledged commit (synchronous=EXTRA
# exists for that); FULL or EXTRA, because NORMAL does not wait for the disk; secure_delete, because erased is erased.
_SETTINGS: dict[str, frozenset[str | int]] = {
    "journal_mode": frozenset({"wal"}),
    "synchronous": frozenset({2, 3}),
    "secure_delete": frozenset({1, 2}),
}
_PAGE = 256


def demand_settings(connection: Connection) -> None:
    """Refuse a connection on which a commit could be lost or an erased value stay.

    Raises:
        Refused: names the setting.
    """
    if server := server_of(connection):
        server.demand_settings()
        return
    for setting in _SETTINGS:
        _demand(connection, setting)


def demand_durable(connection: Connection) -> None:
    """Refuse a connection on which a commit could be lost by now: of what :func:`demand_settings` demands, what we switch ourselves.

    Raises:
        Refused: names the setting.
    """
    if server := server_of(connection):
        server.demand_settings()
        return
    _demand(connection, "synchronous")


def _demand(connection: Connection, setting: str) -> None:
    (value,) = connection.execute(f"PRAGMA {setting}").fetchone()
    if value not in _SETTINGS[setting]:
        raise Refused("ledger.unsafe_setting", setting=setting, value=value)


def load_tree(connection: Connection) -> CompactRange:
    """Return the tree as its last append left it."""
    size, peaks = connection.execute("SELECT size, peaks FROM head").fetchone()
    return CompactRange(size, [peaks[at : at + HASH_BYTES] for at in range(0, len(peaks), HASH_BYTES)])


def append(connection: Connection, body: bytes, tree: CompactRange | None = None) -> int:
    """Add an entry inside the caller's transaction and return its index.

    Args:
        connection: where a transaction is open.
        body: the entry.
        tree: the tree as the caller knows it, which saves reading it; brought up to date, whatever happened to it meanwhile.

    Raises:
        RuntimeError: no transaction is open.
    """
    if not connection.in_transaction:
        raise RuntimeError("an entry is appended inside a transaction")
    known, leaf = tree or load_tree(connection), leaf_hash(body)
    completed = _advance(connection, known, leaf)
    if completed is None:  # a savepoint was undone, or somebody else appended in this transaction
        now = load_tree(connection)
        known.size, known.peaks = now.size, now.peaks
        completed = _advance(connection, known, leaf)
    if completed is None:
        raise RuntimeError("the head of the tree changed within a transaction")
    index = known.size - 1
    connection.execute("INSERT INTO entry (idx, leaf, body) VALUES (?, ?, ?)", (index, leaf, body))
    _add_subtrees(connection, completed, size=known.size)
    return index


def _advance(connection: Connection, tree: CompactRange, leaf: bytes) -> list[bytes] | None:
    """Add a leaf to the head, and return the subtrees that it completes; nothing where the head is another than ``tree``."""
    size, peaks = tree.size, b"".join(tree.peaks)
    completed = tree.append(leaf)
    update = "UPDATE head SET size = ?, peaks = ? WHERE size = ? AND peaks = ?"
    changed = connection.execute(update, (tree.size, b"".join(tree.peaks), size, peaks)).rowcount
    return completed if changed == 1 else None


def is_complete(connection: Connection) -> bool:
    """Tell whether every root of a subtree that should be stored is."""
    return _stored(connection, level=1) == load_tree(connection).size // _WIDTH


def complete(connection: Connection) -> None:
    """Store, inside the caller's transaction, the roots of subtrees that an older Sekisho did not store."""
    level, below = 1, load_tree(connection).size
    while below >= _WIDTH:
        count = below // _WIDTH
        for index in range(_stored(connection, level), count):
            root = root_of(_nodes(connection, level - 1, _under(index)))
            connection.execute("INSERT INTO subtree (level, idx, hash) VALUES (?, ?, ?)", (level, index, root))
        level, below = level + 1, count


def root_at(connection: Connection, size: int) -> bytes:
    """Return the root over the first ``size`` entries."""
    tree = load_tree(connection)
    return tree.root() if size == tree.size else subtree(connection, range(size))


def subtree(connection: Connection, leaves: range) -> bytes:
    """Return the hash of a range of leaves, such as a proof names."""
    return join([_perfect(connection, part) for part in perfect_subtrees(leaves)])


def tile(connection: Connection, asked: Tile) -> list[bytes]:
    """Return the hashes of a tile; its level is two of those that are stored."""
    level = int(asked.level) * _LEVELS_A_TILE // _HEIGHT
    return _nodes(connection, level, range(asked.start, asked.start + asked.width))


def checkpoint_time(connection: Connection) -> datetime | None:
    """Return when the newest checkpoint was signed, or None before the first."""
    row = connection.execute("SELECT at FROM checkpoint ORDER BY size DESC LIMIT 1").fetchone()
    return None if row is None else from_text(row[0])


def body(connection: Connection, index: int) -> bytes | None:
    """Return the body of one entry, or None where there is none."""
    row = connection.execute("SELECT body FROM entry WHERE idx = ?", (index,)).fetchone()
    return None if row is None else bytes(row[0])


def bodies(connection: Connection, start: int = 0) -> Iterator[bytes]:
    """Yield the bodies of all entries from ``start`` on.

    Read page by page: a statement left open would hold an old snapshot, under which the next transaction on this
    connection fails at once.
    """
    select = "SELECT body FROM entry WHERE idx >= ? ORDER BY idx LIMIT ?"
    while rows := connection.execute(select, (start, _PAGE)).fetchall():
        start += len(rows)
        yield from (row[0] for row in rows)


def add_checkpoint(connection: Connection, checkpoint: Checkpoint, *, at: datetime) -> None:
    """Keep a checkpoint, inside the caller's transaction."""
    row = (checkpoint.size, checkpoint.note, to_text(at))
    connection.execute("INSERT INTO checkpoint (size, note, at) VALUES (?, ?, ?)", row)


def checkpoint_note(connection: Connection, size: int | None = None) -> str | None:
    """Return the note that signs ``size``, or the newest one, with its cosignatures; None where there is none."""
    select = "SELECT size, note FROM checkpoint WHERE size = coalesce(?, (SELECT max(size) FROM checkpoint))"
    row = connection.execute(select, (size,)).fetchone()
    if row is None:
        return None
    lines = connection.execute("SELECT line FROM cosignature WHERE size = ? ORDER BY witness", (row[0],)).fetchall()
    return str(row[1]) + "".join(f"{line}\n" for (line,) in lines)


def signed_sizes(connection: Connection) -> list[int]:
    """Return every size that was signed, in order."""
    return [row[0] for row in connection.execute("SELECT size FROM checkpoint ORDER BY size").fetchall()]


def add_cosignature(connection: Connection, size: int, *, witness: str, line: str) -> None:
    """Keep the cosignature of a witness under a checkpoint, inside the caller's transaction; the first is kept."""
    insert = "INSERT INTO cosignature (size, witness, line) VALUES (?, ?, ?) ON CONFLICT DO NOTHING"
    connection.execute(insert, (size, witness, line))


def cosigned_sizes(connection: Connection, *, above: int = -1, witness: str | None = None) -> list[int]:
    """Return the sizes that somebody, or one witness, cosigned, newest first."""
    select = (
        "SELECT DISTINCT size FROM cosignature WHERE size > ? AND witness = coalesce(?, witness) ORDER BY size DESC"
    )
    return [row[0] for row in connection.execute(select, (above, witness)).fetchall()]


def _add_subtrees(connection: Connection, completed: Sequence[bytes], *, size: int) -> None:
    """Store the roots that an entry completed, of those that are stored: one every sixteen entries, now and then more."""
    for level, root in enumerate(completed[_HEIGHT::_HEIGHT], 1):
        index = (size >> _HEIGHT * level) - 1
        connection.execute("INSERT INTO subtree (level, idx, hash) VALUES (?, ?, ?)", (level, index, root))


def _stored(connection: Connection, level: int) -> int:
    """Return how many subtrees of a level are stored; they are added in order."""
    (count,) = connection.execute("SELECT coalesce(max(idx) + 1, 0) FROM subtree WHERE level = ?", (level,)).fetchone()
    return int(count)


def _perfect(connection: Connection, leaves: range) -> bytes:
    """Return the root of a perfect subtree, from the largest that are stored."""
    level = (len(leaves).bit_length() - 1) // _HEIGHT
    shift = _HEIGHT * level
    return root_of(_nodes(connection, level, range(leaves.start >> shift, leaves.stop >> shift)))


def _nodes(connection: Connection, level: int, indexes: range) -> list[bytes]:
    """Return neighbouring hashes of a level; where the last are not stored yet, from the level below."""
    select = "SELECT hash FROM subtree WHERE level = ? AND idx >= ? AND idx < ? ORDER BY idx"
    if level == 0:
        select = "SELECT leaf FROM entry WHERE ? = 0 AND idx >= ? AND idx < ? ORDER BY idx"
    found = [row[0] for row in connection.execute(select, (level, indexes.start, indexes.stop)).fetchall()]
    if level == 0:
        return found
    return found + [root_of(_nodes(connection, level - 1, _under(index))) for index in indexes[len(found) :]]


def _under(index: int) -> range:
    return range(index * _WIDTH, (index + 1) * _WIDTH)
