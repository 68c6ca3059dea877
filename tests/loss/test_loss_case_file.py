"""The case file of a committee: checked without the office, whole to the byte, complete but for secrets, asked for by two."""

import csv
import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from invented_office import Town, signing_key
from sekisho.errors import Misuse, Refused
from sekisho.loss.facts.fact import Visibility
from sekisho.loss.incident.opening import open_plain
from sekisho.loss.incident.stating import Stated, state
from sekisho.loss.interop.case_file import CaseFile, write_case_file
from sekisho.loss.lost import report_lost

pytest_plugins = ("office_fixtures",)

HINT = "港の名前"


def write(town: Town, folder: Path, number: int = 1) -> CaseFile:
    return write_case_file(town.office, number, folder, first=signing_key("privacy"), second=signing_key("security"))


def verified(folder: Path) -> tuple[int, str]:
    command = [sys.executable, "-I", "-S", "-X", "utf8", str(folder / "verify.py"), "--language", "en", str(folder)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return done.returncode, done.stdout + done.stderr


@pytest.fixture
def lost(out: Town) -> Town:
    """A copy that was opened, and then lost; with facts that were corrected, and a secret."""
    out.open(out.slips[0])
    report_lost(out.office, out.slips[:1])
    for place in ("電車", "駅前の路上"):
        state(out.office, 1, [Stated("place", place)], source="test", key=signing_key("privacy"))
    state(out.office, 1, [Stated("password_hint", HINT), Stated("password_length", 13)], source="test")
    state(out.office, 1, [Stated("cause", "思い違い", Visibility.SECRET)], source="test")
    for text in ("パスワードは13桁だった", "帰宅の途中で紛失した"):  # typed, refused by every draft, corrected
        state(out.office, 1, [Stated("circumstances", text)], source="test")
    return out


@pytest.fixture
def made(lost: Town, tmp_path: Path) -> Path:
    write(lost, tmp_path / "case-file")
    return tmp_path / "case-file"


def test_an_outsider_checks_it_alone(made: Path) -> None:
    code, said = verified(made)
    assert code == 0, said


def test_one_flipped_byte_of_any_paper_fails(made: Path, tmp_path: Path) -> None:
    for path in (
        made / "case" / "facts.csv",
        made / "case" / "custody.jsonld",
        made / "index.html",
        made / "disclosed.jsonl",
    ):
        broken = tmp_path / "broken"
        shutil.copytree(made, broken)
        data = bytearray((broken / path.relative_to(made)).read_bytes())
        data[len(data) // 2] ^= 1
        (broken / path.relative_to(made)).write_bytes(data)
        code, said = verified(broken)
        assert (code, path.name in said) == (1, True), said
        shutil.rmtree(broken)


def test_a_paper_that_is_missing_and_one_that_was_added_are_found(made: Path) -> None:
    (made / "case" / "facts.csv").rename(made / "case" / "facts-2.csv")
    code, said = verified(made)
    assert code == 1
    assert "facts.csv" in said
    assert "facts-2.csv" in said


def test_facts_stand_there_with_what_was_thought_before(made: Path) -> None:
    with (made / "case" / "facts.csv").open(encoding="utf-8-sig", newline="") as file:
        places = [row for row in csv.DictReader(file) if row["key"] == "place"]
    assert [(row["value"], row["current"]) for row in places] == [("電車", ""), ("駅前の路上", "1")]
    assert places[1]["supersedes"] == places[0]["n"]
    assert places[0]["source"] == "person:privacy"


def test_a_secret_is_nowhere_in_the_folder(made: Path) -> None:
    for path in made.rglob("*"):
        if path.is_file():
            content = path.read_bytes()
            assert HINT.encode() not in content, path
            assert "思い違い".encode() not in content, path
            assert "13桁".encode() not in content, path
    stated = [json.loads(line)["value"] for line in (made / "disclosed.jsonl").read_text().splitlines()]
    assert "13" not in stated
    assert '"駅前の路上"' in stated


def test_what_is_withheld_is_said_to_be(lost: Town, made: Path) -> None:
    with (made / "case" / "withheld.csv").open(encoding="utf-8-sig", newline="") as file:
        withheld = {int(row["entry"]) for row in csv.DictReader(file)}
    stated = [
        entry for entry in lost.leaves("fact.stated") if entry.fields["key"] in {"password_hint", "password_length"}
    ]
    assert {entry.index for entry in stated} < withheld
    assert len(withheld) == 4


def test_custody_contracts_and_persons_are_those_of_the_case(made: Path) -> None:
    def column(name: str, head: str) -> list[str]:
        with (made / "case" / name).open(encoding="utf-8-sig", newline="") as file:
            return [row[head] for row in csv.DictReader(file)]

    assert {"copy.requested", "capsule.sealed", "copy.handed_over", "release.given", "copy.lost"} <= set(
        column("custody.csv", "type")
    )
    assert column("contracts.csv", "contract") == ["R4-0001", "R4-1234"]
    persons = column("persons.csv", "name")
    assert "privacyさん" in persons
    assert "strangerさん" not in persons
    assert json.loads((made / "case" / "custody.jsonld").read_text())["@graph"]


def test_the_page_leads_to_every_paper_in_both_languages(made: Path) -> None:
    page = (made / "index.html").read_text(encoding="utf-8")
    for path in (made / "case").iterdir():
        assert page.count(f'href="case/{path.name}"') == 2
    assert "駅前の路上" in page
    assert 'lang="en"' in page
    assert "<script" not in page


def test_it_takes_two_persons_who_may_and_the_ledger_says_so(lost: Town, tmp_path: Path) -> None:
    for first, second in (("privacy", "privacy"), ("privacy", "clerk")):
        with pytest.raises(Refused):
            write_case_file(lost.office, 1, tmp_path / "case", first=signing_key(first), second=signing_key(second))
    assert not lost.leaves("statement.issued")
    made = write(lost, tmp_path / "case")
    (entry,) = lost.leaves("statement.issued")
    assert (entry.index, entry.fields["incident"], len(str(entry.fields["by"]).split(","))) == (made.entry, 1, 2)
    with pytest.raises(Misuse):
        write(lost, tmp_path / "case")


def test_an_ordinary_stick_has_a_case_file_too(out: Town, tmp_path: Path) -> None:
    number = open_plain(out.office)
    state(out.office, number, [Stated("event", "lost"), Stated("medium_kind", "usb_stick")], source="test")
    write(out, tmp_path / "case", number)
    code, said = verified(tmp_path / "case")
    assert code == 0, said
    assert not (tmp_path / "case" / "statement.en.txt").exists()  # it says what happened to capsules
