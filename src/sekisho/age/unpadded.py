"""Base64 as age writes it: standard alphabet, no padding, one text for each value (RFC 4648 §3.2, §3.5 and §4).

A header that could be written in two ways could be altered without anybody noticing, so nothing but the canonical
text is read.
"""

import base64


def encode(data: bytes) -> str:
    """Write ``data`` without padding."""
    return base64.b64encode(data).decode("ascii").rstrip("=")


def decode(text: str, *, size: int | None = None) -> bytes:
    """Read what :func:`encode` writes, and nothing else.

    Args:
        text: the base64 text.
        size: how many bytes it must hold; any number if not given.

    Raises:
        ValueError: padded, not canonical, not base64, or of another size; the text is not repeated.
    """
    try:
        data = base64.b64decode(text + "=" * (-len(text) % 4), validate=True)
    except ValueError:
        raise ValueError("not base64") from None
    if encode(data) != text:
        raise ValueError("not canonical unpadded base64")
    if size is not None and len(data) != size:
        raise ValueError(f"{len(data)} bytes where {size} belong")
    return data
