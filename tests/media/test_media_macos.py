"""What diskutil and ioreg print, as property lists of the form that Apple documents; made after it, not recorded."""

import plistlib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from sekisho.errors import MediumError
from sekisho.media.macos import MacPlatform
from sekisho.media.platform import this_platform

DISK = {
    "DeviceNode": "/dev/disk4",
    "TotalSize": 8 << 30,
    "WritableMedia": True,
    "RemovableMedia": True,
    "DeviceBlockSize": 512,
    "MediaName": "DataTraveler 3.0",
    "BusProtocol": "USB",
}
VOLUME = {
    "ParentWholeDisk": "disk4",
    "Internal": False,
    "FilesystemType": "msdos",
    "MountPoint": "/Volumes/STICK",
    "VolumeUUID": "E4F1A2B3-0000-3333-8888-1234567890AB",
}
USB = [
    {
        "idVendor": 0x0951,
        "idProduct": 0x1666,
        "USB Serial Number": "60A44C413FAE",
        "USB Vendor Name": "Kingston ",
        "USB Product Name": "DataTraveler 3.0",
        "locationID": 0x14200000,
        "IORegistryEntryChildren": [
            {
                "IOObjectClass": "IOUSBMassStorageInterfaceNub",
                "IORegistryEntryChildren": [
                    {
                        "BSD Name": "disk4",
                        "Whole": True,
                        "IORegistryEntryChildren": [{"BSD Name": "disk4s1", "Whole": False}],
                    }
                ],
            }
        ],
    },
    {"idVendor": 0x05AC, "idProduct": 0x0250, "USB Product Name": "Keyboard"},
]


def mac(volume: dict[str, Any] = VOLUME, *, usb: list[dict[str, Any]] = USB) -> MacPlatform:
    """Return a Mac whose tools print these."""

    def run(command: Sequence[str]) -> bytes:
        match list(command):
            case ["ioreg", *_]:
                return plistlib.dumps(usb)
            case ["diskutil", "list", *_]:
                return plistlib.dumps({"WholeDisks": ["disk4"]})
            case ["diskutil", "info", _, "disk4"]:
                return plistlib.dumps(DISK)
            case ["diskutil", "info", _, "/Volumes/STICK"]:
                return plistlib.dumps(volume)
        raise OSError("asked for something else")

    return MacPlatform(run=run, mount_point=lambda _: Path("/Volumes/STICK"))


def test_a_stick_is_told_with_its_usb_device() -> None:
    (device,) = mac().devices()
    found = device.fingerprint
    assert (found.vendor_id, found.product_id, found.serial, found.size) == ("0951", "1666", "60A44C413FAE", 8 << 30)
    assert (device.manufacturer, device.product, device.port) == ("Kingston", "DataTraveler 3.0", "14200000")
    assert (str(device.path), device.removable, device.read_only, device.sequence) == ("/dev/disk4", True, False, 0)


def test_a_folder_is_traced_to_its_disk() -> None:
    volume = mac().volume_of(Path("/Volumes/STICK/below"))
    assert volume is not None
    assert (volume.filesystem, volume.mounted_at) == ("msdos", Path("/Volumes/STICK"))
    assert volume.volume_id.startswith("e4f1a2b3")


@pytest.mark.parametrize("change", [{"Internal": True}, {"ParentWholeDisk": ""}])
def test_an_internal_disk_is_no_medium(change: dict[str, Any]) -> None:
    assert mac(VOLUME | change).volume_of(Path("/Volumes/STICK")) is None


def test_a_disk_whose_usb_device_is_not_found_has_no_ids() -> None:
    (device,) = mac(usb=[]).devices()
    assert (device.fingerprint.vendor_id, device.fingerprint.serial, device.product) == ("", "", "DataTraveler 3.0")


@pytest.mark.parametrize("printed", [b"no property list", b"<plist><dict>", plistlib.dumps([1])])
def test_what_does_not_answer_is_told(printed: bytes) -> None:
    platform = MacPlatform(run=lambda _: printed, mount_point=lambda path: path)
    with pytest.raises(MediumError) as caught:
        platform.volume_of(Path("/Volumes/STICK"))
    assert caught.value.key == "media.system_does_not_tell"


def test_a_system_without_these_tools_is_told() -> None:
    with pytest.raises(MediumError):
        this_platform("darwin").devices()
