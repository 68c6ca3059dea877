"""What a mark is keyed by: a cell in the form that no mark changes, column by column instead of cell by cell.

They follow :mod:`sekisho.canon`, which compares single values; half a million cells need the same in whole columns.
Neither form ever leaves: it only says which cells are one and the same however they are spelt.
"""

import polars as pl

from sekisho.canon.name import variants
from sekisho.canon.text import HYPHENS

_INVISIBLE = r"[\s\u200b\u2060\ufeff\ufe00-\ufe0f\U000e0100-\U000e01ef]"
_PREFECTURE = r"^(?:東京都|北海道|(?:大阪|京都)府|.{2,3}県)"
_BLOCK_WORD = r"([0-9])(?:丁目|番地の?|番|号室|号|の)"


def name_form(cells: pl.Series) -> pl.Series:
    """Return names, or readings, as :func:`sekisho.canon.name.name` has them."""
    usual = variants()
    return (
        cells.str.normalize("NFKC")
        .str.replace_all(_INVISIBLE, "")
        .str.replace_many([chr(variant) for variant in usual], list(usual.values()))
    )


def address_form(cells: pl.Series) -> pl.Series:
    """Return addresses without prefecture, blanks and block words, in one width."""
    return (
        name_form(cells)
        .str.replace(_PREFECTURE, "")
        .str.replace_all(_BLOCK_WORD, "$1-")
        .str.replace_all(f"[{HYPHENS}]+", "-")
        .str.strip_chars("-")
    )


def postal_form(cells: pl.Series) -> pl.Series:
    """Return postal codes as their digits."""
    return cells.str.replace("-", "", literal=True)
