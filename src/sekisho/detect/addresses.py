"""Addresses in running text: from the prefecture, municipality or town to the room, byte-exact.

The digits decide where to look: arrays find every number behind a letter that names of places end in and before what a
block number goes on with, and only there the text is decoded, a dictionary asked for the places before it and a grammar
for what follows (:mod:`~sekisho.detect.address_grammar`). Without a block number there is no address: 尼崎市 in a sentence
is a city, not where somebody lives.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import IntFlag

import numpy as np
from numpy.typing import NDArray

from sekisho.detect.address_anchors import anchors
from sekisho.detect.address_grammar import BETWEEN, STRONG, TAIL
from sekisho.detect.gazetteer import LONGEST_TOWN, municipalities, prefectures, towns
from sekisho.readers.structure import Positions

_BEFORE, _BEHIND = 126, 180  # bytes: 42 characters and 60
_SPACES = " \u3000"
_ENDING = re.compile("[市区町村]")
_LETTER = re.compile("[一-鿿々ァ-ヶー0-9A-Za-z]")


class Place(IntFlag):
    """What an address says of itself."""

    PREFECTURE = 1
    MUNICIPALITY = 2
    TOWN = 4  # one of the list
    BLOCK = 8  # 丁目, 番地, 番 and 号, or three numbers
    BUILDING = 16


_PREFECTURE, _MUNICIPALITY, _TOWN, _BLOCK, _BUILDING = map(
    int, Place
)  # adding members of an IntFlag takes a microsecond


@dataclass(frozen=True, slots=True)
class Spans:
    """Addresses of a text, in order, none inside another.

    Attributes:
        starts: the byte where each starts.
        stops: the byte behind its end.
        evidence: what it says of itself, a :class:`Place`.
    """

    starts: Positions
    stops: Positions
    evidence: NDArray[np.uint8]


def find_addresses(text: bytes) -> Spans:
    """Return the addresses of a text.

    Args:
        text: UTF-8; bytes that are not belong to no address.
    """
    found = np.array(list(_addresses(text)), np.int64).reshape(-1, 3)
    return Spans(found[:, 0], found[:, 1], found[:, 2].astype(np.uint8))


def _addresses(text: bytes) -> Iterator[tuple[int, int, int]]:
    done = 0
    for anchor in anchors(text):
        if anchor < done:
            continue
        before = _line_before(text, max(done, anchor - _BEFORE), anchor)
        behind = text[anchor : anchor + _BEHIND].decode(errors="replace")
        if (tail := TAIL.match(behind)) and (head := _head(before, tail["block"])):
            start, evidence = head
            done = anchor + len(tail[0].encode())
            yield anchor - len(before[start:].encode()), done, evidence | (_BUILDING if tail["building"] else 0)


def _line_before(text: bytes, start: int, stop: int) -> str:
    line = text.rfind(b"\n", start, stop) + 1
    return text[line or start : stop].decode(errors="replace")


def _head(before: str, block: str) -> tuple[int, int] | None:
    """Return where an address starts in the text before its block number, and what it says of itself."""
    strong = _BLOCK if STRONG.search(block) else 0
    plain = not strong and block.isdecimal()
    for start, end in _municipalities_in(before):
        if head := _from_municipality(before, start, end, strong, plain=plain):
            return head
    return _from_town(before, strong)


def _municipalities_in(before: str) -> list[tuple[int, int]]:
    """Return where municipalities stand, the outermost first: towns are often called like municipalities elsewhere."""
    longest_before = municipalities().longest_before
    found: list[tuple[int, int]] = []
    for match in _ENDING.finditer(before):
        end = match.end()
        if size := longest_before(before, end):
            if found and end - size <= found[-1][0]:  # 郡上市 in 中新川郡上市町
                found.pop()
            found.append((end - size, end))
    return found


def _from_municipality(before: str, start: int, end: int, strong: int, *, plain: bool) -> tuple[int, int] | None:
    between = before[end:].strip(_SPACES)
    listed = _TOWN if _is_listed(between) else 0
    if not listed and (plain or not (between or strong) or not BETWEEN.fullmatch(between)):
        return None
    evidence = _MUNICIPALITY | strong | listed
    prefecture = _prefecture_before(before, start)
    return (start, evidence) if prefecture is None else (prefecture, evidence | _PREFECTURE)


def _is_listed(between: str) -> bool:
    """Tell whether the text between municipality and number is a listed town, or one with a smaller place behind it."""
    if between in towns():
        return True
    name = between.removeprefix("大字").removeprefix("字")
    sizes = range(2, min(LONGEST_TOWN, len(name)) + 1)
    return any(name[:size] in towns() and BETWEEN.fullmatch(name, size) for size in sizes)


def _prefecture_before(before: str, start: int) -> int | None:
    end = start
    while end and before[end - 1] in _SPACES:
        end -= 1
    for size in (3, 4):
        if size <= end and before[end - size : end] in prefectures():
            return end - size
    return None


def _from_town(before: str, strong: int) -> tuple[int, int] | None:
    """Return where a town starts that stands alone: a listed one, a word of its own, and a block number behind it."""
    name = before.rstrip(_SPACES)
    size = _town_before(name)
    if not size:
        return None
    mark = next((mark for mark in ("大字", "字") if name.endswith(mark, 0, len(name) - size)), "")
    start = len(name) - size - len(mark)
    prefecture = _prefecture_before(name, start)
    if prefecture is not None:
        return prefecture, _PREFECTURE | _TOWN | strong
    sure = mark or (strong and size > 2 and not _LETTER.match(name[:start][-1:]))
    return (start, _TOWN | strong) if sure else None


def _town_before(name: str) -> int:
    """Return the length of the longest town that a text ends in, or 0."""
    known = towns()
    for size in range(min(LONGEST_TOWN, len(name)), 1, -1):
        if name[-size:] in known:
            return size
    return 0
