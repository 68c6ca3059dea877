"""What ``detect`` finds in the cells of a column of text, cell by cell, each with its place in the cell.

A label in one cell says nothing of the next, so cells stand apart by an empty line. Line ends inside a cell are looked at
as blanks; no place moves.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from sekisho.detect.text.spans import find_spans_in
from sekisho.kinds.taxonomy import Kind, taxonomy

_APART = b"\n\n"
_PIECE_BYTES = 1 << 20
_LINE_ENDS = bytes.maketrans(b"\r\n", b"  ")


@dataclass(frozen=True, slots=True)
class CellSpan:
    """One place in one cell.

    Attributes:
        cell: which of the cells.
        start: its first byte in the cell.
        stop: the byte behind its last.
        kind: what it is.
        level: 0 to 2: low, medium, high.
    """

    cell: int
    start: int
    stop: int
    kind: Kind
    level: int


def spans_in_cells(cells: Sequence[bytes]) -> Iterator[CellSpan]:
    """Yield what is found in cells of UTF-8, in order; every line is read for names, and low findings are among it."""
    first, size = 0, 0
    for place, cell in enumerate(cells):
        size += len(cell) + len(_APART)
        if size >= _PIECE_BYTES or place == len(cells) - 1:
            yield from _in_piece(cells[first : place + 1], first)
            first, size = place + 1, 0


def _in_piece(cells: Sequence[bytes], first: int) -> Iterator[CellSpan]:
    kinds = {each.bit: each for each in taxonomy().values()}
    begins = np.cumsum([0, *(len(cell) + len(_APART) for cell in cells)])
    text = _APART.join(cell.translate(_LINE_ENDS) for cell in cells)
    found = find_spans_in(text, every_line=True)
    within = np.searchsorted(begins, found.starts, side="right") - 1
    columns = (within, found.starts, found.stops, found.kinds, found.levels)
    for cell, start, stop, bit, level in zip(*(column.tolist() for column in columns), strict=True):
        end = min(stop - int(begins[cell]), len(cells[cell]))
        yield CellSpan(first + cell, start - int(begins[cell]), end, kinds[bit], level)
