from pathlib import Path

import pytest

from sekisho.detect.findings import TableReport
from sekisho.detect.scan import scan_each, scan_tables
from sekisho.detect.text.plan import TextPlan
from sekisho.detect.text.scan import LISTED

MY_NUMBER = "787789328790"
_QUIET = "特に問題はありませんでした。連絡がつきました"


def _report(path: Path, notes: dict[int, str], *, rows: int = 60) -> TableReport:
    lines = ["番号,備考", *(f"A-{row},{notes.get(row, _QUIET)}" for row in range(1, rows + 1))]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    (report,) = scan_tables(path)
    return report


def test_a_number_in_one_note_is_found_where_it_stands(tmp_path: Path) -> None:
    report = _report(tmp_path / "t.csv", {20: "折り返しは090-1234-5678へ"})

    (place,) = report.places
    assert (place.column, place.line, place.kind, place.level) == ("備考", 20, "phone", "high")
    assert (place.start, place.end) == (5, 18)


def test_places_are_counted_in_the_cell_without_its_quotes(tmp_path: Path) -> None:
    report = _report(tmp_path / "t.csv", {3: '"「""急ぎ""」\nマイナンバーは123456789018"'})

    (place,) = report.places
    assert (place.line, place.start, place.end) == (
        3,
        len('「"急ぎ"」\nマイナンバーは'),
        len('「"急ぎ"」\nマイナンバーは') + 12,
    )


def test_one_number_in_a_column_of_notes_tells_nobody_apart(tmp_path: Path) -> None:
    report = _report(tmp_path / "t.csv", {3: "マイナンバーは123456789018"})

    assert report.people is None


def test_columns_of_numbers_are_not_read_twice(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_text("電話番号\n" + "090-1234-5678\n" * 50, encoding="utf-8")

    (report,) = scan_tables(path)

    assert report.places == ()


def test_as_many_places_as_are_asked_for_are_listed(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_text("番号,備考\n" + "A,お電話は090-1234-5678まで\n" * (LISTED + 5), encoding="utf-8")

    (some,) = scan_tables(path)
    (everything,) = scan_each(path, plan=TextPlan(spans=True))

    assert isinstance(everything, TableReport)
    assert (len(some.places), len(everything.places)) == (LISTED, LISTED + 5)


@pytest.mark.parametrize(
    ("cell", "kind"),
    [(MY_NUMBER, "my_number"), ("090-1234-5678", "phone"), ("仙台市青葉区国分町3丁目7-1", "address")],
)
def test_a_cell_that_is_nothing_else_is_found_in_a_column_of_other_things(tmp_path: Path, cell: str, kind: str) -> None:
    path = tmp_path / "t.csv"
    rows = [f"件{n},{cell if n == 20 else '対応済'},2022-06-{1 + n % 28:02d}" for n in range(1, 41)]
    path.write_text("件名,備考,日付\n" + "\n".join(rows) + "\n", encoding="utf-8")

    (report,) = scan_tables(path)

    assert [(each.line, each.kind) for each in report.places] == [(20, kind)]


def test_in_a_form_the_left_cell_is_the_label(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_text(f"氏名,山田太郎\n免許証番号,{MY_NUMBER}\n電話,090-1234-5678\n", encoding="utf-8")

    (report,) = scan_tables(path)

    assert {(each.line, each.kind) for each in report.places} >= {(2, "drivers_licence"), (3, "phone")}
