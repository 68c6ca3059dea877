"""A station without the office, by the command line alone."""

import re
from pathlib import Path

import pytest
from cli_town import Town, capsule, carry, found_town


@pytest.fixture
def town(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Town:
    return found_town(tmp_path, capsys)


def asked(town: Town) -> str:
    cut = town.json("cut", town.root / "rows.toml")["id"]
    request = town.json(
        "request", cut, "--carrier", "carrier", "--recipient", "supervisor", "--route", "電車", "--medium", "USB-1",
        "--until", "2022-06-21T21:00", "--due", "2022-06-21T22:00", "--key", town.key("officer"), "--allow-save",
    )["request"]  # fmt: skip
    for approver in ("chief", "security"):
        town.json("approve", request, "--key", town.key(approver), "--yes")
    return str(request)


def test_a_copy_is_sealed_outside_and_opened_when_the_office_has_heard_of_it(town: Town) -> None:
    root, station = town.root, ("--home", town.root / "station")
    recipient = town.json("station", "init", *station)["recipient"]
    keys = ("--key", town.key("chief"), "--key", town.key("security"))
    issue = ("pool", "issue", "--count", "2", "--station", recipient, "--until", "2022-06-25T17:00", *keys)
    assert town.json(*issue, "-o", root / "pool.age")["tickets"] == 2
    loaded = town.json("station", "load", root / "pool.age", *station)
    assert (loaded["loaded"], loaded["recipient"] != recipient) == (2, True)
    request = asked(town)
    town.json("pool", "order", request, "--station", loaded["recipient"], "-o", root / "order.age")
    (root / "USB-1").mkdir()
    seal = ("station", "seal", root / "order.age", "--medium", f"USB-1={root / 'USB-1'}", "--key", town.key("officer"))
    sealed = town.json(*seal, "-o", root / "commit.json", *station)
    (slip,) = sealed["slips"]
    committed = town.json("pool", "commit", root / "commit.json")
    assert committed["slips"] == [slip]
    assert re.fullmatch("[0-9]{4}", committed["copies"][0]["pin"])  # the office prints the slip
    carry(town, slip)
    opened = ("open", capsule(town, "USB-1", slip), "-i", town.identity, "--out", root / "seen", "--yes", *keys)
    said = town.say(*opened)
    assert said.code == 0, said.err
    assert (root / "seen").is_dir()
    assert town.say("pool", "commit", root / "commit.json").code == 3
    (pool,) = town.json("pool", "list")["pools"]
    assert (pool["waiting"], pool["used"], pool["destroyed"]) == (1, 1, 0)
    assert town.json("station", "status", *station)["sealed"] == [slip]
    town.json("station", "forget", slip, *station)
    assert town.json("station", "status", *station)["sealed"] == []


def test_what_is_in_the_way_is_told(town: Town) -> None:
    keys = ("--key", town.key("chief"), "--key", town.key("security"))
    issue = ("pool", "issue", "--count", "2", "--until", "2022-06-25T17:00", *keys, "-o", town.root / "pool.age")
    assert town.say(*issue, "--station", "age1x", "--json").error["error"] == "custody.no_age_recipient"
    assert (
        town.say("station", "status", "--home", town.root / "nowhere", "--json").error["error"] == "custody.no_station"
    )
    (town.root / "commit.json").write_text("{}")
    assert town.say("pool", "commit", town.root / "commit.json", "--json").error["error"] == "custody.no_station_file"
    order = ("pool", "order", "R-1", "--station", "age1x", "-o", town.root / "order.age", "--json")
    assert town.say(*order).error["error"] == "cli.no_reference"
