"""The index of people made afterwards, from ordinary source files: for an ordinary stick, which nobody sealed.

The files are read where they lie and are copied nowhere. What is kept, encrypted to the office's vault, is the index, what
the tables were, and who of the people is a minor, dead or under address protection as far as the tables say.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path

import msgspec
import numpy as np
import polars as pl
from numpy.typing import NDArray

from sekisho.custody.cut_kept import POPULATION, load_population
from sekisho.custody.office import Office
from sekisho.detect.column_names import column_names
from sekisho.errors import MediumError, NotFound, Unreadable
from sekisho.kinds.taxonomy import Kind
from sekisho.kinds.taxonomy import kind as kind_of
from sekisho.ledger.anchor import exclusive
from sekisho.loss.affected.columns import By, Said, columns_of
from sekisho.loss.affected.flags import Flags, decode_flags, says_yes
from sekisho.loss.affected.households import Households, code_column
from sekisho.loss.affected.sources import PassedOver, find_tables
from sekisho.loss.affected.telling import Teller, are_people, telling_of
from sekisho.loss.affected.watching import Watching
from sekisho.people.index import Index, decode_index, masks_of_rows
from sekisho.people.population import Population
from sekisho.progress import Progress, silent
from sekisho.readers.problems import Problem, Problems
from sekisho.readers.tables import Table

_PATIENCE = 600.0  # a cut of a nation takes minutes, and a loss waits for it rather than fails


class TableRecord(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What one table was.

    Attributes:
        name: as its reader calls it.
        rows: how many about people.
        kinds: column → id of its kind.
        said_by: column → who says so: ``person``, ``header`` or ``values``.
        unknown: columns of which nobody says anything.
        told_by: the kinds that tell whose a row is; none where every row could be anybody's.
        of_head: whether a row is about a household, under its head.
        unresolved: rows nobody could be told for.
        filled: kind → rows in which it is there.
    """

    name: str
    rows: int
    kinds: dict[str, str]
    said_by: dict[str, str]
    unknown: tuple[str, ...]
    told_by: tuple[str, ...]
    of_head: bool
    unresolved: int
    filled: dict[str, int]

    @property
    def is_personal(self) -> bool:
        """Whether anything in it is about people."""
        return bool(self.kinds)


@dataclass(frozen=True, slots=True, kw_only=True)
class FilesIndexed:
    """People of ordinary files.

    Attributes:
        sha256: digest of the index, by which it is kept.
        path: where it is kept.
        index: who is in them, with which kinds.
        flags: what the tables themselves say of them.
        tables: what they were.
        passed_over: what is in no count.
        problems: what was wrong with each table and was tolerated.
    """

    sha256: str
    path: Path
    index: Index
    flags: Flags
    tables: tuple[TableRecord, ...]
    passed_over: tuple[PassedOver, ...] = ()
    problems: Mapping[str, tuple[Problem, ...]] = field(default_factory=dict)

    @property
    def records(self) -> int:
        """Rows about people, of all tables."""
        return sum(table.rows for table in self.tables if table.is_personal)


def index_files(
    office: Office, paths: Sequence[Path], *, said: Sequence[Said] = (), progress: Progress = silent
) -> FilesIndexed:
    """Make and keep the index of people of ordinary files.

    Args:
        office: whose data they are; its population numbers the people and learns those it did not know.
        paths: files, and folders with everything below them.
        said: what somebody says of single columns.
        progress: told after each block how many rows it had.

    Raises:
        NotFound: nothing is there, no table in it, or nothing in any table is about people.
        Unreadable: a file changed or broke while it was read; the population is damaged.
        Busy: a cut is being made for very long.
        MediumError: the disk refused.
    """
    found = find_tables(paths)
    reading = [_Reading.of(table, said, office.today()) for table in found.tables]
    if not any(each.kinds for each in reading):
        raise NotFound("loss.nobody_in_files", path=paths[0])
    office.note(office.home.people)
    index, households = Index(), Households()
    try:
        with exclusive(office.people_lock, patience=_PATIENCE):
            population = load_population(office)
            for each in sorted(reading, key=lambda each: each.telling.rank):
                each.into(index, population, households, progress)
            office.vault.write(office.home.people / POPULATION, population.encode(), overwrite=True)
            records = tuple(each.record() for each in reading)
            of_tables = Flags.joined(each.watching.flags for each in reading)
            flags = replace(of_tables, by_household=households.members() & index.everybody())
            encoded = index.encode()
            sha256 = index.digest().hex()
            _keep(office, sha256, encoded, records, flags)
    except OSError as error:
        raise MediumError("custody.vault_disk", path=office.home.people) from error
    return FilesIndexed(
        sha256=sha256,
        path=_path(office, sha256, "index"),
        index=index,
        flags=flags,
        tables=records,
        passed_over=found.passed_over,
        problems={each.table.name: each.problems.found() for each in reading if each.problems.found()},
    )


