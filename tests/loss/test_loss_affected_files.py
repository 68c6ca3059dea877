"""The index of people made afterwards from ordinary files: equal to plain Python, whatever the files look like."""

import csv
import io
import os
import random
import zipfile
from pathlib import Path

import numpy as np
import pytest
from openpyxl import Workbook

from invented_office import EVENING, PERSONAL, Town
from sekisho.clock import ManualClock
from sekisho.custody.cut_kept import load_population
from sekisho.custody.office import Office, Settings
from sekisho.demo.carried import carried_index
from sekisho.demo.city import make_city
from sekisho.errors import Busy, Misuse, NotFound
from sekisho.kinds.taxonomy import kind, kinds_in
from sekisho.ledger.anchor import exclusive
from sekisho.loss.affected.columns import read_said
from sekisho.loss.affected.files import FilesIndexed, index_files, load_files
from sekisho.loss.lost import slips_on
from sekisho.loss.who import affected
from sekisho.people.index import union

pytest_plugins = ("office_fixtures",)

PEOPLE = [
    ["統一コード", "氏名", "生年月日", "住所", "課税区分"],
    ["0000000031", "和田　茂", "昭和6年8月28日", "兵庫県汐見市貝殻町1-28", "非課税"],
    ["0000000219", "岩田　ヨシ", "1924-12-04", "兵庫県汐見市渚町5-1", ""],
    ["0000000578", "磯部　航", "2010-02-11", "兵庫県汐見市渚町5-2", "課税"],
]
ACCOUNTS = [["氏名", "生年月日", "住所", "口座番号"], [*PEOPLE[1][1:4], "2882378"], [*PEOPLE[3][1:4], ""]]


def text(rows: list[list[str]]) -> str:
    out = io.StringIO()
    csv.writer(out).writerows(rows)
    return out.getvalue()


def put(folder: Path, name: str, rows: list[list[str]], encoding: str = "utf-8") -> Path:
    folder.mkdir(exist_ok=True)
    path = folder / name
    if path.suffix == ".xlsx":
        book = Workbook()
        for row in rows:
            book.active.append(row)
        book.save(path)
    else:
        path.write_text(text(rows), encoding=encoding, newline="")
    return path


def counts(found: FilesIndexed) -> dict[str, int]:
    return {each.id: found.index.count(each) for each in found.index.kinds}


# What the files are.


@pytest.mark.parametrize(("name", "encoding"), [("a.csv", "utf-8"), ("a.csv", "cp932"), ("a.xlsx", "")])
def test_a_table_is_one_table_in_any_of_its_clothes(town: Town, tmp_path: Path, name: str, encoding: str) -> None:
    found = index_files(town.office, [put(tmp_path / "stick", name, PEOPLE, encoding)])
    assert (found.index.people, found.index.unresolved, found.records) == (3, 0, 3)
    assert counts(found) == {"resident_code": 3, "name": 3, "birth_date": 3, "address": 3, "tax_amount": 2}


def test_a_table_without_codes_leads_to_the_same_people(town: Town, tmp_path: Path) -> None:
    put(tmp_path / "stick", "1-accounts.csv", ACCOUNTS)
    put(tmp_path / "stick", "2-people.csv", PEOPLE)
    found = index_files(town.office, [tmp_path / "stick"])
    assert (found.index.people, found.index.unresolved) == (3, 0)
    assert found.index.count(kind("bank_account")) == 1


def test_people_are_those_of_earlier_cuts_under_the_same_numbers(out: Town, tmp_path: Path) -> None:
    sealed = affected(out.office, slips_on(out.office, "USB-1")).index
    plain = index_files(out.office, [put(tmp_path / "stick", "a.csv", PEOPLE)]).index
    assert union([sealed, plain]).people == 3


def test_an_archive_and_folders_are_looked_through_and_a_file_twice_counts_once(town: Town, tmp_path: Path) -> None:
    stick = tmp_path / "stick"
    put(stick, "a.csv", PEOPLE)
    put(stick / "copy", "again.csv", PEOPLE)
    with zipfile.ZipFile(stick / "more.zip", "w") as archive:
        archive.writestr("accounts.csv", text(ACCOUNTS))
    found = index_files(town.office, [stick])
    assert (found.index.people, found.records) == (3, 5)
    assert [each.error.key for each in found.passed_over] == ["loss.same_file"]


