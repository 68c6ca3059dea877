"""SQLite files: each table of them a table, by the module that reads databases."""

from collections.abc import Iterator

from sekisho.readers.blob import Blob, FileBlob
from sekisho.readers.context import Context
from sekisho.readers.sqlite_file import tables
from sekisho.readers.view import View


def detect(head: bytes, blob: Blob) -> bool:
    """Tell by the sign alone."""
    del head, blob
    return True


def views(blob: Blob, context: Context) -> Iterator[View]:
    """Yield the tables; a database that lies inside another file is read in memory.

    Raises:
        Unreadable: the database is damaged or encrypted.
    """
    del context
    if isinstance(blob, FileBlob):
        yield from tables(blob.path)
        return
    with blob.open() as file:
        data = file.read()
    yield from tables(blob.path, data=data)
