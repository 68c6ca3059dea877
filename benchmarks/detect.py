"""Scanning what a city holds: CPU seconds and megabytes a second, beside the goals.

    python benchmarks/detect.py --rounds 5

The files are generated from fixed seeds. Each measurement is a process of its own; rounds are interleaved and the best of
each is shown, because a shared machine only ever adds. "Whole process" counts everything from the start of Python on, user
and system time of all threads. "After imports" counts the work alone; "kernel" is where cells end, full-width digits
brought to ASCII, and every column counted.
"""

import argparse
import importlib.metadata
import itertools
import os
import platform
import random
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from corpora import log, products, register
from write_corpora import SEED, notes

_BLOCKS = """
def blocks(path, size=2 << 20):
    data = open(path, "rb").read()
    start = data.index(b"\\n") + 1
    while start < len(data):
        stop = data.rindex(b"\\n", start, start + size) + 1
        yield data[start:stop]
        start = stop
"""

_KERNEL = """
from sekisho.detect.narrow import narrow
from sekisho.detect.shapes import count
from sekisho.readers.structure import measure
texts = list(blocks(path))
begin()
for text in texts:
    count(*narrow(text, measure(text, delimiter=",", width=25)), width=25)
"""

_FLAT = """
from sekisho.detect.candidates import find_flat, mask_of
from sekisho.detect.hits import Shape
CHECKED = mask_of([Shape.MY_NUMBER, Shape.PAYMENT_CARD, Shape.PHONE, Shape.MOBILE, Shape.LANDLINE, Shape.POSTAL_CODE])
texts = list(blocks(path))
begin()
for text in texts:
    find_flat(text{shapes})
"""

_SCAN = """
from pathlib import Path
from sekisho.detect.scan import scan_tables
begin()
scan_tables(Path(path))
"""

_TEXT = """
from sekisho.detect.text.spans import find_spans_in
texts = list(blocks(path, 1 << 20))
find_spans_in(texts[0])  # reads the dictionaries
begin()
for text in texts:
    find_spans_in(text)
"""

_POLARS = """
import polars
begin()
polars.read_csv(path, infer_schema=False)
"""

_DECODE = """
from sekisho.readers.decoding import decoded
from sekisho.readers.encoding import Encoding
from sekisho.readers.problems import Problems
with open(path, "rb") as file:
    pieces = list(iter(lambda: file.read(2 << 20), b""))
begin()
for _ in decoded(pieces, Encoding("{codec}"), path=path, strict=True, problems=Problems()):
    pass
"""

