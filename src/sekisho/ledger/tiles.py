"""Static files of a log (C2SP tlog-tiles): where a tile lies, which ones a tree has, what an entry bundle holds.

A tile is 256 neighbouring hashes; those of level *n* + 1 are the roots of the full tiles of level *n*.
"""

from collections.abc import Iterable, Iterator, Sequence

from sekisho.ledger.merkle import root_of

TILE_WIDTH = 256
MOST_ENTRY_BYTES = 0xFFFF

ENTRIES = "entries"
"""Stands in a path where a tile has its level."""


def tile_path(level: int | str, index: int, *, width: int = TILE_WIDTH) -> str:
    """Return the path of a tile or, for level :data:`ENTRIES`, of an entry bundle; a narrower one is partial."""
    *parents, last = _groups(index)
    number = "".join(f"x{group}/" for group in parents) + last
    return f"tile/{level}/{number}" + (f".p/{width}" if width < TILE_WIDTH else "")


def tiles(leaves: Sequence[bytes]) -> Iterator[tuple[str, bytes]]:
    """Yield path and content of every tile over leaf hashes, level by level; the last of each may be partial."""
    level, hashes = 0, leaves
    while hashes:
        parents = []
        for index, start in enumerate(range(0, len(hashes), TILE_WIDTH)):
            tile = hashes[start : start + TILE_WIDTH]
            yield tile_path(level, index, width=len(tile)), b"".join(tile)
            if len(tile) == TILE_WIDTH:
                parents.append(root_of(tile))
        level, hashes = level + 1, parents


def bundle(bodies: Iterable[bytes]) -> bytes:
    """Write entries into one bundle, each behind its length in two bytes.

    Raises:
        OverflowError: an entry is longer than 65,535 bytes.
    """
    return b"".join(len(body).to_bytes(2, "big") + body for body in bodies)


def _groups(index: int) -> list[str]:
    """Write a number in groups of three digits: ``["001", "234", "067"]``."""
    digits = str(index)
    padded = digits.zfill(-(-len(digits) // 3) * 3)
    return [padded[at : at + 3] for at in range(0, len(padded), 3)]
