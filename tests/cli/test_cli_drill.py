"""``sekisho drill`` says how long the night took, what was missing, and what there was before; ``loss held`` whom to call back."""

from pathlib import Path

import pytest
from cli_town import Town, carry, found_town, seal_copies

from sekisho.errors import FINDINGS


@pytest.fixture
def town(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Town:
    return found_town(tmp_path, capsys)


def test_a_drill_on_the_office_is_told_and_kept(town: Town) -> None:
    (slip,) = seal_copies(town, "USB-1")
    carry(town, slip)
    papers = town.root / "papers"
    said = town.say("drill", "--out", papers)
    assert said.code == FINDINGS, said.err
    assert "Missing: there is no incident.toml" in said.out
    assert "minutes since the call" in said.out
    assert (papers / "evidence" / "statement.en.txt").exists()
    assert list((papers / "drafts").glob("press.*.txt"))
    assert town.json("inspect", "--slip", slip)["state"] == "out"
    (kept,) = town.json("drill", "--history")["drills"]
    assert set(kept["milliseconds"]) == {"kill", "answer", "list", "clocks", "drafts"}
    assert town.say("drill", "--history").out.splitlines()[-1].startswith("2022-06-21 17:00")


def test_a_drill_on_a_city_needs_no_copy_of_the_office(town: Town) -> None:
    assert town.say("drill").code == 7
    document = town.say("drill", "--city", "1000", "--json").json
    assert (document["where"], document["steps"][0]["milestone"]) == ("city", "kill")
    assert document["people"] > 900
    assert len(town.json("drill", "--history")["drills"]) == 1


def test_what_cannot_be_meant_is_told(town: Town) -> None:
    for words in (("--city", "1000", "--history"), ("--copy-of-office", "--city", "1000"), ("--history", "--out", "x")):
        assert town.say("drill", *words).code == 2


def test_nobody_waits_for_a_call_back(town: Town) -> None:
    assert town.json("loss", "held") == {"held": []}
