r"""The index of people: who is inside one copy, and with which kinds of data.

Written while cutting, sealed inside the office, never in the capsule. One roaring bitmap of person numbers a kind, so a
city is about a megabyte and the union over many lost copies takes milliseconds. Rows whose person could not be told are
counted, so that every answer has honest bounds: at least ``people``, at most ``people + unresolved``.

On disk: ``SKIDX1\n``, a JSON head on one line (unresolved rows; kind and size of each bitmap), then the bitmaps in the
portable roaring format.
"""

import hashlib
from array import array
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Annotated

import msgspec
import numpy as np
import polars as pl
from numpy.typing import NDArray
from pyroaring import BitMap

from sekisho.errors import Unreadable
from sekisho.kinds.taxonomy import Kind, kind, kinds_in, taxonomy
from sekisho.people.population import FIRST_NUMBER_OF_NOBODY

_MAGIC = b"SKIDX1\n"
_MOST_PATTERNS = (
    256  # sets of kinds that wait, each with a bitmap of its own, until they are added to those of the kinds
)
_MOST_PARTS = (
    256  # beyond so many sets of kinds a table by number is faster than cutting bitmaps into ever smaller ones
)
_NUMBERS_A_STEP = 1 << 22  # of a nation's numbers, so that no array holds them all


