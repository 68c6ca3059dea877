"""Files as tables: what ``scan``, ``cut`` and ``loss`` ask for.

A table is read as often as one likes, in order, with flat memory: as frames whose columns are all text, or as blocks
of UTF-8 for the detector. Values are exactly as in the file: leading zeros, full width and inner blanks stay, quotes
are undone, and an empty cell, quoted or not, is null.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import polars as pl

from sekisho.errors import Unreadable
from sekisho.kernel.columns import columns
from sekisho.readers.ahead import ahead
from sekisho.readers.blob import Blob
from sekisho.readers.blocks import Block
from sekisho.readers.content import content_type
from sekisho.readers.delimited import DelimitedFile, look_at
from sekisho.readers.grammar import Dialect
from sekisho.readers.layout import filled_cells
from sekisho.readers.lines import DIALECT as LINES_DIALECT
from sekisho.readers.lines import Lines
from sekisho.readers.problems import Problems
from sekisho.readers.source import Source, blob_of, opened
from sekisho.readers.xlsx import DIALECT as SHEET_DIALECT
from sekisho.readers.xlsx import sheets

_FRAME_BYTES = 8 << 20  # smaller ones cost more to hand on than to read
_BLOCK_BYTES = 2 << 20
_LINE_END = re.compile(r"[\r\n]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """One table of a file.

    Attributes:
        path: the file.
        name: the file's name without ending; for a sheet ``name:sheet``.
        columns: the header cells as they stand, empty and repeated ones too; all empty without a header row.
        dialect: how cells are kept apart in :meth:`blocks`.
        header: whether the first row names the columns.
        above: what stands above the rows: the cells of title lines and of the header.
        source: where the rows come from.
    """

    path: Path
    name: str
    columns: tuple[str, ...]
    dialect: Dialect
    header: bool
    above: tuple[str, ...] = field(repr=False)
    source: Source = field(repr=False)

    @property
    def labels(self) -> tuple[str, ...]:
        """The columns' names in frames: see :func:`unique_labels`."""
        return unique_labels(self.columns)

    def heading(self) -> "Table | None":
        """Return what stands above the rows as a table of one column without a header; None if nothing does."""
        if not self.above:
            return None
        lines = Lines(path=self.path, cells=self.above)
        return replace(self, columns=("",), dialect=LINES_DIALECT, header=False, above=(), source=lines)

    def frames(
        self, columns: Sequence[str] | None = None, *, strict: bool, problems: Problems | None = None
    ) -> Iterator[pl.DataFrame]:
        """Yield all rows in order, in frames of about eight megabytes of text.

        Args:
            columns: labels of the columns wanted, in that order; None for all.
            strict: stop at the first thing that is not well-formed; otherwise mend it and count it.
            problems: where to count.

        Raises:
            Unreadable: the file is gone, damaged or changed; when strict, with the line that is not well-formed.
            KeyError: no column has that label.
        """
        labels = self.labels
        wanted = list(labels if columns is None else columns)
        if unknown := set(wanted).difference(labels):
            raise KeyError(min(unknown))
        blocks = self.source.blocks(strict=strict, problems=problems or Problems(), size=_FRAME_BYTES)
        for block in ahead(blocks):
            yield frame(block, labels=labels, wanted=wanted, delimiter=self.dialect.delimiter)

    def blocks(self, *, problems: Problems | None = None, size: int = _BLOCK_BYTES) -> Iterator[Block]:
        """Yield all rows in order as well-formed UTF-8, mending what is not.

        Args:
            problems: where to count what was mended.
            size: about how many bytes of the source make a block; a megabyte stays in a core's cache.

        Raises:
            Unreadable: the file is gone, damaged or changed.
        """
        return self.source.blocks(strict=False, problems=problems or Problems(), size=size)


def open_tables(path: Path, *, codec: str | None = None, has_header: bool | None = None) -> list[Table]:
    """Return the tables of a file: one, or one for each sheet of a workbook that holds cells.

    Args:
        path: the file; what it is, its content tells.
        codec: the encoding of a text file, where the caller knows it.
        has_header: whether first rows name the columns, where the caller knows it.

    Raises:
        Unreadable: there is no such file, or no table in it.
        LookupError: Python knows no encoding of that name.
    """
    with opened(path) as file:
        found = content_type(file)
    match found:
        case "text":
            return [text_table(look_at(path, codec=codec, has_header=has_header), path.stem)]
        case "workbook":
            return sheet_tables(blob_of(path), has_header=has_header)
        case "encrypted" | "archive" | "empty":
            raise Unreadable(f"readers.{found}", path=path)
        case "other":
            raise Unreadable("readers.not_a_table", path=path)


def frame(block: Block, *, labels: Sequence[str], wanted: Sequence[str], delimiter: str) -> pl.DataFrame:
    """Return some columns of a block, in the order in which they are wanted; the others are not looked at."""
    compiled = columns()
    if compiled is None or not wanted:
        return parse(block.text, labels=labels, delimiter=delimiter).select(wanted)
    places = {label: place for place, label in enumerate(labels)}
    return pl.DataFrame(
        [
            pl.Series(compiled.cells(block.text, block.ends, width=block.width, column=places[label])).alias(label)
            for label in wanted
        ]
    )


def parse(text: bytes, *, labels: Sequence[str], delimiter: str) -> pl.DataFrame:
    """Return the rows of a :class:`Block`'s text as a frame of text columns."""
    schema = dict.fromkeys(labels, pl.String)
    frame = pl.read_csv(text, has_header=False, schema=schema, separator=delimiter, infer_schema=False)
    if b'""' in text:
        frame = frame.with_columns(pl.when(pl.all() != "").then(pl.all()))
    return frame


def unique_labels(columns: Sequence[str]) -> tuple[str, ...]:
    r"""Give every column a name of its own: its header's first line, or with its place where that is empty or taken.

    What stands behind a line's end in a header may be a row of the table, in a file whose newlines or quotes are broken.

    >>> unique_labels(["氏名", "", "氏名\n（漢字）"])
    ('氏名', '#2', '氏名#3')
    """
    columns = [_LINE_END.split(column.strip("\r\n"), maxsplit=1)[0] for column in columns]
    headers, labels = frozenset(columns), dict[str, None]()
    for place, header in enumerate(columns, 1):
        label = header if header and header not in labels else f"{header}#{place}"
        while label in labels or (label != header and label in headers):
            label += "#"
        labels[label] = None
    return tuple(labels)


def text_table(file: DelimitedFile, name: str) -> Table:
    """Return a text file of rows and cells as a table of that name."""
    layout = file.layout
    return Table(
        path=file.path,
        name=name,
        columns=_padded(layout.header, layout.width),
        dialect=layout.dialect,
        header=layout.header is not None,
        above=(*layout.titles, *filled_cells([layout.header or ()])),
        source=file,
    )


def sheet_tables(blob: Blob, *, has_header: bool | None = None) -> list[Table]:
    """Return a table for each sheet of a workbook that holds cells.

    Raises:
        Unreadable: damaged, encrypted, too large, or without a cell.
    """
    return [
        Table(
            path=blob.path,
            name=f"{blob.name}:{sheet.name}",
            columns=_padded(sheet.header, sheet.width),
            dialect=SHEET_DIALECT,
            header=sheet.header is not None,
            above=(*sheet.titles, *filled_cells([sheet.header or ()])),
            source=sheet,
        )
        for sheet in sheets(blob, has_header=has_header)
    ]


def _padded(header: tuple[str, ...] | None, width: int) -> tuple[str, ...]:
    cells = header or ()
    return (*cells, *[""] * (width - len(cells)))
