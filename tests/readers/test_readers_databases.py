import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from sekisho.errors import Missing, Misuse
from sekisho.readers import databases
from sekisho.readers.databases import Sampling, tables
from sekisho.readers.tables import Table
from sekisho.readers.views import Unread


def test_a_sqlite_file_has_an_address_too(tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "a.db")) as connection, connection:
        connection.execute("CREATE TABLE a AS SELECT 'x' AS y")

    (table,) = tables(f"sqlite:///{tmp_path}/a.db")

    assert isinstance(table, Table)
    assert (table.path, table.columns) == (tmp_path / "a.db", ("y",))
    assert not isinstance(table.source, Sampling)


def test_a_database_that_is_not_there_is_a_view(tmp_path: Path) -> None:
    (view,) = tables(f"sqlite:///{tmp_path}/none.db")

    assert isinstance(view, Unread)
    assert (view.name, view.error.key) == ("none", "readers.not_found")


def test_a_password_in_the_address_is_refused_before_anything_else() -> None:
    with pytest.raises(Misuse) as caught:
        list(tables("postgresql://u:geheim@192.0.2.1/d"))

    assert caught.value.key == "readers.password_in_url"


@pytest.mark.parametrize(("url", "extra"), [("postgresql://h/d", "postgresql"), ("mysql://h/d", "mysql")])
def test_a_driver_that_is_not_installed_is_told_with_its_extra(
    url: str, extra: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(databases, "find_spec", lambda _name: None)

    with pytest.raises(Missing) as caught:
        list(tables(url))

    assert extra in caught.value.hint("ja")
