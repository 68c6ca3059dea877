"""Against a real server, thrown away afterwards."""

from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from database_servers import postgresql
from sekisho.errors import Unreadable
from sekisho.readers.address import parse_address
from sekisho.readers.databases import Sampling, tables
from sekisho.readers.postgresql import Login, Relation, _connect
from sekisho.readers.problems import Problems
from sekisho.readers.tables import Table
from sekisho.readers.views import Unread

_MAKE = """
CREATE ROLE clerk LOGIN; CREATE ROLE locked LOGIN PASSWORD 'geheim';
CREATE TABLE "住民 台帳" ("氏名" text, "電話""番号" text, n bigint);
INSERT INTO "住民 台帳" VALUES ('山田 太郎', '090-1234-5678', 1), (NULL, NULL, NULL), (E'a\\nb"c,', '', 2);
CREATE TABLE one (a text); INSERT INTO one VALUES (NULL), (''), (E'\\\\.');
CREATE TABLE pictures (name text, picture bytea);
INSERT INTO pictures VALUES ('x', '\\x8950ff00'), ('y', convert_to('備考', 'UTF8'));
CREATE TABLE nobody_in (a int);
CREATE TABLE parted (a int, b text) PARTITION BY RANGE (a);
CREATE TABLE parted_1 PARTITION OF parted FOR VALUES FROM (0) TO (10);
INSERT INTO parted VALUES (1, 'p'), (2, 'q');
CREATE TABLE parent (a int); CREATE TABLE child () INHERITS (parent);
INSERT INTO parent VALUES (1); INSERT INTO child VALUES (2);
CREATE MATERIALIZED VIEW stored AS SELECT 'm'::text AS a;
CREATE VIEW again AS SELECT * FROM one;
CREATE TABLE some_columns (a text, secret text, b text); INSERT INTO some_columns VALUES ('a', 's', 'b');
CREATE TABLE some_rows (a text); ALTER TABLE some_rows ENABLE ROW LEVEL SECURITY;
CREATE SCHEMA closed; CREATE TABLE closed.inside (a int);
CREATE TABLE many AS SELECT i AS n, repeat('x', 40) AS filler FROM generate_series(1, 60000) AS i;
GRANT SELECT ON ALL TABLES IN SCHEMA public TO clerk;
CREATE TABLE secret (a int);
REVOKE ALL ON some_columns FROM clerk; GRANT SELECT (a, b) ON some_columns TO clerk;
ANALYZE;
"""


@pytest.fixture(scope="module")
def socket() -> Iterator[Path]:
    with postgresql() as socket:
        with psycopg.connect(host=str(socket), user="sekisho", dbname="postgres") as connection:
            connection.execute(_MAKE)
        yield socket


def _found(socket: Path, *, user: str = "clerk", database: str = "postgres") -> dict[str, Table | Unread]:
    return {view.name: view for view in tables(f"postgresql://{user}@/{database}?host={socket}")}


def _table(socket: Path, name: str) -> Table:
    view = _found(socket)[f"public.{name}"]
    assert isinstance(view, Table)
    return view


def _rows(table: Table) -> list[tuple[str | None, ...]]:
    return [row for frame in table.frames(strict=False) for row in frame.rows()]


def test_a_table_is_read_with_its_names_and_values(socket: Path) -> None:
    table = _table(socket, "住民 台帳")

    assert (table.path.name, table.columns) == ("postgres", ("氏名", '電話"番号', "n"))
    assert _rows(table) == [("山田 太郎", "090-1234-5678", "1"), (None, None, None), ('a\nb"c,', None, "2")]


def test_a_single_empty_cell_is_a_row(socket: Path) -> None:
    assert _rows(_table(socket, "one")) == [(None,), (None,), ("\\.",)]


def test_bytes_that_are_text_are_read_and_others_are_counted(socket: Path) -> None:
    problems, table = Problems(), _table(socket, "pictures")

    list(table.blocks(problems=problems))

    assert _rows(table) == [("x", None), ("y", "備考")]
    assert [problem.key for problem in problems.found()] == ["readers.binary"]


def test_a_table_without_rows_has_none(socket: Path) -> None:
    assert _rows(_table(socket, "nobody_in")) == []


