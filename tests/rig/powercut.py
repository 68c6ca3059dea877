"""Power cuts under a ledger that is being written: is an entry lost that was acknowledged?

    PYTHONPATH=tests python -m rig.powercut [--cuts 20] [--synchronous FULL] [--seed 1]

Exit code 1 if so. QEMU is killed some seconds after the ledger began to acknowledge; what the guest had in memory is gone, what
its disk was given stays, in order.
"""

import argparse
import random
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from rig.building import Boot, build, find
from rig.machine import Failed, Machine

_DISK_BYTES = 1 << 30
_PATIENCE = 400.0
_BETWEEN = (3.0, 7.0)


def cut(boot: Boot, folder: Path, *, cuts: int, synchronous: str, dice: random.Random) -> Iterator[dict[str, Any]]:
    """Cut the power again and again, and yield what each cut has left; one more start checks the last.

    Raises:
        Failed: the guest does not get that far.
    """
    disk = folder / "disk.img"
    with disk.open("wb") as image:
        image.truncate(_DISK_BYTES)
    subprocess.run([find("mkfs.ext4"), "-q", "-F", disk], check=True)
    for number in range(cuts + 1):
        arguments = ["rig.cutting", str(number), synchronous]
        with Machine(boot=boot, folder=folder, arguments=arguments, stick=False, disk=disk) as machine:
            if number:
                machine.wait_for(f"checked-{number - 1}", _PATIENCE)
                yield machine.reports()[-1]
            if number < cuts:
                _wait_for_some(machine, machine.exchange / f"acknowledged-{number}")
                time.sleep(dice.uniform(*_BETWEEN))


def _wait_for_some(machine: Machine, acknowledged: Path) -> None:
    machine.wait_for(acknowledged.name, _PATIENCE)
    until = time.monotonic() + _PATIENCE
    while not acknowledged.stat().st_size:
        if time.monotonic() > until:
            raise Failed("nothing was acknowledged")
        time.sleep(0.1)


def main(arguments: list[str]) -> int:
    """Cut, and print what each cut has left."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--cuts", type=int, default=20)
    parser.add_argument("--synchronous", choices=["FULL", "NORMAL"], default="FULL")
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args(arguments)
    folder, bad = Path(tempfile.mkdtemp(prefix="rig-")), 0
    try:
        for left in cut(
            build(), folder, cuts=asked.cuts, synchronous=asked.synchronous, dice=random.Random(asked.seed)
        ):
            bad += left.get("lost", 1) > 0 or left.get("wrong_roots", 1) > 0
            print(" ".join(f"{name}={value}" for name, value in left.items()), flush=True)  # noqa: T201 - its result
    finally:
        shutil.rmtree(folder)
    print(f"cuts with a loss: {bad} of {asked.cuts}")  # noqa: T201 - its result
    return min(bad, 1)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
