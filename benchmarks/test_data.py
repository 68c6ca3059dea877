"""Invented people, and a city's six tables as test data.

    python benchmarks/test_data.py --folder /tmp/city --people 460517

The demo's city is made in the folder once. CPU seconds are user and system time of this process, best of the rounds. What
is made is then compared with the sources: no code, account, telephone number or address may be in both, nor a name
together with its birth date.
"""

import argparse
import importlib.metadata
import os
import platform
import random
import resource
import time
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import TypeVar

import polars as pl

from sekisho.cut.bind import bind
from sekisho.cut.plan import Plan
from sekisho.cut.purpose import parse_purpose
from sekisho.cut.run_test_data import Invented, invent_table, learn
from sekisho.cut.test_data.replace import replaced
from sekisho.cut.test_data.write import writing_of
from sekisho.demo.city import make_city
from sekisho.invented.draws import Draws
from sekisho.invented.values import invent_column
from sekisho.readers.tables import Table, open_tables

Result = TypeVar("Result")

_KINDS = [
    "resident_code", "name", "name_kana", "address", "postal_code", "birth_date", "sex", "phone", "email", "bank_code",
    "branch_code", "bank_account", "account_holder", "my_number", "residence_date",
]  # fmt: skip
_WORDS = ["household", "benefit_status", "tax_amount", "account_type", "family"]
_BOTH = [
    ("register", "統一コード"), ("register", "住所"), ("welfare_account", "口座番号"),
    ("child_allowance_account", "口座番号"),
]  # fmt: skip
_PATH = Path("purpose.toml")


def main() -> None:
    """Measure and print."""
    arguments = _arguments()
    _print_machine()
    if not arguments.folder.exists():
        make_city(arguments.folder, people=arguments.people)
    randomness = random.Random(1).randbytes
    draws = Draws(pl.Series(range(arguments.people), dtype=pl.UInt64).to_numpy())
    seconds, _ = _best(arguments.rounds, lambda: [invent_column(kind, draws) for kind in _KINDS])
    print(f"invent {len(_KINDS)} columns of {arguments.people:,} people: {seconds:.2f} CPU s (goal 10)")
    plan = _plan(arguments.folder)
    seconds, invented = _best(arguments.rounds, lambda: learn(plan, randomness=randomness))
    print(f"learn six tables, {invented.rows_in:,} rows, and cast: {seconds:.2f} CPU s")
    made = dict[str, bytes]()
    for name in plan.purpose.source:
        seconds, made[name] = _best(arguments.rounds, lambda name=name: _table(plan, invented, name))  # type: ignore[misc]
        shape = invented.shapes[name]
        print(f"make and write {name}, {shape.rows:,} x {len(shape.columns)}: {seconds:.2f} CPU s")
    for line in _in_both(arguments.folder, made):
        print(line)
    register = _read((arguments.folder / "register.csv").read_bytes())
    for label, kind in (("氏名", "name"), ("住所", "address"), ("生年月日", "birth_date")):
        seconds, _ = _best(arguments.rounds, lambda label=label, kind=kind: replaced(register[label], kind, bytes(32)))  # type: ignore[misc]
        print(f"form test.data of {label}: {seconds:.2f} CPU s")
    print(f"peak memory {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:,.0f} MB")


def _plan(folder: Path) -> Plan:
    tables: dict[str, list[Table]] = {
        path.stem: open_tables(path, has_header=True) for path in sorted(folder.glob("*.csv"))
    }
    text = (
        '[purpose]\nid = "benchmark"\ntitle = "benchmark"\nprofile = "test-data"\nnot_after = 2030-01-01\n'
        f'kinds = {_WORDS}\ncontroller = {{ name = "x", kind = "other" }}\nrecipient = {{ id = "x" }}\n'
        '[rows]\nfrom = "register"\n'
    )
    for name, (table,) in tables.items():
        labels = list(table.labels)
        text += (
            f'[source.{name}]\npath = "{table.path.name}"\ncolumns = {labels}\nsubject = {{ column = "{labels[0]}" }}\n'
        )
    text = f"schema = 1\n{text}"
    return bind(parse_purpose(text, _PATH), text, _PATH, tables, date(2026, 1, 1))


def _table(plan: Plan, invented: Invented, name: str) -> bytes:
    writing = writing_of(name, plan.purpose.source[name], plan.tables[name])
    return b"".join(invent_table(invented, name, writing, random.Random(2).randbytes))


def _in_both(folder: Path, made: dict[str, bytes]) -> Iterator[str]:
    """Count what is in a source and in what was made of it."""
    for name, column in _BOTH:
        there, here = _read((folder / f"{name}.csv").read_bytes()), _read(made[name])
        both = len(set(there[column].drop_nulls()) & set(here[column].drop_nulls()))
        yield f"in both, {name} {column}: {both} (must be 0)"
    pairs = [
        set(_read(data).select("氏名", "生年月日").iter_rows())
        for data in ((folder / "register.csv").read_bytes(), made["register"])
    ]
    yield f"in both, name with birth date: {len(pairs[0] & pairs[1])} (must be 0) of {len(pairs[1]):,}"


def _read(data: bytes) -> pl.DataFrame:
    return pl.read_csv(data, infer_schema=False)


def _best(rounds: int, act: Callable[[], Result]) -> tuple[float, Result]:
    costs, result = list[float](), None
    for _ in range(rounds):
        before = time.process_time()
        result = act()
        costs.append(time.process_time() - before)
    assert result is not None
    return min(costs), result


def _print_machine() -> None:
    versions = ", ".join(f"{name} {importlib.metadata.version(name)}" for name in ("numpy", "polars"))
    print(
        f"{platform.machine()}, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}, Python {platform.python_version()}, {versions}"
    )


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--folder", type=Path, required=True)
    parser.add_argument("--people", type=int, default=460_517)
    parser.add_argument("--rounds", type=int, default=1)
    return parser.parse_args()


if __name__ == "__main__":
    main()