def test_partitions_are_read_once_and_children_by_themselves(socket: Path) -> None:
    assert "public.parted_1" not in _found(socket)
    assert _rows(_table(socket, "parted")) == [("1", "p"), ("2", "q")]
    assert (_rows(_table(socket, "parent")), _rows(_table(socket, "child"))) == ([("1",)], [("2",)])


def test_what_a_view_stores_is_read_and_what_it_says_again_is_not(socket: Path) -> None:
    assert _rows(_table(socket, "stored")) == [("m",)]
    assert "public.again" not in _found(socket)


def test_what_the_user_may_not_read_is_told(socket: Path) -> None:
    unread = {name: view.error.key for name, view in _found(socket).items() if isinstance(view, Unread)}

    assert unread == {"public.secret": "readers.table_not_allowed", "closed.inside": "readers.table_not_allowed"}


@pytest.mark.parametrize(
    ("name", "key"), [("some_columns", "readers.columns_not_allowed"), ("some_rows", "readers.rows_hidden")]
)
def test_what_is_hidden_of_a_table_is_told(socket: Path, name: str, key: str) -> None:
    problems = Problems()

    list(_table(socket, name).blocks(problems=problems))

    assert [problem.key for problem in problems.found()] == [key]


def test_a_sample_is_even_and_always_the_same(socket: Path) -> None:
    source = _table(socket, "many").source
    assert isinstance(source, Sampling)

    first, again = (_numbers(source, 2000) for _ in range(2))

    assert first == again
    assert source.rows() == 60_000
    assert 1500 < len(first) < 2500
    assert all(100 < sum(low <= n < low + 6000 for n in first) < 320 for low in range(1, 60_000, 6000))


def test_a_sample_of_a_table_of_many_pages_takes_few_rows_of_each(socket: Path) -> None:
    source = _table(socket, "many").source
    assert isinstance(source, Relation)
    assert source.pages > 200

    found = _numbers(source, 200)

    assert "SYSTEM" in source.sample(200).drawn  # type: ignore[attr-defined]
    assert 100 < len(found) < 320


def _numbers(source: Sampling, rows: int) -> list[int]:
    problems = Problems()
    text = b"".join(block.text for block in source.sample(rows).blocks(strict=True, problems=problems, size=1 << 20))
    return [int(line.split(b",")[0]) for line in text.splitlines()]


def test_a_table_that_was_never_looked_at_is_counted(socket: Path) -> None:
    with psycopg.connect(host=str(socket), user="sekisho", dbname="postgres") as connection:
        connection.execute(
            "CREATE TABLE IF NOT EXISTS fresh (a int); GRANT SELECT ON fresh TO clerk; INSERT INTO fresh VALUES (1)"
        )
    source = _table(socket, "fresh").source
    assert isinstance(source, Sampling)

    assert source.rows() == 1


def test_other_encodings_are_read(socket: Path) -> None:
    with psycopg.connect(host=str(socket), user="sekisho", dbname="postgres", autocommit=True) as connection:
        for name, encoding in (("euc", "EUC_JP"), ("ascii", "SQL_ASCII")):
            connection.execute(
                f"CREATE DATABASE {name} ENCODING '{encoding}' TEMPLATE template0 LC_COLLATE 'C' LC_CTYPE 'C'"
            )
    with psycopg.connect(host=str(socket), user="sekisho", dbname="euc", client_encoding="UTF8") as connection:
        connection.execute('CREATE TABLE "台帳" AS SELECT \'山田 太郎\'::text AS "氏名"')
    with psycopg.connect(host=str(socket), user="sekisho", dbname="ascii", client_encoding="SQL_ASCII") as connection:
        connection.execute(
            "CREATE TABLE a AS SELECT convert_from(%s, 'SQL_ASCII') AS x", ("山田 太郎".encode("cp932"),)
        )

    (euc,) = _found(socket, user="sekisho", database="euc").values()
    (plain,) = _found(socket, user="sekisho", database="ascii").values()

    assert isinstance(euc, Table)
    assert isinstance(plain, Table)
    assert (euc.name, euc.columns, _rows(euc)) == ("public.台帳", ("氏名",), [("山田 太郎",)])
    assert _rows(plain) == [("山田 太郎",)]


