import os
import sqlite3
from contextlib import closing
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sekisho.errors import Unreadable
from sekisho.readers.problems import Problem, Problems
from sekisho.readers.sqlite_file import tables
from sekisho.readers.tables import Table

REGISTER = 'CREATE TABLE "住民 台帳" ("氏名" TEXT, "電話""番号" TEXT, "年齢" REAL, "写真" BLOB)'
PEOPLE: list[tuple[object, ...]] = [
    ("山田 太郎", "090-1234-5678", 41.0, None),
    (None, None, None, "備考".encode()),
    ('a"b\n', "x,y", 1.5, b"\x89PNG\0"),
]


def _database(path: Path, *statements: str, people: bool = True) -> Path:
    with closing(sqlite3.connect(path)) as connection, connection:
        for statement in (REGISTER, *statements) if people else statements:
            connection.execute(statement)
        if people:
            connection.executemany('INSERT INTO "住民 台帳" VALUES (?, ?, ?, ?)', PEOPLE)
    return path


def _rows(table: Table) -> list[tuple[str | None, ...]]:
    return [row for frame in table.frames(strict=False) for row in frame.rows()]


@pytest.mark.parametrize("in_memory", [False, True])
def test_a_table_is_read_with_its_names_and_values(tmp_path: Path, in_memory: bool) -> None:
    path = _database(tmp_path / "市役所.db")

    (table,) = tables(path, data=path.read_bytes() if in_memory else None)

    assert (table.name, table.columns) == ("市役所:住民 台帳", ("氏名", '電話"番号', "年齢", "写真"))
    assert _rows(table) == [
        ("山田 太郎", "090-1234-5678", "41", None),
        (None, None, None, "備考"),
        ('a"b\n', "x,y", "1.5", None),
    ]


def test_cells_that_are_no_text_are_counted(tmp_path: Path) -> None:
    (table,) = tables(_database(tmp_path / "a.db"))
    problems = Problems()

    list(table.blocks(problems=problems))

    assert problems.found() == (Problem(key="readers.binary", count=1, line=1),)


