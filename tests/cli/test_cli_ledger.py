"""The ledger's commands for outsiders: a witness reached on foot, a served log, a tail that comes back."""

import contextlib
import shutil
import sqlite3
from pathlib import Path

import pytest
from cli_town import Town, found_town, seal_copies

WITNESS = "audit.city.example/w1"


@pytest.fixture
def town(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Town:
    return found_town(tmp_path, capsys)


def test_a_witness_cosigns_what_is_carried_to_it_and_the_line_comes_back(town: Town) -> None:
    log_key = town.json("ledger", "status")["key"]
    far = town.root / "far"
    key = town.json("witness", "init", far, "--name", WITNESS, "--log-key", log_key)["key"]
    settings = town.root / "office" / "office.toml"
    kept = [line for line in settings.read_text().splitlines() if not line.startswith(("witness", "quorum"))]
    settings.write_text("\n".join([*kept, f'witness = ["{key}"]', "quorum = 1"]) + "\n")

    asked = town.json("ledger", "ask-witness", WITNESS, "--out", town.root / "request.txt")
    assert asked["bytes"] == (town.root / "request.txt").stat().st_size < 2000
    line = town.json("witness", "cosign", far, town.root / "request.txt")["line"]
    assert line.startswith(f"— {WITNESS} ")
    (town.root / "answer.txt").write_text(line + "\n", encoding="utf-8")
    assert town.json("ledger", "add-cosignature", town.root / "answer.txt") == {
        "witness": WITNESS,
        "size": asked["size"],
    }
    assert WITNESS in town.say("ledger", "status").out

    assert "█" in town.say("ledger", "ask-witness", WITNESS, "--qr").out
    town.json("ledger", "ask-witness", WITNESS, "--qr", "--out", town.root / "request.svg")
    assert (town.root / "request.svg").read_text().startswith("<?xml")


def test_what_cannot_be_is_refused_in_words(town: Town) -> None:
    (town.root / "nonsense").write_text("nonsense\n")
    log_key = town.json("ledger", "status")["key"]
    town.json("witness", "init", town.root / "far", "--name", WITNESS, "--log-key", log_key)
    for arguments, code in (
        (("ledger", "ask-witness", "nobody.example/w"), 7),
        (("ledger", "add-cosignature", town.root / "nonsense"), 6),
        (("witness", "cosign", town.root / "far", town.root / "nonsense"), 6),
        (("ledger", "serve"), 2),
        (("ledger", "serve", "--public", "--listen", "here"), 2),
        (("ledger", "serve", "--token-file", town.root / "nonsense"), 6),
        (("ledger", "recover", "--key", town.key("chief")), 2),
        (("ledger", "recover", town.root / "nowhere", "--key", town.key("chief")), 2),
        (("ledger", "export", town.root / "out", "--disclose", "0"), 7),
    ):
        assert town.say(*arguments).code == code, arguments


def test_a_restored_ledger_is_forked_until_its_tail_is_back(town: Town) -> None:
    office = town.root / "office"
    with sqlite3.connect(office / "sekisho.db") as connection:
        connection.execute("VACUUM INTO ?", (str(town.root / "backup"),))
    connection.close()
    town.json("custodian", "rotate", "--key", town.key("chief"), "--key", town.key("security"))
    size = town.json("ledger", "export", town.root / "export")["size"]
    for path in office.glob("sekisho.db*"):
        path.unlink()
    shutil.copy(town.root / "backup", office / "sekisho.db")

    stands = town.say("ledger", "status")
    assert (stands.code, "FORKED" in stands.out) == (5, True)
    assert town.say("ledger", "export", town.root / "never").code == 5
    keys = ("--key", town.key("chief"), "--key", town.key("security"))
    assert town.say("ledger", "recover", town.root / "export", *keys[:2]).code == 3
    found = town.json("ledger", "recover", town.root / "export", *keys)
    assert found["size"] == size
    assert len(found["entries"]) == size - found["before"] > 0
    assert town.json("ledger", "status")["size"] > size
    assert town.say("ledger", "recover", town.root / "export", *keys).code == 3  # nothing more to bring
    anew = town.json("ledger", "recover", "--begin-anew", town.root / "new", *keys)
    assert anew["origin"].endswith("/2")


def test_a_row_that_says_otherwise_than_the_ledger_is_shown_with_exit_code_5(town: Town) -> None:
    first, second = seal_copies(town, "USB-1", "USB-2")
    assert town.json("ledger", "check")["differences"] == []
    with contextlib.closing(sqlite3.connect(town.root / "office" / "sekisho.db")) as connection, connection:
        connection.execute("UPDATE copy SET copy = replace(copy, '\"sealed\"', '\"out\"') WHERE slip = ?", (second,))
    said = town.say("ledger", "check")
    assert said.code == 5
    assert second in said.out
    assert first not in said.out
