"""Keys by number and back: an open-address hash table that only ever grows.

A key is a kind (u8) and a value (u64); its number is the place at which it was first seen. A slot holds a number and 32 bits
of its key's hash (three of four slots are full at most), so that a key is compared, where its number points to, only if it is
very likely the one, and the table grows without a look at the keys. Fifty million keys are about 1 GB, and a block of rows is
numbered in one call of the compiled kernel, or by NumPy with the same numbers.
"""

import numpy as np
from numpy.typing import NDArray

from sekisho.kernel.functions import Keys, Positions
from sekisho.kernel.library import kernel
from sekisho.people.growing import Growing

Values = NDArray[np.uint64]
Numbers = NDArray[np.uint32]
Flags = NDArray[np.bool_]

MOST = 2**32 - 2**16
"""So many keys fit; the numbers above are for what is no person."""

NOBODY = np.uint32(0xFFFFFFFF)
"""In place of a number: there is none."""

_FEWEST_SLOTS = 1 << 10
_FREE = np.uint64(0xFFFFFFFFFFFFFFFF)
_NUMBER, _HASH_BITS = np.uint64(0xFFFFFFFF), np.uint64(32)
_ROWS_A_STEP = 1 << 16  # so many may be new people at once, for whom there must be room
_GOLDEN = 0x9E3779B97F4A7C15
_FIRST, _SECOND = np.uint64(0xBF58476D1CE4E5B9), np.uint64(0x94D049BB133111EB)


class KeyTable:
    """Keys by number."""

    def __init__(self, values: Values | None = None, kinds: NDArray[np.uint8] | None = None) -> None:
        """Start with the keys of the first numbers, which :meth:`place` makes known, or empty."""
        self._values = Growing(np.empty(0, np.uint64) if values is None else values)
        self._kinds = Growing(np.empty(0, np.uint8) if kinds is None else kinds)
        self._placed = 0
        self._slots = np.full(_FEWEST_SLOTS, _FREE)

    def __len__(self) -> int:
        return len(self._values)

    @property
    def values(self) -> Values:
        """The value of each number's key."""
        return self._values.all

    @property
    def kinds(self) -> NDArray[np.uint8]:
        """The kind of each number's key."""
        return self._kinds.all

    def number(self, values: Values, there: Flags, kind: int) -> tuple[Numbers, Positions]:
        """Return the number of each key, :data:`NOBODY` where there is none.

        Returns:
            Also where the key of each new number first stood, in the order of new numbers.
        """
        numbers, firsts = [np.empty(0, np.uint32)], [np.empty(0, np.int64)]
        for start in range(0, len(values), _ROWS_A_STEP):
            step = slice(start, start + _ROWS_A_STEP)
            found, new = self._number(np.ascontiguousarray(values[step]), np.ascontiguousarray(there[step]), kind)
            numbers.append(found)
            firsts.append(new + start)
        return np.concatenate(numbers), np.concatenate(firsts)

    def find(self, values: Values, there: Flags, kind: int) -> Numbers:
        """Return the number of each key, :data:`NOBODY` where it has none."""
        compiled = kernel()
        given = np.ascontiguousarray(values), np.ascontiguousarray(there)
        if compiled:
            return compiled.number_keys(self._table, *given, kind, len(self), add=False)[0]
        return find_by_arrays(self._table, *given, kind)

    def append(self, count: int, kind: int) -> Numbers:
        """Return new numbers that no key leads to until :meth:`claim`."""
        start = len(self)
        self._make_room(count)
        self._values.extend(np.zeros(count, np.uint64))
        self._kinds.extend(np.full(count, kind, np.uint8))
        return np.arange(start, len(self), dtype=np.uint32)

    def claim(self, numbers: Numbers, values: Values, kind: int) -> None:
        """Make keys that nobody has lead to these numbers, which had none."""
        self._make_room(0)
        self._values.all[numbers], self._kinds.all[numbers] = values, kind
        self.place(numbers)

    def place(self, numbers: Numbers) -> int:
        """Make the keys of numbers known; return how many of them led to another number already."""
        compiled = kernel()
        self._enough_slots(len(numbers))
        self._placed += len(numbers)
        given = np.ascontiguousarray(numbers, np.uint32)
        return compiled.place_keys(self._table, given) if compiled else place_by_arrays(self._table, given)

    @property
    def _table(self) -> Keys:
        return Keys(self._values.room, self._kinds.room, self._slots)

    def _number(self, values: Values, there: Flags, kind: int) -> tuple[Numbers, Positions]:
        self._make_room(len(values))
        self._enough_slots(len(values))
        compiled = kernel()
        if compiled:
            numbers, firsts = compiled.number_keys(self._table, values, there, kind, len(self), add=True)
        else:
            numbers, firsts = number_by_arrays(self._table, values, there, kind, len(self))
        self._values.lengthen(len(firsts))
        self._kinds.lengthen(len(firsts))
        self._placed += len(firsts)
        return numbers, firsts

    def _make_room(self, more: int) -> None:
        """Have room for so many more keys."""
        if len(self) + more > MOST:
            raise ValueError("more people than numbers")
        self._values.reserve(more)
        self._kinds.reserve(more)

    def _enough_slots(self, more: int) -> None:
        """Have a quarter of the slots free with so many more keys."""
        needed, slots = self._placed + more, len(self._slots)
        while 4 * needed > 3 * slots:
            slots *= 2
        if slots == len(self._slots):
            return
        old, self._slots = self._slots, np.full(slots, _FREE)
        compiled = kernel()
        if compiled:
            compiled.move_keys(self._table, old)
        else:
            _put(old[old != _FREE], self._slots)


