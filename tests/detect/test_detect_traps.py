"""The traps of section 13 of the detection reference that concern whole tables; single numbers are in the kernel's tests."""

import random
from collections.abc import Callable
from pathlib import Path

import pytest
from invented_tables import Row, columns, corporate_number, day, digits, insurer_number, my_number, people, write_csv

from sekisho.detect import check_digits
from sekisho.detect.findings import TableReport
from sekisho.detect.packs import built_in_rules
from sekisho.detect.scan import scan_tables


@pytest.fixture
def dice() -> random.Random:
    return random.Random(7)


def _scan(path: Path) -> TableReport:
    (report,) = scan_tables(path)
    return report


def _scan_bytes(folder: Path, data: bytes) -> TableReport:
    (folder / "t.csv").write_bytes(data)
    return _scan(folder / "t.csv")


def _scan_rows(folder: Path, rows: list[Row], codec: str = "utf-8") -> TableReport:
    return _scan(write_csv(folder / "t.csv", rows, codec=codec))


def _sure(report: TableReport) -> dict[str, str]:
    return {found.column: found.kind for found in reversed(report.findings) if found.level != "low"}


def _matched(report: TableReport, kind: str) -> int:
    return sum(found.matched for found in report.findings if found.kind == kind)


def _card(dice: random.Random, size: int, prefix: str) -> str:
    stem = prefix + digits(dice, size - len(prefix) - 1)
    return next(stem + check for check in "0123456789" if check_digits.luhn(stem + check))


def test_2_a_trail_byte_of_cp932_before_a_digit_is_no_letter(tmp_path: Path, dice: random.Random) -> None:
    """ド is 83 68, and 68 is h."""
    rows = [{"メモ": f"カード{_card(dice, 16, '4')}"} for _ in range(40)]

    assert _matched(_scan_rows(tmp_path, rows, "cp932"), "payment_card") == 40


def test_3_addresses_of_every_prefecture_are_found_in_cp932(tmp_path: Path) -> None:
    """No pattern works on bytes, where it could break inside a kanji."""
    rows = [{"x": f"{prefecture}汐見市港町{n}-2"} for n, prefecture in enumerate(built_in_rules().places.prefectures)]

    report = _scan_rows(tmp_path, rows, "cp932")

    assert (_sure(report), _matched(report, "address")) == ({"x": "address"}, 47)


@pytest.mark.parametrize("header", ["order", "取引番号", "x"])
def test_5_numbers_of_which_a_tenth_passes_are_no_cards(tmp_path: Path, dice: random.Random, header: str) -> None:
    rows = [{header: "4" + digits(dice, 15)} for _ in range(500)]

    assert [found.kind for found in _scan_rows(tmp_path, rows).findings] == []


@pytest.mark.parametrize("size", [17, 18, 19])
def test_8_long_cards_are_cards(tmp_path: Path, dice: random.Random, size: int) -> None:
    rows = [{"カード番号": _card(dice, size, "3530")} for _ in range(20)]

    assert _sure(_scan_rows(tmp_path, rows)) == {"カード番号": "payment_card"}


@pytest.mark.parametrize("newline", [b"", b"\n"])
def test_9_a_last_row_that_ends_with_the_file_counts(tmp_path: Path, dice: random.Random, newline: bytes) -> None:
    """Also when the file's length is a multiple of 64."""
    for pad in range(64):
        data = b"x" * (pad + 1) + b",number\n" + b"a,%s\n" % my_number(dice).encode() * 20
        assert _matched(_scan_bytes(tmp_path, data.rstrip(b"\n") + newline), "my_number") == 20


def test_10_a_quote_inside_a_bare_cell_shifts_no_column(tmp_path: Path, dice: random.Random) -> None:
    rows = "".join(f"5'{n % 12}\",{my_number(dice)}\n" for n in range(200))

    report = _scan_bytes(tmp_path, f"height,x\n{rows}".encode())

    assert (report.columns, report.problems, _sure(report)) == (2, (), {"x": "my_number"})
    assert _matched(report, "my_number") == 200


def test_11_a_thousand_columns_and_cells_of_65_kb(tmp_path: Path, dice: random.Random) -> None:
    header = ",".join(["text", *(f"c{n}" for n in range(1091)), "x"])
    rows = "".join(",".join(["漢" * 22_000, *["1"] * 1091, my_number(dice)]) + "\n" for _ in range(12))

    report = _scan_bytes(tmp_path, f"{header}\n{rows}".encode())

    assert (report.columns, _sure(report), _matched(report, "my_number")) == (1093, {"x": "my_number"}, 12)


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("codec", ["utf-8", "utf-8-sig", "utf-16"])
def test_12_newlines_and_marks_change_nothing(tmp_path: Path, dice: random.Random, newline: str, codec: str) -> None:
    lines = ["氏名,,個人番号", *(f"佐藤　太郎,x,{my_number(dice)}" for _ in range(20))]

    report = _scan_bytes(tmp_path, newline.join(lines).encode(codec))

    assert (report.rows, _sure(report)) == (20, {"氏名": "name", "個人番号": "my_number"})


