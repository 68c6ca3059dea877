"""CP932, EUC-JP and UTF-16 → UTF-8 by the compiled kernel, as far as the text is sound.

The tables of characters are made from Python's own codecs at first use, so the two cannot differ. What the kernel does not
take, damage and the characters of three bytes in EUC-JP, is left for Python's decoders to read.
"""

from functools import cache

import numpy as np
from numpy.typing import NDArray

from sekisho.kernel.library import kernel

_UTF_16 = {"utf-16-le": False, "utf-16-be": True}
_DOUBLE_BYTES = frozenset({"cp932", "euc_jp"})
_LONGEST_CHARACTER = 3

PLAIN = _DOUBLE_BYTES | _UTF_16.keys()


def transcode(data: bytes, codec: str) -> tuple[bytes, bytes] | None:
    """Return data as UTF-8, and the bytes at its end that begin a character that is not finished yet.

    Args:
        data: starts between two characters.
        codec: Python's name for its encoding.

    Returns:
        None if the kernel does not take all of it.
    """
    compiled = kernel()
    if compiled is None or codec not in PLAIN:
        return None
    if codec in _UTF_16:
        text, taken = compiled.from_utf_16(data, big=_UTF_16[codec])
    else:
        text, taken = compiled.from_double_bytes(data, _characters(codec))
    if len(data) - taken > _LONGEST_CHARACTER or not _is_unfinished(data[taken:], codec):
        return None
    return text, data[taken:]


def _is_unfinished(rest: bytes, codec: str) -> bool:
    """Tell whether the bytes that were not taken are but the first of a character."""
    if codec in _UTF_16:
        return len(rest) < 2 or len(rest) == 3 or bool(0xD8 <= rest[_UTF_16[codec] ^ 1] <= 0xDB)
    return not rest or (len(rest) == 1 and bool(_begins(codec)[rest[0]]))


@cache
def _characters(codec: str) -> NDArray[np.uint8]:
    """Return a codec's characters as ``transcode.c`` reads them."""
    one = np.array([_entry(bytes([byte]), codec) for byte in range(256)], np.uint32)
    two = np.zeros(1 << 16, np.uint32)
    for first in np.flatnonzero(one == 0).tolist():
        for second in range(0x40, 0xFF):
            two[first << 8 | second] = _entry(bytes([first, second]), codec)
    return np.concatenate((one.view(np.uint8), two.view(np.uint8), two.reshape(256, 256).any(axis=1).view(np.uint8)))


def _begins(codec: str) -> NDArray[np.uint8]:
    return _characters(codec)[-256:]


def _entry(data: bytes, codec: str) -> int:
    """Return UTF-8 and its size above it; 0 for bytes that are no single character."""
    try:
        text = data.decode(codec)
    except UnicodeDecodeError:
        return 0
    encoded = text.encode()
    return len(encoded) << 24 | int.from_bytes(encoded, "little") if len(text) == 1 else 0
