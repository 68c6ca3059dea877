"""Sealing and opening one file: CPU seconds and memory, ours beside pyrage and the program ``age``.

    python benchmarks/age.py --megabytes 512 --rounds 5 --folder /dev/shm

Every tool is a process of its own, so its start and imports count; the column "start" seals an empty file and shows how
much that is. Rounds are interleaved and the best of each is shown, because a shared machine only ever adds to it; each
tool goes first in turn, because the first to fill fresh memory pays for the next. All tools seal the same bytes and open
the file that ``age`` or, without it, pyrage made. "Null" writes to ``/dev/null`` and shows the engine; "file" is what a
user waits for, and for us includes fsync, rename and as many threads as pay off; "null" has one.
"""

import argparse
import importlib.metadata
import os
import platform
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

IDENTITY = "AGE-SECRET-KEY-1GFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPQ4EGAEX"
RECIPIENT = "age1zvkyg2lqzraa2lnjvqej32nkuu0ues2s82hzrye869xeexvn73equnujwj"

OURS = f"""
import shutil, sys
from pathlib import Path
from sekisho.age.decrypt import decrypt
from sekisho.age.file import decrypt_file, encrypt_file
from sekisho.age.writer import encrypt
from sekisho.age.x25519 import X25519Identity
identity = X25519Identity.from_text("{IDENTITY}")
task, source, destination = sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3])
if task == "seal file":
    encrypt_file(source, destination, [identity.recipient])
elif task == "open file":
    decrypt_file(source, destination, [identity])
else:
    with source.open("rb", buffering=0) as bytes_in, destination.open("wb", buffering=0) as bytes_out:
        if task == "open null":
            decrypt(bytes_in, bytes_out, [identity])
        else:
            with encrypt(bytes_out, [identity.recipient]) as writer:
                shutil.copyfileobj(bytes_in, writer, 1 << 20)
"""

PYRAGE = f"""
import sys, pyrage
task, source, destination = sys.argv[1:]
if task.startswith("open"):
    pyrage.decrypt_file(source, destination, [pyrage.x25519.Identity.from_str("{IDENTITY}")])
else:
    pyrage.encrypt_file(source, destination, [pyrage.x25519.Recipient.from_str("{RECIPIENT}")])
"""

TASKS = ("start", "seal null", "open null", "seal file", "open file")


@dataclass(frozen=True, slots=True)
class Cost:
    """What one process used: CPU seconds of user and system, seconds by the wall, and its peak memory in MB."""

    seconds: float
    wall: float
    peak: float


def main() -> None:
    """Run all tools in turn and print the table."""
    arguments = _arguments()
    with tempfile.TemporaryDirectory(dir=arguments.folder) as name:
        folder = Path(name)
        _fill(folder / "plain", megabytes=arguments.megabytes)
        (folder / "empty").touch()
        (folder / "key").write_text(IDENTITY + "\n")
        _check_call(_seal_command(folder))
        costs = _measure(folder, rounds=arguments.rounds)
    _print(costs, megabytes=arguments.megabytes)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0] if __doc__ else None)
    parser.add_argument("--megabytes", type=int, default=256, help="size of the file, in 1,000,000 bytes")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument(
        "--folder", type=Path, default=None, help="where to work; a memory file system shows the engine"
    )
    return parser.parse_args()


def _fill(path: Path, *, megabytes: int) -> None:
    with path.open("wb") as file:
        for _ in range(megabytes):
            file.write(os.urandom(1_000_000))


def _tools() -> Iterator[str]:
    yield "sekisho"
    yield "pyrage"
    if shutil.which("age"):
        yield "age"


def _seal_command(folder: Path) -> list[str]:
    tool = "age" if shutil.which("age") else "pyrage"
    return _command(tool, "seal file", folder / "plain", folder / "sealed", folder / "key")


def _command(tool: str, task: str, source: Path, destination: Path, key: Path) -> list[str]:
    if tool != "age":
        return [sys.executable, "-c", {"sekisho": OURS, "pyrage": PYRAGE}[tool], task, str(source), str(destination)]
    mode = ["-d", "-i", str(key)] if task.startswith("open") else ["-r", RECIPIENT]
    return ["age", *mode, "-o", str(destination), str(source)]


def _check_call(command: list[str]) -> None:
    subprocess.run(command, check=True)


def _measure(folder: Path, *, rounds: int) -> dict[tuple[str, str], Cost]:
    best: dict[tuple[str, str], Cost] = {}
    tools = list(_tools())
    for number in range(rounds):
        first = number % len(tools)
        for task in TASKS:
            for tool in tools[first:] + tools[:first]:
                cost = _run(folder, tool, task)
                known = best.get((tool, task), cost)
                best[tool, task] = Cost(
                    min(cost.seconds, known.seconds), min(cost.wall, known.wall), max(cost.peak, known.peak)
                )
    return best


def _run(folder: Path, tool: str, task: str) -> Cost:
    source = folder / {"start": "empty", "seal": "plain", "open": "sealed"}[task.split(" ", maxsplit=1)[0]]
    destination = folder / "made" if task.endswith("file") else Path(os.devnull)
    began = time.perf_counter()
    process = subprocess.Popen(_command(tool, task, source, destination, folder / "key"))
    _, status, usage = os.wait4(process.pid, 0)
    wall = time.perf_counter() - began
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit(f"{tool} failed at: {task}")
    (folder / "made").unlink(missing_ok=True)
    return Cost(usage.ru_utime + usage.ru_stime, wall, usage.ru_maxrss / 1000)


def _print(costs: dict[tuple[str, str], Cost], *, megabytes: int) -> None:
    print(f"{megabytes} MB, {platform.machine()}, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}; {_versions()}")
    print(f"{'':8}" + "".join(f"{task:>26}" for task in TASKS))
    for tool in _tools():
        cells = (_cell(costs[tool, task], megabytes=megabytes) for task in TASKS[1:])
        print(f"{tool:8}{costs[tool, 'start'].seconds:>24.2f} s" + "".join(f"{cell:>26}" for cell in cells))
    for tool in list(_tools())[1:]:
        print(f"{tool} / sekisho, CPU: " + ", ".join(_ratio(costs, tool, task) for task in TASKS[1:]))
        walls = ((task, costs[tool, task].wall / costs["sekisho", task].wall) for task in TASKS[1:])
        print(f"{tool} / sekisho, wall: " + ", ".join(f"{task} {ratio:.2f}x" for task, ratio in walls))


def _ratio(costs: dict[tuple[str, str], Cost], tool: str, task: str) -> str:
    theirs, ours = costs[tool, task].seconds, costs["sekisho", task].seconds
    beyond = (theirs - costs[tool, "start"].seconds) / (ours - costs["sekisho", "start"].seconds)
    return f"{task} {theirs / ours:.2f}x ({beyond:.2f}x beyond the start)"


def _cell(cost: Cost, *, megabytes: int) -> str:
    return f"{cost.seconds:.2f} s {megabytes / cost.seconds / 1000:.2f} GB/s {cost.peak:.0f} MB"


def _versions() -> str:
    names = [f"{name} {importlib.metadata.version(name)}" for name in ("cryptography", "pyrage")]
    if shutil.which("age"):
        shown = subprocess.run(["age", "--version"], capture_output=True, check=True, text=True)  # noqa: S607  from PATH
        names.append(f"age {shown.stdout.strip()}")
    return f"Python {platform.python_version()}, {', '.join(names)}"


if __name__ == "__main__":
    main()