def test_a_locked_table_is_not_waited_for(socket: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sekisho.readers.postgresql._LOCK_SECONDS", 1)
    table = _table(socket, "one")
    with psycopg.connect(host=str(socket), user="sekisho", dbname="postgres") as connection:
        connection.execute("LOCK TABLE one IN ACCESS EXCLUSIVE MODE")
        (key,) = _said(table)

    assert key == "readers.database_busy"


def test_an_answer_that_takes_too_long_is_told(socket: Path) -> None:
    with psycopg.connect(host=str(socket), user="sekisho", dbname="postgres", autocommit=True) as connection:
        connection.execute("CREATE OR REPLACE FUNCTION slow() RETURNS text LANGUAGE sql AS 'SELECT pg_sleep(9)::text'")
        connection.execute(
            "CREATE TABLE IF NOT EXISTS slowed (a int, b text); INSERT INTO slowed VALUES (1); GRANT SELECT ON slowed TO clerk"
        )
        connection.execute(
            "CREATE POLICY p ON slowed USING (slow() IS NOT NULL); ALTER TABLE slowed ENABLE ROW LEVEL SECURITY"
        )
    view = {view.name: view for view in tables(f"postgresql://clerk@/postgres?host={socket}&timeout=1")}[
        "public.slowed"
    ]
    assert isinstance(view, Table)

    assert _said(view) == ["readers.database_slow"]


def _said(table: Table) -> list[str]:
    try:
        list(table.blocks())
    except Unreadable as error:
        return [error.key]
    return []


def test_nothing_can_be_written(socket: Path) -> None:
    login = Login(address=parse_address(f"postgresql://sekisho@/postgres?host={socket}"))

    with _connect(login) as connection, pytest.raises(psycopg.errors.ReadOnlySqlTransaction):
        connection.execute("CREATE TABLE x (a int)")


def test_a_password_is_asked_for_once_and_only_where_one_is_wanted(socket: Path) -> None:
    asked = list[Path]()

    def ask(path: Path) -> str:
        asked.append(path)
        return "geheim"

    url = f"postgresql://locked@/postgres?host={socket}"
    views = list(tables(url, ask=ask))

    assert len(views) > 10
    assert len(asked) == 1
    assert "geheim" not in repr(views)


def test_a_password_file_is_the_drivers_own(socket: Path, tmp_path: Path) -> None:
    kept = tmp_path / "pgpass"
    kept.write_text("*:*:*:locked:geheim\n")
    kept.chmod(0o600)

    views = list(tables(f"postgresql://locked@/postgres?host={socket}&passfile={kept}"))

    assert len(views) > 10


@pytest.mark.parametrize(
    ("url", "key"),
    [
        ("postgresql://unknown@/postgres?host={socket}", "readers.sign_in"),
        ("postgresql://clerk@/unknown?host={socket}", "readers.sign_in"),
        ("postgresql://locked@/postgres?host={socket}", "readers.sign_in"),
        ("postgresql://clerk@/postgres?host=/nowhere", "readers.no_connection"),
        ("postgresql://clerk@127.0.0.1:1/postgres", "readers.no_connection"),
    ],
)
def test_why_there_is_no_connection_is_told(socket: Path, url: str, key: str) -> None:
    (view,) = tables(url.format(socket=socket))

    assert isinstance(view, Unread)
    assert view.error.key == key


def test_the_environment_leads_nowhere_else(socket: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in {
        "PGHOST": "/nowhere",
        "PGHOSTADDR": "192.0.2.1",
        "PGDATABASE": "other",
        "PGUSER": "other",
        "PGPORT": "1",
    }.items():
        monkeypatch.setenv(name, value)

    assert len(_found(socket)) > 10


def test_a_wrong_password_is_not_asked_for_again(socket: Path) -> None:
    (view,) = tables(f"postgresql://locked@/postgres?host={socket}", ask=lambda _path: "falsch")

    assert isinstance(view, Unread)
    assert view.error.key == "readers.sign_in"
    assert "falsch" not in str(view)
