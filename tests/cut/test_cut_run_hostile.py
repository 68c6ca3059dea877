"""Tables as they come: every trap either does not show in what leaves, or is refused by row and column and never by value."""

import csv
import io
from collections.abc import Sequence
from pathlib import Path

import pytest
from cut_tables import PATH, TODAY, Made, carry_out, changed, draft_purpose, problems, refusal, write_table

from sekisho.cut.purpose import parse_purpose
from sekisho.errors import Refused, Unreadable
from sekisho.readers.tables import open_tables

PURPOSE = """
schema = 1
purpose = { id = "one", title = "t", legal_basis = "test", profile = "rows", not_after = 2022-09-30, kinds = ["free_text", "birth_date", "tax_amount", "case_number"], controller = { name = "c", kind = "other" }, recipient = { id = "r" } }
rows = { from = "a" }
source.a = { path = "a*.csv", columns = ["統一コード", "備考", "生年月日", "税額"], subject = { column = "統一コード" } }
[[field]]
out = "整理番号"
from = "統一コード"
op = "token.serial"
why = "w"
[[field]]
out = "備考"
from = "備考"
op = "keep"
why = "w"
[[field]]
out = "年"
from = "生年月日"
op = "date.year"
why = "w"
[[field]]
out = "税額"
from = "税額"
op = "number.round"
width = 1000
why = "w"
"""
HEADER = ("統一コード", "備考", "生年月日", "税額")
REMARK = "秘密の備考"


def cut(folder: Path, *rows: Sequence[str], text: str = PURPOSE, encoding: str = "utf-8") -> Made:
    write_table(folder / "a.csv", [HEADER, *rows], encoding)
    return carry_out(folder, text)


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "cp932"])
def test_a_mark_at_the_beginning_is_no_part_of_the_first_header(tmp_path: Path, encoding: str) -> None:
    made = cut(tmp_path, ("0001", "x", "1964-04-01", "1500"), encoding=encoding)
    assert made.rows()[1][1:] == ["x", "1964", "2000"]


def test_a_second_mark_is_a_character_of_the_header_and_so_another_column(tmp_path: Path) -> None:
    write_table(tmp_path / "a.csv", [("\ufeff統一コード", *HEADER[1:])], "utf-8-sig")
    assert [problem.key for problem in problems(tmp_path, PURPOSE)] == ["cut.columns_changed"]


def test_a_mark_within_a_cell_stays_there(tmp_path: Path) -> None:
    assert cut(tmp_path, ("0001", "a\ufeffb", "", "")).column("備考") == ["a\ufeffb"]


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_a_cell_of_several_lines_is_one_cell_of_one_row(tmp_path: Path, newline: str) -> None:
    cell = newline.join(["一行目", "=2+2", '"三"'])
    made = cut(tmp_path, ("0001", cell, "1964-04-01", "1"), ("0002", "y", "1965-04-01", "1"))
    assert made.column("備考") == [cell, "y"]
    assert made.column("年") == ["1964", "1965"]


def test_a_formula_leaves_as_text_in_every_column(tmp_path: Path) -> None:
    made = cut(tmp_path, ("0001", "=HYPERLINK(1)", "=1964", "=1+1"))
    assert made.rows()[1][1:] == ["'=HYPERLINK(1)", "", ""]
    assert made.counters.unreadable == {"年": 1, "税額": 1}


def test_a_thousand_columns_are_as_good_as_ten(tmp_path: Path) -> None:
    header = ["統一コード", *(f"列{number}" for number in range(999))]
    rows = [[f"{place:04d}", *(f"{place}-{number}" for number in range(999))] for place in range(3)]
    write_table(tmp_path / "wide.csv", [header, *rows])
    text = draft_purpose(open_tables(tmp_path / "wide.csv", has_header=True)[0], TODAY).replace('= "…"', '= "x"')
    fields = "".join(
        f'[[field]]\nout = "列{number}"\nfrom = "列{number}"\nop = "keep"\nkind = "free_text"\nwhy = "w"\n'
        for number in range(0, 999, 7)
    )
    text = changed(text, ('["case_number"]', '["case_number", "free_text"]')) + fields
    assert problems(tmp_path, text) == ()
    made = carry_out(tmp_path, text)
    assert [len(row) for row in made.rows()] == [1 + len(range(0, 999, 7))] * 4
    assert made.column("列994") == [f"{place}-994" for place in range(3)]


def test_a_table_of_a_header_alone_gives_one(tmp_path: Path) -> None:
    assert cut(tmp_path).rows() == [["整理番号", "備考", "年", "税額"]]


def test_an_empty_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_bytes(b"")
    assert isinstance(refusal(lambda: carry_out(tmp_path, PURPOSE)), Refused | Unreadable)


def test_a_header_that_stands_twice_is_refused_by_its_name_if_the_purpose_names_it(tmp_path: Path) -> None:
    write_table(tmp_path / "a.csv", [(*HEADER, "備考"), ("0001", "x", "", "", "y")])
    labels = open_tables(tmp_path / "a.csv", has_header=True)[0].labels
    text = changed(PURPOSE, ('"生年月日", "税額"]', f'"生年月日", "税額", "{labels[-1]}"]'))
    (problem,) = problems(tmp_path, text)
    assert (problem.key, problem.values["column"]) == ("cut.repeated_header", "備考")


