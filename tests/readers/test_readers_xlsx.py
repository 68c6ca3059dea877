import os
import zipfile
from collections.abc import Iterator
from pathlib import Path

import openpyxl
import pytest

from sekisho.errors import Unreadable
from sekisho.readers.problems import Problem, Problems
from sekisho.readers.tables import open_tables
from sekisho.readers.workbook_child import Value
from sekisho.readers.xlsx import sheets


def _save(path: Path, **contents: list[list[Value | None]]) -> Path:
    workbook = openpyxl.Workbook()
    workbook.remove(workbook.active)
    for name, rows in contents.items():
        sheet = workbook.create_sheet(name)
        for row in rows:
            sheet.append(row)
    workbook.save(path)
    return path


def test_every_sheet_with_cells_is_a_table(tmp_path: Path) -> None:
    path = _save(
        tmp_path / "book.xlsx",
        register=[["統一コード", "氏名"], ["0001", "山田　太郎"], [2, None]],
        empty=[],
        tax=[["統一コード", "税額"], ["0001", 3500]],
    )

    first, second = open_tables(path)

    assert (first.name, second.name) == ("book:register", "book:tax")
    assert next(first.frames(strict=True)).rows() == [("0001", "山田　太郎"), ("2", None)]
    assert next(second.frames(["税額"], strict=True)).rows() == [("3500",)]


def test_title_lines_above_the_header_are_skipped(tmp_path: Path) -> None:
    rows: list[list[Value | None]] = [["一覧", None, None], ["氏名", "住所", "電話"], ["山田", "松原町", "1"]]

    (sheet,) = sheets(_save(tmp_path / "book.xlsx", s=rows))

    assert (sheet.titles, sheet.header, sheet.line) == (("一覧",), ("氏名", "住所", "電話"), 3)


def test_a_table_that_begins_further_down_has_its_header_and_its_lines(tmp_path: Path) -> None:
    rows: list[list[Value | None]] = [[], [], [None, "氏名", "年齢"], [None, "山田", 41], [None, "鈴木", 52]]

    (sheet,) = sheets(_save(tmp_path / "book.xlsx", s=rows))

    assert (sheet.header, sheet.line) == (("氏名", "年齢"), 4)
    assert [block.rows for block in sheet.blocks(strict=True, problems=Problems(), size=1 << 20)] == [2]


def test_a_workbook_without_cells_is_empty(tmp_path: Path) -> None:
    with pytest.raises(Unreadable) as caught:
        sheets(_save(tmp_path / "book.xlsx", s=[]))

    assert caught.value.key == "readers.empty"


def test_a_damaged_workbook_is_told(tmp_path: Path) -> None:
    path = _save(tmp_path / "book.xlsx", s=[["a"]])
    path.write_bytes(path.read_bytes()[:-400])

    with pytest.raises(Unreadable) as caught:
        sheets(path)

    assert caught.value.key == "readers.damaged"


def test_a_workbook_saved_again_has_changed(tmp_path: Path) -> None:
    path = tmp_path / "book.xlsx"
    (sheet,) = sheets(_save(path, s=[["氏名"], ["山田"]]))
    _save(path, s=[["氏名"], ["山田"], ["鈴木"]])

    with pytest.raises(Unreadable) as caught:
        list(sheet.blocks(strict=False, problems=Problems(), size=1 << 20))

    assert caught.value.key == "readers.changed"


def test_a_sheet_that_reaches_too_far_is_told(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.active["XFD1048576"] = "x"
    book.save(tmp_path / "x.xlsx")

    with pytest.raises(Unreadable) as caught:
        open_tables(tmp_path / "x.xlsx")

    assert caught.value.key == "readers.too_far"


def test_a_row_with_nothing_in_it_is_no_row(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.active.append(["氏名", "電話番号"])
    book.active["A40"] = "山田"
    book.save(tmp_path / "x.xlsx")

    (table,) = open_tables(tmp_path / "x.xlsx")

    assert [frame.rows() for frame in table.frames(strict=True)] == [[("山田", None)]]


def test_damage_inside_a_sheet_is_told(tmp_path: Path) -> None:
    """A workbook opens although one of its sheets cannot be unpacked."""
    book = openpyxl.Workbook()
    book.active.append(["氏名"])
    book.save(tmp_path / "x.xlsx")
    with zipfile.ZipFile(tmp_path / "x.xlsx") as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    parts["xl/worksheets/sheet1.xml"] = parts["xl/worksheets/sheet1.xml"][:-40]
    with zipfile.ZipFile(tmp_path / "x.xlsx", "w") as archive:
        for name, part in parts.items():
            archive.writestr(name, part)

    with pytest.raises(Unreadable) as caught:
        open_tables(tmp_path / "x.xlsx")

    assert caught.value.key == "readers.damaged"


def _reckoned(beside: bool) -> Iterator[list[Value | None]]:
    for line in range(2, 32):
        yield [f"=B{line}", line if beside else None]


def _formulas(path: Path, *, beside: bool) -> Path:
    """A workbook whose formulas were never reckoned: the library that wrote it stores none of their results."""
    return _save(path, s=[["氏名", "統一コード"], *_reckoned(beside)])


def test_a_sheet_of_formulas_without_results_is_not_empty_but_not_inspected(tmp_path: Path) -> None:
    (table,) = open_tables(_formulas(tmp_path / "x.xlsx", beside=False))

    with pytest.raises(Unreadable) as caught:
        list(table.blocks())

    assert caught.value.key == "readers.formulas"


def test_formulas_without_results_are_a_problem_of_the_rows_that_are_there(tmp_path: Path) -> None:
    (table,) = open_tables(_formulas(tmp_path / "x.xlsx", beside=True))
    problems = Problems()

    assert sum(block.rows for block in table.blocks(problems=problems)) == 30
    assert problems.found() == (Problem(key="readers.formulas", count=30, line=2),)


def test_a_workbook_of_nothing_but_formulas_without_results_is_told(tmp_path: Path) -> None:
    with pytest.raises(Unreadable) as caught:
        open_tables(_save(tmp_path / "x.xlsx", s=[["=1+1"]]))

    assert caught.value.key == "readers.formulas"


def test_what_leaves_the_office_holds_no_formula_without_its_result(tmp_path: Path) -> None:
    (table,) = open_tables(_formulas(tmp_path / "x.xlsx", beside=True))

    with pytest.raises(Unreadable) as caught:
        list(table.frames(strict=True))

    assert caught.value.key == "readers.formulas"


def test_a_workbook_written_to_while_it_is_read_has_changed(tmp_path: Path) -> None:
    path = tmp_path / "book.xlsx"
    row: list[Value | None] = [0]
    (sheet,) = sheets(_save(path, s=[["氏名"], *[row] * 50_000]))
    reading = sheet.blocks(strict=False, problems=Problems(), size=1 << 10)
    next(reading)
    os.utime(path, ns=(1, 1))

    with pytest.raises(Unreadable) as caught:
        list(reading)

    assert caught.value.key == "readers.changed"
