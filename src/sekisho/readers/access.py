"""Access databases (mdb, accdb) by access-parser, an extra: every table of the user."""

import logging
import os
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, time
from functools import partial
from itertools import islice, zip_longest
from typing import Any

from sekisho.errors import Unreadable
from sekisho.readers.blob import Blob, Place
from sekisho.readers.blocks import write_row
from sekisho.readers.context import Context, guarded
from sekisho.readers.plain import bytes_of
from sekisho.readers.records import DIALECT, table
from sekisho.readers.view import View

_ROWS_AT_ONCE = 1000


def detect(head: bytes, blob: Blob) -> bool:
    """Tell by the sign alone."""
    del head, blob
    return True


def views(blob: Blob, context: Context) -> Iterator[View]:
    """Yield the tables; one that is damaged hides no other.

    Raises:
        Unreadable: the parser is not installed.
    """
    try:
        from access_parser import AccessParser  # noqa: PLC0415 - an extra
    except ModuleNotFoundError:
        raise Unreadable("readers.no_access_parser", path=blob.path) from None
    logging.getLogger("access_parser").setLevel(logging.CRITICAL + 1)  # it logs the pages that it cannot read
    with os.fdopen(os.memfd_create("access"), "wb") as copy:  # it takes a name, and reads all of it at once
        copy.write(bytes_of(blob))
        copy.flush()
        parser = AccessParser(f"/proc/self/fd/{copy.fileno()}")
    for name in parser.catalog:
        if not name.startswith("MSys"):
            context.budget.entry(blob.path)
            yield from guarded(Place(blob.path, f"{blob.name}:{name}"), partial(_table, parser, name, blob))


def _table(parser: Any, name: str, blob: Blob) -> Iterator[View]:  # noqa: ANN401 - access-parser has no types
    columns: Mapping[str, Sequence[object]] = parser.parse_table(name)
    if columns:
        yield table(blob, f"{blob.name}:{name}", tuple(map(str, columns)), partial(_written, columns))


def _written(columns: Mapping[str, Sequence[object]], size: int) -> Iterator[bytes]:
    del size
    rows = zip_longest(*columns.values())
    while some := list(islice(rows, _ROWS_AT_ONCE)):
        yield b"".join(write_row([_text(cell) for cell in row], DIALECT.delimiter) for row in some)


def _text(cell: object) -> bytes:
    if cell is None:
        return b""
    if isinstance(cell, bytes):
        return cell.decode("utf-8", "replace").encode()
    if isinstance(cell, datetime) and cell.time() == time():  # Access knows no date without a time
        return str(cell.date()).encode()
    return str(cell).encode("utf-8", "replace")