def test_12_a_second_header_row_and_a_totals_row_spoil_nothing(tmp_path: Path, dice: random.Random) -> None:
    lines = ["氏名,個人番号,電話番号", "（漢字）,（12桁）,（半角）"]
    lines += [f"佐藤　太郎,{my_number(dice)},06-2345-6789" for _ in range(20)]

    report = _scan_bytes(tmp_path, "\n".join([*lines, "合計,20件,"]).encode())

    assert _sure(report) == {"氏名": "name", "個人番号": "my_number", "電話番号": "phone"}
    assert _matched(report, "my_number") == 20


@pytest.mark.parametrize("sign", ["", "-", "－", "NULL", "N/A"])
def test_13_signs_for_nothing_are_left_out_of_the_rate(tmp_path: Path, sign: str) -> None:
    rows = [{"n": str(n), "x": row["個人番号"] if n % 10 == 0 else sign} for n, row in enumerate(people(300))]

    (found,) = _scan_rows(tmp_path, rows).findings

    assert (found.kind, found.level, found.cells, found.matched) == ("my_number", "high", 30, 30)


@pytest.mark.parametrize(
    ("header", "kind", "number"),
    [
        ("個人番号", "my_number", my_number),
        ("運転免許証番号", "drivers_licence", lambda dice: "63" + digits(dice, 10)),
        ("口座番号", "bank_account", lambda dice: "0312" + digits(dice, 6)),
        ("電話番号", "phone", lambda dice: "0312" + digits(dice, 6)),
        ("口座番号", "bank_account", lambda dice: "660" + digits(dice, 4)),
        ("郵便番号", "postal_code", lambda dice: "660" + digits(dice, 4)),
        ("生年月日", "birth_date", lambda dice: day(dice, 1930, 2021).replace("-", "")),
        ("保険者番号", "insurer_number", insurer_number),
        ("統一コード", "resident_code", lambda dice: "090" + digits(dice, 8)),
        ("携帯電話番号", "phone", lambda dice: "090" + digits(dice, 8)),
        ("法人番号", "corporate_number", corporate_number),
    ],
)
def test_14_what_digits_alone_cannot_tell_the_label_does(
    tmp_path: Path, dice: random.Random, header: str, kind: str, number: Callable[[random.Random], str]
) -> None:
    rows = [{header: number(dice), "氏名": row["氏名"]} for row in people(100)]

    assert _sure(_scan_rows(tmp_path, rows))[header] == kind


@pytest.mark.parametrize(
    ("header", "kind", "cell"),
    [
        ("個人番号", "my_number", "1.23457E+11"),
        ("運転免許証番号", "drivers_licence", "6.30012E+11"),
        ("クレジットカード番号", "payment_card", "4.11111E+15"),
        ("生年月日", "birth_date", "31048"),
        ("住民となった年月日", "residence_date", "43586"),
        ("個人番号", "my_number", "23456789018"),
        ("電話番号", "phone", "9012345678"),
        ("電話番号", "phone", "662345678"),
        ("携帯電話番号", "phone", "9012345678"),
        ("郵便番号", "postal_code", "600001"),
        ("介護保険被保険者番号", "care_insurance", "123456789"),
        ("保険者番号", "insurer_number", "1130012"),
        ("基礎年金番号", "pension_number", "123456789"),
        ("雇用保険被保険者番号", "employment_insurance", "1234567890"),
        ("生年月日", "birth_date", "昭39.4.1"),
        ("生年月日", "birth_date", "S390401"),
        ("生年月日", "birth_date", "640401"),
        ("生年月日", "birth_date", "昭和 39年 4月 1日"),
    ],
)
@pytest.mark.parametrize("beside", [True, False])
def test_15_what_a_spreadsheet_damaged_is_reported(
    tmp_path: Path, header: str, kind: str, cell: str, *, beside: bool
) -> None:
    rows = [{header: cell} | ({"氏名": row["氏名"]} if beside else {}) for row in people(30)]

    assert _sure(_scan_rows(tmp_path, rows)).get(header) == (kind if beside or kind != "residence_date" else None)


@pytest.mark.parametrize("cell", ["9012345678", "662345678", "640401", "23456789018", "600001"])
def test_15_without_a_header_it_is_not(tmp_path: Path, cell: str) -> None:
    assert _sure(_scan_rows(tmp_path, [{"x": cell, "氏名": row["氏名"]} for row in people(30)])) == {"氏名": "name"}


def test_15_a_number_of_five_digits_without_a_header_is_no_day(tmp_path: Path) -> None:
    rows = [{"x": "31048", **row} for row in columns(people(30), "氏名")]

    assert "x" not in {found.column for found in _scan_rows(tmp_path, rows).findings if found.kind == "birth_date"}
