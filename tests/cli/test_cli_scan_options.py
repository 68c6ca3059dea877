"""The options of ``sekisho scan``: each does what its words say."""

import json
import os
import zipfile
from pathlib import Path

import pytest
from cli_town import Said, Town, found_town

NUMBER, OTHER = "123456789018", "945807302153"
MEMO = f"折り返しは090-1234-5678へ。\nマイナンバーは{NUMBER}と伺いました。\n"


@pytest.fixture
def town(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Town:
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "memo.txt").write_text(MEMO, encoding="utf-8")
    return Town(tmp_path, capsys)


def _kinds(said: Said) -> list[str]:
    return [each["kind"] for each in said.records if each["type"] == "finding"]


def test_places_in_a_text_are_told_with_their_line(town: Town) -> None:
    said = town.say("scan", town.root / "in" / "memo.txt")

    assert said.code == 1
    assert "line 1: telephone number (high)  ***-****-**78" in said.out
    assert "line 2: My Number (high)  **********18" in said.out
    assert NUMBER not in said.out


def test_as_json_each_place_is_a_line(town: Town) -> None:
    found, second, source = town.say("scan", town.root / "in", "--json").records

    assert (found["type"], found["line"], found["start"], found["end"]) == ("finding", 1, 5, 18)
    assert (second["kind"], second["confidence"]) == ("my_number", "high")
    assert (source["type"], source["inspected"], source["kinds"]) == ("source", True, ["my_number", "phone"])


def test_what_lies_in_an_archive_is_a_source_of_its_own(town: Town) -> None:
    with zipfile.ZipFile(town.root / "in" / "all.zip", "w") as archive:
        archive.writestr("日報/memo.txt", MEMO)

    sources = town.say("scan", town.root / "in" / "all.zip", "--json").sources()

    assert [name for name in sources if name.endswith("memo.txt")]


def test_spans_tells_low_ones_too(town: Town) -> None:
    (town.root / "in" / "memo.txt").write_text("法人 8700110005901\n", encoding="utf-8")

    assert _kinds(town.say("scan", town.root / "in", "--json")) == []
    assert _kinds(town.say("scan", town.root / "in", "--json", "--spans")) == ["corporate_number"]


def test_a_baseline_tells_only_what_is_new(town: Town) -> None:
    baseline = town.root / "baseline.json"

    assert town.say("scan", town.root / "in", "--baseline", baseline).code == 9
    assert town.say("scan", town.root / "in", "--baseline", baseline, "--baseline-update").code == 0
    assert town.say("scan", town.root / "in", "--baseline", baseline).code == 0
    (town.root / "in" / "memo.txt").write_text(MEMO + f"マイナンバー {OTHER}\n", encoding="utf-8")
    said = town.say("scan", town.root / "in", "--baseline", baseline, "--json")

    assert (said.code, _kinds(said)) == (1, ["my_number"])
    assert NUMBER not in baseline.read_text()


def test_what_was_scanned_is_remembered(town: Town) -> None:
    memory = town.root / "memory"
    os.utime(town.root / "in" / "memo.txt", (1, 1))

    first = town.say("scan", town.root / "in", "--remember", memory)
    again = town.say("scan", town.root / "in", "--remember", memory)

    assert again.out == first.out
    assert "0 of 1 files" in first.err
    assert NUMBER not in memory.read_text()


def test_only_what_changed_since_then_is_scanned(town: Town) -> None:
    assert town.say("scan", town.root / "in", "--changed-since", "2999-01-01").code == 0
    assert town.say("scan", town.root / "in", "--changed-since", "1999-01-01").code == 1
    assert town.say("scan", town.root / "in", "--changed-since", "soon").code == 2


