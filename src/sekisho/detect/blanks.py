"""Cells that say nothing: empty ones, dashes, and what programs write where they have no value.

They are left out of every rate and of every count of people, for a column half filled is no worse a witness.
"""

import unicodedata

import numpy as np

from sekisho.readers.structure import Bytes, Mask, Positions

SIGNS = ("-", "－", "―", "‐", "ー", "NULL", "null", "NA", "N/A", "n/a", "#N/A", "NaN", "nan")
IN_NFKC = frozenset({"", *(unicodedata.normalize("NFKC", sign) for sign in SIGNS)})

_SIGNS = tuple(sign.encode() for sign in SIGNS)
_LONGEST = max(map(len, _SIGNS))

PACKED = np.array([len(sign) << 32 | int.from_bytes(sign, "little") for sign in _SIGNS], np.uint64)
_BEGINS_SIGN = np.isin(np.arange(256), [sign[0] for sign in _SIGNS])


def are_filled(data: Bytes, first: Positions, last: Positions) -> Mask:
    """Tell which cells say something.

    Args:
        data: a block's bytes.
        first: where the inside of each cell starts.
        last: where it stops, exclusive.
    """
    sizes = last - first
    filled: Mask = sizes > 0
    short = np.flatnonzero(filled & (sizes <= _LONGEST))
    short = short[_BEGINS_SIGN[data[first[short]]]]
    for sign in _SIGNS if len(short) else ():
        same = short[sizes[short] == len(sign)]
        for place, byte in enumerate(sign):
            same = same[data[first[same] + place] == byte]
        filled[same] = False
    return filled
