"""Where fixed words stand in a text: all of them in one pass, every occurrence, overlapping ones too.

The compiled kernel does the work, else Vectorscan (``hyperscan`` on PyPI), else ``bytes.find`` word after word, slower each
and with the same result. Vectorscan reads faster, but calls Python back for every hit (0.3 microseconds), of which dense
text has one in fifty bytes. Words are bytes and are found byte by byte; in UTF-8 a whole character never starts inside another.
"""

from collections.abc import Callable, Iterator, Sequence
from typing import TypeAlias

import numpy as np

from sekisho.detect.runs import is_letter
from sekisho.detect.vectorscan import MOST_PATTERNS, Found, vectorscan
from sekisho.kernel.functions import Kernel, Words
from sekisho.kernel.library import kernel
from sekisho.readers.structure import Mask

Search: TypeAlias = Callable[[bytes], Found]

_SHORTEST = 2  # bytes of a word that the kernel looks for


class Literals:
    """A set of words, compiled once and searched in many texts, by many threads.

    A pickled set travels as its words and is compiled where it arrives.
    """

    def __init__(self, words: Sequence[bytes], *, caseless: bool = False, whole: bool = False) -> None:
        """Compile the words.

        Args:
            words: none of them empty; the same word twice is reported twice.
            caseless: ASCII letters match in either case.
            whole: words of ASCII count only where no ASCII letter stands beside them: there is no "tel" in "hotel".

        Raises:
            ValueError: a word is empty, or there are more than 16 million.
        """
        if not all(words) or len(words) > MOST_PATTERNS:
            raise ValueError("words must not be empty, and fewer than 2 to the power of 24")
        self.words = tuple(words)
        self.caseless = caseless
        self.whole = whole
        self._alone = np.array([whole and word.isascii() for word in words], np.bool_)
        self._sizes = np.array([len(word) for word in words], np.int64)
        self._search = next(
            search
            for engine in ENGINES
            if (search := engine(self.words, caseless=caseless, alone=self._alone)) is not None
        )

    def find(self, text: bytes) -> Found:
        """Return where words start and which they are, by place and then by number.

        Args:
            text: shorter than 4 GB.
        """
        ends, index = self._search(text)
        starts = ends - self._sizes[index]
        order = np.argsort(starts * len(self.words) + index, kind="stable")  # quick, for they are nearly in order
        return starts[order], index[order]

    def __reduce__(self) -> tuple[Callable[..., "Literals"], tuple[object, ...]]:
        return _remade, (self.words, self.caseless, self.whole)


class _Finder:
    """The same by ``bytes.find``, word after word."""

    def __init__(self, words: Sequence[bytes], *, caseless: bool) -> None:
        self._words = [word.lower() if caseless else word for word in words]
        self._caseless = caseless

    def __call__(self, text: bytes) -> Found:
        text = text.lower() if self._caseless else text
        found = [(at + len(word), index) for index, word in enumerate(self._words) for at in _places(word, text)]
        pairs = np.array(found, np.int64).reshape(-1, 2)
        return pairs[:, 0], pairs[:, 1].astype(np.int32)


def _places(word: bytes, text: bytes) -> Iterator[int]:
    at = text.find(word)
    while at >= 0:
        yield at
        at = text.find(word, at + 1)


class _Alone:
    """A search that leaves out the words beside which letters stand, where that matters."""

    def __init__(self, search: Search, words: Sequence[bytes], alone: Mask) -> None:
        self._search, self._alone = search, alone
        self._sizes = np.array([len(word) for word in words], np.int64)

    def __call__(self, text: bytes) -> Found:
        ends, index = self._search(text)
        if not self._alone.any() or not len(ends):
            return ends, index
        data, starts = np.frombuffer(text, np.uint8), ends - self._sizes[index]
        before = is_letter(data, np.maximum(starts - 1, 0)) & (starts > 0)
        behind = is_letter(data, ends) & (ends < len(data))
        keep = ~(self._alone[index] & (before | behind))
        return ends[keep], index[keep]


class _Compiled:
    """The compiled kernel's search."""

    def __init__(self, compiled: Kernel, words: Sequence[bytes], *, caseless: bool, alone: Mask) -> None:
        self._kernel = compiled
        self._words = Words.of(words, caseless=caseless, whole=alone)
        self._sizes = np.array([len(word) for word in words], np.int64)

    def __call__(self, text: bytes) -> Found:
        starts, index = self._kernel.literals(text, self._words)
        return starts + self._sizes[index], index


def _compiled(words: Sequence[bytes], *, caseless: bool, alone: Mask) -> Search | None:
    """Return the kernel's search; None where there is no kernel or the words are not for it."""
    compiled = kernel()
    folded = {word.lower() if caseless else word for word in words}
    if compiled is None or not words or len(folded) < len(words) or min(map(len, words)) < _SHORTEST:
        return None
    return _Compiled(compiled, words, caseless=caseless, alone=alone)


def _vectorscan(words: Sequence[bytes], *, caseless: bool, alone: Mask) -> Search | None:
    """Return Vectorscan with these words, if it is there."""
    # A literal of Vectorscan ends at a NUL byte; a pattern may name any byte.
    search = vectorscan([b"".join(b"\\x%02x" % byte for byte in word) for word in words], caseless=caseless)
    return search and _Alone(search, words, alone)


def _finder(words: Sequence[bytes], *, caseless: bool, alone: Mask) -> Search | None:
    return _Alone(_Finder(words, caseless=caseless), words, alone)


ENGINES = (_compiled, _vectorscan, _finder)  # the fastest first


def _remade(words: Sequence[bytes], caseless: bool, whole: bool) -> Literals:
    return Literals(words, caseless=caseless, whole=whole)
