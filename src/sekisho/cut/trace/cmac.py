"""AES-CMAC (NIST SP 800-38B, RFC 4493) over many short messages at once.

Marks need one keyed bit a distinct value of a register, and tracing needs them again for every candidate. One call of a
library a message would cost more than all the rest; here the blocks of all messages pass through the cipher together.
"""

import hmac
from dataclasses import dataclass

import numpy as np
import polars as pl
from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.ciphers.modes import ECB

_BLOCK = 16
_KEY_BYTES = 16
_POLYNOMIAL = 0x87
_TOP = 1 << 127


def derived_key(secret: bytes, purpose: str) -> bytes:
    """Return the key of one purpose under a cut's secret, so that no two uses of the secret can be played off."""
    return hmac.digest(secret, b"sekisho/cut/trace/1\0" + purpose.encode(), "sha256")[:_KEY_BYTES]


@dataclass(frozen=True, slots=True)
class _Group:
    """Messages of one number of blocks.

    Attributes:
        rows: their places.
        blocks: padded, as two words a block.
        is_whole: whether the last block was full without padding.
    """

    rows: np.ndarray
    blocks: np.ndarray
    is_whole: np.ndarray


class Messages:
    """Texts laid out in blocks, once, for any number of keys."""

    def __init__(self, texts: pl.Series) -> None:
        """Lay out texts (no nulls) as UTF-8."""
        self._count = len(texts)
        lengths = texts.str.len_bytes().to_numpy().astype(np.int64)
        blocks = np.maximum(1, -(-lengths // _BLOCK))
        order = np.argsort(blocks, kind="stable")
        # Messages of one number of blocks then lie one behind the other, and one mask fills the whole group.
        data = np.frombuffer((texts.gather(order).str.join("").item() or "").encode(), np.uint8)
        ends = np.concatenate([[0], np.cumsum(lengths[order])])
        counts, firsts = np.unique(blocks[order], return_index=True)
        bounds = [*firsts.tolist(), self._count]
        self._groups = [
            _group(order[first:last], lengths[order[first:last]], data[ends[first] : ends[last]], int(count))
            for count, first, last in zip(counts, bounds, bounds[1:], strict=False)
        ]

    def __len__(self) -> int:
        return self._count

    def macs(self, key: bytes) -> np.ndarray:
        """Return the 16 bytes of every message's code under an AES key, one row a message."""
        encryptor = Cipher(AES(key), ECB()).encryptor()  # noqa: S305 - CMAC is built of single blocks
        whole, padded = _subkeys(encryptor.update(bytes(_BLOCK)))
        found = np.zeros((self._count, 2), np.uint64)
        for group in self._groups:
            state = np.zeros((len(group.rows), 2), np.uint64)
            last = group.blocks.shape[1] - 1
            for place in range(last + 1):
                state = state ^ group.blocks[:, place]
                if place == last:
                    state ^= np.where(group.is_whole[:, None], whole, padded)
                state = np.frombuffer(encryptor.update(state.tobytes()), np.uint64).reshape(-1, 2)
            found[group.rows] = state
        return found.view(np.uint8).reshape(-1, _BLOCK)

    def bits(self, key: bytes) -> np.ndarray:
        """Return one bit of every message's code under an AES key."""
        return (self.macs(key)[:, 0] & 1).astype(np.bool_)


def _group(rows: np.ndarray, lengths: np.ndarray, data: np.ndarray, blocks: int) -> _Group:
    width = blocks * _BLOCK
    padded = np.zeros((len(rows), width), np.uint8)
    padded[np.arange(width) < lengths[:, None]] = data
    is_whole = lengths == width
    short = np.flatnonzero(~is_whole)
    padded[short, lengths[short]] = 0x80
    return _Group(rows, padded.view(np.uint64).reshape(len(rows), blocks, 2), is_whole)


def _subkeys(of_zero: bytes) -> tuple[np.ndarray, np.ndarray]:
    """Return K1 and K2 as words."""
    once = _doubled(int.from_bytes(of_zero, "big"))
    return _words(once), _words(_doubled(once))


def _doubled(value: int) -> int:
    shifted = (value << 1) & ((_TOP << 1) - 1)
    return shifted ^ _POLYNOMIAL if value & _TOP else shifted


def _words(value: int) -> np.ndarray:
    return np.frombuffer(value.to_bytes(_BLOCK, "big"), np.uint64)
