"""k-anonymity and risk beside ARX and the Python packages: one table, one loss metric, CPU seconds, versions printed.

    python benchmarks/anonymity.py ADULT /tmp/anonymity --rows 30162 --rounds 3
    python benchmarks/anonymity.py ADULT /tmp/anonymity --rows 1000000 --arx ARX_CLASSES:LIBRARIES --heap 6g

ADULT is the folder of ``adult.csv`` and its hierarchies. At another number of rows than its own, the table is Adult resampled with
15 % of the cells exchanged for those of other rows, by a fixed seed: all tools read the same bytes. Each tool is a process of
its own, measured without loading its input; Sekisho's figures are from codes on, and the coding is shown beside. ARX is driven
by ``benchmarks/arx/Peer.java``, compiled with ARX's classes by whoever measures. Losses are those of one function
(:mod:`sekisho.cut.risk.loss`) over what each tool publishes.
"""

import argparse
import json
import os
import platform
import subprocess
import sys
from collections.abc import Callable
from importlib import metadata
from pathlib import Path
from time import process_time
from typing import Any

import numpy as np
import polars as pl

from sekisho.cut.risk.anonymise import Method, anonymise
from sekisho.cut.risk.coding import Coded, code, coded_rows
from sekisho.cut.risk.hierarchy import Hierarchy, read_hierarchy
from sekisho.cut.risk.loss import score
from sekisho.cut.risk.measure import measure
from sekisho.cut.risk.packing import narrow
from sekisho.cut.risk.unique import unique_by_columns
from sekisho.kernel.library import kernel

K, SUPPRESS, EXCHANGED, SEED = 5, 0.04, 0.15, 20221123
BLOCK = 1_000_000


def table_of(adult: Path, folder: Path, rows: int) -> Path:
    """Write the table of so many rows, if it is not there yet."""
    source = pl.read_csv(adult / "adult.csv", separator=";", infer_schema=False)
    path = folder / f"adult-{rows}.csv"
    if not path.exists():
        folder.mkdir(parents=True, exist_ok=True)
        dice = np.random.default_rng(SEED)
        with path.open("wb") as file:
            for start in range(0, rows, BLOCK):
                size = min(BLOCK, rows - start)
                block = source if rows == source.height else resampled(source, size, dice)
                block.write_csv(file, separator=";", include_header=start == 0)
    return path


def resampled(source: pl.DataFrame, size: int, dice: np.random.Generator) -> pl.DataFrame:
    """Draw rows with replacement, and exchange some of their cells for those of other rows."""
    rows = dice.integers(0, source.height, size)
    exchanged = dice.random((source.width, size)) < EXCHANGED
    others = dice.integers(0, source.height, (source.width, size))
    places = np.where(exchanged, others, rows)
    return pl.DataFrame([column.gather(place) for column, place in zip(source, places, strict=True)])


def hierarchies_of(adult: Path) -> dict[str, Hierarchy]:
    """Read Adult's hierarchies."""
    header = (adult / "adult.csv").open(encoding="utf-8").readline().strip().split(";")
    return {name: read_hierarchy((adult / f"adult_hierarchy_{name}.csv").read_bytes()) for name in header}


def timed(task: Callable[[], Any]) -> tuple[float, Any]:
    """Return the CPU seconds of a task, and what it made."""
    start = process_time()
    made = task()
    return process_time() - start, made


def ours(adult: Path, table: Path, method: str) -> dict[str, Any]:
    """Measure Sekisho in this process: a method of recoding, or ``risk``."""
    hierarchies = hierarchies_of(adult)
    read = pl.scan_csv(table, separator=";", infer_schema=False).collect_batches(chunk_size=BLOCK)
    coding, coded = timed(lambda: code(read, list(hierarchies), hierarchies))
    found: dict[str, Any] = {"coding": coding, "combinations": len(coded.weights)}
    if method == "risk":
        return found | risk(coded)
    chosen: Method = "lattice" if method == "lattice" else "mondrian" if method == "mondrian" else "local"
    share = SUPPRESS if chosen == "lattice" else 0.0
    found["cpu"], made = timed(lambda: anonymise(coded, k=K, method=chosen, suppress=share))
    found |= {"loss": made.loss, "classes": made.risk.classes, "suppressed": made.risk.suppressed}
    if made.optimum:
        found |= {"levels": made.optimum.levels, "checked": made.optimum.checked, "nodes": made.optimum.nodes}
    return found


def risk(coded: Coded) -> dict[str, Any]:
    """Measure the report, from rows of codes in no order: eight columns, and the salary class not to be learnt."""
    order = np.random.default_rng(SEED).permutation(coded.rows)
    places = np.repeat(np.arange(len(coded.weights)), coded.weights)[order]
    rows = [narrow(codes[places], size) for codes, size in zip(coded.codes, coded.sizes, strict=True)]
    gathering, eight = timed(
        lambda: coded_rows(rows, coded.hierarchies, quasi=coded.columns[:8], sensitive=coded.columns[8:])
    )
    measuring, found = timed(lambda: measure(eight))
    subsets, named = timed(lambda: unique_by_columns(eight))
    return {
        "cpu": gathering + measuring,
        "subsets": subsets,
        "classes": found.classes,
        "k": found.k,
        "l": found.l_diversity,
        "t": found.t_closeness,
        "uniques": found.uniques,
        "largest": [*named[0].columns, named[0].uniques],
    }


