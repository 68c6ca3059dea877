"""Telephone numbers of other countries, as far as digits alone can tell: E.164 allows fifteen, and no country fewer than seven."""

import re

from sekisho.detect.check_digits import is_dummy

_SHORTEST, _LONGEST = 7, 15
_EXTENSION = re.compile(r" ?(?:x|ext\.?) ?[0-9]{1,5}$")
_DATE = re.compile(
    r"(?:1[89]|20)[0-9]{2}[-./][0-9]{1,2}[-./][0-9]{1,2}|[0-9]{1,2}[-./][0-9]{1,2}[-./](?:1[89]|20)[0-9]{2}"
)


def international_phone(text: str) -> bool:
    """Tell whether a number with a plus sign can be one.

    >>> international_phone("+46 (0)157 548 89"), international_phone("+1 2")
    (True, False)
    """
    digits = _digits(text)
    return _SHORTEST < len(digits) <= _LONGEST and not is_dummy(digits)


def any_phone(text: str) -> bool:
    """Tell whether digits behind the word "phone" can be a number; dates cannot.

    >>> any_phone("51 516 33 75"), any_phone("2022-06-21")
    (True, False)
    """
    digits = _digits(text)
    return _SHORTEST <= len(digits) <= _LONGEST and not is_dummy(digits) and _DATE.fullmatch(text) is None


def _digits(text: str) -> str:
    return re.sub("[^0-9]", "", _EXTENSION.sub("", text))
