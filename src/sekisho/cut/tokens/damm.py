"""Damm check digits (H. M. Damm, 2004) of many numbers at once; :func:`sekisho.codes.damm_digit` is the one of one text.

Four digits are one step: a table of ten interim digits by ten thousand.
"""

import numpy as np
from numpy.typing import NDArray

from sekisho.codes import damm_digit

_STEP = 4

# What follows an interim digit is seen behind the one digit that leads to it from zero.
_LEADING_TO = {damm_digit(digit): digit for digit in "0123456789"}
_ONE = np.array(
    [[int(damm_digit(_LEADING_TO[interim] + digit)) for digit in "0123456789"] for interim in "0123456789"], np.uint8
)


def _steps() -> NDArray[np.uint8]:
    table = np.arange(10, dtype=np.uint8)[:, None]
    for _ in range(_STEP):
        table = _ONE[table].reshape(10, -1)
    return table


_FOUR = _steps()


def check_digits(numbers: NDArray[np.uint64], *, digits: int) -> NDArray[np.uint8]:
    """Return the check digit of each number of at most so many digits; leading zeros do not count in it."""
    interim, rest = np.zeros(len(numbers), np.uint8), numbers
    for place in reversed(range(0, digits, _STEP)):
        size = np.uint64(10**place)
        group = rest // size
        rest = rest - group * size
        interim = _FOUR[interim, group]
    return interim
