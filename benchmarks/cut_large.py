"""Tables larger than memory: one of 1.5 GB beside pandas in chunks, and one of 50 million rows beside one of 460,517.

    pip install pandas
    python benchmarks/cut_large.py --folder /tmp/large --rows 10000000 --pandas
    python benchmarks/cut_large.py --folder /tmp/large --rows 50000000 --beside 460517

Thirteen columns of invented people, fixed seed, made in the folder and deleted at the end; of 18 % of the rows six columns
leave, three of them masked or shortened, and a case number. Ours is the whole of ``sekisho cut``: the table read strictly,
people numbered, case numbers drawn, the table encrypted into the vault, index and ledger written. pandas reads in chunks
of 200,000 rows, writes plain CSV, and gives no case numbers; all other cells are compared row by row, byte by byte.
Each task is a process of its own whose clock starts behind its imports; memory is its peak.
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
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from itertools import zip_longest
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
import polars as pl

BLOCK = 1_000_000
CHUNK = 200_000
SHARE = "返戻"

COLUMNS = (
    "統一コード", "氏名", "氏名カナ", "郵便番号", "住所", "生年月日", "性別", "世帯番号", "電話番号", "口座番号", "状態",
    "年度", "備考",
)  # fmt: skip
_STATES, _CHANCES = ["未申請", "支給済", SHARE], [0.4, 0.42, 0.18]

PURPOSE = f"""
schema = 1
[purpose]
id = "large"
title = "benchmark"
legal_basis = "entrustment"
profile = "rows"
not_after = 2022-09-30
kinds = ["case_number", "name_kana", "postal_code", "birth_date", "phone", "bank_account", "sex"]
controller = {{ name = "汐見市", kind = "local_government" }}
recipient = {{ id = "callcentre", contract = "R4-1234" }}
[source.large]
path = "large.csv"
columns = {json.dumps(COLUMNS, ensure_ascii=False)}
subject = {{ column = "統一コード" }}
[rows]
from = "large"
where = "状態 == '{SHARE}'"
expect = {{ max = 100_000_000 }}
"""
_FIELDS = (
    ("整理番号", "統一コード", "token.serial"),
    ("カナ", "氏名カナ", "keep"),
    ("郵便番号", "郵便番号", "keep"),
    ("性別", "性別", "keep"),
    ("生年", "生年月日", "date.year"),
    ("電話末尾", "電話番号", "mask.last"),
    ("口座末尾", "口座番号", "mask.last"),
)


def main() -> None:
    """Make the tables, run every task, print and delete."""
    arguments = _arguments()
    if arguments.task:
        print(json.dumps(_TASKS[arguments.task](arguments.folder)))
        return
    _print_machine()
    arguments.folder.mkdir(parents=True, exist_ok=True)
    for rows in filter(None, (arguments.rows, arguments.beside)):
        with tempfile.TemporaryDirectory(dir=arguments.folder) as name:
            _compare(Path(name), rows, with_pandas=arguments.pandas and rows == arguments.rows)


def _compare(folder: Path, rows: int, *, with_pandas: bool) -> None:
    size = make(folder / "large.csv", rows)
    print(f"{rows:,} rows, {size / 1e9:.2f} GB")
    ours = _run("ours", folder)
    per_row = ours["cpu"] / rows * 1e6
    print(
        f"  ours    {ours['wall']:8.1f} s {ours['cpu']:8.1f} CPU-s {ours['peak']:7.0f} MB  {per_row:.3f} CPU-us a row"
    )
    if with_pandas:
        peer = _run("pandas", folder)
        print(f"  pandas  {peer['wall']:8.1f} s {peer['cpu']:8.1f} CPU-s {peer['peak']:7.0f} MB")
        print(
            f"  {peer['cpu'] / ours['cpu']:.1f}x faster by CPU seconds, {peer['wall'] / ours['wall']:.1f}x by the wall"
        )
        print(f"  {_rows_alike(folder):,} rows alike in all columns but the case number")


def make(path: Path, rows: int) -> int:
    """Write the table block by block; return its size."""
    rng = np.random.default_rng(2022)
    with path.open("wb") as file:
        file.write((",".join(COLUMNS) + "\r\n").encode())
        for start in range(0, rows, BLOCK):
            block = _people(rng, start, min(BLOCK, rows - start))
            file.write(block.write_csv(include_header=False, line_terminator="\r\n").encode())
        return file.tell()


def _people(rng: np.random.Generator, start: int, count: int) -> pl.DataFrame:
    def digits(most: int, width: int) -> pl.Series:
        return pl.Series(rng.integers(0, most, count)).cast(pl.String).str.zfill(width)

    def pick(texts: list[str], chances: list[float] | None = None) -> pl.Series:
        return pl.Series(texts).gather(rng.choice(len(texts), count, p=chances))

    kanji, kana = pick(["山田", "佐藤", "髙橋", "渡邊"]), pick(["ヤマダ", "サトウ", "タカハシ", "ワタナベ"])
    days = pl.Series(rng.integers(-14_600, 18_000, count)).cast(pl.Int32).cast(pl.Date).dt.to_string("%Y-%m-%d")
    cells = (
        pl.Series(np.arange(start, start + count) * 97 + 31).cast(pl.String).str.zfill(10),
        kanji + pick(["　太郎", "　花子", "　一郎"]),
        kana + pick(["　タロウ", "　ハナコ", "　イチロウ"]),
        digits(10_000, 4).str.replace("^", "688-"),
        pick(["汐見市松原町", "汐見市渚町", "汐見市貝殻町"]) + digits(30, 1) + "-" + digits(40, 1),
        days,
        pick(["男", "女"]),
        digits(10**9, 9),
        digits(10**8, 8).str.replace("^", "060-"),
        digits(10**7, 7),
        pick(_STATES, _CHANCES),
        pick(["2021", "2022"]),
        pick(["", "再発送, 要確認", 'メモ "至急"', "窓口にて受付"], [0.9, 0.03, 0.02, 0.05]),
    )
    return pl.DataFrame(dict(zip(COLUMNS, cells, strict=True)))


def _ours(folder: Path) -> dict[str, Any]:
    from sekisho.clock import ManualClock  # noqa: PLC0415 - a task imports what it measures
    from sekisho.custody.cutting import make_cut, prepare  # noqa: PLC0415
    from sekisho.custody.office import Office, Settings  # noqa: PLC0415

    fields = "".join(
        f'[[field]]\nout = "{out}"\nfrom = "{source}"\nop = "{op}"\nwhy = "benchmark"\n' for out, source, op in _FIELDS
    )
    purpose = folder / "large.toml"
    purpose.write_text(PURPOSE + fields, encoding="utf-8")
    clock = ManualClock(datetime(2022, 6, 21, 8, 0, tzinfo=UTC))
    settings = Settings(name="汐見市", phone="06-0123-0617", zone="Asia/Tokyo", origin="benchmark.invalid/ledger")
    with tempfile.TemporaryDirectory(dir=folder) as home:
        office = Office.make(Path(home) / "office", settings, clock)

        def act() -> str:
            return make_cut(office, prepare(purpose)).id

        found, cut = _measured(act)
        with office.vault.open(office.home.cuts / cut / "0.age") as table, (folder / "ours.csv").open("wb") as out:
            while piece := table.read(1 << 20):
                out.write(piece)
    return found


def _pandas(folder: Path) -> dict[str, Any]:
    try:
        import pandas as pd  # noqa: PLC0415 - a peer, in the environment of whoever measures
    except ImportError:
        sys.exit("pandas is not here: pip install pandas")

    def masked(cells: Any) -> Any:  # noqa: ANN401 - a column of pandas
        return cells.str.len().sub(3).clip(lower=0).map(lambda hidden: "＊" * hidden) + cells.str[-3:]

    def act() -> None:
        with (folder / "pandas.csv").open("w", encoding="utf-8", newline="") as out:
            out.write(",".join(name for name, _, op in _FIELDS if op != "token.serial") + "\r\n")
            chunks = pd.read_csv(folder / "large.csv", dtype=str, keep_default_na=False, chunksize=CHUNK)
            for chunk in chunks:
                rows = chunk[chunk["状態"] == SHARE]
                made = {
                    "カナ": rows["氏名カナ"], "郵便番号": rows["郵便番号"], "性別": rows["性別"],
                    "生年": rows["生年月日"].str[:4], "電話末尾": masked(rows["電話番号"]), "口座末尾": masked(rows["口座番号"]),
                }  # fmt: skip
                pd.DataFrame(made).to_csv(out, index=False, header=False, lineterminator="\r\n")

    return _measured(act)[0]


def _rows_alike(folder: Path) -> int:
    """Compare both tables row by row without the case number, and count.

    Raises:
        ValueError: two rows differ.
    """
    alike = -1  # the header
    with (folder / "ours.csv").open("rb") as ours, (folder / "pandas.csv").open("rb") as theirs:
        for one, other in zip_longest(_without_token(ours), theirs):
            if one != other:
                raise ValueError(f"row {alike + 1} differs")
            alike += 1
    return alike


def _without_token(table: BinaryIO) -> Iterator[bytes]:
    for line in table:
        yield line.partition(b",")[2]


def _run(task: str, folder: Path) -> dict[str, Any]:
    done = subprocess.run(
        [sys.executable, __file__, "--folder", str(folder), "--task", task], check=True, capture_output=True, text=True
    )
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def _measured(act: Callable[[], Any]) -> tuple[dict[str, Any], Any]:
    start, used = time.perf_counter(), _cpu()
    made = act()
    peak = _peak()
    return {"wall": time.perf_counter() - start, "cpu": _cpu() - used, "peak": peak}, made


def _peak() -> float:
    """Return this process's peak memory in MB; what ``getrusage`` tells is also that of the process it was forked from."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return int(status.partition("VmHWM:")[2].split()[0]) / 1024


def _cpu() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


_TASKS: dict[str, Callable[[Path], dict[str, Any]]] = {"ours": _ours, "pandas": _pandas}


def _print_machine() -> None:
    load = ", ".join(f"{each:.1f}" for each in os.getloadavg())
    versions = ", ".join(f"{name} {importlib.metadata.version(name)}" for name in ("polars", "numpy"))
    print(f"Python {platform.python_version()}, {platform.machine()}, {os.cpu_count()} cores, load {load}; {versions}")


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Tables larger than memory.")
    parser.add_argument("--folder", type=Path, required=True, help="where there is room for the tables")
    parser.add_argument("--rows", type=int, default=10_000_000)
    parser.add_argument("--beside", type=int, default=0, help="a second, smaller table for the cost of a row")
    parser.add_argument("--pandas", action="store_true", help="run pandas on the first table and compare the rows")
    parser.add_argument("--task", choices=sorted(_TASKS), help=argparse.SUPPRESS)
    return parser.parse_args()


if __name__ == "__main__":
    main()
