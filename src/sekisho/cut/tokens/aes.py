"""Tokens that the key leads back from: one block of AES-256, a permutation of 128 bits, as 26 characters of base32.

The block is a tag of 64 bits and a number of 64 bits, both big-endian. Two numbers never have one token, no table is
kept, and a token that was altered or made with another key is told by its tag: one in 2⁶⁴ passes by chance.

Numbers carry the tag 0: the dense number of a person, mostly. A text of at most 18 digits carries the tag 1 and is the
number that these digits are with a 1 before them, so that ``007`` and ``7`` are two texts, the empty one is a third, and
each comes back as it was. What is neither becomes a dense number first, or an HMAC.
"""

from collections.abc import Iterator

import numpy as np
import polars as pl
from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.ciphers.modes import ECB

from sekisho.cut.tokens import base32
from sekisho.cut.tokens.fixed_width import spread
from sekisho.cut.tokens.keys import KEY_BYTES
from sekisho.errors import Refused
from sekisho.kernel.columns import columns

MOST_DIGITS = 18

_NUMBER, _DIGITS = 0, 1
_BLOCK = 16
_POWERS = pl.Series(10 ** np.arange(MOST_DIGITS + 1, dtype=np.uint64))
_SLICE = 1 << 18  # values at a time: what is between text and text stays small


def encode(numbers: pl.Series, key: bytes) -> pl.Series:
    """Return the tokens of u64 numbers; a null stays null.

    Raises:
        ValueError: a key of another size than 32 bytes.
    """
    return _encoded(numbers.cast(pl.UInt64), key, _NUMBER)


def decode(tokens: pl.Series, key: bytes) -> pl.Series:
    """Return the numbers that tokens stand for; null for a null, and for what is altered or of another key.

    Raises:
        ValueError: a key of another size than 32 bytes.
    """
    return _decoded(tokens, key, _NUMBER)


def encode_digits(texts: pl.Series, key: bytes) -> pl.Series:
    """Return the tokens of texts of ASCII digits, leading zeros and all; a null stays null.

    Raises:
        Refused: a text that is not at most 18 ASCII digits.
        ValueError: a key of another size than 32 bytes.
    """
    return _encoded(_numbers_of(texts), key, _DIGITS)


def decode_digits(tokens: pl.Series, key: bytes) -> pl.Series:
    """Return the digits that tokens stand for; null for a null, and for what is altered or of another key.

    Raises:
        ValueError: a key of another size than 32 bytes.
    """
    return _decoded(tokens, key, _DIGITS).cast(pl.String).str.slice(1)


def _numbers_of(texts: pl.Series) -> pl.Series:
    """Return the digits of each text, with a 1 before them, as a number."""
    compiled = columns()
    if not compiled or not len(texts):
        return numbers_by_polars(texts)
    numbers, wrong = compiled.numbers(texts.rechunk(), len(texts))
    if wrong:
        raise _needs_digits(wrong)
    found = pl.Series(numbers)
    return found if not texts.null_count() else found.zip_with(texts.is_not_null(), pl.Series([None], dtype=pl.UInt64))


def numbers_by_polars(texts: pl.Series) -> pl.Series:
    """Do the same by Polars."""
    sizes, values = texts.str.len_bytes(), texts.cast(pl.UInt64, strict=False)
    # A plus sign is the one thing that the cast takes beside digits, and an empty text the one that it does not.
    wrong = (sizes > MOST_DIGITS) | texts.str.starts_with("+")
    if values.null_count() > texts.null_count():
        wrong |= values.is_null() & (sizes > 0)
        values = pl.select(pl.when(sizes == 0).then(pl.lit(0, pl.UInt64)).otherwise(values)).to_series()
    if wrong.any():
        raise _needs_digits(int(wrong.sum()))
    least = sizes.min()
    if least == sizes.max():
        return values + (10**least if isinstance(least, int) else 0)
    return values + _POWERS.gather(sizes)


def _needs_digits(rows: int) -> Refused:
    return Refused("cut.token_needs_digits", rows=rows, most=MOST_DIGITS)


def _encoded(numbers: pl.Series, key: bytes, tag: int) -> pl.Series:
    given = numbers.is_not_null()
    parts = [base32.written(_sealed(part, key, tag)) for part in _parts(numbers.drop_nulls())]
    return spread(pl.concat(parts, rechunk=False), given).alias(numbers.name)


def _sealed(numbers: pl.Series, key: bytes, tag: int) -> base32.Blocks:
    blocks = np.empty((len(numbers), 2), base32.BLOCK)
    blocks[:, 0], blocks[:, 1] = tag, numbers.to_numpy()
    return _crypted(blocks, key, back=False)


def _decoded(tokens: pl.Series, key: bytes, tag: int) -> pl.Series:
    return pl.concat([_opened(part, key, tag) for part in _parts(tokens)]).alias(tokens.name)


def _opened(tokens: pl.Series, key: bytes, tag: int) -> pl.Series:
    blocks, good = base32.read(tokens)
    plain = _crypted(blocks, key, back=True)
    known = pl.Series(good & (plain[:, 0] == tag))
    numbers = pl.Series(plain[:, 1].astype(np.uint64))
    return numbers if known.all() else pl.select(pl.when(known).then(numbers)).to_series()


def _crypted(blocks: base32.Blocks, key: bytes, *, back: bool) -> base32.Blocks:
    """Carry blocks through AES. The cipher's context is made here: two threads must not share one."""
    if len(key) != KEY_BYTES:
        raise ValueError("a token key has 32 bytes")
    cipher = Cipher(AES(key), ECB())  # noqa: S305 - a token is one block: equal numbers are meant to have equal ones
    context = cipher.decryptor() if back else cipher.encryptor()
    out = np.empty(len(blocks) * _BLOCK + _BLOCK - 1, np.uint8)  # so much more the function asks for
    context.update_into(blocks.view(np.uint8).data, out.data)
    return out[: len(blocks) * _BLOCK].view(base32.BLOCK).reshape(-1, 2)


def _parts(values: pl.Series) -> Iterator[pl.Series]:
    """Yield a series in slices; an empty one is one slice."""
    for start in range(0, max(len(values), 1), _SLICE):
        yield values[start : start + _SLICE]
