"""In the guest: one write to an emulated stick under each fault, and what is on the stick afterwards.

``python -m rig.faults PLAN`` where PLAN is ``writer:filesystem:fault`` many times. Each report says what the writer claimed and
whether the copy is whole once the device is itself again; the host judges.
"""

import contextlib
import hashlib
import os
import random
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from rig.guest import report, run, tell, wait_for, wait_until
from rig.writers import WRITERS, Writer

STICK = Path("/stick")
MAPPED = Path("/dev/mapper/lying")
_SECTOR = 512
_WRITTEN = 2 << 20
_MAKERS = {"vfat": ("mkfs.vfat", "-F", "32", "-s", "1"), "exfat": ("mkfs.exfat",)}
_CLAIMED = 256 << 20
_REAL = 16 << 20  # what stands behind the claimed size, again and again
_NAME = "capsule-1.sek"


def main(arguments: list[str]) -> None:
    """Play a plan."""
    for number, item in enumerate(arguments):
        writer, filesystem, fault = item.split(":")
        content = random.Random(f"{number}{item}").randbytes(_WRITTEN)
        outcome = _FAULTS[fault](filesystem, WRITERS[writer], content, number)
        report(writer=writer, filesystem=filesystem, fault=fault, **outcome)


def _good(filesystem: str, writer: Writer, content: bytes, _: int) -> dict[str, object]:
    device = device_now()
    _make(filesystem, device)
    with _mounted(device):
        outcome = _tried(writer, content)
    return {**outcome, "whole": _is_whole(device, content)}


def _lying(*feature: str) -> Callable[[str, Writer, bytes, int], dict[str, object]]:
    """Return the scenario of a device that behaves until the writer starts."""

    def scenario(filesystem: str, writer: Writer, content: bytes, _: int) -> dict[str, object]:
        device = device_now()
        sectors = sectors_of(device)
        straight = f"0 {sectors} linear {device} 0"
        with mapped(straight):
            _make(filesystem, MAPPED)
            with _mounted(MAPPED):
                swap(" ".join([f"0 {sectors} flakey {device} 0 0 180", str(len(feature)), *feature]))
                outcome = _tried(writer, content)
            swap(straight)
            return {**outcome, "whole": _is_whole(MAPPED, content)}

    return scenario


def _full(filesystem: str, writer: Writer, content: bytes, _: int) -> dict[str, object]:
    device = device_now()
    _make(filesystem, device)
    with _mounted(device):
        space = os.statvfs(STICK)
        with (STICK / "filler").open("wb") as filler:
            left = space.f_bavail * space.f_frsize - len(content) // 2
            while left > 0:
                left -= filler.write(bytes(min(1 << 20, left)))
        outcome = _tried(writer, content)
    return {**outcome, "whole": _is_whole(device, content)}


