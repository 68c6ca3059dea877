"""The demo's city: the six tables of the case at their true size, about people who do not exist.

One seed means one city, byte for byte. Names are random combinations, the city is on no map, its postal codes and banks
have been given to nobody (``places.toml``, ``banks.toml`` say by which rules). What real tables have is in it on
purpose: leading zeros, twins, strangers who share name and birth date, 髙 and 﨑, names too long for their column, empty
cells, half and full width side by side.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np
import polars as pl

from sekisho.demo.accounts import child_allowance_accounts, welfare_accounts
from sekisho.demo.benefits import benefit, campaigns, entitled
from sekisho.demo.case import the_case
from sekisho.demo.residents import heads_of, residents_of
from sekisho.demo.tables import register, resident_tax
from sekisho.errors import Misuse
from sekisho.files import replacing, replacing_folder
from sekisho.invented.dice import Dice

Encoding = Literal["utf-8", "cp932"]

FEWEST_PEOPLE = 1_000
"""Below this a city may lack the parents or the poor that its tables need."""

_ROWS_A_BLOCK = 16_384
_BEYOND_CP932 = ("𠮷", "吉")  # the city's only such sign; offices on cp932 write the name so


@dataclass(frozen=True, slots=True, kw_only=True)
class City:
    """A city on disk.

    Attributes:
        folder: where it stands.
        paths: its tables' files by the tables' names.
        counts: the rows in each file, counted in the file, header left out.
        encoding: of every file.
    """

    folder: Path
    paths: Mapping[str, Path]
    counts: Mapping[str, int]
    encoding: Encoding


def make_city(folder: Path, *, people: int | None = None, seed: int = 2022_06_21, encoding: Encoding = "utf-8") -> City:
    """Make the city's tables in a new folder, which appears when all of them are whole.

    Args:
        folder: must not exist; the one above it must.
        people: how many live there, as in the case if not said; the other tables scale in proportion.
        seed: another one means other people.
        encoding: cp932 cannot write 𠮷, so that there it is 吉; all else is the same.

    Raises:
        Misuse: fewer people than :data:`FEWEST_PEOPLE`.
        FileExistsError: the folder exists.
        OSError: the disk said no.
    """
    wanted = the_case().people if people is None else people
    if wanted < FEWEST_PEOPLE:
        raise Misuse("demo.too_few_people", people=wanted, fewest=FEWEST_PEOPLE)
    with replacing_folder(folder) as partial:
        for name, table in _tables(wanted, seed):
            _write(partial / f"{name}.csv", table, encoding)
    paths = {name: folder / f"{name}.csv" for name in the_case().rows}
    counts = {name: _count_rows(path) for name, path in paths.items()}
    return City(folder=folder, paths=paths, counts=counts, encoding=encoding)


def _tables(people: int, seed: int) -> Iterator[tuple[str, pl.DataFrame]]:
    """Yield each table with its name as it is made, so that they are not all held at once."""
    case = the_case()
    rows = case.scaled(people)
    residents = residents_of(seed, people, case.day)
    heads = heads_of(residents)
    yield "register", register(Dice(seed, "register"), residents)
    exempt = np.zeros(len(heads), dtype=np.bool_)
    for campaign in campaigns():
        dice = Dice(seed, campaign.table)
        households = entitled(dice, campaign, heads, rows[campaign.table], taken=exempt)
        exempt[households] = True
        yield campaign.table, benefit(dice, campaign, heads[households], case.day)
    name = "resident_tax"
    yield name, resident_tax(Dice(seed, name), residents, rows[name], exempt=exempt)
    name = "welfare_account"
    yield name, welfare_accounts(Dice(seed, name), heads, rows[name], exempt=exempt)
    name = "child_allowance_account"
    yield name, child_allowance_accounts(Dice(seed, name), residents, rows[name], case.day)


def _write(path: Path, table: pl.DataFrame, encoding: Encoding) -> None:
    with replacing(path) as file:
        for block in table.iter_slices(_ROWS_A_BLOCK):
            text = block.write_csv(
                line_terminator="\r\n", datetime_format="%Y-%m-%d %H:%M:%S", include_header=not file.tell()
            )
            file.write((text.replace(*_BEYOND_CP932) if encoding == "cp932" else text).encode(encoding))


def _count_rows(path: Path) -> int:
    """Count the lines below the header; no cell holds a line break."""
    with path.open("rb") as file:
        return sum(block.count(b"\n") for block in iter(lambda: file.read(1 << 20), b"")) - 1
