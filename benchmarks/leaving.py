"""What it costs to search all that leaves a pseudonymised cut, and to blot free text.

    python benchmarks/leaving.py --folder /tmp/city

The demo's city (460,517 residents, fixed seed) is made in the folder once. Searched are seven columns of its register, as a
purpose of profile ``pseudonymous`` would let them out; blotted are 460,517 remarks, one in ten of which holds a telephone
number, a name, an address, an account or nothing of the kind. CPU seconds are user and system time of the process.
"""

import argparse
import platform
import random
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import polars as pl

from sekisho.custody.redacting import redact
from sekisho.custody.verifying import Verifier
from sekisho.cut.bind import bind
from sekisho.cut.plan import Plan
from sekisho.cut.purpose import parse_purpose
from sekisho.demo.city import make_city
from sekisho.readers.tables import Table, open_tables

REMARKS = 460_517
SEED = 20220621
KEPT = ("生年月日", "性別", "続柄", "住民区分", "住民となった事由", "住定年月日", "郵便番号")
NOTES = (
    "本人より電話あり。090-{a:04d}-{b:04d} に折り返し。担当：山田太郎",
    "転居済み　新住所は兵庫県尼崎市東七松町{c}丁目{d}番",
    "佐藤様の奥様より口座番号 {e:07d} の訂正",
    "申請書番号 R4-{e:07d} 返戻",
    "令和4年{c}月{d}日 発送済、{d}日に再送",
    "{c}月に入院。{d}日に退院。",
)

_HEAD = """schema = 1
[purpose]
id = "study"
title = "t"
profile = "pseudonymous"
not_after = 2099-12-31
kinds = ["birth_date", "sex", "household", "nationality", "residence_date", "postal_code", "other"]
controller = {{ name = "c", kind = "company" }}
recipient = {{ id = "r", contract = "1" }}
[source.register]
path = "register.csv"
columns = {columns}
subject = {{ column = "統一コード" }}
kinds = {{ "住民区分" = "nationality", "住民となった事由" = "other" }}
[rows]
from = "register"
"""
_FIELD = '[[field]]\nout = "{name}"\nfrom = "{name}"\nop = "keep"\nwhy = "w"\n'


def main() -> None:
    """Print the table."""
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--folder", type=Path, required=True)
    folder = arguments.parse_args().folder
    if not folder.exists():
        make_city(folder)
    print(
        f"{platform.machine()}, Python {platform.python_version()}, Polars {pl.__version__}, NumPy {np.__version__}\n"
    )
    print("| what | cells | MB | CPU s | MB per CPU s |\n|---|---|---|---|---|")
    register = open_tables(folder / "register.csv")[0]
    frames = [frame.select(KEPT) for frame in register.frames(strict=True)]
    plan = _plan(register)
    size = sum(_bytes(column) for frame in frames for column in frame)
    cells = sum(frame.height for frame in frames) * len(KEPT)
    _report("searched: seven columns of the register", cells, size, lambda: _search(plan, frames))
    remarks = _remarks()
    _report("blotted: remarks", len(remarks), _bytes(remarks), lambda: redact(remarks))


def _plan(register: Table) -> Plan:
    columns = "[" + ", ".join(f'"{label}"' for label in register.labels) + "]"
    text = _HEAD.format(columns=columns) + "".join(_FIELD.format(name=name) for name in KEPT)
    path = Path("study.toml")
    return bind(parse_purpose(text, path), text, path, {"register": [register]}, datetime.now(UTC).date())


def _search(plan: Plan, frames: list[pl.DataFrame]) -> None:
    searching = Verifier(plan)
    for frame in frames:
        searching.see(frame)
    searching.must_be_none()


def _remarks() -> pl.Series:
    chance = random.Random(SEED)

    def remark() -> str:
        if chance.random() >= 0.1:
            return "特になし"
        numbers = {"a": chance.randrange(10**4), "b": chance.randrange(10**4), "e": chance.randrange(10**7)}
        return chance.choice(NOTES).format(**numbers, c=chance.randrange(1, 13), d=chance.randrange(1, 29))

    return pl.Series("備考", [remark() for _ in range(REMARKS)])


def _bytes(cells: pl.Series) -> int:
    return int(sum(cells.str.len_bytes().drop_nulls().to_list()))


def _report(what: str, cells: int, size: int, work: Callable[[], object]) -> None:
    before = time.process_time()
    work()
    seconds = time.process_time() - before
    print(f"| {what} | {cells:,} | {size / 1e6:.1f} | {seconds:.2f} | {size / 1e6 / seconds:.1f} |")


if __name__ == "__main__":
    main()