def test_a_column_that_is_not_there_is_refused_by_its_name(tmp_path: Path) -> None:
    write_table(tmp_path / "a.csv", [HEADER[:-1], ("0001", REMARK, "")])
    (problem,) = problems(tmp_path, PURPOSE)
    assert (problem.key, problem.values["gone"], problem.values["new"]) == ("cut.columns_changed", "税額", "-")
    assert REMARK not in str(problem)


def test_a_column_that_the_purpose_does_not_pin_is_refused_by_field_and_line(tmp_path: Path) -> None:
    write_table(tmp_path / "a.csv", [HEADER])
    text = changed(PURPOSE, ('from = "税額"', 'from = "税"'))
    (problem,) = problems(tmp_path, text)
    assert problem.key == "cut.unknown_column"
    assert text.split("\n")[int(str(problem.values["line"])) - 1] == 'out = "税額"'


NO_DAYS = [
    "2022-04-31",
    "昭和65年2月30日",
    "昭和63年2月30日",
    "2月30日",
    "1999-02-29",
    "20220230",
    "00000000",
    "R0.1.1",
    "99999999",
]


@pytest.mark.parametrize("day", NO_DAYS)
def test_a_day_that_does_not_exist_leaves_empty_and_is_named_by_its_row(tmp_path: Path, day: str) -> None:
    made = cut(tmp_path, ("0001", "x", "1964-04-01", "1"), ("0002", "y", day, "1"), ("0003", "z", "", "1"))
    assert made.column("年") == ["1964", "", ""]
    assert made.counters.unreadable["年"] == 1
    assert made.counters.unreadable_rows["年"] == ["3"]


def test_an_era_that_ended_is_read_as_the_reader_of_the_paper_would(tmp_path: Path) -> None:
    """Showa ended in its 64th year; papers that were printed ahead say the 65th, and mean 1990."""
    assert cut(tmp_path, ("0001", "x", "昭和65年4月1日", "1")).column("年") == ["1990"]


def test_the_first_rows_that_could_not_be_read_are_named_and_no_more(tmp_path: Path) -> None:
    made = cut(tmp_path, *((f"{place:04d}", "x", "1964-04-01", "?" if place % 2 else "1") for place in range(20)))
    assert made.counters.unreadable["税額"] == 10
    assert made.counters.unreadable_rows["税額"] == ["3", "5", "7", "9", "11"]


def test_rows_are_those_of_the_source_whatever_the_condition_leaves_out(tmp_path: Path) -> None:
    text = changed(PURPOSE, ('from = "a" }', 'from = "a", where = "備考 == \'y\'" }'))
    rows = [(f"{place:04d}", "y" if place > 5 else "x", "4月31日", "1") for place in range(8)]
    assert cut(tmp_path, *rows, text=text).counters.unreadable_rows["年"] == ["8", "9"]


def test_of_several_files_the_row_is_named_behind_its_file(tmp_path: Path) -> None:
    write_table(tmp_path / "a2.csv", [HEADER, ("0009", "x", "2022-06-31", "1")])
    assert cut(tmp_path, ("0001", "x", "1964-04-01", "1")).counters.unreadable_rows["年"] == ["a2.csv 2"]


def test_the_size_of_a_block_does_not_show_in_the_rows(tmp_path: Path) -> None:
    rows = [(f"{place:06d}", "x" * 400, "1964-04-01", "1") for place in range(30_000)]
    rows[25_000] = ("025000", "x", "1964-04-31", "1")
    assert cut(tmp_path, *rows).counters.unreadable_rows["年"] == ["25002"]


def test_a_line_of_totals_is_refused_by_row_and_column(tmp_path: Path) -> None:
    problem = refusal(lambda: cut(tmp_path, ("0001", "x", "", "1"), ("合計", REMARK, "", "1")))
    assert (problem.values["column"], problem.values["row"], problem.values["rows"]) == ("統一コード", "3", 1)
    assert REMARK not in str(problem)


def test_a_row_of_another_length_is_refused_by_its_line(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text(f"{','.join(HEADER)}\n0001,x,,1\n0002,{REMARK}\n", encoding="utf-8")
    problem = refusal(lambda: carry_out(tmp_path, PURPOSE))
    assert isinstance(problem, Unreadable)
    assert "3" in str(problem)
    assert REMARK not in str(problem)


def test_what_leaves_is_the_same_table_to_every_reader(tmp_path: Path) -> None:
    cells = ["a,b", 'say "x"', "a\nb", "", " ", "00012", "＝１", "'"]
    made = cut(tmp_path, *((f"{place:04d}", cell, "", "") for place, cell in enumerate(cells)))
    by_module = list(csv.reader(io.StringIO(made.data.decode(), newline="")))
    (by_ours,) = open_tables_of(tmp_path / "out.csv", made.data)
    assert [row[1] for row in by_module[1:]] == cells
    assert [cell or "" for cell in by_ours["備考"]] == cells


def open_tables_of(path: Path, data: bytes) -> list[dict[str, list[str | None]]]:
    path.write_bytes(data)
    return [
        {name: frame[name].to_list() for name in frame.columns}
        for table in open_tables(path, has_header=True)
        for frame in table.frames(strict=True)
    ]


def test_the_purpose_of_these_tests_is_one() -> None:
    assert parse_purpose(PURPOSE, PATH).table_name == "one.csv"
