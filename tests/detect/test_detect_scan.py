import json
from pathlib import Path

import polars as pl
import pytest
from invented_tables import WRITERS, Row, columns, people, write_csv, write_xlsx

from sekisho.detect import scan as module
from sekisho.detect.cells import values_of
from sekisho.detect.examine import Plan, examine
from sekisho.detect.findings import ColumnFinding, TableReport
from sekisho.detect.labels import labels_of
from sekisho.detect.packs import built_in_rules
from sekisho.detect.people import Counting, PersonKey
from sekisho.detect.records import kinds_of, records
from sekisho.detect.sample import Room
from sekisho.detect.scan import scan_each, scan_tables
from sekisho.readers.tables import open_tables

_KINDS = {
    "統一コード": "resident_code",
    "氏名": "name",
    "氏名カナ": "name_kana",
    "郵便番号": "postal_code",
    "住所": "address",
    "生年月日": "birth_date",
    "性別": "sex",
    "世帯番号": "household",
    "続柄": "household",
    "住民となった年月日": "residence_date",
    "住民税の均等割額": "tax_amount",
    "世帯主の統一コード": "resident_code",
    "申請書番号": "benefit_status",
    "申請受付日": "benefit_status",
    "申請書不達理由": "benefit_status",
    "振込済処理日時": "benefit_status",
    "金融機関コード": "bank_code",
    "支店コード": "branch_code",
    "口座区分": "account_type",
    "口座番号": "bank_account",
    "口座名義": "account_holder",
    "個人番号": "my_number",
    "電話番号": "phone",
    "携帯電話番号": "phone",
    "メールアドレス": "email",
    "運転免許証番号": "drivers_licence",
    "旅券番号": "passport",
    "在留カード番号": "residence_card",
    "基礎年金番号": "pension_number",
    "雇用保険被保険者番号": "employment_insurance",
    "介護保険被保険者番号": "care_insurance",
    "保険者番号": "insurer_number",
    "被保険者番号": "health_insurance",
    "法人番号": "corporate_number",
    "要介護度": "welfare_status",
    "障害等級": "disability",
    "病名": "health",
    "国籍": "nationality",
    "生年月日（和暦）": "birth_date",
    "備考": "free_text",
}


def _sure(report: TableReport) -> dict[str, str]:
    """Return the kind of each column that has one at medium or high."""
    return {finding.column: finding.kind for finding in reversed(report.findings) if finding.level != "low"}


def _scan(path: Path) -> TableReport:
    (report,) = scan_tables(path)
    return report


def _finding(report: TableReport, column: str) -> ColumnFinding:
    return next(finding for finding in report.findings if finding.column == column)


@pytest.mark.parametrize("form", WRITERS)
def test_every_kind_is_found_in_every_form_of_file(tmp_path: Path, form: str) -> None:
    report = _scan(WRITERS[form](tmp_path, people(120)))

    assert _sure(report) == _KINDS
    assert (report.rows, report.columns, report.people, report.households) == (120, len(_KINDS) + 1, 120, 60)
    assert report.problems == ()


def test_the_tables_of_the_case_are_understood(tmp_path: Path) -> None:
    """The columns of the case file, one table a source, none with the help of another."""
    rows = people(200)
    tax = _scan(write_csv(tmp_path / "tax.csv", columns(rows, "統一コード", "住民税の均等割額")))
    of_benefit = ("世帯主の統一コード", "申請書番号", "申請受付日", "申請書不達理由", "振込済処理日時")
    benefit = _scan(write_csv(tmp_path / "benefit.csv", columns(rows[::2], *of_benefit)))
    of_account = ("統一コード", "金融機関コード", "支店コード", "口座区分", "口座番号", "口座名義")
    account = _scan(write_csv(tmp_path / "account.csv", columns(rows, *of_account)))

    for report in (tax, benefit, account):
        assert _sure(report) == {column: kind for column, kind in _KINDS.items() if column in _sure(report)}
        assert len(_sure(report)) == report.columns
    assert (tax.people, tax.households) == (200, None)
    assert (benefit.people, benefit.households) == (None, 100)
    assert _finding(account, "口座番号").matched == 200


