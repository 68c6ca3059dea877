"""The text of a key: Bech32 with a prefix that says of what kind it is."""

from sekisho.age import bech32
from sekisho.age.errors import KeyTextError


def read(text: str, *, prefix: str, size: int, what: str) -> bytes:
    """Read the bytes of a key behind its prefix, whose case is part of it.

    Raises:
        KeyTextError: the text is not ``what`` it should be; it is not repeated.
    """
    try:
        found, key = bech32.decode(text)
    except ValueError as error:
        raise KeyTextError(f"not {what}: {error}") from None
    if found != prefix or len(key) != size:
        raise KeyTextError(f"not {what}, but some other text of that form")
    return key
