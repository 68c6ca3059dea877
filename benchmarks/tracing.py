"""Whether a leaked copy names its recipient, how surely, how fast; and that tables that are nobody's name nobody.

    python benchmarks/tracing.py --vectors ../shared/vectors/detect

The city's register goes to fifty recipients, each with case numbers and marks of its own. A leak is one row in a hundred,
shuffled, with a fifth of the columns dropped at random; then the same without the column of case numbers. Untouched tables
are the real ones of ``fivethirtyeight`` and rows of the register as it was before, each against fifty new secrets. What is
invented is invented here; the machine's speed shows in CPU seconds of this process.
"""

import argparse
import platform
import random
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path

import numpy as np
import polars as pl

from sekisho.cut.tokens.serial import CaseTokens
from sekisho.cut.trace.marks import channels_of, mark
from sekisho.cut.trace.match import Candidate, Suspicion, trace
from sekisho.cut.trace.token_sets import CaseNumbers
from sekisho.demo.city import make_city

RECIPIENTS = 50
MANY = 1_000
KINDS = {"氏名": "name", "氏名カナ": "name_kana", "住所": "address", "郵便番号": "postal_code"}
NUMBER = "整理番号"
SHARE_OF_ROWS, SHARE_OF_COLUMNS = 0.01, 0.2
SHARE_OF_UNTOUCHED = 0.001
CHANNELS = channels_of(KINDS.values())