_PROGRAM = (
    """
import os, sys
import numpy
numpy.empty(31 << 20, numpy.uint8)  # as a scan does: see sekisho.detect.scan._keep_freed_memory
path, started = sys.argv[1], 0.0
def cpu():
    return sum(os.times()[:2])
def begin():
    global started
    started = cpu()
"""
    + _BLOCKS
    + """
{code}
print(cpu() - started)
"""
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One measurement.

    Attributes:
        name: what is measured.
        file: on which file.
        code: what is run after its imports; none for the whole process of ``sekisho scan``.
        kernel: the kernel asked for.
        goal: what is wanted.
    """

    name: str
    file: str
    code: str | None
    kernel: str = ""
    goal: str = ""


STEPS = (
    Step(name="scan, whole process", file="register", code=None, goal="0.6 s"),
    Step(name="scan, after imports", file="register", code=_SCAN),
    Step(name="kernel", file="register", code=_KERNEL, goal="0.25 s"),
    Step(name="polars parses it", file="register", code=_POLARS),
    Step(name="scan, whole process", file="products", code=None, goal="400 MB/s"),
    Step(name="scan, after imports", file="products", code=_SCAN),
    Step(name="find_flat, all shapes", file="log", code=_FLAT.format(shapes=""), goal="700 MB/s"),
    Step(name="find_flat, six shapes", file="log", code=_FLAT.format(shapes=", CHECKED"), goal="700 MB/s"),
    Step(name="read as text", file="log", code=_TEXT, goal="400 MB/s"),
    Step(name="read as text", file="notes", code=_TEXT, goal="15 MB/s"),
    Step(name="scan, whole process", file="register.cp932", code=None, goal="400 MB/s"),
    Step(name="scan, after imports", file="register.cp932", code=_SCAN),
    Step(name="decode", file="register.cp932", code=_DECODE.format(codec="cp932"), goal="400 MB/s"),
    Step(name="scan, whole process", file="register.utf-16", code=None, goal="400 MB/s"),
    Step(name="scan, after imports", file="register.utf-16", code=_SCAN),
    Step(name="decode", file="register.utf-16", code=_DECODE.format(codec="utf-16-le"), goal="400 MB/s"),
    Step(name="kernel", file="register", code=_KERNEL, kernel="numpy", goal="80 MB/s"),
    Step(name="scan, after imports", file="register", code=_SCAN, kernel="numpy"),
    Step(name="find_flat, six shapes", file="log", code=_FLAT.format(shapes=", CHECKED"), kernel="numpy"),
)


def main() -> None:
    """Generate the files, run every step in turn, print the best of each."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=460_517)
    parser.add_argument("--rounds", type=int, default=5)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        sizes = _write(Path(folder), arguments.rows)
        best = dict.fromkeys(STEPS, float("inf"))
        for _ in range(arguments.rounds):
            best = {step: min(best[step], _measured(step, Path(folder, f"{step.file}.csv"))) for step in STEPS}
    print(_machine())
    print(f"{arguments.rows:,} rows, best of {arguments.rounds}; {_written(sizes)}\n")
    print(f"{'file':17}{'step':24}{'kernel':8}{'CPU s':>8}{'MB/s':>8}  goal")
    for step, cpu in best.items():
        print(f"{step.file:17}{step.name:24}{step.kernel or 'C':8}{cpu:8.2f}{sizes[step.file] / cpu:8.0f}  {step.goal}")


def _write(folder: Path, rows: int) -> dict[str, float]:
    """Write every file; return their sizes in megabytes."""
    register(rows).write_csv(folder / "register.csv")
    text = (folder / "register.csv").read_text(encoding="utf-8")
    for codec in ("cp932", "utf-16"):
        (folder / f"register.{codec}.csv").write_bytes(text.encode(codec))
    products(rows * 2).write_csv(folder / "products.csv")
    (folder / "log.csv").write_bytes(log(rows * 3 // 2))
    lines = itertools.islice(notes(random.Random(SEED)), rows // 12)
    (folder / "notes.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return {path.stem: path.stat().st_size / 1e6 for path in folder.iterdir()}


def _measured(step: Step, path: Path) -> float:
    """Return the CPU seconds of a step in a process of its own."""
    environment = os.environ | {"SEKISHO_KERNEL": step.kernel}
    if step.code is None:
        before = sum(os.times()[2:4])
        command = [sys.executable, "-m", "sekisho", "scan", str(path), "--on", "none"]
        subprocess.run(command, check=False, capture_output=True, env=environment)
        return sum(os.times()[2:4]) - before
    program = _PROGRAM.replace("{code}", step.code)
    command = [sys.executable, "-c", program, str(path)]
    return float(subprocess.run(command, check=True, capture_output=True, text=True, env=environment).stdout)


def _written(sizes: dict[str, float]) -> str:
    return ", ".join(f"{name} {size:.0f} MB" for name, size in sorted(sizes.items()))


def _machine() -> str:
    versions = ", ".join(f"{name} {importlib.metadata.version(name)}" for name in ("numpy", "polars", "sekisho"))
    return f"{platform.machine()}, {platform.system()}, Python {platform.python_version()}, {versions}"


if __name__ == "__main__":
    main()
