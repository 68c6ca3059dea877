"""In the guest: an office registers the emulated stick, and erases it as a whole; while it is mounted it may not.

``python -m rig.office_stick office:raw:none``. What is claimed is a certificate; whole is a stick on which nothing is left.
"""

import sys
import tempfile
from pathlib import Path

from invented_office import make_town, signing_key
from rig.faults import STICK, device_now
from rig.guest import report, run
from sekisho.custody.certificate_form import Certificate
from sekisho.custody.certificates import Hands
from sekisho.custody.erasing_media import erase_medium, this_machine
from sekisho.custody.media_register import register_medium
from sekisho.errors import MediumError
from sekisho.media.block_device import RawDevice

_SECRET = b"0123456789abcdef" * 256


def main(item: str) -> None:
    """Register, be refused, erase, look."""
    writer, filesystem, fault = item.split(":")
    device = device_now()
    town = make_town(Path(tempfile.mkdtemp()) / "town")
    hands = Hands(sanitiser=signing_key("officer"), verifier=signing_key("chief"))
    run("mkfs.vfat", "-F", "32", "-s", "1", device)
    run("mount", device, STICK)
    (STICK / "secret").write_bytes(_SECRET)
    register_medium(town.office, "USB-1", STICK, keeper=signing_key("officer"))
    try:
        erase_medium(town.office, "USB-1", device, hands, around=this_machine())
    except MediumError:
        refused = True
    else:
        refused = False
    run("umount", STICK)
    document = erase_medium(town.office, "USB-1", device, hands, around=this_machine()).document
    with RawDevice(device) as raw:
        left = any(_SECRET[:512] in raw.read_at(offset, 1 << 20) for offset in range(0, raw.size, 1 << 20))
    report(
        writer=writer,
        filesystem=filesystem,
        fault=fault,
        claimed=isinstance(document, Certificate) and refused,
        whole=not left,
        error=f"{document.verification} {document.facts.medium}",
    )


if __name__ == "__main__":
    main(sys.argv[1])
