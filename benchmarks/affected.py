"""Who was on it: a city's ordinary files, and a nation's index with flags and segments, beside the same answers by DuckDB.

    python -m venv /tmp/duck && /tmp/duck/bin/pip install duckdb
    python benchmarks/affected.py --folder /tmp/affected --peer /tmp/duck/bin/python --people 1 10 46 125

The city is the demo's (460,517 residents, six tables): ours is the whole of ``index_files``: files found, columns read from
their headers and values, people numbered through the office's population, index, flags and households made, and all kept
encrypted in the vault. DuckDB is told every column and reads the same files to ``bit_or`` masks by code, and keeps nothing.

The nation is millions of numbered people on 2.2 rows each, in Parquet files in scattered order, and one row of flags each
(minor, dead, protected, has an address). Ours adds the rows to bitmaps and the flags to others, and cuts everybody into
segments; DuckDB groups by person, joins the flags and counts the same segments. Both answers must be equal. Each task is a
process of its own; CPU seconds are user and system time of all its threads.
"""

# ruff: noqa: PLC0415, S608 - the peer's Python has none of our modules, and ours none of its; nobody else gives a name to a query

import argparse
import json
import os
import platform
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

MILLION = 1_000_000
ROWS_A_FILE = 4 * MILLION
SEED = 2022_06_21
_MEMORY = "14GB"
_STEP = (
    2_654_435_761  # a prime: its multiples, modulo how many people there are, meet everybody once, in scattered order
)

# Of a hundred people so many are in the table, under these kinds, of which the last is in two of three rows.
_TABLES = {
    "register": (100, ("resident_code", "name", "address", "birth_date", "sex", "household", "name_kana")),
    "tax": (78, ("resident_code", "tax_amount")),
    "benefit": (18, ("resident_code", "birth_date", "benefit_status")),
    "account": (19, ("resident_code", "bank_code", "account_holder", "bank_account")),
    "health": (5, ("resident_code", "health_insurance", "health")),
}
_MINOR, _DEAD, _PROTECTED, _ADDRESSED = 1, 2, 4, 8


def main() -> None:
    """Run every task in turn, or one of them in this process."""
    arguments = _arguments()
    if arguments.task:
        print(json.dumps(_TASKS[arguments.task](arguments.folder)))
        return
    arguments.folder.mkdir(parents=True, exist_ok=True)
    load = ", ".join(f"{each:.1f}" for each in os.getloadavg())
    print(f"Python {platform.python_version()}, {platform.machine()}, {os.cpu_count()} cores, load {load}")
    print(f"{'task':<22} {'wall s':>8} {'CPU s':>8} {'peak MB':>8}  said")
    _compare("city", _city(arguments.folder), arguments.peer)
    for millions in arguments.people:
        folder = arguments.folder / f"nation-{millions}"
        if not folder.exists():
            make_nation(folder, millions * MILLION)
        _compare("nation", folder, arguments.peer)


def _compare(name: str, folder: Path, peer: Path | None) -> None:
    runs = [("ours", Path(sys.executable))] + ([("duckdb", peer)] if peer else [])
    answers = []
    for who, python in runs:
        done = subprocess.run(
            [str(python), __file__, "--folder", str(folder), "--task", f"{who}-{name}"],
            check=False,
            capture_output=True,
            text=True,
        )
        label = f"{who} {folder.name}"
        if done.returncode:
            print(f"{label:<22} failed: {(done.stderr.strip().splitlines() or [str(done.returncode)])[-1]}")
            continue
        said = json.loads(done.stdout)
        answers.append(said.pop("answer"))
        wall, cpu, peak = (said.pop(key) for key in ("wall", "cpu", "peak"))
        print(f"{label:<22} {wall:>8.2f} {cpu:>8.2f} {peak:>8.0f}  {said}", flush=True)
    if len(answers) == 2:
        print(f"{'':<22} equal: {answers[0] == answers[1]}, {len(answers[0])} segments", flush=True)


