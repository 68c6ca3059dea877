"""The ledger for other programs: a SIEM that polls gets what is new, each entry once, and a spreadsheet gets everything."""

import csv
import json
from pathlib import Path

import pytest
from cli_town import Town, carry, found_town, seal_copies


@pytest.fixture
def town(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Town:
    return found_town(tmp_path, capsys)


def lines(town: Town, *arguments: object) -> list[str]:
    said = town.say("ledger", "events", *arguments)
    assert said.code == 0, said.err
    return said.out.splitlines()


def test_who_polls_gets_what_is_new_and_nothing_twice(town: Town) -> None:
    seen = [json.loads(line)["metadata"]["sequence"] for line in lines(town)]
    (slip,) = seal_copies(town, "USB-1")
    carry(town, slip)
    new = [json.loads(line) for line in lines(town, "--since", seen[-1] + 1)]
    assert [each["metadata"]["sequence"] for each in new] == list(range(seen[-1] + 1, seen[-1] + 1 + len(new)))
    assert [each["class_uid"] for each in new if each["metadata"]["event_code"] == "copy.written"] == [1010]
    assert lines(town, "--since", new[-1]["metadata"]["sequence"] + 1) == []


def test_each_form_has_every_entry(town: Town) -> None:
    (slip,) = seal_copies(town, "USB-1")
    carry(town, slip)
    size = town.json("ledger", "status")["size"]
    assert len(lines(town, "--format", "cef")) == size
    graph = json.loads("\n".join(lines(town, "--format", "case")))["@graph"]
    actions = [each for each in graph if each["@type"] == "case-investigation:InvestigativeAction"]
    assert len(actions) == size + 2  # two hand-overs, a pair each
    rows = list(csv.DictReader(line.removeprefix("\ufeff") for line in lines(town, "--format", "csv")))
    assert [row["index"] for row in rows] == [str(index) for index in range(size)]


def test_everything_as_tables(town: Town) -> None:
    files = [Path(path) for path in town.json("ledger", "tables", town.root / "tables")["files"]]
    assert (town.root / "tables" / "persons.csv") in files
    assert town.say("ledger", "tables", town.root / "tables").code == 4
