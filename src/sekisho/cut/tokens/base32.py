"""Blocks of 16 bytes as 26 characters of base32, and back, many at a time.

The alphabet of RFC 4648, upper case, without padding. Every language's library reads it, it has none of 0, 1, 8 and 9
that are taken for O, I, B and g, and no spreadsheet takes 26 such characters for a number or a formula. Crockford's
alphabet would be kinder to whoever types a token; nobody does, case numbers are for that, and it is not in libraries.

26 characters are 130 bits: the last two are zero, and a text in which they are not is no token, so that a block has one
text alone.
"""

import numpy as np
import polars as pl
from numpy.typing import NDArray

from sekisho.cut.tokens.fixed_width import to_bytes, to_texts
from sekisho.kernel.columns import columns

Blocks = NDArray[np.uint64]  # two columns of BLOCK

BLOCK = np.dtype(">u8")  # half a block, as it stands in memory
ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"
WIDTH = 26

_LETTERS = np.frombuffer(ALPHABET.encode(), np.uint8)
_NONE = np.uint8(32)
_VALUES = np.full(256, _NONE, np.uint8)
_VALUES[_LETTERS] = np.arange(32, dtype=np.uint8)
_FIVE = np.uint64(31)
_HIGH = 12  # so many characters are bits of the first half alone; the next takes four from it and one from the second
_CHUNK = 1 << 14  # what is at hand then stays in the processor's second cache


def written(blocks: Blocks) -> pl.Series:
    """Return each block as text."""
    compiled = columns()
    return pl.Series(values=compiled.to_base32(blocks)) if compiled and len(blocks) else written_by_arrays(blocks)


def read(texts: pl.Series) -> tuple[Blocks, NDArray[np.bool_]]:
    """Return a block for each text, and which texts are blocks; what stands for another means nothing."""
    compiled = columns()
    return compiled.from_base32(texts.rechunk(), len(texts)) if compiled and len(texts) else read_by_arrays(texts)


def written_by_arrays(blocks: Blocks) -> pl.Series:
    """Write blocks by NumPy."""
    text = np.empty((len(blocks), WIDTH), np.uint8)
    for start in range(0, len(blocks), _CHUNK):
        some, into = blocks[start : start + _CHUNK], text[start : start + _CHUNK]
        high, low = some[:, 0].astype(np.uint64), some[:, 1].astype(np.uint64)
        for at in range(_HIGH):
            into[:, at] = _LETTERS[high >> np.uint64(59 - 5 * at) & _FIVE]
        into[:, _HIGH] = _LETTERS[(high << np.uint64(1) | low >> np.uint64(63)) & _FIVE]
        for at in range(_HIGH + 1, WIDTH - 1):
            into[:, at] = _LETTERS[low >> np.uint64(58 - 5 * (at - _HIGH - 1)) & _FIVE]
        into[:, -1] = _LETTERS[low << np.uint64(2) & _FIVE]
    return to_texts(text)


def read_by_arrays(texts: pl.Series) -> tuple[Blocks, NDArray[np.bool_]]:
    """Read texts by NumPy."""
    rows, fits = to_bytes(texts, WIDTH)
    is_read = fits.to_numpy().copy()
    blocks = np.zeros((len(texts), 2), BLOCK)
    blocks[is_read], is_read[is_read] = _blocks(rows)
    return blocks, is_read


def _blocks(text: NDArray[np.uint8]) -> tuple[Blocks, NDArray[np.bool_]]:
    """Return the block of each row of 26 characters, and whether it is one."""
    blocks, good = np.empty((len(text), 2), BLOCK), np.empty(len(text), np.bool_)
    for start in range(0, len(text), _CHUNK):
        values = np.ascontiguousarray(_VALUES[text[start : start + _CHUNK]].T)
        good[start : start + _CHUNK] = (values.max(axis=0) < _NONE) & (values[-1] & np.uint8(3) == 0)
        high, low = np.zeros((2, values.shape[1]), np.uint64)
        for at in range(_HIGH):
            high = high << np.uint64(5) | values[at]
        middle = values[_HIGH].astype(np.uint64)
        blocks[start : start + _CHUNK, 0] = high << np.uint64(4) | middle >> np.uint64(1)
        low = middle
        for at in range(_HIGH + 1, WIDTH - 1):
            low = low << np.uint64(5) | values[at]
        blocks[start : start + _CHUNK, 1] = low << np.uint64(3) | values[-1] >> np.uint8(2)
    return blocks, good
