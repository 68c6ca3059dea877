"""What the parts of a workbook's package (a ZIP of XML) tell before it is unpacked.

How large it becomes, in which encoding its parts are, how far its sheets reach, and how many formulas have no stored
result. Every part is looked at, whatever its name: which one is a sheet only the reader of workbooks decides. What is no
such package, or damaged, is left to that reader, who works under a limit of memory: this is where the usual accidents
get words of their own.
"""

import contextlib
import re
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import IO, BinaryIO, NamedTuple

from sekisho.errors import Unreadable

MOST_CELLS = 1 << 26  # a register of a million people and sixty columns; two gigabytes
MOST_UNPACKED = 4 << 30  # the XML of so many cells
MOST_TIMES = 100  # sheets of real tables are four to thirty times as large as their ZIP
FREE_BYTES = 100 << 20  # however well it was packed

# Rows and cells say where they stand: <row r="7">, <c r="AB7">. Beginning with a literal makes these ten times as fast.
_ROW = re.compile(rb""" r *= *["']([0-9]+)""")
_COLUMN = re.compile(rb""" r *= *["']([A-Za-z]+)""")
# A cell without a type is a number; one with a formula whose result is the empty string says t="str".
_FORMULA_WITHOUT_RESULT = re.compile(
    rb"""<(?:\w+:)?c\b(?![^<>]*\bt\s*=)[^<>]*>\s*<(?:\w+:)?f\b[^<>]*(?:/>|>[^<]*</(?:\w+:)?f>)\s*(?!<(?:\w+:)?v>[^<])"""
)
_MAYBE_FORMULA = (b"<f", b":f")
_DECLARED = re.compile(rb"""(?:\xef\xbb\xbf)?\s*<\?xml[^>]*?\bencoding\s*=\s*["']([\w.\-]*)""")
_READ = frozenset({b"utf-8", b"utf8", b"us-ascii", b"ascii"})
_PIECE_BYTES = 1 << 20
_OVERLAP = 1 << 16  # a cell with the longest formula that Excel takes
_HEAD = 256
_BEYOND_ANY_SHEET = 9  # digits or letters

_BROKEN = (zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, ValueError, EOFError)


class Extent(NamedTuple):
    """The rectangle from A1 to the last row and column that a cell stands in."""

    rows: int
    columns: int

    @property
    def fits(self) -> bool:
        """Tell whether it can be held in memory."""
        return self.rows * self.columns <= MOST_CELLS


_NOWHERE = Extent(0, 0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Package:
    """What is known of a workbook before it is unpacked; of one that is no readable package, nothing.

    Attributes:
        extent: the largest of its sheets.
        formulas: how many cells hold a formula and no result of it.
    """

    extent: Extent = _NOWHERE
    formulas: int = 0


def look_into(file: BinaryIO, path: object) -> Package:
    """Return what the parts of a workbook tell.

    Args:
        file: the workbook.
        path: for messages.

    Raises:
        Unreadable: it becomes too large, reaches too far, or has parts that are not in UTF-8.
    """
    try:
        archive = zipfile.ZipFile(file)
    except _BROKEN:
        return Package()
    _must_be_small(archive, file.seek(0, 2), path)
    found = [part for each in archive.infolist() if (part := _part(archive, each, path))]
    extent = max((part.extent for part in found), key=lambda each: each.rows * each.columns, default=_NOWHERE)
    if not extent.fits:
        raise Unreadable("readers.too_far", path=path, rows=f"{extent.rows:,}", columns=f"{extent.columns:,}")
    return Package(extent=extent, formulas=sum(part.formulas for part in found))


def _must_be_small(archive: zipfile.ZipFile, size: int, path: object) -> None:
    unpacked = sum(each.file_size for each in archive.infolist())
    if unpacked > MOST_UNPACKED or (unpacked > FREE_BYTES and unpacked > MOST_TIMES * size):
        raise Unreadable(
            "readers.too_large", path=path, megabytes=f"{unpacked / 1e6:,.0f}", packed=f"{size / 1e6:,.1f}"
        )


def _part(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, path: object) -> Package | None:
    with contextlib.suppress(*_BROKEN), archive.open(entry) as part:
        columns, row, formulas = set[bytes](), 0, 0
        for place, (text, stop) in enumerate(_windows(part)):
            if not place and _is_in_another_encoding(text[:_HEAD]):
                raise Unreadable("readers.not_utf8", path=path)
            columns.update(_COLUMN.findall(text))
            row = max([row, *map(_number_of_row, _ROW.findall(text))])
            if any(sign in text for sign in _MAYBE_FORMULA):
                formulas += sum(match.start() < stop for match in _FORMULA_WITHOUT_RESULT.finditer(text))
        return Package(extent=Extent(row, max(map(_number_of_column, columns), default=0)), formulas=formulas)
    return None


def _windows(part: IO[bytes]) -> Iterator[tuple[bytes, int]]:
    """Yield a part's text in overlapping windows, each with the place from which matches belong to the next."""
    rest = b""
    while piece := part.read(_PIECE_BYTES):
        text = rest + piece
        stop = max(0, len(text) - _OVERLAP)
        yield text, stop
        rest = text[stop:]
    yield rest, len(rest)


def _is_in_another_encoding(head: bytes) -> bool:
    """Tell XML in UTF-16 or UTF-32, with a mark or without, or in what it declares itself."""
    declared = _DECLARED.match(head)
    return (b"<" in head[:8] and b"\0" in head[:8]) or (declared is not None and declared[1].lower() not in _READ)


def _number_of_row(digits: bytes) -> int:
    return int(digits.lstrip(b"0")[:_BEYOND_ANY_SHEET] or b"0")


def _number_of_column(letters: bytes) -> int:
    """Return a column's number: A is 1, AA is 27."""
    number = 0
    for letter in letters[:_BEYOND_ANY_SHEET].upper():
        number = 26 * number + letter - ord("A") + 1
    return number
