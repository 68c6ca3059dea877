"""Check digits and ranges of numbers that identify people, one value at a time, by the published formulas.

These are the plain statements of the rules: what :mod:`~sekisho.detect.digits` computes for whole columns must agree
with them. A function takes digits alone (letters where the number has some) and tells whether the sum holds; a dummy
such as ``000000000000`` may pass it, and :func:`is_dummy` is asked beside it.

- My Number: ordinance 85 of 2014 of the Ministry of Internal Affairs, article 5.
- Corporate number: Ministry of Finance ordinance 70 of 2014.
- Insurer number: Health Ministry notice 104 of 20 September 1974 (modulus 10, weights 2 and 1).
- Japan Post Bank: the bank's public account conversion; not tested against an official example.
- Payment cards: ISO/IEC 7812 (Luhn) with the issuers' prefixes and lengths.
- IBAN: ISO 13616 with the lengths of its registry, modulus 97 of ISO 7064.
- NHS number: NHS Data Dictionary, modulus 11. NINO: HMRC NIM39110. SSN: SSA, ranges never issued.
- Korean resident registration number: weights 2…9, 2…5, modulus 11 (numbers issued until October 2020).
- Taiwan national ID: letter code and weights 1, 9…1, 1, modulus 10.
"""

import re
from itertools import pairwise

_TAIWAN_LETTERS = dict(zip("ABCDEFGHJKLMNPQRSTUVXYWZIO", range(10, 36), strict=True))
_TAIWAN_ID = re.compile("[A-Z][1289][0-9]{8}")
_NINO = re.compile("(?!BG|GB|KN|NK|NT|TN|ZZ)[A-CEGHJ-PR-TW-Z][A-CEGHJ-NPR-TW-Z][0-9]{6}[A-D]")
_IBAN = re.compile("[A-Z]{2}[0-9]{2}[A-Z0-9]{11,30}")
_IBAN_LENGTHS = {  # ISO 13616 registry, release 99
    **dict.fromkeys(("NO",), 15),
    **dict.fromkeys(("BE",), 16),
    **dict.fromkeys(("DK", "FI", "FK", "FO", "GL", "NL", "SD"), 18),
    **dict.fromkeys(("MK", "SI"), 19),
    **dict.fromkeys(("AT", "BA", "EE", "KZ", "LT", "LU", "MN", "XK"), 20),
    **dict.fromkeys(("CH", "CR", "HR", "LI", "LV"), 21),
    **dict.fromkeys(("BG", "BH", "DE", "GB", "GE", "IE", "ME", "RS", "VA"), 22),
    **dict.fromkeys(("AE", "GI", "IL", "IQ", "OM", "SO", "TL"), 23),
    **dict.fromkeys(("AD", "CZ", "ES", "MD", "PK", "RO", "SA", "SE", "SK", "TN", "VG"), 24),
    **dict.fromkeys(("LY", "PT", "ST"), 25),
    **dict.fromkeys(("IS", "TR"), 26),
    **dict.fromkeys(("BI", "DJ", "FR", "GR", "IT", "MC", "MR", "SM"), 27),
    **dict.fromkeys(("AL", "AZ", "BY", "CY", "DO", "GT", "HN", "HU", "LB", "NI", "PL", "SV"), 28),
    **dict.fromkeys(("BR", "EG", "PS", "QA", "UA"), 29),
    **dict.fromkeys(("JO", "KW", "MU", "YE"), 30),
    **dict.fromkeys(("MT", "SC"), 31),
    "LC": 32,
    "RU": 33,
}

LEADING_ZEROS_OF_A_DUMMY = 6


def my_number(digits: str) -> bool:
    """Tell whether 12 digits end in their check digit."""
    if not _are_digits(digits, 12):
        return False
    total = sum(int(d) * (n + 1 if n <= 6 else n - 5) for n, d in enumerate(reversed(digits[:11]), 1))
    rest = total % 11
    return int(digits[11]) == (0 if rest <= 1 else 11 - rest)


def corporate_number(digits: str) -> bool:
    """Tell whether 13 digits start with their check digit."""
    if not _are_digits(digits, 13):
        return False
    total = sum(int(d) * (1 if n % 2 else 2) for n, d in enumerate(reversed(digits[1:]), 1))
    return int(digits[0]) == 9 - total % 9


def insurer_number(digits: str) -> bool:
    """Tell whether 6 or 8 digits end in their check digit."""
    return (_are_digits(digits, 6) or _are_digits(digits, 8)) and luhn(digits)