def main() -> None:
    """Make the city, then print one line for each thing that is measured."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--vectors", type=Path, help="folder with fivethirtyeight/**.csv")
    parser.add_argument("--people", type=int, default=460_517)
    parser.add_argument("--trials", type=int, default=100)
    parser.add_argument("--untouched", type=int, default=1_000)
    asked = parser.parse_args()
    print(f"{platform.machine()}, {platform.python_version()}, polars {pl.__version__}, numpy {np.__version__}")
    with tempfile.TemporaryDirectory() as folder:
        city = make_city(Path(folder) / "city", people=asked.people)
        register = pl.read_csv(city.paths["register"], infer_schema=False)
    dice = random.Random(1)
    print(f"{register.height:,} people, {register.width} columns, {RECIPIENTS} recipients")
    measure_marking(register)
    maps = [numbers_of(register.height, dice) for _ in range(RECIPIENTS)]
    measure_leaks(register, maps, asked.trials, dice)
    measure_untouched("rows of the register", rows_of(register, dice), maps, asked.untouched, dice)
    if asked.vectors:
        tables = real_tables(asked.vectors / "fivethirtyeight")
        measure_untouched(f"{len(tables)} real tables", cycled(tables), maps, asked.untouched, dice)
    measure_many(dice)


def measure_marking(register: pl.DataFrame) -> None:
    """Print what marking a whole register costs."""
    secret = bytes(32)
    fields = ("氏名", "氏名カナ", "住所")
    seconds, shares = [], list[float]()
    for _ in range(3):
        start = time.process_time()
        marked = [mark(register[column], KINDS[column], secret) for column in fields]
        seconds.append(time.process_time() - start)
        shares = [int((cells != register[cells.name]).sum()) / register.height for cells in marked]
    changed = ", ".join(f"{column} {share:.0%}" for column, share in zip(fields, shares, strict=True))
    print(
        f"marks: 3 fields of {register.height:,} rows in {min(seconds):.2f} s CPU, best of 3; cells changed: {changed}"
    )


def measure_leaks(register: pl.DataFrame, maps: Sequence[np.ndarray], trials: int, dice: random.Random) -> None:
    """Print how many leaks named their recipient and nobody else, with and without the column of case numbers."""
    secrets = [dice.randbytes(32) for _ in maps]
    tokens = [CaseNumbers(np.sort(numbers)) for numbers in maps]
    candidates = [candidate(str(each), secrets[each], tokens[each]) for each in range(RECIPIENTS)]
    for with_tokens in (True, False):
        found, seconds = [], []
        for trial in range(trials):
            recipient = trial % RECIPIENTS
            leaked = leak_of(register, maps[recipient], secrets[recipient], dice, with_tokens=with_tokens)
            start = time.process_time()
            found.append((str(recipient), trace([leaked], candidates)))
            seconds.append(time.process_time() - start)
        title = "with" if with_tokens else "without"
        print(
            f"leaks {title} the case numbers: {verdict(found)}, {statistics.median(seconds):.2f} s CPU a trace (median)"
        )


def leak_of(
    register: pl.DataFrame, numbers: np.ndarray, secret: bytes, dice: random.Random, *, with_tokens: bool
) -> pl.DataFrame:
    """Return some rows of one recipient's copy, shuffled, some columns dropped, headers gone.

    A mark depends on its cell alone, so marking the rows that leak is the same as having marked all.
    """
    rows = register.with_columns(numbers_written(numbers)).sample(
        fraction=SHARE_OF_ROWS, shuffle=True, seed=dice.randrange(2**32)
    )
    rows = rows.with_columns(mark(rows[column], each, secret) for column, each in KINDS.items())
    columns = rows.columns if with_tokens else register.columns
    kept = dice.sample(columns, round(len(columns) * (1 - SHARE_OF_COLUMNS)))
    return rows.select(pl.col(column).alias(f"column {place}") for place, column in enumerate(kept))


def verdict(found: Sequence[tuple[str, tuple[Suspicion, ...]]]) -> str:
    """Say how often the right one, another, and nobody was named, and how surely."""
    right = [named[0] for cut, named in found if [each.cut for each in named] == [cut]]
    wrong = sum(any(each.cut != cut for each in named) for cut, named in found)
    nobody = sum(not named for _, named in found)
    surest = sorted(each.log10_chance for each in right)
    bounds = f"chance ≤ 10^{surest[len(surest) // 2]:.0f} (median), 10^{surest[-1]:.0f} (worst)" if surest else ""
    return f"{len(right)} of {len(found)} named the right one alone, {wrong} another, {nobody} nobody; {bounds}"


def measure_untouched(
    title: str, tables: Iterator[pl.DataFrame], maps: Sequence[np.ndarray], trials: int, dice: random.Random
) -> None:
    """Print how many tables that come from no cut accused somebody, each against secrets of its own."""
    tokens = [CaseNumbers(np.sort(numbers)) for numbers in maps]
    accused, nearest = 0, 0.0
    for _, table in zip(range(trials), tables, strict=False):
        candidates = [candidate(str(each), dice.randbytes(32), known) for each, known in enumerate(tokens)]
        found = trace([table], candidates, threshold=1.0)
        nearest = min([nearest, *(each.log10_chance for each in found)])
        accused += any(each.chance < 1e-6 for each in found)
    print(f"untouched, {title}: {accused} accusations in {trials:,} trials; nearest chance 10^{nearest:.1f}")


def measure_many(dice: random.Random) -> None:
    """Print what a trace by case numbers costs against a thousand recipients."""
    for people in (8_000, 82_716):
        maps = [numbers_of(people, dice) for _ in range(MANY)]
        known = [CaseNumbers(np.sort(numbers)) for numbers in maps]
        candidates = [candidate(str(each), None, tokens) for each, tokens in enumerate(known)]
        leaked = pl.DataFrame(numbers_written(maps[7]).sample(people // 100, seed=1))
        start = time.process_time()
        (named,) = trace([leaked], candidates)
        seconds = time.process_time() - start
        print(
            f"{MANY:,} recipients of {people:,} case numbers, {leaked.height} leaked: {seconds:.3f} s CPU, "
            f"{'the right one' if named.cut == '7' else 'WRONG'}, chance ≤ 10^{named.log10_chance:.0f}"
        )


def candidate(cut: str, secret: bytes | None, tokens: CaseNumbers) -> Candidate:
    """Return a cut that was marked under a secret and has case numbers."""
    held: Callable[[], CaseNumbers] = partial(_itself, tokens)
    return Candidate(
        cut=cut, recipient=cut, tokens=(held,), secret=secret, channels=CHANNELS if secret else frozenset()
    )


def _itself(tokens: CaseNumbers) -> CaseNumbers:
    return tokens


def numbers_of(people: int, dice: random.Random) -> np.ndarray:
    """Return case numbers, one a person."""
    return CaseTokens(dice.randbytes).give(pl.Series(range(people))).cast(pl.UInt64).to_numpy()


def numbers_written(numbers: np.ndarray) -> pl.Series:
    """Return case numbers as a column."""
    return pl.Series(NUMBER, numbers).cast(pl.String)


def rows_of(register: pl.DataFrame, dice: random.Random) -> Iterator[pl.DataFrame]:
    """Yield rows of the register as it is."""
    while True:
        yield register.sample(fraction=SHARE_OF_UNTOUCHED, shuffle=True, seed=dice.randrange(2**32))


def real_tables(folder: Path) -> list[pl.DataFrame]:
    """Return every table that can be read as it stands."""
    tables = []
    for path in sorted(folder.glob("**/*.csv")):
        try:
            tables.append(pl.read_csv(path, infer_schema=False, truncate_ragged_lines=True, encoding="utf8-lossy"))
        except pl.exceptions.PolarsError as error:
            print(f"not read: {path.name}: {type(error).__name__}")
    return tables


def cycled(tables: Sequence[pl.DataFrame]) -> Iterator[pl.DataFrame]:
    """Yield the tables over and over."""
    while True:
        yield from tables


if __name__ == "__main__":
    main()
