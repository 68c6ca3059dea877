"""Who was on a copy, told a second way: cell by cell from the source tables, with the standard library alone."""

import csv
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

People = dict[str, frozenset[str]]
"""Key → kinds."""


@dataclass(frozen=True)
class Source:
    """A table that was cut: where it lies, whose row a row is, and the kind of each column that left."""

    path: Path
    subject: str
    kinds: Mapping[str, str]


def who_is_in(sources: Iterable[Source]) -> People:
    """Return everybody who has a cell in the tables, with the kinds of their cells."""
    found: People = {}
    one_each: dict[frozenset[str], frozenset[str]] = {}
    for source in sources:
        with source.path.open(encoding="utf-8", newline="") as file:
            rows = csv.reader(file)
            head = next(rows)
            subject = head.index(source.subject)
            kinds = [(head.index(column), kind) for column, kind in source.kinds.items()]
            for row in rows:
                shown = frozenset(kind for place, kind in kinds if row[place])
                if row[subject] and shown:
                    both = shown | found.get(row[subject], frozenset())
                    found[row[subject]] = one_each.setdefault(both, both)
    return found


def nobodys_rows(sources: Iterable[Source]) -> int:
    """Return how many rows do not say whose they are."""
    unsaid = 0
    for source in sources:
        with source.path.open(encoding="utf-8", newline="") as file:
            unsaid += sum(not row[source.subject] for row in csv.DictReader(file))
    return unsaid


def listed(path: Path) -> People:
    """Read an exported list back: one row a person, ``1`` where a kind was on a copy and ``0`` where not."""
    found: People = {}
    one_each: dict[frozenset[str], frozenset[str]] = {}
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = csv.reader(file)
        key_kind, key, *kinds = (heading.split()[0] for heading in next(rows))
        assert (key_kind, key) == ("key_kind", "key")
        for kind_of_key, person, *flags in rows:
            assert kind_of_key == "resident_code"
            assert set(flags) <= {"0", "1"}
            assert person not in found
            shown = frozenset(kind for kind, flag in zip(kinds, flags, strict=True) if flag == "1")
            found[person] = one_each.setdefault(shown, shown)
    return found
