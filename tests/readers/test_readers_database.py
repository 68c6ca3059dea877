import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from readers_files import faults, zipped

from sekisho.readers.tables import Table
from sekisho.readers.views import views


def _database(folder: Path) -> bytes:
    path = folder / "made.db"
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("CREATE TABLE 台帳 AS SELECT '山田 太郎' AS 氏名")
    return path.read_bytes()


@pytest.mark.parametrize("nested", [0, 1, 2])
def test_a_database_is_read_wherever_it_lies(tmp_path: Path, nested: int) -> None:
    data = _database(tmp_path)
    for _ in range(nested):
        data = zipped({"in.db": data})
    path = tmp_path / "a.db"
    path.write_bytes(data)

    (table,) = views(path)

    assert isinstance(table, Table)
    assert table.columns == ("氏名",)
    assert b"".join(block.text for block in table.blocks()).decode() == "山田 太郎\n"


@pytest.mark.parametrize("nested", [False, True])
def test_a_damaged_one_is_told(tmp_path: Path, nested: bool) -> None:
    data = b"SQLite format 3\x00" + bytes(100)
    path = tmp_path / "a.db"
    path.write_bytes(zipped({"in.db": data}) if nested else data)

    assert faults(path) == ["readers.damaged_database"]
