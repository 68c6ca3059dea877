"""Workbooks: a table for each sheet, and what stands beside the cells: comments, text boxes, embedded files."""

from collections.abc import Iterator

from sekisho.errors import Unreadable
from sekisho.readers.blob import Blob
from sekisho.readers.content import content_type
from sekisho.readers.context import Context, guarded
from sekisho.readers.ooxml import beside_cells
from sekisho.readers.plain import nothing_in
from sekisho.readers.tables import sheet_tables
from sekisho.readers.view import View


def detect(head: bytes, blob: Blob) -> bool:
    """Tell a ZIP by its members."""
    del head
    with blob.open() as file:
        return content_type(file) == "workbook"


def views(blob: Blob, context: Context) -> Iterator[View]:
    """Yield the sheets and what is beside them."""
    yield from guarded(blob, lambda: tables(blob))
    yield from guarded(blob, lambda: beside_cells(blob, context))


def tables(blob: Blob) -> Iterator[View]:
    """Yield the sheets; a workbook without a cell holds nothing.

    Raises:
        Unreadable: the workbook is damaged, encrypted or too large.
    """
    try:
        yield from sheet_tables(blob)
    except Unreadable as error:
        if error.key != "readers.empty":
            raise
        yield nothing_in(blob)
