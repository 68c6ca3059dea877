"""Where fixed words stand in a text: all of them in one pass, every occurrence, overlapping ones too.

Vectorscan (``hyperscan`` on PyPI) does the work; where it is not installed each word is searched by ``bytes.find``, slower
and with the same result. What costs is a hit (about 0.3 microseconds), not a byte: words that stand everywhere belong
elsewhere. Words are bytes and are found byte by byte; in UTF-8 a whole character never starts inside another.
"""

from collections.abc import Callable, Iterator, Sequence

import numpy as np

from sekisho.detect.vectorscan import MOST_PATTERNS, Found, vectorscan


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
        if not all(words) or len(words) > MOST_PATTERNS:
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
    """Return Vectorscan with these words, if it is there."""
    # A literal of Vectorscan ends at a NUL byte; a pattern may name any byte.
    return vectorscan([b"".join(b"\\x%02x" % byte for byte in word) for word in words], caseless=caseless)


def _remade(words: Sequence[bytes], caseless: bool) -> Literals:
    return Literals(words, caseless=caseless)
