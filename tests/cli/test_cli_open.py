"""Opening spends a release: what can be seen before is seen before, and what a kill left is gone with the next command."""

import io
import os
import re
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest
from cli_town import Said, Town, capsule, carry, found_town
from test_cli_killed import PROGRAM

from invented_office import unwritable
from sekisho.age.x25519 import X25519Identity


@pytest.fixture
def town(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Town:
    return found_town(tmp_path, capsys)


def out_with(town: Town, *purposes: str, save: bool = True) -> str:
    """Seal a copy of these purposes to USB-1, open once, and hand it out; return its slip number."""
    cuts = [town.json("cut", town.root / f"{name}.toml")["id"] for name in purposes]
    asked = town.json(
        "request", *cuts, "--carrier", "carrier", "--recipient", "supervisor", "--route", "電車", "--medium", "USB-1",
        "--until", "2022-06-21T21:00", "--key", town.key("officer"), *(["--allow-save"] if save else []),
    )["request"]  # fmt: skip
    for approver in ("chief", "security"):
        town.json("approve", asked, "--key", town.key(approver), "--yes")
    (town.root / "USB-1").mkdir()
    (copy,) = town.json("seal", asked, "--medium", f"USB-1={town.root / 'USB-1'}", "--key", town.key("officer"))[
        "copies"
    ]
    carry(town, copy["slip"])
    return str(copy["slip"])


def open_here(town: Town, slip: str, *how: object) -> Said:
    return town.say("open", "--yes", capsule(town, "USB-1", slip), "-i", town.identity, "--key", town.key("chief"),
                    "--key", town.key("security"), *how)  # fmt: skip


def unspent(town: Town, slip: str) -> None:
    """See that no release was asked for, and so none given."""
    events = [entry["type"] for entry in town.json("ledger", "show", "--slip", slip)["entries"]]
    assert not [event for event in events if event.startswith("release.")]


def typed(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO(text))


# Whose key opens.


def test_every_identity_of_a_file_is_tried(town: Town) -> None:
    slip = out_with(town, "rows")
    secret = town.identity.read_text()
    town.identity.write_text(f"# of last year\n{X25519Identity.generate().to_secret_text()}\n{secret}")
    assert open_here(town, slip, "--out", town.root / "out").code == 0


# Before a release is asked for.


def test_a_destination_that_cannot_be_is_told_before_a_release_is_asked_for(town: Town) -> None:
    slip = out_with(town, "rows")
    (town.root / "there").mkdir()
    (town.root / "link").symlink_to("nowhere")
    (town.root / "file").touch()
    tries = {
        town.root / "nosuch" / "opened": 7,
        town.root / "file" / "opened": 7,
        town.root / "there": 2,
        town.root / "link": 2,
        unwritable() / "opened": 4,
    }
    for out, code in tries.items():
        said = open_here(town, slip, "--out", out)
        assert said.code == code
        assert str(out.parent) in said.err
        assert ".partial" not in said.err
        unspent(town, slip)
    assert open_here(town, slip, "--out", town.root / "opened").code == 0


def test_content_that_may_not_be_saved_costs_no_release(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    slip = out_with(town, "answers", save=False)
    said = open_here(town, slip, "--out", town.root / "opened", "--json")
    assert (said.code, said.error["error"]) == (3, "capsule.save_not_allowed")
    unspent(town, slip)
    assert not (town.root / "opened").exists()
    typed(monkeypatch, "ワダ シゲル,1931-08-28,688-0118\n")
    assert open_here(town, slip, "--ask").out.splitlines() == ["yes"]


def test_rows_that_cannot_be_asked_cost_no_release(town: Town) -> None:
    slip = out_with(town, "rows")
    said = open_here(town, slip, "--ask", "--json")
    assert (said.code, said.error["error"]) == (2, "capsule.no_answers")
    unspent(town, slip)
    assert open_here(town, slip, "--out", town.root / "opened").code == 0


def test_a_damaged_capsule_costs_no_release(town: Town) -> None:
    slip = out_with(town, "rows")
    path = capsule(town, "USB-1", slip)
    whole = path.read_bytes()
    path.write_bytes(whole[:-1])
    said = open_here(town, slip, "--out", town.root / "opened", "--json")
    assert (said.code, said.error["error"]) == (6, "custody.other_content")
    unspent(town, slip)
    path.write_bytes(whole)
    assert open_here(town, slip, "--out", town.root / "opened").code == 0


def test_without_an_office_the_telephone_is_the_way(town: Town) -> None:
    slip = out_with(town, "answers")
    said = open_here(town, slip, "--ask", "--home", town.root / "callcentre", "--json")
    assert (said.code, said.error["error"]) == (9, "cli.no_office_here")
    assert "--code" in said.error["hint"]


# What is no file.


@pytest.mark.parametrize("what", ["pipe", "device"])
def test_what_is_no_file_is_not_waited_for(town: Town, what: str) -> None:
    path = town.root / "capsule.age"
    os.mkfifo(path) if what == "pipe" else path.symlink_to("/dev/zero")
    for command in (("inspect", path), ("open", "--yes", path, "-i", town.identity, "--code", "--ask")):
        said = town.say(*command, "--json")
        assert (said.code, said.error["error"]) == (6, "capsule.not_a_file")


def test_a_link_to_a_capsule_is_opened(town: Town) -> None:
    slip = out_with(town, "rows")
    path = capsule(town, "USB-1", slip)
    path.symlink_to(path.rename(town.root / "elsewhere.age"))
    assert town.json("inspect", path)["size"] == path.stat().st_size
    assert open_here(town, slip, "--out", town.root / "opened").code == 0


# Over the telephone.


def code_for(town: Town, slip: str) -> str:
    """Get a code for a copy, as if its challenge had been read out."""
    short = town.json("inspect", capsule(town, "USB-1", slip))["short"]
    keys = ("--key", town.key("chief"), "--key", town.key("security"))
    return str(town.json("custodian", "release", "--yes", f"{short} 000010 000011", *keys)["code"])


@pytest.mark.parametrize(
    ("passes", "error"),
    [
        (timedelta(hours=4, seconds=1), "window of this capsule closed"),
        (timedelta(seconds=-1), "window of this capsule opens"),
    ],
)
def test_a_code_that_somebody_kept_opens_nothing_outside_the_window(
    town: Town, monkeypatch: pytest.MonkeyPatch, passes: timedelta, error: str
) -> None:
    slip = out_with(town, "answers")
    code = code_for(town, slip)
    by_code = ("open", "--yes", capsule(town, "USB-1", slip), "-i", town.identity, "--code", "--ask")
    question = "ワダ シゲル,1931-08-28,688-0118\n"
    town.clock.advance(passes)
    typed(monkeypatch, f"{code}\n{question}")
    said = town.say(*by_code)
    assert (said.code, said.out) == (3, "")
    assert error in said.err
    town.clock.advance(-passes)
    typed(monkeypatch, f"{code}\n{question}")
    said = town.say(*by_code)
    assert said.out.splitlines() == ["yes"]
    assert "This machine's clock says" in said.err


def test_each_answer_says_what_came_of_the_question(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    slip = out_with(town, "answers")
    typed(monkeypatch, "ワダ シゲル,1931-08-28,688-0118\nダレカ,1931-08-28,688-0118\nワダ シゲル,きのう,688-0118\n?\n")
    said = open_here(town, slip, "--ask", "--json")
    told = [(line.count('"found": true'), line.rpartition('"result": ')[2]) for line in said.out.splitlines()]
    assert told == [(1, '"answer"}'), (0, '"not_found"}'), (0, '"unclear"}'), (0, '"unclear"}')]


# What a kill left.


def killed_while_it_waits_for_the_code(town: Town, slip: str, home: Path, out: Path) -> Path:
    """Kill ``open --code --out`` when it has its challenge on the screen; return what it left."""
    command = [sys.executable, "-c", PROGRAM, str(home), "open", "--yes", str(capsule(town, "USB-1", slip)), "-i",
               str(town.identity), "--code", "--out", str(out)]  # fmt: skip
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.DEVNULL, "stderr": subprocess.PIPE}
    with subprocess.Popen(command, **pipes) as process:  # type: ignore[call-overload] # of pipes it knows only literals
        while b"18" not in process.stderr.readline():
            assert process.poll() is None
        process.kill()
    (left,) = out.parent.glob(".sekisho-*.partial")
    return left


@pytest.mark.parametrize("command", ["inspect", "open --code", "ledger status"])
def test_what_a_killed_opening_left_is_gone_before_the_next_command_asks_for_anything(
    town: Town, monkeypatch: pytest.MonkeyPatch, command: str
) -> None:
    """At a call centre, with no office: whatever is called next, and whatever comes of it."""
    slip = out_with(town, "rows")
    home, desktop = town.root / "callcentre", town.root / "desktop"
    desktop.mkdir()
    left = killed_while_it_waits_for_the_code(town, slip, home, desktop / "opened")
    (left / "rows.csv").write_text("ワダ シゲル")
    typed(monkeypatch, "")
    arguments = {
        "inspect": ("inspect", capsule(town, "USB-1", slip)),
        "open --code": ("open", "--yes", capsule(town, "USB-1", slip), "-i", town.identity, "--code", "--ask"),
        "ledger status": ("ledger", "status"),
    }
    town.say(*arguments[command], "--home", home)
    assert list(desktop.iterdir()) == []


def test_nothing_is_made_for_help(town: Town) -> None:
    assert town.say("open", "--home", town.root / "none", "--help").code == 0
    assert town.say("completion", "bash", "--home", town.root / "none").code == 0
    assert not (town.root / "none").exists()


def test_the_eighteen_digits_are_shown_where_json_was_asked_for_too(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    slip = out_with(town, "rows")
    typed(monkeypatch, "")
    said = town.say("open", "--yes", capsule(town, "USB-1", slip), "-i", town.identity, "--code", "--ask", "--json")
    assert (said.code, said.out) == (130, "")
    assert re.search(r"\d{6}  \d{6}  \d{6}", said.err)


def test_a_screen_that_nobody_reads_is_no_fault_of_the_disk(town: Town) -> None:
    slip = out_with(town, "rows")
    command = [
        "open",
        "--yes",
        capsule(town, "USB-1", slip),
        "-i",
        town.identity,
        "--code",
        "--ask",
        "--home",
        town.root / "home",
    ]
    reader, screen = os.pipe()
    os.close(reader)
    ended = subprocess.run(
        [sys.executable, "-m", "sekisho", *map(str, command)], check=False, stdin=subprocess.DEVNULL, stderr=screen
    )
    os.close(screen)
    assert ended.returncode == 141