def test_a_page_and_sarif_are_written_and_never_over_something(town: Town) -> None:
    page, sarif = town.root / "report.html", town.root / "report.sarif"

    said = town.say("scan", town.root / "in", "--html", page, "--sarif", sarif)

    assert said.code == 1
    assert "memo.txt" in page.read_text(encoding="utf-8")
    document = json.loads(sarif.read_text(encoding="utf-8"))
    assert [each["ruleId"] for each in document["runs"][0]["results"]] == ["phone", "my_number"]
    assert NUMBER not in page.read_text(encoding="utf-8") + sarif.read_text(encoding="utf-8")
    assert town.say("scan", town.root / "in", "--html", page).code == 2


def test_rules_of_ones_own_find_what_ours_do_not(town: Town) -> None:
    rules = town.root / "own.yaml"
    rules.write_text(
        "recognizers:\n- name: Staff\n  supported_entity: STAFF\n  supported_language: ja\n"
        "  patterns:\n  - {name: staff, regex: '\\bS-[0-9]{5}\\b', score: 0.95}\n",
        encoding="utf-8",
    )
    (town.root / "in" / "memo.txt").write_text("職員S-12345です\n", encoding="utf-8")

    said = town.say("scan", town.root / "in", "--rules", rules, "--json")

    assert _kinds(said) == ["other"]


def test_workers_find_the_same(town: Town) -> None:
    here = town.say("scan", town.root / "in", "--json", "--on", "none")
    there = town.say("scan", town.root / "in", "--json", "--on", "local:2")

    assert (there.code, there.out) == (here.code, here.out)
    assert town.say("scan", town.root / "in", "--on", "the moon").code == 2


@pytest.mark.parametrize(
    ("options", "needed"),
    [(["--verify"], "--remember"), (["--baseline-update"], "--baseline"), (["--reveal"], "--key")],
)
def test_an_option_without_the_one_it_needs_is_refused(town: Town, options: list[str], needed: str) -> None:
    said = town.say("scan", town.root / "in", *options)

    assert said.code == 2
    assert needed in said.err


def test_values_are_shown_to_who_may_see_them_and_the_ledger_says_so(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    town = found_town(tmp_path, capsys)
    (town.root / "memo.txt").write_text(MEMO, encoding="utf-8")

    refused = town.say("scan", town.root / "memo.txt", "--reveal", "--key", town.key("officer"))
    shown = town.say("scan", town.root / "memo.txt", "--reveal", "--key", town.key("chief"))

    assert (refused.code, NUMBER in refused.out + refused.err) == (3, False)
    assert NUMBER in shown.out
    entries = town.json("ledger", "show")["entries"]
    assert [each["fields"]["sources"] for each in entries if each["type"] == "scan.revealed"] == [1]
    assert "memo" not in json.dumps(entries)


def test_many_files_become_an_overview(town: Town) -> None:
    for number in range(30):
        (town.root / "in" / f"{number}.txt").write_text(MEMO, encoding="utf-8")

    said = town.say("scan", town.root / "in")

    assert said.code == 1
    assert len(said.out.splitlines()) < 60
    assert "31" in said.out


@pytest.mark.parametrize("place", ["none", "local:1"])
def test_a_file_is_called_what_it_was_called_on_the_command_line(
    town: Town, monkeypatch: pytest.MonkeyPatch, place: str
) -> None:
    monkeypatch.chdir(town.root)

    sources = [
        each for each in town.say("scan", "in/memo.txt", "--json", "--on", place).records if each["type"] == "source"
    ]

    assert [each["source"] for each in sources] == ["in/memo.txt"]


def test_a_baseline_in_the_scanned_folder_is_no_source(town: Town) -> None:
    baseline = town.root / "in" / ".baseline"
    town.say("scan", town.root / "in", "--baseline", baseline, "--baseline-update")

    assert town.say("scan", town.root / "in", "--baseline", baseline).code == 0


@pytest.mark.parametrize("option", [["--names", "nosuch"], ["--html", "no/such/folder/x.html"]])
def test_what_cannot_be_is_said_before_the_scan(town: Town, option: list[str]) -> None:
    said = town.say("scan", town.root / "in", *option)

    assert said.code in {2, 7}
    assert said.out == ""
