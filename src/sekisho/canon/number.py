"""Numbers that people write: digits alone, whatever stands between them."""

import re

from sekisho.canon.text import HYPHENS, solid

_BETWEEN_DIGITS = re.compile(rf"[{HYPHENS}()./]")
_ONLY_HYPHENS = re.compile(rf"[{HYPHENS}]*")
_POSTAL_DIGITS = 7


def code(text: str) -> str | None:
    """Return the form by which a code that tells people apart is known, or None if the text is nobody's.

    One width, no blanks, and digits alone without their leading zeros: a spreadsheet drops those of one export and keeps
    those of the next, and the person is the same. A dash stands for nothing.
    """
    if text.isascii() and text.isdigit():  # half a million times a city
        return text.lstrip("0") or "0"
    found = solid(text)
    if found.isascii() and found.isdigit():
        return found.lstrip("0") or "0"
    return None if _ONLY_HYPHENS.fullmatch(found) else found


def digits(text: str) -> str:
    """Return a number's digits; hyphens of every kind, blanks, brackets, dots and slashes between them go.

    Anything else stays, so that what was not a number does not become one: ``〒660-0051`` keeps its ``〒``.
    """
    return _BETWEEN_DIGITS.sub("", solid(text))


def postal_code(text: str) -> str | None:
    """Return a Japanese postal code's seven digits, or None if it is none."""
    found = digits(text).removeprefix("〒")
    return found if len(found) == _POSTAL_DIGITS and found.isascii() and found.isdigit() else None
