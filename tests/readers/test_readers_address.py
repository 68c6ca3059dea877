from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sekisho.errors import Misuse
from sekisho.readers.address import is_address, parse_address


def test_an_address_names_who_and_where() -> None:
    found = parse_address("postgresql://%E4%BD%90%E8%97%A4@db.example:5433/%E5%B8%82?sslmode=verify-full&timeout=60")

    assert (found.user, found.host, found.port, found.database) == ("佐藤", "db.example", 5433, "市")
    assert (found.ssl_mode, found.seconds) == ("verify-full", 60)


@pytest.mark.parametrize(("text", "database"), [("sqlite:///a/b.db", "a/b.db"), ("sqlite:////a/b.db", "/a/b.db")])
def test_four_slashes_begin_at_the_root(text: str, database: str) -> None:
    assert parse_address(text).path == Path(database)


@pytest.mark.parametrize(
    ("text", "mode"),
    [
        ("postgresql://db.example/a", "require"),
        ("mysql://db.example/a", "require"),
        ("mysql://localhost/a", "disable"),
        ("postgresql:///a?host=/run/postgresql", "disable"),
        ("postgresql://db.example/a?sslmode=disable", "disable"),
    ],
)
def test_what_crosses_a_network_is_encrypted_unless_the_address_says_otherwise(text: str, mode: str) -> None:
    assert parse_address(text).ssl_mode == mode


@pytest.mark.parametrize(
    "text",
    [
        "postgresql://u:geheim@h/d",
        "mysql://u:@h/d",
        "postgresql://h/d?password=geheim",
        "mysql://h/d?PASSWD=geheim",
        "postgres://:geheim@h/d",
    ],
)
def test_a_password_is_refused_and_not_repeated(text: str) -> None:
    with pytest.raises(Misuse) as caught:
        parse_address(text)

    assert caught.value.key == "readers.password_in_url"
    assert "geheim" not in f"{caught.value} {caught.value.values} {caught.value.__context__}"


@pytest.mark.parametrize(
    "text",
    [
        "postgresql://h/",
        "oracle://h/d",
        "a.csv",
        "postgresql://h:port/d",
        "postgresql://h/d?options=-c",
        "postgresql://h,evil/d",
        "postgresql://h/d?sslmode=prefer",
        "mysql://h/d?local_infile=1",
        "mysql://h/d?timeout=0",
        "sqlite://host/a.db",
        "postgresql://h/d%00",
        "postgresql://[h/d",
    ],
)
def test_anything_else_is_none(text: str) -> None:
    with pytest.raises(Misuse) as caught:
        parse_address(text)

    assert caught.value.key == "readers.database_url"


def test_files_are_no_addresses() -> None:
    assert list(map(is_address, ["postgresql://h/d", "MySQL://h/d", "sqlite:///a", "a.csv", "s3://b/k", "C://x"])) == [
        True,
        True,
        True,
        False,
        False,
        False,
    ]


@given(st.text(max_size=60))
def test_no_text_is_more_than_refused(text: str) -> None:
    for begin in ("postgresql://", "mysql://u@h/", ""):
        assert _said(begin + text) in {None, "readers.database_url", "readers.password_in_url"}


def _said(text: str) -> str | None:
    try:
        parse_address(text)
    except Misuse as error:
        return error.key
    return None
