"""The city cut to rows and to answers, beside the same join and CSV write by DuckDB alone.

    pip install duckdb
    python benchmarks/cut.py --folder /tmp/city --rounds 3

The demo's city (460,517 residents, six tables, fixed seed) is made in the folder once. Each task is a process of its own;
its clock starts behind the imports on both sides, and CPU seconds are user and system time of all its threads and
children. Ours is the whole of ``sekisho cut``: purpose and sources checked, six tables read strictly and joined, people
numbered, tokens drawn, the table encrypted into the office's vault with its digests, the index of people and a ledger
entry written and synced. DuckDB reads the same files as text with two threads, joins them on the same keys, and writes
the same columns as they stand to a plain CSV.

The allowance accounts name parents who changed their bank twice, and a look-up takes only keys that are unique; so both
sides read a sixth table in which each parent's last row stands.
"""

import argparse
import importlib.metadata
import json
import os
import platform
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import polars as pl

if TYPE_CHECKING:
    from sekisho.custody.answers import OpenAnswers

RESIDENTS = 460_517
SECRETS = 10_000
_WINDOW = 6  # bytes of a secret that are looked for first: two kanji
PARENTS = "child_allowance_latest"

_HEAD = """
schema = 1

[purpose]
id = "city-{profile}"
title = "benchmark"
legal_basis = "entrustment"
profile = "{profile}"
not_after = 2022-09-30
kinds = [{kinds}]
controller = {{ name = "汐見市", kind = "local_government" }}
recipient = {{ id = "callcentre", contract = "R4-1234" }}

[rows]
from = "register"
{joins}
"""

_SUBJECTS = {"register": "統一コード", "tax": "統一コード", "benefit": "世帯主の統一コード"}
_FILES = {
    "register": "register.csv",
    "tax": "resident_tax.csv",
    "benefit": "benefit_*.csv",
    "welfare": "welfare_account.csv",
    "child": f"{PARENTS}.csv",
}
_SECRET_COLUMNS = (("register", "氏名"), ("register", "氏名カナ"), ("register", "住所"), (PARENTS, "口座番号"))

# What leaves: name, where it comes from, how.
_FIELDS = (
    ("整理番号", "統一コード", "token.serial"),
    ("カナ", "氏名カナ", "keep"),
    ("続柄", "続柄", "keep"),
    ("郵便番号", "郵便番号", "postcode.area"),
    ("生年", "生年月日", "date.year"),
    ("住定月", "住定年月日", "date.month"),
    ("課税", "tax.課税区分", "keep"),
    ("支給", "benefit.支給区分", "keep"),
    ("振込月", "benefit.振込済処理日時", "date.month"),
    ("保護口座", "welfare.口座番号", "mask.last"),
    ("手当口座", "child.口座番号", "mask.last"),
)

_QUERY = """
[query]
ja = "給付の対象か"
en = "Eligible?"
kind = "benefit_status"
keys = { kana = "氏名カナ", birth_date = "生年月日", postal_code = "郵便番号" }
"""
_ANSWERS = (
    ("paid", "benefit.振込済処理日時 is not null"),
    ("sent", "benefit.申請書番号 is not null"),
    ("known", "welfare.口座番号 is not null or child.口座番号 is not null"),
    ("exempt", "tax.課税区分 == '非課税'"),
    ("no", ""),
)


@dataclass(frozen=True, slots=True)
class Cost:
    """What one task used.

    Attributes:
        wall: seconds.
        cpu: CPU seconds.
        peak: memory in MB.
        said: what else the task tells.
    """

    wall: float
    cpu: float
    peak: float
    said: dict[str, Any]


def main() -> None:
    """Run every task in turn, or one of them in this process."""
    arguments = _arguments()
    if arguments.task:
        print(json.dumps(_TASKS[arguments.task](arguments.folder)))
        return
    folder = city(arguments.folder)
    _print_machine()
    tasks = list(_TASKS)
    rounds = [[_run(task, folder) for task in tasks] for _ in range(arguments.rounds)]
    best = {
        task: min(costs, key=lambda cost: cost.cpu)
        for task, costs in zip(tasks, zip(*rounds, strict=True), strict=True)
    }
    walls = {
        task: min(cost.wall for cost in costs) for task, costs in zip(tasks, zip(*rounds, strict=True), strict=True)
    }
    print(f"{'task':<16} {'wall s':>7} {'CPU s':>7} {'peak MB':>8}  said")
    for task, cost in best.items():
        print(f"{task:<16} {walls[task]:>7.2f} {cost.cpu:>7.2f} {cost.peak:>8.0f}  {cost.said}")
    for profile in ("rows", "answer"):
        peer = best[f"duckdb {profile}"]
        wall, cpu = walls[profile] / walls[f"duckdb {profile}"], best[profile].cpu / peer.cpu
        print(f"{profile}: {wall:.2f}x DuckDB's wall, {cpu:.2f}x its CPU seconds (wanted: 1.5x)")


