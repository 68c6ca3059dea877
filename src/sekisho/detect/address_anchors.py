"""Where in a text a block number may begin: the one thing every address has, found by arrays.

Numbers in digits count behind a letter that names of places end in, with or without a blank, and before a hyphen, a unit
such as 丁目, or an end. Numbers in kanji count before 丁目 and 番地. Most numbers of a text fall here, at a gigabyte a
second, and are never decoded.
"""

from functools import cache

import numpy as np
from numpy.typing import NDArray

from sekisho.detect.address_grammar import HYPHENS, KANJI_DIGITS
from sekisho.detect.gazetteer import endings
from sekisho.detect.literals import Literals
from sekisho.readers.structure import Bytes, Mask, Positions

_STRIP = 1 << 18  # bytes looked at together: what fits the cache
_LONGEST_NUMBER = 5
_MARGIN = b"\n" * 32
_MARKS = "字第通"
_NEVER_BEFORE = "はにともへで番"
_BEHIND = HYPHENS + "丁番条線地のノ之" + "。、，．）」』】　にでとへまかはがもを・／"
_BEHIND_ASCII = b"-\n\r\t ),.\"'/"
_UNITS = ("丁目", "番地")


def anchors(text: bytes) -> list[int]:
    """Return the bytes where such numbers start, in order.

    Args:
        text: UTF-8.
    """
    data = np.frombuffer(_MARGIN + text + _MARGIN, np.uint8)
    size = len(_MARGIN)
    strips = range(size, size + len(text), _STRIP)
    found = [_in_strip(data, start, min(start + _STRIP, size + len(text))) - size for start in strips]
    starts, _ = _kanji_numbers().find(text)
    kanji = [_first_kanji_digit(text, start) for start in starts.tolist()]
    return sorted({*kanji, *(place for each in found for place in each.tolist())})


def _in_strip(data: Bytes, start: int, stop: int) -> Positions:
    strip = data[start:stop]
    narrow = np.flatnonzero(strip - np.uint8(48) < 10) + start
    before = data[narrow - 1]
    narrow = narrow[(before >= 0x80) | (before == 0x20)]
    wide = np.flatnonzero(strip == 0xEF) + start
    wide = wide[_are_wide(data, wide)]
    wide = wide[~_are_wide(data, wide - 3)]
    return np.concatenate([_possible(data, narrow, 1), _possible(data, wide, 3)])


def _possible(data: Bytes, starts: Positions, width: int) -> Positions:
    """Return those numbers that stand behind and before what a block number does."""
    at = starts - (data[starts - 1] == 0x20)
    at = at - 3 * ((data[at - 3] == 0xE3) & (data[at - 2] == 0x80) & (data[at - 1] == 0x80))
    starts = starts[_characters(data, at - 3, _may_stand_before())]
    stops = starts.copy()
    for _ in range(_LONGEST_NUMBER):
        stops += np.where(data[stops] - np.uint8(48) < 10, 1, 0) if width == 1 else 3 * _are_wide(data, stops)
    behind = data[stops]
    ends = np.where(behind < 0x80, _ascii_behind()[behind & 0x7F], _characters(data, stops, _may_stand_behind()))
    return starts[ends]


def _are_wide(data: Bytes, at: Positions) -> Mask:
    """Tell where full-width digits stand."""
    wide: Mask = (data[at] == 0xEF) & (data[at + 1] == 0xBC) & (data[at + 2] - np.uint8(0x90) < 10)
    return wide


def _characters(data: Bytes, at: Positions, table: Mask) -> Mask:
    """Tell where characters of three bytes stand that a table has."""
    lead, second, third = data[at], data[at + 1], data[at + 2]
    code = (lead.astype(np.int32) & 15) << 12 | (second.astype(np.int32) & 63) << 6 | third & 63
    whole: Mask = (lead & 0xF0 == 0xE0) & (second & 0xC0 == 0x80) & (third & 0xC0 == 0x80)
    whole &= table[code]
    return whole


@cache
def _may_stand_before() -> Mask:
    return _table((endings() | set(_MARKS)) - set(_NEVER_BEFORE))


@cache
def _may_stand_behind() -> Mask:
    table = _table(_BEHIND)
    table[ord("ァ") : ord("ヺ") + 1] = True
    return table


@cache
def _ascii_behind() -> NDArray[np.bool_]:
    table = np.zeros(128, np.bool_)
    table[list(_BEHIND_ASCII)] = True
    return table


def _table(characters: str | set[str] | frozenset[str]) -> Mask:
    table = np.zeros(1 << 16, np.bool_)
    table[[ord(each) for each in characters if ord(each) < 1 << 16]] = True
    return table


@cache
def _kanji_numbers() -> Literals:
    return Literals([(digit + unit).encode() for digit in KANJI_DIGITS for unit in _UNITS])


def _first_kanji_digit(text: bytes, at: int) -> int:
    """Return where the kanji number starts whose last digit stands at a place."""
    digits = _kanji_digits()
    while text[at - 3 : at] in digits:
        at -= 3
    return at


@cache
def _kanji_digits() -> frozenset[bytes]:
    return frozenset(digit.encode() for digit in KANJI_DIGITS)
