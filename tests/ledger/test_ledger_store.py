"""The tables only grow, only inside a transaction, and only on a connection that loses nothing."""

import contextlib
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest
from ledger_office import Office

from sekisho.errors import Refused
from sekisho.ledger import store
from sekisho.ledger.merkle import leaf_hash, root_of


@pytest.fixture
def connection(tmp_path: Path) -> Iterator[sqlite3.Connection]:
    with contextlib.closing(Office(tmp_path).connect()) as connection:
        yield connection


def append(connection: sqlite3.Connection, *bodies: bytes) -> list[int]:
    connection.execute("BEGIN IMMEDIATE")
    indexes = [store.append(connection, body) for body in bodies]
    connection.execute("COMMIT")
    return indexes


def test_entries_are_numbered_from_zero_and_hashed(connection: sqlite3.Connection) -> None:
    bodies = [bytes([number]) for number in range(20)]
    assert append(connection, *bodies[:13]) + append(connection, *bodies[13:]) == list(range(20))
    leaves = [leaf_hash(body) for body in bodies]
    assert list(store.bodies(connection)) == bodies
    assert [store.root_at(connection, size) for size in range(21)] == [root_of(leaves[:size]) for size in range(21)]


def roots(connection: sqlite3.Connection, *sizes: int) -> list[bytes]:
    return [store.root_at(connection, size) for size in sizes]


def test_roots_come_from_stored_subtrees(connection: sqlite3.Connection) -> None:
    bodies = [str(number).encode() for number in range(600)]
    append(connection, *bodies)
    assert connection.execute("SELECT level, count(*) FROM subtree GROUP BY level").fetchall() == [(1, 37), (2, 2)]
    leaves = [leaf_hash(body) for body in bodies]
    assert roots(connection, *range(0, 601, 7)) == [root_of(leaves[:size]) for size in range(0, 601, 7)]


@pytest.mark.parametrize("forgotten", ["1", "level = 2", "idx > 1", "level = 1 AND idx = 36"])
def test_subtrees_that_are_not_stored_are_worked_out_and_then_stored(
    connection: sqlite3.Connection, forgotten: str
) -> None:
    append(connection, *(str(number).encode() for number in range(600)))
    whole, expected = connection.execute("SELECT * FROM subtree").fetchall(), roots(connection, 16, 256, 511, 600)
    connection.execute(f"DELETE FROM subtree WHERE {forgotten}")
    assert roots(connection, 16, 256, 511, 600) == expected
    connection.execute("BEGIN")
    store.complete(connection)
    connection.execute("COMMIT")
    assert store.is_complete(connection)
    assert connection.execute("SELECT * FROM subtree").fetchall() == whole


def test_entries_are_read_in_pages_from_anywhere(connection: sqlite3.Connection) -> None:
    append(connection, *(str(number).encode() for number in range(600)))
    assert [int(body) for body in store.bodies(connection, 250)] == list(range(250, 600))
    assert list(store.bodies(connection, 600)) == []


def test_reading_holds_no_snapshot(connection: sqlite3.Connection, tmp_path: Path) -> None:
    append(connection, *(str(number).encode() for number in range(600)))
    reading = store.bodies(connection)
    next(reading)
    with contextlib.closing(Office(tmp_path).connect()) as other:
        append(other, b"600")
    append(connection, b"601")
    assert len(list(reading)) == 601


def test_an_append_needs_a_transaction(connection: sqlite3.Connection) -> None:
    with pytest.raises(RuntimeError):
        store.append(connection, b"entry")
    assert store.load_tree(connection).size == 0


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE entry SET body = x'00'",
        "DELETE FROM entry WHERE idx = 1",
        "INSERT OR REPLACE INTO entry SELECT 1, leaf, x'00' FROM entry WHERE idx = 0",
        "INSERT INTO entry SELECT 3, leaf, body FROM entry WHERE idx = 0",
        "UPDATE checkpoint SET note = 'other'",
        "DELETE FROM checkpoint",
        "INSERT OR REPLACE INTO checkpoint VALUES (0, 'other', 'now')",
    ],
)
def test_what_is_recorded_stays(connection: sqlite3.Connection, statement: str) -> None:
    append(connection, b"a", b"b")
    connection.execute("INSERT INTO checkpoint VALUES (0, 'note', 'now')")
    with pytest.raises(sqlite3.IntegrityError):
        connection.execute(statement)


@pytest.mark.parametrize(
    "statement",
    [
        "INSERT INTO entry VALUES (0, x'00', x'00')",
        "INSERT INTO entry VALUES (0, 'text', x'00')",
        "INSERT INTO entry VALUES (0, zeroblob(32), zeroblob(65536))",
        "INSERT INTO head VALUES (1, 0, x'')",
        "INSERT INTO detail VALUES (0, 'field', x'00', 'value')",
    ],
)
def test_a_row_of_another_shape_is_refused(connection: sqlite3.Connection, statement: str) -> None:
    with pytest.raises(sqlite3.IntegrityError):
        connection.execute(statement)


@pytest.mark.parametrize(
    "pragma",
    ["synchronous = NORMAL", "synchronous = OFF", "journal_mode = DELETE", "journal_mode = OFF", "secure_delete = OFF"],
)
def test_a_connection_that_could_lose_or_keep_is_refused(connection: sqlite3.Connection, pragma: str) -> None:
    store.demand_settings(connection)
    connection.execute(f"PRAGMA {pragma}")
    with pytest.raises(Refused) as refused:
        store.demand_settings(connection)
    assert pragma.split(" = ", maxsplit=1)[0] in str(refused.value)


def test_synchronous_extra_is_more_than_enough(connection: sqlite3.Connection) -> None:
    connection.execute("PRAGMA synchronous = EXTRA")
    store.demand_settings(connection)
