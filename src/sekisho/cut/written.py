"""The table as bytes: CSV as RFC 4180 has it, in the encoding, newlines and mark that the purpose asks for.

A character that the encoding cannot hold is an error that says in which rows and fields; or, where the purpose says
``unmappable = "variant"``, the usual form of it that the encoding has, counted by field. Never ``?``.
"""

import re
from collections import Counter
from functools import cache

import polars as pl

from sekisho.canon.name import variants
from sekisho.cut.parts import Output
from sekisho.cut.spreadsheet import guarded
from sekisho.errors import Refused
from sekisho.kernel.columns import columns

_MARK = "\ufeff"

# Two code points for one sign of JIS: a table made elsewhere has the left, cp932 the right (the codec knows six more).
_OF_MICROSOFT = {"—": "―", "¦": "￤"}
_SELECTORS = dict.fromkeys(range(0xE0100, 0xE01F0), "")  # which of two drawings of one kanji is meant
_PRIVATE_BEHIND_EF = re.compile(rb"\xef[\x80-\xa3]")
_PRIVATE_USE = "[\ue000-\uf8ff]"


class Writer:
    """Writes the rows of one table, block by block.

    Attributes:
        replaced: characters of each field that were written as a variant.
        private: characters of private use (外字) in each field, which left as they stand.
    """

    def __init__(self, output: Output) -> None:
        """Take what the purpose says of the table."""
        self.replaced: Counter[str] = Counter()
        self.private: Counter[str] = Counter()
        self._output = output
        self._row = 0

    def header(self, names: list[str]) -> bytes:
        """Return the first line; a spreadsheet carries out a formula there as well."""
        mark = _MARK.encode() if self._output.mark and self._output.encoding == "utf-8" else b""
        return mark + self._encoded(pl.DataFrame({name: [name] for name in names}))

    def rows(self, table: pl.DataFrame) -> bytes:
        """Return some rows.

        Raises:
            Refused: a character that the encoding does not have.
        """
        data = self._encoded(table)
        if self._output.encoding != "utf-8" or _may_hold_private(data):
            for name in table.columns:
                self.private[name] += _count(table[name], _PRIVATE_USE)
        return data

    def _encoded(self, table: pl.DataFrame) -> bytes:
        data = self._in_encoding(table)
        self._row += table.height
        return data

    def _in_encoding(self, table: pl.DataFrame) -> bytes:
        encoding = self._output.encoding
        text = csv(table, crlf=self._output.newline == "crlf")
        if encoding == "utf-8":
            return text
        try:
            return text.decode().encode(encoding)
        except UnicodeEncodeError:
            return self._with_variants(table)

    def _with_variants(self, table: pl.DataFrame) -> bytes:
        """Write variants for what the encoding does not have, if the purpose says so and there are any."""
        encoding = self._output.encoding
        known = held_variants(encoding) if self._output.unmappable == "variant" else {}
        replaced = "[" + "".join(map(re.escape, map(chr, known))) + "]"
        if known:
            for name in table.columns:
                self.replaced[name] += _count(table[name], replaced)
            table = table.with_columns(pl.all().map_elements(lambda cell: cell.translate(known), pl.String))
        text = csv(table, crlf=self._output.newline == "crlf").decode()
        try:
            return text.encode(encoding)
        except UnicodeEncodeError:
            fields, row = unmappable(table, encoding)
            raise Refused("cut.unmappable", encoding=encoding, fields=fields, row=self._row + row) from None


def csv(table: pl.DataFrame, *, crlf: bool) -> bytes:
    """Return rows as CSV in UTF-8, without a header, with what a spreadsheet would carry out guarded."""
    compiled = columns()
    if compiled is None or table.is_empty():
        return csv_by_polars(table, crlf=crlf)
    return compiled.csv([column.rechunk() for column in table], table.height, crlf=crlf)


def csv_by_polars(table: pl.DataFrame, *, crlf: bool) -> bytes:
    """Do the same without the kernel."""
    shown = guarded(table)
    if table.width == 1:
        shown = shown.fill_null("")  # as a blank line the row would be lost to most readers
    return shown.write_csv(include_header=False, line_terminator="\r\n" if crlf else "\n").encode()


def unmappable(table: pl.DataFrame, encoding: str) -> tuple[str, int]:
    """Name the fields that hold a character which the encoding does not have, and the first row; never the characters."""
    found = {
        name: [row for row, cell in enumerate(table[name], 1) if cell and not _fits(cell, encoding)]
        for name in table.columns
    }
    said = ", ".join(f"{name}: {len(rows)}" for name, rows in found.items() if rows)
    return said, min(row for rows in found.values() for row in rows)


@cache
def held_variants(encoding: str) -> dict[int, str]:
    """Return for characters that an encoding does not have the usual form that it has."""
    table = variants() | {ord(sign): usual for sign, usual in _OF_MICROSOFT.items()}
    table |= _SELECTORS
    return {sign: usual for sign, usual in table.items() if not _fits(chr(sign), encoding) and _fits(usual, encoding)}


def _fits(text: str, encoding: str) -> bool:
    try:
        text.encode(encoding)
    except UnicodeEncodeError:
        return False
    return True


def _may_hold_private(text: bytes) -> bool:
    """Tell whether UTF-8 text may hold characters of private use, U+E000 to U+F8FF, which begin with these bytes."""
    return b"\xee" in text or _PRIVATE_BEHIND_EF.search(text) is not None


def _count(cells: pl.Series, pattern: str) -> int:
    """Return how many characters of a column are of a class."""
    if not cells.str.contains(pattern).any():
        return 0
    return int(cells.str.count_matches(pattern).sum())
