"""Every fault on every file system: is a copy that is not whole ever claimed to be written?

    PYTHONPATH=tests python -m rig.matrix [--writer plain] [--unplugs 10] [--seed 1] [PLAN ...]

Exit code 1 if so. A plan is ``writer:filesystem:fault``, many times; the whole matrix of a writer where none is given.
"""

import argparse
import random
import shutil
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rig.building import Boot, build
from rig.machine import Failed, Machine

FILESYSTEMS = ("vfat", "exfat")
FAULTS = ("none", "drop", "error", "corrupt", "full", "fake", "read-only", "unplug")
ERASED = ("none", "drop", "error", "corrupt")
"""What happens to a stick that is erased as a whole."""

_GUESTS = {"erase": "rig.erased", "office": "rig.office_stick"}
_PATIENCE = 400.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What came of one write.

    Attributes:
        writer: who wrote.
        filesystem: on the stick.
        fault: of the stick.
        claimed: whether the writer said that the copy is written.
        whole: whether it was there, whole, for whoever plugged the stick in afterwards.
        error: what the writer raised.
    """

    writer: str
    filesystem: str
    fault: str
    claimed: bool
    whole: bool
    error: str

    @property
    def lie(self) -> bool:
        """Whether a copy was claimed that is not whole."""
        return self.claimed and not self.whole


def play(boot: Boot, folder: Path, plan: Sequence[str], *, dice: random.Random) -> list[Outcome]:
    """Play a plan in one guest, pulling the stick at random moments where it says so.

    Raises:
        Failed: the guest did not play it to its end.
    """
    module = _GUESTS.get(plan[0].partition(":")[0], "rig.faults")
    with Machine(boot=boot, folder=folder, arguments=[module, *plan]) as machine:
        for number, item in enumerate(plan):
            if item.endswith(":unplug"):
                _pull(machine, number, dice)
        reports = machine.finish(_PATIENCE)
    if len(reports) != len(plan):
        raise Failed(f"{len(reports)} reports of {len(plan)}")
    return [_outcome(each) for each in reports]


def _pull(machine: Machine, number: int, dice: random.Random) -> None:
    """Pull the stick some time after a write began, and plug it in when its file system is let go."""
    takes = float(machine.wait_for(f"writing-{number}", _PATIENCE))
    time.sleep(dice.uniform(0, 1.1 * takes))  # some pulls come after the end of the write, as some do in life
    machine.unplug()
    machine.tell(f"unplugged-{number}")
    machine.wait_for(f"unmounted-{number}", _PATIENCE)
    machine.plug()


def _outcome(report: dict[str, Any]) -> Outcome:
    kept = ("writer", "filesystem", "fault", "claimed", "whole")
    return Outcome(**{name: report[name] for name in kept}, error=report.get("error", ""))


def main(arguments: list[str]) -> int:
    """Play the whole matrix, or what is named, and print it."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--writer", default="safe")
    parser.add_argument("--unplugs", type=int, default=10, help="pulls per file system")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("plan", nargs="*", metavar="PLAN")
    asked = parser.parse_args(arguments)
    plans = [asked.plan] if asked.plan else [_whole(asked.writer, each, asked.unplugs) for each in FILESYSTEMS]
    plans += [] if asked.plan else [[f"erase:raw:{fault}" for fault in ERASED], ["office:raw:none"]]
    dice, lies, boot = random.Random(asked.seed), 0, build()
    for plan in plans:
        folder = Path(tempfile.mkdtemp(prefix="rig-"))
        try:
            for each in play(boot, folder, plan, dice=dice):
                lies += each.lie
                claim = "written" if each.claimed else "refused"
                verdict = "A LIE" if each.lie else "whole" if each.whole else "not whole"
                line = f"{each.writer:5} {each.filesystem:6} {each.fault:10} {claim:8} {verdict:10} {each.error}"
                print(line, flush=True)  # noqa: T201 - its result
        finally:
            shutil.rmtree(folder)
    return min(lies, 1)


def _whole(writer: str, filesystem: str, unplugs: int) -> list[str]:
    return [f"{writer}:{filesystem}:{fault}" for fault in FAULTS for _ in range(unplugs if fault == "unplug" else 1)]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