@pytest.mark.parametrize(
    ("text", "least", "most"),
    [
        ("氏名,電話番号\n和田　茂,06-0000-0001\n岩田　ヨシ,06-0000-0002\n磯部　航,06-0000-0003\n", 3, 3),
        ("氏名\n和田　茂\n岩田　ヨシ\n磯部　航\n", 0, 3),
        ("フリガナ,電話番号\nワダ シゲル,06-0000-0001\nﾜﾀﾞ ｼｹﾞﾙ,0600000001\nイソベ ワタル,\n", 1, 3),
        ("メールアドレス,税額\na@kaigara.jp,1\nb@kaigara.jp,2\nA@kaigara.jp,3\n", 2, 3),
        ("統一コード,氏名\n31,和田　茂\n578\n219,岩田　ヨシ,い\n", 3, 3),
        ("令和4年度　名簿\n\n統一コード,氏名,税額\n31,和田　茂,1\n578,磯部　航,2\n219,岩田　ヨシ,3\n", 3, 3),
        (
            "member,first_name,last_name,date_of_birth,address\n,Shigeru,Wada,1931-08-28,Nagisa 1\n,Yoshi,Iwata,1924-12-04,Nagisa 2\n,Wataru,Isobe,1988-02-11,Nagisa 3\n",
            3,
            3,
        ),
    ],
)
def test_three_people_are_three_however_poor_their_table_is(
    town: Town, tmp_path: Path, text: str, least: int, most: int
) -> None:
    path = tmp_path / "list.csv"
    path.write_text(text, encoding="cp932", newline="")
    index = index_files(town.office, [path]).index
    assert (index.people, index.people + index.unresolved) == (least, most)


# Whose a row is.


def test_without_a_code_or_an_address_namesakes_with_one_telephone_are_bounded(town: Town, tmp_path: Path) -> None:
    rows = [
        ["氏名", "電話番号"],
        ["和田　茂", "06-0000-0001"],
        ["和田茂", "0600000001"],
        ["岩田ヨシ", "06-0000-0002"],
        ["磯部航", ""],
    ]
    found = index_files(town.office, [put(tmp_path / "stick", "a.csv", rows)])
    assert (found.index.people, found.index.people + found.index.unresolved) == (2, 4)


def test_rows_that_tell_nobody_raise_the_upper_bound_and_empty_rows_and_totals_do_not(
    town: Town, tmp_path: Path
) -> None:
    rows = [["統一コード", "税額"], ["31", "100"], ["", "200"], ["", ""], ["合計", "300"]]
    found = index_files(town.office, [put(tmp_path / "stick", "a.csv", rows)])
    assert (found.index.people, found.index.unresolved, found.records) == (1, 1, 2)


def test_a_child_with_its_guardians_code_puts_both_on_the_stick(town: Town, tmp_path: Path) -> None:
    rows = [["統一コード", "世帯主の統一コード", "氏名"], ["578", "31", "磯部　航"]]
    found = index_files(town.office, [put(tmp_path / "stick", "a.csv", rows)])
    assert counts(found) == {"resident_code": 2, "name": 1}


@pytest.mark.parametrize("column", ["世帯主の統一コード", "世帯番号"])
def test_who_lives_in_a_household_that_a_row_is_about_is_counted_apart(town: Town, tmp_path: Path, column: str) -> None:
    people = [["統一コード", "氏名", "世帯番号"], ["31", "甲", "7"], ["32", "乙", "7"], ["33", "丙", "8"]]
    put(tmp_path / "stick", "people.csv", people)
    put(tmp_path / "stick", "benefit.csv", [[column, "申請書番号"], ["31" if "主" in column else "7", "R4-1"]])
    found = index_files(town.office, [tmp_path / "stick"])
    assert found.index.people == 3
    assert len(found.flags.by_household) == (1 if "主" in column else 2)


def test_a_table_that_names_nobody_is_about_no_households(town: Town, tmp_path: Path) -> None:
    (table,) = index_files(
        town.office, [put(tmp_path / "stick", "a.csv", [["税額", "住所"], ["1", "汐見市渚町1"]])]
    ).tables
    assert (table.of_head, table.told_by, table.unresolved) == (False, (), 1)


def test_a_first_row_that_is_somebodys_name_is_told_by_its_place(town: Town, tmp_path: Path) -> None:
    path = put(tmp_path / "stick", "a.csv", [["統一コード", "佐藤　太郎", "住所"], ["31", "あ", "汐見市渚町1"]])
    (table,) = index_files(town.office, [path]).tables
    assert table.unknown == ("#2",)
    (table,) = index_files(town.office, [path], said=[read_said("#2=name")]).tables
    assert table.kinds["#2"] == "name"


