"""What a group of digits can be by its form: how long its runs are and what stands between them.

A form allows shapes, some of them on condition that the digits pass a check: ``4-4-4`` is a number of twelve digits,
and a My Number if its check digit holds. The table is section 4 of the detection reference.
"""

from collections.abc import Callable
from functools import cache
from typing import TypeAlias

import numpy as np

from sekisho.detect import digits
from sekisho.detect.digits import Digits
from sekisho.detect.hits import Shape
from sekisho.readers.structure import Mask

Possibilities: TypeAlias = tuple[tuple[Shape, Callable[[Digits], Mask] | None], ...]

_TWELVE: Possibilities = ((Shape.TWELVE, None), (Shape.MY_NUMBER, digits.my_number))
_CARD: Possibilities = ((Shape.LONG, None), (Shape.PAYMENT_CARD, digits.payment_card))

_SINGLE: dict[int, Possibilities] = {
    6: ((Shape.SIX, None), (Shape.INSURER_NUMBER, digits.insurer_number)),
    7: ((Shape.SEVEN, None),),
    8: ((Shape.EIGHT, None), (Shape.DATE8, digits.calendar_day), (Shape.INSURER_NUMBER, digits.insurer_number)),
    10: ((Shape.TEN, None), (Shape.LANDLINE, digits.phone), (Shape.NHS_NUMBER, digits.nhs_number)),
    11: ((Shape.ELEVEN, None), (Shape.MOBILE, digits.phone)),
    12: _TWELVE,
    13: (
        (Shape.THIRTEEN, None),
        (Shape.CORPORATE_NUMBER, digits.corporate_number),
        (Shape.KR_RRN, digits.kr_rrn),
    ),
    **dict.fromkeys(range(14, 20), _CARD),
}

_HYPHENATED: dict[tuple[int, ...], Possibilities] = {
    (4, 6): ((Shape.PENSION_NUMBER, None),),
    (6, 7): ((Shape.KR_RRN, digits.kr_rrn),),
    (2, 8): ((Shape.PHONE, digits.phone),),
    (3, 8): ((Shape.PHONE, digits.phone),),
    (3, 2, 4): ((Shape.SSN, digits.ssn),),
    (4, 6, 1): ((Shape.EMPLOYMENT_INSURANCE, None),),
}

_HYPHENATED_OR_SPACED: dict[tuple[int, ...], Possibilities] = {
    (3, 4): ((Shape.POSTAL_CODE, None),),
    (4, 4, 4): _TWELVE,
    (3, 3, 4): ((Shape.NHS_NUMBER, digits.nhs_number),),
    (4, 6, 5): _CARD,
    (4, 4, 4, 4): _CARD,
}

_PHONE_SEPARATORS = frozenset({"--", "  ", "..", "()", ")-"})
_TOLL_FREE = np.array([120, 570, 990, 180])


@cache
def possibilities(lengths: tuple[int, ...], separators: str) -> Possibilities:
    """Return the shapes that a form allows.

    Args:
        lengths: how many digits each run has.
        separators: what stands between the runs, in ASCII: one character fewer than there are runs.
    """
    if len(lengths) == 1:
        return _SINGLE.get(lengths[0], ())
    found: Possibilities = ()
    if set(separators) == {"-"}:
        found += _HYPHENATED.get(lengths, ()) + _yucho_account(lengths)
    if set(separators) in ({"-"}, {" "}):
        found += _HYPHENATED_OR_SPACED.get(lengths, ())
    if separators in {"--", "//", ".."}:
        found += _date(lengths)
    if separators in _PHONE_SEPARATORS:
        found += _phone(lengths)
    if separators == "..." and max(lengths) <= 3:
        found += ((Shape.IPV4, lambda found: _are_bytes(found, lengths)),)
    return found


@cache
def international(lengths: tuple[int, ...]) -> Possibilities:
    """Return the shapes of a form behind a plus sign: a telephone number with the country code of Japan."""
    return ((Shape.PHONE, _has_code_of_japan),) if sum(lengths) in {11, 12} else ()


def _date(lengths: tuple[int, ...]) -> Possibilities:
    if lengths[0] != 4 or max(lengths[1:]) > 2:
        return ()
    return ((Shape.DATE, lambda found: digits.calendar_day(_filled(found, lengths, (4, 2, 2)))),)


def _yucho_account(lengths: tuple[int, ...]) -> Possibilities:
    if len(lengths) != 2 or lengths[0] != 5 or lengths[1] > 8:
        return ()
    return (
        (Shape.YUCHO_ACCOUNT, lambda found: digits.yucho_account(found[:5], _filled(found[5:], lengths[1:], (8,)))),
    )


def _phone(lengths: tuple[int, ...]) -> Possibilities:
    """``06-1234-5678``, ``090-1234-5678``, ``0120-123-456``: area codes have two to five digits, the last group four."""
    first, second, third = lengths
    if first in {2, 3, 4, 5} and first + second == 6 and third == 4:
        return ((Shape.PHONE, lambda found: digits.landline(found, first)),)
    if lengths == (3, 4, 4):
        return ((Shape.PHONE, digits.phone),)
    if lengths == (4, 3, 3):
        return ((Shape.PHONE, lambda found: np.isin(digits.value(found[:4]), _TOLL_FREE)),)
    if lengths == (4, 3, 4):
        return ((Shape.PHONE, lambda found: digits.value(found[:4]) == 800),)
    return ()


def _are_bytes(found: Digits, lengths: tuple[int, ...]) -> Mask:
    stops = np.cumsum(lengths).tolist()
    parts = [digits.value(found[stop - length : stop]) for stop, length in zip(stops, lengths, strict=True)]
    fit: Mask = np.logical_and.reduce([part <= 255 for part in parts])
    return fit


def _has_code_of_japan(found: Digits) -> Mask:
    japan: Mask = (found[0] == 8) & (found[1] == 1) & (found[2] != 0)
    return japan


def _filled(found: Digits, lengths: tuple[int, ...], sizes: tuple[int, ...]) -> Digits:
    """Return digits with each run filled with zeros on the left to a size."""
    filled = np.zeros((sum(sizes), found.shape[1]), np.uint8)
    source = target = 0
    for length, size in zip(lengths, sizes, strict=True):
        filled[target + size - length : target + size] = found[source : source + length]
        source, target = source + length, target + size
    return filled
