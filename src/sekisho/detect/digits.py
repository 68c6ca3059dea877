"""The check digits of :mod:`~sekisho.detect.check_digits`, for a whole column of numbers at once.

Each function takes digits (0 to 9) as an array with a row for each place, from the left, and a column for each number,
and tells for each number whether it can be real: the check holds and it is no dummy.
"""

from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from sekisho.detect.area_codes import are_area_codes, are_assigned
from sekisho.detect.check_digits import LEADING_ZEROS_OF_A_DUMMY
from sekisho.readers.structure import Mask

Digits: TypeAlias = NDArray[np.uint8]
Values: TypeAlias = NDArray[np.int32]

_DOUBLED = np.array([0, 2, 4, 6, 8, 1, 3, 5, 7, 9], np.uint8)
_MONTH_DAYS = np.array([0, 31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31], np.int32)
_TAIWAN_CODES = np.array(
    [10, 11, 12, 13, 14, 15, 16, 17, 34, 18, 19, 20, 21, 22, 35, 23, 24, 25, 26, 27, 28, 29, 32, 30, 31, 33], np.int32
)

_SERVICES = np.array([120, 570, 990, 180])

FIRST_YEAR, LAST_YEAR = 1868, 2035


def my_number(digits: Digits) -> Mask:
    """12 places: article 5 of ordinance 85 of 2014."""
    rest = weighted(digits, (6, 5, 4, 3, 2, 7, 6, 5, 4, 3, 2)) % 11
    return _no_dummies(digits, digits[11] == np.where(rest <= 1, 0, 11 - rest))


def corporate_number(digits: Digits) -> Mask:
    """13 places: ordinance 70 of 2014."""
    return _no_dummies(digits, digits[0] == 9 - weighted(digits[1:], (2, 1) * 6) % 9)


def insurer_number(digits: Digits) -> Mask:
    """6 or 8 places: notice 104 of 1974."""
    return _no_dummies(digits, luhn(digits))


def payment_card(digits: Digits) -> Mask:
    """14 to 19 places: ISO/IEC 7812 with the issuers' prefixes and lengths."""
    return _no_dummies(digits, _has_issuer(digits) & luhn(digits))


def luhn(digits: Digits) -> Mask:
    """Tell, for any number of places, whether the Luhn digit holds (modulus 10, weights 2 and 1)."""
    total = digits[::-2].sum(axis=0, dtype=np.uint8) + _DOUBLED[digits[-2::-2]].sum(axis=0, dtype=np.uint8)
    holds: Mask = total % 10 == 0
    return holds


def nhs_number(digits: Digits) -> Mask:
    """10 places: NHS modulus 11."""
    return _no_dummies(digits, digits[9] == -weighted(digits, (10, 9, 8, 7, 6, 5, 4, 3, 2)) % 11)


def kr_rrn(digits: Digits) -> Mask:
    """13 places: Korean resident registration number, with a plausible birth date."""
    check = digits[12] == (11 - weighted(digits, (2, 3, 4, 5, 6, 7, 8, 9, 2, 3, 4, 5)) % 11) % 10
    month, day = value(digits[2:4]), value(digits[4:6])
    plausible: Mask = check & (month >= 1) & (month <= 12) & (day >= 1) & (day <= 31)
    return plausible


def tw_id(letters: Digits, digits: Digits) -> Mask:
    """Letters counted from A = 0, and 9 places: Taiwan national ID."""
    tens, ones = np.divmod(_TAIWAN_CODES[letters], 10)
    total = tens + 9 * ones + weighted(digits, (8, 7, 6, 5, 4, 3, 2, 1, 1))
    holds: Mask = (total % 10 == 0) & np.isin(digits[0], (1, 2, 8, 9))
    return holds


def ssn(digits: Digits) -> Mask:
    """9 places: the ranges that are issued."""
    area, group, serial = value(digits[:3]), value(digits[3:5]), value(digits[5:])
    issued: Mask = (area != 0) & (area != 666) & (area < 900) & (group != 0) & (serial != 0)
    return issued


