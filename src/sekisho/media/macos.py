"""macOS's storage devices, from the property lists of ``diskutil`` and ``ioreg``.

Written after diskutil(8) and ioreg(8) and held against property lists of that form; never run on a Mac. macOS has no number
that changes at a re-plug, so a stick that is swapped for its twin in the middle of a write is not noticed there.
"""

import plistlib
import subprocess
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from xml.parsers.expat import ExpatError

from sekisho.errors import MediumError
from sekisho.media.device import Device, Fingerprint, Volume

Run = Callable[[Sequence[str]], bytes]
"""Runs a program and returns what it printed; raises OSError where it failed."""

_LIST = ("diskutil", "list", "-plist", "external", "physical")
_INFO = ("diskutil", "info", "-plist")
_USB = ("ioreg", "-a", "-l", "-r", "-c", "IOUSBHostDevice")


def _run(command: Sequence[str]) -> bytes:
    try:
        return subprocess.run(command, check=True, capture_output=True, timeout=30).stdout  # noqa: S603 - fixed programs
    except subprocess.SubprocessError as error:
        raise OSError(f"{command[0]} failed") from error


def _mount_point(folder: Path) -> Path:
    place = folder.resolve()
    return next((path for path in (place, *place.parents) if path.is_mount()), place)


@dataclass(frozen=True, slots=True, kw_only=True)
class MacPlatform:
    """The devices that macOS's own tools tell of.

    Attributes:
        run: how they are run.
        mount_point: where what a folder lies on is mounted.
    """

    run: Run = _run
    mount_point: Callable[[Path], Path] = _mount_point

    def devices(self) -> list[Device]:
        """Return every external disk.

        Raises:
            MediumError: the system does not tell.
        """
        usb = self._usb()
        names = self._asked(_LIST).get("WholeDisks", [])
        return [_device(self._asked([*_INFO, name]), usb.get(name, {})) for name in names]

    def volume_of(self, folder: Path) -> Volume | None:
        """Return what a folder lies on; None where that is an internal disk or none.

        Raises:
            MediumError: the system does not tell.
        """
        told = self._asked([*_INFO, str(self.mount_point(folder))])
        disk = told.get("ParentWholeDisk")
        if not disk or told.get("Internal", True):
            return None
        return Volume(
            device=_device(self._asked([*_INFO, disk]), self._usb().get(disk, {})),
            filesystem=told.get("FilesystemType", ""),
            volume_id=told.get("VolumeUUID", "").replace("-", "").lower(),
            mounted_at=Path(told.get("MountPoint", "")),
        )

    def _usb(self) -> dict[str, dict[str, Any]]:
        """Return the USB device of each disk, by the disk's name."""
        found: dict[str, dict[str, Any]] = {}
        for device in _entries(self._plist(_USB)):
            if "idVendor" in device:
                below = _entries(device.get("IORegistryEntryChildren", []))
                found |= {each["BSD Name"]: device for each in below if each.get("Whole") and "BSD Name" in each}
        return found

    def _asked(self, command: Sequence[str]) -> dict[str, Any]:
        told = self._plist(command)
        if not isinstance(told, dict):
            raise MediumError("media.system_does_not_tell", path=command[0])
        return told

    def _plist(self, command: Sequence[str]) -> Any:  # noqa: ANN401 - what a property list holds
        try:
            text = self.run(command)
            return plistlib.loads(text) if text else []
        except (OSError, ValueError, ExpatError, plistlib.InvalidFileException) as error:
            raise MediumError("media.system_does_not_tell", path=command[0]) from error


def _entries(tree: Any) -> Iterator[dict[str, Any]]:  # noqa: ANN401 - what a property list holds
    """Yield every entry of the registry, each before those below it."""
    for entry in tree if isinstance(tree, list) else [tree]:
        if isinstance(entry, dict):
            yield entry
            yield from _entries(entry.get("IORegistryEntryChildren", []))


def _device(disk: dict[str, Any], usb: dict[str, Any]) -> Device:
    return Device(
        path=Path(disk.get("DeviceNode", "")),
        fingerprint=Fingerprint(
            vendor_id=f"{usb['idVendor']:04x}" if usb else "",
            product_id=f"{usb.get('idProduct', 0):04x}" if usb else "",
            serial=_named(usb, "USB Serial Number", "kUSBSerialNumberString"),
            size=disk.get("TotalSize", disk.get("Size", 0)),
        ),
        manufacturer=_named(usb, "USB Vendor Name", "kUSBVendorString"),
        product=_named(usb, "USB Product Name", "kUSBProductString") or disk.get("MediaName", ""),
        interface="other",
        port=f"{usb['locationID']:08x}" if "locationID" in usb else "",
        removable=bool(disk.get("RemovableMedia", False)),
        read_only=not disk.get("WritableMedia", True),
        sequence=0,
        block_size=disk.get("DeviceBlockSize", 512),
        discards=False,
    )


def _named(entry: dict[str, Any], *names: str) -> str:
    return next((str(entry[name]).strip() for name in names if name in entry), "")
