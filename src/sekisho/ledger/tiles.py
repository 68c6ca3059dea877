"""Static files of a log (C2SP tlog-tiles): where a tile lies, which ones a tree has, what an entry bundle holds.

A tile is 256 neighbouring hashes; those of level *n* + 1 are the roots of the full tiles of level *n*.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Self

from sekisho.ledger.merkle import CompactRange

TILE_WIDTH = 256
MOST_ENTRY_BYTES = 0xFFFF

ENTRIES = "entries"
"""Stands in a path where a tile has its level."""

_LEVELS_A_TILE = 8
_PATH = re.compile(r"tile/([0-9]|[1-5][0-9]|6[0-3]|entries)/((?:x[0-9]{3}/){0,6}[0-9]{3})(?:\.p/([1-9][0-9]{0,2}))?")


@dataclass(frozen=True, slots=True)
class Tile:
    """What a path names.

    Attributes:
        level: of a tile of hashes, or :data:`ENTRIES` for a bundle.
        index: its place in its level, from 0.
        width: how many hashes or entries it holds.
    """

    level: int | str
    index: int
    width: int = TILE_WIDTH

    @classmethod
    def parse(cls, path: str) -> Self:
        """Read a path, and no other spelling of it than :meth:`path` gives.

        Raises:
            ValueError: no path of a tile.
        """
        found = _PATH.fullmatch(path)
        if not found:
            raise ValueError("not the path of a tile")
        level, index, partial = found.groups()
        number = int(re.sub("[x/]", "", index))
        tile = cls(level if level == ENTRIES else int(level), number, int(partial or TILE_WIDTH))
        if tile.path() != path:
            raise ValueError("not the path of a tile")
        return tile

    def path(self) -> str:
        """Return where it lies."""
        *parents, last = _groups(self.index)
        number = "".join(f"x{group}/" for group in parents) + last
        return f"tile/{self.level}/{number}" + (f".p/{self.width}" if self.width < TILE_WIDTH else "")

    @property
    def start(self) -> int:
        """The first of its hashes or entries, counted in its level."""
        return self.index * TILE_WIDTH

    def is_in(self, size: int) -> bool:
        """Tell whether a log of that size has it, or had it when it was smaller."""
        row = size if isinstance(self.level, str) else size >> _LEVELS_A_TILE * self.level
        return self.start + self.width <= row


def tile_path(level: int | str, index: int, *, width: int = TILE_WIDTH) -> str:
    """Return the path of a tile or, for level :data:`ENTRIES`, of an entry bundle; a narrower one is partial."""
    return Tile(level, index, width).path()


class TileRows:
    """Turns a growing tree into tiles; holds no more than the unfinished one of each level."""

    def __init__(self) -> None:
        self.tree = CompactRange()
        self._rows: list[list[bytes]] = []
        self._full: list[int] = []

    def add(self, leaf: bytes) -> Iterator[tuple[str, bytes]]:
        """Add the hash of an entry; yield path and content of each tile that it completes."""
        for level, node in enumerate(self.tree.append(leaf)[::_LEVELS_A_TILE]):
            if level == len(self._rows):
                self._rows.append([])
                self._full.append(0)
            self._rows[level].append(node)
            if len(self._rows[level]) == TILE_WIDTH:
                yield tile_path(level, self._full[level]), b"".join(self._rows[level])
                self._rows[level], self._full[level] = [], self._full[level] + 1

    def rest(self) -> Iterator[tuple[str, bytes]]:
        """Yield the partial tiles at the right edge."""
        for level, row in enumerate(self._rows):
            if row:
                yield tile_path(level, self._full[level], width=len(row)), b"".join(row)


def tiles(leaves: Sequence[bytes]) -> Iterator[tuple[str, bytes]]:
    """Yield path and content of every tile over leaf hashes; the last of each level may be partial."""
    rows = TileRows()
    for leaf in leaves:
        yield from rows.add(leaf)
    yield from rows.rest()


def bundle(bodies: Iterable[bytes]) -> bytes:
    """Write entries into one bundle, each behind its length in two bytes.

    Raises:
        OverflowError: an entry is longer than 65,535 bytes.
    """
    return b"".join(len(body).to_bytes(2, "big") + body for body in bodies)


def read_bundle(data: bytes) -> list[bytes]:
    """Read the entries of a bundle.

    Raises:
        ValueError: cut short.
    """
    at, entries = 0, []
    while at < len(data):
        end = at + 2 + int.from_bytes(data[at : at + 2], "big")
        entries.append(data[at + 2 : end])
        at = end
    if at != len(data):
        raise ValueError("a bundle that is cut short")
    return entries


def _groups(index: int) -> list[str]:
    """Write a number in groups of three digits: ``["001", "234", "067"]``."""
    digits = str(index)
    padded = digits.zfill(-(-len(digits) // 3) * 3)
    return [padded[at : at + 3] for at in range(0, len(padded), 3)]
