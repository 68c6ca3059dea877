"""Weighing an incident through the commands: how severe, likely exempt or not, how many telephones."""

import json
from pathlib import Path

import pytest
from cli_town import Town, carry, found_town, seal_copies


@pytest.fixture
def lost(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Town:
    town = found_town(tmp_path, capsys)
    (slip,) = seal_copies(town, "USB-1")
    carry(town, slip)
    town.say("lost", slip, "--key", town.key("security"))
    return town


def test_an_incident_is_assessed_without_naming_it(lost: Town) -> None:
    found = lost.json("loss", "assess")
    assert (found["method"], found["incident"], found["n"]) == ("enisa-2013", 1, 1)
    assert found["flags"] == ["unintelligible"]
    assert {each["name"]: each["rule"] for each in found["inputs"]}["confidentiality"] == "unreadable"


def test_an_input_is_set_with_reason_and_key(lost: Town) -> None:
    arguments = ("loss", "assess", "1", "--set", "ei=0.5", "--reason", "古い番号だけ")
    assert lost.say(*arguments).code == 2
    found = lost.json(*arguments, "--key", lost.key("chief"))
    (ease,) = [each for each in found["inputs"] if each["name"] == "ei"]
    assert (ease["value"], ease["set"]["value"], ease["set"]["reason"]) == (0.5, 0.5, "古い番号だけ")
    assert ease["derived"] > 0.5
    lost.say("loss", "assess", "--method", "ico-tree")
    kept = [json.loads(line) for line in lost.say("loss", "assess", "--kept", "--json").out.splitlines()]
    assert [(each["n"], each["method"]) for each in kept] == [(1, "enisa-2013"), (2, "ico-tree")]
    assert kept[0] == found


@pytest.mark.parametrize(
    ("arguments", "error"),
    [
        (("--set", "ei"), "loss.no_setting"),
        (("--set", "ei=much"), "loss.no_setting"),
        (("--method", "gut"), "loss.no_such_method"),
        (("--set", "ei=nan", "--reason", "so"), "loss.set_needs_key"),
    ],
)
def test_what_cannot_be_understood_is_refused_in_words(lost: Town, arguments: tuple[str, ...], error: str) -> None:
    said = lost.say("loss", "assess", "--json", *arguments)
    assert said.code == 2
    assert json.loads(said.err)["error"] == error


def test_the_pack_is_told_and_written(lost: Town) -> None:
    folder = lost.root / "evidence"
    said = lost.json("loss", "exemption", "--out", folder)
    standing = {each["id"]: each["standing"] for each in said["exemptions"]}
    assert standing["jp-high-encryption"] == "likely"
    assert (folder / "exemption.ja.txt").is_file()
    assert lost.say("loss", "exemption", "--lang", "ja").out == (folder / "exemption.ja.txt").read_text(
        encoding="utf-8"
    )


def test_ten_lines_for_a_city_and_for_three(lost: Town) -> None:
    """How many there are, the incident says."""
    city = lost.json("loss", "staffing", "--people", "460517")
    assert (city["blocked"], city["scheduled"]) == (pytest.approx(0.967, abs=0.001), 505)
    few = lost.json("loss", "staffing")
    assert few["calls_in_peak_hour"] == pytest.approx(3 * 0.065 * 0.12, abs=0.01)
    calls = lost.json("loss", "staffing", "--calls", "30000", "--share-peak", "12%")
    assert calls["agents_capped"] == 353


@pytest.mark.parametrize("share", ["0", "2", "much", "1/0"])
def test_a_share_is_between_nothing_and_all(lost: Town, share: str) -> None:
    assert lost.say("loss", "staffing", "--people", "3", "--share-peak", share).code == 2