def test_a_table_without_headers_is_read_by_its_values(town: Town, tmp_path: Path) -> None:
    rows = [[f"user{n}@mail.kaigara.jp", f"090-1234-56{n:02d}", f"佐藤　{'太次三'[n % 3]}郎"] for n in range(40)]
    (table,) = index_files(town.office, [put(tmp_path / "stick", "a.csv", rows)]).tables
    assert set(table.kinds.values()) == {"email", "phone", "name"}
    assert table.told_by == ("name", "phone", "email")


def test_somebody_may_say_what_a_column_is(town: Town, tmp_path: Path) -> None:
    path = put(tmp_path / "stick", "a.csv", [["会員", "備考欄"], ["A-1", "糖尿病"], ["A-2", ""]])
    said = [read_said("a.csv:会員=resident_code"), read_said("備考欄=health")]
    assert counts(index_files(town.office, [path], said=said)) == {"resident_code": 2, "health": 1}


def test_a_column_that_nobody_knows_is_named(town: Town, tmp_path: Path) -> None:
    (table,) = index_files(
        town.office, [put(tmp_path / "stick", "a.csv", [["統一コード", "ﾋﾞｺｳ２"], ["31", "あ"]])]
    ).tables
    assert table.unknown == ("ﾋﾞｺｳ２",)


@pytest.mark.parametrize("said", ["", "=name", "a.csv:=name", "name"])
def test_what_says_nothing_of_a_column_is_refused(said: str) -> None:
    with pytest.raises(Misuse):
        read_said(said)


def test_a_kind_that_is_none_is_refused() -> None:
    with pytest.raises(NotFound):
        read_said("a=nothing")


# What is kept.


def test_what_is_kept_comes_back_and_nothing_of_it_lies_open(town: Town, tmp_path: Path) -> None:
    found = index_files(town.office, [put(tmp_path / "stick", "a.csv", PEOPLE)])
    again = load_files(town.office, found.sha256)
    assert (again.index.encode(), again.tables, again.flags) == (found.index.encode(), found.tables, found.flags)
    kept = b"".join(path.read_bytes() for path in (town.home / "people").rglob("*") if path.is_file())
    assert not any(text.encode() in kept for text in PERSONAL)


def test_files_without_people_are_refused_and_teach_the_population_nobody(town: Town, tmp_path: Path) -> None:
    before = sorted(path.name for path in (town.home / "people").iterdir())
    with pytest.raises(NotFound):
        index_files(town.office, [put(tmp_path / "stick", "a.csv", [["年度", "件数"], ["令和4", "3"]])])
    assert sorted(path.name for path in (town.home / "people").iterdir()) == before


