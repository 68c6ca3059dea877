"""The office's address table, joined to the people of an incident by the numbers that its population gives them.

It is read where it lies and copied nowhere. The population on disk learns nobody from it: whoever is in the table and in no
index gets a number in memory alone, which is forgotten.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
import polars as pl
from numpy.typing import NDArray
from pyroaring import BitMap

from sekisho.custody.cut_kept import load_population
from sekisho.custody.office import Office
from sekisho.errors import NotFound, Unreadable
from sekisho.kinds.taxonomy import taxonomy
from sekisho.loss.affected.columns import Said, columns_of
from sekisho.loss.affected.flags import Flags
from sekisho.loss.affected.roles import Mapped, Role, roles_of
from sekisho.loss.affected.sources import find_tables
from sekisho.loss.affected.telling import Teller, Telling, telling_of
from sekisho.loss.affected.watching import Watching
from sekisho.people.population import Population
from sekisho.progress import Progress, silent
from sekisho.readers.problems import Problems
from sekisho.readers.tables import Table

TEXTS = ("name", "kana", "postal_code", "address", "building", "guardian", "email", "phone")
"""Columns of :attr:`Contacts.frame` beside ``number`` and ``row``."""

_SCHEMA = {"number": pl.UInt32, "row": pl.UInt32, **dict.fromkeys(TEXTS, pl.String)}
_OF_ROLE = {Role(name): name for name in TEXTS}
_BETWEEN = "\u3000"


@dataclass(frozen=True, slots=True, kw_only=True)
class Contacts:
    """How people can be reached.

    Attributes:
        frame: one row a person: ``number``, ``row`` (in its table; the first below the header is 2) and :data:`TEXTS`.
        flags: what the table says of them.
        rows: how many rows were read.
        untold: rows whose person nothing told.
    """

    frame: pl.DataFrame = field(repr=False)
    flags: Flags
    rows: int
    untold: int


def read_contacts(
    office: Office,
    paths: Sequence[Path],
    people: BitMap,
    *,
    mapped: Mapped | None = None,
    said: Sequence[Said] = (),
    progress: Progress = silent,
) -> Contacts:
    """Return how people can be reached, by one or more address tables; of two rows about a person the later one counts.

    Args:
        office: whose population numbers them.
        paths: files and folders with the tables.
        people: who is asked about; nobody else is returned.
        mapped: which column is what, where headers do not say it.
        said: what kind of data single columns hold.
        progress: told after each block how many rows it had.

    Raises:
        NotFound: nothing is there, or no column that is named.
        Unreadable: a table is damaged, or tells nobody apart; the population is damaged.
    """
    mapped = mapped or Mapped()
    population, wanted = load_population(office), _lookup(people)
    parts, flags, rows, untold = [pl.DataFrame(schema=_SCHEMA)], list[Flags](), 0, 0
    tables = [_Addresses(table, mapped, said, office) for table in _mapped_tables(find_tables(paths).tables, mapped)]
    if not any(each.tells for each in tables):
        raise Unreadable("loss.no_contacts", path=paths[0])
    for each in sorted((each for each in tables if each.tells), key=lambda each: each.teller.telling.rank):
        parts += each.read(population, wanted, progress)
        flags.append(each.watching.flags)
        rows, untold = rows + each.rows, untold + each.untold
    frame = _one_each(pl.concat(parts))
    return Contacts(frame=frame, flags=Flags.joined(flags).among(people), rows=rows, untold=untold)


class _Addresses:
    """One table with addresses."""

    def __init__(self, table: Table, mapped: Mapped, said: Sequence[Said], office: Office) -> None:
        self.rows = self.untold = 0
        self._table = table
        columns = columns_of(table, said)
        telling = telling_of(columns)
        if mapped.key:
            telling = replace(telling, code=mapped.key, code_kind=mapped.key_kind, of_head=False)
        self.teller = Teller.of(telling)
        roles = {**roles_of(columns, of_head=telling.of_head), **mapped.columns}
        self.watching = replace(Watching.of(columns, office.today()), roles=roles)
        self.watching.flags = Flags(asked=frozenset(map(str, roles)))
        self._labels = list(dict.fromkeys((*_labels_of(telling), *roles.values())))

    @property
    def tells(self) -> bool:
        """Whether it tells people apart."""
        return bool(self.teller.telling.by)

    def read(self, population: Population, wanted: NDArray[np.bool_], progress: Progress) -> list[pl.DataFrame]:
        """Return the rows of those who are asked about."""
        parts = []
        for block in self._table.frames(self._labels, strict=False, problems=Problems()):
            numbers = self.teller.number(population, block).cast(pl.UInt32).alias("number")
            places_in_table = pl.Series("row", np.arange(self.rows + 2, self.rows + 2 + block.height, dtype=np.uint32))
            self.rows, self.untold = self.rows + block.height, self.untold + numbers.null_count()
            there = pl.Series(_are_wanted(numbers, wanted))
            rows, known = block.filter(there), numbers.filter(there)
            self.watching.see(rows, known)
            parts.append(self._shown(rows).with_columns(known, places_in_table.filter(there)).select(list(_SCHEMA)))
            progress(block.height)
        return parts

    def _shown(self, rows: pl.DataFrame) -> pl.DataFrame:
        roles = self.watching.roles
        shown = {
            name: _plain(rows[roles[role]]) if role in roles else pl.Series([None] * rows.height, dtype=pl.String)
            for role, name in _OF_ROLE.items()
        }
        frame = pl.DataFrame([cells.alias(name) for name, cells in shown.items()])
        name = self.teller.telling.name
        if len(name) == 2:  # family name and given name stand apart
            frame = frame.with_columns(
                name=rows.select(pl.concat_str(name, separator=_BETWEEN, ignore_nulls=True)).to_series()
            )
        return frame


def _mapped_tables(tables: Sequence[Table], mapped: Mapped) -> list[Table]:
    """Return the tables that have every column that is named.

    Raises:
        NotFound: none has; or there is no such kind of key.
    """
    if mapped.key_kind not in taxonomy():
        raise NotFound("loss.no_such_kind", kind=mapped.key_kind)
    named = [label for label in (mapped.key, *mapped.columns.values()) if label]
    found = [table for table in tables if set(named) <= set(table.labels)]
    if not found:
        missing = next(label for label in named if label not in tables[0].labels)
        raise NotFound("loss.no_such_column", path=tables[0].path, column=missing)
    return found


def _labels_of(telling: Telling) -> list[str]:
    weak = [label for _, label in telling.weak]
    return [label for label in (telling.code, *telling.name, telling.birth_date, telling.address, *weak) if label]


def _lookup(people: BitMap) -> NDArray[np.bool_]:
    wanted = np.zeros(people.max() + 1 if people else 0, np.bool_)
    wanted[np.asarray(people.to_array(), np.uint32)] = True
    return wanted


def _are_wanted(numbers: pl.Series, wanted: NDArray[np.bool_]) -> NDArray[np.bool_]:
    places = numbers.fill_null(len(wanted)).to_numpy()
    there = np.zeros(len(places), np.bool_)
    inside = places < len(wanted)
    there[inside] = wanted[places[inside]]
    return there


def _one_each(frame: pl.DataFrame) -> pl.DataFrame:
    if frame["number"].n_unique() == frame.height:
        return frame.sort("number")
    return frame.group_by("number", maintain_order=True).agg(pl.all().drop_nulls().last()).sort("number")


def _plain(cells: pl.Series) -> pl.Series:
    stripped = cells.str.strip_chars()
    return stripped.set(stripped == "", None)
