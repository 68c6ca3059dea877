import io
from pathlib import Path

import openpyxl
from readers_files import cells_of, faults, said, seen, zipped


def _book(*rows: list[str]) -> bytes:
    book, data = openpyxl.Workbook(), io.BytesIO()
    for row in rows:
        book.active.append(row)
    book.active.title = "名簿"
    book.save(data)
    return data.getvalue()


def test_sheets_of_a_workbook_in_an_archive_are_tables(tmp_path: Path) -> None:
    path = tmp_path / "a.zip"
    path.write_bytes(zipped({"people.xlsx": _book(["氏名", "番号"], ["山田", "0001"])}))

    found = seen(path)

    assert list(found) == ["a.zip!people.xlsx:名簿"]
    assert cells_of(found["a.zip!people.xlsx:名簿"]) == ["山田,0001".encode()]


def test_a_workbook_without_a_cell_was_inspected(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    path.write_bytes(_book())

    assert said(path) == ""


def test_one_that_is_damaged_is_told(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    path.write_bytes(zipped({"xl/workbook.xml": "<a", "[Content_Types].xml": ""}))

    assert faults(path) == ["readers.damaged"]
