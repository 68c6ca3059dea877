"""Where the cells of well-formed delimited text end, found by array operations over whole pieces of a file.

Most files are well-formed most of the way: quotes open at a cell's start and close at its end, every row has as many
cells as the header. :func:`measure` tells so, and where each cell ends, at some hundred megabytes a second. It returns
None for anything else, and the caller turns to :mod:`~sekisho.readers.grammar`. Both give the same cells.
"""

from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from sekisho.kernel.library import kernel
from sekisho.readers.grammar import Dialect

Bytes: TypeAlias = NDArray[np.uint8]
Positions: TypeAlias = NDArray[np.int64]
Mask: TypeAlias = NDArray[np.bool_]

_AT_START = np.zeros(1, np.int64)
_LF, _CR, _QUOTE = b'\n\r"'


def unify_newlines(text: bytes, dialect: Dialect, *, stop: int | None = None) -> bytes | None:
    """End every row with LF and leave line breaks inside quotes alone; None if another CR stands outside quotes.

    Args:
        text: the text.
        dialect: how its rows end.
        stop: where to stop; nothing behind it is looked at.
    """
    if b"\r" not in text:
        return text[:stop]
    if dialect.newline != "\r" and (compiled := kernel()):
        return compiled.unify(memoryview(text)[:stop])
    return unify_newlines_by_arrays(text[:stop], dialect)


def unify_newlines_by_arrays(text: bytes, dialect: Dialect) -> bytes | None:
    """Do the same by Python and NumPy."""
    if b'"' in text:
        return _unify_outside_quotes(text, rows_end_at_cr=dialect.newline == "\r")
    unified = text.replace(b"\r\n", b"\n")
    unified = unified.replace(b"\r", b"\n") if dialect.newline == "\r" else unified
    return None if b"\r" in unified else unified


def measure(text: bytes, *, delimiter: str, width: int) -> Positions | None:
    """Return where each cell of the whole rows at the start of ``text`` ends: ``width`` positions a row.

    Args:
        text: starts at a row's start; rows end with LF; what follows the last of them is left out.
        delimiter: one ASCII character.
        width: cells a row.

    Returns:
        the position of the delimiter or LF behind each cell; empty if no row is complete; None if the quotes or the
        rows are not regular.
    """
    if compiled := kernel():
        return compiled.measure(text, delimiter=ord(delimiter), width=width)
    return measure_by_arrays(text, delimiter=delimiter, width=width)


def measure_by_arrays(text: bytes, *, delimiter: str, width: int) -> Positions | None:
    """Do the same by NumPy."""
    data = np.frombuffer(text, np.uint8)
    stops = (data == ord(delimiter)) | (data == _LF)
    if b'"' not in text:
        return _whole_rows(data, np.flatnonzero(stops), width)
    quotes = data == _QUOTE
    if not _quotes_are_regular(data, np.flatnonzero(quotes), ord(delimiter)):
        return None
    return _whole_rows(data, _outside(stops, quotes), width)


def insides(data: Bytes, ends: Positions) -> tuple[Positions, Positions]:
    """Return where the inside of each cell starts and stops: without the quotes around it."""
    first = np.concatenate((_AT_START, ends[:-1] + 1))[: len(ends)]
    quoted = data[first] == _QUOTE
    return (first + quoted, ends - quoted) if quoted.any() else (first, ends)


def count_lines(text: bytes, *, rows_end_at_cr: bool = False) -> int:
    """Return how many lines of the file end in a text, inside quotes too."""
    if compiled := kernel():
        feeds = compiled.count_lines(text)
    else:
        feeds = int(np.count_nonzero(np.frombuffer(text, np.uint8) == _LF))  # five times as fast as bytes.count
    return feeds + text.count(b"\r") - text.count(b"\r\n") if rows_end_at_cr else feeds


def _whole_rows(data: Bytes, ends: Positions, width: int) -> Positions | None:
    """Cut behind the last LF; None unless every row has ``width`` cells and no line is empty."""
    is_lf = data[ends] == _LF
    row_count = int(np.count_nonzero(is_lf))
    size = row_count * width
    if not is_lf[width - 1 : size : width].all() or len(ends[:size]) != size or is_lf[size:].any():
        return None
    if width == 1 and size and (ends[0] == 0 or (np.diff(ends[:size]) == 1).any()):
        return None
    return ends[:size]


def _quotes_are_regular(data: Bytes, positions: Positions, delimiter: int) -> bool:
    """Tell whether each quote opens behind a delimiter, LF or quote, and closes before one; the last may stay open."""
    opens, closes = positions[0::2], positions[1::2]
    behind = data[opens[1:] - 1] if opens[0] == 0 else data[opens - 1]
    before = data[closes[:-1] + 1] if len(closes) and closes[-1] + 1 == len(data) else data[closes + 1]
    beside = np.concatenate((behind, before))
    return bool(((beside == delimiter) | (beside == _LF) | (beside == _QUOTE)).all())


def _outside(wanted: Mask, quotes: Mask) -> Positions:
    """Return the positions of ``wanted`` bytes that have an even number of quotes before them."""
    events = np.flatnonzero(wanted | quotes)
    is_quote = quotes[events]
    inside = np.cumsum(is_quote, dtype=np.uint8) & 1  # a sum modulo 256 keeps its parity
    found: Positions = events[~is_quote & (inside == 0)]
    return found


def _unify_outside_quotes(text: bytes, *, rows_end_at_cr: bool) -> bytes | None:
    data = np.frombuffer(text, np.uint8).copy()
    returns = _outside(data == _CR, data == _QUOTE)
    before_lf = data[np.minimum(returns + 1, len(data) - 1)] == _LF
    if rows_end_at_cr:
        data[returns[~before_lf]] = _LF
    elif not before_lf.all():
        return None
    return np.delete(data, returns[before_lf]).tobytes()
