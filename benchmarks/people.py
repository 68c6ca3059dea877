"""People: numbering, indexing, who is on lost copies, and linkage, from a city to a nation.

    python benchmarks/people.py                  # all of it: some minutes, 2 GB
    python benchmarks/people.py city linkage

Each part runs in a process of its own, so that its peak of memory is its own. CPU seconds are those of the work itself;
rows are made outside of them. ``SEKISHO_KERNEL=numpy`` measures the path without the compiled kernel. Everything is
invented: the city is the demo's, larger tables are numbers.
"""

import argparse
import os
import platform
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import ParamSpec, TypeVar

import numpy as np
import polars as pl

from people_noise import noisy, parts_of
from sekisho.canon.number import code
from sekisho.demo.city import make_city
from sekisho.kinds.taxonomy import kind, taxonomy
from sekisho.loss.who import Affected
from sekisho.people.index import Index, decode_index, union
from sekisho.people.linkage import CASCADE, Linked, Pass, link
from sekisho.people.population import Population, decode_population
from sekisho.people.review import review

CITY, NATION, MANY = 460_517, 125_000_000, 50_000_000
CODE = kind("resident_code")
KINDS = list(taxonomy().values())[:11]
EXPORTS = (  # the share of the people in each and which of the kinds; the last one's cell is empty in a tenth of the rows
    (1.0, (0, 1, 2, 3, 4, 5)),
    (0.52, (0, 1, 6)),
    (0.24, (0, 7, 8)),
    (0.12, (0, 8, 9)),
    (0.32, (0, 10)),
)
BLOCK = 1 << 16

Made = TypeVar("Made")
Given = ParamSpec("Given")


class Clock:
    """Adds up the CPU seconds of what it is asked to run."""

    def __init__(self) -> None:
        self.seconds = 0.0

    def run(self, work: Callable[Given, Made], *args: Given.args, **kwargs: Given.kwargs) -> Made:
        """Run something."""
        start = time.process_time()
        made = work(*args, **kwargs)
        self.seconds += time.process_time() - start
        return made


def say(what: str, work: Callable[[], Made], times: int = 1) -> Made:
    """Run something and print its CPU milliseconds, the mean of several times."""
    clock = Clock()
    made = clock.run(work)
    for _ in range(times - 1):
        clock.run(work)
    print(f"  {what:<58}{clock.seconds / times * 1000:>12,.2f} ms CPU")
    return made


def keys_of(people: int) -> Iterator[pl.Series]:
    """Yield blocks of different codes of twelve digits, scattered as a register's are."""
    step = 7_919_000_017  # a prime, so that every number comes once
    for start in range(0, people, BLOCK):
        places = np.arange(start, min(people, start + BLOCK), dtype=np.uint64)
        yield pl.Series(places * np.uint64(step) % np.uint64(people)).cast(pl.String).str.zfill(12)


def masks_of(rows: int, kinds: tuple[int, ...], dice: np.random.Generator) -> np.ndarray:
    """Return a block's masks: all of the kinds, but for a tenth without the last."""
    masks = np.full(rows, sum(KINDS[place].mask for place in kinds), np.uint64)
    masks[dice.random(rows, np.float32) < 0.1] ^= np.uint64(KINDS[kinds[-1]].mask)
    return masks


def number_and_index(people: int) -> tuple[Population, Index, float]:
    """Number rows of different people and index them; return CPU seconds as well."""
    population, index, clock, dice = Population(), Index(), Clock(), np.random.default_rng(1)
    for keys in keys_of(people):
        masks = masks_of(len(keys), EXPORTS[0][1], dice)
        numbers = clock.run(population.number, keys, CODE)
        clock.run(index.add_rows, numbers, masks)
    clock.run(index.numbers)
    return population, index, clock.seconds


