"""``sekisho purpose``: a purpose is explained before it is carried out, and made by answering questions."""

import io
import json
import tomllib
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import get_args

import pytest
from cli_town import ROWS, Town, found_town

from sekisho.catalogue.words import LANGUAGES, Language
from sekisho.cli.fields import form_words
from sekisho.cli.session import Session
from sekisho.cut.field import ARGUMENTS, Operation


@pytest.fixture
def town(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Town:
    return found_town(tmp_path, capsys)


@pytest.mark.parametrize(
    ("language", "words"),
    [
        (
            "en",
            [
                "給付金 rows (rows)",
                "to callcentre (contract R4-1234), until 2022-09-30",
                "legal basis: entrustment",
                "people will be telephoned",
                "last 3 characters\t確認",
                "Stays inside: 氏名 (name), 郵便番号 (postal code), 住所 (address)",
                "form and columns are right",
            ],
        ),
        ("ja", ["根拠　委託", "末尾 3 文字\t確認", "出ないもの：氏名（氏名）・郵便番号（郵便番号）", "本人に電話"]),
    ],
)
def test_what_would_leave_is_said_in_words(town: Town, language: Language, words: list[str]) -> None:
    town.language = language
    said = town.say("purpose", "check", town.root / "rows.toml")
    assert said.code == 0
    assert [word for word in words if word not in said.out] == []


def test_of_answers_it_is_said_that_no_list_leaves(town: Town) -> None:
    said = town.say("purpose", "check", town.root / "answers.toml").out
    assert "No list leaves. What can be asked: Eligible? Answers: yes, no" in said
    assert "Selects, and does not leave (whoever is among the rows tells it): 申請書番号 (benefit status)" in said


def test_what_is_allowed_and_not_needed_is_said(town: Town) -> None:
    (town.root / "rows.toml").write_text(ROWS.replace("'bank_account'", "'bank_account', 'address'"), encoding="utf-8")
    said = town.say("purpose", "check", town.root / "rows.toml").out
    assert "needed by no field: address (address)" in said


def test_rows_look_ups_and_the_expected_number_are_said(town: Town) -> None:
    (town.root / "paid.csv").write_text("コード,受付日\n31,2022-06-01\n", encoding="utf-8")
    rows = """[rows]
where = "郵便番号 == '688-0119'"
expect = { min = 1, max = 2000 }
[source.paid]
path = "paid.csv"
columns = ["コード", "受付日"]
subject = { column = "コード" }
[[rows.join]]
source = "paid"
on = "統一コード"
to = "コード"
where = "受付日 is not null"
"""
    text = ROWS.replace('[rows]\nfrom = "people"\n', rows.replace("[rows]\n", '[rows]\nfrom = "people"\n'))
    (town.root / "rows.toml").write_text(text, encoding="utf-8")
    said = town.say("purpose", "check", town.root / "rows.toml").out
    assert "rows of people: those with 郵便番号 == '688-0119'" in said
    assert "looked up in paid, by 統一コード = paid.コード, rows with 受付日 is not null" in said
    assert "expected: 1 to 2,000 rows" in said


def test_an_argument_of_a_form_is_said_and_an_approver_reads_it(town: Town) -> None:
    masked = 'op = "mask.last"'
    band = 'op = "number.band"\nwidth = 1000000\nmost = 5000000'
    (town.root / "rows.toml").write_text(ROWS.replace(masked, band), encoding="utf-8")
    assert "number in bands: up to 5000000, width 1000000" in town.say("purpose", "check", town.root / "rows.toml").out
    cut = town.json("cut", town.root / "rows.toml")
    town.json("request", cut["id"], "--carrier", "carrier", "--recipient", "supervisor", "--route", "電車",
              "--medium", "USB-1", "--until", "2022-06-21T20:00", "--allow-save", "--key", town.key("officer"))  # fmt: skip
    shown = town.say("approve", "C-1", "--key", town.key("chief"), "--yes").err
    assert "口座末尾: bank account number (number in bands: up to 5000000, width 1000000)" in shown


def test_a_refusal_says_field_and_line(town: Town) -> None:
    text = ROWS.replace(", 'bank_account'", "")
    (town.root / "rows.toml").write_text(text, encoding="utf-8")
    said = town.say("purpose", "check", town.root / "rows.toml")
    line = text.split("\n").index('out = "口座末尾"') + 1
    assert said.code == 3
    assert f"rows.toml, line {line}: `口座末尾` would let out bank_account" in said.err


def test_a_program_is_told_the_same(town: Town) -> None:
    told = town.json("purpose", "check", town.root / "answers.toml")["explained"]
    assert (told["profile"], told["question"]) == ("answer", ["対象ですか", "Eligible?"])


def test_what_the_law_asks_is_said_and_not_that_it_is_kept(town: Town) -> None:
    text = ROWS.replace(', contract = "R4-1234"', "")
    (town.root / "rows.toml").write_text(text, encoding="utf-8")
    said = town.say("purpose", "check", town.root / "rows.toml").out
    (found,) = [
        each for each in town.json("purpose", "check", town.root / "rows.toml")["law"] if each["severity"] == "warning"
    ]
    assert found["en"] in said
    assert "APPI" in found["article_en"]
    assert "compliant" not in said


def test_the_schema_is_printed(town: Town) -> None:
    said = town.say("purpose", "schema")
    assert json.loads(said.out) == town.json("purpose", "schema")["schema"]


# --- made by answering questions


class Terminal(io.StringIO):
    """Somebody who types."""

    def isatty(self) -> bool:
        return True


@pytest.fixture
def typed(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    def answers(*lines: str) -> None:
        monkeypatch.setattr("sys.stdin", Terminal("".join(f"{line}\n" for line in lines)))

    return answers


def test_answers_become_a_purpose_that_may_be_carried_out(town: Town, typed: Callable[..., None]) -> None:
    work = ["3", "", "給付金のお知らせ", "汐見市", "", "callcentre", "R4-1234", "2022-08-31"]
    columns = ["", "", "", "", "mask.last 9", "mask.last 2", "照合のため", "."]
    typed(*work, *columns)
    out = town.root / "mail.toml"
    said = town.say("purpose", "new", town.root / "people.csv", "-o", out)
    assert said.code == 0, said.err
    assert f"sekisho purpose check {out}" in said.out
    assert "is not of the form or size" in said.err
    assert "口座番号 (bank account number) stays: this work never needs it." in said.err
    purpose = tomllib.loads(out.read_text(encoding="utf-8"))
    assert purpose["purpose"]["not_after"] == date(2022, 8, 31)
    assert [(field["out"], field["op"], field["why"]) for field in purpose["field"]] == [
        ("整理番号", "token.serial", "to write back what was returned"),
        ("氏名", "keep", "printed as the addressee"),
        ("カナ", "mask.last", "照合のため"),
        ("郵便番号", "keep", "printed in the address"),
        ("住所", "keep", "printed in the address"),
    ]
    assert town.say("purpose", "check", out).code == 0


def test_what_is_none_of_the_known_sorts_lets_out_a_case_number_alone(town: Town, typed: Callable[..., None]) -> None:
    typed("0", "x1", "調べもの", "汐見市", "company", "callcentre", "", "", ".")
    said = town.say("purpose", "new", town.root / "people.csv")
    purpose = tomllib.loads(said.out)
    assert [field["op"] for field in purpose["field"]] == ["token.serial"]
    assert purpose["purpose"]["kinds"] == ["case_number"]
    assert purpose["purpose"]["controller"]["kind"] == "company"


def test_one_question_is_asked_for(town: Town, typed: Callable[..., None]) -> None:
    typed("1", "", "給付金", "汐見市", "", "callcentre", "R4-1234", "", "対象ですか", "Eligible?", "申請書番号")
    out = town.root / "question.toml"
    assert town.say("purpose", "new", town.root / "people.csv", "-o", out).code == 0
    told = town.json("purpose", "check", out)["explained"]
    assert told["question"] == ["対象ですか", "Eligible?"]
    assert [column["column"] for column in told["selects"]] == ["申請書番号"]


def test_test_data_asks_for_no_column(town: Town, typed: Callable[..., None]) -> None:
    typed("7", "", "移行の予行", "汐見市", "", "callcentre", "", "")
    out = town.root / "test.toml"
    assert town.say("purpose", "new", town.root / "people.csv", "-o", out).code == 0
    assert "No real row leaves" in town.say("purpose", "check", out).out


def test_nobody_is_asked_where_nobody_answers(town: Town, typed: Callable[..., None]) -> None:
    drafted = town.say("purpose", "new", town.root / "people.csv").out
    assert drafted.startswith("#:schema")
    typed()
    assert town.say("purpose", "new", town.root / "people.csv", "--draft").out == drafted
    assert town.json("purpose", "new", town.root / "people.csv")["purpose"] == drafted


def test_a_template_fills_a_draft(town: Town) -> None:
    said = town.say("purpose", "new", town.root / "people.csv", "--template", "mail-house")
    assert [field["op"] for field in tomllib.loads(said.out)["field"]] == ["token.serial", "keep", "keep", "keep"]
    assert "this work never needs it" in said.out
    assert town.say("purpose", "new", town.root / "people.csv", "--template", "spying").code == 2


def test_a_file_that_is_there_is_not_written_over(town: Town) -> None:
    said = town.say("purpose", "new", town.root / "people.csv", "-o", town.root / "rows.toml")
    assert said.code == 2
    assert (town.root / "rows.toml").read_text(encoding="utf-8") == ROWS


def test_every_form_and_argument_has_words(town: Town) -> None:
    for language in LANGUAGES:
        session = Session(language=language, home=town.root)
        for op in {*get_args(Operation)} - {"drop"}:
            assert form_words(session, op)
        for argument in {name for names in ARGUMENTS.values() for name in names} - {"keep"}:
            assert form_words(session, f"keep {argument}=1")
