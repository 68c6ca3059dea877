"""Runs of digits in a block of a table, and which of them are joined by one separator.

Works on UTF-8 bytes with array operations alone. Two runs with exactly one hyphen, blank, slash, dot or bracket between
them, in any width and of any sort, are joined. A run where a number could begin is a head: nothing that binds stands before it, and
it is long enough to matter or joined to the next. In a register half of all runs are none, and are not looked at again.
"""

from dataclasses import dataclass, field

import numpy as np

from sekisho.readers.structure import Bytes, Mask, Positions

_SHORTEST_ALONE = 6
_ZERO, _BLANK = ord("0"), ord(" ")
_NO_BREAK = "\u00a0".encode()
_AT_START = np.zeros(1, np.int64)

_WIDE = {
    "‐": "-", "‑": "-", "‒": "-", "–": "-", "—": "-", "―": "-", "−": "-", "ー": "-", "－": "-", "ｰ": "-",
    "\u3000": " ", "／": "/", "．": ".", "（": "(", "）": ")",
    "\u2002": " ", "\u2003": " ", "\u2007": " ", "\u2009": " ", "\u202f": " ",  # blanks of other widths
    "\u200b": " ", "\u200c": " ", "\u200d": " ", "\u2060": " ", "\ufeff": " ",  # and of none
}  # fmt: skip
_WIDE_KEYS = np.array(sorted(int.from_bytes(char.encode(), "big") for char in _WIDE), np.int64)
_WIDE_SEPARATORS = np.array([ord(_WIDE[key.to_bytes(3, "big").decode()]) for key in _WIDE_KEYS.tolist()], np.uint8)


def _table(members: bytes) -> Mask:
    """Return a look-up table of bytes."""
    table = np.zeros(256, np.bool_)
    table[np.frombuffer(members, np.uint8)] = True
    return table


_LETTERS = bytes(range(ord("a"), ord("z") + 1)) + bytes(range(ord("A"), ord("Z") + 1))
_LETTER = _table(_LETTERS)
_WORD = _table(_LETTERS + b"0123456789_")
_CLOSES_LEFT = _table(_LETTERS + b"_-+")
_CLOSES_RIGHT = _table(_LETTERS + b"_-")
_SEPARATOR = np.where(_table(b"- /.()"), np.arange(256), 0).astype(np.uint8)
_BINDS = _table(b"-/.")  # a blank or a bracket joins too, but may as well stand between two numbers: 090-1234-5678(17


@dataclass(frozen=True, slots=True)
class Runs:
    """All runs of digits in order.

    Attributes:
        data: the block's bytes; the last is LF.
        starts: where each run starts.
        stops: where it stops, exclusive.
        cells: in which cell it stands, counted row by row.
        lengths: how many digits it has; then a 0 behind the last.
        joins: the separator to the next run, as ASCII; 0 if they are not joined.
    """

    data: Bytes = field(repr=False)
    starts: Positions
    stops: Positions
    cells: Positions
    lengths: Positions
    joins: Bytes

    def are_open_right(self, last: Positions) -> Mask:
        """Tell which runs can be the last of a number."""
        behind, join = self.data[self.stops[last]], self.joins[last]
        is_open: Mask = ~(_CLOSES_RIGHT[behind] | _BINDS[join])
        timed = np.flatnonzero(behind == ord("T"))  # 2022-06-21T10:30
        is_open[timed] = is_digit(self.data, self.stops[last[timed]] + 1)
        return is_open


@dataclass(frozen=True, slots=True)
class Heads:
    """The runs with which numbers may begin, by index.

    Attributes:
        free: nothing stands before them that makes them part of something else.
        plus: behind a plus sign.
        lettered: behind an ASCII letter.
    """

    free: Positions
    plus: Positions
    lettered: Positions


def find_runs(data: Bytes, ends: Positions, *, skip: Mask | None = None) -> Runs:
    """Return all runs of digits in a block.

    Args:
        data: the block's bytes.
        ends: where each cell ends.
        skip: positions that are not looked at.
    """
    digit = (data - np.uint8(_ZERO)) < 10
    if skip is not None:
        digit &= ~skip
    edges = np.flatnonzero(digit[1:] != digit[:-1]) + 1
    if digit[0]:
        edges = np.concatenate((_AT_START, edges))
    starts, stops = edges[0::2].copy(), edges[1::2].copy()
    cells = np.searchsorted(ends, starts)
    return Runs(data, starts, stops, cells, np.append(stops - starts, 0), _joins(data, starts, stops))


def find_heads(runs: Runs) -> Heads:
    """Return the runs with which numbers may begin."""
    begins = runs.joins != 0
    begins |= runs.lengths[:-1] >= _SHORTEST_ALONE
    begins[1:] &= ~_BINDS[runs.joins[:-1]]
    heads = np.flatnonzero(begins)
    before = runs.data[runs.starts[heads] - 1]
    free = ~_CLOSES_LEFT[before]
    dotted = np.flatnonzero(before == ord("."))  # a dot closes, unless it abbreviates a word: No.1234567
    free[dotted] = is_letter(runs.data, runs.starts[heads[dotted]] - 2)
    return Heads(heads[free], heads[before == ord("+")], heads[_LETTER[before]])


def is_letter(data: Bytes, positions: Positions) -> Mask:
    """Tell which positions hold an ASCII letter; beyond the end there is none."""
    return _LETTER[data[np.minimum(positions, len(data) - 1)]]


def is_word(data: Bytes, positions: Positions) -> Mask:
    """Tell which positions hold an ASCII letter, digit or underscore; beyond the end there is none."""
    return _WORD[data[np.minimum(positions, len(data) - 1)]]


def is_digit(data: Bytes, positions: Positions) -> Mask:
    """Tell which positions hold a digit; beyond the end there is none."""
    found: Mask = (data[np.minimum(positions, len(data) - 1)] - np.uint8(_ZERO)) < 10
    return found


def _joins(data: Bytes, starts: Positions, stops: Positions) -> Bytes:
    joins = _SEPARATOR[data[stops]]
    gaps = starts[1:] - stops[:-1]
    joins[:-1] *= gaps == 1
    joins[-1:] = 0
    two = np.flatnonzero(gaps == 2)
    joins[two[(data[stops[two]] == _NO_BREAK[0]) & (data[stops[two] + 1] == _NO_BREAK[1])]] = _BLANK
    wide = np.flatnonzero(gaps == 3)
    if len(wide):
        at = stops[wide]
        keys = data[at].astype(np.int64) << 16 | data[at + 1].astype(np.int64) << 8 | data[at + 2]
        places = np.minimum(np.searchsorted(_WIDE_KEYS, keys), len(_WIDE_KEYS) - 1)
        joins[wide] = np.where(_WIDE_KEYS[places] == keys, _WIDE_SEPARATORS[places], 0)
    return joins
