"""The functions of the compiled kernel with types: arrays in, arrays out.

Each does what a NumPy function of the same name does elsewhere, which is its specification; property tests hold the two
equal. Texts and arrays are handed over where they are, without a copy.
"""

import ctypes
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias, TypeVar

import numpy as np
from numpy.typing import NDArray

Text: TypeAlias = bytes | bytearray | memoryview | NDArray[np.uint8]
Positions: TypeAlias = NDArray[np.int64]

_Shape = TypeVar("_Shape", bound=int)

_P, _I64, _I32, _U64 = ctypes.c_void_p, ctypes.c_int64, ctypes.c_int32, ctypes.c_uint64
_U32, _U8 = ctypes.c_uint32, ctypes.c_uint8

_SIGNATURES: dict[str, tuple[type | None, tuple[type, ...]]] = {
    "count_either": (_I64, (_P, _I64, _U8, _U8)),
    "measure": (_I64, (_P, _I64, _U8, _I64, _P)),
    "unify": (_I64, (_P, _I64, _P)),
    "find": (_I64, (_P, _I64, _U32, _P, _P, _P, _P, _I64)),
    "count": (None, (_P, _I64, _P, _I64, _I64, _P, _P, _I64, _P, _P)),
    "count_wide": (_I64, (_P, _I64)),
    "narrow": (None, (_P, _I64, _P, _I64, _P, _P)),
    "hash_cells": (None, (_P, _P, _P, _I64, _P)),
    "is_utf8": (_I32, (_P, _I64)),
    "from_double_bytes": (_I64, (_P, _I64, _P, _P, _P)),
    "literals": (_I64, (_P, _I64, _P, _P, _P, _I64)),
    "classes": (_I64, (_P, _I64, _I64, _P, _P, _P, _P, _P, _I32, _P, _P, _P)),
    "from_utf_16": (_I64, (_P, _I64, _I32, _P, _P)),
    "number_keys": (_I64, (_P, _P, _P, _I64, _U8, _I64, _P, _P)),
    "place_keys": (_I64, (_P, _P, _I64)),
    "move_keys": (None, (_P, _P, _I64)),
    "halves": (_I32, (_P, _I64, _I64, _P, _U64, _P, _P)),
    "from_halves": (None, (_P, _P, _I64, _I64, _P, _U64, _P)),
    "ff1_round": (None, (_P, _I64, _U64, _I32, _U64, _P, _P, _P)),
}

_HASHES, _GOLDEN = 1 << 16, 0x9E3779B1
_SPARE = 8  # the kernel writes places eight at a time
_WIDEST = 64  # and text as many bytes at a time
_LF = ord("\n")


class _Labels(ctypes.Structure):
    _fields_ = (("count", _I64), ("shapes", _P), ("stops", _P), ("words", _P))


class _Words(ctypes.Structure):
    _fields_ = tuple(
        (name, _P) for name in ("words", "stops", "order", "buckets", "pairs", "firsts", "begins", "fold", "whole")
    )


class _Keys(ctypes.Structure):
    _fields_ = (("values", _P), ("kinds", _P), ("slots", _P), ("mask", _I64))


class _Counts(ctypes.Structure):
    _fields_ = (("filled", _P), ("found", _P), ("whole", _P), ("labelled", _P), ("lengths", _P))


@dataclass(frozen=True, slots=True)
class Labels:
    """Names of numbers as the kernel takes them.

    Attributes:
        shapes: the shape that each names.
        stops: where each stops in ``words``.
        words: all of them, in small letters, one behind the other.
    """

    shapes: NDArray[np.uint8]
    stops: Positions
    words: bytes

    @classmethod
    def of(cls, labels: Mapping[_Shape, tuple[bytes, ...]]) -> "Labels":
        """Bring names by shape into this form."""
        each = [(int(shape), word) for shape, words in labels.items() for word in words]
        sizes = [len(word) for _, word in each]
        return cls(
            np.array([shape for shape, _ in each], np.uint8),
            np.cumsum(sizes, dtype=np.int64),
            b"".join(word for _, word in each),
        )