class _Head(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The JSON head: rows nobody could be told for, then kind and size of each bitmap."""

    unresolved: Annotated[int, msgspec.Meta(ge=0)]
    bitmaps: list[tuple[str, Annotated[int, msgspec.Meta(ge=1)]]]


@dataclass(frozen=True, slots=True)
class Segment:
    """People who share one set of kinds.

    Attributes:
        mask: the kinds, as a mask.
        people: how many there are.
    """

    mask: int
    people: int


class Index:
    """Person number → mask of kinds."""

    def __init__(self, bitmaps: Mapping[str, BitMap] | None = None, *, unresolved: int = 0) -> None:
        """Start from bitmaps by kind id, or empty."""
        self._bitmaps = {kind_id: BitMap(bitmap) for kind_id, bitmap in (bitmaps or {}).items()}
        self._waiting = dict[int, BitMap]()
        self.unresolved = unresolved

    def add(self, numbers: np.ndarray, exposed: Kind) -> None:
        """Record that these people's datum of one kind is in the copy; saying so twice changes nothing."""
        self._bitmaps.setdefault(exposed.id, BitMap()).update(_bitmap(numbers.astype(np.uint32)))

    def add_rows(self, numbers: pl.Series, masks: NDArray[np.uint64]) -> None:
        """Record whose each row is and the kinds that are in it; a null is a row nobody can be told for, a canary nobody.

        The rows are added once a set of kinds, of which tables have few, and not once a kind; see :func:`masks_of_rows`.
        """
        self.unresolved += numbers.null_count()
        if numbers.null_count():
            masks = masks[numbers.is_not_null().to_numpy()]
        people = numbers.drop_nulls().cast(pl.UInt32).to_numpy()
        if len(people) and int(people.max()) >= FIRST_NUMBER_OF_NOBODY:
            masks, people = masks[people < FIRST_NUMBER_OF_NOBODY], people[people < FIRST_NUMBER_OF_NOBODY]
        order = np.argsort(masks, kind="stable")
        patterns, firsts = np.unique(masks[order], return_index=True)
        for pattern, rows in zip(patterns.tolist(), np.split(order, firsts[1:]), strict=False):
            waiting = self._waiting.setdefault(pattern, BitMap())
            waiting |= _bitmap(people[rows])
        if len(self._waiting) > _MOST_PATTERNS:
            self._add_waiting()

    @property
    def people(self) -> int:
        """How many persons are in the copy."""
        return len(self._all())

    @property
    def kinds(self) -> tuple[Kind, ...]:
        """Which kinds are in the copy, in the order of their bits."""
        return tuple(each for each in taxonomy().values() if self._by_kind.get(each.id))

    def count(self, exposed: Kind) -> int:
        """Return how many persons' datum of one kind is in the copy."""
        return len(self._by_kind.get(exposed.id, BitMap()))

    def everybody(self) -> BitMap:
        """Return who is in the copy; the caller's own."""
        return self._all().copy()

    def having(self, exposed: Kind) -> BitMap:
        """Return whose datum of one kind is in the copy; the caller's own."""
        return self._by_kind.get(exposed.id, BitMap()).copy()

    def within(self, people: BitMap) -> "Index":
        """Return the index of those who are among some people; rows nobody can be told for are in none."""
        cut = Index()
        cut._bitmaps = {kind_id: bitmap & people for kind_id, bitmap in self._by_kind.items()}
        return cut

    def with_exactly(self, mask: int) -> BitMap:
        """Return who has this set of kinds in the copy, and nothing beside it."""
        found, wanted = self._all(), {each.id for each in kinds_in(mask)}
        for kind_id, bitmap in self._by_kind.items():
            found = found & bitmap if kind_id in wanted else found - bitmap
        return found if wanted <= self._by_kind.keys() else BitMap()

    def numbers(self) -> NDArray[np.uint32]:
        """Return every person's number, rising."""
        return _numbers(self._all())

    def masks(self) -> tuple[np.ndarray, np.ndarray]:
        """Return every person's number (u32, rising) and mask of kinds (u64)."""
        numbers = self.numbers()
        by_number = self._masks_by_number(0, int(numbers[-1]) + 1 if numbers.size else 0)
        return numbers, by_number[numbers]

    def segments(self) -> tuple[Segment, ...]:
        """Return the people by equal set of kinds, largest first."""
        counts = self._counts_by_cutting()
        counts = self._counts_by_number() if counts is None else counts
        found = [Segment(mask, people) for mask, people in counts.items()]
        return tuple(sorted(found, key=lambda segment: (-segment.people, segment.mask)))

    def encode(self) -> bytes:
        """Return the index as bytes for :func:`decode_index`; equal indexes give equal bytes."""
        blobs = {each.id: self._compact(each) for each in self.kinds}
        head = _Head(unresolved=self.unresolved, bitmaps=[(kind_id, len(blob)) for kind_id, blob in blobs.items()])
        return b"".join((_MAGIC, msgspec.json.encode(head), b"\n", *blobs.values()))

    def digest(self) -> bytes:
        """Return the SHA-256 of the encoded index: what the manifest and the ledger bind it by."""
        return hashlib.sha256(self.encode()).digest()

    @property
    def _by_kind(self) -> dict[str, BitMap]:
        """The bitmap of each kind, with the rows that waited."""
        if self._waiting:
            self._add_waiting()
        return self._bitmaps

    def _add_waiting(self) -> None:
        for pattern, people in self._waiting.items():
            for exposed in kinds_in(pattern):
                self._bitmaps.setdefault(exposed.id, BitMap()).update(people)
        self._waiting.clear()

    def _all(self) -> BitMap:
        bitmaps = self._by_kind.values()
        return BitMap.union(*bitmaps) if bitmaps else BitMap()

    def _counts_by_cutting(self) -> dict[int, int] | None:
        """Cut everybody by one kind after the other and count the parts; None where they become too many."""
        everybody = self._all()
        parts, shared = {0: everybody} if everybody else {}, 0
        *first, last = self._alike() or [(0, everybody)]
        for exposed, bitmap in first:
            if len(bitmap) == len(everybody):
                shared |= exposed
            else:
                parts = _cut(parts, exposed, bitmap)
            if len(parts) > _MOST_PARTS:
                return None
        counts = dict[int, int]()
        for mask, people in parts.items():
            having = people.intersection_cardinality(last[1])
            counts[mask | shared] = len(people) - having
            counts[mask | shared | last[0]] = having
        return {mask: people for mask, people in counts.items() if people}

    def _alike(self) -> list[tuple[int, BitMap]]:
        """Return the kinds that are in the copy as masks, together those that the same people have."""
        alike = list[tuple[int, BitMap]]()
        for exposed in self.kinds:
            bitmap = self._by_kind[exposed.id]
            place = next((place for place, (_, other) in enumerate(alike) if other == bitmap), None)
            if place is None:
                alike.append((exposed.mask, bitmap))
            else:
                alike[place] = (alike[place][0] | exposed.mask, bitmap)
        return alike

    def _counts_by_number(self) -> Counter[int]:
        counts, everybody = Counter[int](), self._all()
        for start in range(0, everybody.max() + 1 if everybody else 0, _NUMBERS_A_STEP):
            masks, people = np.unique(self._masks_by_number(start, start + _NUMBERS_A_STEP), return_counts=True)
            counts.update(dict(zip(masks.tolist(), people.tolist(), strict=True)))
        return Counter({mask: people for mask, people in counts.items() if mask})

    def _masks_by_number(self, start: int, stop: int) -> NDArray[np.uint64]:
        """Return the masks of all numbers from ``start`` to ``stop``, 0 where nobody is: numbers are dense."""
        masks, step = np.zeros(stop - start, np.uint64), BitMap(range(start, stop))
        for kind_id, bitmap in self._by_kind.items():
            masks[_numbers(bitmap & step) - np.uint32(start)] |= np.uint64(kind(kind_id).mask)
        return masks

    def _compact(self, exposed: Kind) -> bytes:
        """Return one bitmap as bytes, built anew and compact: how an old one is stored depends on how it came about."""
        bitmap, made = self._by_kind[exposed.id], BitMap()
        for start in range(0, bitmap.max() + 1, _NUMBERS_A_STEP):
            step = bitmap & BitMap(range(start, start + _NUMBERS_A_STEP))
            made |= BitMap(step.to_array(), optimize=True)
        return made.serialize()


def masks_of_rows(table: pl.DataFrame, kinds: Mapping[str, Kind]) -> NDArray[np.uint64]:
    """Return the kinds that are in each row: those of the columns whose cell is not null.

    Args:
        table: the rows.
        kinds: column → what it is; other columns are not looked at.
    """
    masks = np.zeros(table.height, np.uint64)
    for column, exposed in kinds.items():
        cells = table[column]
        there = cells.is_not_null().to_numpy() if cells.null_count() else True
        np.bitwise_or(masks, np.uint64(exposed.mask), out=masks, where=there)
    return masks


def _cut(parts: Mapping[int, BitMap], exposed: int, bitmap: BitMap) -> dict[int, BitMap]:
    """Cut each part in those who are in a bitmap and the rest, where there are any."""
    cut = dict[int, BitMap]()
    for mask, people in parts.items():
        having = people & bitmap
        if len(having) == len(people):
            cut[mask | exposed] = people
        elif having:
            cut[mask | exposed], cut[mask] = having, people - having
        else:
            cut[mask] = people
    return cut


def union(indexes: Iterable[Index]) -> Index:
    """Return who is in any of several copies, with all kinds together; order does not matter."""
    together, bitmaps = Index(), dict[str, list[BitMap]]()
    for index in indexes:
        together.unresolved += index.unresolved
        for kind_id, bitmap in index._by_kind.items():  # noqa: SLF001 - its own class
            bitmaps.setdefault(kind_id, []).append(bitmap)
    together._bitmaps.update((kind_id, BitMap.union(*each)) for kind_id, each in bitmaps.items())  # noqa: SLF001
    return together


def decode_index(data: bytes) -> Index:
    """Read what :meth:`Index.encode` wrote.

    Raises:
        Unreadable: damaged, or another file.
    """
    line, _, blobs = data.removeprefix(_MAGIC).partition(b"\n")
    try:
        head = msgspec.json.decode(line, type=_Head)
        bitmaps, at = {}, 0
        for kind_id, size in head.bitmaps:
            bitmaps[kind(kind_id).id] = BitMap.deserialize(blobs[at : at + size])
            at += size
    except (ValueError, KeyError, IndexError):
        raise Unreadable("people.damaged_index") from None
    index = Index(bitmaps, unresolved=head.unresolved)
    if index.encode() != data:  # also what lacks the magic, is cut short, or is not in the one canonical form
        raise Unreadable("people.damaged_index")
    return index


def _bitmap(numbers: NDArray[np.uint32]) -> BitMap:
    """Return a bitmap of numbers; of sorted ones it is made several times faster, of an array of NumPy one by one."""
    return BitMap(array("I", np.sort(numbers).tobytes()))


def _numbers(bitmap: BitMap) -> np.ndarray:
    return np.asarray(bitmap.to_array(), np.uint32)
