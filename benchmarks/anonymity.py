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
import resource
import subprocess
import sys
from collections.abc import Callable
from importlib import metadata
from pathlib import Path
from time import process_time
from typing import Any

import numpy as np
import polars as pl

from sekisho.cut.risk.anonymise import anonymise
from sekisho.cut.risk.coding import Coded, code
from sekisho.cut.risk.hierarchy import Hierarchy, read_hierarchy
from sekisho.cut.risk.loss import score
from sekisho.cut.risk.measure import measure
from sekisho.cut.risk.unique import unique_by_columns

K, SUPPRESS, EXCHANGED, SEED = 5, 0.04, 0.15, 20221123
BLOCK = 1_000_000
COLUMNS = ("sex", "age", "race", "marital-status", "education", "native-country", "workclass", "occupation")


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
    """Measure Sekisho in this process."""
    hierarchies = hierarchies_of(adult)
    reader = pl.scan_csv(table, separator=";", infer_schema=False)
    read = reader.collect_batches(chunk_size=BLOCK)
    loading, coded = timed(lambda: code(read, list(hierarchies), hierarchies))
    found: dict[str, Any] = {"coding": loading, "combinations": len(coded.weights)}
    if method == "risk":
        found |= risk(coded, code(reader.collect(), COLUMNS, hierarchies, sensitive=["salary-class"]))
    else:
        share = SUPPRESS if method == "lattice" else 0.0
        found["cpu"], made = timed(lambda: anonymise(coded, k=K, method=method, suppress=share))  # type: ignore[arg-type]
        found |= {"loss": made.loss, "classes": made.risk.classes, "suppressed": made.risk.suppressed}
        if made.optimum:
            found |= {"levels": made.optimum.levels, "checked": made.optimum.checked, "nodes": made.optimum.nodes}
    return found


def risk(coded: Coded, secret: Coded) -> dict[str, Any]:
    """Measure the risk report: from one code a cell to every measure, then the columns that make people unique."""
    rows = [np.repeat(each, coded.weights) for each in secret_codes(secret)]
    weights = np.concatenate([each.weights for each in secret.sensitive])
    del coded, weights
    collapsing, _ = timed(lambda: _collapsed(rows, secret))
    measuring, found = timed(lambda: measure(secret))
    subsets, named = timed(lambda: unique_by_columns(secret))
    return {
        "cpu": collapsing + measuring,
        "collapse": collapsing,
        "measure": measuring,
        "subsets": subsets,
        "classes": found.classes,
        "largest": [named[0].columns, named[0].uniques],
    }