def load_files(office: Office, sha256: str) -> FilesIndexed:
    """Return what :func:`index_files` kept under a digest.

    Raises:
        NotFound: there is none.
        Unreadable: it is damaged, or another.
    """
    path = _path(office, sha256, "index")
    index = decode_index(office.vault.read(path))
    if index.digest().hex() != sha256:
        raise Unreadable("people.damaged_index")
    flags = decode_flags(office.vault.read(_path(office, sha256, "flags")))
    try:
        tables = msgspec.json.decode(office.vault.read(_path(office, sha256, "tables")), type=tuple[TableRecord, ...])
    except msgspec.DecodeError:
        raise Unreadable("people.damaged_index") from None
    return FilesIndexed(sha256=sha256, path=path, index=index, flags=flags, tables=tables)


class _Reading:
    """One table on its way into the index."""

    def __init__(self, table: Table, said: Sequence[Said], today: date) -> None:
        self.table = table
        self.columns = columns_of(table, said)
        self.kinds = {column.label: column.kind for column in self.columns if column.kind}
        self.telling = telling_of(self.columns)
        self.watching = Watching.of(self.columns, today, of_head=self.telling.of_head)
        self.problems = Problems()
        self._household = code_column(self.columns)
        self._teller = Teller.of(self.telling)
        self._rows = self._unresolved = 0
        self._filled = Counter[str]()

    @classmethod
    def of(cls, table: Table, said: Sequence[Said], today: date) -> "_Reading":
        return cls(table, said, today)

    def into(self, index: Index, population: Population, households: Households, progress: Progress) -> None:
        """Read every row, and record whose it is with which kinds."""
        if not self.kinds:
            return
        for rows, masks in self._blocks():
            numbers = self._teller.number(population, rows)
            index.add_rows(numbers, masks)
            self._others(index, population, rows)
            self.watching.see(rows, numbers)
            households.see(rows, numbers, column=self._household, of_head=self.telling.of_head or not self.telling.by)
            self._rows += rows.height
            self._unresolved += numbers.null_count()
            progress(rows.height)
        index.unresolved += self._teller.repeated
        self._unresolved += self._teller.repeated

    def record(self) -> TableRecord:
        """Return what the table was; a header that reads as somebody's name is told by its place."""
        names = dict(zip(self.table.labels, column_names(self.table.labels), strict=True))
        return TableRecord(
            name=self.table.name,
            rows=self._rows,
            kinds={names[label]: kind.id for label, kind in self.kinds.items()},
            said_by={names[column.label]: column.by.value for column in self.columns if column.kind},
            unknown=tuple(names[column.label] for column in self.columns if column.by is By.NOBODY),
            told_by=self.telling.by,
            of_head=self.telling.of_head,
            unresolved=self._unresolved,
            filled=dict(sorted(self._filled.items())),
        )

    def _blocks(self) -> Iterator[tuple[pl.DataFrame, NDArray[np.uint64]]]:
        """Yield the rows in which there is anything, and is no line of totals, with the kinds in each."""
        labels = list(dict.fromkeys((*self.kinds, *self.watching.labels)))
        for block in self.table.frames(labels, strict=False, problems=self.problems):
            rows = self._without_noes(block)
            masks = masks_of_rows(rows, self.kinds)
            stay = (masks != 0) & are_people(rows, self.telling)
            if not stay.all():
                rows, masks = rows.filter(pl.Series(stay)), masks[stay]
            for kind in {kind.id: kind for kind in self.kinds.values()}.values():
                self._filled[kind.id] += int(np.count_nonzero(masks & np.uint64(kind.mask)))
            yield rows, masks

    def _without_noes(self, rows: pl.DataFrame) -> pl.DataFrame:
        """Return rows in which whoever is said not to be under address protection has nothing in that column."""
        labels = [label for label, kind in self.kinds.items() if kind.id == "protected_person"]
        return rows.with_columns(rows[label].set(~says_yes(rows[label]), None) for label in labels)

    def _others(self, index: Index, population: Population, rows: pl.DataFrame) -> None:
        """Record the other people whose codes stand on the rows: they are on the stick as well."""
        for kind_id, label in self.telling.others:
            exposed: Kind = kind_of(kind_id)
            numbers = population.number(rows[label], exposed).drop_nulls()
            index.add(numbers.to_numpy(), exposed)


def _keep(office: Office, sha256: str, encoded: bytes, records: tuple[TableRecord, ...], flags: Flags) -> None:
    parts = {"index": encoded, "tables": msgspec.json.encode(records), "flags": flags.encode()}
    for name, data in parts.items():
        office.vault.write(_path(office, sha256, name), data, overwrite=True)


def _path(office: Office, sha256: str, part: str) -> Path:
    return office.home.people / f"files-{sha256}.{part}.age"