@pytest.mark.parametrize("encoding", ["UTF-8", "UTF-16le", "UTF-16be"])
def test_the_database_may_be_in_any_of_its_encodings(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "a.db"
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute(f"PRAGMA encoding = '{encoding}'")
        connection.execute("CREATE TABLE 台帳 AS SELECT '山田 太郎' AS 氏名")

    (table,) = tables(path)

    assert (table.columns, _rows(table)) == (("氏名",), [("山田 太郎",)])


def test_text_that_a_program_stored_in_cp932_is_text(tmp_path: Path) -> None:
    path = tmp_path / "a.db"
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("CREATE TABLE a (氏名 TEXT)")
        connection.execute("INSERT INTO a VALUES (CAST(? AS TEXT))", ("山田 太郎".encode("cp932"),))

    assert _rows(tables(path)[0]) == [("山田 太郎",)]


def test_views_and_virtual_tables_are_not_run(tmp_path: Path) -> None:
    path = _database(
        tmp_path / "a.db",
        'CREATE VIEW v AS SELECT * FROM "住民 台帳"',
        "CREATE VIRTUAL TABLE words USING fts5(body)",
        "INSERT INTO words VALUES ('電話 090-1234-5678')",
    )

    found = {table.name: table for table in tables(path)}

    assert not {"a:v", "a:words"} & found.keys()
    assert _rows(found["a:words_content"]) == [("1", "電話 090-1234-5678")]


def test_tables_without_rows_rowids_or_plain_columns_are_read(tmp_path: Path) -> None:
    path = _database(
        tmp_path / "a.db",
        "CREATE TABLE empty (x)",
        "CREATE TABLE keyed (k TEXT PRIMARY KEY, v) WITHOUT ROWID",
        "INSERT INTO keyed VALUES ('a', 1)",
        "CREATE TABLE reckoned (a, b AS (a || '!'))",
        "INSERT INTO reckoned VALUES ('x')",
        people=False,
    )

    assert {table.name: _rows(table) for table in tables(path)} == {
        "a:empty": [],
        "a:keyed": [("a", "1")],
        "a:reckoned": [("x", "x!")],
    }


def test_a_column_whose_name_is_no_text_is_not_taken_for_its_name(tmp_path: Path) -> None:
    """Double quotes around a name that is not there would make a text of it, for every row."""
    path = _database(tmp_path / "a.db", "CREATE TABLE a (abcd)", "INSERT INTO a VALUES ('x')", people=False)

    with pytest.raises(Unreadable) as caught:
        tables(path, data=path.read_bytes().replace(b"(abcd)", b"(\x8e\x81\x96\xbc)"))

    assert caught.value.key == "readers.damaged_database"


def test_neither_the_file_nor_its_folder_changes(tmp_path: Path) -> None:
    path = tmp_path / "a.db"
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("CREATE TABLE a AS SELECT 1 AS x")
    before = path.read_bytes()

    assert _rows(tables(path)[0]) == [("1",)]
    assert (os.listdir(tmp_path), path.read_bytes()) == (["a.db"], before)


def test_a_name_that_is_no_text_is_a_name(tmp_path: Path) -> None:
    path = tmp_path / os.fsdecode("住民 #%?.db".encode("cp932"))
    _database(tmp_path / "a.db").rename(path)

    assert len(_rows(tables(path)[0])) == 3


def test_an_unfinished_change_beside_it_is_told(tmp_path: Path) -> None:
    path = _database(tmp_path / "a.db")
    Path(f"{path}-journal").write_bytes(b"x")
    problems = Problems()

    list(tables(path)[0].blocks(problems=problems))

    assert "readers.journal_not_read" in {problem.key for problem in problems.found()}


@pytest.mark.parametrize("in_memory", [False, True])
@pytest.mark.parametrize("keep", [0, 50, 100, 5000])
def test_a_damaged_database_is_told(tmp_path: Path, keep: int, in_memory: bool) -> None:
    path = _database(tmp_path / "a.db", "CREATE TABLE b AS SELECT 1 AS x")
    path.write_bytes(path.read_bytes()[:keep])

    with pytest.raises(Unreadable):
        for table in tables(path, data=path.read_bytes() if in_memory else None):
            list(table.blocks())


def test_an_encrypted_database_is_told(tmp_path: Path) -> None:
    (tmp_path / "a.db").write_bytes(os.urandom(8192))

    with pytest.raises(Unreadable) as caught:
        tables(tmp_path / "a.db")

    assert caught.value.key == "readers.damaged_database"


def test_a_database_without_tables_is_empty(tmp_path: Path) -> None:
    path = _database(tmp_path / "a.db", "CREATE TABLE a (x)", "DROP TABLE a", people=False)

    with pytest.raises(Unreadable) as caught:
        tables(path)

    assert caught.value.key == "readers.empty"


def test_a_database_written_to_while_it_is_read_has_changed(tmp_path: Path) -> None:
    path = _database(
        tmp_path / "a.db",
        "CREATE TABLE b AS WITH RECURSIVE n(x) AS (VALUES(1) UNION ALL SELECT x+1 FROM n LIMIT 50000) SELECT x FROM n",
    )
    table = next(table for table in tables(path) if table.name == "a:b")
    reading = table.blocks(size=1 << 10)
    next(reading)
    os.utime(path, ns=(1, 1))

    with pytest.raises(Unreadable) as caught:
        list(reading)

    assert caught.value.key == "readers.changed"


def test_a_database_that_claims_more_rows_than_fit_is_damaged(tmp_path: Path) -> None:
    path = tmp_path / "a.db"
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("PRAGMA page_size = 512")
        connection.execute("CREATE TABLE a (x)")
        connection.executemany("INSERT INTO a VALUES (?)", [("x" * 20,)] * 60_000)
    data = bytearray(path.read_bytes())
    _fold(data, 512)

    with pytest.raises(Unreadable) as caught:
        for table in tables(path, data=bytes(data)):
            list(table.blocks())

    assert caught.value.key == "readers.damaged_database"


def _fold(data: bytearray, page_size: int) -> None:
    """Make every pointer of an inner page lead to the next inner page, fifteen floors up: seventy to the fifteenth rows."""
    inner = [start for start in range(page_size, len(data), page_size) if data[start] == 5][:16]
    for start, next_start in pairwise(inner):
        page = memoryview(data)[start : start + page_size]
        count = int.from_bytes(page[3:5], "big")
        places = [int.from_bytes(page[12 + 2 * n : 14 + 2 * n], "big") for n in range(count)]
        for place in (8, *places):
            page[place : place + 4] = (next_start // page_size + 1).to_bytes(4, "big")


@settings(max_examples=60)
@given(st.data())
def test_damage_anywhere_is_told_or_harmless(tmp_path_factory: pytest.TempPathFactory, data: st.DataObject) -> None:
    path = tmp_path_factory.getbasetemp() / "whole.db"
    if not path.exists():
        _database(path, "CREATE TABLE b AS SELECT 1 AS x", "CREATE INDEX i ON b (x)")
    broken = bytearray(path.read_bytes())
    for place in data.draw(st.lists(st.integers(0, len(broken) - 1), min_size=1, max_size=8)):
        broken[place] = data.draw(st.integers(0, 255))
    assert _said(bytes(broken)) in {None, "readers.damaged_database", "readers.empty", "readers.memory"}


def _said(data: bytes) -> str | None:
    try:
        for table in tables(Path("x.db"), data=data):
            list(table.blocks())
    except Unreadable as error:
        return error.key
    return None
