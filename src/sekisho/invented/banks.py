"""Banks that do not exist, and names as banks transmit them: half-width kana without small ones.

``banks.toml`` says by which rule the institutions are invented.
"""

from dataclasses import dataclass
from unicodedata import normalize

from sekisho.invented.data import read

_SMALL_KANA = dict(zip("ァィゥェォッャュョ", "アイウエオツヤユヨ", strict=True))


@dataclass(frozen=True, slots=True, kw_only=True)
class Banks:
    """The invented institutions, as ``banks.toml`` describes them."""

    first: int
    last: int
    kinds: list[str]
    kind_weights: list[float]


def banks() -> Banks:
    """Return the invented institutions."""
    return read("banks", Banks)


def half_width() -> dict[str, str]:
    """Return the table from full-width katakana to half width, small kana made large, as banks transmit names."""
    half = [chr(code) for code in range(0xFF66, 0xFF9E)]
    table = {normalize("NFKC", each): each for each in half}
    voiced = ((normalize("NFKC", each + mark), each + mark) for each in half for mark in "ﾞﾟ")
    table |= {full: pair for full, pair in voiced if len(full) == 1}
    return table | {small: table[large] for small, large in _SMALL_KANA.items()} | {"\u3000": " "}
