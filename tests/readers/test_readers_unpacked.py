"""Workbooks of a few kilobytes for which no memory suffices end the program that unpacks them, never ours."""

import io
import zipfile
from pathlib import Path

import openpyxl
import pytest

from sekisho.errors import Unreadable
from sekisho.readers import unpacked as module
from sekisho.readers.unpacked import unpacked

_HEAD = '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'


def _with_sheet(path: Path, rows: str, *, target: str = "worksheets/sheet1.xml") -> Path:
    plain, book = io.BytesIO(), openpyxl.Workbook()
    book.save(plain)
    with zipfile.ZipFile(plain) as source, zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in source.namelist():
            if name != "xl/worksheets/sheet1.xml":
                archive.writestr(name, source.read(name).replace(b"worksheets/sheet1.xml", target.encode()))
        archive.writestr(f"xl/{target}", f"{_HEAD}{rows}</sheetData></worksheet>")
    return path


def _said(path: Path, *asked: str) -> list[object]:
    with path.open("rb") as file:
        return list(unpacked(file, path, *asked))


def _refused(path: Path) -> str:
    with pytest.raises(Unreadable) as caught:
        _said(path, "top")
    return caught.value.key


@pytest.mark.parametrize("target", ["worksheets/sheet1.xml", "Worksheets/Sheet1.XML", "other/one.xml"])
@pytest.mark.parametrize(
    "far",
    [
        '<row r="2"><c r="XFD1048576"><v>1</v></c></row>',
        '<row r="2"><c r = "XFD1048576"><v>1</v></c></row>',
        '<row r="2"><c r="xfd1048576"><v>1</v></c></row>',
        "<row/>" * 1_048_574 + "<row>" + "<c/>" * 16_383 + "<c><v>1</v></c></row>",
    ],
)
def test_a_sheet_that_no_memory_holds_is_told(tmp_path: Path, far: str, target: str) -> None:
    rows = '<row r="1"><c r="A1"><v>1</v></c></row>' + far

    assert _refused(_with_sheet(tmp_path / "x.xlsx", rows, target=target)) == "readers.memory"


def test_what_is_no_workbook_is_damaged(tmp_path: Path) -> None:
    (tmp_path / "x.xlsx").write_bytes(b"PK\x03\x04")

    assert _refused(tmp_path / "x.xlsx") == "readers.damaged"


def test_rows_come_in_order_wherever_the_file_was_read_before(tmp_path: Path) -> None:
    path = _with_sheet(tmp_path / "x.xlsx", "".join(f"<row><c><v>{n}</v></c></row>" for n in range(3)))
    with path.open("rb") as file:
        file.read(100)
        assert list(unpacked(file, path, "rows", "0", "1")) == [[["1"], ["2"]]]


def test_one_that_dies_in_the_middle_of_a_row_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "x.xlsx").touch()
    (tmp_path / "dies.py").write_text('import os\nos.write(1, b\'[["1"]]\\n[["2"\')\nos.abort()\n')
    monkeypatch.setattr(module, "_PROGRAM", tmp_path / "dies.py")

    assert _refused(tmp_path / "x.xlsx") == "readers.memory"


def test_one_that_says_nothing_is_ended(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "x.xlsx").touch()
    (tmp_path / "sleeps.py").write_text("import time\ntime.sleep(60)\n")
    monkeypatch.setattr(module, "_PROGRAM", tmp_path / "sleeps.py")
    monkeypatch.setattr(module, "_LONGEST_SILENCE", 0.1)

    assert _refused(tmp_path / "x.xlsx") == "readers.limit_seconds"


def test_one_that_does_not_run_at_all_is_no_fault_of_the_workbook(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "x.xlsx").touch()
    monkeypatch.setattr(module, "_PROGRAM", tmp_path / "gone.py")

    with pytest.raises(RuntimeError):
        _said(tmp_path / "x.xlsx", "top")


def test_who_stops_listening_leaves_no_program_behind(tmp_path: Path) -> None:
    path = _with_sheet(tmp_path / "x.xlsx", "<row><c><v>1</v></c></row>" * 100_000)
    with path.open("rb") as file:
        found = unpacked(file, path, "rows", "0", "0")
        assert next(found)
        found.close()
