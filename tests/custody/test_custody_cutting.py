"""Cutting: what leaves waits encrypted, who is in it is counted, and nothing personal lies open at any step."""

import csv
import io
import shutil
from datetime import date
from typing import Any

import msgspec
import numpy as np
import pytest

from invented_office import ANSWERS, EVENING, PEOPLE, ROWS, Town
from sekisho.custody import records
from sekisho.custody.cut_kept import load_cut_index, load_population
from sekisho.custody.cut_record import CutRecord
from sekisho.custody.cutting import make_cut, prepare
from sekisho.cut.run import Counters, cut_rows
from sekisho.errors import Busy, MediumError, NotFound, Refused, SekishoError, Unreadable
from sekisho.kinds.taxonomy import kind
from sekisho.ledger.anchor import exclusive
from sekisho.people.index import Index

pytest_plugins = ("office_fixtures",)

CODES = ["0000000031", "0000000219", "0000000578"]


@pytest.fixture
def rows(town: Town) -> CutRecord:
    return town.cuts[0]


def table(town: Town, cut: CutRecord) -> list[dict[str, str]]:
    """Return the rows of a cut, out of the vault."""
    text = town.office.vault.read(town.home / "cuts" / cut.id / cut.files[0].stored).decode()
    return list(csv.DictReader(io.StringIO(text, newline="")))


# What is kept of it.


def test_the_record_says_what_left_and_what_stayed(rows: CutRecord) -> None:
    assert [(field.name, field.kind, field.form) for field in rows.fields] == [
        ("整理番号", "case_number", "token.serial"),
        ("カナ", "name_kana", "keep"),
        ("住所", "address", "keep"),
        ("口座末尾", "bank_account", "mask.last 3"),
    ]
    assert rows.dropped == ["氏名", "郵便番号", "生年月日", "申請書番号"]
    assert (rows.rows_in, rows.rows_out, rows.people, rows.unresolved) == (4, 4, 3, 1)
    assert rows.bytes_in == len(PEOPLE.encode())
    assert (rows.recipient, rows.contract, rows.ends) == ("callcentre", "R4-1234", "2022-09-30")


JOINED = """
[source.paid]
path = "paid.csv"
columns = ["コード", "支給日", "受付日"]
subject = { column = "コード" }
kinds = { "受付日" = "benefit_status" }
[[rows.join]]
source = "paid"
on = "統一コード"
to = "コード"
[[field]]
out = "受付月"
from = "paid.受付日"
op = "date.month"
why = "案内"
"""


def test_the_record_says_who_found_no_partner_and_what_could_not_be_read(town: Town) -> None:
    town.write("paid.csv", "コード,支給日,受付日\n31,,2022-06-01\n０００００００２１９,,不明\n9999,,2022-06-01\n")
    town.write("rows.toml", ROWS.replace("'bank_account'", "'bank_account', 'benefit_status'") + JOINED)
    cut = town.cut("rows")
    (join,) = cut.joins
    assert (join.source, join.rows, join.unmatched, join.partners, join.unclaimed) == ("paid", 4, 2, 3, 1)
    assert [row["受付月"] for row in table(town, cut)] == ["2022-06", "", "", ""]
    assert {field.name: field.unreadable for field in cut.fields if field.unreadable} == {"受付月": 1}


def test_the_table_is_what_the_purpose_lets_out(town: Town, rows: CutRecord) -> None:
    found = table(town, rows)
    assert list(found[0]) == ["整理番号", "カナ", "住所", "口座末尾"]
    assert [row["口座末尾"] for row in found] == ["＊＊＊＊378", "", "＊＊＊＊314", "＊＊＊＊615"]
    assert [bool(row["整理番号"]) for row in found] == [True, True, True, False]


