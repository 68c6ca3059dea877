"""Bech32 as age uses it: BIP 173, without its limit on length.

The case of a text is part of it: the human-readable part comes back as it was written, and whoever expects ``age`` or
``AGE-SECRET-KEY-`` compares it so. A text is short and typed by people, so a mistake in it is found, not repaired.
"""

from collections.abc import Iterable, Sequence

_ALPHABET = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"
_VALUES = {letter: value for value, letter in enumerate(_ALPHABET)}
_GENERATOR = (0x3B6A57B2, 0x26508E6D, 0x1EA119FA, 0x3D4233DD, 0x2A1462B3)
_CHECKSUM_LETTERS = 6


def encode(prefix: str, data: bytes) -> str:
    """Write ``data`` behind a human-readable prefix, in the case of the prefix.

    Raises:
        ValueError: the prefix is empty, mixes cases or holds something other than printable ASCII.
    """
    _check_prefix(prefix)
    values, rest, bits = _regroup(data, given=8, wanted=5)
    if bits:
        values.append(rest << (5 - bits))
    values += _checksum(prefix.lower(), values)
    text = f"{prefix.lower()}1{''.join(_ALPHABET[value] for value in values)}"
    return text.upper() if prefix.isupper() else text


def decode(text: str) -> tuple[str, bytes]:
    """Read a text into its human-readable prefix, as written, and its data.

    Raises:
        ValueError: not Bech32; the message says why without repeating the text.
    """
    prefix, separator, letters = text.rpartition("1")
    if not separator or len(letters) < _CHECKSUM_LETTERS:
        raise ValueError("no separator, or too short")
    if text not in (text.lower(), text.upper()):
        raise ValueError("mixes upper and lower case")
    _check_prefix(prefix)
    values = _values(letters.lower())
    if _polymod([*_expand(prefix.lower()), *values]) != 1:
        raise ValueError("the checksum is wrong: a letter is mistyped or missing")
    data, rest, bits = _regroup(values[:-_CHECKSUM_LETTERS], given=5, wanted=8)
    if rest or bits >= 5:
        raise ValueError("the padding is wrong")
    return prefix, bytes(data)


def _check_prefix(prefix: str) -> None:
    if not prefix or not all("!" <= letter <= "~" for letter in prefix):
        raise ValueError("the prefix is empty or not printable ASCII")
    if prefix not in (prefix.lower(), prefix.upper()):
        raise ValueError("the prefix mixes upper and lower case")


def _values(letters: str) -> list[int]:
    try:
        return [_VALUES[letter] for letter in letters]
    except KeyError:
        raise ValueError("holds a letter that Bech32 does not use") from None


def _regroup(values: Iterable[int], *, given: int, wanted: int) -> tuple[list[int], int, int]:
    """Cut a run of ``given``-bit values into ``wanted``-bit ones; return them, the bits left over and their number."""
    groups: list[int] = []
    rest = bits = 0
    for value in values:
        rest, bits = rest << given | value, bits + given
        while bits >= wanted:
            bits -= wanted
            groups.append(rest >> bits)
            rest &= (1 << bits) - 1
    return groups, rest, bits


def _checksum(prefix: str, values: Sequence[int]) -> list[int]:
    remainder = _polymod([*_expand(prefix), *values, *[0] * _CHECKSUM_LETTERS]) ^ 1
    return [remainder >> shift & 31 for shift in range(25, -1, -5)]


def _expand(prefix: str) -> list[int]:
    codes = prefix.encode("ascii")
    return [code >> 5 for code in codes] + [0] + [code & 31 for code in codes]


def _polymod(values: Iterable[int]) -> int:
    """Return the remainder of the BCH code of BIP 173."""
    remainder = 1
    for value in values:
        top = remainder >> 25
        remainder = (remainder & 0x1FFFFFF) << 5 ^ value
        for bit, factor in enumerate(_GENERATOR):
            remainder ^= factor * (top >> bit & 1)
    return remainder