def make_nation(folder: Path, people: int) -> None:
    """Write the rows and the flags of so many people."""
    import numpy as np
    import polars as pl

    from sekisho.kinds.taxonomy import kind, mask_of

    folder.mkdir(parents=True)
    dice, count = np.random.default_rng(SEED), 0
    for offset, (share, kinds) in enumerate(_TABLES.values()):
        whole, most = (np.uint64(mask_of(kind(each) for each in some)) for some in (kinds, kinds[:-1]))
        size = people * share // 100
        for start in range(0, size, ROWS_A_FILE):
            places = np.arange(start, min(start + ROWS_A_FILE, size), dtype=np.uint64)
            numbers = (places * np.uint64(_STEP) + np.uint64(offset * 7919)) % np.uint64(people)
            masks = np.where(dice.integers(0, 3, len(places)) < 2, whole, most)
            frame = pl.DataFrame({"person": numbers.astype(np.uint32), "mask": masks})
            frame.write_parquet(folder / f"rows-{count}.parquet", compression="uncompressed")
            count += 1
    for place, start in enumerate(range(0, people, ROWS_A_FILE)):
        size = min(ROWS_A_FILE, people - start)
        flags = np.zeros(size, np.uint8)
        for flag, odds in ((_MINOR, 0.15), (_DEAD, 0.01), (_PROTECTED, 0.0005), (_ADDRESSED, 0.99)):
            flags |= np.where(dice.random(size) < odds, flag, 0).astype(np.uint8)
        numbers = np.arange(start, start + size, dtype=np.uint32)
        pl.DataFrame({"person": numbers, "flags": flags}).write_parquet(
            folder / f"flags-{place}.parquet", compression="uncompressed"
        )


def _ours_nation(folder: Path) -> dict[str, Any]:
    import polars as pl

    from sekisho.loss.affected.flags import Flags, bitmap
    from sekisho.loss.affected.segments import segments_of
    from sekisho.people.index import Index

    steps = dict[str, float]()

    def act() -> dict[str, Any]:
        index, rows, flags = Index(), 0, Flags(asked=frozenset({"address"}))
        with _timed(steps, "rows"):
            for path in _files(folder, "rows"):
                frame = pl.read_parquet(path)
                index.add_rows(frame["person"], frame["mask"].to_numpy())
                rows += frame.height
        with _timed(steps, "flags"):
            for path in _files(folder, "flags"):
                frame = pl.read_parquet(path)
                for people, flag in (
                    (flags.minors, _MINOR),
                    (flags.deceased, _DEAD),
                    (flags.protected, _PROTECTED),
                    (flags.addressed, _ADDRESSED),
                ):
                    people.update(bitmap(frame["person"], (frame["flags"] & flag) != 0))
        with _timed(steps, "segments"):
            found = segments_of(index, flags)
        with _timed(steps, "encode"):
            size = len(index.encode())
        answer = sorted((each.group.value, each.mask, each.people) for each in found.segments)
        return {"rows": rows, "people": found.people, "index_bytes": size, "cpu_of": steps, "answer": answer}

    return _measured(act)


def _duckdb_nation(folder: Path) -> dict[str, Any]:
    def act() -> dict[str, Any]:
        connection = _duckdb(folder)
        query = f"""
            SELECT CASE WHEN flags & {_PROTECTED} > 0 THEN 'protected' WHEN flags & {_DEAD} > 0 THEN 'deceased'
                        WHEN flags & {_ADDRESSED} = 0 THEN 'unreachable' WHEN flags & {_MINOR} > 0 THEN 'minors'
                        ELSE 'others' END AS who, mask, count(*) AS people
            FROM (SELECT person, bit_or(mask) AS mask FROM '{folder}/rows-*.parquet' GROUP BY person)
            JOIN '{folder}/flags-*.parquet' USING (person) GROUP BY who, mask ORDER BY who, mask
        """
        answer = [list(row) for row in connection.execute(query).fetchall()]
        return {"people": sum(row[2] for row in answer), "answer": answer}

    return _measured(act)


def _ours_city(folder: Path) -> dict[str, Any]:
    from sekisho.clock import ManualClock
    from sekisho.custody.office import Office, Settings
    from sekisho.loss.affected.files import index_files
    from sekisho.loss.affected.segments import segments_of

    settings = Settings(name="汐見市", phone="06-0123-0617", zone="Asia/Tokyo", origin="benchmark.invalid/ledger")
    steps = dict[str, float]()

    def act() -> dict[str, Any]:
        with tempfile.TemporaryDirectory(dir=folder.parent) as home:
            clock = ManualClock(datetime(2022, 6, 21, 8, 0, tzinfo=UTC))
            office = Office.make(Path(home) / "office", settings, clock)
            with _timed(steps, "index"):
                found = index_files(office, sorted(folder.glob("*.csv")))
            with _timed(steps, "segments"):
                segments = segments_of(found.index, found.flags)
            office.close()
        answer = sorted([part.mask, part.people] for part in found.index.segments())
        return {
            "people": found.index.people,
            "records": found.records,
            "segments": len(segments.segments),
            "cpu_of": steps,
            "answer": answer,
        }

    return _measured(act)


