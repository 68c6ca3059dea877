"""Full-width digits and the signs beside them brought to ASCII, in the few blocks that have them.

``０９０－１２３４－５６７８`` becomes ``090-1234-5678``. A long vowel mark becomes a hyphen only behind a digit, so that
サーバー stays. Only digits need this: between half-width digits the kernel knows the wide separators itself.
"""

import numpy as np

from sekisho.kernel.library import kernel
from sekisho.readers.structure import Bytes, Positions

_LEAD, _SECOND = 0xEF, 0xBC
_FIRST_DIGIT, _LAST_DIGIT = 0x90, 0x99
_ZERO = ord("0")


def narrow(text: bytes, ends: Positions) -> tuple[bytes, Positions]:
    """Return a block's text with full-width digits as ASCII, and where its cells end then."""
    if compiled := kernel():
        found = compiled.narrow(text, ends)
        return (found[0].tobytes(), found[1]) if found else (text, ends)
    return narrow_by_arrays(text, ends)


def narrow_by_arrays(text: bytes, ends: Positions) -> tuple[bytes, Positions]:
    """Do the same by NumPy."""
    if _LEAD not in text:
        return text, ends
    data = np.frombuffer(text, np.uint8)
    places = _full_width_digits(data)
    if not len(places):
        return text, ends
    narrowed = data.copy()
    narrowed[places] = data[places + 2] - _FIRST_DIGIT + _ZERO
    keep = np.ones(len(data), np.bool_)
    keep[places + 1] = keep[places + 2] = False
    by_cell = np.bincount(np.searchsorted(ends, places), minlength=len(ends))
    return narrowed[keep].tobytes(), ends - 2 * np.cumsum(by_cell)


def _full_width_digits(data: Bytes) -> Positions:
    """Return where the three bytes of each full-width digit begin."""
    places = np.flatnonzero(data[:-2] == _LEAD)
    last = data[places + 2]
    found: Positions = places[(data[places + 1] == _SECOND) & (last >= _FIRST_DIGIT) & (last <= _LAST_DIGIT)]
    return found
