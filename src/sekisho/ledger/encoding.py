"""Decimal numbers and base64 as the C2SP text formats write them, each value in one form only.

``int()`` takes ``５``, ``+5``, ``05`` and ``5_0``; base64 decoders take stray bits after the last byte. A log that
accepts two spellings of one thing has two texts for one signature, so both are refused here, for the whole room.
"""

import base64
import re

_DECIMAL = re.compile(r"0|[1-9][0-9]{0,18}")
_BOUND = 1 << 63


def read_decimal(text: str) -> int:
    """Read a size or index: ASCII digits without sign or leading zero, below 2^63.

    Raises:
        ValueError: not of that form.
    """
    if not _DECIMAL.fullmatch(text) or int(text) >= _BOUND:
        raise ValueError("not a decimal number below 2^63")
    return int(text)


def read_base64(text: str) -> bytes:
    """Read padded standard base64 (RFC 4648 §4) in its canonical form.

    Raises:
        ValueError: not of that form.
    """
    data = base64.b64decode(text, validate=True)
    if write_base64(data) != text:
        raise ValueError("not canonical base64")
    return data


def write_base64(data: bytes) -> str:
    """Write padded standard base64."""
    return base64.b64encode(data).decode("ascii")
