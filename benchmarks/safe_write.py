"""The safe write beside ``dd``: how much longer a copy takes that is known to be there.

    python benchmarks/safe_write.py --folder /media/usb --size 256

``dd`` writes the same bytes from memory with ``conv=fsync`` and reads them back with ``iflag=direct``, which checks nothing;
Sekisho writes, syncs, renames, syncs the folder, reads back past the memory, hashes and asks for the device again. Rounds are
interleaved and medians are shown; wall time is the medium's, CPU seconds are ours. The probe runs on a sparse file there.
"""

import argparse
import contextlib
import hashlib
import os
import platform
import resource
import shutil
import statistics
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from sekisho.media.block_device import RawDevice
from sekisho.media.platform import this_platform
from sekisho.media.probing import probe
from sekisho.media.writing import look, read_back, writing

STEP = 64 << 10
MIB = 1 << 20


def main() -> None:
    """Print the machine, then both ways and the probe."""
    arguments = _arguments()
    print(f"{platform.machine()}, {os.cpu_count()} cores, {platform.platform()}, Python {platform.python_version()}")
    with tempfile.TemporaryDirectory(dir=arguments.folder) as name, tempfile.TemporaryDirectory(dir="/dev/shm") as fast:
        folder, source = Path(name), Path(fast) / "source"
        source.write_bytes(os.urandom(arguments.size * MIB))
        _beside(folder, source, rounds=arguments.rounds)
        _probed(folder)


def safe_write(folder: Path, source: Path) -> str:
    """Write as sealing does, and return how it was read back."""
    place, hashed = look(folder, this_platform()), hashlib.sha256()
    with source.open("rb", buffering=0) as file, writing(place, "copy", size=source.stat().st_size) as out:
        while data := file.read(STEP):
            hashed.update(data)
            out.write(data)
    return read_back(place, "copy", hashed.hexdigest()).value


def dd_write_and_read(folder: Path, source: Path) -> None:
    """Write with one sync, and read past the memory."""
    dd = shutil.which("dd") or "dd"
    copy = folder / "copy"
    for words in (
        [f"if={source}", f"of={copy}", "bs=1M", "conv=fsync"],
        [f"if={copy}", "of=/dev/null", "bs=1M", "iflag=direct"],
    ):
        subprocess.run([dd, *words], check=True, capture_output=True)


def _beside(folder: Path, source: Path, *, rounds: int) -> None:
    ways: dict[str, Callable[[Path, Path], object]] = {"dd": dd_write_and_read, "sekisho": safe_write}
    wall: dict[str, list[float]] = {name: [] for name in ways}
    cpu: dict[str, list[float]] = {name: [] for name in ways}
    for _ in range(rounds):
        for name, way in ways.items():
            with _measured(wall[name], cpu[name]):
                way(folder, source)
            (folder / "copy").unlink()
            os.sync()
    print(f"{source.stat().st_size / MIB:.0f} MiB, {rounds} rounds, medians")
    for name in ways:
        ratio = statistics.median(wall[name]) / statistics.median(wall["dd"])
        print(
            f"  {name:8} {statistics.median(wall[name]):7.2f} s wall ({ratio:.2f}x dd)"
            f" {statistics.median(cpu[name]):6.2f} s CPU"
        )


def _probed(folder: Path) -> None:
    image = folder / "image"
    with image.open("wb") as file:
        file.truncate(64 << 30)
    wall: list[float] = []
    with RawDevice(image) as device, _measured(wall, []):
        capacity = probe(device, randomness=os.urandom)
    print(f"probe of 64 GiB: {capacity.blocks} places, {wall[0]:.2f} s wall, true: {capacity.true}")


@contextlib.contextmanager
def _measured(wall: list[float], cpu: list[float]) -> Iterator[None]:
    began, before = time.perf_counter(), _cpu()
    yield
    wall.append(time.perf_counter() - began)
    cpu.append(_cpu() - before)


def _cpu() -> float:
    both = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(used.ru_utime + used.ru_stime for used in both)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--folder", type=Path, default=Path.cwd(), help="where the medium is mounted")
    parser.add_argument("--size", type=int, default=256, help="MiB")
    parser.add_argument("--rounds", type=int, default=5)
    return parser.parse_args()


if __name__ == "__main__":
    main()
