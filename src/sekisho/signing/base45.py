"""Base45 (RFC 9285): bytes in the 45 characters that a QR code holds most tightly."""

_ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:"
_VALUES = {character: value for value, character in enumerate(_ALPHABET)}


def encode(data: bytes) -> str:
    """Write bytes: two become three characters, a last one two."""
    pieces = []
    for place in range(0, len(data), 2):
        pair = data[place : place + 2]
        number = int.from_bytes(pair, "big")
        for _ in range(len(pair) + 1):
            number, digit = divmod(number, 45)
            pieces.append(_ALPHABET[digit])
    return "".join(pieces)


def decode(text: str) -> bytes:
    """Read what :func:`encode` wrote.

    Raises:
        ValueError: a character or a length that cannot be, or a number too large for its bytes.
    """
    pieces = []
    for place in range(0, len(text), 3):
        group = text[place : place + 3]
        if len(group) == 1 or not set(group) <= _VALUES.keys():
            raise ValueError("not base45")
        number = sum(_VALUES[character] * 45**power for power, character in enumerate(group))
        try:
            pieces.append(number.to_bytes(len(group) - 1, "big"))
        except OverflowError:
            raise ValueError("not base45") from None
    return b"".join(pieces)