def test_where_millions_are_expected_case_numbers_are_longer(town: Town) -> None:
    for most, digits in ((4_500_000, 9), (4_500_001, 14)):
        town.write("rows.toml", ROWS.replace('from = "people"\n', f'from = "people"\nexpect.max = {most}\n', 1))
        assert {len(row["整理番号"]) for row in table(town, town.cut("rows"))} == {digits, 0}


def test_answers_are_a_table_and_a_question(town: Town) -> None:
    answers = town.cuts[1]
    assert [(file.name, file.form) for file in answers.files] == [
        ("answers.tbl", "answers"),
        ("question.json", "question"),
    ]
    assert [(field.kind, field.form) for field in answers.leaving] == [
        ("lookup_token", "token"),
        ("benefit_status", "answer"),
    ]
    assert [(field.name, field.kind) for field in answers.selecting] == [("申請書番号", "benefit_status")]
    assert (answers.people, answers.unresolved, answers.unanswerable, answers.undecided) == (3, 1, 0, 0)


def test_the_ledger_has_the_digest_that_is_asked_for(town: Town, rows: CutRecord) -> None:
    leaf = town.leaves("cut.made")[0]
    assert leaf.fields["content"] == rows.content_sha256
    assert leaf.fields["purpose"] == rows.purpose_sha256
    assert (leaf.fields["people"], leaf.fields["rows"]) == (3, 4)


def test_nothing_of_it_lies_open_in_the_office_after_any_step(town: Town) -> None:
    assert town.lying_open() == []
    (slip,) = town.sealed("USB-1")
    assert town.lying_open() == []
    town.carry(slip, "officer", "carrier")
    opened = town.open(slip)
    assert "ワダ シゲル" in opened.read("rows.csv").decode()
    assert town.lying_open() == []
    town.restart()
    assert town.lying_open() == []


def test_what_could_be_searched_for_would_be_found(town: Town) -> None:
    """The search above is not blind: it finds what somebody puts there."""
    (town.home / "cuts" / "note").write_text("磯部さん", encoding="utf-8")
    assert town.lying_open() == [("note", "磯部")]


# Who is in it.


def test_the_index_says_whose_datum_of_which_kind_left(town: Town, rows: CutRecord) -> None:
    index = load_cut_index(town.office, rows)
    counts = {each.id: index.count(each) for each in index.kinds}
    assert counts == {"case_number": 3, "name_kana": 3, "address": 3, "bank_account": 2}
    keys = load_population(town.office).keys(index.masks()[0])
    assert keys["key"].to_list() == CODES
    assert set(keys["kind"]) == {"resident_code"}


def test_a_person_keeps_the_number_of_the_first_day(town: Town, rows: CutRecord) -> None:
    """The same people in another order, others before them, and after a restart."""
    numbers, _ = load_cut_index(town.office, rows).masks()
    head, first, second, *rest = PEOPLE.splitlines()
    newcomer = "0000009999,新井　幸,アライ サチ,688-0001,兵庫県汐見市港町9,2000-02-29,5550123,"
    town.write("people.csv", "\n".join([head, newcomer, second, first, *rest]) + "\n")
    town.restart()
    again, _ = load_cut_index(town.office, town.cut("rows")).masks()
    assert again.tolist() == [*numbers.tolist(), 3]
    assert load_population(town.office).keys(np.array([3]))["key"].to_list() == ["0000009999"]


def test_an_index_that_is_not_the_one_of_the_cut_is_refused(town: Town, rows: CutRecord) -> None:
    other = Index()
    other.add(np.array([0]), kind("name"))
    path = town.home / "cuts" / rows.id / "people.age"
    town.office.vault.write(path, other.encode(), overwrite=True)
    with pytest.raises(Unreadable) as caught:
        load_cut_index(town.office, rows)
    assert caught.value.key == "people.damaged_index"


def test_the_index_of_another_cut_is_refused(town: Town, rows: CutRecord) -> None:
    shutil.copy(town.home / "cuts" / town.cuts[1].id / "people.age", town.home / "cuts" / rows.id / "people.age")
    with pytest.raises(Unreadable):
        load_cut_index(town.office, rows)


