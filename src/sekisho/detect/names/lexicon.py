"""Which words are names, places, or anything else: 650,000 words as hashes, each with the classes it can have.

Compiled from SudachiDict by ``tools/compile_names.py``. A word is kept as a hash of 32 bits: the file is small, loads in
milliseconds and is asked for every substring of a text at once. One in 6,000 words that it does not hold is taken for one
that it does, which neither a tagger nor a share of a column's cells notices.
"""

import zlib
from bisect import bisect_left
from enum import IntFlag
from functools import cache
from importlib.resources import files
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

Codes: TypeAlias = NDArray[np.uint32]
Classes: TypeAlias = NDArray[np.uint8]

LONGEST_WORD = 6

_BITS = 0xFFFFFFFF
_SPREAD, _STEP = np.uint32(0x9E3779B1), np.uint32(0x85EBCA6B)


class Class(IntFlag):
    """What a word can be."""

    SURNAME = 1
    GIVEN_NAME = 2
    OTHER_PERSON = 4
    PLACE = 8
    OTHER_NAME = 16
    NOUN = 32
    OTHER_WORD = 64
    AFFIX = 128


_CLASSES = tuple(map(Class, range(256)))


class Lexicon:
    """Words and their classes."""

    def __init__(self, hashes: Codes, classes: Classes) -> None:
        """Take the hashes of the words, ascending, and the classes of each."""
        self._hashes = hashes
        self._classes = classes
        self._ordered = np.ascontiguousarray(hashes).data  # single words are asked ten times as fast as by NumPy

    def __len__(self) -> int:
        return len(self._hashes)

    def classes(self, word: str) -> Class:
        """Return what a word can be; nothing if it is not known."""
        if not 0 < len(word) <= LONGEST_WORD:
            return Class(0)
        hashed = _hash_of(word)
        place = bisect_left(self._ordered, hashed)
        known = place < len(self._ordered) and self._ordered[place] == hashed
        return _CLASSES[self._classes[place]] if known else _CLASSES[0]

    def everywhere(self, codes: Codes) -> Classes:
        """Return the classes of the word of each length that starts at each character, by length and place."""
        found = np.zeros((LONGEST_WORD + 1, len(codes)), np.uint8)
        for size in range(1, min(LONGEST_WORD, len(codes)) + 1):
            windows = np.lib.stride_tricks.sliding_window_view(codes, size)
            found[size, : len(windows)] = self._look_up(hash_words(windows))
        return found

    def _look_up(self, hashes: Codes) -> Classes:
        if not len(self._hashes):
            return np.zeros(len(hashes), np.uint8)
        places = np.minimum(np.searchsorted(self._hashes, hashes), len(self._hashes) - 1)
        return np.where(self._hashes[places] == hashes, self._classes[places], np.uint8(0))


@cache
def lexicon() -> Lexicon:
    """Return the lexicon that is shipped."""
    return unpack(files("sekisho.detect").joinpath("data", "names.bin").read_bytes())


def lexicon_of(words: dict[str, Class]) -> Lexicon:
    """Return a lexicon of some words; those that are too long are left out."""
    known = [(word, int(classes)) for word, classes in words.items() if 0 < len(word) <= LONGEST_WORD]
    hashes = np.array([hash_words(codes_of(word).reshape(1, -1))[0] for word, _ in known], np.uint32)
    order = np.argsort(hashes)
    return Lexicon(hashes[order], np.array([classes for _, classes in known], np.uint8)[order])


def pack(lexicon: Lexicon) -> bytes:
    """Return a lexicon as a file: the steps between hashes byte by byte, lowest bytes first, then the classes."""
    steps = np.diff(lexicon._hashes, prepend=np.uint32(0))  # noqa: SLF001 - its own file format
    planes = [(steps >> np.uint32(8 * place)).astype(np.uint8) for place in range(4)]
    return zlib.compress(b"".join(plane.tobytes() for plane in [*planes, lexicon._classes]), 9)  # noqa: SLF001


def unpack(packed: bytes) -> Lexicon:
    """Return the lexicon in a file that :func:`pack` wrote."""
    *planes, classes = np.frombuffer(zlib.decompress(packed), np.uint8).reshape(5, -1)
    steps = sum((plane.astype(np.uint32) << np.uint32(8 * place) for place, plane in enumerate(planes)), np.uint32(0))
    return Lexicon(np.cumsum(steps, dtype=np.uint32), classes)


def codes_of(text: str) -> Codes:
    """Return the code points of a text."""
    return np.frombuffer(text.encode("utf-32-le", "surrogatepass"), np.uint32)


def hash_words(words: NDArray[np.uint32]) -> Codes:
    """Return the hash of each of some words of one length, one a row."""
    hashes = np.full(len(words), words.shape[1], np.uint32)
    for column in range(words.shape[1]):
        hashes = hashes * _SPREAD + words[:, column] * _STEP + np.uint32(1)
    return mix(hashes)


def _hash_of(word: str) -> int:
    """Return the hash of one word, the same as that of :func:`hash_words`."""
    hashed = len(word)
    for character in word:
        hashed = (hashed * 0x9E3779B1 + ord(character) * 0x85EBCA6B + 1) & _BITS
    hashed ^= hashed >> 16
    hashed = hashed * 0x7FEB352D & _BITS
    hashed ^= hashed >> 15
    hashed = hashed * 0x846CA68B & _BITS
    return hashed ^ (hashed >> 16)


def mix(hashes: Codes) -> Codes:
    """Return hashes whose bits all depend on all bits."""
    mixed = hashes ^ (hashes >> np.uint32(16))
    mixed *= np.uint32(0x7FEB352D)
    mixed ^= mixed >> np.uint32(15)
    mixed *= np.uint32(0x846CA68B)
    mixed ^= mixed >> np.uint32(16)
    return mixed
