"""Scanning a register-like table: megabytes a CPU second and peak memory, beside Polars parsing the same file.

    python benchmarks/detect.py --rows 310000 --rounds 5

The table is generated from a fixed seed: 25 columns, nobody in it exists, every My Number's check digit holds. Each step
is a process of its own; rounds are interleaved and the best of each is shown, because a shared machine only ever adds.
CPU seconds are those after the imports, peak memory is that of the whole process. "Read" walks over the blocks, "count"
runs the digit kernel over them, "scan" is the finished report with people, text shapes and verdicts.
"""

import argparse
import importlib.metadata
import platform
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np
import polars as pl

_MEASURE = """
import sys, time
{imports}
path = sys.argv[1]
start = time.process_time()
{step}
cpu = time.process_time() - start
with open("/proc/self/status") as status:  # getrusage would count the parent's memory before exec
    peak = next(line.split()[1] for line in status if line.startswith("VmHWM"))
print(cpu, int(peak) / 1024)
"""

_OPEN = "from pathlib import Path\nfrom sekisho.readers.tables import open_tables"

STEPS = {
    "polars parse": ("import polars", "polars.read_csv(path, infer_schema=False)"),
    "read": (_OPEN, "for block in open_tables(Path(path))[0].blocks(): pass"),
    "count": (
        f"{_OPEN}\nfrom sekisho.detect.shapes import count",
        "for block in open_tables(Path(path))[0].blocks(): count(block.text, block.ends, width=block.width)",
    ),
    "scan": ("from pathlib import Path\nfrom sekisho.detect.scan import scan", "scan(Path(path))"),
}


def main() -> None:
    """Generate the table, run every step in turn, print the best of each."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=310_000)
    parser.add_argument("--rounds", type=int, default=5)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "register.csv"
        register(arguments.rows).write_csv(path)
        size = path.stat().st_size / 1e6
        best = dict.fromkeys(STEPS, (float("inf"), 0.0))
        for _ in range(arguments.rounds):
            best = {step: min(best[step], _measured(step, path)) for step in STEPS}
    print(_machine())
    print(f"{arguments.rows:,} rows, {size:.1f} MB, best of {arguments.rounds}\n")
    print(f"{'step':14}{'CPU s':>8}{'MB/s':>8}{'peak MB':>9}")
    for step, (cpu, peak) in best.items():
        print(f"{step:14}{cpu:8.2f}{size / cpu:8.0f}{peak:9.0f}")


def register(rows: int, *, seed: int = 2022_06_21) -> pl.DataFrame:
    """Return a table in the shape of a city's register."""
    dice = np.random.default_rng(seed)

    def numbers(digits: int) -> pl.Series:
        return pl.Series(dice.integers(0, 10**digits, rows)).cast(pl.String).str.zfill(digits)

    def words(*choices: str) -> pl.Series:
        return pl.Series(choices).gather(dice.integers(0, len(choices), rows))

    def days(first: int, last: int) -> pl.Series:
        span = np.datetime64(f"{last}-01-01") - np.datetime64(f"{first}-01-01")
        return pl.Series(np.datetime64(f"{first}-01-01") + dice.integers(0, span.astype(np.int64), rows))

    has_account = pl.Series(dice.random(rows) < 0.18)
    surname, given = words("佐藤", "鈴木", "高橋", "田中", "汐崎"), words("太郎", "花子", "一郎", "美咲", "健太")
    kana = words("サトウ", "スズキ", "タカハシ") + " " + words("タロウ", "ハナコ", "イチロウ")
    serial = pl.int_range(rows, eager=True)
    table = {
        "統一コード": (serial * 7 + 4_000_000_000).cast(pl.String).str.zfill(11),
        "氏名": surname + "　" + given,
        "氏名カナ": kana,
        "郵便番号": "660-" + numbers(4),
        "住所": "兵庫県汐見市"
        + words("松原町", "港町", "東汐見台")
        + numbers(1)
        + "丁目"
        + numbers(2)
        + "-"
        + numbers(1),
        "方書": words("", "", "汐見コーポ") + words("", "２０１", "３０２"),
        "生年月日": days(1930, 2022),
        "性別": words("男", "女"),
        "世帯番号": (serial // 2).cast(pl.String).str.zfill(8),
        "続柄": words("世帯主", "妻", "子"),
        "住民となった年月日": days(1990, 2022).dt.strftime("%Y/%-m/%-d"),
        "個人番号": _my_numbers(dice.integers(0, 10, (11, rows))),
        "電話番号": "06-" + numbers(4) + "-" + numbers(4),
        "携帯電話番号": "090" + numbers(8),
        "メールアドレス": "user" + serial.cast(pl.String) + "@city-of-shiomi.jp",
        "金融機関コード": words("9991", "9992"),
        "支店コード": numbers(3),
        "口座区分": words("普通", "当座"),
        "口座番号": numbers(7),
        "口座名義": kana,
        "均等割額": words("0", "3500", "5300"),
        "所得額": pl.Series(dice.integers(0, 9_000_000, rows)).cast(pl.String),
        "荷物追跡番号": numbers(12),
        "備考": words("", "", "窓口で確認済"),
        "更新日時": words("2022-06-21 17:00:00", "2022-06-21 17:05:09"),
    }
    account = ("金融機関コード", "支店コード", "口座区分", "口座番号", "口座名義")
    frame = pl.DataFrame(table)
    return frame.with_columns(pl.when(has_account).then(pl.col(account)))


def _my_numbers(digits: np.ndarray[tuple[int, ...], np.dtype[np.int64]]) -> pl.Series:
    rest = np.array([6, 5, 4, 3, 2, 7, 6, 5, 4, 3, 2]) @ digits % 11
    check = np.where(rest <= 1, 0, 11 - rest)
    value = 10 ** np.arange(11, 0, -1) @ digits + check
    return pl.Series(value).cast(pl.String).str.zfill(12)


def _measured(step: str, path: Path) -> tuple[float, float]:
    imports, code = STEPS[step]
    program = _MEASURE.format(imports=imports, step=code)
    found = subprocess.run([sys.executable, "-c", program, str(path)], check=True, capture_output=True, text=True)
    cpu, peak = map(float, found.stdout.split())
    return cpu, peak


def _machine() -> str:
    versions = ", ".join(f"{name} {importlib.metadata.version(name)}" for name in ("numpy", "polars", "sekisho"))
    return f"{platform.machine()}, {platform.system()}, Python {platform.python_version()}, {versions}"


if __name__ == "__main__":
    main()