def test_while_somebody_cuts_the_population_is_not_written(
    town: Town, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sekisho.loss.affected.files._PATIENCE", 0)
    before = (town.home / "people" / "population.age").read_bytes()
    with exclusive(town.office.people_lock), pytest.raises(Busy):
        index_files(town.office, [put(tmp_path / "stick", "a.csv", PEOPLE)])
    assert (town.home / "people" / "population.age").read_bytes() == before


def test_nothing_there_is_said(town: Town, tmp_path: Path) -> None:
    with pytest.raises(NotFound):
        index_files(town.office, [tmp_path / "none.csv"])


# The case.


@pytest.mark.parametrize("people", [2_000, pytest.param(460_517, marks=pytest.mark.city)])
def test_the_tables_of_a_city_give_byte_for_byte_the_index_whose_columns_are_told(tmp_path: Path, people: int) -> None:
    """Nobody says what a column is, and the numbers of the case come out: 82,716 households and 86,026 accounts of 460,517."""
    city = make_city(tmp_path / "city", people=people)
    settings = Settings(name="汐見市", phone="06-0123-0617", zone="Asia/Tokyo", origin="test.invalid/ledger")
    office = Office.make(tmp_path / "office", settings, ManualClock(EVENING))
    found = index_files(office, [city.folder])
    office.close()
    assert found.index.encode() == carried_index(city).encode()
    assert (found.index.people, found.index.unresolved) == (people, 0)
    if people == 460_517:
        households = sum(table.rows for table in found.tables if table.of_head)
        accounts = sum(table.filled.get("bank_account", 0) for table in found.tables)
        assert (households, accounts, found.records) == (82_716, 86_026, 989_832)


# Equal to plain Python on random tables.

BOOKS = {
    "register": {"統一コード": "resident_code", "氏名": "name", "生年月日": "birth_date", "住所": "address"},
    "tax": {"統一コード": "resident_code", "税額": "tax_amount", "備考欄": ""},
    "account": {"氏名": "name", "生年月日": "birth_date", "住所": "address", "口座番号": "bank_account"},
    "benefit": {"世帯主の統一コード": "resident_code", "申請書番号": "benefit_status", "支援措置": "protected_person"},
}


def who(number: int) -> dict[str, str]:
    """Return what a person's cells say: three namesakes share a birth date, never an address."""
    return {
        "統一コード": f"{number:010d}",
        "世帯主の統一コード": f"{number:010d}",
        "氏名": f"和田　{'茂花実'[number % 3]}",
        "生年月日": f"19{50 + number % 2}-01-01",
        "住所": f"汐見市渚町{number}",
    }


def _cells(dice: random.Random, columns: list[str]) -> list[str]:
    person, named = who(dice.randrange(25)), dice.random() > 0.15
    others = {"支援措置": dice.choice(["有", "無", ""]), "備考欄": "あ"}
    return [
        (person[column] if named or (column != columns[0] and dice.random() > 0.5) else "")
        if column in person
        else others.get(column, str(dice.randrange(1000)) if dice.random() > 0.3 else "")
        for column in columns
    ]


Person = tuple[str, int]
"""How somebody is known, by a code or by name, birth date and address; and who it is."""


def _expected(books: dict[str, list[list[str]]]) -> tuple[dict[Person, set[str]], int]:
    """Tell cell by cell who is on it, with which kinds, and how many rows tell nobody; a row with both ties them together."""
    rows = [(BOOKS[name], dict(zip(head, row, strict=True))) for name, (head, *rows) in books.items() for row in rows]
    tied = {number for _, cells in rows if (number := _by_code(cells)) is not None and _by_identity(cells) is not None}
    known: dict[Person, set[str]] = {}
    untold = 0
    for kinds, cells in rows:
        code, identity = _by_code(cells), _by_identity(cells)
        there = {kind for column, kind in kinds.items() if kind and cells[column] not in {"", "無"}}
        if code is not None:
            known.setdefault(("code", code), set()).update(there)
        elif identity is not None:
            known.setdefault(("code" if identity in tied else "identity", identity), set()).update(there)
        elif there:
            untold += 1
    return known, untold


def _by_code(cells: dict[str, str]) -> int | None:
    code = cells.get("統一コード") or cells.get("世帯主の統一コード")
    return int(code) if code else None


def _by_identity(cells: dict[str, str]) -> int | None:
    whole = all(cells.get(column) for column in ("氏名", "生年月日", "住所"))
    return int(cells["住所"].rpartition("渚町")[2]) if whole else None


@pytest.mark.parametrize("seed", range(int(os.environ.get("SEKISHO_ROUNDS_OF_FILES", "6"))))
def test_random_tables_give_the_people_of_a_loop_over_every_cell_none_missing_and_none_extra(
    town: Town, tmp_path: Path, seed: int
) -> None:
    dice = random.Random(seed)
    books = {
        name: [list(kinds), *(_cells(dice, list(kinds)) for _ in range(dice.randint(1, 30)))]
        for name, kinds in BOOKS.items()
    }
    for name, rows in books.items():
        encoding = dice.choice(["utf-8", "cp932", "utf-8-sig"])
        put(tmp_path / "stick", f"{name}{dice.choice(['.csv', '.xlsx'])}", rows, encoding)
    said = [
        read_said(f"{column}={kind or '-'}")
        for kinds in BOOKS.values()
        for column, kind in kinds.items()
        if not column.endswith("統一コード")
    ]
    found = index_files(town.office, [tmp_path / "stick"], said=said)
    expected, untold = _expected(books)
    numbers, masks = found.index.masks()
    population = load_population(town.office)
    people = [_person(key) for key in population.keys(numbers)["key"].to_list()]
    kinds = [{kind.id for kind in kinds_in(mask)} for mask in masks.tolist()]
    assert dict(zip(people, kinds, strict=True)) == expected
    assert len(people) == len(expected)
    assert found.index.unresolved == untold
    protected = population.keys(np.asarray(found.flags.protected.to_array(), np.uint32))["key"].to_list()
    assert set(map(_person, protected)) == {each for each in expected if "protected_person" in expected[each]}


def _person(key: str) -> Person:
    """Return whose key it is: a code, or an identity whose address ends with the number."""
    return ("code", int(key)) if key.isdigit() else ("identity", int(key.rpartition("渚町")[2]))
