"""``sekisho copy``: what a person at a desk sees and types while copies go out and come back."""

import io
import shutil
import subprocess
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from cli_town import Town, carry, found_town, seal_copies
from cryptography.hazmat.primitives import serialization

from conftest import need
from sekisho.signing.keys import load

NIGHT = timedelta(hours=5, minutes=1)
"""From five in the afternoon until a minute past ten, when everything was due."""


@pytest.fixture
def town(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Town:
    return found_town(tmp_path, capsys)


@pytest.fixture
def slip(town: Town) -> str:
    (slip,) = seal_copies(town, "USB-1")
    carry(town, slip)
    return slip


def offer(town: Town, slip: str, to: str = "carrier") -> dict[str, Any]:
    key = town.key("supervisor")
    return town.json("copy", "offer", slip, "--to", to, "--until", "2022-06-21T21:00", "--key", key)


def test_the_list_says_where_a_copy_is_what_is_to_be_done_and_by_how_much_it_is_late(town: Town, slip: str) -> None:
    (row,) = town.json("copy", "list")["copies"]
    assert (row["slip"], row["state"], row["holder"], row["duty"]) == (slip, "out", "supervisor", "return")
    said = town.say("copy", "list")
    assert "supervisorさん" in said.out
    assert "return or erase" in said.out
    assert town.json("copy", "overdue")["copies"] == []
    town.clock.advance(NIGHT)
    (row,) = town.json("copy", "overdue")["copies"]
    assert (row["slip"], row["late_minutes"]) == (slip, 1)
    assert "0 h 1 min" in town.say("copy", "overdue").out


def test_an_offer_is_declined_and_another_is_accepted(town: Town, slip: str) -> None:
    offer(town, slip)
    done = town.json("copy", "decline", slip, "--key", town.key("carrier"), "--reason", "not_expected")
    assert (done["holder"], done["offer"]) == ("supervisor", None)
    assert offer(town, slip)["offer"]["to"] == "carrier"
    assert "Offered to carrierさん" in town.say("copy", "show", slip).out
    done = town.json("copy", "accept", slip, "--key", town.key("carrier"))
    assert (done["holder"], done["offer"]) == ("carrier", None)


def test_a_broken_seal_stops_the_copy(town: Town, slip: str) -> None:
    done = town.json("copy", "decline", slip, "--key", town.key("supervisor"), "--reason", "seal_broken")
    assert done["seal_broken"] is True
    assert "reported broken" in town.say("copy", "show", slip).out


def test_who_signs_elsewhere_signs_with_ssh_keygen(town: Town, slip: str, tmp_path: Path) -> None:
    need(shutil.which("ssh-keygen"), "no ssh-keygen: apt-get install openssh-client")
    written = tmp_path / "offer.json"
    said = town.json(
        "copy",
        "offer",
        slip,
        "--to",
        "carrier",
        "--until",
        "2022-06-21T21:00",
        "--giver",
        "supervisor",
        "--out",
        written,
    )
    sign_with_ssh_keygen(town.key("supervisor"), written, said["namespace"])
    assert town.json("copy", "signed", written, f"{written}.sig")["offer"]["to"] == "carrier"
    answer = tmp_path / "answer.json"
    said = town.json("copy", "accept", slip, "--receiver", "carrier", "--out", answer)
    sign_with_ssh_keygen(town.key("carrier"), answer, said["namespace"])
    assert town.json("copy", "signed", answer, f"{answer}.sig")["holder"] == "carrier"


def sign_with_ssh_keygen(key: Path, statement: Path, namespace: str) -> None:
    """Sign as somebody who has OpenSSH and nothing of ours; it wants the key in its own form."""
    form = serialization.PrivateFormat.OpenSSH
    own = load(key, passphrase=lambda _: b"").key.private_bytes(
        serialization.Encoding.PEM, form, serialization.NoEncryption()
    )
    theirs = key.with_suffix(".openssh")
    theirs.write_bytes(own)
    theirs.chmod(0o600)
    command = ["ssh-keygen", "-Y", "sign", "-f", str(theirs), "-n", namespace, str(statement)]
    subprocess.run(command, check=True, capture_output=True)


def test_a_copy_comes_back_and_its_medium_is_looked_at(town: Town, slip: str, tmp_path: Path) -> None:
    (tmp_path / "USB-1" / "extra.csv").write_text("a")
    keys = ("--giver", town.key("supervisor"), "--receiver", town.key("chief"))
    done = town.json("copy", "return", slip, *keys, "--on", tmp_path / "USB-1")
    assert (done["state"], done["holder"], done["audit"]["capsule"]) == ("returned", "chief", "identical")
    assert [file["path"] for file in done["audit"]["files"] if file["standing"] == "additional"] == ["extra.csv"]
    said = town.say("copy", "audit", slip, "--on", tmp_path / "USB-1", "--key", town.key("chief"))
    assert "additional: extra.csv" in said.out


def test_two_persons_write_a_lost_copy_off(town: Town, slip: str) -> None:
    town.json("lost", slip)
    keys = [part for name in ("chief", "security") for part in ("--key", town.key(name))]
    assert town.json("copy", "write-off", slip, *keys)["state"] == "closed_lost"
    assert town.json("copy", "list")["copies"] == []
    assert len(town.json("copy", "list", "--all")["copies"]) == 1


def test_the_history_names_who_did_what(town: Town, slip: str) -> None:
    entries = town.json("copy", "history", slip)["entries"]
    assert [entry["event"] for entry in entries][:3] == ["copy.requested", "copy.approved", "copy.approved"]
    last = entries[-1]
    assert (last["event"], last["people"], last["signed_by"]) == (
        "copy.handed_over",
        {"giver": "carrier", "receiver": "supervisor"},
        ["carrier", "supervisor"],
    )
    assert "receiver=supervisor" in town.say("copy", "history", slip).out


def test_it_is_said_where_the_key_is_and_what_is_no_statement_is_said_to_be_none(
    town: Town, slip: str, tmp_path: Path
) -> None:
    asked = ("copy", "offer", slip, "--to", "carrier", "--until", "2022-06-21T21:00")
    for options in ([], ["--giver", "supervisor"], ["--out", tmp_path / "offer.json"]):
        said = town.say(*asked, *options, "--json")
        assert (said.code, said.error["error"]) == (2, "cli.copy_signs_where")
    assert "--giver" in town.say(*asked, "--giver", town.key("supervisor")).err
    assert "--receiver" in town.say("copy", "accept", slip, "--receiver", town.key("carrier")).err
    statement, signature = tmp_path / "statement", tmp_path / "signature"
    town.json(*asked, "--giver", "supervisor", "--out", statement)
    good = statement.read_bytes()
    for text, signed in ((good, b"\xff\x00"), (b'{"type":"offer"}', b"none"), (b"", b"none")):
        statement.write_bytes(text)
        signature.write_bytes(signed)
        said = town.say("copy", "signed", statement, signature)
        assert said.code == 6
        assert "Traceback" not in said.err


def test_a_statement_is_signed_where_there_is_no_office(town: Town, slip: str, tmp_path: Path) -> None:
    statement, signature = tmp_path / "offer.json", tmp_path / "offer.json.sig"
    out = ("--giver", "supervisor", "--out", statement)
    town.json("copy", "offer", slip, "--to", "carrier", "--until", "2022-06-21T21:00", *out)
    shown = town.say("copy", "sign", statement, "--key", town.key("supervisor"), "--yes")
    assert shown.code == 0
    assert f"slip: {slip}" in shown.out + shown.err
    assert town.json("copy", "signed", statement, signature)["slip"] == slip
    assert town.json("copy", "accept", slip, "--key", town.key("carrier"))["holder"] == "carrier"


def test_what_is_no_statement_of_a_hand_over_is_not_signed(town: Town, tmp_path: Path) -> None:
    other = tmp_path / "letter.json"
    other.write_text('{"v":1,"type":"offer","slip":"000000"}')
    said = town.say("copy", "sign", other, "--key", town.key("supervisor"), "--yes")
    assert (said.code, (tmp_path / "letter.json.sig").exists()) == (6, False)


def test_who_says_no_has_signed_nothing(town: Town, slip: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    statement = tmp_path / "offer.json"
    out = ("--giver", "supervisor", "--out", statement)
    town.json("copy", "offer", slip, "--to", "carrier", "--until", "2022-06-21T21:00", *out)
    monkeypatch.setattr("sys.stdin", io.StringIO("n\n"))
    said = town.say("copy", "sign", statement, "--key", town.key("supervisor"))
    assert "Nothing was signed" in said.out
    assert not statement.with_name("offer.json.sig").exists()
