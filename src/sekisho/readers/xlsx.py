"""Sheets of workbooks (xlsx, xlsb, xls, ods) as sources of rows, read by calamine in a process of its own.

A cell becomes the text that a person would read: 1234567 and not 1234567.0, dates by ISO 8601, TRUE and FALSE. What a
spreadsheet has already lost (leading zeros, digits behind the fifteenth) is not brought back, nor is the result of a
formula that the program which wrote it did not store. A row with nothing in it is no row. A workbook is read whole into
the memory of that process, as its compressed form demands.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, BinaryIO

from sekisho.errors import Unreadable
from sekisho.readers.blob import Blob
from sekisho.readers.blocks import Block, Shape, blocks, write_row
from sekisho.readers.grammar import Dialect
from sekisho.readers.layout import filled_cells, is_header, title_lines
from sekisho.readers.package import look_into
from sekisho.readers.problems import Problems
from sekisho.readers.source import Stamp, opened, stamp
from sekisho.readers.unpacked import unpacked

DIALECT = Dialect(delimiter=",", newline="\n")


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """One sheet of a workbook.

    Attributes:
        path: the workbook.
        place: which of its sheets, from 0.
        name: the sheet's name.
        shows: whether whoever opens the workbook sees it; some sheets only a program can show.
        titles: what the lines above the table say, cell by cell.
        header: the header row's cells, None without one.
        width: cells a row.
        body: how many of the sheet's rows stand above the first row of data.
        line: the sheet's own number of that row.
        formulas: how many formulas of the workbook have no stored result.
        seen: the state the workbook was in when it was looked at.
        blob: the workbook's bytes, where it is no file of its own.
    """

    path: Path
    place: int
    name: str
    shows: bool
    titles: tuple[str, ...] = field(repr=False)
    header: tuple[str, ...] | None
    width: int
    body: int
    line: int
    formulas: int
    seen: Stamp
    blob: Blob | None = field(default=None, repr=False)

    def blocks(self, *, strict: bool, problems: Problems, size: int) -> Iterator[Block]:
        """Yield all rows in order; a sheet is well-formed by nature, but for formulas without a stored result.

        Raises:
            Unreadable: the workbook is gone, damaged or has changed; what is missing here may be what formulas say.
        """
        shape = Shape(dialect=DIALECT, width=self.width, path=self.path, line=self.line)
        if self.formulas and strict:
            raise Unreadable("readers.formulas", path=self.path)
        if self.formulas:
            problems.note("readers.formulas", line=self.line, count=self.formulas)
        rows = 0
        with opened(self.blob or self.path) as file:
            self._must_be_as_seen(file)
            found = unpacked(file, self.path, "rows", str(self.place), str(self.body))
            for block in blocks(_written(found, size), shape, strict=strict, problems=problems):
                rows += block.rows
                yield block
            self._must_be_as_seen(file)
        if self.formulas and not rows:
            raise Unreadable("readers.formulas", path=self.path)

    def _must_be_as_seen(self, file: BinaryIO) -> None:
        if stamp(file) != self.seen:
            raise Unreadable("readers.changed", path=self.path)


def sheets(place: Path | Blob, *, has_header: bool | None = None) -> list[Sheet]:
    """Return every sheet of a workbook that holds cells, hidden ones too.

    Raises:
        Unreadable: damaged, encrypted, too large, or without a cell.
    """
    path, blob = (place, None) if isinstance(place, Path) else (place.path, place)
    with opened(place) as file:
        seen = stamp(file)
        formulas = look_into(file, path).formulas
        tops = list(unpacked(file, path, "top"))
    if not tops:
        raise Unreadable("readers.formulas" if formulas else "readers.empty", path=path)
    return [_sheet(top, path, blob, seen, formulas=formulas, has_header=has_header) for top in tops]


def _sheet(
    top: dict[str, Any], path: Path, blob: Blob | None, seen: Stamp, *, formulas: int, has_header: bool | None
) -> Sheet:
    rows: list[list[str]] = top["rows"]
    titles = title_lines(rows)
    named = is_header(rows[titles:]) if has_header is None else has_header
    body = titles + named
    return Sheet(
        path=path,
        place=top["place"],
        name=top["name"],
        shows=top["shows"],
        titles=filled_cells(rows[:titles]),
        header=tuple(rows[titles]) if named else None,
        width=len(rows[0]),
        body=body,
        line=top["line"] + body,
        formulas=formulas,
        seen=seen,
        blob=blob,
    )


def _written(found: Iterator[Sequence[Sequence[str]]], size: int) -> Iterator[bytes]:
    piece = bytearray()
    for rows in found:
        for row in rows:
            piece += write_row([cell.encode() for cell in row], DIALECT.delimiter) if any(row) else b""
            if len(piece) >= size:
                yield bytes(piece)
                piece.clear()
    yield bytes(piece)
