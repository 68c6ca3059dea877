"""Where fixed words stand in a text: all of them in one pass, every occurrence, overlapping ones too.

Vectorscan (``hyperscan`` on PyPI) does the work; where it is not installed each word is searched by ``bytes.find``, slower
and with the same result. What costs is a hit (about 0.3 microseconds), not a byte: words that stand everywhere belong
elsewhere. Words are bytes and are found byte by byte; in UTF-8 a whole character never starts inside another.
"""

from collections.abc import Callable, Iterator, Sequence
from threading import Lock, local
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from sekisho.readers.structure import Positions

Found: TypeAlias = tuple[Positions, NDArray[np.int32]]

_WORD_BITS = 24
_WORD_MASK = (1 << _WORD_BITS) - 1


class Literals:
    """A set of words, compiled once and searched in many texts, by many threads.

    A pickled set travels as its words and is compiled where it arrives.
    """

    def __init__(self, words: Sequence[bytes], *, caseless: bool = False) -> None:
        """Compile the words.

        Args:
            words: none of them empty; the same word twice is reported twice.
            caseless: ASCII letters match in either case.

        Raises:
            ValueError: a word is empty, or there are more than 16 million.
        """
        if not all(words) or len(words) > _WORD_MASK:
            raise ValueError("words must not be empty, and fewer than 2 to the power of 24")
        self.words = tuple(words)
        self.caseless = caseless
        self._sizes = np.array([len(word) for word in words], np.int64)
        self._search = _engine(self.words, caseless=caseless) or _Finder(self.words, caseless=caseless)

    def find(self, text: bytes) -> Found:
        """Return where words start and which they are, by place and then by number.

        Args:
            text: shorter than 4 GB.
        """
        ends, index = self._search(text)
        starts = ends - self._sizes[index]
        order = np.lexsort((index, starts))
        return starts[order], index[order]

    def __reduce__(self) -> tuple[Callable[..., "Literals"], tuple[object, ...]]:
        return _remade, (self.words, self.caseless)


class _Vectorscan:
    """Vectorscan's database, with a scratch for every thread that asks: two threads must not share one."""

    def __init__(self, hyperscan: Any, words: Sequence[bytes], *, caseless: bool) -> None:  # noqa: ANN401 # has no stubs
        self._hyperscan = hyperscan
        self._database = hyperscan.Database(mode=hyperscan.HS_MODE_BLOCK)
        flags = hyperscan.HS_FLAG_CASELESS if caseless else 0
        # A literal of Vectorscan ends at a NUL byte; a pattern may name any byte.
        patterns = [b"".join(b"\\x%02x" % byte for byte in word) for word in words]
        self._database.compile(expressions=patterns, ids=range(len(words)), elements=len(words), flags=flags)
        self._first = hyperscan.Scratch(self._database)
        self._database.scratch = self._first
        self._lock = Lock()
        self._own = local()

    def __call__(self, text: bytes) -> Found:
        hits: list[int] = []
        keep = hits.append

        def matched(word: int, _start: int, end: int, _flags: int, _context: object) -> None:
            keep(end << _WORD_BITS | word)

        self._database.scan(text, match_event_handler=matched, scratch=self._scratch())
        packed = np.array(hits, np.int64)
        return packed >> _WORD_BITS, (packed & _WORD_MASK).astype(np.int32)

    def _scratch(self) -> object:
        if not hasattr(self._own, "scratch"):
            with self._lock:  # the scratch that is cloned must rest meanwhile
                self._own.scratch = self._first.clone()
        return self._own.scratch


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


def _engine(words: Sequence[bytes], *, caseless: bool) -> Callable[[bytes], Found] | None:
    """Return Vectorscan with these words, or None where it is not installed or there is nothing to compile."""
    try:
        import hyperscan  # noqa: PLC0415 # 10 ms that only texts have to pay
    except ImportError:
        return None
    return _Vectorscan(hyperscan, words, caseless=caseless) if words else None


def _remade(words: Sequence[bytes], caseless: bool) -> Literals:
    return Literals(words, caseless=caseless)