PEERS = {
    "pycanon": """
from pycanon import anonymity
def task():
    secret = ["salary-class"]
    return {"k": int(anonymity.k_anonymity(table, quasi)), "l": int(anonymity.l_diversity(table, quasi, secret)),
            "t": float(anonymity.t_closeness(table, quasi, secret))}
""",
    "pycanon, k alone": """
from pycanon import anonymity
def task():
    return {"k": int(anonymity.k_anonymity(table, quasi))}
""",
    "anjana": """
import anjana.anonymity
def task():
    made = anjana.anonymity.k_anonymity(table, [], columns, k, 100 * suppress, levels)
    made.to_csv(out, sep=";", index=False)
    return {"kept": len(made)}
""",
    "anonypy": """
import anonypy
categories = {name: "category" for name in columns if name != "age"}
numbers = table.assign(age=table["age"].astype(int)).astype(categories)
def task():
    return {"classes": len(anonypy.Preserver(numbers, columns[:8], columns[8]).anonymize_k_anonymity(k=k))}
""",
}
_AROUND = """
import json, sys, warnings
from importlib.metadata import version
from time import process_time
import pandas
warnings.simplefilter("ignore")
_, source, adult, out, package, k, suppress = sys.argv
k, suppress = int(k), float(suppress)
table = pandas.read_csv(source, sep=";", dtype=str)
columns = list(table.columns)
quasi = columns[:8]
levels = {{}}
for name in columns:
    with open(f"{{adult}}/adult_hierarchy_{{name}}.csv") as file:
        paths = {{line.split(";")[0]: line.strip().split(";") for line in file}}
    height = len(next(iter(paths.values())))
    levels[name] = {{level: [paths[value][level] for value in table[name]] for level in range(height)}}
{peer}
start = process_time()
found = task()
print(json.dumps({{"cpu": process_time() - start, "version": version(package), **found}}))
"""


def run(command: list[str]) -> dict[str, Any] | None:
    """Run a tool and return the best of the lines of JSON it prints, the first round's CPU and its memory."""
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        lines = [line for line in process.stdout if line.startswith("{")]
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode or not lines:
        return None
    rounds = [json.loads(line) for line in lines]
    best: dict[str, Any] = min(rounds, key=lambda each: each["cpu"])
    return best | {"cold": rounds[0]["cpu"], "MB": round(used.ru_maxrss / 1024)}


def arx(given: argparse.Namespace, table: Path, task: str) -> dict[str, Any] | None:
    """Run ARX; its loss is computed anew from what it publishes."""
    out = given.folder / f"arx-{task}.csv"
    written = str(out) if task == "local" else "-"
    rounds = given.rounds if given.rows < BLOCK else 1
    arguments = [str(table), str(given.adult), str(K), str(SUPPRESS), str(rounds), task, written]
    found = run(["java", f"-Xmx{given.heap}", "-cp", given.arx, "Peer", *arguments])
    if found and task == "local":
        published = pl.read_csv(out, separator=";", infer_schema=False)
        found["loss"] = score(published, hierarchies_of(given.adult))
    return found


def peer(given: argparse.Namespace, table: Path, name: str) -> dict[str, Any] | None:
    """Run a Python package in its own environment."""
    out = given.folder / f"{name}.csv"
    program = _AROUND.format(peer=PEERS[name])
    package = name.partition(",")[0]
    found = run([given.python, "-c", program, str(table), str(given.adult), str(out), package, str(K), str(SUPPRESS)])
    if found and name == "anjana":
        published = pl.read_csv(out, separator=";", infer_schema=False)
        hierarchies = hierarchies_of(given.adult)
        gone = given.rows - published.height
        kept = score(published.select(list(hierarchies)), hierarchies) * published.height
        found["loss"] = (kept + gone) / given.rows
    return found


def told(name: str, found: dict[str, Any] | None) -> None:
    """Print what a tool took and made."""
    rounded = {key: round(each, 6) if isinstance(each, float) else each for key, each in (found or {}).items()}
    print(name, "|", ", ".join(f"{key} {value}" for key, value in rounded.items()) or "failed", flush=True)


def arguments() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("adult", type=Path)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--rows", type=int, default=30162)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--methods", nargs="*", default=["lattice", "mondrian", "local", "risk"])
    parser.add_argument("--arx", help="class path of ARX, its libraries and Peer.class")
    parser.add_argument("--arx-tasks", nargs="*", default=["optimal"], choices=["optimal", "local"])
    parser.add_argument("--heap", default="6g")
    parser.add_argument("--python", help="an interpreter that has the Python packages")
    parser.add_argument("--peers", nargs="*", default=list(PEERS), choices=list(PEERS))
    parser.add_argument("--one", help=argparse.SUPPRESS)
    return parser.parse_args()


def main() -> None:
    """Measure all tools on one table."""
    given = arguments()
    table = table_of(given.adult, given.folder, given.rows)
    if given.one:
        print(json.dumps(ours(given.adult, table, given.one)))
        return
    kernel_ = "C" if kernel() else "NumPy"
    print(platform.processor() or platform.machine(), platform.python_version(), f"kernel {kernel_}, {given.rows} rows")
    print(*(f"{name} {metadata.version(name)}" for name in ("numpy", "polars")), "load", os.getloadavg())
    for method in given.methods:
        again = [sys.executable, __file__, str(given.adult), str(given.folder), "--rows", str(given.rows)]
        each = [run([*again, "--one", method]) for _ in range(given.rounds)]
        told(f"sekisho {method}", min((one for one in each if one), key=lambda one: one["cpu"], default=None))
    for task in given.arx_tasks if given.arx else []:
        told(f"ARX {task}", arx(given, table, task))
    for name in given.peers if given.python else []:
        told(name, peer(given, table, name))


if __name__ == "__main__":
    main()
