"""In the guest: a whole stick is erased while it misbehaves, and is read when it is itself again.

``python -m rig.erased PLAN`` where PLAN is ``erase:raw:fault`` many times. A report claims that the erasing was verified, and is
whole where nothing is left.
"""

import os
import random
import sys
from collections.abc import Callable

from rig.faults import MAPPED, device_now, mapped, sectors_of, swap
from rig.guest import report
from sekisho.media.block_device import RawDevice
from sekisho.media.erasing import Verified, erase_device

_STEP = 1 << 20


def main(arguments: list[str]) -> None:
    """Play a plan."""
    for item in arguments:
        writer, filesystem, fault = item.split(":")
        report(writer=writer, filesystem=filesystem, fault=fault, **_ERASED[fault]())


def _lying_while_erased(*feature: str) -> Callable[[], dict[str, object]]:
    """Return the scenario of a whole device that is erased while it misbehaves, and read when it is itself again."""

    def scenario() -> dict[str, object]:
        device = device_now()
        sectors = sectors_of(device)
        straight = f"0 {sectors} linear {device} 0"
        with mapped(straight):
            secret = random.Random(sectors).randbytes(_STEP)
            with RawDevice(MAPPED) as raw:
                for offset in range(0, raw.size, _STEP):
                    raw.write_at(offset, secret)
            if feature:
                swap(" ".join([f"0 {sectors} flakey {device} 0 0 180", str(len(feature)), *feature]))
            with RawDevice(MAPPED) as raw:
                result = erase_device(raw, zero=False, randomness=os.urandom)
            swap(straight)
            with RawDevice(MAPPED) as raw:
                left = sum(raw.read_at(offset, _STEP) == secret for offset in range(0, raw.size, _STEP))
        return {"claimed": isinstance(result, Verified), "whole": not left, "error": str(result)}

    return scenario


_ERASED = {
    "none": _lying_while_erased(),
    "drop": _lying_while_erased("drop_writes"),
    "error": _lying_while_erased("error_writes"),
    "corrupt": _lying_while_erased("corrupt_bio_byte", "32", "w", "255", "0"),
}


if __name__ == "__main__":
    main(sys.argv[1:])