@pytest.mark.parametrize("people", [0, 1, 3])
def test_a_table_of_nobody_one_or_three(town: Town, people: int) -> None:
    town.write("people.csv", "".join(PEOPLE.splitlines(keepends=True)[: people + 1]))
    cut = town.cut("rows")
    assert (cut.people, cut.unresolved, len(table(town, cut))) == (people, 0, people)


def test_a_person_on_two_rows_is_one_person(town: Town) -> None:
    lines = PEOPLE.splitlines(keepends=True)
    town.write("people.csv", "".join([*lines[:2], lines[1], lines[1]]))
    cut = town.cut("rows")
    assert (cut.rows_out, cut.people) == (3, 1)
    assert len({row["整理番号"] for row in table(town, cut)}) == 1


def test_two_cuts_of_one_purpose_share_no_case_number(town: Town, rows: CutRecord) -> None:
    first, again = (
        {row["整理番号"] for row in table(town, cut) if row["整理番号"]} for cut in (rows, town.cut("rows"))
    )
    assert len(first) == len(again) == 3
    assert not first & again


def test_a_table_from_a_japanese_spreadsheet(town: Town) -> None:
    """Shift JIS with Windows line ends; 﨑 is one that only Microsoft's code page has."""
    text = PEOPLE.replace("𠮷", "吉").replace("\n", "\r\n")
    (town.root / "people.csv").write_bytes(text.encode("cp932"))
    assert table(town, town.cut("rows"))[0]["住所"] == "兵庫県汐見市貝殻町1-28"


# What stops it, and then nothing is kept.


def nothing_kept(town: Town, name: str = "rows") -> SekishoError:
    """See a cut refused, and nothing of it kept."""
    before = sorted(town.home.rglob("*"))
    population = (town.home / "people" / "population.age").read_bytes()
    with pytest.raises(SekishoError) as caught:
        town.cut(name)
    assert sorted(town.home.rglob("*")) == before
    assert (town.home / "people" / "population.age").read_bytes() == population
    assert (len(town.leaves("cut.made")), len(town.cuts)) == (2, 2)
    return caught.value


def test_more_rows_than_expected(town: Town) -> None:
    town.write("rows.toml", ROWS.replace('from = "people"\n', 'from = "people"\nexpect = { min = 1, max = 3 }\n', 1))
    assert nothing_kept(town).exit_code == Refused.exit_code


