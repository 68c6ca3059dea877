r"""Windows's storage devices, from what its control codes return.

Written after Microsoft's documentation of ``IOCTL_STORAGE_QUERY_PROPERTY`` and ``STORAGE_DEVICE_DESCRIPTOR`` and held against
bytes of that form; never run on Windows. What a descriptor says of the bus decides (7 is USB), not the type of the drive:
big sticks say that they are fixed. Vendor and product stand in the instance id, ``USB\VID_0951&PID_1666\serial``; one whose
serial has ``&`` as its second character was invented by Windows for a device that has none. Windows has no number that
changes at a re-plug.
"""

import ctypes
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from sekisho.errors import MediumError
from sekisho.media.device import Device, Fingerprint, Volume
from sekisho.media.windows_disks import Disk, Mounted

_USB, _SD, _MMC = 7, 12, 13
_MEDIA = frozenset({_USB, _SD, _MMC})


class Calls(Protocol):
    """What is asked of Windows; an OSError where it does not answer."""

    def disks(self) -> list[Disk]:
        """Return every physical drive."""
        ...

    def mounted(self, folder: Path) -> Mounted | None:
        """Return the volume of a folder; None for a network share."""
        ...

    def usb_instances(self) -> list[str]:
        """Return the instance ids of the USB devices."""
        ...


class _Descriptor(ctypes.LittleEndianStructure):
    """``STORAGE_DEVICE_DESCRIPTOR`` (winioctl.h), as far as its raw properties."""

    _fields_ = (
        ("version", ctypes.c_uint32),
        ("size", ctypes.c_uint32),
        ("device_type", ctypes.c_uint8),
        ("device_type_modifier", ctypes.c_uint8),
        ("removable_media", ctypes.c_uint8),
        ("command_queueing", ctypes.c_uint8),
        ("vendor_id_offset", ctypes.c_uint32),
        ("product_id_offset", ctypes.c_uint32),
        ("product_revision_offset", ctypes.c_uint32),
        ("serial_number_offset", ctypes.c_uint32),
        ("bus_type", ctypes.c_uint32),
        ("raw_properties_length", ctypes.c_uint32),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Described:
    """A descriptor that was read.

    Attributes:
        vendor: of the disk's own inquiry, not of USB.
        product: likewise.
        serial: as the device says; empty where it says none.
        bus: the bus it is on.
        removable: whether its medium can be taken out.
    """

    vendor: str
    product: str
    serial: str
    bus: int
    removable: bool


def describe(data: bytes) -> Described:
    """Read a ``STORAGE_DEVICE_DESCRIPTOR``.

    Raises:
        ValueError: it is cut short.
    """
    if len(data) < ctypes.sizeof(_Descriptor):
        raise ValueError("a descriptor that is cut short")
    head = _Descriptor.from_buffer_copy(data)
    return Described(
        vendor=_text(data, head.vendor_id_offset),
        product=_text(data, head.product_id_offset),
        serial=_text(data, head.serial_number_offset),
        bus=head.bus_type,
        removable=bool(head.removable_media),
    )


def usb_ids(instances: Iterable[str], serial: str) -> tuple[str, str]:
    """Return vendor and product id of the USB device of a serial number; empty where none or several have it."""
    found = set()
    for instance in instances:
        bus, _, rest = instance.partition("\\")
        ids, _, last = rest.partition("\\")
        parts = dict(part.split("_", 1) for part in ids.split("&") if "_" in part)
        if bus == "USB" and serial and last.lower() == serial.lower() and {"VID", "PID"} <= parts.keys():
            found.add((parts["VID"].lower(), parts["PID"].lower()))
    return found.pop() if len(found) == 1 else ("", "")


def is_invented(serial: str) -> bool:
    """Tell whether Windows made a serial number up for a device that has none."""
    return serial[1:2] == "&"


@dataclass(frozen=True, slots=True)
class WindowsPlatform:
    """The devices that Windows tells of.

    Attributes:
        calls: who asks it; None: this very system.
    """

    calls: Calls | None = None

    def devices(self) -> list[Device]:
        """Return every disk on USB or in a card reader.

        Raises:
            MediumError: the system does not tell.
        """
        calls = self.calls or _system()
        try:
            disks, instances = calls.disks(), calls.usb_instances()
            found = [(disk, describe(disk.descriptor)) for disk in disks]
        except (OSError, ValueError) as error:
            raise MediumError("media.system_does_not_tell", path="PhysicalDrive") from error
        return [_device(disk, described, instances) for disk, described in found if described.bus in _MEDIA]

    def volume_of(self, folder: Path) -> Volume | None:
        """Return what a folder lies on; None where that is no such disk.

        Raises:
            MediumError: the system does not tell.
        """
        calls = self.calls or _system()
        try:
            mounted = calls.mounted(folder)
        except OSError as error:
            raise MediumError("media.system_does_not_tell", path=folder) from error
        if mounted is None:
            return None
        path = _path(mounted.disk)
        device = next((device for device in self.devices() if device.path == path), None)
        if device is None:
            return None
        return Volume(
            device=device,
            filesystem="vfat" if mounted.filesystem.startswith("FAT") else mounted.filesystem.lower(),
            volume_id=f"{mounted.serial:08x}",
            mounted_at=Path(mounted.root),
        )


def _device(disk: Disk, described: Described, instances: list[str]) -> Device:
    serial = "" if is_invented(described.serial) else described.serial
    vendor_id, product_id = usb_ids(instances, serial)
    return Device(
        path=_path(disk.number),
        fingerprint=Fingerprint(vendor_id=vendor_id, product_id=product_id, serial=serial, size=disk.size),
        manufacturer=described.vendor,
        product=described.product,
        interface="other",
        port="",
        removable=described.removable,
        read_only=not disk.writable,
        sequence=0,
        block_size=512,
        discards=False,
    )


def _path(number: int) -> Path:
    return Path(rf"\\.\PhysicalDrive{number}")


def _text(data: bytes, offset: int) -> str:
    """Return the text at an offset of a descriptor; an offset of 0 means that there is none."""
    if not 0 < offset < len(data):
        return ""
    return data[offset:].split(b"\0", 1)[0].decode("ascii", "replace").strip()


def _system() -> Calls:
    if sys.platform == "win32":
        from sekisho.media.windows_calls import WindowsCalls  # noqa: PLC0415 - imports what only Windows has

        return WindowsCalls()
    raise MediumError("media.system_does_not_tell", path="PhysicalDrive")
