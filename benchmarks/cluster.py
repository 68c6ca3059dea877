"""What a byte costs when a scan is spread: CPU seconds of everybody at work, at 1, 2 and 4 workers of each kind.

    python benchmarks/cluster.py --rows 460517 --megabytes 16

The table is that of ``benchmarks/detect.py``. "here" is one process without workers. The CPU seconds are those of the
scanning process after its imports and of all workers, schedulers and helpers from its start to its end; local workers
are started by the scan and their start is in the figure, a cluster is there before. Each report is compared with that
of one process. Wall seconds say little on a shared machine, and nothing where there are fewer cores than workers.
"""

import argparse
import contextlib
import os
import runpy
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from functools import partial
from importlib.metadata import version
from pathlib import Path

_HERE = Path(__file__).parent
sys.path.insert(0, str(_HERE.parent / "tests"))

from clusters import dask_cluster, ray_cluster  # noqa: E402 - the tests' clusters, beside this folder

_TICKS = os.sysconf("SC_CLK_TCK")

_SCAN = """
import hashlib, resource, sys, time
from pathlib import Path
from sekisho.detect import work
from sekisho.detect.scan import scan_tables
from sekisho.workers.named import executor_of

def cpu(who):
    used = resource.getrusage(who)
    return used.ru_utime + used.ru_stime

if __name__ == "__main__":
    path, place, size = sys.argv[1:]
    work.PART_BYTES = int(size)
    begun, start = cpu(resource.RUSAGE_SELF), time.monotonic()
    if place == "here":
        reports = scan_tables(Path(path))
    else:
        with executor_of(place) as executor:
            reports = scan_tables(Path(path), executor=executor)
    wall = time.monotonic() - start
    used = cpu(resource.RUSAGE_SELF) - begun + cpu(resource.RUSAGE_CHILDREN)
    print(used, wall, hashlib.sha256(repr(reports).encode()).hexdigest())
"""


def main() -> None:
    """Generate the table, scan it everywhere, print what it cost."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=460_517)
    parser.add_argument("--megabytes", type=int, default=16, help="a unit's size")
    parser.add_argument("--workers", type=int, nargs="+", default=[1, 2, 4])
    parser.add_argument("--kinds", nargs="+", default=["local", "dask", "ray"])
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        program, path = folder / "scan.py", folder / "register.csv"
        program.write_text(_SCAN)
        runpy.run_path(str(_HERE / "detect.py"))["register"](arguments.rows).write_csv(path)
        size = path.stat().st_size
        packages = ", ".join(f"{name} {version(name)}" for name in ("distributed", "ray", "numpy", "polars"))
        print(f"{arguments.rows:,} rows, {size / 1e6:.1f} MB in units of {arguments.megabytes} MB; {packages}")
        print(f"{os.cpu_count()} cores\n\n{'':10}{'workers':>8}{'CPU s':>8}{'ns/byte':>9}{'wall s':>8}")
        measure = partial(_measured, program, path, arguments.megabytes << 20)
        expected = _shown("here", 0, size, measure("here"))
        for kind in arguments.kinds:
            for workers in arguments.workers:
                with _cluster(kind, workers, folder) as place:
                    before = _cpu_of_sessions()
                    used, wall, report = measure(place)
                    used += _cpu_of_sessions() - before
                if _shown(kind, workers, size, (used, wall, report)) != expected:
                    raise SystemExit(f"{kind} with {workers} workers reports something else than one process")


def _measured(program: Path, path: Path, size: int, place: str) -> tuple[float, float, str]:
    command = [sys.executable, str(program), str(path), place, str(size)]
    found = subprocess.run(command, check=True, capture_output=True, text=True)
    used, wall, report = found.stdout.split()
    return float(used), float(wall), report


def _shown(kind: str, workers: int, size: int, found: tuple[float, float, str]) -> str:
    used, wall, report = found
    print(f"{kind:10}{workers or '':>8}{used:8.2f}{used / size * 1e9:9.1f}{wall:8.1f}", flush=True)
    return report


@contextlib.contextmanager
def _cluster(kind: str, workers: int, folder: Path) -> Iterator[str]:
    if kind == "local":
        yield f"local:{workers}"
        return
    start: Callable[[Path], AbstractContextManager[str]] = (
        partial(dask_cluster, workers=workers) if kind == "dask" else partial(ray_cluster, nodes=workers)
    )
    below = folder / f"{kind}{workers}"
    below.mkdir()
    with start(below) as place:
        time.sleep(5)  # what a cluster does to get up is not part of the scan
        yield place


def _cpu_of_sessions() -> float:
    """Return the CPU seconds of every process in a session that this process has started."""
    told = [fields for folder in Path("/proc").glob("[0-9]*") if (fields := _fields(folder / "stat"))]
    leaders = {session for pid, parent, session, _ in told if parent == os.getpid() and pid == session}
    return sum(used for _, _, session, used in told if session in leaders)


def _fields(path: Path) -> tuple[int, int, int, float] | None:
    """Return process, parent, session and CPU seconds with those of its ended children, of /proc/PID/stat."""
    with contextlib.suppress(OSError):
        rest = path.read_text(errors="replace").rpartition(")")[2].split()
        return int(path.parent.name), int(rest[1]), int(rest[3]), sum(map(int, rest[11:15])) / _TICKS
    return None


if __name__ == "__main__":
    main()
