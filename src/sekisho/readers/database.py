"""SQLite files: each table of them a table, by the module that reads databases."""

from collections.abc import Callable, Iterator
from importlib import import_module
from typing import cast

from sekisho.errors import Unreadable
from sekisho.readers.blob import Blob, FileBlob
from sekisho.readers.context import Context
from sekisho.readers.view import View

_READER = "sekisho.readers.sqlite_file"


def detect(head: bytes, blob: Blob) -> bool:
    """Tell by the sign alone."""
    del head, blob
    return True


def views(blob: Blob, context: Context) -> Iterator[View]:
    """Yield the tables.

    Raises:
        Unreadable: the database is damaged, or nothing here reads it.
    """
    del context
    try:
        tables = cast("Callable[[object], Iterator[View]]", import_module(_READER).tables)
    except ModuleNotFoundError:
        raise Unreadable("readers.unknown", path=blob.path) from None
    yield from tables(blob.path if isinstance(blob, FileBlob) else blob)
