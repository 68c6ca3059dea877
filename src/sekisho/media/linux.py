"""Linux's storage devices, from sysfs and the mount table alone: no udev, no tool, nothing that a container may lack.

``/sys/block/sdX`` is a link into the tree of devices; on the way up from it stand the USB interface (class 08, subclass 06;
protocol 50 is bulk-only, 62 is UAS) and above that the device with ``idVendor``. ``diskseq`` (kernel 5.15 and later) changes
at every re-plug: Documentation/ABI/stable/sysfs-block.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from sekisho.errors import MediumError
from sekisho.media.boot_sector import SECTORS_BYTES, volume_id
from sekisho.media.device import Device, Fingerprint, Volume

_SECTOR = 512  # what /sys/block/*/size counts in, whatever the device's own blocks are
_STORAGE = ("08", "06")
_INTERFACES = {"50": "usb-bot", "62": "usb-uas"}
_NO_MEDIUM = re.compile(r"(loop|ram|zram|md|dm-|sr|fd|nbd|nullb)\d*")
_OCTAL = re.compile(r"\\([0-7]{3})")


@dataclass(frozen=True, slots=True, kw_only=True)
class Mount:
    """A line of the mount table.

    Attributes:
        device: ``major:minor``.
        point: where.
        filesystem: its type.
    """

    device: str
    point: Path
    filesystem: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LinuxPlatform:
    """The devices that a sysfs tree and a mount table tell of.

    Attributes:
        sys: where sysfs is mounted.
        mounts: the mount table of this process.
        dev: where device nodes are.
    """

    sys: Path = Path("/sys")
    mounts: Path = Path("/proc/self/mountinfo")
    dev: Path = Path("/dev")

    def devices(self) -> list[Device]:
        """Return every device on USB, or which the system calls removable, or of a card reader, with a medium in it.

        Raises:
            MediumError: there is no sysfs.
        """
        try:
            names = sorted(path.name for path in (self.sys / "block").iterdir())
        except OSError as error:
            raise MediumError("media.system_does_not_tell", path=self.sys) from error
        found = (self._device(self.sys / "block" / name) for name in names if not _NO_MEDIUM.match(name))
        return [device for device in found if device and device.fingerprint.size]

    def volume_of(self, folder: Path) -> Volume | None:
        """Return what a folder lies on; None where that is no device that could be a medium.

        Raises:
            MediumError: there is no sysfs, or no mount table.
        """
        mount = self._mount_of(folder)
        disk = mount and self._disk_of(self.sys / "dev" / "block" / mount.device)
        device = disk and self._device(disk)
        if not mount or not device:
            return None
        return Volume(
            device=device,
            filesystem=mount.filesystem,
            volume_id=self._volume_id(mount.device),
            mounted_at=mount.point,
        )

    def folders_on(self, path: Path) -> list[Path]:
        """Return where file systems of a device are mounted.

        Raises:
            MediumError: there is no mount table.
        """
        points = {mount.point for mount in self._table()}
        volumes = ((point, self.volume_of(point)) for point in sorted(points))
        return [point for point, volume in volumes if volume and volume.device.path == path]

    def _table(self) -> list[Mount]:
        try:
            lines = self.mounts.read_text(encoding="utf-8", errors="surrogateescape").splitlines()
        except OSError as error:
            raise MediumError("media.system_does_not_tell", path=self.mounts) from error
        return [mount for mount in map(parse_mount, lines) if mount]

    def _mount_of(self, folder: Path) -> Mount | None:
        """Return the mount that a folder is on: the deepest, and of several at one point the last, which hides the others."""
        place = folder.resolve()
        over = [mount for mount in self._table() if place.is_relative_to(mount.point)]
        return max(enumerate(over), key=lambda each: (len(each[1].point.parts), each[0]))[1] if over else None

    def _disk_of(self, entry: Path) -> Path | None:
        """Return the whole disk under a partition, or under what maps one disk, as an encrypted volume does."""
        if not entry.exists():  # a network share, memory, a file system of many disks
            return None
        block = entry.resolve()
        while slaves := _names(block / "slaves"):
            if len(slaves) > 1:
                return None
            block = (block / "slaves" / slaves[0]).resolve()
        return block.parent if (block / "partition").exists() else block

    def _device(self, block: Path) -> Device | None:
        block = block.resolve()
        above = list(_above(block))
        usb = next((folder for folder in above if (folder / "idVendor").exists()), None)
        removable, card = _text(block / "removable") == "1", block.name.startswith("mmcblk")
        if usb is None and not removable and not card:
            return None
        told = usb or block / "device"
        return Device(
            path=self.dev / block.name.replace("!", "/"),
            fingerprint=Fingerprint(
                vendor_id=_text(usb / "idVendor") if usb else "",
                product_id=_text(usb / "idProduct") if usb else "",
                serial=_text(told / "serial"),
                size=_number(block / "size") * _SECTOR,
            ),
            manufacturer=_text(told / ("manufacturer" if usb else "manfid")),
            product=_text(told / ("product" if usb else "name")),
            interface=_interface(above) if usb else "other",
            port=usb.name if usb else "",
            removable=removable,
            read_only=_text(block / "ro") == "1",
            sequence=_number(block / "diskseq"),
            block_size=_number(block / "queue" / "logical_block_size") or _SECTOR,
            discards=_number(block / "queue" / "discard_max_bytes") > 0,
        )

    def _volume_id(self, device: str) -> str:
        """Return the id of the file system on a partition; none where this process may not read the device."""
        try:
            with (self.dev / (self.sys / "dev" / "block" / device).resolve().name).open("rb", buffering=0) as file:
                return volume_id(file.read(SECTORS_BYTES))
        except OSError:
            return ""


def parse_mount(line: str) -> Mount | None:
    """Read a line of ``/proc/self/mountinfo`` (proc_pid_mountinfo(5)); None for what is no such line."""
    left, dash, right = line.partition(" - ")
    fields, last = left.split(" "), right.split(" ")
    if not dash or len(fields) < 6:
        return None
    return Mount(device=fields[2], point=Path(_unescaped(fields[4])), filesystem=last[0])


def _unescaped(text: str) -> str:
    """Return a path as it is: space, tab, newline and backslash stand as octal in the table."""
    return _OCTAL.sub(lambda found: chr(int(found[1], 8)), text)


def _above(block: Path) -> Iterator[Path]:
    """Yield the folders from a block device up to the root of the device tree."""
    for folder in block.parents:
        if folder.name == "devices":
            return
        yield folder


def _interface(above: list[Path]) -> str:
    for folder in above:
        kind = tuple(_text(folder / f"bInterface{name}") for name in ("Class", "SubClass"))
        if kind == _STORAGE:
            return _INTERFACES.get(_text(folder / "bInterfaceProtocol"), "other")
    return "other"


def _names(folder: Path) -> list[str]:
    try:
        return sorted(path.name for path in folder.iterdir())
    except OSError:
        return []


def _text(path: Path) -> str:
    """Return what an attribute says; nothing where there is none, or the device went while it was asked."""
    try:
        return path.read_bytes().decode("utf-8", "replace").strip("\0\n ")
    except OSError:
        return ""


def _number(path: Path) -> int:
    text = _text(path)
    return int(text) if text.isascii() and text.isdigit() else 0
