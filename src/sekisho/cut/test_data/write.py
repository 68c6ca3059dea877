"""Invented rows as a file such as the source was: header, delimiter, line ends, encoding, mark."""

import codecs
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import polars as pl

from sekisho.cut.parts import Source
from sekisho.cut.purpose import is_portable
from sekisho.cut.spreadsheet import guarded
from sekisho.readers.delimited import DelimitedFile
from sekisho.readers.tables import Table

_FALLBACK = "utf-8"
_WRITABLE = frozenset({"utf-8", "cp932", "euc_jp", "utf-16-le", "utf-16-be", "iso2022_jp_ext"})
_MARKS = {"utf-8": codecs.BOM_UTF8, "utf-16-le": codecs.BOM_UTF16_LE, "utf-16-be": codecs.BOM_UTF16_BE}
_USUAL = {"𠮷": "吉", "髙": "高", "﨑": "崎"}  # where an encoding lacks the sign, as offices then write it


@dataclass(frozen=True, slots=True, kw_only=True)
class Writing:
    """How a table is written.

    Attributes:
        name: the file's name.
        delimiter: between cells.
        newline: behind rows.
        codec: the encoding.
        mark: whether a byte order mark stands first.
    """

    name: str
    delimiter: str = ","
    newline: str = "\r\n"
    codec: str = _FALLBACK
    mark: bool = False


def writing_of(name: str, source: Source, tables: Sequence[Table]) -> Writing:
    """Return how the first of a source's tables is written; what is no text file is written as CSV.

    The file is called as the purpose calls it, never as a pattern found it: names of files may be people's.
    """
    table, said = tables[0], source.path.rpartition("/")[2]
    is_said = isinstance(table.source, DelimitedFile) and table.path.name == said and is_portable(said)
    name = said if is_said else f"{name}.csv"
    if not isinstance(table.source, DelimitedFile):
        return Writing(name=name)
    encoding, dialect = table.source.encoding, table.source.layout.dialect
    codec = encoding.codec if encoding.codec in _WRITABLE else _FALLBACK
    mark = bool(encoding.mark) and codec in _MARKS
    return Writing(name=name, delimiter=dialect.delimiter, newline=dialect.newline, codec=codec, mark=mark)


def written(header: Sequence[str], blocks: Iterator[pl.DataFrame], writing: Writing) -> Iterator[bytes]:
    """Yield the bytes of a table."""
    if writing.mark:
        yield _MARKS[writing.codec]
    first = pl.DataFrame([[cell] for cell in header], schema=[str(place) for place in range(len(header))], orient="col")
    yield _encoded(_text(first, writing), writing.codec)
    for rows in blocks:
        yield _encoded(_text(rows, writing), writing.codec)


def _text(rows: pl.DataFrame, writing: Writing) -> str:
    shown = guarded(rows)
    if rows.width == 1:
        shown = shown.fill_null("")  # as a blank line the row would be lost to most readers
    return shown.write_csv(include_header=False, separator=writing.delimiter, line_terminator=writing.newline)


def _encoded(text: str, codec: str) -> bytes:
    try:
        return text.encode(codec)
    except UnicodeEncodeError:
        for sign, usual in _USUAL.items():
            if not _has(codec, sign):
                text = text.replace(sign, usual)
        return text.encode(codec, "replace")


def _has(codec: str, sign: str) -> bool:
    try:
        sign.encode(codec)
    except UnicodeEncodeError:
        return False
    return True
