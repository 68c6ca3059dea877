"""Ctrl-C ends a question at once, whatever library answers signals too."""

import os
import pty
import select
import subprocess
import sys
import time
from pathlib import Path

import pytest
from cli_town import Town, carry, found_town, seal_copies

from conftest import need

_PATIENCE = 60  # seconds after which a program that hangs is called one


@pytest.fixture
def town(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Town:
    return found_town(tmp_path, capsys)


def _read_until(terminal: int, words: str) -> str:
    """Return what a program prints, up to some words."""
    seen, end = b"", time.monotonic() + _PATIENCE
    while words not in seen.decode(errors="replace") and time.monotonic() < end:
        if select.select([terminal], [], [], 0.1)[0]:
            seen += os.read(terminal, 4096)
    return seen.decode()


def test_ctrl_c_at_the_passphrase_leaves_the_copy_stopped(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    """Polars has a read go on after a signal, and so the program sat there until somebody typed."""
    need(Path("/dev/pts/ptmx").exists(), "no pseudo-terminals: mount devpts on /dev/pts")
    (slip,) = seal_copies(town, "USB-1")
    carry(town, slip)
    monkeypatch.setattr("click.termui.hidden_prompt_func", lambda _: "three words here")
    assert town.say("keygen", "locked", "-o", town.root).code == 0
    command = [
        "lost",
        slip,
        "--key",
        str(town.root / "locked.key"),
        "--home",
        str(town.root / "office"),
        "--lang",
        "en",
    ]
    terminal, end = pty.openpty()
    with os.fdopen(terminal, "r+b", buffering=0), os.fdopen(end, "r+b", buffering=0), _at(end, command) as program:
        try:
            assert "Releases are stopped" in _read_until(terminal, "locked.key:")
            time.sleep(0.5)  # it prints before it listens
            os.write(terminal, b"\x03")
            assert "NOT destroyed" in _read_until(terminal, "--key …")
            assert program.wait(_PATIENCE) == 130
        finally:
            program.kill()


def _at(terminal: int, command: list[str]) -> "subprocess.Popen[bytes]":
    """Start the program on a terminal of its own."""
    # The first terminal that a new session opens is the one whose Ctrl-C it gets.
    shell = f'exec <>"{os.ttyname(terminal)}" >&0 2>&0; exec "$@"'
    return subprocess.Popen(
        ["sh", "-c", shell, "sh", sys.executable, "-m", "sekisho", *command], start_new_session=True
    )
