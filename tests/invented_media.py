"""Sticks that nobody has to plug in: a system that tells of them, and folders whose medium fails as real ones were seen to.

What is modelled was measured on vfat and exfat in QEMU (``docs/how-to/keep-media.md``): a write after the unplug succeeds on
exfat and fails on vfat, a device that drops writes acknowledges every sync and rename, and only a read past the page cache
tells.
"""

import errno
import io
import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest

from sekisho.media import writing
from sekisho.media.device import Device, Fingerprint, Volume

GIB = 1 << 30


def device(serial: str = "60A44C413FAE", *, size: int = 8 * GIB, port: str = "1-2", sequence: int = 20) -> Device:
    """Return a stick as Linux tells of it."""
    return Device(
        path=Path("/dev/sdb"),
        fingerprint=Fingerprint(vendor_id="0951", product_id="1666", serial=serial, size=size),
        manufacturer="Kingston",
        product="DataTraveler 3.0",
        interface="usb-bot",
        port=port,
        removable=True,
        read_only=False,
        sequence=sequence,
        block_size=512,
        discards=False,
    )


@dataclass
class Ports:
    """A system with sticks in its ports: folder → what is plugged in there."""

    plugged: dict[Path, Device] = field(default_factory=dict)
    filesystem: str = "exfat"

    def plug(self, folder: Path, stick: Device) -> Path:
        folder.mkdir(exist_ok=True)
        self.plugged[folder.resolve()] = stick
        return folder

    def replug(self, folder: Path) -> None:
        """Pull the stick and put it in again."""
        stick = self.plugged[folder.resolve()]
        self.plugged[folder.resolve()] = replace(stick, sequence=stick.sequence + 1)

    def pull(self, folder: Path) -> None:
        del self.plugged[folder.resolve()]

    def devices(self) -> list[Device]:
        return list(self.plugged.values())

    def volume_of(self, folder: Path) -> Volume | None:
        place = folder.resolve()
        at = next((point for point in self.plugged if place.is_relative_to(point)), None)
        if at is None:
            return None
        return Volume(device=self.plugged[at], filesystem=self.filesystem, volume_id="1a2b3c4d", mounted_at=at)


FAULTS = ("drop", "error", "corrupt", "full", "unplug_vfat", "unplug_exfat", "swap", "replug", "read_only")
"""``unplug_vfat``: writes fail at once; ``unplug_exfat``: they succeed, and the sync fails. ``read_only``: it turns so by itself."""

_WRITES_FAIL = {
    "error": errno.EIO,
    "full": errno.ENOSPC,
    "read_only": errno.EROFS,
    "unplug_vfat": errno.EIO,
}


@dataclass
class Failing:
    """A medium that fails, from its ``at``-th write on, in one of the :data:`FAULTS`.

    What is written through :mod:`sekisho.media.writing` under ``folder`` is counted; every other file of the system is as it is.
    """

    folder: Path
    ports: Ports
    fault: str
    at: int
    seen: int = 0

    def install(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(writing._Waiting, "write", lambda file, data: self._write(file, data))  # noqa: PLW0108 - binds to the file
        monkeypatch.setattr(os, "preadv", self._read(os.preadv))
        monkeypatch.setattr(os, "fsync", self._sync(os.fsync))
        monkeypatch.setattr(os, "fdatasync", self._sync(os.fdatasync))

    @property
    def failing(self) -> bool:
        return self.seen >= self.at

    def _write(self, file: io.FileIO, data: bytes) -> int:
        self.seen += 1
        if self.failing:
            self._happen()
            if self.fault in _WRITES_FAIL:
                raise OSError(_WRITES_FAIL[self.fault], self.fault)
        return io.FileIO.write(file, data)

    def _happen(self) -> None:
        match self.fault:
            case "unplug_vfat" | "unplug_exfat" if self.folder.resolve() in self.ports.plugged:
                self.ports.pull(self.folder)
            case "replug" if self.seen == self.at:
                self.ports.replug(self.folder)
            case "swap":
                self.ports.plug(self.folder, device("ANOTHER"))

    def _read(self, honest: Callable[..., int]) -> Callable[..., int]:
        def preadv(handle: int, buffers: Sequence[memoryview], offset: int) -> int:
            if not self._is_here(handle) or not self.failing:
                return honest(handle, buffers, offset)
            if self.fault == "unplug_exfat":
                raise OSError(errno.EIO, "gone")
            count = honest(handle, buffers, offset)
            if count and self.fault == "drop":
                buffers[0][:count] = bytes(count)
            if count and self.fault == "corrupt":
                buffers[0][count // 2] ^= 1
            return count

        return preadv

    def _sync(self, honest: Callable[[int], None]) -> Callable[[int], None]:
        def sync(handle: int) -> None:
            if self.failing and self.fault == "unplug_exfat" and self._is_here(handle):
                raise OSError(errno.EIO, "gone")
            honest(handle)

        return sync

    def _is_here(self, handle: int) -> bool:
        return Path(f"/proc/self/fd/{handle}").readlink().is_relative_to(self.folder.resolve())


class BlockModel:
    """A block device in memory that is as large as it says, or not, and fails where it is told to.

    Attributes:
        size: what it says.
        real: what it has.
        beyond: what becomes of what lies beyond: ``round`` (it begins anew), ``drop``, ``error``.
    """

    def __init__(self, size: int, *, real: int | None = None, beyond: str = "drop") -> None:
        self.size = size
        self.real = size if real is None else real
        self.beyond = beyond
        self.blocks: dict[int, bytes] = {}
        self.fails_from: int | None = None
        self.read_only = False
        self.writes = 0
        self.plugs = 1
        self.step = 4096

    def fill(self, content: Callable[[int], bytes], places: Sequence[int]) -> None:
        """Put something on it that must be there afterwards."""
        for place in places:
            self.blocks[self._place(place)] = content(place)

    @property
    def lying(self) -> dict[int, bytes]:
        """What is on it and is not empty."""
        return {place: data for place, data in self.blocks.items() if any(data)}

    def sequence(self) -> int:
        return self.plugs

    def flush(self) -> None:
        self._check()

    def read_at(self, offset: int, size: int) -> bytes:
        self._check()
        return b"".join(self._read(place) for place in range(offset, offset + size, self.step))

    def write_at(self, offset: int, data: bytes) -> None:
        self.writes += 1
        self._check()
        if self.read_only:
            raise OSError(errno.EROFS, "read-only")
        for start in range(0, len(data), self.step):
            self._write(offset + start, data[start : start + self.step])

    def _check(self) -> None:
        if self.fails_from is not None and self.writes >= self.fails_from:
            raise OSError(errno.EIO, "gone")

    def _place(self, offset: int) -> int:
        return offset % self.real if self.beyond == "round" else offset

    def _read(self, offset: int) -> bytes:
        if offset >= self.real and self.beyond != "round":
            if self.beyond == "error":
                raise OSError(errno.EIO, "beyond")
            return bytes(self.step)
        return self.blocks.get(self._place(offset), bytes(self.step))

    def _write(self, offset: int, data: bytes) -> None:
        if offset >= self.real and self.beyond != "round":
            if self.beyond == "error":
                raise OSError(errno.EIO, "beyond")
            return
        self.blocks[self._place(offset)] = data