def _fake(filesystem: str, writer: Writer, content: bytes, _: int) -> dict[str, object]:
    device, content = device_now(), content * (_REAL // len(content) + 1)
    real, claimed = _REAL // _SECTOR, _CLAIMED // _SECTOR
    with mapped("".join(f"{at} {real} linear {device} 0\n" for at in range(0, claimed, real))):
        _make(filesystem, MAPPED)
        with _mounted(MAPPED):
            outcome = _tried(writer, content)
        return {**outcome, "whole": _is_whole(MAPPED, content)}


def _read_only(filesystem: str, writer: Writer, content: bytes, _: int) -> dict[str, object]:
    device = device_now()
    _make(filesystem, device)
    run("blockdev", "--setro", device)
    try:
        with _mounted(device):
            outcome = _tried(writer, content)
    finally:
        run("blockdev", "--setrw", device)
    return {**outcome, "whole": _is_whole(device, content)}


def _unplug(filesystem: str, writer: Writer, content: bytes, number: int) -> dict[str, object]:
    """Write while the host pulls the stick at a moment of its own choice; then it plugs it in again, and what is there?"""
    device, content = device_now(), content * 2
    _make(filesystem, device)
    with _mounted(device):
        began = time.monotonic()
        _tried(writer, content[::-1])
        (STICK / _NAME).unlink()
        tell(f"writing-{number}", f"{time.monotonic() - began}")
        outcome = _tried(writer, content)
        wait_for(f"unplugged-{number}")
        wait_until(lambda: not _devices(), "the stick to go")
    tell(f"unmounted-{number}")
    device = device_now()
    return {**outcome, "whole": _is_whole(device, content)}


_FAULTS: dict[str, Callable[[str, Writer, bytes, int], dict[str, object]]] = {
    "none": _good,
    "drop": _lying("drop_writes"),
    "error": _lying("error_writes"),
    "corrupt": _lying("corrupt_bio_byte", "32", "w", "255", "0"),
    "full": _full,
    "fake": _fake,
    "read-only": _read_only,
    "unplug": _unplug,
}


def _tried(writer: Writer, content: bytes) -> dict[str, object]:
    """Write, and say what the writer claims."""
    try:
        verified = writer(STICK, _NAME, content)
    except Exception as error:  # noqa: BLE001 - whatever it raises, it does not claim to have written
        cause = error if isinstance(error, OSError) else error.__cause__
        code = cause.errno if isinstance(cause, OSError) else None
        return {"claimed": False, "error": f"{type(error).__name__}: {error}"[:200], "errno": code}
    return {"claimed": True, "verified": verified}


def _is_whole(device: Path, content: bytes) -> bool:
    """Tell whether the copy is there for somebody who plugs the stick in afresh: nothing of it comes from memory."""
    Path("/proc/sys/vm/drop_caches").write_text("3")
    run("blockdev", "--flushbufs", device)
    try:
        with _mounted(device, options="ro"):
            return hashlib.sha256((STICK / _NAME).read_bytes()).digest() == hashlib.sha256(content).digest()
    except (OSError, RuntimeError):
        return False


@contextlib.contextmanager
def _mounted(device: Path, options: str = "rw") -> Iterator[None]:
    run("mount", "-o", options, device, STICK)
    try:
        yield
    finally:
        try:
            run("umount", STICK)
        except RuntimeError:
            run("umount", "-l", STICK)


@contextlib.contextmanager
def mapped(table: str) -> Iterator[None]:
    """Lay a device of our making over the stick."""
    _dmsetup("create", MAPPED.name, table=table)
    run("dmsetup", "mknodes")
    try:
        yield
    finally:
        _dmsetup("remove", "--retry", MAPPED.name)


def swap(table: str) -> None:
    """Put another device under a mounted file system, without a word to it."""
    _dmsetup("suspend", "--noflush", "--nolockfs", MAPPED.name)
    _dmsetup("load", MAPPED.name, table=table)
    _dmsetup("resume", MAPPED.name)


def _dmsetup(verb: str, *words: str, table: str = "") -> None:
    """Call dmsetup; there is no udev in the guest for which it could wait."""
    extra = []
    if table:
        path = Path("/tmp/table")  # noqa: S108 - of the guest
        path.write_text(table)
        extra = [str(path)]
    run("dmsetup", verb, "--noudevsync", *words, *extra)


def _make(filesystem: str, device: Path) -> None:
    run(*_MAKERS[filesystem], device)


def _devices() -> list[str]:
    return [name for name in sorted(os.listdir("/sys/block")) if name.startswith("sd")]


def device_now() -> Path:
    """Return the stick as it is plugged in now; it was plugged in at its first name again or at the next one."""
    wait_until(lambda: any(_size(name) for name in _devices()), "the stick")
    return Path("/dev") / next(name for name in _devices() if _size(name))


def _size(name: str) -> int:
    with contextlib.suppress(OSError, ValueError):
        return int(Path("/sys/block", name, "size").read_text())
    return 0


def sectors_of(device: Path) -> int:
    """Return how many sectors a device has."""
    return _size(device.name)


if __name__ == "__main__":
    main(sys.argv[1:])