def city(folder: Path) -> Path:
    """Make the city with the table of parents, once."""
    from sekisho.demo.city import make_city  # noqa: PLC0415 - a task's clock starts behind its imports, not before them

    place = folder / "city"
    folder.mkdir(parents=True, exist_ok=True)
    if not place.exists():
        make_city(place, people=RESIDENTS)
    parents = place / f"{PARENTS}.csv"
    if not parents.exists():
        rows = pl.read_csv(place / "child_allowance_account.csv", infer_schema=False)
        rows.unique("統一コード", keep="last", maintain_order=True).write_csv(parents, line_terminator="\r\n")
    return folder


def _run(task: str, folder: Path) -> Cost:
    command = [sys.executable, __file__, "--folder", str(folder), "--task", task]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    said = json.loads(done.stdout)
    return Cost(said.pop("wall"), said.pop("cpu"), said.pop("peak"), said)


def _measured(act: Callable[[], dict[str, Any]]) -> dict[str, Any]:
    start, used = time.perf_counter(), _cpu()
    said = act()
    wall, cpu = time.perf_counter() - start, _cpu() - used
    peak = _peak()
    return {"wall": wall, "cpu": cpu, "peak": peak, **said}


_WHO = (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)


def _peak() -> float:
    """Return this process's peak memory in MB; what ``getrusage`` tells is also that of the process it was forked from."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return int(status.partition("VmHWM:")[2].split()[0]) / 1024


def _cpu() -> float:
    return sum(used.ru_utime + used.ru_stime for used in map(resource.getrusage, _WHO))


def _ours(profile: str, folder: Path) -> dict[str, Any]:
    from sekisho.clock import ManualClock  # noqa: PLC0415 - see city()
    from sekisho.custody.answers import OpenAnswers  # noqa: PLC0415
    from sekisho.custody.cutting import make_cut, prepare  # noqa: PLC0415
    from sekisho.custody.office import Office, Settings  # noqa: PLC0415

    purpose = folder / "city" / f"{profile}.toml"
    purpose.write_text(_purpose(profile, folder / "city"), encoding="utf-8")
    with tempfile.TemporaryDirectory(dir=folder) as home:
        clock = ManualClock(datetime(2022, 6, 21, 8, 0, tzinfo=UTC))
        settings = Settings(name="汐見市", phone="06-0123-0617", zone="Asia/Tokyo", origin="benchmark.invalid/ledger")
        office = Office.make(Path(home) / "office", settings, clock)

        def act() -> dict[str, Any]:
            record = make_cut(office, prepare(purpose))
            file = record.files[0]
            return {"bytes": file.size, "rows": file.rows, "undecided": record.undecided, "id": record.id}

        found = _measured(act)
        stored = office.home.cuts / found.pop("id")
        if profile == "answer":
            found |= _looked_at(office.vault.read(stored / "0.age"), folder / "city", found)
            question = office.vault.read(stored / "1.age")
            found["asked"] = _asked(OpenAnswers(office.vault.read(stored / "0.age"), question), folder / "city")
        return found


def _looked_at(table: bytes, folder: Path, found: dict[str, Any]) -> dict[str, Any]:
    """Look for collisions, and for 10,000 names, readings, accounts and addresses in the table's bytes."""
    tokens = len({table[at : at + 12] for at in range(7, len(table), 13)})
    windows = {table[at : at + _WINDOW] for at in range(len(table) - _WINDOW + 1)}
    inside = looked = 0
    for name, column in _SECRET_COLUMNS:
        cells = pl.read_csv(folder / f"{name}.csv", columns=[column], infer_schema=False)[column].drop_nulls()
        secrets = [cell.encode() for cell in cells.sample(min(SECRETS, len(cells)), seed=1)]
        looked += len(secrets)
        inside += sum(secret[:_WINDOW] in windows and secret in table for secret in secrets)
    return {"collisions": found["rows"] - tokens, "looked for": looked, "inside": inside, "MB": len(table) / 1e6}


def _asked(answers: "OpenAnswers", folder: Path) -> str:
    """Ask about a hundred residents, and say how many are in the table."""
    rows = pl.read_csv(folder / "register.csv", infer_schema=False).drop_nulls(["氏名カナ", "郵便番号"])
    who = rows.sample(100, seed=1).select("氏名カナ", "生年月日", "郵便番号").rows()
    found = [answers.ask(*each) for each in who]
    return f"{sum(each not in ('not_found', 'unclear') for each in found)} of {len(found)} found"


