"""How many people and households a table is about: distinct values of the columns that tell one from another.

A person is told by the resident code, else the My Number, else the name together with the birth date and the address, or
what there is of them; telephone and e-mail serve where neither is there, since many rows leave them empty. An empty part
is a part like any other: two of a name, one without a birth date, are two. A row without so much as code or name cannot
be told from others; such rows are counted apart. Values are hashed to 64 bits in memory and counted exactly but for a chance of collision of
n²/2⁶⁵, six in a billion for the 460,517 people of a city; the hashes never leave the process. Counting needs 8 bytes a
person, and two parts of a table add up to the whole.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import reduce

import numpy as np
from numpy.typing import NDArray

from sekisho.detect.blanks import are_filled
from sekisho.detect.hashing import hash_cells
from sekisho.detect.headers import HeaderReading
from sekisho.detect.packs import Rules
from sekisho.readers.blocks import Block
from sekisho.readers.structure import Mask

Keys = NDArray[np.uint64]

_NO_KEYS = np.empty(0, np.uint64)


@dataclass(frozen=True, slots=True)
class PersonKey:
    """The columns, by index, that together tell one person or household from another, and their kinds.

    The first of them has to be filled.
    """

    columns: tuple[int, ...]
    kinds: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Counting:
    """What tells people and households apart in a table; None where nothing does."""

    people: PersonKey | None
    households: PersonKey | None


@dataclass(frozen=True, slots=True)
class Distinct:
    """A set of hashed keys; the sum of two is their union.

    Attributes:
        runs: sorted arrays, each less than half as long as the one before, so that adding stays cheap.
        untold: rows without a key.
    """

    runs: tuple[Keys, ...] = field(default=(), repr=False)
    untold: int = 0

    def __add__(self, other: "Distinct") -> "Distinct":
        runs = sorted((*self.runs, *other.runs), key=len, reverse=True)
        while len(runs) > 1 and 2 * len(runs[-1]) > len(runs[-2]):
            runs[-2:] = [_union(runs[-2], runs[-1])]
        return Distinct(tuple(runs), self.untold + other.untold)

    def __len__(self) -> int:
        return len(reduce(_union, reversed(self.runs), _NO_KEYS))


def counting_by_header(readings: Sequence[HeaderReading | None], rules: Rules) -> Counting:
    """Return what the headers alone promise to tell people apart: good enough to begin with."""
    return choose_counting([reading.kind.id if reading else None for reading in readings], readings, rules)


def choose_counting(kinds: Sequence[str | None], readings: Sequence[HeaderReading | None], rules: Rules) -> Counting:
    """Return what tells people and households apart.

    Args:
        kinds: the kind of each column, None where it holds none.
        readings: what their headers say, which tells a household's code from a person's.
        rules: the rules of the scan.
    """
    of_household = [bool(reading and reading.household) for reading in readings]
    own = [None if shared else kind for kind, shared in zip(kinds, of_household, strict=True)]
    shared = [place for place, yes in enumerate(of_household) if yes and kinds[place] in {"resident_code", "household"}]
    households = PersonKey((shared[0],), ("household",)) if shared else None
    return Counting(_person_key(own, rules), households)


def distinct(block: Block, counting: Counting) -> tuple[Distinct, Distinct]:
    """Return the people and the households of a block."""
    if not counting.people and not counting.households:
        return Distinct(), Distinct()
    people, households = (_keys(block, key) for key in (counting.people, counting.households))
    return people, households


def distinct_of(hashes: Keys) -> Distinct:
    """Return the different ones of some hashed keys."""
    return Distinct((_union(hashes, _NO_KEYS),))


def _keys(block: Block, key: PersonKey | None) -> Distinct:
    if key is None:
        return Distinct()
    data, hashes, filled = block.data(), np.zeros(block.rows, np.uint64), list[Mask]()
    for column in key.columns:
        starts, stops = block.insides(column)
        filled.append(are_filled(data, starts, stops))
        hashes = hash_cells(block.text, starts, np.where(filled[-1], stops, starts), hashes)
    told = filled[0]
    return Distinct((_different(np.sort(hashes[told])),), int(np.count_nonzero(~told)))


def _person_key(kinds: Sequence[str | None], rules: Rules) -> PersonKey | None:
    for code in rules.people.codes:
        if code in kinds:
            return PersonKey((kinds.index(code),), (code,))
    if "name" not in kinds:
        return None
    asked = (rules.people.parts, rules.people.otherwise)
    parts = next((found for each in asked if (found := [part for part in each if part in kinds])), [])
    return PersonKey(tuple(kinds.index(part) for part in ("name", *parts)), ("name", *parts))


def _union(first: Keys, second: Keys) -> Keys:
    return _different(np.sort(np.concatenate((first, second)), kind="stable"))  # merges what is sorted already


def _different(keys: Keys) -> Keys:
    """Return sorted keys without those that come again."""
    keep = np.ones(len(keys), np.bool_)
    np.not_equal(keys[1:], keys[:-1], out=keep[1:])
    return keys[keep]
