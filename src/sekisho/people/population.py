r"""The population: every person the office ever let out a datum of, by a dense number that never changes.

A person is a key of a kind (a resident code, mostly); its number is the place at which it was first seen. Keys are
compared in the form of :func:`sekisho.canon.number.code`, so that a full-width code or one whose leading zeros a
spreadsheet dropped is the same person, and kept as they first stood. Numbers let the index of people be bitmaps of one
byte a row. The table number ↔ key is itself personal data: it is kept encrypted, inside, and leaves only as a list that
two persons asked for.

On disk: ``SKPOP1\n``, the number of people as u32, then per person the kind's bit (u8), then the end of each key in the
text (u32, little-endian), then all keys as UTF-8.
"""

from collections.abc import Sequence

import numpy as np
import polars as pl

from sekisho.canon.number import code
from sekisho.errors import Unreadable
from sekisho.kinds.taxonomy import Kind, taxonomy

_MAGIC = b"SKPOP1\n"


class Population:
    """People by number; only ever grows."""

    def __init__(self, kinds: np.ndarray | None = None, keys: Sequence[str] = ()) -> None:
        """Start with the bit of each person's key kind (u8) and the keys, in the order of numbers, or empty.

        Raises:
            ValueError: a key that is nobody's, or one person twice.
        """
        self._kinds = bytearray(kinds if kinds is not None else b"")
        self._keys = list(keys)
        self._numbers: dict[int, dict[str, int]] = {}
        for number, (bit, key) in enumerate(zip(self._kinds, self._keys, strict=True)):
            known = code(key)
            if known is None or self._numbers.setdefault(bit, {}).setdefault(known, number) != number:
                raise ValueError("nobody, or one person under two numbers")

    def __len__(self) -> int:
        return len(self._keys)

    def number(self, keys: pl.Series, kind: Kind) -> pl.Series:
        """Return the number of each key, giving new numbers to new people in the order in which they come.

        Args:
            keys: the keys as text; a null, a blank or a dash is nobody, and null in the answer.
            kind: what kind of key they are; the same text under another kind is another person.

        Returns:
            u32 numbers, one a key.
        """
        known = self._numbers.setdefault(kind.bit, {})
        numbers = list[int | None]()
        for key in keys.to_list():
            form = None if key is None else code(key)
            if form is not None and form not in known:
                known[form] = len(self._keys)
                self._keys.append(key)
                self._kinds.append(kind.bit)
            numbers.append(None if form is None else known[form])
        return pl.Series(numbers, dtype=pl.UInt32)

    def keys(self, numbers: np.ndarray) -> pl.DataFrame:
        """Return ``number``, ``kind`` (the kind's id) and ``key`` of the people with these numbers, in that order.

        Raises:
            ValueError: a number nobody has.
        """
        if numbers.size and not 0 <= int(numbers.min()) <= int(numbers.max()) < len(self):
            raise ValueError("a person number beyond the population")
        names = _kinds_by_bit()
        places = numbers.tolist()
        return pl.DataFrame(
            {
                "number": pl.Series(numbers, dtype=pl.UInt32),
                "kind": pl.Series([names[self._kinds[place]] for place in places], dtype=pl.String),
                "key": pl.Series([self._keys[place] for place in places], dtype=pl.String),
            }
        )

    def encode(self) -> bytes:
        """Return the population as bytes for :func:`decode_population`."""
        texts = [key.encode() for key in self._keys]
        ends = np.cumsum([len(text) for text in texts]).astype("<u4").tobytes()
        return b"".join((_MAGIC, len(self).to_bytes(4, "little"), self._kinds, ends, *texts))


def decode_population(data: bytes) -> Population:
    """Read what :meth:`Population.encode` wrote.

    Raises:
        Unreadable: damaged, or another file.
    """
    kinds = _bits(data)
    size, head = len(kinds), len(_MAGIC) + 4
    texts = head + 5 * size
    ends = np.frombuffer(data, "<u4", size, head + size).astype(np.int64)
    starts = np.concatenate([np.zeros(min(size, 1), np.int64), ends[:-1]])
    if len(data) != texts + (int(ends[-1]) if size else 0):
        raise Unreadable("people.damaged_population")
    try:
        return Population(kinds, [data[texts + a : texts + b].decode() for a, b in zip(starts, ends, strict=True)])
    except ValueError:  # no UTF-8, nobody, or one person twice
        raise Unreadable("people.damaged_population") from None


def count_by_kind(data: bytes, numbers: np.ndarray) -> dict[str, int]:
    """Return how many of the people with these numbers an encoded population knows by each kind of key.

    Raises:
        Unreadable: damaged, another file, or an older one that does not know them all.
    """
    kinds = _bits(data)
    if numbers.size and int(numbers.max()) >= len(kinds):
        raise Unreadable("people.damaged_population")
    bits, counts = np.unique(kinds[numbers], return_counts=True)
    names = _kinds_by_bit()
    return {names[int(bit)]: int(count) for bit, count in zip(bits, counts, strict=True)}


def _bits(data: bytes) -> np.ndarray:
    """Return the bit of each person's key kind."""
    head = len(_MAGIC) + 4
    size = int.from_bytes(data[len(_MAGIC) : head], "little")
    if not data.startswith(_MAGIC) or len(data) < head + 5 * size:
        raise Unreadable("people.damaged_population")
    kinds = np.frombuffer(data, np.uint8, size, head)
    if not set(np.unique(kinds).tolist()) <= _kinds_by_bit().keys():
        raise Unreadable("people.damaged_population")
    return kinds


def _kinds_by_bit() -> dict[int, str]:
    return {kind.bit: kind.id for kind in taxonomy().values()}
