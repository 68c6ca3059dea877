"""Values as a report may show them: their shape, and of long numbers the last two characters.

``090-1234-5678`` becomes ``***-****-**78`` and 山田 太郎 ``＊＊ ＊＊``. Names, addresses and dates show nothing but how
many characters of which width they have; how long a value is stays visible, what it says does not.
"""

import re
import unicodedata

LONGEST = 24
_LEAST_DIGITS_FOR_A_TAIL = 7
_TAIL = 2
_KEPT = frozenset("-/.:@()+ ,　・")


def mask(value: str, *, tail: bool) -> str:
    """Return a value without what it says.

    Args:
        value: a cell.
        tail: show the last two characters, if it is a number of seven digits or more.
    """
    shown = _TAIL if tail and _is_long_number(value) else 0
    masked = "".join(map(_masked, value[: len(value) - shown])) + value[len(value) - shown :]
    return masked if len(masked) <= LONGEST else f"{masked[: LONGEST - 1]}…"


def _masked(character: str) -> str:
    if character in _KEPT:
        return character
    return "＊" if unicodedata.east_asian_width(character) in "FWA" else "*"


def _is_long_number(value: str) -> bool:
    text = unicodedata.normalize("NFKC", value)
    is_number = re.fullmatch(r"\+?[A-Z]{0,2}[0-9][0-9\-/.() ]*[A-Z]{0,2}", text) is not None
    return is_number and sum(c.isdigit() for c in text) >= _LEAST_DIGITS_FOR_A_TAIL
