"""Sheets of workbooks (xlsx, xlsb, xls, ods) as sources of rows, read by calamine.

A cell becomes the text that a person would read: 1234567 and not 1234567.0, dates by ISO 8601, TRUE and FALSE. What a
spreadsheet has already lost (leading zeros, digits behind the fifteenth) is not brought back. A row with nothing in it is
no row. A workbook is read whole into memory, as its compressed form demands.
"""

import contextlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import islice
from pathlib import Path
from typing import TypeAlias

from python_calamine import CalamineError, CalamineWorkbook, PasswordError, SheetTypeEnum

from sekisho.errors import Unreadable
from sekisho.readers.blocks import Block, Shape, blocks, write_row
from sekisho.readers.extent import largest_extent
from sekisho.readers.grammar import Dialect
from sekisho.readers.layout import is_header, title_lines
from sekisho.readers.problems import Problems
from sekisho.readers.source import Stamp, opened, stamp

DIALECT = Dialect(delimiter=",", newline="\n")

_ROWS_LOOKED_AT = 100
_LARGEST_PLAIN_NUMBER = 1e21

Value: TypeAlias = int | float | str | bool | time | date | datetime | timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """One sheet of a workbook.

    Attributes:
        path: the workbook.
        name: the sheet's name.
        header: the header row's cells, None without one.
        width: cells a row.
        body: how many of the sheet's rows stand above the first row of data.
        line: the sheet's own number of that row.
        seen: the state the workbook was in when it was looked at.
    """

    path: Path
    name: str
    header: tuple[str, ...] | None
    width: int
    body: int
    line: int
    seen: Stamp

    def blocks(self, *, strict: bool, problems: Problems, size: int) -> Iterator[Block]:
        """Yield all rows in order; a sheet is well-formed by nature.

        Raises:
            Unreadable: the workbook is gone, damaged or has changed.
        """
        with _telling(self.path):
            workbook, seen = _open(self.path)
            if seen != self.seen:
                raise Unreadable("readers.changed", path=self.path)
            rows = islice(workbook.get_sheet_by_name(self.name).iter_rows(), self.body, None)
            shape = Shape(dialect=DIALECT, width=self.width, path=self.path, line=self.line)
            yield from blocks(_written(rows, size), shape, strict=strict, problems=problems)


def sheets(path: Path, *, has_header: bool | None = None) -> list[Sheet]:
    """Return every sheet of a workbook that holds cells, hidden ones too.

    Raises:
        Unreadable: damaged, encrypted, or without a cell.
    """
    with _telling(path):
        workbook, seen = _open(path)
        names = [each.name for each in workbook.sheets_metadata if each.typ is SheetTypeEnum.WorkSheet]
        found = [sheet for name in names if (sheet := _sheet(workbook, name, path, seen, has_header))]
    if not found:
        raise Unreadable("readers.empty", path=path)
    return found


def text_of(value: Value | None) -> str:
    """Return a cell's value as a person reads it."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float) and value.is_integer() and abs(value) < _LARGEST_PLAIN_NUMBER:
        return str(int(value))
    if isinstance(value, datetime):
        return str(value if value.time() != time() else value.date())
    return str(value)


def _sheet(workbook: CalamineWorkbook, name: str, path: Path, seen: Stamp, has_header: bool | None) -> Sheet | None:
    sheet = workbook.get_sheet_by_name(name)
    if sheet.start is None:
        return None
    top = [[text_of(value) for value in row] for row in islice(sheet.iter_rows(), _ROWS_LOOKED_AT)]
    titles = title_lines(top)
    named = is_header(top[titles:]) if has_header is None else has_header
    header = tuple(top[titles]) if named else None
    body = titles + named
    line = sheet.start[0] + body + 1
    return Sheet(path=path, name=name, header=header, width=len(top[0]), body=body, line=line, seen=seen)


def _open(path: Path) -> tuple[CalamineWorkbook, Stamp]:
    with opened(path) as file:
        extent = largest_extent(file)
        if not extent.fits:
            raise Unreadable("readers.too_far", path=path, rows=f"{extent.rows:,}", columns=f"{extent.columns:,}")
        file.seek(0)
        return CalamineWorkbook.from_filelike(file), stamp(file)


@contextlib.contextmanager
def _telling(path: Path) -> Iterator[None]:
    """Say in our words what calamine finds wrong, which may be late: a sheet is unpacked when it is read."""
    try:
        yield
    except PasswordError as error:
        raise Unreadable("readers.encrypted", path=path) from error
    except CalamineError as error:
        raise Unreadable("readers.damaged", path=path) from error


def _written(rows: Iterator[Sequence[Value]], size: int) -> Iterator[bytes]:
    piece = bytearray()
    for row in rows:
        cells = [text_of(value).encode("utf-8", "replace") for value in row]
        piece += write_row(cells, DIALECT.delimiter) if any(cells) else b""
        if len(piece) >= size:
            yield bytes(piece)
            piece.clear()
    yield bytes(piece)
