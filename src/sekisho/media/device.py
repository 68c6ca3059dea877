"""What a storage device says of itself, and who can be asked: the values that every operating system is brought to.

What a stick says is no identity: serial numbers are missing, given twice, or invented. It is a hint, compared with what was
noted when the medium was registered; whether something can be read never rests on it.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Protocol


@dataclass(frozen=True, slots=True, kw_only=True)
class Fingerprint:
    """What stays the same each time a device is plugged in.

    Attributes:
        vendor_id: USB vendor, four hex digits; empty where the device is none of USB.
        product_id: USB product, four hex digits.
        serial: as the device says it; may be empty.
        size: bytes.
    """

    vendor_id: str
    product_id: str
    serial: str
    size: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Device:
    """A whole storage device as it is plugged in now.

    Attributes:
        path: of the device, such as ``/dev/sdb``.
        fingerprint: what stays the same.
        manufacturer: as the device says.
        product: as the device says.
        interface: ``usb-bot``, ``usb-uas`` or ``other``.
        port: where it is plugged in, such as ``1-2``; empty where unknown.
        removable: whether the system calls it removable.
        read_only: whether it takes no writes.
        sequence: a number that changes at each re-plug (Linux ``diskseq``); 0 where the system has none.
        block_size: bytes of a logical block.
        discards: whether it takes discard commands.
    """

    path: Path
    fingerprint: Fingerprint
    manufacturer: str
    product: str
    interface: str
    port: str
    removable: bool
    read_only: bool
    sequence: int
    block_size: int
    discards: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Volume:
    """A file system on a device, as it is mounted.

    Attributes:
        device: the device it lies on.
        filesystem: ``vfat``, ``exfat``, ``ext4`` …, as the system calls it.
        volume_id: of the file system, hex; empty where unknown.
        mounted_at: where.
    """

    device: Device
    filesystem: str
    volume_id: str
    mounted_at: Path


class Platform(Protocol):
    """An operating system, asked for its devices."""

    def devices(self) -> list[Device]:
        """Return every storage device that could be a medium.

        Raises:
            MediumError: the system does not tell.
        """
        ...

    def volume_of(self, folder: Path) -> Volume | None:
        """Return what a folder lies on; None where that is no device of its own (a folder of the disk, a network share).

        Raises:
            MediumError: the system does not tell.
        """
        ...
