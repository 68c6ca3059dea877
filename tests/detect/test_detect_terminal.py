from invented_reports import column, dark, place, table, text

from sekisho.detect.report.terminal import Grid, overview


def _grids(lines: list[str | Grid]) -> list[Grid]:
    return [each for each in lines if isinstance(each, Grid)]


def test_five_hundred_files_are_forty_rows_and_totals() -> None:
    reports = [table(f"{n}.csv", column("name", "氏名"), people=n) for n in range(1, 501)]

    lines = overview(reports, "en")

    files, kinds = _grids(lines)
    assert [row[:2] for row in files.rows[:2]] == [["500.csv", "500"], ["499.csv", "499"]]
    assert len(files.rows) == 40
    assert "More files: 460" in lines
    assert kinds.rows == [["○name", "500", "500", "500"]]
    assert lines[-2:] == ["Files with personal data: 500 of 500 inspected", "People: 500 to 125,250"]


def test_what_was_not_seen_stands_where_the_eye_ends() -> None:
    lines = overview([text("a.txt", place("phone", "06-6401-0000")), dark("b.xlsx")], "ja")

    assert lines[-1] == "調べられなかったもの：1 件"
    assert any(isinstance(line, str) and line.startswith("⚠ b.xlsx") for line in lines)


def test_nothing_found_is_said_in_a_line() -> None:
    assert overview([table("a.csv", people=None)], "en") == ["No personal data found. Files inspected: 1."]


def test_many_kinds_are_counted_and_hidden_characters_shown() -> None:
    kinds = ("my_number", "health", "bank_account", "name", "phone", "sex")
    (row,) = _grids(overview([table("a\u202efdp.csv", *(column(each, each) for each in kinds))], "en"))[0].rows

    assert row[0] == "a<U+202E>fdp.csv"
    assert row[3].endswith("2 more")
    assert row[3].startswith("◆My Number")
