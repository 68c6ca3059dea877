"""What every canonical form starts with: one width, one composition, no selectors, no blanks.

NFKC is applied here, to single values that are compared or looked up, and nowhere to what leaves the office: it would
turn ① into 1 and ㈱ into (株) in a document that nobody asked to change.
"""

import unicodedata

# For a character class. NFKC leaves most of these alone; between digits each is a hyphen, the long-vowel mark too.
HYPHENS = r"\-\u2010-\u2015\u2212\u30fc\uff0d\uff70"

# Deleted by a translation table: a register has half a million values, and a regular expression a value would be felt.
_BLANKS = " \t\n\v\f\r\x85\xa0\u1680\u2028\u2029\u202f\u205f\u3000\u200b\u2060\ufeff" + "".join(
    map(chr, range(0x2000, 0x200B))
)
_SELECTORS = [*range(0xFE00, 0xFE10), *range(0xE0100, 0xE01F0)]
_NO_SELECTORS: dict[int, None] = dict.fromkeys(_SELECTORS)
_SOLID: dict[int, None] = _NO_SELECTORS | dict.fromkeys(map(ord, _BLANKS))


def plain(text: str) -> str:
    """Return ``text`` in one width and composition (NFKC), without variation selectors."""
    return unicodedata.normalize("NFKC", text).translate(_NO_SELECTORS)


def solid(text: str) -> str:
    """Return :func:`plain` text without any blank, the ideographic and the zero-width ones included."""
    return unicodedata.normalize("NFKC", text).translate(_SOLID)
