"""Numbers that people write: digits alone, whatever stands between them."""

import re

from sekisho.canon.text import HYPHENS, solid

_BETWEEN_DIGITS = re.compile(rf"[{HYPHENS}()./]")
_POSTAL_DIGITS = 7


def digits(text: str) -> str:
    """Return a number's digits; hyphens of every kind, blanks, brackets, dots and slashes between them go.

    Anything else stays, so that what was not a number does not become one: ``〒660-0051`` keeps its ``〒``.
    """
    return _BETWEEN_DIGITS.sub("", solid(text))


def postal_code(text: str) -> str | None:
    """Return a Japanese postal code's seven digits, or None if it is none."""
    found = digits(text).removeprefix("〒")
    return found if len(found) == _POSTAL_DIGITS and found.isascii() and found.isdigit() else None
