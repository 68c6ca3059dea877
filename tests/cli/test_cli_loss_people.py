"""People of an incident through the commands: counted by anybody, planned whole, named to two persons and sealed."""

import csv
import io
from pathlib import Path

import pytest
from cli_town import Town, found_town, seal_copies

FILES = (
    "統一コード,氏名,生年月日,住所,口座番号\n31,和田　茂,1931-08-28,貝殻町1,2882378\n578,磯部　航,2010-02-11,渚町5,\n"
)
ADDRESSES = "統一コード,氏名,郵便番号,住所,生年月日,支援措置\n31,和田　茂,688-0118,貝殻町1-28,1931-08-28,\n219,岩田　ヨシ,,,,\n578,磯部　航,688-0119,渚町5-2,2010-02-11,有\n"


@pytest.fixture
def town(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Town:
    town = found_town(tmp_path, capsys)
    (slip,) = seal_copies(town, "USB-1")
    town.json("lost", slip)
    return town


def addresses(town: Town) -> Path:
    path = town.root / "addresses.csv"
    path.write_text(ADDRESSES, encoding="cp932")
    return path


def test_segments_are_counted_and_an_address_table_states_facts(town: Town) -> None:
    before = town.json("loss", "segments")
    assert {each["group"] for each in before["segments"]} == {"others"}
    found = town.json("loss", "segments", "1", "--contacts", addresses(town))
    groups = {each["group"]: each["people"] for each in found["segments"]}
    assert groups == {"protected": 1, "unreachable": 1, "others": 1}
    assert (found["at_least"], found["at_most"]) == (3, 3)
    assert town.json("loss", "segments")["segments"] == found["segments"]


def test_segments_as_csv_are_counts_alone(town: Town) -> None:
    said = town.say("loss", "segments", "--csv", "--contacts", addresses(town)).out
    rows = list(csv.DictReader(io.StringIO(said)))
    assert sum(int(row["people"]) for row in rows) == 3
    assert "和田" not in said


@pytest.mark.parametrize("language", ["ja", "en"])
def test_the_plan_says_what_it_costs_and_two_persons_approve_it(town: Town, language: str) -> None:
    assert town.say("loss", "plan", "--contacts", addresses(town), "--lang", language).code == 0
    assert town.say("loss", "plan", "--key", town.key("chief")).code == 3
    plan = town.json("loss", "plan", "--key", town.key("chief"), "--key", town.key("security"))
    assert plan["total"] == 110
    assert len(plan["approved_by"]) == 2


def test_names_take_two_persons_and_are_an_age_file(town: Town) -> None:
    out = town.root / "list.age"
    to = ("loss", "people", "--to", "supervisor", "--out", out, "--contacts", addresses(town))
    assert town.say(*to, "--key", town.key("chief")).code == 2
    assert not out.exists()
    assert town.json(*to, "--key", town.key("chief"), "--key", town.key("security"))["people"] == 2
    assert out.read_bytes().startswith(b"age-encryption.org/v1")
    plain = town.root / "list.csv"
    assert town.say("age", "decrypt", "-i", town.identity, "-o", plain, out).code == 0
    assert "和田" in plain.read_text(encoding="utf-8-sig")
    assert "磯部" not in plain.read_text(encoding="utf-8-sig")


def test_files_of_a_plain_stick_are_added_to_the_incident(town: Town) -> None:
    path = town.root / "lost.csv"
    path.write_text(FILES, encoding="cp932")
    found = town.json("loss", "files", "--from", path, "--column", "口座番号=bank_account")
    assert (found["at_least"], found["at_most"], found["records"]) == (2, 2, 2)
    kinds = {kind for each in town.json("loss", "segments")["segments"] for kind in each["kinds"]}
    assert "birth_date" in kinds
    assert town.say("loss", "files", "--from", path, "--column", "nonsense").code == 2
    assert town.say("loss", "files", "--from", town.root / "nothing").code == 7


@pytest.mark.parametrize("language", ["ja", "en"])
def test_what_was_mended_unknown_and_passed_over_is_said(town: Town, language: str) -> None:
    stick = town.root / "stick"
    stick.mkdir()
    rows = "統一コード,氏名,ﾋﾞｺｳ２\n31,和田　茂,あ\n578,磯部　航\n219,岩田　ヨシ,い,う\n"
    (stick / "lost.csv").write_text(rows, encoding="utf-8")
    (stick / "note.txt").write_text("覚え書き\n", encoding="utf-8")
    said = town.say("loss", "files", "--from", stick, "--lang", language)
    assert said.code == 0
    assert "ﾋﾞｺｳ２" in said.out
    assert "note.txt" in said.out
    found = town.json("loss", "files", "--from", stick)
    assert (found["at_least"], [each["why"] for each in found["problems"]]) == (3, ["readers.ragged_row"])
    assert not any(name in said.out + said.err for name in ("和田", "磯部", "岩田"))