@dataclass(frozen=True, slots=True)
class Words:
    """Words to look for as the kernel takes them; see ``literals.c``. None of them is shorter than two bytes.

    Attributes:
        words: all of them, one behind the other.
        stops: where each stops in it.
        order: their numbers by the hash of their first three bytes.
        buckets: where the words of each hash begin in the order.
        pairs: the number of the word of these two bytes, -1 without one.
        firsts: a bit for each two bytes with which a word begins.
        begins: a bit for each hash with which a word begins.
        fold: what each byte of the text is compared as.
        whole: which words stand alone: no letter of ASCII beside them.
    """

    words: bytes
    stops: Positions
    order: NDArray[np.int32]
    buckets: NDArray[np.int32]
    pairs: NDArray[np.int32]
    firsts: NDArray[np.uint8]
    begins: NDArray[np.uint8]
    fold: NDArray[np.uint8]
    whole: NDArray[np.bool_]

    @classmethod
    def of(cls, words: Sequence[bytes], *, caseless: bool, whole: NDArray[np.bool_]) -> "Words":
        """Bring different words into this form."""
        fold = np.arange(256, dtype=np.uint8)
        fold[ord("A") : ord("Z") + 1] += np.uint8(32 if caseless else 0)
        folded = [fold[np.frombuffer(word, np.uint8)].tobytes() for word in words]
        pairs, hashes = np.full(1 << 16, -1, np.int32), np.full(len(words), _HASHES, np.int64)
        for number, word in enumerate(folded):
            if len(word) == 2:
                pairs[int.from_bytes(word, "big")] = number
            else:
                hashes[number] = (int.from_bytes(word[:3], "big") * _GOLDEN & 0xFFFFFFFF) >> 16
        order = np.argsort(hashes, kind="stable").astype(np.int32)
        buckets = np.searchsorted(hashes[order], np.arange(_HASHES + 1)).astype(np.int32)
        begins = np.zeros(_HASHES, np.bool_)
        begins[hashes[hashes < _HASHES]] = True
        stops = np.cumsum([len(word) for word in words], dtype=np.int64)
        bits = np.packbits(begins, bitorder="little")
        two = np.zeros(1 << 16, np.bool_)
        two[[int.from_bytes(word[:2], "big") for word in folded]] = True
        firsts = np.packbits(two, bitorder="little")
        return cls(b"".join(folded), stops, order, buckets, pairs, firsts, bits, fold, whole)


@dataclass(frozen=True, slots=True)
class Keys:
    """An open-address table of keys as the kernel takes it; see :mod:`sekisho.people.key_table`.

    Attributes:
        values: of each number, with room for those to come.
        kinds: of each number, likewise.
        slots: by the hash of their keys, the hash above and the number below; a power of two of them.
    """

    values: NDArray[np.uint64]
    kinds: NDArray[np.uint8]
    slots: NDArray[np.uint64]

    def _given(self) -> _Keys:
        return _Keys(self.values.ctypes.data, self.kinds.ctypes.data, self.slots.ctypes.data, len(self.slots) - 1)


