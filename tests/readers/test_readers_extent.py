import io
import zipfile

import openpyxl
import pytest

from sekisho.readers.extent import MOST_CELLS, Extent, largest_extent


def _workbook(*cells: str) -> io.BytesIO:
    book, data = openpyxl.Workbook(), io.BytesIO()
    for cell in cells:
        book.active[cell] = "x"
    book.save(data)
    return data


@pytest.mark.parametrize(
    ("cells", "extent"),
    [
        (("A1",), Extent(1, 1)),
        (("A7", "AB2"), Extent(7, 28)),
        (("XFD1048576",), Extent(1_048_576, 16_384)),
    ],
)
def test_a_sheet_reaches_to_its_last_row_and_column(cells: tuple[str, ...], extent: Extent) -> None:
    assert largest_extent(_workbook(*cells)) == extent


def test_what_fits_is_a_matter_of_cells() -> None:
    assert Extent(MOST_CELLS, 1).fits
    assert not Extent(MOST_CELLS, 2).fits


def test_references_are_seen_where_pieces_meet() -> None:
    """A sheet's XML comes in pieces of a megabyte; the reference stands across their border."""
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as archive:
        archive.writestr("xl/worksheets/sheet1.xml", b" " * ((1 << 20) - 6) + b'<c r="ZZ99"/>')

    assert largest_extent(data) == Extent(99, 702)


@pytest.mark.parametrize("data", [b"", b"PK\x03\x04", b"\xd0\xcf\x11\xe0"])
def test_what_is_no_xlsx_is_left_to_its_reader(data: bytes) -> None:
    assert largest_extent(io.BytesIO(data)) == Extent(0, 0)
