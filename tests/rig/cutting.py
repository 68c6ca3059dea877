"""In the guest: a ledger on a disk of its own, and what the last cut has left of it.

``python -m rig.cutting NUMBER SYNCHRONOUS`` checks what cut NUMBER - 1 left and appends, in a new place, until it is cut. What is
acknowledged goes through the exchange folder, so it is on the host before the next entry begins.
"""

import json
import os
import subprocess
import sys
from pathlib import Path

from rig.building import HERE
from rig.guest import EXCHANGE, report, run, tell

WORKER = HERE.parent / "ledger" / "power_cut_worker.py"
_DISK, _DEVICE = Path("/stick"), Path("/dev/vda")


def main(number: int, synchronous: str) -> None:
    """Check the last cut, then work until the next."""
    run("mount", "-t", "ext4", _DEVICE, _DISK)
    if number:
        done = subprocess.run(
            [sys.executable, WORKER, "check", _DISK / str(number - 1), EXCHANGE / f"acknowledged-{number - 1}"],
            capture_output=True,
            text=True,
            check=False,
        )
        lines = done.stdout.splitlines()
        report(cut=number - 1, **(json.loads(lines[-1]) if lines else {"error": done.stderr[-500:]}))
        tell(f"checked-{number - 1}")
    place = _DISK / str(number)
    place.mkdir()
    run("sync")
    acknowledged = os.open(EXCHANGE / f"acknowledged-{number}", os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)
    subprocess.run(
        [sys.executable, WORKER, "append", place, "--synchronous", synchronous], stdout=acknowledged, check=True
    )


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2])
