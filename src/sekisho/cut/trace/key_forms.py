"""What a mark is keyed by: a cell in the form that no mark changes, column by column instead of cell by cell.

They follow :mod:`sekisho.canon`, which compares single values; half a million cells need the same in whole columns.
Neither form ever leaves: it only says which cells are one and the same however they are spelt.
"""

from collections.abc import Mapping
from functools import cache
from itertools import chain

import polars as pl

from sekisho.canon.name import variants
from sekisho.canon.text import HYPHENS, solid

_PREFECTURE = r"^(?:東京都|北海道|(?:大阪|京都)府|.{2,3}県)"
_BLOCK_WORDS = ("丁目", "番地の", "番地", "番", "号室", "号", "の")


def name_form(cells: pl.Series) -> pl.Series:
    """Return names, or readings, as :func:`sekisho.canon.name.name` has them."""
    return _replaced(cells.str.normalize("NFKC"), _of_names())


def address_form(cells: pl.Series) -> pl.Series:
    """Return addresses without prefecture and blanks, in one width, every block word a hyphen."""
    form = _replaced(cells.str.normalize("NFKC").str.replace(_PREFECTURE, ""), _of_addresses())
    return form.str.replace_all("-{2,}", "-").str.strip_chars("-")


def postal_form(cells: pl.Series) -> pl.Series:
    """Return postal codes as their digits."""
    return cells.str.replace("-", "", literal=True)


def _replaced(cells: pl.Series, table: Mapping[str, str]) -> pl.Series:
    return cells.str.replace_many(list(table), list(table.values()), leftmost=True)


@cache
def _of_names() -> dict[str, str]:
    """Return what stands for what in a name: blanks and selectors for nothing, a variant kanji for its usual form."""
    invisible = chain(range(0x3001), range(0xFE00, 0xFF00), range(0xE0100, 0xE01F0))
    nothing = {chr(code): "" for code in invisible if not solid(chr(code))}
    return nothing | {chr(variant): usual for variant, usual in variants().items()}


@cache
def _of_addresses() -> dict[str, str]:
    """Return what stands for what in an address, the longer of two block words first."""
    hyphens = (chr(code) for code in range(0x2D, 0xFF71) if code < 0xD800 or code > 0xDFFF)
    pattern = pl.Series(list(hyphens))
    return (
        dict.fromkeys(_BLOCK_WORDS, "-")
        | _of_names()
        | dict.fromkeys(pattern.filter(pattern.str.contains(f"^[{HYPHENS}]$")), "-")
    )
