"""What is shown while something takes long: a bar for a person, a line now and then for a log, nothing for a program."""

import os
import pty
import select
import sys
from pathlib import Path

import pytest
from cli_town import Town, capsule, carry, found_town, seal_copies

from conftest import need
from sekisho.cli import progress as shown
from sekisho.cli.session import Session


def _told(capsys: pytest.CaptureFixture[str], *, total: int | None, json: bool = False) -> str:
    with shown.progress(Session(language="en", json=json), "seal.sealing", total=total) as step:
        step(30)
        step(20)
    captured = capsys.readouterr()
    assert captured.out == ""
    return captured.err


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every step is due."""
    monkeypatch.setattr(shown, "_FIRST_AFTER", 0.0)
    monkeypatch.setattr(shown, "_EVERY", 0.0)


@pytest.mark.usefixtures("impatient")
def test_a_log_gets_lines_with_the_share(capsys: pytest.CaptureFixture[str]) -> None:
    assert _told(capsys, total=200) == "Sealing 15%\nSealing 25%\n"
    assert _told(capsys, total=None) == "Sealing 30\nSealing 50\n"


@pytest.mark.usefixtures("impatient")
def test_a_program_gets_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    assert _told(capsys, total=200, json=True) == ""


def test_what_is_done_in_a_second_says_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    assert _told(capsys, total=200) == ""


def _drawn(monkeypatch: pytest.MonkeyPatch, *, total: int | None) -> str:
    """Return what a person at a terminal is sent."""
    need(Path("/dev/pts/ptmx").exists(), "no pseudo-terminals: mount devpts on /dev/pts")
    reader, terminal = pty.openpty()
    monkeypatch.setenv("TERM", "xterm-256color")
    with os.fdopen(terminal, "w", buffering=1) as stderr:
        monkeypatch.setattr(sys, "stderr", stderr)
        with shown.progress(Session(language="ja"), "seal.sealing", total=total) as step:
            step(50)
        sent = b""
        while select.select([reader], [], [], 0)[0]:
            sent += os.read(reader, 1 << 16)
    os.close(reader)
    return sent.decode()


@pytest.mark.parametrize(("total", "share"), [(200, "25%"), (None, " 50 ")])
def test_a_terminal_gets_a_bar_that_goes_away(monkeypatch: pytest.MonkeyPatch, total: int | None, share: str) -> None:
    seen = _drawn(monkeypatch, total=total)
    assert "封をしています" in seen
    assert share in seen
    assert seen.endswith("\x1b[2K")


def test_sealing_and_opening_say_every_byte(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shown, "_FIRST_AFTER", 0.0)
    monkeypatch.setattr(shown, "_EVERY", 0.0)
    town: Town = found_town(tmp_path, capsys)
    (slip,) = seal_copies(town, "USB-1")
    carry(town, slip)
    said = town.say(
        "open", "--yes", capsule(town, "USB-1", slip), "-i", town.identity, "--key", town.key("chief"), "--key",
        town.key("security"), "--out", tmp_path / "opened",
    )  # fmt: skip
    assert said.code == 0
    assert "Extracting 100%" in said.err.splitlines()
    said = town.say("cut", tmp_path / "rows.toml")
    assert "Cutting 3" in said.err.splitlines()
