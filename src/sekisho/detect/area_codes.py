"""Which digits a Japanese landline number can begin with.

The ministry (総務省) assigns area codes of two to five digits with the zero, and the digits behind them, so that the
first four say whether a number exists at all. The ranges are those of the ministry's numbering plan (電気通信番号指定状況)
as libphonenumber 9.0.43 sums them up; the area codes of three digits, which stand before a hyphen more often than all
others together, are listed one by one.
"""

import numpy as np
from numpy.typing import NDArray

from sekisho.readers.structure import Mask

_SECOND_TO_FOURTH = (
    "112-113 115-118 123-126 133-139 142-146 152-158 162-167 172-179 182-188 191-199 220-299 310-399 420-460 462-468 "
    "470-489 492-495 499-499 520-559 561-569 572-578 580-599 610-699 720-729 734-740 742-799 820-829 832-839 845-849 "
    "851-880 883-899 920-959 961-969 971-989 991-999"
)
_THREE_DIGITS = (
    "11 15 17 18 19 22 23 24 25 26 27 28 29 42 43 44 45 46 47 48 49 52 53 54 55 58 59 72 73 75 76 77 78 79 82 83 84 86 "
    "87 88 89 92 93 95 96 97 98 99"
)
_TWO_DIGITS = "3 4 6"


def _members(size: int, ranges: str) -> Mask:
    """Return a look-up table of ranges."""
    table = np.zeros(size, np.bool_)
    for each in ranges.split():
        first, _, last = each.partition("-")
        table[int(first) : int(last or first) + 1] = True
    return table


_ASSIGNED = _members(1000, _SECOND_TO_FOURTH)
_AREA_CODES = {2: _members(10, _TWO_DIGITS), 3: _members(100, _THREE_DIGITS)}

TABLES = np.concatenate((_ASSIGNED, _AREA_CODES[3], _AREA_CODES[2])).view(np.uint8)  # as the compiled kernel reads them


def are_assigned(second_to_fourth: NDArray[np.int32]) -> Mask:
    """Tell which numbers can exist, by their second to fourth digit behind a zero."""
    return _ASSIGNED[second_to_fourth]


def are_area_codes(codes: NDArray[np.int32], size: int) -> Mask:
    """Tell which groups of digits before a hyphen can be area codes: numbers of so many digits with a zero first.

    Codes of four and five digits are left to :func:`are_assigned`: what is printed often has the hyphen of an old code.
    """
    return _AREA_CODES[size][codes] if size in _AREA_CODES else np.ones(len(codes), np.bool_)
