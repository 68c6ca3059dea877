"""Reference codes: what a letter is known by when somebody calls or it comes back; it says nothing of the person. Pure.

A code is 60 bits in Crockford's base 32 and his check character modulo 37, printed as ``7Q2M-K9TX-4HCD-9``: one wrong
character and one swap of neighbours are noticed. Its bits are HMAC-SHA-256 of the person under a key of the incident that
stays in the vault, so that letters printed again bear the same codes, and who has not the key learns from a code neither
whose it is nor whether two codes of two incidents are one person's. Five of his 37 check characters are signs that nobody
reads aloud; a code that would end in one is drawn again.
"""

import hmac
import re
import unicodedata
from collections.abc import Iterable

KEY_BYTES = 32

_LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_VALUES = {letter: value for value, letter in enumerate(_LETTERS)}
_LOOKALIKES = str.maketrans("ILO", "110")
_BETWEEN = re.compile(r"[\s\-‐-―−ー・,.]+")
_PAIRS = [first + second for first in _LETTERS for second in _LETTERS]
_FOUR, _TWO = (1 << 20) - 1, (1 << 10) - 1
_LENGTH = 12
_MODULUS = 37
_CONTEXT = b"sekisho letter reference\0"


def reference_code(key: bytes, person: str) -> str:
    """Return the code of a person's letter.

    >>> reference_code(bytes(32), "0000000031")
    '43FM-Z2DY-9STB-0'
    """
    message = _CONTEXT + person.encode()
    for again in range(256):
        drawn = hmac.digest(key, message + bytes([0, again]), "sha256")
        number = int.from_bytes(drawn[:8], "big") >> 4
        if number % _MODULUS < len(_LETTERS):
            return _printed(number)
    raise AssertionError("five in 37, two hundred times over")


def reference_codes(key: bytes, persons: Iterable[str]) -> list[str]:
    """Return the codes of many persons, in their order."""
    return [reference_code(key, person) for person in persons]


def read_reference(text: str) -> str:
    """Return a code as it is printed, from one that was typed in whatever case, with I, L and O for 1 and 0.

    Raises:
        ValueError: it is none.
    """
    letters = _BETWEEN.sub("", unicodedata.normalize("NFKC", text)).upper().translate(_LOOKALIKES)
    if len(letters) != _LENGTH + 1 or not set(letters) <= set(_LETTERS):
        raise ValueError("not a reference code")
    number = 0
    for letter in letters[:_LENGTH]:
        number = number << 5 | _VALUES[letter]
    if number % _MODULUS != _VALUES[letters[_LENGTH]]:
        raise ValueError("a reference code that was misread")
    return _printed(number)


def _printed(number: int) -> str:
    """Write a number by two letters at a time: a city has half a million codes."""
    first, second, third = number >> 40, number >> 20 & _FOUR, number & _FOUR
    return "-".join((*map(_four, (first, second, third)), _LETTERS[number % _MODULUS]))


def _four(number: int) -> str:
    return _PAIRS[number >> 10] + _PAIRS[number & _TWO]
