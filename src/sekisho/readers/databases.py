"""Databases by address: their tables as tables, read in the driver's own words and with the database's own rights.

Nothing is written there: sessions are read-only, answers have a time limit, and whoever locks a table is not waited for.
What the user may not read, and what lies on yet another server, is a view of its own with the reason. A password comes from
where the driver keeps it or is asked for, once; it is in no address, no message and no ``repr``. Drivers are extras.
"""

from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Protocol, runtime_checkable

from sekisho.errors import Missing, Unreadable
from sekisho.readers.address import Address, Ask, parse_address
from sekisho.readers.source import Source
from sekisho.readers.tables import Table
from sekisho.readers.view import Unread

_DRIVERS = {"postgresql": ("PostgreSQL", "psycopg"), "mysql": ("MySQL", "pymysql")}


@runtime_checkable
class Sampling(Source, Protocol):
    """A source that knows how large it is, and gives a part of itself at random."""

    def rows(self) -> int:
        """Return how many rows there are, as far as the database knows without counting them.

        Raises:
            Unreadable: the database does not answer.
        """
        ...

    def sample(self, rows: int) -> Source:
        """Return about so many rows, each as likely as any other, as a source of their own.

        Raises:
            Unreadable: the database does not answer.
        """
        ...


def tables(url: str, *, ask: Ask | None = None) -> Iterator[Table | Unread]:
    """Yield the tables of a database, and what of it may not be read; the server being away is one such view.

    Args:
        url: its address; see :mod:`~sekisho.readers.address`.
        ask: asks for the password, where the database wants one and the driver's own means have none.

    Raises:
        Misuse: the address is none, or holds a password.
        Missing: what speaks to such a database is not installed.
    """
    address = parse_address(url)
    if address.scheme != "sqlite":
        _need_driver(address)
    try:
        yield from _tables(address, ask)
    except Unreadable as error:
        yield Unread(path=address.path, name=Path(address.database).stem, error=error)


def _tables(address: Address, ask: Ask | None) -> Iterator[Table | Unread]:
    match address.scheme:
        case "sqlite":
            from sekisho.readers import sqlite_file

            yield from sqlite_file.tables(address.path)
        case "postgresql":
            from sekisho.readers import postgresql

            yield from postgresql.tables(address, ask)
        case "mysql":
            from sekisho.readers import mysql

            yield from mysql.tables(address, ask)


def _need_driver(address: Address) -> None:
    kind, module = _DRIVERS[address.scheme]
    if find_spec(module) is None:
        raise Missing("readers.no_driver", kind=kind, extra=address.scheme)
