"""What was wrong with a source and was tolerated: counted by matter, with the line where it was first seen.

A strict reader raises :class:`~sekisho.errors.Unreadable` with the same keys, so that the words are written once, in
``catalogue/errors/readers.toml``.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path

from sekisho.errors import Unreadable


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """One matter, such as ``readers.ragged_row``.

    Attributes:
        key: the catalogue key of the error that a strict reader would raise.
        count: how often it was seen.
        line: the line of the file where it was first seen, from 1.
    """

    key: str
    count: int
    line: int


class Problems:
    """A collector that a tolerant reader writes to."""

    def __init__(self) -> None:
        self._found: dict[str, Problem] = {}

    def note(self, key: str, *, line: int, count: int = 1) -> None:
        """Count a matter."""
        seen = self._found.get(key, Problem(key=key, count=0, line=line))
        self._found[key] = replace(seen, count=seen.count + count)

    def add(self, others: Iterable[Problem]) -> None:
        """Count what another collector found further down in the same source."""
        for each in others:
            self.note(each.key, line=each.line, count=each.count)

    def note_gaps(self, keys: Iterable[str], *, path: Path, strict: bool) -> None:
        """Count what is known to be missing from a source before it is read.

        Args:
            keys: what is missing, as keys of the catalogue.
            path: the source, for messages.
            strict: raise instead.

        Raises:
            Unreadable: strict, and something is missing.
        """
        for key in keys:
            if strict:
                raise Unreadable(key, path=path)
            self.note(key, line=1)

    def found(self) -> tuple[Problem, ...]:
        """Return what was counted, in the order of the lines where it was first seen."""
        return tuple(sorted(self._found.values(), key=lambda problem: (problem.line, problem.key)))
