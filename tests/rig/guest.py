"""The guest's side of the exchange folder: reports, flags, and programs that must succeed."""

import json
import os
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

EXCHANGE = Path("/exchange")
_POLL = 0.02


def report(**values: object) -> None:
    """Append a line that the host reads; it is the host's as soon as this returns, for the share has no cache."""
    line = json.dumps(values).encode() + b"\n"
    handle = os.open(EXCHANGE / "reports", os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)
    try:
        os.write(handle, line)
    finally:
        os.close(handle)


def tell(name: str, text: str = "") -> None:
    """Make a file that the host waits for, and that has its text from the moment it is there."""
    partial = EXCHANGE / f"{name}.partial"
    partial.write_text(text)
    partial.rename(EXCHANGE / name)


def wait_for(name: str, within: float = 60) -> None:
    """Wait for a file that the host makes."""
    wait_until((EXCHANGE / name).exists, f"no {name} from the host", within)


def wait_until(condition: Callable[[], bool], what: str, within: float = 60) -> None:
    """Wait until something is so."""
    until = time.monotonic() + within
    while not condition():
        if time.monotonic() > until:
            raise TimeoutError(what)
        time.sleep(_POLL)


def run(*command: str | Path) -> str:
    """Run a program that must succeed, and return what it printed."""
    done = subprocess.run(list(map(str, command)), capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(f"{command[0]}: {done.stdout} {done.stderr}")
    return done.stdout
