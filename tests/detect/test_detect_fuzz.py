"""No broken file stops a scan: a few changes of each format here, ten minutes a format in ``benchmarks/fuzz.py``."""

import random
from pathlib import Path

import pytest
from fuzz_seeds import mutated, seeds

from sekisho.detect.findings import TableReport, TextReport
from sekisho.detect.scan import scan_each

SEEDS = seeds()
SLOW = {"xlsx": 4}  # each is read by a process of its own


@pytest.mark.parametrize("ending", SEEDS)
def test_what_cannot_be_read_is_reported(ending: str, tmp_path: Path) -> None:
    dice = random.Random(ending)
    path = tmp_path / f"broken.{ending}"
    for _ in range(SLOW.get(ending, 10)):
        path.write_bytes(mutated(SEEDS[ending], dice))

        assert all(isinstance(report, TableReport | TextReport) for report in scan_each(path))


@pytest.mark.parametrize("ending", SEEDS)
def test_every_beginning_of_a_file_is_reported(ending: str, tmp_path: Path) -> None:
    data = SEEDS[ending]
    path = tmp_path / f"cut.{ending}"
    for size in range(0, len(data), len(data) // SLOW.get(ending, 10)):
        path.write_bytes(data[:size])

        assert all(isinstance(report, TableReport | TextReport) for report in scan_each(path))
