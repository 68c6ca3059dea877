"""Strips of as many bytes each, taken from or marked in a block at once.

A view of the block in which every byte begins an item of the strip's size lets NumPy copy strip by strip instead of
byte by byte, three times as fast as an index for every byte.
"""

import numpy as np

from sekisho.readers.structure import Bytes, Mask, Positions


def strips(data: Bytes, starts: Positions, size: int) -> Bytes:
    """Return the ``size`` bytes from each start: a row for each place, a column for each strip."""
    if not len(starts):  # and the data may be shorter than a strip
        return np.empty((size, 0), np.uint8)
    items = np.ndarray((len(data) - size + 1,), f"V{size}", data, strides=(1,))
    return np.ascontiguousarray(items[starts].view(np.uint8).reshape(-1, size).T)


def mark(mask: Mask, starts: Positions, size: int) -> None:
    """Set the ``size`` places from each start."""
    items = np.ndarray((len(mask) - size + 1,), f"V{size}", mask, strides=(1,))
    items[starts] = np.void(b"\x01" * size)
