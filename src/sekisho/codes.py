"""Digits that are read aloud: the 48-digit release code, the 18-digit challenge, the slip number.

A release share is eight 16-bit values v1..v8; group *i* of its code is ``11·v + i`` in six digits. Eleven divides
neither ``d·10^k`` nor ``9·(a-b)·10^k``, so every wrong digit and every swap of neighbours is caught in the group
where it happened, and since the residues differ, so is every group in the wrong place. A challenge is three such
groups with the residues 9, 10 and 11 (11 being residue 0), so that one can never be typed for the other. Case and
slip numbers end in a Damm check digit (H. M. Damm, 2004). The lost code on a label is 60 random bits in Crockford's
base 32, which has no letter that looks like a digit.
"""

import re
import unicodedata

SHARE_BYTES = 16
CHALLENGE_BYTES = 6
_GROUP_DIGITS = 6
_FACTOR = 11
_VALUES = 1 << 16

# Zs and control white space, and every dash that a keyboard, a phone or a PDF produces between groups.
_BETWEEN = re.compile(r"[\s\-‐-―−ー・,.]+")

LOST_CODE_BYTES = 8

_CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_LOOKALIKES = str.maketrans("ILO", "110")
_LOST_CODE_LETTERS = 12

_DAMM = (
    (0, 3, 1, 7, 5, 9, 8, 6, 4, 2),
    (7, 0, 9, 2, 1, 5, 4, 8, 6, 3),
    (4, 2, 0, 6, 8, 7, 1, 3, 5, 9),
    (1, 7, 5, 0, 9, 8, 3, 4, 2, 6),
    (6, 1, 2, 3, 0, 4, 5, 9, 7, 8),
    (3, 6, 7, 4, 2, 0, 9, 5, 8, 1),
    (5, 8, 6, 9, 7, 2, 0, 1, 3, 4),
    (8, 9, 4, 5, 3, 6, 2, 0, 1, 7),
    (9, 4, 3, 8, 6, 1, 7, 2, 0, 5),
    (2, 5, 8, 1, 4, 3, 6, 7, 9, 0),
)


class Misread(ValueError):
    """A spoken code that cannot be right.

    Attributes:
        groups: the wrong groups, counted from 1; empty when the number of digits is wrong.
        digits: how many digits were understood.
        expected: how many there should be.
    """

    def __init__(self, groups: tuple[int, ...], digits: int, expected: int) -> None:
        super().__init__(f"groups {groups} of {expected} digits, {digits} understood")
        self.groups = groups
        self.digits = digits
        self.expected = expected


def release_code(share: bytes) -> str:
    """Write a 16-byte share as eight groups of six digits.

    Raises:
        ValueError: not 16 bytes.
    """
    if len(share) != SHARE_BYTES:
        raise ValueError("a share is 16 bytes")
    return _write(share, first_residue=1)


def read_release_code(text: str) -> bytes:
    """Read a release code back to its 16 bytes; full-width digits, spaces and dashes are fine.

    Raises:
        Misread: names the groups that cannot be right.
    """
    return _read(text, size=SHARE_BYTES, first_residue=1)


def challenge_code(challenge: bytes) -> str:
    """Write a 6-byte challenge (2 bytes capsule, 4 bytes nonce) as three groups of six digits.

    Raises:
        ValueError: not 6 bytes.
    """
    if len(challenge) != CHALLENGE_BYTES:
        raise ValueError("a challenge is 6 bytes")
    return _write(challenge, first_residue=9)


def read_challenge_code(text: str) -> bytes:
    """Read a challenge back to its 6 bytes.

    Raises:
        Misread: names the groups that cannot be right.
    """
    return _read(text, size=CHALLENGE_BYTES, first_residue=9)


def check_group(text: str, position: int) -> bool:
    """Tell whether one group of a release code, at position 1 to 8, can be right: the check as one types."""
    digits = spoken_digits(text)
    return len(digits) == _GROUP_DIGITS and _value(digits, residue=position) is not None


def spoken_digits(text: str) -> str:
    """Return the digits of a code as typed or pasted, in ASCII; anything else but separators stays and spoils it."""
    return _BETWEEN.sub("", unicodedata.normalize("NFKC", text))


def damm_digit(digits: str) -> str:
    """Return the check digit of a string of ASCII digits."""
    interim = 0
    for digit in digits:
        interim = _DAMM[interim][int(digit)]
    return str(interim)


def with_check_digit(number: int, *, width: int) -> str:
    """Write a number with leading zeros to ``width`` digits and append its check digit.

    Raises:
        ValueError: negative, or wider than ``width``.
    """
    digits = f"{number:0{width}d}"
    if number < 0 or len(digits) > width:
        raise ValueError(f"does not fit {width} digits")
    return digits + damm_digit(digits)


def checks(text: str) -> bool:
    """Tell whether a spoken number's last digit is its Damm check digit."""
    digits = spoken_digits(text)
    return len(digits) > 1 and digits.isascii() and digits.isdigit() and damm_digit(digits) == "0"


def lost_code(random: bytes) -> str:
    """Write 60 of 64 random bits as three groups of four letters and digits, such as ``7Q2M-K9TX-4HCD``.

    Raises:
        ValueError: not 8 bytes.
    """
    if len(random) != LOST_CODE_BYTES:
        raise ValueError("a lost code is drawn from 8 bytes")
    number = int.from_bytes(random, "big")
    text = "".join(_CROCKFORD[number >> 5 * place & 31] for place in range(_LOST_CODE_LETTERS))
    return "-".join(text[start : start + 4] for start in range(0, _LOST_CODE_LETTERS, 4))


def read_lost_code(text: str) -> str:
    """Return a lost code as it is printed, from one that was typed in whatever case, with I, L and O for 1 and 0.

    Raises:
        ValueError: it is none.
    """
    letters = _BETWEEN.sub("", unicodedata.normalize("NFKC", text)).upper().translate(_LOOKALIKES)
    if len(letters) != _LOST_CODE_LETTERS or not set(letters) <= set(_CROCKFORD):
        raise ValueError("not a lost code")
    return "-".join(letters[start : start + 4] for start in range(0, _LOST_CODE_LETTERS, 4))


def _write(data: bytes, *, first_residue: int) -> str:
    values = (int.from_bytes(data[i : i + 2], "big") for i in range(0, len(data), 2))
    return " ".join(f"{_FACTOR * v + first_residue + i:0{_GROUP_DIGITS}d}" for i, v in enumerate(values))


def _read(text: str, *, size: int, first_residue: int) -> bytes:
    digits = spoken_digits(text)
    count = size // 2
    if len(digits) != count * _GROUP_DIGITS or not digits.isascii() or not digits.isdigit():
        raise Misread((), sum(c.isascii() and c.isdigit() for c in digits), count * _GROUP_DIGITS)
    groups = [digits[i : i + _GROUP_DIGITS] for i in range(0, len(digits), _GROUP_DIGITS)]
    values = [_value(group, residue=first_residue + i) for i, group in enumerate(groups)]
    wrong = tuple(i for i, value in enumerate(values, 1) if value is None)
    if wrong:
        raise Misread(wrong, len(digits), count * _GROUP_DIGITS)
    return b"".join(value.to_bytes(2, "big") for value in values if value is not None)


def _value(group: str, *, residue: int) -> int | None:
    if not (group.isascii() and group.isdigit()):
        return None
    value, rest = divmod(int(group) - residue, _FACTOR)
    return value if rest == 0 and 0 <= value < _VALUES else None
