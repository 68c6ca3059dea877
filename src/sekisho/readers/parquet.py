"""Parquet and Arrow files as tables, read a part at a time; lists and structures become JSON.

Polars reads them in a process of its own: see :mod:`~sekisho.readers.parquet_child`.
"""

from collections.abc import Iterator
from functools import partial
from pathlib import Path

from sekisho.errors import Unreadable
from sekisho.readers.blob import Blob
from sekisho.readers.context import Context
from sekisho.readers.plain import nothing_in
from sekisho.readers.records import table
from sekisho.readers.source import Stamp, stamp
from sekisho.readers.unpacked import unpacked
from sekisho.readers.view import View

_PROGRAM = Path(__file__).with_name("parquet_child.py")


def detect(head: bytes, blob: Blob) -> bool:
    """Tell by the sign alone."""
    del head, blob
    return True


def views(blob: Blob, context: Context) -> Iterator[View]:
    """Yield the table; that its columns can be named shows that it is one."""
    del context
    with blob.open() as file:
        seen = stamp(file)
        (columns,) = unpacked(file, blob.path, "columns", program=_PROGRAM)

    yield table(blob, blob.name, tuple(columns), partial(_written, blob, seen)) if columns else nothing_in(blob)


def _written(blob: Blob, seen: Stamp, size: int) -> Iterator[bytes]:
    with blob.open() as file:
        if stamp(file) != seen:
            raise Unreadable("readers.changed", path=blob.path)
        for text in unpacked(file, blob.path, "rows", str(size), program=_PROGRAM):
            yield text.encode()
