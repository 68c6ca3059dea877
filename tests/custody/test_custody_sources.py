"""A source is the files beside its purpose: each once, and no sheet that nobody sees."""

import os
from pathlib import Path

import pytest
from openpyxl import Workbook

from sekisho.custody.sources import find_sources
from sekisho.cut.purpose import Purpose, parse_purpose
from sekisho.errors import NotFound, Refused

TEXT = """
schema = 1
purpose = { id = "p", title = "t", legal_basis = "test", profile = "rows", not_after = 2022-09-30, kinds = ["case_number"], controller = { name = "c", kind = "other" }, recipient = { id = "r" } }
rows = { from = "a" }
source.a = { path = "PATTERN", columns = ["統一コード"], subject = { column = "統一コード" } }
field = [{ out = "x", from = "統一コード", op = "token.serial", why = "w" }]
"""


def purpose(pattern: str) -> Purpose:
    return parse_purpose(TEXT.replace("PATTERN", pattern), Path("p.toml"))


def names(folder: Path, pattern: str) -> list[str]:
    return [table.path.name for table in find_sources(folder, purpose(pattern)).tables["a"]]


def write(path: Path, rows: int = 2) -> int:
    path.parent.mkdir(exist_ok=True)
    return path.write_bytes("".join(["統一コード\n", *(f"{row}\n" for row in range(rows))]).encode())


def workbook(path: Path, **sheets: str) -> None:
    """Write a workbook whose sheets are in these states."""
    book = Workbook()
    book.remove(book.worksheets[0])
    for name, state in sheets.items():
        sheet = book.create_sheet(name)
        sheet.sheet_state = state
        if "empty" not in name:
            for row in (["統一コード"], ["0001"]):
                sheet.append(row)
    book.save(path)


def test_files_of_one_form_are_found_in_their_order_with_their_size(tmp_path: Path) -> None:
    sizes = [write(tmp_path / name) for name in ("b.csv", "a.csv", "表/c.csv")]
    assert names(tmp_path, "*.csv") == ["a.csv", "b.csv"]
    assert names(tmp_path, "**/*.csv") == ["a.csv", "b.csv", "c.csv"]
    assert find_sources(tmp_path, purpose("**/*.csv")).size == sum(sizes)


@pytest.mark.parametrize("pattern", ["none.csv", "d", "d/*.csv"])
def test_a_source_that_is_not_there_is_told_by_its_name(tmp_path: Path, pattern: str) -> None:
    (tmp_path / "d").mkdir()
    with pytest.raises(NotFound) as caught:
        find_sources(tmp_path, purpose(pattern))
    assert (caught.value.key, caught.value.values["source"]) == ("custody.no_source", "a")


def test_a_file_with_two_names_is_one_file(tmp_path: Path) -> None:
    """Everybody in it would leave twice."""
    size = write(tmp_path / "register.csv")
    (tmp_path / "register_new.csv").symlink_to(tmp_path / "register.csv")
    os.link(tmp_path / "register.csv", tmp_path / "a_register.csv")
    (tmp_path / "register_gone.csv").symlink_to(tmp_path / "gone.csv")
    assert names(tmp_path, "*register*.csv") == ["a_register.csv"]
    assert find_sources(tmp_path, purpose("*.csv")).size == size


def test_two_files_that_say_the_same_are_two(tmp_path: Path) -> None:
    write(tmp_path / "a.csv")
    write(tmp_path / "b.csv")
    assert names(tmp_path, "*.csv") == ["a.csv", "b.csv"]


@pytest.mark.parametrize("state", ["hidden", "veryHidden"])
def test_a_hidden_sheet_stops_the_purpose_by_its_name(tmp_path: Path, state: str) -> None:
    """Whoever looked the workbook through did not see its rows."""
    workbook(tmp_path / "a.xlsx", 今年="visible", 昨年=state, 一昨年="visible")
    with pytest.raises(Refused) as caught:
        find_sources(tmp_path, purpose("a.xlsx"))
    assert (caught.value.key, caught.value.values) == ("cut.hidden_sheet", {"file": "a.xlsx", "sheets": "昨年"})


def test_a_hidden_sheet_without_a_cell_hides_nothing(tmp_path: Path) -> None:
    workbook(tmp_path / "a.xlsx", 今年="visible", 昨年="visible", empty="hidden")
    assert names(tmp_path, "a.xlsx") == ["a.xlsx", "a.xlsx"]