def _duckdb_city(folder: Path) -> dict[str, Any]:
    told = json.loads((folder / "kinds.json").read_text(encoding="utf-8"))

    def act() -> dict[str, Any]:
        connection = _duckdb(folder)
        selects = []
        for name, (code, columns) in told.items():
            parts = [f"""CASE WHEN "{column}" IS NOT NULL THEN {mask} ELSE 0 END""" for column, mask in columns.items()]
            masks = " | ".join(f"CAST({part} AS UBIGINT)" for part in parts)
            selects.append(f"""SELECT CAST("{code}" AS UBIGINT) AS person, {masks} AS mask
                               FROM read_csv('{folder / name}.csv', all_varchar = true, header = true)""")
        rows = " UNION ALL ".join(selects)
        query = f"""SELECT mask, count(*) FROM (SELECT person, bit_or(mask) AS mask FROM ({rows}) GROUP BY person)
                    GROUP BY mask ORDER BY mask"""
        answer = [list(row) for row in connection.execute(query).fetchall()]
        return {"people": sum(people for _, people in answer), "answer": answer}

    return _measured(act)


def _city(folder: Path) -> Path:
    """Make the city once, and say beside it what each of its columns is: the peer does not find that out."""
    import tomllib
    from importlib.resources import files

    from sekisho.demo.city import make_city
    from sekisho.kinds.taxonomy import kind

    place = folder / "city"
    if not place.exists():
        make_city(place)
    tables = tomllib.loads(files("sekisho.demo").joinpath("carried.toml").read_text(encoding="utf-8"))
    told = {
        name: (each["subject"], {column: kind(kind_id).mask for column, kind_id in each["kinds"].items()})
        for name, each in tables.items()
    }
    (place / "kinds.json").write_text(json.dumps(told, ensure_ascii=False), encoding="utf-8")
    return place


def _duckdb(folder: Path) -> Any:  # noqa: ANN401 - the peer's own
    import duckdb

    connection = duckdb.connect()
    connection.execute(f"SET threads = 2; SET memory_limit = '{_MEMORY}'; SET temp_directory = '{folder.parent}/spill'")
    return connection


def _files(folder: Path, name: str) -> Iterator[Path]:
    yield from sorted(folder.glob(f"{name}-*.parquet"), key=lambda path: int(path.stem.rpartition("-")[2]))


class _timed:  # noqa: N801 - read as a word at the head of a block
    """Notes the CPU seconds of a block."""

    def __init__(self, steps: dict[str, float], name: str) -> None:
        self._steps, self._name = steps, name

    def __enter__(self) -> None:
        self._start = _cpu()

    def __exit__(self, *_: object) -> None:
        self._steps[self._name] = round(_cpu() - self._start, 2)


def _measured(act: Callable[[], dict[str, Any]]) -> dict[str, Any]:
    start, used = time.perf_counter(), _cpu()
    said = act()
    wall, cpu = time.perf_counter() - start, _cpu() - used
    status = Path("/proc/self/status").read_text(encoding="ascii")
    peak = int(status.partition("VmHWM:")[2].split()[0]) / 1024
    return {"wall": wall, "cpu": cpu, "peak": peak, **said}


def _cpu() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


_TASKS: dict[str, Callable[[Path], dict[str, Any]]] = {
    "ours-city": _ours_city,
    "duckdb-city": _duckdb_city,
    "ours-nation": _ours_nation,
    "duckdb-nation": _duckdb_nation,
}


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--folder", type=Path, required=True, help="where the data are kept between runs")
    parser.add_argument("--peer", type=Path, help="a Python that has duckdb")
    parser.add_argument("--people", type=int, nargs="*", default=[1, 10], help="millions")
    parser.add_argument("--task", choices=sorted(_TASKS), help=argparse.SUPPRESS)
    return parser.parse_args()


if __name__ == "__main__":
    main()
