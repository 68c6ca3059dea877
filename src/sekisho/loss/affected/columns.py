"""Which column of an ordinary table is which kind of data: what somebody says, else its header, else its values.

A column of which none of the three says anything is in no count. It is named, so that somebody looks at it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from sekisho.detect.column_kinds import column_kinds
from sekisho.errors import Misuse, NotFound
from sekisho.kinds.taxonomy import Kind, taxonomy
from sekisho.readers.tables import Table

_NOTHING = "-"  # in place of a kind: the column says nothing about a person


class By(StrEnum):
    """Who says what a column is."""

    PERSON = "person"
    HEADER = "header"
    VALUES = "values"
    NOBODY = "nobody"


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """One column of a table.

    Attributes:
        label: as frames call it.
        kind: what it holds; None where nobody says.
        by: who says so.
        of_head: it speaks of a household's head, or another person than the row's own.
    """

    label: str
    kind: Kind | None
    by: By
    of_head: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What a person says of a column.

    Attributes:
        file: the file's name; of every file where it is empty.
        header: of the column; or its place, such as ``#2``.
        kind: what it holds; None where it says nothing about a person.
    """

    file: str
    header: str
    kind: Kind | None


def read_said(text: str) -> Said:
    """Read ``FILE:HEADER=KIND`` or ``HEADER=KIND``; the kind ``-`` is none.

    Raises:
        Misuse: it has no such form.
        NotFound: there is no such kind.
    """
    name, equals, kind_id = text.rpartition("=")
    file, _, header = name.rpartition(":")
    if not equals or not header.strip():
        raise Misuse("loss.column_said", said=text)
    if kind_id != _NOTHING and kind_id not in taxonomy():
        raise NotFound("loss.no_such_kind", kind=kind_id)
    return Said(file=file, header=header, kind=taxonomy().get(kind_id))


def columns_of(table: Table, said: Sequence[Said] = ()) -> tuple[Column, ...]:
    """Return what the columns of a table are.

    Raises:
        Unreadable: the file is gone or damaged.
    """
    told = _said_of(table, said)
    kinds = None if all(label in told for label in table.labels) else column_kinds(table)
    found = []
    for place, label in enumerate(table.labels):
        if label in told:
            found.append(Column(label=label, kind=told[label], by=By.PERSON))
            continue
        assert kinds is not None
        reading, verdict = kinds[place].reading, kinds[place].verdict
        if reading and (reading.strength != "weak" or verdict is None):
            column = Column(label=label, kind=reading.kind, by=By.HEADER, of_head=reading.household)
        elif verdict:
            column = Column(label=label, kind=taxonomy()[verdict.kind], by=By.VALUES)
        else:
            column = Column(label=label, kind=None, by=By.NOBODY)
        found.append(column)
    return tuple(found)


def _said_of(table: Table, said: Sequence[Said]) -> Mapping[str, Kind | None]:
    """Return what is said of a table's columns; what is said of one file goes before what is said of all."""
    names = {"", table.name, table.path.name, Path(table.path.name).stem}
    of_all = {each.header: each.kind for each in said if not each.file}
    of_one = {each.header: each.kind for each in said if each.file and each.file in names}
    places = {f"#{place}": label for place, label in enumerate(table.labels, 1)}
    found = {places.get(header, header): kind for header, kind in (of_all | of_one).items()}
    return {label: kind for label, kind in found.items() if label in table.labels}