def test_people_are_counted_whose_rows_have_gaps(tmp_path: Path) -> None:
    """A thousand people, half of them with a telephone, a fifth with an e-mail address, some rows without a name."""
    rows = [
        {
            "氏名": ["佐藤　太郎", "鈴木　花子", "田中　健太"][n % 3] if n % 50 else "",
            "生年月日": f"19{30 + n % 60}-01-02" if n % 7 else "",
            "住所": f"兵庫県汐見市港町{n}-1",
            "電話番号": f"06-2345-{n:04d}" if n % 2 else "",
            "メールアドレス": f"user{n}@city-of-shiomi.jp" if n % 5 == 0 else "",
        }
        for n in range(1000)
    ]

    report = _scan(write_csv(tmp_path / "t.csv", rows + rows[:100]))

    assert (report.people, report.people_by, report.untold) == (980, ("name", "birth_date", "address"), 22)


def test_without_headers_values_and_neighbours_tell(tmp_path: Path) -> None:
    names = (
        "氏名",
        "住所",
        "郵便番号",
        "個人番号",
        "荷物追跡番号",
        "金融機関コード",
        "支店コード",
        "口座区分",
        "口座番号",
    )
    rows = columns(people(300), *names)

    report = _scan(write_csv(tmp_path / "t.csv", rows, header=False))

    expected = {f"#{place}": _KINDS[name] for place, name in enumerate(names, 1) if name in _KINDS}
    assert _sure(report) == expected
    assert (report.people, report.people_by) == (300, ("my_number",))


def test_seven_digits_are_accounts_or_postal_codes_by_header_and_neighbours(tmp_path: Path) -> None:
    rows = [{**row, "郵便番号": row["郵便番号"].replace("-", "")} for row in people(100)]

    report = _scan(
        write_csv(tmp_path / "t.csv", columns(rows, "郵便番号", "住所", "金融機関コード", "支店コード", "口座番号"))
    )

    assert (_sure(report)["郵便番号"], _sure(report)["口座番号"]) == ("postal_code", "bank_account")


def test_numbers_damaged_by_a_spreadsheet_are_reported_by_header(tmp_path: Path) -> None:
    rows = [{"個人番号": "1.23457E+11", "氏名": row["氏名"]} for row in people(30)]

    finding = _finding(_scan(write_csv(tmp_path / "t.csv", rows)), "個人番号")

    assert (finding.kind, finding.level, finding.evidence[-1].values["shape"]) == ("my_number", "medium", "scientific")


def test_my_numbers_that_lost_their_zeros_are_found(tmp_path: Path) -> None:
    rows = [{"個人番号": row["個人番号"].lstrip("0")} for row in people(200)]

    assert _sure(_scan(write_csv(tmp_path / "t.csv", rows))) == {"個人番号": "my_number"}


def test_numbers_inside_remarks_are_found(tmp_path: Path) -> None:
    rows = [{"備考": f"携帯は090-1234-{n:04d}、番号は{row['個人番号']}です。"} for n, row in enumerate(people(40))]

    (report,) = scan_each(write_csv(tmp_path / "t.csv", rows))

    assert {"my_number", "phone"} <= kinds_of(report)


def test_what_is_named_a_thing_is_no_telephone(tmp_path: Path) -> None:
    rows = [{"型番": f"0{10 + n}-{100 + n}-{1000 + n}", "個数": str(n)} for n in range(90)]

    assert _sure(_scan(write_csv(tmp_path / "t.csv", rows))) == {}


def test_a_list_of_prefectures_is_no_list_of_addresses(tmp_path: Path) -> None:
    rows = [{"x": each, "人口": str(n)} for n, each in enumerate(built_in_rules().places.prefectures)]

    assert _scan(write_csv(tmp_path / "t.csv", rows)).findings == ()


def test_full_width_numbers_are_numbers(tmp_path: Path) -> None:
    wide = str.maketrans("0123456789-", "０１２３４５６７８９－")
    rows = [{name: row[name].translate(wide) for name in ("個人番号", "電話番号", "生年月日")} for row in people(50)]

    report = _scan(write_csv(tmp_path / "t.csv", rows))

    assert _sure(report) == {"個人番号": "my_number", "電話番号": "phone", "生年月日": "birth_date"}
    assert _finding(report, "個人番号").matched == 50


def test_foreign_kinds_are_found(tmp_path: Path) -> None:
    rows: list[Row] = [
        {
            "name": f"{given} Smith",
            "email": f"user{n}@city.gov",
            "ssn": f"219-09-{n + 1:04d}",
            "iban": "GB82WEST12345698765432",
            "card": "4111111111111111",
            "ip address": f"192.168.0.{n}",
            "nino": f"AB{n:06d}C",
        }
        for n, given in enumerate(["James", "Mary", "John", "Linda", "Robert"] * 8)
    ]

    found = _sure(_scan(write_csv(tmp_path / "t.csv", rows)))

    kinds = ("name", "email", "ssn", "iban", "payment_card", "ip_address", "nino")
    assert found == dict(zip(rows[0], kinds, strict=True))


