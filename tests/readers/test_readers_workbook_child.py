from datetime import date, datetime, time
from pathlib import Path

import openpyxl
import pytest
from python_calamine import CalamineWorkbook

from sekisho.readers.workbook_child import Value, rows, text_of, top


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (1234567.0, "1234567"),
        (123456789018, "123456789018"),
        (0.5, "0.5"),
        (True, "TRUE"),
        (date(1985, 1, 2), "1985-01-02"),
        (datetime(1985, 1, 2, 0, 0), "1985-01-02"),
        (datetime(1985, 1, 2, 3, 4, 5), "1985-01-02 03:04:05"),
        (time(9, 30), "09:30:00"),
        (None, ""),
    ],
)
def test_values_read_as_a_person_reads_them(value: Value | None, expected: str) -> None:
    assert text_of(value) == expected


def _workbook(path: Path, count: int) -> CalamineWorkbook:
    book = openpyxl.Workbook()
    book.active.title = "empty"
    sheet = book.create_sheet("numbers")
    for number in range(count):
        sheet.cell(number + 3, 2, number)
    book.save(path)
    return CalamineWorkbook.from_path(path)


def test_the_top_of_each_sheet_with_cells_is_said(tmp_path: Path) -> None:
    assert list(top(_workbook(tmp_path / "x.xlsx", 200))) == [
        {"place": 1, "name": "numbers", "shows": True, "line": 3, "rows": [[str(number)] for number in range(100)]}
    ]


@pytest.mark.parametrize("skip", [0, 1, 30])
def test_all_rows_behind_the_first_are_said_some_at_a_time(tmp_path: Path, skip: int) -> None:
    found = list(rows(_workbook(tmp_path / "x.xlsx", 25_000), 1, skip))

    assert [row for some in found for row in some] == [[str(number)] for number in range(skip, 25_000)]
    assert [len(some) for some in found] == [20_000, 5000 - skip]
