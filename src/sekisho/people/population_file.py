r"""The population on disk.

Little-endian: ``SKPOP2\n``; how many people, kept texts and identities (u32 each) and the key of the identities' digests
(16 bytes); per person the kind's bit (u8), then how the key stands (u8: how many digits, 0 for a text, 255 for an
identity); the keys of digits as numbers (u64); where each text ends (u64); the identities' digests (u64) and owners (u32,
all ones where two claim one); then the texts as UTF-8. Nothing has two forms.

Before: ``SKPOP1\n``, how many people (u32), the kinds' bits (u8), where each key ends (u32), then the keys as UTF-8.
"""

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import polars as pl
from numpy.typing import NDArray

from sekisho.errors import Unreadable
from sekisho.kinds.taxonomy import taxonomy
from sekisho.people.key_table import Numbers, Values
from sekisho.people.spelled import Forms

SALT_BYTES = 16
TEXT, IDENTITY = 0, 255
"""How a key stands, if not in so many digits."""

_MAGIC, _OLD_MAGIC = b"SKPOP2\n", b"SKPOP1\n"
_HEAD, _OLD_HEAD = len(_MAGIC) + 3 * 4 + SALT_BYTES, len(_OLD_MAGIC) + 4


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Stored:
    """What is on disk.

    Attributes:
        kinds: the bit of each person's key kind.
        digits: how each key stands.
        values: the keys of digits.
        ends: where each text ends.
        text: the texts.
        identities: the digests.
        owners: whose they are.
        salt: the key of the digests.
    """

    kinds: NDArray[np.uint8]
    digits: NDArray[np.uint8]
    values: Values
    ends: NDArray[np.uint64]
    text: bytes
    identities: Values
    owners: Numbers
    salt: bytes

    def encode(self) -> bytes:
        """Return it as bytes for :func:`read`."""
        sizes = np.array((len(self.kinds), len(self.ends), len(self.identities)), "<u4")
        arrays = (self.kinds, self.digits, self.values, self.ends, self.identities, self.owners)
        parts = [array.astype(array.dtype.newbyteorder("<"), copy=False).view(np.uint8).data for array in arrays]
        return b"".join((_MAGIC, sizes.tobytes(), self.salt, *parts, self.text))


def is_kept(digits: NDArray[np.uint8]) -> NDArray[np.bool_]:
    """Tell for each person whether the key is kept as a text."""
    kept: NDArray[np.bool_] = (digits == TEXT) | (digits == IDENTITY)
    return kept


def read(data: bytes) -> Stored:
    """Read what :meth:`Stored.encode` wrote, or the form before.

    Raises:
        Unreadable: damaged, or another file.
    """
    if data.startswith(_OLD_MAGIC):
        return _read_old(data)
    kinds = read_kinds(data)
    people, texts, identities = np.frombuffer(data, "<u4", 3, len(_MAGIC)).tolist()
    at, arrays = _HEAD, list[np.ndarray]()
    for dtype, size in (
        ("u1", people),
        ("u1", people),
        ("<u8", people - texts),
        ("<u8", texts),
        ("<u8", identities),
        ("<u4", identities),
    ):
        if size < 0 or len(data) < at + size * np.dtype(dtype).itemsize:
            raise Unreadable("people.damaged_population")
        arrays.append(np.frombuffer(data, dtype, size, at))
        at += arrays[-1].nbytes
    _, digits, values, ends, digests, owners = arrays
    salt = data[len(_MAGIC) + 12 : _HEAD]
    return Stored(
        kinds=kinds,
        digits=digits,
        values=values,
        ends=ends,
        text=data[at:],
        identities=digests,
        owners=owners,
        salt=salt,
    )


def read_kinds(data: bytes) -> NDArray[np.uint8]:
    """Return the bit of each person's key kind.

    Raises:
        Unreadable: damaged, or another file.
    """
    head = _OLD_HEAD if data.startswith(_OLD_MAGIC) else _HEAD
    size = int.from_bytes(data[len(_MAGIC) : len(_MAGIC) + 4], "little")
    if not data.startswith((_MAGIC, _OLD_MAGIC)) or len(data) < head + size:
        raise Unreadable("people.damaged_population")
    kinds = np.frombuffer(data, np.uint8, size, head)
    if not set(np.flatnonzero(np.bincount(kinds)).tolist()) <= {kind.bit for kind in taxonomy().values()}:
        raise Unreadable("people.damaged_population")
    return kinds


def _read_old(data: bytes) -> Stored:
    kinds = read_kinds(data)
    size = len(kinds)
    begin = _OLD_HEAD + 5 * size
    if len(data) < begin:
        raise Unreadable("people.damaged_population")
    ends = np.frombuffer(data, "<u4", size, _OLD_HEAD + size).astype(np.int64)
    text = data[begin:]
    keys = pl.Series(split(ends, text), dtype=pl.String)
    digits = Forms().spelled(keys).digits
    kept = keys.filter(pl.Series(digits == TEXT))
    sizes = kept.str.len_bytes().to_numpy()
    return Stored(
        kinds=kinds,
        digits=digits,
        values=keys.filter(pl.Series(digits != TEXT)).cast(pl.UInt64).to_numpy(),
        ends=np.cumsum(sizes, dtype=np.uint64),
        text="".join(kept.to_list()).encode(),
        identities=np.empty(0, np.uint64),
        owners=np.empty(0, np.uint32),
        salt=bytes(SALT_BYTES),
    )


def split(ends: np.ndarray, text: bytes) -> list[str]:
    """Return the texts that stand one behind the other.

    Raises:
        Unreadable: the ends do not rise to the end of the text, or it is no UTF-8.
    """
    places = [0, *ends.tolist()]
    if places[-1] != len(text) or any(np.diff(np.array(places, np.int64)) < 0):
        raise Unreadable("people.damaged_population")
    try:
        return [text[a:b].decode() for a, b in pairwise(places)]
    except UnicodeDecodeError:
        raise Unreadable("people.damaged_population") from None
