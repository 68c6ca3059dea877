"""Who was on the lost copies, exactly: from the indexes written when they were sealed, never from the lost data.

Counts by set of kinds are for everybody who works on the case. The list of people is personal data itself: two persons ask
for it, and the ledger says that they did.
"""

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import polars as pl

from sekisho.custody.cut_kept import count_by_kind_of_key, load_population
from sekisho.custody.office import Office
from sekisho.custody.register import Role
from sekisho.custody.sealing import load_index
from sekisho.errors import MediumError, Misuse, Refused, Unreadable
from sekisho.files import replacing
from sekisho.kinds.taxonomy import Kind, kinds_in
from sekisho.kinds.taxonomy import kind as kind_of
from sekisho.loss.history import Told, tell_of
from sekisho.people.index import Index, union
from sekisho.signing.keys import SigningKey

_KEY_HEADINGS = {"key_kind": "番号の種類", "key": "番号"}
SHOWERS = (Role.PRIVACY_OFFICER, Role.KEY_OFFICER, Role.APPROVER)
"""Who may be one of the two to whom names are shown."""


@dataclass(frozen=True, slots=True)
class Affected:
    """The people on several copies together.

    Attributes:
        index: person → kinds.
        by_key: how many of them are known by each kind of key (kind id → people).
    """

    index: Index
    by_key: Mapping[str, int]

    @property
    def at_least(self) -> int:
        """Persons who were surely told apart: who is known by one kind of key may be known by another as well."""
        return max(self.by_key.values(), default=0)

    @property
    def at_most(self) -> int:
        """Persons, if nobody is known by two kinds of key, and every row that could not be told was one more."""
        return self.index.people + self.index.unresolved

    @property
    def is_mixed(self) -> bool:
        """Whether several kinds of key tell the persons apart, so that every count may hold one person twice."""
        return len(self.by_key) > 1

    def by_kind(self) -> list[tuple[Kind, int]]:
        """Return how many persons' datum of each kind is concerned."""
        return [(kind, self.index.count(kind)) for kind in self.index.kinds]

    def by_field_set(self) -> list[tuple[tuple[Kind, ...], int]]:
        """Return how many persons share each set of kinds, largest first."""
        return [(kinds_in(segment.mask), segment.people) for segment in self.index.segments()]

    def kinds_csv(self) -> bytes:
        """Return the counts by kind as CSV for spreadsheets."""
        rows = [(kind.id, kind.ja, kind.en, people) for kind, people in self.by_kind()]
        return _csv([("kind", "ja", "en", "people"), *rows])

    def field_sets_csv(self) -> bytes:
        """Return the counts by set of kinds as CSV for spreadsheets."""
        rows = [
            (people, " ".join(kind.id for kind in kinds), "・".join(kind.ja for kind in kinds))
            for kinds, people in self.by_field_set()
        ]
        return _csv([("people", "kinds", "ja"), *rows])


def affected(office: Office, slips: Sequence[str]) -> Affected:
    """Return who is on these copies.

    Raises:
        NotFound: there is no such copy, or its index is missing.
        Refused: a copy was never sealed.
        Unreadable: the index or the record of a copy is damaged, or not the one that was sealed; the population is.
        LedgerBroken: the ledger, which knows the indexes' digests, is not the one that was signed.
    """
    return affected_by(office, tell_of(office, slips))


def affected_by(office: Office, told: Told) -> Affected:
    """Return who is on copies whose histories are known; raises as :func:`affected`.

    The copies of one request hold the same rows, and are counted once: a row that could not be told is one person more at
    most, on however many sticks it is.
    """
    indexes = {
        copy.history.request: load_index(office, bytes.fromhex(copy.history.cid), digest=copy.history.index)
        for copy in told.copies
    }
    index = union(indexes.values())
    return Affected(index, count_by_kind_of_key(office, index))


def export_people(
    office: Office, slips: Sequence[str], path: Path, *, first: SigningKey, second: SigningKey
) -> Affected:
    """Write the list of people, key and kinds, one row a person; two persons ask for it.

    The columns: ``key_kind`` (which kind of key it is), ``key``, then one column a kind, ``1`` where that datum was on a
    copy; each heading is that word for programs, a blank, and what it means in Japanese. A key stands there as the source
    has it, leading zeros and all: whoever opens the file in a spreadsheet imports it as text.

    Raises:
        Refused: one person for both, or one who may not.
        Misuse: the file exists.
        Unreadable: the population, which knows the keys, does not know all of them.
        MediumError: the disk refused; the ledger says all the same that the list was asked for.
        SekishoError: as :func:`affected`.
    """
    register = office.register
    persons = [register.owner(key.public) for key in (first, second)]
    for person in persons:
        register.require_role(person, *SHOWERS)
    if persons[0].id == persons[1].id:
        raise Refused("custody.two_signatures", person=persons[0].id)
    found = affected(office, slips)
    table = people_table(office, found.index)
    if path.exists():
        raise Misuse("loss.exists", path=path)
    with office.ledger.transaction() as tx:
        tx.append(
            "people.shown",
            fields={
                "slips": sorted(set(slips)),
                "people": found.at_least,
                "by": sorted([first.public.id, second.public.id]),
            },
        )
    _write_people(office, table, path)
    return found


def people_table(office: Office, index: Index) -> pl.DataFrame:
    """Return the people of an index: ``key_kind``, ``key``, and a column of flags for each kind.

    Raises:
        Unreadable: the population is damaged, or an older one.
    """
    numbers, masks = index.masks()
    try:
        keys = load_population(office).keys(numbers)
    except ValueError:
        raise Unreadable("people.damaged_population") from None
    flags = [pl.Series(kind.id, (masks & np.uint64(kind.mask)) != 0).cast(pl.UInt8) for kind in index.kinds]
    return keys.select(key_kind="kind", key="key").with_columns(flags)


def _write_people(office: Office, table: pl.DataFrame, path: Path) -> None:
    office.note(path.parent)
    try:
        with replacing(path) as file:
            table.rename(_heading).write_csv(file, include_bom=True, line_terminator="\r\n")
    except FileExistsError:
        raise Misuse("loss.exists", path=path) from None
    except OSError as error:
        raise MediumError("loss.disk", path=path) from error


def _heading(column: str) -> str:
    """Return a column's heading, for programs and for people."""
    return f"{column} {_KEY_HEADINGS.get(column) or kind_of(column).ja}"


def _csv(rows: Sequence[Sequence[object]]) -> bytes:
    text = io.StringIO()
    csv.writer(text, lineterminator="\r\n").writerows(rows)
    return text.getvalue().encode("utf-8-sig")  # a spreadsheet takes Japanese without the mark for another encoding
