r"""The index of people: who is inside one copy, and with which kinds of data.

Written while cutting, sealed inside the office, never in the capsule. One roaring bitmap of person numbers a kind, so a
city is about a megabyte and the union over many lost copies takes milliseconds. Rows whose person could not be told are
counted, so that every answer has honest bounds: at least ``people``, at most ``people + unresolved``.

On disk: ``SKIDX1\n``, a JSON head on one line (unresolved rows; kind and size of each bitmap), then the bitmaps in the
portable roaring format.
"""

import hashlib
from array import array
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Annotated

import msgspec
import numpy as np
from pyroaring import BitMap

from sekisho.errors import Unreadable
from sekisho.kinds.taxonomy import Kind, kind, taxonomy

_MAGIC = b"SKIDX1\n"


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
        self.unresolved = unresolved

    def add(self, numbers: np.ndarray, exposed: Kind) -> None:
        """Record that these people's datum of one kind is in the copy; saying so twice changes nothing."""
        self._bitmaps.setdefault(exposed.id, BitMap()).update(
            BitMap(array("I", numbers.astype(np.uint32).tobytes()))  # of an array of numpy it would take each by itself
        )

    @property
    def people(self) -> int:
        """How many persons are in the copy."""
        return len(self._all())

    @property
    def kinds(self) -> tuple[Kind, ...]:
        """Which kinds are in the copy, in the order of their bits."""
        return tuple(each for each in taxonomy().values() if self._bitmaps.get(each.id))

    def count(self, exposed: Kind) -> int:
        """Return how many persons' datum of one kind is in the copy."""
        return len(self._bitmaps.get(exposed.id, BitMap()))

    def masks(self) -> tuple[np.ndarray, np.ndarray]:
        """Return every person's number (u32, rising) and mask of kinds (u64)."""
        numbers = _numbers(self._all())
        # Numbers are dense, so a table by number is small, and six times faster than looking places up.
        by_number = np.zeros(int(numbers[-1]) + 1 if numbers.size else 0, np.uint64)
        for kind_id, bitmap in self._bitmaps.items():
            by_number[_numbers(bitmap)] |= np.uint64(kind(kind_id).mask)
        return numbers, by_number[numbers]

    def segments(self) -> tuple[Segment, ...]:
        """Return the people by equal set of kinds, largest first."""
        _, masks = self.masks()
        sets, counts = np.unique(masks, return_counts=True)
        found = [Segment(int(mask), int(people)) for mask, people in zip(sets, counts, strict=True)]
        return tuple(sorted(found, key=lambda segment: (-segment.people, segment.mask)))

    def encode(self) -> bytes:
        """Return the index as bytes for :func:`decode_index`; equal indexes give equal bytes."""
        blobs = {each.id: self._compact(each) for each in self.kinds}
        head = _Head(unresolved=self.unresolved, bitmaps=[(kind_id, len(blob)) for kind_id, blob in blobs.items()])
        return b"".join((_MAGIC, msgspec.json.encode(head), b"\n", *blobs.values()))

    def digest(self) -> bytes:
        """Return the SHA-256 of the encoded index: what the manifest and the ledger bind it by."""
        return hashlib.sha256(self.encode()).digest()

    def _all(self) -> BitMap:
        return BitMap.union(*self._bitmaps.values()) if self._bitmaps else BitMap()

    def _compact(self, exposed: Kind) -> bytes:
        """Return one bitmap as bytes, built anew and compact: how an old one is stored depends on how it came about."""
        return BitMap(self._bitmaps[exposed.id].to_array(), optimize=True).serialize()


def union(indexes: Iterable[Index]) -> Index:
    """Return who is in any of several copies, with all kinds together; order does not matter."""
    bitmaps, unresolved = dict[str, BitMap](), 0
    for index in indexes:
        unresolved += index.unresolved
        for kind_id, bitmap in index._bitmaps.items():  # noqa: SLF001 - its own class
            bitmaps.setdefault(kind_id, BitMap()).update(bitmap)
    return Index(bitmaps, unresolved=unresolved)


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


def _numbers(bitmap: BitMap) -> np.ndarray:
    return np.asarray(bitmap.to_array(), np.uint32)
