"""The form ``test.data``: each cell replaced by an invented value of its kind, the same cell always by the same.

Whoever has the cells cannot tell which value was whose without the key, which nobody keeps. How a cell was written (the
style of a date, hyphens, the width of digits) stays, so that a program that reads the one reads the other. Two cells may
become one value, as two people may bear one name.
"""

import hashlib

import numpy as np
import polars as pl

from sekisho.cut.test_data.styles import dressed, styles_of
from sekisho.invented.draws import Draws, Words

_WORD_BYTES = 8
_TRIES = 8  # a cell that becomes itself is drawn anew; where a kind has two values, some stay


def replaced(cells: pl.Series, kind_id: str, key: bytes) -> pl.Series:
    """Return an invented value of a kind for each cell; null stays null.

    Args:
        cells: a column of text; its name tells whether names are surnames alone.
        kind_id: the kind of the column.
        key: of this cut and nobody's afterwards, 16 to 64 bytes.
    """
    distinct = cells.unique().drop_nulls()
    styles = styles_of(kind_id, cells.name, distinct)
    draws = Draws(words_of(distinct, key))
    made = dressed(kind_id, styles, draws)
    for _ in range(_TRIES):
        same = np.flatnonzero(made == distinct)
        if not len(same):
            break
        draws = draws.again("replaced")
        made = made.scatter(same, dressed(kind_id, styles.gather(same), draws.of(same)))
    return cells.replace_strict(distinct, made, default=None, return_dtype=pl.String)


def words_of(cells: pl.Series, key: bytes) -> Words:
    """Return a word for each cell: its keyed BLAKE2b, so that words tell nothing without the key."""
    keyed = hashlib.blake2b(digest_size=_WORD_BYTES, key=key)
    words = bytearray()
    for cell in cells:
        own = keyed.copy()
        own.update(cell.encode("utf-8", "surrogatepass"))
        words += own.digest()
    return np.frombuffer(bytes(words), np.uint64)