def rows() -> None:
    """Number and index many rows, and as many as a city has."""
    number_and_index(CITY)
    cities = [number_and_index(CITY)[2] / CITY for _ in range(5)]
    city = sorted(cities)[2]
    print(f"  {CITY:,} rows: {city * 1e9:,.0f} ns CPU a row; peak {peak():,} MB")
    population, index, seconds = number_and_index(MANY)
    print(
        f"  {MANY:,} rows: {seconds / MANY * 1e9:,.0f} ns CPU a row, {seconds / MANY / city:.2f} of the city's; peak {peak():,} MB"
    )
    assert len(population) == index.people == MANY
    again = np.concatenate([np.arange(0, MANY, 9973), [MANY - 1]]).astype(np.uint32)
    keys = population.keys(again)["key"]
    assert np.array_equal(population.number(keys, CODE).to_numpy(), again)
    data = say("population encoded", population.encode)
    del population
    say("population read again", lambda: decode_population(data))
    print(f"  population {len(data) / 1e6:,.0f} MB, index {len(index.encode()) / 1e6:,.1f} MB; peak {peak():,} MB")


def exports_of(people: int) -> list[Index]:
    """Return the indexes of the five exports, and print what building them took."""
    made, clock, total, dice = list[Index](), Clock(), 0, np.random.default_rng(1)
    for share, kinds in EXPORTS:
        index = Index()
        for start in range(0, people, BLOCK):
            numbers = np.arange(start, min(people, start + BLOCK), dtype=np.uint32)
            there = numbers[dice.random(len(numbers), np.float32) < share]
            masks, series = masks_of(len(there), kinds, dice), pl.Series(there)
            clock.run(index.add_rows, series, masks)
            total += len(there)
        clock.run(index.numbers)
        made.append(index)
    print(
        f"  {total:,} rows of {people:,} people indexed: {clock.seconds:,.2f} s CPU, {clock.seconds / total * 1e9:,.0f} ns a row"
    )
    return made


def lost(people: int, times: int) -> None:
    """Say who is on five lost copies."""
    indexes = exports_of(people)
    data = say("five indexes encoded", lambda: [index.encode() for index in indexes])
    indexes = say("five indexes read", lambda: [decode_index(each) for each in data])
    print(f"  five indexes {sum(map(len, data)) / 1e6:,.2f} MB")

    def who() -> Affected:
        found = Affected(union(indexes), {"resident_code": people})
        found.by_kind()
        found.by_field_set()
        return found

    found = say("union, people by kind and by set of kinds", who, times)
    print(
        f"  {found.at_most:,} people, {len(found.by_kind())} kinds, {len(found.by_field_set())} sets; peak {peak():,} MB"
    )


def nation() -> None:
    """Five overlapping exports of a nation."""
    lost(NATION, 1)


def city() -> None:
    """Number the tables of the city, beside a dict; five exports of it, lost."""
    with tempfile.TemporaryDirectory() as folder:
        made = make_city(Path(folder) / "city")
        columns = [
            pl.read_csv(path, infer_schema=False).select(pl.col("^.*統一コード$")).to_series()
            for path in made.paths.values()
        ]
    Population().number(columns[0][:BLOCK], CODE)  # the engine starts its threads
    population, numbers = Population(), dict[str, int]()
    blocks = [column[start : start + BLOCK] for column in columns for start in range(0, len(column), BLOCK)]
    say(f"{sum(map(len, columns)):,} rows numbered", lambda: [population.number(block, CODE) for block in blocks])
    say("the same, known already", lambda: [population.number(block, CODE) for block in blocks])

    def plainly() -> None:
        for block in blocks:
            for text in block.to_list():
                numbers.setdefault(code(text) or "", len(numbers))

    say("the same by a dict, without reading and writing it", plainly)
    assert len(numbers) == len(population) == CITY
    data = say("population encoded", population.encode)
    say(f"population read ({len(data) / 1e6:.1f} MB)", lambda: decode_population(data))
    say("all keys", lambda: population.keys(np.arange(CITY, dtype=np.uint32)))
    lost(CITY, 20)


