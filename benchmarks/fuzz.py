"""Ten minutes of broken files for each reader: no crash, no hang, no memory over 1 GB.

    pip install atheris
    python benchmarks/fuzz.py --seconds 600 --failures /tmp/fuzz

Every format is fuzzed by libFuzzer in a process of its own, guided by the coverage of our code, from the seeds and by the
changes of ``tests/detect/fuzz_seeds.py``. An exception, a signal, an input that takes longer than 30 seconds or a process of
more than 1 GB ends the process: the input is kept, the process starts again. The parent prints a row a format and ends
with 1 if anything was kept.
"""

import argparse
import importlib
import random
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SECONDS_AN_INPUT = 30
MEGABYTES = 1024
LONGEST = 1 << 16


@dataclass(slots=True, kw_only=True)
class Tally:
    """What came of one format."""

    inputs: int = 0
    peak: int = 0
    faults: list[str] = field(default_factory=list)


def main() -> None:
    """Fuzz the formats one by one, or one of them in this process."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("formats", nargs="*", help="all without")
    parser.add_argument("--seconds", type=int, default=600, help="for each format")
    parser.add_argument("--failures", type=Path, required=True, help="folder for what broke a reader")
    parser.add_argument("--child", nargs=argparse.REMAINDER, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    _, seeds = _changes()
    if arguments.child:
        fuzz(arguments.formats[0], arguments.child)
        return
    arguments.failures.mkdir(parents=True, exist_ok=True)
    print(f"| format | inputs | peak MB | faults |\n|---|---|---|---|  {arguments.seconds} s each")
    broken = False
    for ending in arguments.formats or seeds:
        tally = _fuzzed(ending, seeds[ending], arguments.seconds, arguments.failures)
        broken = broken or bool(tally.faults)
        print(f"| {ending} | {tally.inputs:,} | {tally.peak} | {', '.join(tally.faults) or 'none'} |", flush=True)
    sys.exit(broken)


def fuzz(ending: str, options: list[str]) -> None:
    """Fuzz one format in this process until libFuzzer ends it."""
    import atheris  # noqa: PLC0415 -- only who fuzzes has it

    with atheris.instrument_imports(include=["sekisho"]):
        from sekisho.detect.scan import scan_each  # noqa: PLC0415

    mutated, _ = _changes()
    path = Path(tempfile.mkdtemp(prefix="sekisho-fuzz-")) / f"input.{ending}"

    def scan(data: bytes) -> None:
        path.write_bytes(data)
        for _ in scan_each(path):
            pass

    def change(data: bytes, size: int, seed: int) -> bytes:
        return mutated(bytes(data), random.Random(seed))[:size]

    atheris.Setup([sys.argv[0], *options], scan, custom_mutator=change)
    atheris.Fuzz()


def _changes() -> tuple[Callable[[bytes, random.Random], bytes], Mapping[str, bytes]]:
    """Return the changes and the seeds, which the tests share."""
    sys.path.append(str(ROOT / "tests" / "detect"))
    fuzz_seeds = importlib.import_module("fuzz_seeds")

    return fuzz_seeds.mutated, fuzz_seeds.seeds()


def _fuzzed(ending: str, seed: bytes, seconds: int, failures: Path) -> Tally:
    tally, until = Tally(), time.monotonic() + seconds
    with tempfile.TemporaryDirectory() as corpus:
        (Path(corpus) / "seed").write_bytes(seed)
        while (left := int(until - time.monotonic())) > 0:
            options = [
                corpus, f"-max_total_time={left}", f"-timeout={SECONDS_AN_INPUT}", f"-rss_limit_mb={MEGABYTES}",
                f"-max_len={max(LONGEST, 2 * len(seed))}", f"-artifact_prefix={failures}/{ending}-", "-print_final_stats=1",
            ]  # fmt: skip
            command = [sys.executable, __file__, ending, "--failures", str(failures), "--child", *options]
            done = subprocess.run(command, check=False, capture_output=True, text=True, errors="replace")
            tally.inputs += _statistic("number_of_executed_units", done.stderr)
            tally.peak = max(tally.peak, _statistic("peak_rss_mb", done.stderr))
            if done.returncode:
                tally.faults.append(_fault(done.stderr))
            if done.returncode and "Test unit written" not in done.stderr:
                break  # it never began
    return tally


def _statistic(name: str, said: str) -> int:
    found = re.search(rf"stat::{name}:\s+(\d+)", said)
    return int(found[1]) if found else 0


def _fault(said: str) -> str:
    found = re.search(r"=== Uncaught Python exception: ===\n(.*)|ERROR: libFuzzer: (.*)", said)
    return (found[1] or found[2])[:80] if found else said.strip().splitlines()[-1][:80]


if __name__ == "__main__":
    main()