def yucho_account(symbol: Digits, number: Digits) -> Mask:
    """5 and 8 places, the number filled with zeros on the left."""
    total = weighted(symbol, (1, 3, 0, 0, 3)) + weighted(number, (0, 1, 3, 0, 1, 3, 0, 1))
    total += _DOUBLED[symbol[2]] + _DOUBLED[number[0]] + _DOUBLED[number[3]] + _DOUBLED[number[6]]
    form = (symbol[0] == 1) & (symbol[4] == 0) & (number[7] == 1)
    holds: Mask = form & (symbol[3] == total % 10)
    return holds


def phone(digits: Digits) -> Mask:
    """10 or 11 places: a Japanese number; 11 for mobile and IP telephones and 0800, 10 for all others."""
    if len(digits) == 11:
        mobile: Mask = (digits[0] == 0) & (digits[1] >= 5) & (digits[2] == 0)
        return mobile
    second_to_fourth = value(digits[1:4])
    fits: Mask = (digits[0] == 0) & (are_assigned(second_to_fourth) | np.isin(second_to_fourth, _SERVICES))
    return fits


def landline(digits: Digits, code: int) -> Mask:
    """10 places of which so many stand before the first hyphen: a number with an area code."""
    fits: Mask = phone(digits) & are_area_codes(value(digits[1:code]), code)
    return fits


def calendar_day(digits: Digits) -> Mask:
    """8 places, yyyymmdd: a real day of a plausible year."""
    year, month, day = value(digits[:4]), value(digits[4:6]), value(digits[6:8])
    leap = (year % 4 == 0) & ((year % 100 != 0) | (year % 400 == 0))
    in_month = (month >= 1) & (month <= 12) & (day >= 1) & (day <= _MONTH_DAYS[np.minimum(month, 12)])
    real: Mask = in_month & (year >= FIRST_YEAR) & (year <= LAST_YEAR) & (leap | (month != 2) | (day != 29))
    return real


def is_dummy(digits: Digits) -> Mask:
    """Tell digits that nobody was given: all alike, counting up or down, or a small number filled with zeros."""
    steps = (digits[1:] + np.uint8(10) - digits[:-1]) % 10
    one_step: Mask = (steps == steps[0]).all(axis=0) & ((steps[0] <= 1) | (steps[0] == 9))
    return one_step | ~digits[:LEADING_ZEROS_OF_A_DUMMY].any(axis=0)


def weighted(digits: Digits, weights: tuple[int, ...]) -> Values:
    """Return the weighted sums of the first places."""
    total = np.zeros(digits.shape[1], np.int32)
    for row, weight in zip(digits, weights, strict=False):
        total += row * np.uint8(weight)  # at most 9 times 10
    return total


def value(digits: Digits) -> Values:
    """Return the numbers that up to nine places write."""
    total = np.zeros(digits.shape[1], np.int32)
    for row in digits:
        total *= 10
        total += row
    return total


def _no_dummies(digits: Digits, holds: Mask) -> Mask:
    passing = np.flatnonzero(holds)
    holds[passing] = ~is_dummy(digits[:, passing])
    return holds


def _has_issuer(digits: Digits) -> Mask:
    size, four = len(digits), value(digits[:4])
    two, three = four // 100, four // 10
    issuer: Mask = ((three >= 300) & (three <= 305)) | (two == 36) | (two == 38) | (two == 39)
    if size in {16, 19}:
        issuer |= (digits[0] == 4) | (four == 6011) | ((three >= 644) & (three <= 649)) | (two == 65)
    if size == 16:
        issuer |= ((two >= 51) & (two <= 55)) | ((four >= 2221) & (four <= 2720))
    if size == 15:
        issuer |= (two == 34) | (two == 37)
    if size >= 16:
        issuer |= (four >= 3528) & (four <= 3589)
    return issuer
