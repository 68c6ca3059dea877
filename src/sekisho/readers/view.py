"""What a file holds, as values: tables, texts, and what could not be read, each with the reason.

A file is one view or many: the sheets of a workbook, the members of an archive, the attachments of a message. The name of
what lies inside another file is ``outer.zip!inner.csv``. Text is given in pieces of UTF-8 that end with a line, so that
memory stays flat and a place in a piece is a place in the whole.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol, TypeAlias

from sekisho.errors import Unreadable
from sekisho.readers.problems import Problems
from sekisho.readers.tables import Table


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """Consecutive whole lines of a text.

    Attributes:
        text: UTF-8, well-formed; the newlines are those of the source.
        first_line: the number of its first line, from 1.
        first_character: how many characters of the text come before.
    """

    text: bytes = field(repr=False)
    first_line: int
    first_character: int


class TextSource(Protocol):
    """Gives a text's pieces again and again."""

    def pieces(self, *, problems: Problems, size: int) -> Iterator[Piece]:
        """Yield the whole text in order.

        Args:
            problems: where to count what was mended.
            size: about how many bytes of the source make a piece.

        Raises:
            Unreadable: the source is gone, damaged or changed.
        """
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Text:
    """Running text: a note, a log, a document's words.

    Attributes:
        path: the file, or ``outer.zip!inner.txt``.
        name: what it is called in reports.
        encoding: the codec of the source.
        source: where the text comes from.
    """

    path: Path
    name: str
    encoding: str
    source: TextSource = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Unread:
    """What could not be read.

    Attributes:
        path: the file, or ``outer.zip!inner.xlsx``.
        name: what it is called in reports.
        error: why.
    """

    path: Path
    name: str
    error: Unreadable


View: TypeAlias = Table | Text | Unread
