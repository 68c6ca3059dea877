"""The capacity probe on a real USB path: an honest stick, one that says sixteen times its size and begins anew, and one that refuses the rest.

``PYTHONPATH=tests python -m rig.probing`` on the host starts the guest, prints what each case came to, and ends with 1 if a false
size was believed, an honest one was not, or anything that was there is another afterwards.
"""

import hashlib
import os
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from rig.building import build
from rig.faults import MAPPED, device_now, mapped, sectors_of
from rig.guest import report
from rig.machine import Machine
from sekisho.media.block_device import RawDevice
from sekisho.media.platform import this_platform
from sekisho.media.probing import probe

_TIMES = 16
_PATIENCE = 240
_GUEST = "guest"


def main(arguments: list[str]) -> int:
    """Play the guest's part, or the host's."""
    if arguments == [_GUEST]:
        _play()
        return 0
    wrong = 0
    with tempfile.TemporaryDirectory(prefix="rig-") as folder:
        machine = Machine(boot=build(), folder=Path(folder), arguments=["rig.probing", _GUEST])
        with machine:
            for each in machine.finish(_PATIENCE):
                print(each, flush=True)  # noqa: T201 - its result
                wrong += "true" in each and (each["true"] != each["honest"] or not each["unchanged"])
    return min(wrong, 1)


def _play() -> None:
    for device in this_platform().devices():
        report(identified=repr(device))
    for name, table in _cases(device_now()):
        before = _digest(device_now())
        if table:
            with mapped(table):
                _probed(name, MAPPED, before)
        else:
            _probed(name, device_now(), before)


def _cases(device: Path) -> Iterator[tuple[str, str]]:
    real = sectors_of(device)
    yield "honest", ""
    yield "begins anew", "".join(f"{at} {real} linear {device} 0\n" for at in range(0, _TIMES * real, real))
    yield "refuses the rest", f"0 {real} linear {device} 0\n{real} {(_TIMES - 1) * real} error\n"


def _probed(name: str, path: Path, before: str) -> None:
    began = time.monotonic()
    with RawDevice(path) as device:
        found = probe(device, randomness=os.urandom)
    report(
        case=name,
        honest=name == "honest",
        true=found.true,
        said=found.said,
        good=found.good,
        bad_from=found.bad_from,
        blocks=found.blocks,
        seconds=round(time.monotonic() - began, 2),
        unchanged=_digest(device_now()) == before,
    )


def _digest(device: Path) -> str:
    with device.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
