"""Vectorscan (``hyperscan`` on PyPI): many patterns over one text in one pass, gigabytes a second where few match.

It tells where matches end, each place and pattern once; where they start is for the caller to find out. It is imported
when the first patterns are compiled, because only texts need it, and it may be missing: callers have another way then.
"""

from collections.abc import Callable, Sequence
from threading import Lock, local
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from sekisho.readers.structure import Positions

Found: TypeAlias = tuple[Positions, NDArray[np.int32]]

MOST_PATTERNS = (1 << 24) - 1

_INDEX_BITS = 24


def vectorscan(patterns: Sequence[bytes], *, caseless: bool = False) -> Callable[[bytes], Found] | None:
    """Return a search for patterns, or None where Vectorscan is not installed or there are none.

    The search takes a text shorter than 4 GB and returns where matches end and of which pattern, in any order; any number
    of threads may use it.

    Args:
        patterns: regular expressions on bytes, without looking around or back.
        caseless: ASCII letters match in either case.
    """
    try:
        import hyperscan  # noqa: PLC0415 # see above
    except ImportError:
        return None
    return _Search(hyperscan, patterns, caseless=caseless) if patterns else None


class _Search:
    """A compiled database, with a scratch for every thread that asks: two threads must not share one."""

    def __init__(self, hyperscan: Any, patterns: Sequence[bytes], *, caseless: bool) -> None:  # noqa: ANN401 # has no stubs
        self._database = hyperscan.Database(mode=hyperscan.HS_MODE_BLOCK)
        flags = hyperscan.HS_FLAG_CASELESS if caseless else 0
        size = len(patterns)
        self._database.compile(expressions=patterns, ids=range(size), elements=size, flags=flags)
        self._first = hyperscan.Scratch(self._database)
        self._database.scratch = self._first
        self._lock = Lock()
        self._own = local()

    def __call__(self, text: bytes) -> Found:
        hits: list[int] = []
        keep = hits.append

        def matched(index: int, _start: int, end: int, _flags: int, _context: object) -> None:
            keep(end << _INDEX_BITS | index)

        self._database.scan(text, match_event_handler=matched, scratch=self._scratch())
        packed = np.array(hits, np.int64)
        return packed >> _INDEX_BITS, (packed & MOST_PATTERNS).astype(np.int32)

    def _scratch(self) -> object:
        if not hasattr(self._own, "scratch"):
            with self._lock:  # the scratch that is cloned must rest meanwhile
                self._own.scratch = self._first.clone()
        return self._own.scratch