def yucho_account(symbol: str, number: str) -> bool:
    """Tell whether the fourth digit of a 5-digit symbol checks the symbol and the number of up to 8 digits."""
    if not (_are_digits(symbol, 5) and symbol[0] == "1" and symbol[4] == "0" and 1 <= len(number) <= 8):
        return False
    if not _are_digits(number, len(number)) or number[-1] != "1":
        return False
    s, n = [int(d) for d in symbol], [int(d) for d in number.zfill(8)]
    total = s[0] + 3 * s[1] + _doubled(s[2]) + 3 * s[4]
    total += _doubled(n[0]) + n[1] + 3 * n[2] + _doubled(n[3]) + n[4] + 3 * n[5] + _doubled(n[6]) + n[7]
    return s[3] == total % 10


def payment_card(digits: str) -> bool:
    """Tell whether 14 to 19 digits have an issuer's prefix and length and end in their Luhn digit."""
    return _are_digits(digits, len(digits)) and _has_issuer(digits) and luhn(digits)


def luhn(digits: str) -> bool:
    """Tell whether digits end in their Luhn digit (modulus 10, weights 2 and 1)."""
    return sum(_doubled(int(d)) if n % 2 else int(d) for n, d in enumerate(reversed(digits))) % 10 == 0


def iban(text: str) -> bool:
    """Tell whether an IBAN without blanks, in capitals, has its country's length and leaves 1 modulo 97."""
    if not _IBAN.fullmatch(text) or len(text) != _IBAN_LENGTHS.get(text[:2]):
        return False
    return int("".join(str(int(c, 36)) for c in text[4:] + text[:4])) % 97 == 1


def nhs_number(digits: str) -> bool:
    """Tell whether 10 digits end in their check digit."""
    if not _are_digits(digits, 10):
        return False
    return int(digits[9]) == (-sum(int(d) * (10 - n) for n, d in enumerate(digits[:9]))) % 11


def kr_rrn(digits: str) -> bool:
    """Tell whether 13 digits end in their check digit."""
    if not _are_digits(digits, 13):
        return False
    weights = (2, 3, 4, 5, 6, 7, 8, 9, 2, 3, 4, 5)
    return int(digits[12]) == (11 - sum(int(d) * w for d, w in zip(digits, weights, strict=False)) % 11) % 10


def tw_id(text: str) -> bool:
    """Tell whether a capital letter and 9 digits leave 0 modulo 10."""
    if not _TAIWAN_ID.fullmatch(text):
        return False
    tens, ones = divmod(_TAIWAN_LETTERS[text[0]], 10)
    values = [tens, ones, *map(int, text[1:])]
    return sum(v * w for v, w in zip(values, (1, 9, 8, 7, 6, 5, 4, 3, 2, 1, 1), strict=True)) % 10 == 0


def ssn(digits: str) -> bool:
    """Tell whether 9 digits lie in the ranges that are issued; there is no check digit."""
    if not _are_digits(digits, 9):
        return False
    return digits[:3] not in {"000", "666"} and digits[0] != "9" and digits[3:5] != "00" and digits[5:] != "0000"


def nino(text: str) -> bool:
    """Tell whether a national insurance number, without blanks and in capitals, has an issued prefix."""
    return _NINO.fullmatch(text) is not None


def is_dummy(digits: str) -> bool:
    """Tell digits that nobody was given: all alike, counting up or down, or a small number filled with zeros."""
    steps = {(int(b) - int(a)) % 10 for a, b in pairwise(digits)}
    return steps in ({0}, {1}, {9}) or digits.startswith("0" * LEADING_ZEROS_OF_A_DUMMY)


def _has_issuer(digits: str) -> bool:
    two, three, four, size = int(digits[:2]), int(digits[:3]), int(digits[:4]), len(digits)
    return (
        (digits[0] == "4" and size in {16, 19})
        or ((51 <= two <= 55 or 2221 <= four <= 2720) and size == 16)
        or (two in {34, 37} and size == 15)
        or (3528 <= four <= 3589 and 16 <= size <= 19)
        or ((300 <= three <= 305 or two in {36, 38, 39}) and 14 <= size <= 19)
        or ((four == 6011 or 644 <= three <= 649 or two == 65) and size in {16, 19})
    )


def _doubled(digit: int) -> int:
    """Return the digit sum of twice a digit."""
    return 2 * digit - 9 * (digit > 4)


def _are_digits(text: str, size: int) -> bool:
    return len(text) == size and text.isascii() and text.isdigit()