def _duckdb(profile: str, folder: Path) -> dict[str, Any]:
    try:
        import duckdb  # noqa: PLC0415 - a peer, in the environment of whoever measures
    except ImportError:
        sys.exit("DuckDB is not here: pip install duckdb")
    place, out = folder / "city", folder / f"duckdb-{profile}.csv"
    if profile == "rows":
        wanted = ", ".join(f"{_quoted(source)} AS {_quoted_name(out_name)}" for out_name, source, _ in _FIELDS)
    else:
        cases = " ".join(f"WHEN {_sql(where)} THEN {n}" for n, (_, where) in enumerate(_ANSWERS) if where)
        wanted = f"register.氏名カナ, register.生年月日, register.郵便番号, CASE {cases} ELSE {len(_ANSWERS) - 1} END"
    joins = " ".join(
        f"LEFT JOIN {_read(place, name)} {name} ON register.統一コード = {name}.{_SUBJECTS.get(name, '統一コード')}"
        for name in list(_FILES)[1:]
    )
    query = f"COPY (SELECT {wanted} FROM {_read(place, 'register')} register {joins}) TO '{out}' (FORMAT csv, HEADER)"  # noqa: S608 - of names in this file

    def act() -> dict[str, Any]:
        connection = duckdb.connect()
        connection.execute("SET threads = 2")
        connection.execute(query)
        return {"bytes": out.stat().st_size}

    try:
        return _measured(act)
    finally:
        out.unlink(missing_ok=True)


def _read(place: Path, name: str) -> str:
    return f"(SELECT * FROM read_csv('{place}/{_FILES[name]}', all_varchar = true, header = true))"  # noqa: S608


def _quoted(source: str) -> str:
    table, _, column = source.rpartition(".")
    return f"{table or 'register'}.{_quoted_name(column)}"


def _quoted_name(name: str) -> str:
    return f'"{name}"'


def _sql(where: str) -> str:
    return where.replace("==", "=")


def _purpose(profile: str, folder: Path) -> str:
    kinds = ["case_number", "name_kana", "postal_code", "birth_date", "benefit_status", "bank_account", "lookup_token"]
    kinds += ["tax_amount", "residence_date", "household"]
    return "".join(_purpose_parts(profile, folder, kinds))


def _purpose_parts(profile: str, folder: Path, kinds: Sequence[str]) -> Iterator[str]:
    joins = "".join(
        f'\n[[rows.join]]\nsource = "{name}"\non = "統一コード"\nto = "{_SUBJECTS.get(name, "統一コード")}"\n'
        for name in list(_FILES)[1:]
    )
    yield _HEAD.format(profile=profile, kinds=", ".join(map(_quoted_name, kinds)), joins=joins)
    for name, pattern in _FILES.items():
        columns = next(iter(sorted(folder.glob(pattern)))).open(encoding="utf-8").readline().strip().split(",")
        yield f'\n[source.{name}]\npath = "{pattern}"\ncolumns = {json.dumps(columns, ensure_ascii=False)}\n'
        yield f'subject = {{ column = "{_SUBJECTS.get(name, "統一コード")}" }}\n'
    if profile == "answer":
        yield _QUERY
        for answer, where in _ANSWERS:
            yield f'\n[[query.answer]]\nid = "{answer}"\nja = "{answer}"\nen = "{answer}"\n'
            yield f'where = "{where}"\n' if where else ""
        return
    for out, source, op in _FIELDS:
        yield f'\n[[field]]\nout = "{out}"\nfrom = "{source}"\nop = "{op}"\nwhy = "benchmark"\n'


_TASKS: dict[str, Callable[[Path], dict[str, Any]]] = {
    "rows": lambda folder: _ours("rows", folder),
    "duckdb rows": lambda folder: _duckdb("rows", folder),
    "answer": lambda folder: _ours("answer", folder),
    "duckdb answer": lambda folder: _duckdb("answer", folder),
}


def _print_machine() -> None:
    versions = ", ".join(f"{name} {importlib.metadata.version(name)}" for name in ("polars", "numpy", "duckdb"))
    load = ", ".join(f"{each:.1f}" for each in os.getloadavg())
    print(f"Python {platform.python_version()}, {platform.machine()}, {os.cpu_count()} cores, load {load}; {versions}")


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--folder", type=Path, required=True, help="where the city is kept between runs")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--task", choices=sorted(_TASKS), help=argparse.SUPPRESS)
    return parser.parse_args()


if __name__ == "__main__":
    main()
