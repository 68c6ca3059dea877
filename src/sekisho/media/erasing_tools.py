"""The erasing commands of others, and of devices themselves: called and read, and never believed.

``blkdiscard -z``, ``hdparm --sanitize-block-erase``, ``nvme sanitize``, ``nwipe``: each says that it is done in its own way, and some
of them say so where nothing was. What a tool says is kept as its word; what counts is what we read of the device afterwards.
A device command that also erases what no write reaches (spare blocks) is Purge if the device carried it out, which nobody
outside the device can see; so it is believed that much only together with a device that reads back as erased.

What they print is from their sources and from reports of their users; only ``blkdiscard`` was run here.
"""

import json
import re
import subprocess
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sekisho.errors import NotFound
from sekisho.media.block_device import BlockDevice
from sekisho.media.erasing import ZERO, Category, NotVerifiable, Result, Verified, Why, verify
from sekisho.progress import Progress, silent

LONGEST = 24 * 3600.0
"""Seconds after which a tool is stopped: nwipe is known to wait for a key press for ever."""

_COMPLETED = {1, 4}  # of an NVMe sanitize status: done, and done with deallocation
_ALL_OF_IT = 0xFFFF
_STEP = 1 << 20


@dataclass(frozen=True, slots=True)
class Finished:
    """A command that ended.

    Attributes:
        code: its exit code.
        output: what it printed, both ways.
    """

    code: int
    output: str


Run = Callable[[Sequence[str]], Finished]
"""Runs a command; raises FileNotFoundError where there is none, and TimeoutError after :data:`LONGEST`."""


def run_program(command: Sequence[str]) -> Finished:
    """Run a tool on this very machine.

    Raises:
        FileNotFoundError: there is none.
        TimeoutError: it did not end.
    """
    try:
        done = subprocess.run(  # noqa: S603 - a tool of the table below, with a device that was looked at
            command,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            errors="replace",
            timeout=LONGEST,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise TimeoutError(command[0]) from None
    return Finished(done.returncode, done.stdout + done.stderr)


@dataclass(frozen=True, slots=True, kw_only=True)
class Tool:
    """A tool.

    Attributes:
        name: of its program.
        version: the arguments that make it say its version.
        erase: the arguments that erase, before the device.
        ask: the arguments that ask how it went, before the device; empty where erasing says so itself.
        says_done: reads that.
        category: what it is good for where it did what it says.
    """

    name: str
    version: tuple[str, ...]
    erase: tuple[str, ...]
    ask: tuple[str, ...]
    says_done: Callable[[Finished], bool]
    category: Category


@dataclass(frozen=True, slots=True, kw_only=True)
class Word:
    """What a tool said; no verification.

    Attributes:
        tool: its name.
        version: what it calls its version; empty where it does not say.
        done: whether it says that it is done.
        category: what it would be good for.
    """

    tool: str
    version: str
    done: bool
    category: Category


def hdparm_done(finished: Finished) -> bool:
    """Read ``hdparm --sanitize-status``: idle again, and the last one without error."""
    return (
        finished.code == 0 and "SD0 Sanitize Idle" in finished.output and "Completed Without Error" in finished.output
    )


def nvme_done(finished: Finished) -> bool:
    """Read ``nvme sanitize-log -o json``: progress at its end, and a status that says completed (its lowest three bits)."""
    try:
        found: Any = json.loads(finished.output)
        log = next(iter(found.values())) if "sprog" not in found else found
        status = log["sstat"]
        number = int(status["status"]) if isinstance(status, dict) else int(status)
        return finished.code == 0 and int(log["sprog"]) == _ALL_OF_IT and number & 7 in _COMPLETED
    except (ValueError, LookupError, TypeError, AttributeError, StopIteration, RecursionError):
        return False


def nwipe_done(finished: Finished) -> bool:
    """Read the log of ``nwipe``: it saw an empty device, and nothing failed."""
    seen = re.search(r"\[SUCCESS\] Verified that \S+ is empty", finished.output)
    return finished.code == 0 and bool(seen) and not re.search(r"FAIL|\berror:", finished.output)


TOOLS = {
    "blkdiscard": Tool(
        name="blkdiscard",
        version=("--version",),
        erase=("--zeroout", "--force"),
        ask=(),
        says_done=lambda finished: finished.code == 0,
        category=Category.CLEAR,
    ),
    "hdparm": Tool(
        name="hdparm",
        version=("-V",),
        erase=("--yes-i-know-what-i-am-doing", "--sanitize-block-erase"),
        ask=("--sanitize-status",),
        says_done=hdparm_done,
        category=Category.PURGE,
    ),
    "nvme": Tool(
        name="nvme",
        version=("version",),
        erase=("sanitize", "--sanact=2"),
        ask=("sanitize-log", "--output-format=json"),
        says_done=nvme_done,
        category=Category.PURGE,
    ),
    "nwipe": Tool(
        name="nwipe",
        version=("--version",),
        erase=("--autonuke", "--nogui", "--nowait", "--method=zero", "--verify=last"),
        ask=(),
        says_done=nwipe_done,
        category=Category.CLEAR,
    ),
}


def call(tool: Tool, device: Path, *, run: Run, wait: Callable[[], bool] = lambda: False) -> Word:
    """Let a tool erase a device, and return its word for it.

    Args:
        tool: the tool.
        device: its node.
        run: runs a command.
        wait: called while the tool says that it is not done yet; false when the patience is at its end.

    Raises:
        NotFound: it is not installed.
    """
    try:
        version = run((tool.name, *tool.version)).output
        said = run((tool.name, *tool.erase, str(device)))
        while tool.ask and said.code == 0:
            said = run((tool.name, *tool.ask, str(device)))
            if tool.says_done(said) or not wait():
                break
    except FileNotFoundError:
        raise NotFound("media.no_tool", tool=tool.name) from None
    except TimeoutError:
        return Word(tool=tool.name, version="", done=False, category=tool.category)
    number = re.search(r"\d+(\.\d+)+\S*", version)
    done = tool.says_done(said)
    return Word(tool=tool.name, version=number[0] if number else "", done=done, category=tool.category)


def judge(
    word: Word, device: BlockDevice, *, randomness: Callable[[int], bytes], progress: Progress = silent
) -> Result:
    """Return what is true of a device that a tool says to have erased: it reads back as zeros, or it does not.

    A device that a tool scrambled may hold anything afterwards; that it is not what was there before, nobody can tell who did
    not keep a copy.
    """
    found = verify(device, ZERO, randomness=randomness, progress=progress)
    if isinstance(found, Verified):
        return found if word.done else NotVerifiable(why=Why.UNPREDICTABLE)
    if word.done and word.category is Category.PURGE and found.first == 0 and found.wrong * _STEP >= found.bytes:
        return NotVerifiable(why=Why.UNPREDICTABLE)
    return found
