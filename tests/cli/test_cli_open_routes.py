"""Opening without the office at hand: over a network, by files, by a QR code; what is told and asked on both sides."""

import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from cli_town import Said, Town, capsule, carry, found_town, seal_copies

from sekisho.cli import open_routes
from sekisho.cli.main import run
from sekisho.cli.session import Session
from sekisho.codes import read_release_code
from sekisho.custodian.answers import Opened
from sekisho.custodian.card import Card
from sekisho.custody import release_sources
from sekisho.custody.answering import answer_all
from sekisho.custody.office import Office

TWO = ("chief", "security")


@pytest.fixture
def town(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Town:
    town = found_town(tmp_path, capsys)
    town.json("custodian", "card", "--out", tmp_path / "card.json")
    return town


@pytest.fixture
def slip(town: Town) -> str:
    (slip,) = seal_copies(town, "USB-1")
    carry(town, slip)
    return slip


def at_home(town: Town) -> Path:
    """Return the folder of a Sekisho that has no office, where the capsule is."""
    return town.root / "elsewhere"


def opening(town: Town, slip: str, *how: object) -> Said:
    return town.say(
        "open", capsule(town, "USB-1", slip), "-i", town.identity, "--home", at_home(town), "--out", town.root / "opened",
        "--card", town.root / "card.json", *how,
    )  # fmt: skip


def keys(town: Town) -> list[object]:
    return [part for name in TWO for part in ("--key", town.key(name))]


def given(town: Town, slip: str) -> dict[str, Any]:
    entries = town.json("ledger", "show", "--slip", slip)["entries"]
    (leaf,) = [entry for entry in entries if entry["type"] == "release.given"]
    fields: dict[str, Any] = leaf["fields"]
    return fields


@pytest.fixture
def desk(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    """An office that answers in this process, and approves what waits while the opener pauses."""

    def post(_: Card, body: bytes) -> bytes:
        office = Office.open(town.root / "office", town.clock)
        try:
            (reply,) = answer_all(office, [body]).replies
        finally:
            office.close()
        return reply.encode()

    def approve(_: float) -> None:

        for name in TWO:
            command = ["approve", "R-1", "--key", str(town.key(name)), "--yes"]
            assert run(command, Session(language="en", home=town.root / "office", clock=town.clock)) == 0

    monkeypatch.setattr("sekisho.custody.release_post.post", post)
    monkeypatch.setattr("sekisho.cli.open_routes.time.sleep", approve)


@pytest.mark.usefixtures("desk")
def test_over_a_network_the_opener_waits_for_the_approvals_and_opens(town: Town, slip: str) -> None:
    said = opening(town, slip, "--online", "--yes", "--purpose", "照会への回答")
    assert said.code == 0, said.err
    assert "request R-1; 0 of 2 approvals" in said.err
    assert list((town.root / "opened").iterdir())
    assert given(town, slip)["route"] == "online"
    assert given(town, slip)["acknowledged"] == 1
    (device,) = town.json("custodian", "device")["devices"]
    assert device["id"] == given(town, slip)["device"]
    assert "照会" not in (town.say("ledger", "show", "--slip", slip).out)


@pytest.mark.usefixtures("desk")
@pytest.mark.parametrize("place", [0, 1])
def test_what_any_custodian_says_of_another_capsule_is_refused(
    town: Town, slip: str, monkeypatch: pytest.MonkeyPatch, place: int
) -> None:
    # as of a capsule of several custodians, each of whom says what was sealed
    real = release_sources._checked

    def checked(ask: Any, opened: Opened, kept: list[Opened]) -> bytes:
        share = real(ask, opened, kept)
        kept.insert(place, replace(opened, capsule=bytes(32)))
        return share

    monkeypatch.setattr(release_sources, "_checked", checked)
    said = opening(town, slip, "--online", "--yes")
    assert said.code != 0
    assert not (town.root / "opened").exists()


@pytest.mark.usefixtures("desk")
def test_without_a_yes_nothing_is_asked_for(town: Town, slip: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sekisho.cli.session.click.prompt", lambda *_, **__: "n")
    said = opening(town, slip, "--online")
    assert (said.code, "nothing was asked for" in said.err) == (3, True)
    assert "on which device" in said.err
    events = [entry["type"] for entry in town.json("ledger", "show", "--slip", slip)["entries"]]
    assert "release.requested" not in events
    assert opening(town, slip, "--online", "--json").error["error"] == "cli.json_needs_yes"


def test_by_files_the_answer_opens_in_the_window_that_asked(
    town: Town, slip: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    request, answer = town.root / "ask.json", town.root / "answer.json"

    def carried(_: float) -> None:
        monkeypatch.setattr("sekisho.cli.open_routes.time.sleep", lambda _: None)

        command = ["custodian", "release", str(request), "--out", str(answer), "--yes", *map(str, keys(town))]
        assert run(command, Session(language="en", home=town.root / "office", clock=town.clock)) == 0

    monkeypatch.setattr("sekisho.cli.open_routes.time.sleep", carried)
    said = opening(town, slip, "--request", request, "--release", answer, "--yes", "--purpose", "再計算")
    assert said.code == 0, said.err
    assert "they typed  再計算" in said.err
    assert "not named" in said.err
    assert given(town, slip)["route"] == "relay"
    assert oct(request.stat().st_mode & 0o777) == "0o600"


def test_by_a_qr_code_the_digits_are_masked_for_the_window_that_showed_it(
    town: Town, slip: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    codes: list[str] = []
    real = Session.tell

    def tell(session: Session, key: str, /, **values: object) -> None:
        if key == "open.scan":
            codes.append(str(values["text"]))
        real(session, key, **values)

    def typed(_: Session) -> bytes | None:
        out = town.root / "digits"
        with out.open("w", encoding="utf-8") as file, pytest.MonkeyPatch.context() as patch:
            patch.setattr("click.echo", lambda text="", err=False, **_: None if err else file.write(f"{text}\n"))
            command = ["custodian", "release", codes[0], "--yes", *map(str, keys(town))]
            assert run(command, Session(language="en", home=town.root / "office", clock=town.clock)) == 0
        return read_release_code(out.read_text())

    monkeypatch.setattr(Session, "tell", tell)
    monkeypatch.setattr(open_routes, "typed_digits", typed)
    said = opening(town, slip, "--qr", "--yes")
    assert said.code == 0, said.err
    assert re.fullmatch(r"SEKISHO1:[A-Z2-7]{128}", codes[0])
    assert given(town, slip)["route"] == "relay"
    assert len(given(town, slip)["asked"]) == 64


def test_several_ways_at_once_are_none(town: Town, slip: str) -> None:
    for how in (["--online", "--code"], ["--request", town.root / "x"], ["--qr", "--key", town.key("chief")]):
        assert opening(town, slip, *how, "--yes", "--json").error["error"] == "cli.open_one_way"


def test_the_card_of_another_office_is_refused_before_anything_is_sent(town: Town, slip: str, tmp_path: Path) -> None:
    other = tmp_path / "other"
    town.json("custodian", "init", "--name", "x", "--phone", "1", "--home", other, "--url", "https://x.example")
    town.json("custodian", "card", "--home", other, "--out", other / "card.json")
    said = town.say(
        "open", capsule(town, "USB-1", slip), "-i", town.identity, "--home", at_home(town), "--online", "--yes",
        "--card", other / "card.json", "--ask", "--json",
    )  # fmt: skip
    assert said.error["error"] == "custodian.other_card"


def test_without_a_card_no_address_is_believed(town: Town, slip: str) -> None:
    said = town.say(
        "open", capsule(town, "USB-1", slip), "-i", town.identity, "--home", at_home(town), "--online", "--yes",
        "--ask", "--json",
    )  # fmt: skip
    assert said.error["error"] == "cli.no_card"


def test_the_desk_says_what_a_recorded_call_gives_away_on_both_sides(town: Town, slip: str) -> None:
    short = town.json("inspect", capsule(town, "USB-1", slip))["short"]
    said = town.say("custodian", "release", f"{short} 000010 000011", *keys(town), "--yes")
    assert "good for this copy for ever" in said.err
    assert given(town, slip)["acknowledged"] == 1
    assert "asked" not in given(town, slip)


def test_the_desk_gives_nothing_before_purpose_and_people_were_read_back(
    town: Town, slip: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    short = town.json("inspect", capsule(town, "USB-1", slip))["short"]
    monkeypatch.setattr("sekisho.cli.session.click.prompt", lambda *_, **__: "no")
    said = town.say("custodian", "release", f"{short} 000010 000011", *keys(town))
    assert (said.code, said.out) == (3, "")
    assert "R-1 still waits" in said.err
    monkeypatch.setattr("sekisho.cli.session.click.prompt", lambda *_, **__: "yes")
    assert len(town.say("custodian", "release", "R-1").out.split()) == 8


def test_a_one_time_code_is_shown_once_and_its_secret_lies_nowhere_open(town: Town) -> None:
    said = town.say("custodian", "factor", "enrol", "supervisor")
    address = next(line for line in said.out.splitlines() if line.startswith("otpauth://totp/"))
    secret = re.search(r"secret=([A-Z2-7]+)", address)
    assert secret
    for path in (town.root / "office").rglob("*"):
        assert not path.is_file() or secret[1].encode() not in path.read_bytes()
    assert town.say("custodian", "factor", "enrol", "nobody").code == 3


def test_a_device_is_named_and_shown_so(town: Town) -> None:
    assert (
        town.say("custodian", "device", "0123456789abcdef", "--name", "x", "--json").error["error"]
        == "custodian.no_device"
    )
    assert town.say("custodian", "device", "0123456789abcdef").code == 2
    assert town.json("custodian", "device") == {"devices": []}
