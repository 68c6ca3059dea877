"""64-bit hashes of cells and numbers, by array operations: for telling values apart within one process.

SplitMix64's finalizer (Steele, Lea and Flood, "Fast splittable pseudorandom number generators", 2014), over a cell's
bytes in words of eight. Not a cryptographic hash: who may choose the cells can make two of them collide, and who holds
a hash can try values against it, so hashes stay in memory.
"""

import numpy as np
from numpy.typing import NDArray

from sekisho.kernel.library import kernel
from sekisho.readers.structure import Positions

Hashes = NDArray[np.uint64]

_STEP, _FIRST, _SECOND = np.uint64(0x9E3779B97F4A7C15), np.uint64(0xBF58476D1CE4E5B9), np.uint64(0x94D049BB133111EB)
_WORD = 8
_KEPT_BYTES = np.array([(1 << 8 * size) - 1 for size in range(_WORD + 1)], np.uint64)


def mix(values: Hashes) -> Hashes:
    """Return 64-bit values mixed so that each bit depends on all others; different values stay different."""
    mixed = values + _STEP
    mixed = (mixed ^ (mixed >> np.uint64(30))) * _FIRST
    mixed = (mixed ^ (mixed >> np.uint64(27))) * _SECOND
    return mixed ^ (mixed >> np.uint64(31))


def hash_cells(text: bytes, starts: Positions, stops: Positions, before: Hashes) -> Hashes:
    """Return the hashes of cells of a text, each chained to a hash that came before it.

    Args:
        text: a block's text.
        starts: where each cell starts.
        stops: where it stops, exclusive.
        before: as many hashes: those of the cells of the same row that belong to the same key.
    """
    if compiled := kernel():
        hashes = before.copy()
        compiled.hash_cells(text, np.ascontiguousarray(starts), np.ascontiguousarray(stops), hashes)
        return hashes
    return hash_cells_by_arrays(text, starts, stops, before)


def hash_cells_by_arrays(text: bytes, starts: Positions, stops: Positions, before: Hashes) -> Hashes:
    """Do the same by NumPy."""
    padded = text + bytes(_WORD)
    words = np.ndarray((len(text) + 1,), np.dtype("<u8"), padded, strides=(1,))
    hashes = mix(before ^ (stops - starts).astype(np.uint64))
    active = np.flatnonzero(stops > starts)
    while len(active):
        left = np.minimum(stops[active] - starts[active], _WORD)
        hashes[active] = mix(hashes[active] ^ (words[starts[active]] & _KEPT_BYTES[left]))
        starts = starts + _WORD
        active = active[stops[active] > starts[active]]
    return hashes
