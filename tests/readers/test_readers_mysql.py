"""Against a real server, thrown away afterwards."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pymysql
import pytest

from database_servers import mysql
from sekisho.errors import Unreadable
from sekisho.readers.address import parse_address
from sekisho.readers.databases import Sampling, tables
from sekisho.readers.mysql import Login, _connect
from sekisho.readers.problems import Problems
from sekisho.readers.tables import Table
from sekisho.readers.views import Unread

_MAKE = """
CREATE DATABASE `市役所` CHARACTER SET cp932; USE `市役所`;
CREATE USER clerk@localhost; CREATE USER locked@localhost IDENTIFIED BY 'geheim';
CREATE TABLE `住民 台帳` (`氏名` text, `電話``番号` varchar(30) CHARACTER SET ujis, n bigint, `写真` blob, d date);
INSERT INTO `住民 台帳` VALUES ('山田 太郎', '電話は自宅', 1, NULL, '1985-01-02'), (NULL, NULL, NULL, x'8950ff00', NULL);
INSERT INTO `住民 台帳` VALUES ('a\\nb"c,', '', 2, '備考', NULL);
CREATE TABLE nobody_in (a int);
CREATE TABLE many AS SELECT seq AS n, repeat('x', 40) AS filler FROM seq_1_to_60000;
CREATE TABLE some_columns (a text, secret text, b text); INSERT INTO some_columns VALUES ('a', 's', 'b');
CREATE TABLE write_only (a int);
CREATE VIEW again AS SELECT * FROM nobody_in;
GRANT SELECT ON `市役所`.`住民 台帳` TO clerk@localhost; GRANT SELECT ON nobody_in TO clerk@localhost;
GRANT SELECT ON many TO clerk@localhost; GRANT SELECT (a, b) ON some_columns TO clerk@localhost;
GRANT INSERT ON write_only TO clerk@localhost; GRANT SELECT ON `市役所`.* TO locked@localhost;
ANALYZE TABLE many;
"""


@pytest.fixture(scope="module")
def socket() -> Iterator[Path]:
    with mysql() as socket:
        with _root(socket) as connection, connection.cursor() as cursor:
            for statement in _MAKE.split(";"):
                if statement.strip():
                    cursor.execute(statement)
        yield socket


def _root(socket: Path) -> Any:
    return pymysql.connect(unix_socket=str(socket), user="root", autocommit=True, charset="utf8mb4")


def _views(socket: Path, *, user: str = "clerk", more: str = "", **named: Any) -> dict[str, Table | Unread]:
    return {view.name: view for view in tables(f"mysql://{user}@localhost/市役所?socket={socket}{more}", **named)}


def _table(socket: Path, name: str) -> Table:
    view = _views(socket)[name]
    assert isinstance(view, Table)
    return view


def _rows(table: Table) -> list[tuple[str | None, ...]]:
    return [row for frame in table.frames(strict=False) for row in frame.rows()]


def test_a_table_is_read_with_its_names_and_values(socket: Path) -> None:
    table, problems = _table(socket, "住民 台帳"), Problems()

    list(table.blocks(problems=problems))

    assert table.columns == ("氏名", "電話`番号", "n", "写真", "d")
    assert _rows(table) == [
        ("山田 太郎", "電話は自宅", "1", None, "1985-01-02"),
        (None, None, None, None, None),
        ('a\nb"c,', None, "2", "備考", None),
    ]
    assert [problem.key for problem in problems.found()] == ["readers.binary"]


def test_a_table_without_rows_has_none_and_a_view_is_not_read(socket: Path) -> None:
    assert _rows(_table(socket, "nobody_in")) == []
    assert "again" not in _views(socket)


def test_what_the_user_may_not_read_is_told(socket: Path) -> None:
    views, problems = _views(socket), Problems()
    some = views["some_columns"]
    assert isinstance(some, Table)

    list(some.blocks(problems=problems))

    assert (some.columns, _rows(some)) == (("a", "b"), [("a", "b")])
    assert [problem.key for problem in problems.found()] == ["readers.columns_not_allowed"]
    unread = {name: view.error.key for name, view in views.items() if isinstance(view, Unread)}
    assert unread == {"write_only": "readers.table_not_allowed"}


def test_a_sample_is_even_and_always_the_same(socket: Path) -> None:
    source = _table(socket, "many").source
    assert isinstance(source, Sampling)

    first, again = (_numbers(source, 2000) for _ in range(2))

    assert first == again
    assert 55_000 < source.rows() < 65_000
    assert 1500 < len(first) < 2500
    assert all(100 < sum(low <= n < low + 6000 for n in first) < 320 for low in range(1, 60_000, 6000))


def _numbers(source: Sampling, rows: int) -> list[int]:
    blocks = source.sample(rows).blocks(strict=True, problems=Problems(), size=1 << 20)
    return [int(line.split(b",")[0]) for block in blocks for line in block.text.splitlines()]


@pytest.mark.filterwarnings("error::pytest.PytestUnraisableExceptionWarning")
def test_a_table_may_be_left_in_the_middle(socket: Path) -> None:
    reading = _table(socket, "many").blocks(size=1 << 10)

    assert next(reading).rows > 0


def test_nothing_can_be_written(socket: Path) -> None:
    login = Login(address=parse_address(f"mysql://root@/市役所?socket={socket}"))

    with _connect(login) as connection, connection.cursor() as cursor, pytest.raises(pymysql.MySQLError) as caught:
        cursor.execute("INSERT INTO nobody_in VALUES (1)")

    assert caught.value.args[0] == 1792


def test_a_locked_table_is_not_waited_for(socket: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sekisho.readers.mysql._LOCK_SECONDS", 1)
    table = _table(socket, "nobody_in")
    with _root(socket) as connection, connection.cursor() as cursor:
        cursor.execute("LOCK TABLES `市役所`.nobody_in WRITE")
        with pytest.raises(Unreadable) as caught:
            list(table.blocks())

    assert caught.value.key == "readers.database_busy"


def test_a_password_is_asked_for_once_and_only_where_one_is_wanted(socket: Path) -> None:
    asked = list[Path]()

    def ask(path: Path) -> str:
        asked.append(path)
        return "geheim"

    views = _views(socket, user="locked", ask=ask)

    assert len(views) == 5
    assert len(asked) == 1
    assert "geheim" not in repr(views)


def test_an_option_file_gives_the_password_and_nothing_else(socket: Path, tmp_path: Path) -> None:
    kept = tmp_path / "my.cnf"
    kept.write_text("[client]\nhost=192.0.2.1\nsocket=/nowhere\nuser=other\npassword='geheim'\n")

    assert len(_views(socket, user="locked", more=f"&option_file={kept}")) == 5


@pytest.mark.parametrize(
    ("url", "key"),
    [
        ("mysql://unknown@/市役所?socket={socket}", "readers.sign_in"),
        ("mysql://clerk@/unknown?socket={socket}", "readers.sign_in"),
        ("mysql://locked@/市役所?socket={socket}", "readers.sign_in"),
        ("mysql://locked@/市役所?socket={socket}&option_file=/nowhere", "readers.option_file"),
        ("mysql://clerk@/市役所?socket=/nowhere", "readers.no_connection"),
        ("mysql://clerk@127.0.0.1:1/市役所", "readers.no_connection"),
    ],
)
def test_why_there_is_no_connection_is_told(
    socket: Path, url: str, key: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))

    (view,) = tables(url.format(socket=socket))

    assert isinstance(view, Unread)
    assert view.error.key == key
