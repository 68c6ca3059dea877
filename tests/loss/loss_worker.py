"""A program that reports a loss, or lists people, in copies of a town, and is killed before each of its steps.

``DEED MODEL ROOT SLIP`` copies the town at MODEL to ``ROOT/1``, lets a child do the deed there and kills it before its first
step; then a copy at ``ROOT/2`` before the second step; and so on, until a child lives to the end. A child that was told
that it is done notes so in ``ROOT/1.acknowledged``. Prints how many were killed.
"""

import itertools
import os
import shutil
import signal
import sys
from datetime import datetime
from io import BytesIO
from pathlib import Path
from types import FrameType
from typing import Any

from invented_office import Town, signing_key
from sekisho.loss.incident.stating import Stated, state
from sekisho.loss.lost import lose, report_lost
from sekisho.loss.who import export_people

# Between two statements in one transaction nothing durable happens, so `execute` is none of them: before each commit and
# after it a file is locked, opened or synced.
STEPS = frozenset({"fsync", "flock", "ftruncate", "link", "open", "rename", "replace", "sign", "unlink", "write"})
IN_MEMORY = (BytesIO, datetime, str)


def die_at(step: int) -> None:
    """Kill this process at its ``step``-th step from now."""
    countdown = itertools.count(1)

    def count(_frame: FrameType, event: str, function: Any) -> None:
        if event != "c_call" or function.__name__ not in STEPS or isinstance(function.__self__, IN_MEMORY):
            return
        if next(countdown) == step:
            os.kill(os.getpid(), signal.SIGKILL)

    sys.setprofile(count)


def stop(town: Town, slip: str) -> None:
    report_lost(town.office, [slip])


def destroy(town: Town, slip: str) -> None:
    report_lost(town.office, [slip], key_officer=signing_key("security"))


def list_people(town: Town, slip: str) -> None:
    first, second = signing_key("privacy"), signing_key("chief")
    export_people(town.office, [slip], town.root / "who.csv", first=first, second=second)


def state_facts(town: Town, slip: str) -> None:
    number = lose(town.office, [slip]).incident
    assert number is not None
    state(town.office, number, [Stated("cause", "置き忘れ"), Stated("malicious", None)], source="note")


DEEDS = {"stop": stop, "destroy": destroy, "list": list_people, "state": state_facts}


def kill_everywhere(deed: str, model: Path, root: Path, slip: str) -> int:
    for step in itertools.count(1):
        copy = root / str(step)
        shutil.copytree(model, copy)
        child = os.fork()
        if child == 0:
            town = Town(copy)
            die_at(step)
            DEEDS[deed](town, slip)
            (root / f"{step}.acknowledged").touch()
            os._exit(0)
        status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        if status == 0:
            return step - 1
        assert status == -signal.SIGKILL  # a deed that fails would be done for ever
    raise AssertionError


if __name__ == "__main__":
    print(kill_everywhere(sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3]), sys.argv[4]))  # noqa: T201 - read by the test
