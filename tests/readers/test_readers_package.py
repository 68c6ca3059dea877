import io
import struct
import zipfile

import openpyxl
import pytest

from sekisho.errors import Unreadable
from sekisho.readers.package import FREE_BYTES, MOST_CELLS, Extent, Package, look_into

_SHEET = "xl/worksheets/sheet1.xml"


def _workbook(*cells: str) -> io.BytesIO:
    book, data = openpyxl.Workbook(), io.BytesIO()
    for cell in cells:
        book.active[cell] = "x"
    book.save(data)
    return data


def _package(part: bytes, *, name: str = _SHEET) -> io.BytesIO:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, part)
    return data


def _refused(data: io.BytesIO) -> str:
    with pytest.raises(Unreadable) as caught:
        look_into(data, "x.xlsx")
    return caught.value.key


@pytest.mark.parametrize(("cells", "extent"), [(("A1",), Extent(1, 1)), (("A7", "AB2"), Extent(7, 28))])
def test_a_sheet_reaches_to_its_last_row_and_column(cells: tuple[str, ...], extent: Extent) -> None:
    assert look_into(_workbook(*cells), "x.xlsx").extent == extent


def test_a_stray_cell_far_away_reaches_too_far() -> None:
    assert _refused(_workbook("XFD1048576")) == "readers.too_far"


@pytest.mark.parametrize("name", [_SHEET, "xl/Worksheets/Sheet1.XML", "xl/other/one.xml", "data.bin"])
@pytest.mark.parametrize("cell", ['r="XFD1048576"', "r='XFD1048576'", 'r = "XFD1048576"', 'r="xfd1048576"'])
def test_it_does_however_it_is_written_and_wherever_the_sheet_lies(name: str, cell: str) -> None:
    sheet = f'<sheetData><row r="1048576"><c {cell}><v>1</v></c></row></sheetData>'

    assert _refused(_package(sheet.encode(), name=name)) == "readers.too_far"


def test_what_fits_is_a_matter_of_cells() -> None:
    assert Extent(MOST_CELLS, 1).fits
    assert not Extent(MOST_CELLS, 2).fits


@pytest.mark.parametrize("border", [1 << 20, 2 << 20])
def test_what_stands_where_pieces_meet_is_seen_once(border: int) -> None:
    """A sheet's XML comes in pieces of a megabyte; a row, a cell and its formula stand across their border."""
    sheet = b'<row r="99"><c r="ZZ99"><f>1+1</f></c></row>'

    for back in range(len(sheet)):
        found = look_into(_package(b" " * (border - back) + sheet + b" " * 9), "x.xlsx")
        assert found == Package(extent=Extent(99, 702), formulas=1)


@pytest.mark.parametrize(
    ("cell", "count"),
    [
        ("<c r='A1'><f>SUM(B1)</f></c>", 1),
        ("<c r='A1'><f>SUM(B1)</f><v></v></c>", 1),
        ("<c r='A1'><f>SUM(B1)</f><v/></c>", 1),
        ("<x:c r='A1'><x:f t='shared' si='0'/><x:v /></x:c>", 1),
        ("<c r='A1'><f>SUM(B1)</f><v>3</v></c>", 0),
        ("<c r='A1' t='str'><f>IF(B1,1,\"\")</f><v></v></c>", 0),
        ("<c r='A1'><v>3</v></c>", 0),
    ],
)
def test_formulas_without_a_stored_result_are_counted(cell: str, count: int) -> None:
    assert look_into(_package(f"<row r='1'>{cell}</row>".encode()), "x.xlsx").formulas == count


@pytest.mark.parametrize(
    "part",
    [
        "<sheetData/>".encode("utf-16"),
        "<sheetData/>".encode("utf-16-be"),
        "<sheetData/>".encode("utf-32"),
        b'<?xml version="1.0" encoding="Shift_JIS"?><sheetData/>',
        b"<?xml version='1.0' encoding = 'UTF-16'?><sheetData/>",
    ],
)
def test_parts_that_are_not_in_utf_8_are_refused(part: bytes) -> None:
    """Calamine reads such a sheet as one without rows."""
    assert _refused(_package(part)) == "readers.not_utf8"


@pytest.mark.parametrize("declared", ["", '<?xml version="1.0" encoding="utf-8"?>', "\ufeff<?xml version='1.0'?>"])
def test_parts_in_utf_8_are_not(declared: str) -> None:
    assert look_into(_package(f"{declared}<sheetData/>".encode()), "x.xlsx") == Package()


def test_a_package_that_becomes_a_hundred_times_as_large_is_refused() -> None:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as archive, archive.open("xl/sharedStrings.xml", "w") as part:
        for _ in range(FREE_BYTES // (1 << 20) + 1):
            part.write(b"A" * (1 << 20))

    assert _refused(data) == "readers.too_large"


def test_one_that_says_it_becomes_larger_than_any_workbook_is_refused() -> None:
    data = _package(b"x")
    directory = data.getvalue().index(b"PK\x01\x02")
    data.seek(directory + 24)
    data.write(struct.pack("<I", 0xFFFF_FFFE))

    assert _refused(io.BytesIO(data.getvalue())) == "readers.too_large"


def test_a_part_that_is_damaged_does_not_hide_the_others() -> None:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as archive:
        archive.writestr("a.xml", b"spoilt")
        archive.writestr(_SHEET, b'<row r="1048576"><c r="XFD1048576"/></row>')
    spoilt = data.getvalue().replace(b"spoilt", b"SPOILT", 1)

    assert _refused(io.BytesIO(spoilt)) == "readers.too_far"


@pytest.mark.parametrize("data", [b"", b"PK\x03\x04", b"\xd0\xcf\x11\xe0"])
def test_what_is_no_package_is_left_to_its_reader(data: bytes) -> None:
    assert look_into(io.BytesIO(data), "x.xls") == Package()
