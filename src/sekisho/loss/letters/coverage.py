"""Which letters cannot be set, before one is printed: a name is printed as its bearer writes it, or is on a list. Pure."""

from collections.abc import Iterable

import polars as pl

from sekisho.loss.letters.recipients import Held, Why
from sekisho.loss.letters.typeface import Typeface

SHOWN = ("name", "postal_code", "address", "guardian")
_CHUNK = 65_536


def code_points(clusters: Iterable[str]) -> str:
    """Return characters by their code points, as an officer looks them up: ``U+E000``, ``U+845B U+E01EF``."""
    return ", ".join(" ".join(f"U+{ord(each):04X}" for each in cluster) for cluster in clusters)


def uncovered(typeface: Typeface, letters: pl.DataFrame) -> list[Held]:
    """Return the letters with a character that no font sets; afterwards the typeface knows every other one."""
    bad = list[str]()
    for column in SHOWN:
        for start in range(0, letters.height, _CHUNK):
            bad += typeface.prepare(letters[column][start : start + _CHUNK])
    bad = [each for each in dict.fromkeys(bad) if each != "\n"]
    if not bad:
        return []
    hit = pl.any_horizontal(pl.col(column).str.contains_any(bad) for column in SHOWN)
    rows = letters.filter(hit).select("row", *SHOWN).sort("row").iter_rows()
    found = ((row, _bad_of(typeface, "".join(texts))) for row, *texts in rows)
    return [Held(row, Why.UNSETTABLE, code_points(those)) for row, those in found if those]


def _bad_of(typeface: Typeface, text: str) -> list[str]:
    return [each for each in dict.fromkeys(typeface.unset(text)) if each != "\n"]
