"""docs/reference/json.md names every field that a command prints with --json, and no command is missing from it."""

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from cli_town import Town, capsule, carry, found_town, seal_copies

from conftest import ROOT

PAGE = (ROOT / "docs" / "reference" / "json.md").read_text(encoding="utf-8")
# What stands in an object by an id of its own, such as a kind of data or a ledger event's fields; `asked_for` is `approve`'s.
OWN = {"by_kind", "fields", "evidence", "asked_for"}


def _said_of(command: str) -> str:
    """Return what the page says in the rows of a command."""
    lines = [line for line in PAGE.splitlines() if line.startswith("| ")]
    rows = [line for line in lines if _names(line.split("|")[1], command) or f"`{command}`:" in line]
    assert rows, command
    return "".join(rows)


def _names(cell: str, command: str) -> bool:
    """Tell whether a row is of a command: `custodian suspend`, `lift` is of both."""
    named = re.findall(r"`([^`]*)`", cell)
    first = named[0].split(" ")[0] if named else ""
    return command in {*named, *(f"{first} {each}" for each in named[1:])}


def _fields(document: Mapping[str, Any]) -> Iterator[str]:
    for name, value in document.items():
        yield name
        for each in value if isinstance(value, list) else [value]:
            if isinstance(each, dict) and name not in OWN:
                yield from _fields(each)


@pytest.fixture
def documents(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> dict[str, dict[str, Any]]:
    """What each command prints, on a copy's way from the cut to its end."""
    town = found_town(tmp_path, capsys)
    (slip, other) = seal_copies(town, "USB-1", "USB-2")
    two = ("--key", town.key("chief"), "--key", town.key("security"))
    found = _before_anything_leaves(town)
    carry(town, slip)
    found["open --out"] = town.json(
        "open", "--yes", capsule(town, "USB-1", slip), "-i", town.identity, *two, "--out", tmp_path / "opened"
    )
    short = town.json("inspect", capsule(town, "USB-2", other))["short"]
    carry(town, other)
    found["custodian release"] = town.json("custodian", "release", "--yes", f"{short} 000010 000011", *two[:2])
    found["custodian release"] |= town.json("custodian", "release", "--yes", "R-2", *two[2:])
    found["custodian suspend"] = town.json("custodian", "suspend", other)
    found["custodian lift"] = town.json("custodian", "lift", other, *two)
    found["who"] = town.json("who", slip)
    found["custodian destroy"] = town.json("custodian", "destroy", other, *two)
    town.json("lost", slip)
    found["found"] = town.json("found", slip, "--on", tmp_path / "USB-1")
    found["erase"] = town.json(
        "erase", slip, "--on", tmp_path / "USB-1", "--holder", town.key("supervisor"), "--witness", town.key("carrier")
    )
    number = found["erase"]["certificate"]
    found["cert list"] = town.json("cert", "list")
    found["cert show"] = town.json("cert", "show", number)
    found["cert show --out"] = town.json("cert", "show", number, "--out", tmp_path / "certificate.json")
    found["cert verify"] = town.json("cert", "verify", tmp_path / "certificate.json")
    found["ledger export"] = town.json("ledger", "export", tmp_path / "export")
    found["ledger verify"] = town.json("ledger", "verify", tmp_path / "export")
    return found


def _scanned(town: Town) -> list[dict[str, Any]]:
    """Return a line of each type that a scan prints."""
    (town.root / "memo.txt").write_text("折り返しは090-1234-5678へ。\n", encoding="utf-8")
    said = [*town.say("scan", town.root / "people.csv", town.root / "memo.txt", "--json").records]
    assert {each["type"] for each in said} == {"finding", "column", "source"}
    return said


def _before_anything_leaves(town: Town) -> dict[str, dict[str, Any]]:
    keys, (slip, *_) = town.root / "keys", [row["slip"] for row in town.json("custodian", "status")["copies"]]
    cut = town.json("cut", town.root / "rows.toml")
    return {
        "keygen": town.json("keygen", "new", "-o", keys, "--no-passphrase")
        | town.json("keygen", "new", "-o", keys, "--recipient"),
        "custodian init": town.json("custodian", "init", "--name", "x", "--phone", "1", "--home", town.root / "second"),
        "party import": town.json(
            "party",
            "import",
            town.root / "register.toml",
            "--yes",
            "--key",
            town.key("chief"),
            "--key",
            town.key("security"),
        ),
        "party list": town.json("party", "list"),
        "scan": {name: value for each in _scanned(town) for name, value in each.items()},
        "cut": cut,
        "purpose new": town.json("purpose", "new", town.root / "people.csv"),
        "purpose check": town.json("purpose", "check", town.root / "rows.toml"),
        "approve --list": town.json("approve", "--list"),
        "custodian status": town.json("custodian", "status"),
        "inspect": town.json("inspect", "--slip", slip) | town.json("inspect", capsule(town, "USB-1", slip)),
        "alarm run": town.json("alarm", "run", "--once"),
        "alarm list": town.json("alarm", "list", "--tasks"),
        "alarm test": town.say("alarm", "test", "--json").json,
        "alarm ics": town.json("alarm", "ics"),
        "alarm status": town.say("alarm", "status", "--json").json,
        "ledger status": town.json("ledger", "status"),
        "ledger show": town.json("ledger", "show"),
        "ledger proof": town.json("ledger", "proof", 0),
    }


def test_every_field_that_is_printed_is_on_the_page(documents: dict[str, dict[str, Any]]) -> None:
    for command, document in documents.items():
        said = set(re.findall(r"\w+", _said_of(command)))
        assert set(_fields(document)) - said == set(), command


@pytest.mark.parametrize("command", ["cut list", "approve", "request", "seal", "hand-over", "lost", "prove", "demo"])
def test_the_other_commands_are_on_the_page_too(command: str) -> None:
    assert _said_of(command)
