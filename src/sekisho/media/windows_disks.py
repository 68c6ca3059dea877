"""What Windows says of a drive and of a volume, before it is read."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Disk:
    """What the system says of a physical drive.

    Attributes:
        number: of ``PhysicalDriveN``.
        descriptor: its ``STORAGE_DEVICE_DESCRIPTOR``.
        size: bytes.
        writable: whether it takes writes.
    """

    number: int
    descriptor: bytes
    size: int
    writable: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Mounted:
    """What the system says of a volume.

    Attributes:
        disk: number of the physical drive under it.
        root: where it is mounted.
        filesystem: ``FAT32``, ``exFAT``, ``NTFS``.
        serial: its volume serial number.
    """

    disk: int
    root: str
    filesystem: str
    serial: int
