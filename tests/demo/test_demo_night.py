"""The night is played to its end, everything promised is in the folder, and nothing personal lies open in the office."""

import csv
import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from sekisho.cli.main import run
from sekisho.cli.session import Session
from sekisho.demo.night import play
from sekisho.errors import Misuse

PEOPLE = 1_000


@pytest.fixture(scope="module")
def night(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a night that was played once, in English."""
    folder = tmp_path_factory.mktemp("demo") / "night"
    play(folder, language="en", people=PEOPLE)
    return folder


def _register(night: Path) -> list[dict[str, str]]:
    with (night / "city" / "register.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_the_artefacts_are_there(night: Path) -> None:
    for name in (
        "city/register.csv",
        "home/sekisho.db",
        "stick-1",
        "stick-2",
        "evidence/verify.py",
        "drafts/press.ja.txt",
        "case-file/index.html",
        "people.csv",
        "night.svg",
    ):
        assert (night / name).exists(), name


def test_the_evidence_verifies_and_the_altered_one_does_not(night: Path) -> None:
    verify = [sys.executable, "-I", "-S", str(night / "evidence" / "verify.py")]
    assert subprocess.run([*verify, str(night / "evidence")], check=False, capture_output=True).returncode == 0
    altered = night / "evidence-with-one-byte-changed"
    assert subprocess.run([*verify, str(altered)], check=False, capture_output=True).returncode == 1


def test_the_committee_checks_its_case_file_and_finds_no_password_in_it(night: Path) -> None:
    verify = [sys.executable, "-I", "-S", str(night / "case-file" / "verify.py"), str(night / "case-file")]
    assert subprocess.run(verify, check=False, capture_output=True).returncode == 0
    for path in [*(night / "case-file").rglob("*"), *(night / "drafts").iterdir()]:
        assert not path.is_file() or "13桁".encode() not in path.read_bytes(), path


def test_nobody_of_the_city_lies_open_in_the_office_or_on_the_sticks(night: Path) -> None:
    folders = [night / name for name in ("home", "stick-1", "stick-2", "evidence", "drafts", "case-file")]
    data = b"".join(path.read_bytes() for folder in folders for path in folder.rglob("*") if path.is_file())
    for person in _register(night):
        for column in ("統一コード", "氏名", "氏名カナ", "住所"):
            assert not person[column] or person[column].encode() not in data


def test_the_list_holds_exactly_who_was_on_the_copies(night: Path) -> None:
    with (night / "people.csv").open(encoding="utf-8-sig", newline="") as file:
        listed = {row["key 番号"] for row in csv.DictReader(file)}
    askable = {
        person["統一コード"]
        for person in _register(night)
        if person["氏名カナ"] and person["郵便番号"] and person["生年月日"]
    }
    called = set()
    for name in ("benefit_r3", "benefit_r4", "welfare_account", "child_allowance_account"):
        with (night / "city" / f"{name}.csv").open(encoding="utf-8", newline="") as file:
            rows = csv.reader(file)
            next(rows)
            called |= {row[0] for row in rows}
    assert listed == askable | called


def test_one_can_play_on_in_the_office(night: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["custodian", "status"], Session(home=night / "home")) == 0
    assert capsys.readouterr().out.count("lost") == 2
    slip = next(night.glob("stick-1/capsule-*.age")).stem.removeprefix("capsule-")
    keys = ["--key", str(night / "keys" / "chief.key"), "--key", str(night / "keys" / "privacy.key")]
    listed = run(["who", slip, "--out", str(night / "again.csv"), *keys], Session(home=night / "home"))
    assert (listed, (night / "again.csv").exists()) == (0, True)


def test_playing_again_replaces_a_demo_and_nothing_else(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "mine").mkdir()
    with pytest.raises(Misuse):
        play(tmp_path / "mine", language="ja", people=PEOPLE)
    play(tmp_path / "night", language="ja", people=PEOPLE)
    play(tmp_path / "night", language="ja", people=PEOPLE)
    assert capsys.readouterr().out.count("かばんがない") == 4


def test_into_a_pipe_nothing_is_broken_and_everything_said_is_true_of_this_town(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    play(tmp_path / "night", language="ja", people=PEOPLE)
    said = capsys.readouterr().out
    assert "実際の件数" not in said
    assert "もっと小さい架空の町" in said
    assert "世帯   住民の統一コード" in said
    assert "うち口座番号" not in said
    refused = said.index("officer は申請者")
    assert said[:refused].rstrip().endswith("$ sekisho approve C-1 --key officer.key")
    assert f"sekisho custodian status --home {tmp_path}/night/home" in said.splitlines()[-1]
    handed = said.index("--giver carrier.key --receiver stranger.key")
    assert "stranger（third）は" in said[handed:].splitlines()[1]
    assert said.count("4 人に知らせます（渡瀬 誠、岬 由美、浜岡 修、潮田 健）") == 2  # one line a stick
    certificates = said.split("消去証明書：出せるもの")[1]
    assert certificates.index("証明書ではなく") < certificates.index("消去証明書（パージ）")  # opened, and never opened
    (digest,) = re.findall(r"^ *([0-9a-f]{60,})$", said, re.MULTILINE)[:1]
    assert len(digest) == 64


def test_with_json_only_the_object_is_printed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sekisho.cli.demo._QUICK_PEOPLE", PEOPLE)
    assert run(["demo", "--quick", "--json", "--out", str(tmp_path / "night")]) == 0
    said = capsys.readouterr()
    document = json.loads(said.out)
    assert document["folder"] == str(tmp_path / "night")
    assert len(document["acts"]) == 20
    assert said.err == ""
    assert "verify.py" in (tmp_path / "night" / "night.svg").read_text(encoding="utf-8")


def test_the_demo_has_an_office_of_its_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    assert run(["demo", "--home", "elsewhere"], Session(language="en")) == 2
    assert "There is no option --home" in capsys.readouterr().err


def test_the_totals_are_counted(night: Path, capsys: pytest.CaptureFixture[str]) -> None:
    play(night.parent / "again", language="en", people=PEOPLE)
    said = capsys.readouterr().out
    households = sum(
        len((night / "city" / f"benefit_{year}.csv").read_text().splitlines()) - 1 for year in ("r3", "r4")
    )
    assert f"{households:,} benefit households" in said
