import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sekisho.readers.problems import Problems
from sekisho.readers.sqlite_file import tables
from sekisho.readers.sqlite_wal import joined


@pytest.fixture(scope="module")
def live(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of a database that another program uses: its newest rows stand in the log alone."""
    folder = tmp_path_factory.mktemp("live")
    path = folder / "used.db"
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA wal_autocheckpoint = 0")
        connection.execute("CREATE TABLE 台帳 (氏名, 番号)")
        connection.execute("INSERT INTO 台帳 VALUES ('古い', 1)")
        connection.execute("PRAGMA wal_checkpoint(RESTART)")
        for number in range(2, 400):
            connection.execute("INSERT INTO 台帳 VALUES ('山田 太郎', ?)", (number,))
        connection.execute("BEGIN")
        connection.execute("INSERT INTO 台帳 VALUES ('未確定', 0)")
        shutil.copy(path, folder / "copy.db")
        shutil.copy(f"{path}-wal", folder / "copy.db-wal")
    return folder / "copy.db"


def _rows(path: Path, problems: Problems) -> list[bytes]:
    (table,) = tables(path)
    return [line for block in table.blocks(problems=problems) for line in block.text.splitlines()]


def test_rows_that_stand_in_the_log_alone_are_read(live: Path) -> None:
    problems, before = Problems(), sorted((each.name, each.read_bytes()) for each in live.parent.iterdir())

    rows = _rows(live, problems)

    assert (len(rows), rows[0].decode(), rows[-1].decode()) == (399, "古い,1", "山田 太郎,399")
    assert problems.found() == ()
    assert sorted((each.name, each.read_bytes()) for each in live.parent.iterdir()) == before


def test_a_joined_database_is_what_sqlite_itself_makes_of_both(live: Path, tmp_path: Path) -> None:
    for name in ("copy.db", "copy.db-wal"):
        shutil.copy(live.with_name(name), tmp_path / name)
    whole = joined(live.read_bytes(), live.with_name("copy.db-wal").read_bytes())
    with closing(sqlite3.connect(tmp_path / "copy.db")) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    assert whole == (tmp_path / "copy.db").read_bytes()


@pytest.mark.parametrize("keep", [0.5, 0.99])
def test_of_a_log_that_was_cut_off_the_finished_transactions_count(live: Path, tmp_path: Path, keep: float) -> None:
    shutil.copy(live, tmp_path / "a.db")
    log = live.with_name("copy.db-wal").read_bytes()
    (tmp_path / "a.db-wal").write_bytes(log[: int(len(log) * keep)])

    rows = _rows(tmp_path / "a.db", Problems())

    assert 1 < len(rows) < 399
    assert [int(row.split(b",")[1]) for row in rows] == list(range(1, len(rows) + 1))


@pytest.mark.parametrize("log", [b"x", b"\0" * 5000, bytes.fromhex("377f0682002de218") + bytes(24)])
def test_a_log_that_does_not_fit_is_told(live: Path, tmp_path: Path, log: bytes) -> None:
    shutil.copy(live, tmp_path / "a.db")
    (tmp_path / "a.db-wal").write_bytes(log)
    problems = Problems()

    assert len(_rows(tmp_path / "a.db", problems)) == 1
    assert [problem.key for problem in problems.found()] == ["readers.wal_not_read"]


@settings(max_examples=50)
@given(st.data())
def test_no_log_makes_more_than_the_pages_in_it(live: Path, data: st.DataObject) -> None:
    database, log = live.read_bytes(), bytearray(live.with_name("copy.db-wal").read_bytes()[:40_000])
    for place in data.draw(st.lists(st.integers(0, len(log) - 1), max_size=6)):
        log[place] = data.draw(st.integers(0, 255))

    whole = joined(database, bytes(log))

    assert whole is None or len(whole) <= len(database) + len(log)