def linkage() -> None:
    """Find the city's people again in a table with noise, by the seven passes of the reference and by all."""
    with tempfile.TemporaryDirectory() as folder:
        register = parts_of(pl.read_csv(make_city(Path(folder) / "city").paths["register"], infer_schema=False))
    whole = noisy(register, seed=7)
    for size in (60_000, CITY):
        rows = np.sort(np.random.default_rng(3).permutation(CITY)[:size])
        linked_by(CASCADE[:7], register, whole, rows)
        linked = linked_by(CASCADE, register, whole, rows)
        candidates = review(linked)
        right = candidates.filter(pl.Series(rows[candidates["row"].to_numpy()]) == candidates["person"])
        found = right["row"].n_unique()
        print(f"  left {len(linked.rest):,}, {found:,} with the right one among three candidates; peak {peak():,} MB")
    codes_and_identities(register, whole)


def linked_by(passes: Sequence[Pass], register: pl.DataFrame, whole: pl.DataFrame, rows: np.ndarray) -> Linked:
    """Link some rows of the noisy table, and print how good the matches are."""
    clock = Clock()
    linked = clock.run(link, whole[rows], register, passes)
    right = rows[linked.matches["row"].to_numpy()] == linked.matches["person"].to_numpy()
    print(
        f"  {len(rows):,} rows against {CITY:,}, {len(passes)} passes: recall {right.sum() / len(rows):.3%}, "
        f"precision {right.mean():.4%} ({(~right).sum()} wrong), {clock.seconds:.1f} s CPU"
    )
    for rule, matches, wrong in by_rule(linked, rows):
        print(f"    {rule:<34}{matches:>9,} matches {wrong:>3} wrong")
    return linked


def by_rule(linked: Linked, rows: np.ndarray) -> list[tuple[str, int, int]]:
    """Return each pass with its matches and how many are wrong."""
    wrong = pl.Series("wrong", rows[linked.matches["row"].to_numpy()] != linked.matches["person"].to_numpy())
    return (
        linked.matches.with_columns(wrong)
        .group_by("rule")
        .agg(pl.len(), pl.col("wrong").sum())
        .sort("len", descending=True)
        .rows()
    )


def codes_and_identities(register: pl.DataFrame, table: pl.DataFrame) -> None:
    """Let a population learn the register's identities, then number the noisy table by them alone."""
    population, clock = Population(), Clock()
    for block in register.iter_slices(BLOCK):
        clock.run(population.number, block["code"], CODE, block)
    print(
        f"  identities of {len(population):,} people learnt: {clock.seconds:.1f} s CPU; ambiguous {population.ambiguous}"
    )
    clock = Clock()
    numbers = np.concatenate(
        [clock.run(population.number_identities, block).to_numpy() for block in table.iter_slices(BLOCK)]
    )
    right, wrong = numbers == np.arange(CITY), (numbers < CITY) & (numbers != np.arange(CITY))
    print(
        f"  a table without codes: {right.mean():.2%} the same people, {wrong.sum()} others; {clock.seconds:.1f} s CPU"
    )


def peak() -> int:
    """Return the peak of this process's memory in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


PARTS = {"city": city, "rows": rows, "nation": nation, "linkage": linkage}


def main() -> None:
    """Run the parts asked for, each in a process of its own."""
    asking = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    asking.add_argument("parts", nargs="*", help=", ".join(PARTS))
    asking.add_argument("--here", action="store_true", help=argparse.SUPPRESS)
    asked = asking.parse_args()
    if asked.here:
        PARTS[asked.parts[0]]()
        return
    print(
        f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}, NumPy {np.__version__}, Polars {pl.__version__}"
    )
    for part in asked.parts or PARTS:
        print(f"{part}:", flush=True)
        subprocess.run([sys.executable, __file__, part, "--here"], check=True)


if __name__ == "__main__":
    main()
