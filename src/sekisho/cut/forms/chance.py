"""Chance that a key decides: for one person always the same, and without the key not to be told.

A number that is drawn anew each time could be averaged away over several tables; one that is drawn once a person would have
to be kept. AES-256 of the person's number is both at once.
"""

import hashlib
import hmac
from collections.abc import Callable

import numpy as np
import polars as pl
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from numpy.typing import NDArray

_NINE_IN_TEN = float(np.log(10))
_BITS = 53  # of a fraction in a 64-bit float


def keys_once(randomness: Callable[[int], bytes]) -> Callable[[str], bytes]:
    """Return what gives keys by their label, made of a secret that is drawn when the first is asked for and kept nowhere.

    When the cut is made nobody can undo what was done with them, whoever they are.
    """
    secret = bytearray()

    def key(label: str) -> bytes:
        if not secret:
            secret.extend(randomness(32))
        return hmac.digest(secret, label.encode(), hashlib.sha256)

    return key


def offsets(key: bytes, people: pl.Series, days: int) -> pl.Series:
    """Return for each person a number of days from ``-days`` to ``days``; null for nobody."""
    drawn = _drawn(key, people) % np.uint64(2 * days + 1)
    return _of_somebody(drawn.astype(np.int64) - days, people)


def noise(key: bytes, people: pl.Series, spread: float) -> pl.Series:
    """Return for each person what is added to a number: of Laplace's distribution, nine in ten within ``spread``."""
    share = ((_drawn(key, people) >> np.uint64(64 - _BITS)).astype(np.float64) + 0.5) / 2.0**_BITS - 0.5
    return _of_somebody(-spread / _NINE_IN_TEN * np.sign(share) * np.log1p(-2 * np.abs(share)), people)


def _drawn(key: bytes, people: pl.Series) -> NDArray[np.uint64]:
    blocks = np.zeros((len(people), 2), "<u8")
    blocks[:, 1] = people.fill_null(0).to_numpy()
    cipher = Cipher(algorithms.AES256(key), modes.ECB()).encryptor()  # noqa: S305 - distinct blocks, never a message
    return np.frombuffer(cipher.update(blocks.tobytes()), "<u8")[::2].astype(np.uint64)


def _of_somebody(values: NDArray[np.int64] | NDArray[np.float64], people: pl.Series) -> pl.Series:
    return pl.Series(values).set(people.is_null(), None)
