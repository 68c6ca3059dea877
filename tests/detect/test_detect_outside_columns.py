"""What a scan finds outside columns of its own: in titles above a table, and in notes."""

from pathlib import Path

import openpyxl
import pytest
from invented_tables import Row, write_csv

from sekisho.detect.findings import ABOVE, ColumnFinding, TableReport
from sekisho.detect.scan import scan_tables


def _scan(path: Path) -> TableReport:
    (report,) = scan_tables(path)
    return report


def _sure(report: TableReport) -> list[ColumnFinding]:
    return [finding for finding in report.findings if finding.level != "low"]


_TITLES = [
    ("電話連絡先：090-1234-5678", "phone", "medium"),
    ("問い合わせは taro@city-of-shiomi.jp まで", "email", "medium"),
    ("氏名 山田太郎 個人番号 123456789018", "my_number", "high"),
]


@pytest.mark.parametrize("form", ["csv", "xlsx"])
@pytest.mark.parametrize(("title", "kind", "level"), _TITLES)
def test_what_stands_above_a_table_is_looked_at(tmp_path: Path, form: str, title: str, kind: str, level: str) -> None:
    rows = [[title], [], ["a", "b", "c"], *([str(n), "x" * n, str(n * n)] for n in range(1, 9))]
    if form == "csv":
        (tmp_path / "t.csv").write_text("\n".join(map(",".join, rows)), encoding="utf-8")
    else:
        book = openpyxl.Workbook()
        for row in rows:
            book.active.append(row)
        book.save(tmp_path / "t.xlsx")

    report = _scan(tmp_path / f"t.{form}")

    found = [(each.column, each.kind, each.level) for each in _sure(report)]
    assert (found, report.rows) == ([(ABOVE, kind, level)], 8)
    assert "山田" not in repr(report)


def test_a_number_in_the_header_itself_is_seen(tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_text("受付（090-1234-5678）,件数,氏名\n1,2,山田\n3,4,鈴木\n", encoding="utf-8")

    assert next((each.column, each.kind) for each in _scan(tmp_path / "t.csv").findings) == (ABOVE, "phone")


def test_titles_and_headers_of_every_day_say_nothing(tmp_path: Path) -> None:
    titles = "令和4年度 給付対象者一覧\n2022-06-21 作成,担当：給付係\n汐見市森林課 20220621-0001\n"
    (tmp_path / "t.csv").write_text(titles + "年度,件数,2022-06-21\n" + "2022,2,5\n2021,4,7\n" * 9, encoding="utf-8")

    assert [each for each in _scan(tmp_path / "t.csv").findings if each.is_above] == []


def _notes(text: str) -> list[Row]:
    """Fifty notes, one of which says something."""
    return [{"日付": "2022-06-01", "備考": text if n == 7 else "電話あり。折り返し希望。"} for n in range(50)]


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("本人のマイナンバー：123456789018 を確認。", "my_number"),
        ("個人番号は1234-5678-9018とのこと。", "my_number"),
        ("My Number 1234 5678 9018", "my_number"),
        ("クレジットカード 4111-1111-1111-1111 で支払い。", "payment_card"),
        ("三菱UFJ銀行 尼崎支店 普通 1234567 ヤマダタロウ", "bank_account"),
    ],
)
def test_one_number_behind_its_name_in_a_note_is_found(tmp_path: Path, text: str, kind: str) -> None:
    (found,) = _sure(_scan(write_csv(tmp_path / "t.csv", _notes(text))))

    assert (found.kind, found.matched) == (kind, 1)
    assert found.level == ("medium" if kind == "bank_account" else "high")


def test_it_is_found_among_other_numbers(tmp_path: Path) -> None:
    rows = _notes("マイナンバー：123456789018")
    rows += [{"日付": "2022-06-01", "備考": f"受付 {10**11 + n * 7919:012d}"} for n in range(2000)]

    (found,) = _sure(_scan(write_csv(tmp_path / "t.csv", rows)))

    assert (found.kind, found.level, found.matched) == ("my_number", "high", 1)


@pytest.mark.parametrize("text", ["マイナンバー：123456789010", "受付番号：123456789018", "マイナンバーは未提出"])
def test_neither_a_number_nor_a_name_alone_is(tmp_path: Path, text: str) -> None:
    assert _sure(_scan(write_csv(tmp_path / "t.csv", _notes(text)))) == []
