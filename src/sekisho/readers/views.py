"""What a file holds, as the scanner sees it: the one function to call, and the values it gives (:mod:`view`)."""

from collections.abc import Iterator
from pathlib import Path

from sekisho.readers.context import Options
from sekisho.readers.tables import Table
from sekisho.readers.view import Piece, Text, TextSource, Unread, View
from sekisho.readers.walk import walk

__all__ = ["Options", "Piece", "Table", "Text", "TextSource", "Unread", "View", "views"]


def views(path: Path, *, options: Options | None = None) -> Iterator[View]:
    """Yield everything a file holds; what cannot be read is a view of its own, never an exception.

    What lies inside another file is held in memory for as long as its view is: use a view before you take the next.

    Args:
        path: the file; what it is, its content tells.
        options: what was asked for beyond the usual.
    """
    yield from walk(path, options)