def number_by_arrays(table: Keys, values: Values, there: Flags, kind: int, people: int) -> tuple[Numbers, Positions]:
    """Do what the kernel's ``number_keys`` does."""
    numbers = find_by_arrays(table, values, there, kind)
    missing = np.flatnonzero(there & (numbers == NOBODY))
    unknown, firsts, inverse = np.unique(values[missing], return_index=True, return_inverse=True)
    order = np.argsort(firsts)
    new = np.empty(len(unknown), np.uint32)
    new[order] = np.arange(people, people + len(unknown), dtype=np.uint32)
    numbers[missing] = new[inverse]
    table.values[new], table.kinds[new] = unknown, kind
    place_by_arrays(table, new)
    return numbers, missing[firsts[order]]


def find_by_arrays(table: Keys, values: Values, there: Flags, kind: int) -> Numbers:
    """Return the number of each key: all of them look into their slot, then those that did not find into the next."""
    numbers = np.full(len(values), NOBODY)
    rows = np.flatnonzero(there)
    hashes = _hashes(values[rows], kind)
    at = _homes(hashes, table.slots)
    while len(rows):
        slots = table.slots[at]
        taken = slots != _FREE
        rows, hashes, at, slots = rows[taken], hashes[taken], at[taken], slots[taken]
        found = _numbers(slots)
        hit = (slots >> _HASH_BITS == hashes) & (table.values[found] == values[rows]) & (table.kinds[found] == kind)
        numbers[rows[hit]] = found[hit]
        rows, hashes, at = rows[~hit], hashes[~hit], _next(at[~hit], table.slots)
    return numbers


def place_by_arrays(table: Keys, numbers: Numbers) -> int:
    """Do what the kernel's ``place_keys`` does."""
    values, kinds, twice = table.values[numbers], table.kinds[numbers], 0
    for kind in np.unique(kinds).tolist():
        of_kind = kinds == kind
        keys, first, inverse = np.unique(values[of_kind], return_index=True, return_inverse=True)
        known = find_by_arrays(table, keys, np.ones(len(keys), np.bool_), kind)
        new = known == NOBODY
        known[new] = numbers[of_kind][first[new]]
        twice += int((known[inverse] != numbers[of_kind]).sum())
        hashes = _hashes(keys[new], kind)
        _put((hashes << _HASH_BITS) | known[new].astype(np.uint64), table.slots)
    return twice


def _put(entries: NDArray[np.uint64], slots: NDArray[np.uint64]) -> None:
    """Put entries of different keys into slots: each into its own, those who find it taken into the next."""
    at = _homes(entries >> _HASH_BITS, slots)
    while len(entries):
        free = slots[at] == _FREE
        slots[at[free]] = entries[free]  # where several want one slot, the last has it
        without = slots[at] != entries
        entries, at = entries[without], _next(at[without], slots)


def _hashes(values: Values, kind: int) -> NDArray[np.uint64]:
    """Return 32 bits of hash of each key: SplitMix64's last steps."""
    mixed = values + np.uint64(kind * _GOLDEN % 2**64)
    mixed = (mixed ^ (mixed >> np.uint64(30))) * _FIRST
    mixed = (mixed ^ (mixed >> np.uint64(27))) * _SECOND
    return (mixed ^ (mixed >> np.uint64(31))) & _NUMBER


def _homes(hashes: NDArray[np.uint64], slots: NDArray[np.uint64]) -> Positions:
    """Return the slot at which each key is looked for first."""
    homes: Positions = (hashes & np.uint64(len(slots) - 1)).astype(np.int64)
    return homes


def _next(at: Positions, slots: NDArray[np.uint64]) -> Positions:
    following: Positions = (at + 1) & (len(slots) - 1)
    return following


def _numbers(slots: NDArray[np.uint64]) -> Numbers:
    return (slots & _NUMBER).astype(np.uint32)