def test_a_ledger_that_refuses(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    """The table waits in its place by then, and nobody would know of it."""

    def refuse(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("sekisho.custody.cutting.add_cut", refuse)
    before = sorted(path for path in town.home.rglob("*") if path.parent.name == "cuts")
    with pytest.raises(MediumError):
        town.cut("rows")
    assert sorted(path for path in town.home.rglob("*") if path.parent.name == "cuts") == before
    assert (len(town.leaves("cut.made")), len(town.cuts)) == (2, 2)


def test_a_table_that_goes_away_after_it_was_read_is_cut_all_the_same(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An export that is renamed every night must not leave half a cut behind."""

    def then_gone(*arguments: Any, **named: Any) -> Counters:
        counters = cut_rows(*arguments, **named)
        (town.root / "people.csv").unlink()
        return counters

    monkeypatch.setattr("sekisho.custody.cut_making.cut_rows", then_gone)
    cut = town.cut("rows")
    assert (cut.bytes_in, cut.rows_out) == (len(PEOPLE.encode()), 4)
    assert town.cuts[-1] == cut


def test_a_column_that_nobody_decided_about(town: Town) -> None:
    town.write("people.csv", PEOPLE.replace("申請書番号", "申請書番号,マイナンバー", 1))
    assert nothing_kept(town).key == "cut.columns_changed"


def test_a_table_that_is_damaged_in_its_last_row(town: Town) -> None:
    (town.root / "people.csv").write_bytes(PEOPLE.encode() + b"0000000999,\xff\xfe\n")
    assert nothing_kept(town).exit_code == Unreadable.exit_code


def test_a_purpose_that_is_over_on_the_wall(town: Town) -> None:
    """30 September ends at 15:00 in Greenwich."""
    town.clock.time = EVENING.replace(month=9, day=30, hour=14, minute=59)
    assert town.cut("rows").purpose == "rows"
    town.clock.time = EVENING.replace(month=9, day=30, hour=15)
    with pytest.raises(Refused) as caught:
        town.cut("rows")
    assert caught.value.key == "cut.purpose_over"


def test_a_table_that_is_not_there(town: Town) -> None:
    (town.root / "people.csv").unlink()
    assert nothing_kept(town).key == "custody.no_source"


def test_a_purpose_that_is_not_there(town: Town) -> None:
    with pytest.raises(NotFound):
        prepare(town.root / "none.toml")


def test_everything_that_is_wrong_is_said_at_once(town: Town) -> None:
    wrong = ROWS.replace("'name_kana', ", "").replace("2022-09-30", "2022-01-31")
    problems = prepare(town.write("rows.toml", wrong)).problems(date(2022, 6, 21))
    assert {problem.key for problem in problems} == {"cut.purpose_over", "cut.beyond_purpose"}


def test_somebody_else_is_cutting(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(exclusive.__wrapped__, "__kwdefaults__", {"patience": 0.05})  # type: ignore[attr-defined]
    with exclusive(town.home / "people" / "lock"), pytest.raises(Busy):
        town.cut("rows")
    assert town.cut("rows").purpose == "rows"


# What a record holds cannot be changed unnoticed.


@pytest.mark.parametrize("field", [field for field in CutRecord.__struct_fields__ if field != "content_sha256"])
def test_a_record_in_which_anything_changed_is_refused(town: Town, rows: CutRecord, field: str) -> None:
    """Files, fields, whom it is for and until when: all of it is what approvers sign."""
    said = msgspec.to_builtins(rows)
    value = said[field]
    said[field] = value + 1 if isinstance(value, int) else value[:-1] if value else "x"
    if field == "profile":
        said[field] = "answer"
    changed = msgspec.json.encode(said).decode()
    town.office.ledger.connection.execute("UPDATE cut SET record = ? WHERE id = ?", (changed, rows.id))
    with pytest.raises(Unreadable) as caught:
        records.get_cut(town.office.ledger.connection, rows.id)
    assert caught.value.key == "custody.damaged_record"


def test_a_record_binds_the_digest_of_the_purpose_file(town: Town, rows: CutRecord) -> None:
    town.write("rows.toml", ROWS + "# 注\n")
    again = town.cut("rows")
    assert again.purpose_sha256 != rows.purpose_sha256
    assert records.get_cut(town.office.ledger.connection, rows.id) == rows


def test_ids_and_keys_come_from_the_randomness_that_is_passed_in(town: Town) -> None:
    town.write("answers.toml", ANSWERS)
    cut = make_cut(town.office, prepare(town.root / "answers.toml"), randomness=lambda size: bytes([7]) * size)
    assert cut.id == "0707070707"
    question = msgspec.json.decode(town.office.vault.read(town.home / "cuts" / cut.id / "1.age"))
    assert question["key"] == "BwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwc="


def test_a_cut_that_is_none(town: Town) -> None:
    with pytest.raises(NotFound) as caught:
        records.get_cut(town.office.ledger.connection, "ffffffffff")
    assert caught.value.key == "custody.no_cut"


def test_a_cut_id_that_was_drawn_before_stops_the_cut(town: Town) -> None:
    (town.home / "cuts" / "0707070707").mkdir()
    with pytest.raises(SekishoError):
        make_cut(town.office, prepare(town.root / "rows.toml"), randomness=lambda size: bytes([7]) * size)
    assert len(town.cuts) == 2
