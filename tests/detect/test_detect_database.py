"""Against a real PostgreSQL and a real MariaDB, thrown away afterwards."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import psycopg
import pymysql
import pytest

from database_servers import mysql, postgresql
from sekisho.detect.database import scan_database
from sekisho.detect.findings import TableReport

_PEOPLE = """
INSERT INTO "住民" SELECT '山田 太' || translate(i::text, '0123456789', '郎一二三四五六七八九'), '090-' || lpad((i % 10000)::text, 4, '0') || '-5678' FROM generate_series(1, 300) AS i;
INSERT INTO parts SELECT i, 'bolt ' || i % 97, i % 500 FROM generate_series(1, 60000) AS i;
INSERT INTO orders SELECT i, CASE WHEN i % 20 = 0 THEN '090-1234-' || lpad((i % 10000)::text, 4, '0') END FROM generate_series(1, 60000) AS i;
"""
_MAKE = """
CREATE ROLE clerk LOGIN;
CREATE TABLE "住民" ("氏名" text, "電話番号" text);
CREATE TABLE parts (place bigint, what text, stock int);
CREATE TABLE orders (place bigint, note text);
CREATE TABLE nobody_in ("氏名" text);
"""
_END = "GRANT SELECT ON ALL TABLES IN SCHEMA public TO clerk; CREATE TABLE secret (a int); ANALYZE"


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    with postgresql() as socket:
        with psycopg.connect(host=str(socket), user="sekisho", dbname="postgres") as connection:
            connection.execute(_MAKE)
            connection.execute(_PEOPLE)
            connection.execute(_END)
        yield f"postgresql://clerk@/postgres?host={socket}"


def _scanned(address: str, *, full: bool = False) -> dict[str, TableReport]:
    return {report.name: report for report in scan_database(address, full=full)}


def test_what_is_suspicious_is_read_whole_and_the_rest_is_sampled(address: str) -> None:
    reports = _scanned(address)

    people, orders, parts = (reports[f"public.{name}"] for name in ("住民", "orders", "parts"))
    assert (people.rows, people.people) == (300, 300)
    assert (orders.rows, [finding.matched for finding in orders.findings if finding.kind == "phone"]) == (
        60_000,
        [3000],
    )
    assert parts.rows == 60_000
    assert 9000 < parts.sampled < 11_000
    assert 0 < parts.missed(0.001) < 0.001
    assert [finding for finding in parts.findings if finding.level != "low"] == []
    assert parts.people is None


def test_full_reads_everything(address: str) -> None:
    (parts,) = (report for name, report in _scanned(address, full=True).items() if name == "public.parts")

    assert (parts.rows, parts.problems) == (60_000, ())


def test_a_table_without_rows_is_an_answer_and_a_closed_one_is_none(address: str) -> None:
    reports = _scanned(address)
    closed = reports["public.secret"].could_not_inspect

    assert (reports["public.nobody_in"].rows, reports["public.nobody_in"].could_not_inspect) == (0, None)
    assert closed is not None
    assert closed.key == "readers.table_not_allowed"
    assert "public.secret" in closed.says("ja")


def test_a_server_that_is_away_could_not_be_inspected() -> None:
    (report,) = scan_database("postgresql://clerk@127.0.0.1:1/postgres")

    assert report.could_not_inspect is not None
    assert report.could_not_inspect.key == "readers.no_connection"


def test_progress_is_told_in_bytes_of_text(address: str) -> None:
    seen = list[int]()

    list(scan_database(address, progress=seen.append))

    assert sum(seen) > 60_000 * 10


def test_mysql_is_scanned_alike() -> None:
    with mysql() as socket:
        with pymysql.connect(unix_socket=str(socket), user="root", autocommit=True, charset="utf8mb4") as connection:
            cursor = connection.cursor()
            for statement in (
                "CREATE DATABASE office CHARACTER SET cp932",
                "USE office",
                "CREATE TABLE office.`住民` AS SELECT concat('090-', lpad(seq, 4, '0'), '-5678') AS `電話` FROM seq_1_to_300",
                "CREATE TABLE office.parts AS SELECT seq AS place, concat('bolt ', seq % 97) AS what FROM seq_1_to_60000",
                "ANALYZE TABLE office.parts",
            ):
                cursor.execute(statement)

        reports = _scanned(f"mysql://root@/office?socket={socket}")

    assert [(finding.kind, finding.matched) for finding in reports["住民"].findings] == [("phone", 300)]
    assert 55_000 < reports["parts"].rows < 65_000
    assert 9000 < reports["parts"].sampled < 11_000


def test_a_sqlite_file_is_read_whole(tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "a.db")) as connection, connection:
        connection.execute("CREATE TABLE a (電話番号)")
        connection.executemany("INSERT INTO a VALUES (?)", [(f"090-1234-{n:04d}",) for n in range(100)])

    (report,) = scan_database(f"sqlite:///{tmp_path}/a.db")

    assert [(finding.kind, finding.level) for finding in report.findings] == [("phone", "high")]
