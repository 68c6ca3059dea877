"""A program that is killed at its work, for the tests of what a kill leaves behind.

``DEED MODEL ROOT`` copies the town at MODEL to ``ROOT/1``, lets a child do the deed there and kills it before its first
step; then a copy at ``ROOT/2`` before the child's second step; and so on, until a child lives to the end. Prints how
many were killed.
"""

import itertools
import os
import shutil
import signal
import sys
from pathlib import Path

from custody_steps import at_step, before_steps

from invented_office import Town, signing_key
from sekisho.custody import records
from sekisho.custody.handing import erase
from sekisho.files import replacing_folder


def cut(town: Town) -> None:
    """Cut the rows once more."""
    town.cut("rows")


def seal(town: Town) -> None:
    """Seal the one request."""
    (request,) = records.requests(town.office.ledger.connection)
    town.seal(request)


def take_out(town: Town) -> None:
    """Open the copy on USB-1 and take its files out, as ``sekisho open --out`` does."""
    (slip, *_) = town.slips
    opened = town.open(slip)
    town.office.note(town.root)
    with replacing_folder(town.root / "opened") as folder:
        opened.extract(folder)


def wipe(town: Town) -> None:
    """Erase the copy on USB-1."""
    (slip, *_) = town.slips
    erase(town.office, slip, town.stick("USB-1"), holder=signing_key("carrier"), witness=signing_key("chief"))


DEEDS = {"cut": cut, "seal": seal, "take_out": take_out, "wipe": wipe}


def die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def kill_everywhere(deed: str, model: Path, root: Path) -> int:
    for step in itertools.count(1):
        shutil.copytree(model, root / str(step))
        child = os.fork()
        if child == 0:
            town = Town(root / str(step))
            with before_steps(town.office.ledger.connection, at_step(step, die)):
                DEEDS[deed](town)
            os._exit(0)
        if os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0:
            return step - 1
    raise AssertionError


if __name__ == "__main__":
    print(kill_everywhere(sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3])))  # noqa: T201 - read by the test