@dataclass(frozen=True, slots=True)
class Kernel:
    """The functions of one library."""

    library: ctypes.CDLL = field(repr=False)

    def __post_init__(self) -> None:
        for name, (result, arguments) in _SIGNATURES.items():
            function = getattr(self.library, f"sekisho_{name}")
            function.restype, function.argtypes = result, arguments

    def count_lines(self, text: Text) -> int:
        """Return how many LF a text has."""
        address, size = _place(text)
        return int(self.library.sekisho_count_either(address, size, _LF, _LF))

    def measure(self, text: Text, *, delimiter: int, width: int) -> Positions | None:
        """Return where the cells of whole rows end; see :func:`sekisho.readers.structure.measure`."""
        address, size = _place(text)
        most = self.library.sekisho_count_either(address, size, delimiter, _LF)
        ends = np.empty(most + _SPARE, np.int64)
        cells = self.library.sekisho_measure(address, size, delimiter, width, ends.ctypes.data)
        return None if cells < 0 else ends[:cells]

    def unify(self, text: Text) -> bytes | None:
        """Return a text whose rows end with LF alone; see :func:`sekisho.readers.structure.unify_newlines`."""
        address, size = _place(text)
        out = scratch(size + _WIDEST)
        written = self.library.sekisho_unify(address, size, out.ctypes.data)
        return None if written < 0 else out[:written].tobytes()

    def find(
        self, text: Text, shapes: int, area_codes: NDArray[np.uint8]
    ) -> tuple[NDArray[np.uint64], NDArray[np.uint64], NDArray[np.uint8]]:
        """Return starts, stops and shapes of the numbers in a text, in order.

        Args:
            text: UTF-8 with half-width digits.
            shapes: which shapes are asked for, as a mask.
            area_codes: the tables of :mod:`sekisho.detect.area_codes`, one behind the other.
        """
        address, size = _place(text)
        room = size // 16 + 64
        while True:
            starts, stops, found = np.empty(room, np.uint64), np.empty(room, np.uint64), np.empty(room, np.uint8)
            places = (starts.ctypes.data, stops.ctypes.data, found.ctypes.data)
            total = self.library.sekisho_find(address, size, shapes, area_codes.ctypes.data, *places, room)
            if total <= room:
                return starts[:total], stops[:total], found[:total]
            room = total

    def literals(self, text: Text, words: Words) -> tuple[Positions, NDArray[np.int32]]:
        """Return where words start in a text and their numbers, by place."""
        address, size = _place(text)
        each = (
            words.stops, words.order, words.buckets, words.pairs, words.firsts, words.begins, words.fold, words.whole
        )  # fmt: skip
        given = _Words(_address(words.words), *(array.ctypes.data for array in each))
        room = size // 32 + 64
        while True:
            places, numbers = np.empty(room, np.int64), np.empty(room, np.int32)
            found = (places.ctypes.data, numbers.ctypes.data)
            total = self.library.sekisho_literals(address, size, ctypes.addressof(given), *found, room)
            if total <= room:
                return places[:total], numbers[:total]
            room = total

    def count(
        self,
        text: Text,
        ends: Positions,
        *,
        width: int,
        area_codes: NDArray[np.uint8],
        signs: NDArray[np.uint64],
        labels: Labels,
        into: tuple[Positions, Positions, Positions, Positions, Positions],
    ) -> None:
        """Add what each column of a block holds to counts.

        Args:
            text: UTF-8 with half-width digits, ending with LF.
            ends: where each cell ends.
            width: cells a row.
            area_codes: the tables of :mod:`sekisho.detect.area_codes`, one behind the other.
            signs: cells that say nothing: up to four bytes, and their number above 32 bits.
            labels: names of numbers that stand before them.
            into: filled, found, whole, labelled, lengths; contiguous.
        """
        address, size = _place(text)
        names = _Labels(len(labels.shapes), labels.shapes.ctypes.data, labels.stops.ctypes.data, _address(labels.words))
        counts = _Counts(*(each.ctypes.data for each in into))
        self.library.sekisho_count(
            address,
            size,
            ends.ctypes.data,
            len(ends),
            width,
            area_codes.ctypes.data,
            signs.ctypes.data,
            len(signs),
            ctypes.addressof(names),
            ctypes.addressof(counts),
        )

    def narrow(self, text: Text, ends: Positions) -> tuple[NDArray[np.uint8], Positions] | None:
        """Return a text with its full-width digits as ASCII and where its cells end then; None if it has none."""
        address, size = _place(text)
        wide = self.library.sekisho_count_wide(address, size)
        if not wide:
            return None
        narrowed, moved = np.empty(size - 2 * wide, np.uint8), np.empty(len(ends), np.int64)
        self.library.sekisho_narrow(address, size, ends.ctypes.data, len(ends), narrowed.ctypes.data, moved.ctypes.data)
        return narrowed, moved

    def hash_cells(self, text: Text, starts: Positions, stops: Positions, hashes: NDArray[np.uint64]) -> None:
        """Chain the hashes of cells to those that are there; see :func:`sekisho.detect.hashing.hash_cells`."""
        address, _ = _place(text)
        self.library.sekisho_hash_cells(address, starts.ctypes.data, stops.ctypes.data, len(starts), hashes.ctypes.data)

    def is_utf8(self, text: Text) -> bool:
        """Tell whether a text is well-formed UTF-8."""
        return bool(self.library.sekisho_is_utf8(*_place(text)))

    def from_double_bytes(self, text: Text, characters: NDArray[np.uint8]) -> tuple[bytes, int]:
        """Return text of one or two bytes a character as UTF-8, and how many bytes of it are that.

        Args:
            text: the text.
            characters: see ``transcode.c``.
        """
        address, size = _place(text)
        out, taken = np.empty(3 * size + _SPARE, np.uint8), ctypes.c_int64()
        written = self.library.sekisho_from_double_bytes(
            address, size, characters.ctypes.data, out.ctypes.data, ctypes.addressof(taken)
        )
        return out[:written].tobytes(), taken.value

    def from_utf_16(self, text: Text, *, big: bool) -> tuple[bytes, int]:
        """Return UTF-16 as UTF-8, and how many bytes of it are that."""
        address, size = _place(text)
        out, taken = np.empty(3 * (size // 2) + _SPARE, np.uint8), ctypes.c_int64()
        written = self.library.sekisho_from_utf_16(address, size, big, out.ctypes.data, ctypes.addressof(taken))
        return out[:written].tobytes(), taken.value

    def classes(
        self, codes: NDArray[np.uint32], tables: Sequence[NDArray[np.uint64]], weights: Positions
    ) -> tuple[Positions, Positions, NDArray[np.uint32]]:
        """Gather rows into classes; see :func:`sekisho.cut.risk.classes.gather_by_arrays`."""
        columns, rows = codes.shape
        assert codes.flags.c_contiguous
        offsets = np.cumsum([0, *map(len, tables)], dtype=np.int64)
        bits = (2 * rows).bit_length() or 1
        slots, numbers = np.empty(1 << bits, np.uint64), np.zeros(1 << bits, np.uint32)
        first, sums, classes = np.empty(rows, np.int64), np.empty(rows, np.int64), np.empty(rows, np.uint32)
        given = (np.concatenate(tables), offsets, weights, slots, numbers)
        found = self.library.sekisho_classes(
            codes.ctypes.data,
            columns,
            rows,
            *(each.ctypes.data for each in given),
            bits,
            *(each.ctypes.data for each in (first, sums, classes)),
        )
        return first[:found].copy(), sums[:found].copy(), classes

    def number_keys(
        self, table: Keys, keys: NDArray[np.uint64], there: NDArray[np.bool_], kind: int, people: int, *, add: bool
    ) -> tuple[NDArray[np.uint32], Positions]:
        """Return each key's number and, of those that got one just now, where each first stood."""
        given, numbers = table._given(), np.empty(len(keys), np.uint32)  # noqa: SLF001 - of this module
        firsts = np.empty(len(keys) if add else 0, np.int64)
        total = self.library.sekisho_number_keys(
            ctypes.addressof(given),
            keys.ctypes.data,
            there.ctypes.data,
            len(keys),
            kind,
            people,
            numbers.ctypes.data,
            firsts.ctypes.data if add else None,
        )
        return numbers, firsts[: total - people]

    def place_keys(self, table: Keys, numbers: NDArray[np.uint32]) -> int:
        """Put numbers into the table; return how many of their keys were there under another number."""
        given = table._given()  # noqa: SLF001 - of this module
        return int(self.library.sekisho_place_keys(ctypes.addressof(given), numbers.ctypes.data, len(numbers)))

    def move_keys(self, table: Keys, slots: NDArray[np.uint64]) -> None:
        """Put what stands in the slots of another table of different keys into this one."""
        given = table._given()  # noqa: SLF001 - of this module
        self.library.sekisho_move_keys(ctypes.addressof(given), slots.ctypes.data, len(slots))

    def halves(
        self, text: NDArray[np.uint8], numerals: NDArray[np.uint8], radix: int
    ) -> tuple[NDArray[np.uint64], NDArray[np.uint64]] | None:
        """Return the numbers of the halves of each row of characters, None if one has no numeral below the radix."""
        text, (count, length) = np.ascontiguousarray(text), text.shape
        left, right = np.empty(count, np.uint64), np.empty(count, np.uint64)
        into = (left.ctypes.data, right.ctypes.data)
        fits = self.library.sekisho_halves(text.ctypes.data, count, length, numerals.ctypes.data, radix, *into)
        return (left, right) if fits else None

    def from_halves(
        self, left: NDArray[np.uint64], right: NDArray[np.uint64], letters: NDArray[np.uint8], length: int
    ) -> NDArray[np.uint8]:
        """Return rows of characters for the numbers of their halves, which have at most 56 bits."""
        text, halves = np.empty((len(left), length), np.uint8), (left.ctypes.data, right.ctypes.data)
        into = (letters.ctypes.data, len(letters), text.ctypes.data)
        self.library.sekisho_from_halves(*halves, len(left), length, *into)
        return text

    def ff1_round(
        self,
        sums: NDArray[np.uint8],
        left: NDArray[np.uint64],
        right: NDArray[np.uint64],
        blocks: NDArray[np.uint64],
        *,
        modulus: int,
        mask: int,
        back: bool,
    ) -> None:
        """Go through a round; see :func:`sekisho.cut.tokens.ff1_rounds.round_by_arrays`."""
        given, halves = (len(left), modulus, back, mask), (left.ctypes.data, right.ctypes.data)
        self.library.sekisho_ff1_round(sums.ctypes.data, *given, *halves, blocks.ctypes.data)


class _Scratch(threading.local):
    """Each thread's room for what is copied at once: new memory by the megabyte costs more than the work in it."""

    room: NDArray[np.uint8] = np.empty(0, np.uint8)


_SCRATCH = _Scratch()


def scratch(size: int) -> NDArray[np.uint8]:
    """Return room for so many bytes, which this thread's next call takes again."""
    if len(_SCRATCH.room) < size:
        _SCRATCH.room = np.empty(size, np.uint8)
    return _SCRATCH.room


def _place(text: Text) -> tuple[int | bytes, int]:
    """Return where a text is and its size in bytes; ctypes takes the address of bytes by itself."""
    return (text, len(text)) if isinstance(text, bytes) else (np.frombuffer(text, np.uint8).ctypes.data, len(text))


def _address(text: bytes) -> int:
    return int(np.frombuffer(text, np.uint8).ctypes.data) if text else 0