def test_nothing_raw_appears_anywhere(tmp_path: Path) -> None:
    rows = people(60)
    report = _scan(write_csv(tmp_path / "t.csv", rows))
    said = json.dumps(list(records([report])), ensure_ascii=False) + repr(report)

    for row in rows:
        planted = {value for value in row.values() if len(value) > 4 and not value.startswith("要介護")}
        assert not [value for value in planted if value in said]


def test_what_a_scan_works_with_does_not_print_cells(tmp_path: Path) -> None:
    (table,) = open_tables(write_csv(tmp_path / "t.csv", people(20)))
    (block,) = table.blocks()
    plan = Plan(
        counting=Counting(PersonKey((0,), ("resident_code",)), None),
        labels=labels_of(built_in_rules()),
        room=Room(rows=10, bytes=1000),
        seed=1,
    )

    printed = repr((table, block, examine(block, plan), values_of(pl.Series(["山田　太郎"]))))

    assert not any(value in printed for row in people(20) for value in row.values() if len(value) > 4)
    assert "山田" not in printed


def test_every_sheet_has_its_report(tmp_path: Path) -> None:
    assert [report.name for report in scan_tables(write_xlsx(tmp_path / "book.xlsx", people(5)))] == ["book:Sheet"]


def test_a_table_that_was_opened_before_is_scanned(tmp_path: Path) -> None:
    (table,) = open_tables(write_csv(tmp_path / "t.csv", people(10)))

    assert scan_tables(table) == scan_tables(tmp_path / "t.csv")


def test_what_could_not_be_inspected_is_a_report(tmp_path: Path) -> None:
    (tmp_path / "x.csv").write_bytes(b"\x89PNG\r\n\x1a\n")

    report = _scan(tmp_path / "x.csv")

    assert report.could_not_inspect is not None
    assert report.could_not_inspect.key == "readers.image"


@pytest.mark.parametrize("data", [b"", b"\n"])
def test_an_empty_file_was_inspected(tmp_path: Path, data: bytes) -> None:
    (tmp_path / "x.csv").write_bytes(data)

    (report,) = scan_each(tmp_path / "x.csv")
    assert report.could_not_inspect is None
    assert kinds_of(report) == set()


def test_a_file_that_vanishes_is_a_report(tmp_path: Path) -> None:
    (table,) = open_tables(write_csv(tmp_path / "t.csv", people(10)))
    (tmp_path / "t.csv").unlink()

    (report,) = scan_tables(table)

    assert report.could_not_inspect is not None
    assert report.could_not_inspect.key == "readers.not_found"


def test_a_file_that_no_memory_holds_is_a_report(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (table,) = open_tables(write_csv(tmp_path / "t.csv", people(10)))

    def fill_it(*_: object, **__: object) -> None:
        raise MemoryError

    monkeypatch.setattr(module, "examine", fill_it)
    monkeypatch.setattr(module, "views", lambda *_, **__: iter([table]))

    for report in (*scan_tables(table), *scan_tables(tmp_path / "t.csv")):
        assert report.could_not_inspect is not None
        assert report.could_not_inspect.key == "readers.memory"


def test_a_header_alone_is_scanned(tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_text("氏名,個人番号\n", encoding="utf-8")

    report = _scan(tmp_path / "t.csv")

    assert report.rows == 0
    assert {finding.level for finding in report.findings} == {"low"}


def test_problems_of_the_file_are_reported(tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_text("氏名,電話\n山田,06-2345-6789\n鈴木\n", encoding="utf-8")

    assert [(found.key, found.line) for found in _scan(tmp_path / "t.csv").problems] == [("readers.ragged_row", 3)]


def test_a_big_table_is_sampled_and_its_numbers_are_exact(tmp_path: Path) -> None:
    rows = 30_000
    frame = pl.DataFrame(
        {
            "電話番号": [f"06-{2000 + n % 8000}-{n % 10_000:04d}" for n in range(rows)],
            "性別": ["男", "女"] * (rows // 2),
        }
    )
    frame.write_csv(tmp_path / "t.csv")
    told: list[int] = []

    (report,) = scan_tables(tmp_path / "t.csv", progress=told.append)

    assert (report.rows, report.sampled) == (rows, 10_000)
    assert (_finding(report, "電話番号").matched, _finding(report, "電話番号").exact) == (rows, True)
    assert (_finding(report, "性別").matched, _finding(report, "性別").exact) == (rows, False)
    assert sum(told) == (tmp_path / "t.csv").stat().st_size - len("電話番号,性別\n".encode())
