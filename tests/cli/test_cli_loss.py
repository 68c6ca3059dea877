"""The night through the commands: reported by anybody, killed by one, proven to all, listed by two."""

import csv
import json
import subprocess
import sys
from pathlib import Path

import pytest
from cli_town import Town, capsule, carry, found_town, seal_copies

from conftest import VECTORS


@pytest.fixture
def town(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Town:
    return found_town(tmp_path, capsys)


def _open(town: Town, slip: str, medium: str = "USB-1") -> int:
    return town.say("open", "--yes", capsule(town, medium, slip), "-i", town.identity, "--key", town.key("chief"),
                    "--key", town.key("security"), "--out", town.root / f"opened-{slip}").code  # fmt: skip


def test_anybody_can_report_and_releases_stop(town: Town) -> None:
    (slip,) = seal_copies(town, "USB-1")
    carry(town, slip)
    statement = town.json("lost", slip)
    (copy,) = statement["copies"]
    assert (copy["verdict"], copy["state"]) == ("A", "never_stopped")
    assert _open(town, slip) == 3


def test_a_key_officer_destroys_and_the_statement_says_so(town: Town) -> None:
    slips = seal_copies(town, "USB-1", "USB-2")
    for slip in slips:
        carry(town, slip)
    assert _open(town, slips[0]) == 0
    statement = town.json("lost", *slips, "--key", town.key("security"))
    assert [(copy["verdict"], copy["state"]) for copy in statement["copies"]] == [
        ("B", "opened_before_destroyed"),
        ("A", "never_destroyed"),
    ]
    assert statement["people"] == {"at_least": 3, "at_most": 3}
    assert all(copy["destroyed_at"] for copy in statement["copies"])


def test_a_medium_names_every_copy_on_it(town: Town) -> None:
    (slip,) = seal_copies(town, "USB-1")
    assert [copy["slip"] for copy in town.json("lost", "--medium", "USB-1")["copies"]] == [slip]


def test_an_opening_after_it_was_last_seen_is_verdict_c(town: Town) -> None:
    (slip,) = seal_copies(town, "USB-1")
    carry(town, slip)
    assert _open(town, slip) == 0
    statement = town.json("lost", slip, "--last-seen", "2022-06-21T16:00")
    assert statement["copies"][0]["verdict"] == "C"


def test_the_evidence_is_checked_by_plain_python_and_one_altered_word_is_found(town: Town) -> None:
    (slip,) = seal_copies(town, "USB-1")
    town.json("lost", slip, "--key", town.key("security"), "--out", town.root / "evidence")
    verify = [sys.executable, "-I", "-S", str(town.root / "evidence" / "verify.py"), str(town.root / "evidence")]
    assert subprocess.run(verify, check=False, capture_output=True).returncode == 0
    assert town.say("ledger", "verify", town.root / "evidence").code == 0
    statement = town.root / "evidence" / "statement.en.txt"
    statement.write_text(statement.read_text(encoding="utf-8").replace("cannot", "can"), encoding="utf-8")
    assert subprocess.run(verify, check=False, capture_output=True).returncode == 1
    assert town.say("ledger", "verify", town.root / "evidence").code == 5


@pytest.mark.parametrize("language", ["ja", "en"])
def test_the_screen_says_what_the_paper_says(town: Town, language: str) -> None:
    (slip,) = seal_copies(town, "USB-1")
    said = town.say("lost", slip, "--lang", language, "--out", town.root / "evidence")
    paper = (town.root / "evidence" / f"statement.{language}.txt").read_text(encoding="utf-8")
    assert said.out.strip() == paper.strip()


def test_the_list_takes_two_persons_and_is_exact(town: Town) -> None:
    (slip,) = seal_copies(town, "USB-1")
    town.json("lost", slip)
    out = town.root / "list.csv"
    assert town.say("who", slip, "--out", out, "--key", town.key("chief")).code == 2
    assert town.say("who", slip, "--out", out, "--key", town.key("chief"), "--key", town.key("chief")).code == 3
    assert not out.exists()
    town.json("who", slip, "--out", out, "--key", town.key("chief"), "--key", town.key("security"))
    rows = {row["key 番号"]: row for row in csv.DictReader(out.read_text(encoding="utf-8-sig").splitlines())}
    assert set(rows) == {"0000000031", "0000000219", "0000000578"}
    assert [rows[key]["bank_account 口座番号"] for key in sorted(rows)] == ["1", "0", "1"]
    assert town.say("ledger", "show", "--json").out.count("people.shown") == 1


def test_releases_stop_before_a_passphrase_is_asked_for(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    (slip,) = seal_copies(town, "USB-1")
    carry(town, slip)
    monkeypatch.setattr("click.prompt", lambda *_, **__: "correct")
    town.json("keygen", "locked", "-o", town.root / "keys")
    monkeypatch.setattr("click.prompt", lambda *_, **__: "wrong")
    assert town.say("lost", slip, "--key", town.key("locked")).code == 8
    monkeypatch.undo()
    assert town.json("prove", slip)["copies"][0]["state"] == "never_stopped"


def test_one_command_stops_proves_and_lists(town: Town) -> None:
    (slip,) = seal_copies(town, "USB-1")
    out = town.root / "list.csv"
    keys = ("--key", town.key("security"), "--key", town.key("chief"))
    statement = town.json("lost", slip, *keys, "--people", out, "--out", town.root / "evidence")
    assert statement["copies"][0]["state"] == "never_destroyed"
    assert len(out.read_text(encoding="utf-8").splitlines()) == 1 + statement["people"]["at_least"]
    assert oct(out.stat().st_mode & 0o777) == "0o600"
    assert (town.root / "evidence" / "field-sets.csv").exists()


def test_the_list_in_the_one_command_takes_exactly_two_keys(town: Town) -> None:
    (slip,) = seal_copies(town, "USB-1")
    out, security, chief = town.root / "list.csv", town.key("security"), town.key("chief")
    for wrong in (
        ("--people", out),
        ("--people", out, "--key", security),
        ("--key", security, "--key", chief),
        ("--people", out, "--key", security, "--key", chief, "--key", chief),
    ):
        said = town.say("lost", slip, *wrong, "--json")
        assert (said.code, said.error["error"]) == (2, "cli.lost_keys")
    assert not out.exists()


def test_a_list_that_is_refused_does_not_undo_the_stop(town: Town) -> None:
    (slip,) = seal_copies(town, "USB-1")
    carry(town, slip)
    out, key = town.root / "list.csv", town.key("security")
    assert town.say("lost", slip, "--people", out, "--key", key, "--key", key).code == 3
    assert not out.exists()
    assert town.json("prove", slip)["copies"][0]["state"] == "never_destroyed"


def test_a_found_copy_is_compared_and_stays_dead(town: Town) -> None:
    (slip,) = seal_copies(town, "USB-1")
    carry(town, slip)
    town.json("lost", slip)
    assert town.json("found", slip, "--on", town.root / "USB-1")["identical"] is True
    assert _open(town, slip) == 3
    assert town.say("custodian", "lift", slip, "--key", town.key("chief"), "--key", town.key("security")).code == 3


def _erase(town: Town, slip: str, holder: str, *more: str) -> tuple[object, ...]:
    return ("erase", slip, "--on", town.root / "USB-1", "--holder", town.key(holder), "--witness", town.key("chief"),
            *more)  # fmt: skip


def test_the_office_takes_a_found_copy_and_closes_it_without_whoever_lost_it(town: Town) -> None:
    (slip,) = seal_copies(town, "USB-1")
    carry(town, slip)
    town.json("lost", slip)
    found = town.json("found", slip, "--on", town.root / "USB-1", "--key", town.key("security"))
    assert (found["state"], found["holder"]) == ("found", "security")
    assert town.json(*_erase(town, slip, "security"))["state"] == "closed"


def test_what_came_back_altered_is_kept_until_it_is_evidence_no_more(town: Town) -> None:
    (slip,) = seal_copies(town, "USB-1")
    carry(town, slip)
    town.json("lost", slip)
    capsule(town, "USB-1", slip).write_bytes(b"something else")
    told = town.say("found", slip, "--on", town.root / "USB-1").out
    assert "as evidence" in told
    assert "supervisorさん" in told, "who holds it is a person with a name"
    said = town.say(*_erase(town, slip, "supervisor"), "--json")
    assert (said.code, said.error["error"]) == (3, "custody.found_altered")
    assert "--altered" in said.error["hint"]
    assert capsule(town, "USB-1", slip).exists()
    erased = town.json(*_erase(town, slip, "supervisor", "--altered"))
    assert (erased["state"], erased["verified"], erased["certificate"]) == ("erased", False, None)
    assert not capsule(town, "USB-1", slip).exists()


def test_nothing_of_a_person_is_in_what_goes_out(town: Town) -> None:
    (slip,) = seal_copies(town, "USB-1")
    carry(town, slip)
    _open(town, slip)
    town.json("lost", slip, "--key", town.key("security"), "--out", town.root / "evidence")
    papers = b"".join(path.read_bytes() for path in (town.root / "evidence").rglob("*") if path.is_file())
    for personal in ("和田", "ワダ", "0000000031", "2882378", "supervisorさん", "carrierさん", "688-0118"):
        assert personal.encode() not in papers, personal


def test_prove_writes_the_same_evidence_without_a_loss(town: Town) -> None:
    (slip,) = seal_copies(town, "USB-1")
    proven = town.json("prove", slip, "--out", town.root / "evidence")
    assert proven["copies"][0]["state"] == "never_live"
    assert json.loads((town.root / "evidence" / "statement.json").read_text(encoding="utf-8")) == proven


def test_an_entry_is_proven_and_the_ledger_exported(town: Town) -> None:
    seal_copies(town, "USB-1")
    assert town.json("ledger", "proof", 0)["proof"].startswith("c2sp.org/tlog-proof@v1")
    size = town.json("ledger", "status")["size"]
    assert town.json("ledger", "export", town.root / "export")["size"] == size
    assert len(town.json("ledger", "show")["entries"]) == size


def test_a_number_beyond_every_ledger_is_no_entry(town: Town) -> None:
    said = town.say("ledger", "proof", 1 << 63)
    assert (said.code, "no signed entry" in said.err) == (7, True)


def test_another_logs_key_and_no_export_are_told_from_a_changed_one(town: Town) -> None:
    town.json("ledger", "export", town.root / "export")
    key = town.json("ledger", "status")["key"]
    assert town.say("ledger", "verify", town.root / "export", "--log-key", key).code == 0
    other = (VECTORS / "ledger" / "own-log" / "log.vkey").read_text(encoding="utf-8").strip()
    said = town.say("ledger", "verify", town.root / "export", "--log-key", other)
    assert (said.code, "does not fit this log" in said.err, "changed" in said.err) == (8, True, False)
    said = town.say("ledger", "verify", town.root / "keys")
    assert (said.code, "is not an exported ledger" in said.err, "changed" in said.err) == (6, True, False)
