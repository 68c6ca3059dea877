"""Writing to a medium so that "written" is true: the device before, the file, its read-back, the same device after.

    look (device, ``diskseq``)  →  room, read-only, 4 GiB of FAT  →  partial file, 1 MiB steps, fdatasync every 64 MiB
    →  fsync, rename, fsync of the folder  →  read back past the page cache, SHA-256  →  the same device still there

Less than that reported success on media that had dropped every byte (measured: on exfat 40 of 40 writes after the unplug
succeed, and cached reads of them too). Nothing here relies on a file's time, which FAT keeps in steps of two seconds, nor
on its mode, which FAT does not keep. Unmounting is left to whoever mounted it.
"""

import contextlib
import hashlib
import io
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from sekisho.errors import MediumError, Misuse
from sekisho.files import replacing
from sekisho.media.device import Platform, Volume
from sekisho.media.direct import STEP, Verify, digest

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer

MOST_ON_FAT = (1 << 32) - 1

_SPARE = 1 << 20
_SYNC_EVERY = 64 << 20
_FAT = frozenset({"vfat", "msdos", "fat"})
_UNWRITABLE = re.compile(r'[<>:"/\\|?*\x00-\x1f\x7f]|[. ]\Z|\A\Z')
_DOS_DEVICES = re.compile(r"(con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³])(\..*)?", re.IGNORECASE)
_LONGEST_NAME = 255  # UTF-16 units, on FAT and exFAT


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A folder to write to, and what it lay on when that was looked at.

    Attributes:
        folder: where the medium is mounted, or a folder there.
        platform: who is asked again afterwards.
        volume: what it lay on; None for a folder that is no device of its own.
    """

    folder: Path
    platform: Platform
    volume: Volume | None


def look(folder: Path, platform: Platform) -> Place:
    """Note which device a folder lies on before anything is written there.

    Raises:
        MediumError: the system does not tell.
    """
    return Place(folder=folder, platform=platform, volume=platform.volume_of(folder))


def check_room(place: Place, size: int) -> None:
    """Refuse to begin what cannot end well.

    Args:
        place: where.
        size: bytes of a file that is to be written there.

    Raises:
        MediumError: the medium takes no writes, has not the room, or cannot hold so long a file.
        OSError: the medium failed.
    """
    # A file system that knows of no blocks, as some across a network, says nothing of its room.
    there = os.statvfs(place.folder)
    if there.f_flag & os.ST_RDONLY or (place.volume and place.volume.device.read_only):
        raise MediumError("media.read_only", path=place.folder)
    if place.volume and place.volume.filesystem in _FAT and size > MOST_ON_FAT:
        raise MediumError("media.too_long_for_fat", path=place.folder, size=size, most=MOST_ON_FAT)
    free = there.f_bavail * there.f_frsize
    if there.f_blocks and free < size + _SPARE:
        raise MediumError("media.no_room", path=place.folder, free=free, needed=size + _SPARE)


@contextlib.contextmanager
def writing(
    place: Place, name: str, *, size: int = 0, overwrite: bool = False, mode: int = 0o600
) -> Iterator[BinaryIO]:
    """Write a file whole or not at all, and through to the medium; :func:`read_back` says whether it is there.

    Args:
        place: where.
        name: of the file.
        size: how many bytes it will have at most.
        overwrite: replace one that is there.
        mode: its permission bits, where the file system has any.

    Raises:
        Misuse: media do not take such a name.
        MediumError: as :func:`check_room`.
        FileExistsError: it is there already.
        OSError: the medium failed.
    """
    check_name(name)
    check_room(place, size)
    with replacing(place.folder / name, overwrite=overwrite, mode=mode) as file:
        raw = _Waiting(file.fileno(), "r+b", closefd=False)
        try:
            steps = _Steps(raw, STEP)
            yield steps
            steps.flush()
        finally:
            raw.close()  # what a failure left in memory goes nowhere: its handle may soon be another file's


def read_back(place: Place, name: str, sha256: str) -> Verify:
    """See that a file is on the medium as it was written, and that the medium is the one of before.

    Raises:
        MediumError: it reads back otherwise, or another device is there, or none.
        OSError: the medium failed.
    """
    path = place.folder / name
    found, verify = digest(path)
    if found != sha256:
        raise MediumError("media.read_back_differs", path=path)
    must_be_same(place)
    return verify if place.volume else Verify.READ_BACK


def put(place: Place, name: str, data: bytes, *, mode: int = 0o644) -> tuple[str, Verify]:
    """Write a small file over what may be there, read it back, and return its SHA-256 and how it was read.

    Raises:
        Misuse, MediumError, OSError: as :func:`writing` and :func:`read_back`.
    """
    with writing(place, name, size=len(data), overwrite=True, mode=mode) as file:
        file.write(data)
    sha256 = hashlib.sha256(data).hexdigest()
    return sha256, read_back(place, name, sha256)


def must_be_same(place: Place) -> None:
    """See that the folder still lies on the device of before, and that it was not unplugged in between.

    Raises:
        MediumError: it does not, or the system does not tell.
    """
    now = place.platform.volume_of(place.folder)
    if _identity(now) != _identity(place.volume):
        raise MediumError("media.swapped", path=place.folder)


def check_name(name: str) -> None:
    """Refuse a file name that FAT, exFAT or Windows would not take.

    Raises:
        Misuse: just that.
    """
    long = len(name.encode("utf-16-le", "surrogatepass")) // 2 > _LONGEST_NAME
    if long or _UNWRITABLE.search(name) or _DOS_DEVICES.fullmatch(name):
        raise Misuse("media.unwritable_name", name=name)


def weakest(*ways: Verify) -> Verify:
    """Return the weakest of several read-backs, which is what all of them together are."""
    return max(ways, key=list(Verify).index)


class _Steps(io.BufferedRandom):
    """A file that passes on whole steps, each at a multiple of a step, whatever it is given; its base class does not."""

    def write(self, data: "ReadableBuffer", /) -> int:
        """Take bytes, and pass on what fills a step."""
        rest = view = memoryview(data).cast("B")
        while rest:
            part = rest[: STEP - self.tell() % STEP]
            super().write(part)
            rest = rest[len(part) :]
        return len(view)


class _Waiting(io.FileIO):
    """A file that waits for its medium every 64 MiB, so that a failing one is noticed early and a full cache does not lie."""

    _unsynced = 0

    def write(self, data: "ReadableBuffer", /) -> int:
        """Write, and wait for the medium if much has not reached it."""
        count = super().write(data)
        self._unsynced += count
        if self._unsynced >= _SYNC_EVERY:
            os.fdatasync(self.fileno())
            self._unsynced = 0
        return count


def _identity(volume: Volume | None) -> tuple[object, ...] | None:
    if volume is None:
        return None
    return volume.device.path, volume.device.fingerprint, volume.device.sequence, volume.volume_id, volume.mounted_at
