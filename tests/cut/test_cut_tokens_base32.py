"""Blocks are written as every library writes them, and a block has one text alone."""

import base64

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sekisho.cut.tokens import base32

BLOCKS = st.lists(st.binary(min_size=16, max_size=16), max_size=20)


def as_blocks(blocks: list[bytes]) -> base32.Blocks:
    return np.frombuffer(b"".join(blocks), base32.BLOCK).reshape(-1, 2)


def blocks_of(texts: list[str | None]) -> list[bytes | None]:
    blocks, good = base32.read(pl.Series(texts, dtype=pl.String))
    return [block.tobytes() if is_one else None for block, is_one in zip(blocks, good, strict=True)]


@settings(deadline=None)
@given(BLOCKS)
def test_text_is_that_of_rfc_4648_and_comes_back(blocks: list[bytes]) -> None:
    texts = base32.written(as_blocks(blocks)).to_list()
    assert texts == [base64.b32encode(block).decode().rstrip("=") for block in blocks]
    assert blocks_of(texts) == blocks


@settings(deadline=None)
@given(st.lists(st.none() | st.text(base32.ALPHABET + "018９a=\0", min_size=24, max_size=28), max_size=20))
def test_what_the_library_cannot_read_back_is_no_block(texts: list[str | None]) -> None:
    def expected(text: str | None) -> bytes | None:
        if text is None or len(text) != 26 or set(text) - set(base32.ALPHABET):
            return None
        block = base64.b32decode(text + "======")
        return block if base64.b32encode(block).decode()[:26] == text else None

    assert blocks_of(texts) == [expected(text) for text in texts]


def test_the_bits_that_no_block_has_must_be_zero() -> None:
    (text,) = base32.written(as_blocks([bytes(16)])).to_list()
    assert blocks_of([text]) == [bytes(16)]
    assert blocks_of([text[:-1] + last for last in "BCD"]) == [None, None, None]
    assert blocks_of([text[:-1] + "E"]) == [bytes(15) + b"\x01"]


@pytest.mark.parametrize("count", [0, 1, base32._CHUNK - 1, base32._CHUNK, 2 * base32._CHUNK + 3])
def test_arrays_do_what_the_kernel_does(count: int) -> None:
    blocks = np.random.default_rng(count).integers(0, 256, 16 * count, np.uint8).view(base32.BLOCK).reshape(-1, 2)
    texts = base32.written_by_arrays(blocks)
    assert texts.equals(base32.written(blocks))
    for back, good in (base32.read_by_arrays(texts), base32.read(texts)):
        assert good.all()
        assert (back == blocks).all()
