"""How long shares are kept, and under which key, by the command line."""

from datetime import timedelta
from pathlib import Path

import pytest
from cli_town import Town, found_town, seal_copies


@pytest.fixture
def town(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Town:
    return found_town(tmp_path, capsys)


def test_what_will_expire_is_listed_and_then_does(town: Town) -> None:
    (slip,) = seal_copies(town, "USB-1")
    (coming,) = town.json("custodian", "expire", "--list")["expiring"]
    assert (coming["slip"], coming["state"], coming["at"]) == (slip, "live", "2022-06-21T13:00:00Z")
    assert slip in town.say("custodian", "expire", "--list").out
    assert town.json("custodian", "expire")["destroyed"] == []
    town.clock.advance(timedelta(hours=6))
    assert len(town.json("custodian", "expire", "--list")["expiring"]) == 1
    assert [each["slip"] for each in town.json("custodian", "expire")["destroyed"]] == [slip]
    assert town.json("custodian", "expire", "--list")["expiring"] == []


def test_any_other_command_does_so_too(town: Town) -> None:
    seal_copies(town, "USB-1")
    town.clock.advance(timedelta(hours=6))
    town.json("custodian", "status")
    assert town.json("custodian", "expire")["destroyed"] == []
    assert town.json("custodian", "expire", "--list")["expiring"] == []


def test_two_persons_rotate_and_one_does_not(town: Town) -> None:
    seal_copies(town, "USB-1")
    keys = ("--key", town.key("chief"), "--key", town.key("security"))
    assert town.json("custodian", "rotate", *keys)["epoch"] == 2
    assert [path.name for path in (town.root / "office" / "keks").glob("*.kek")] == ["000002.kek"]
    assert town.say("custodian", "rotate", "--key", town.key("chief")).code == 3
