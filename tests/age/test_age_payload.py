"""Chunks: their arithmetic, and that each opens only in its own place."""

from io import BytesIO

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sekisho.age.errors import HeaderError, PayloadError
from sekisho.age.payload import (
    CHUNK_SIZE,
    SEALED_CHUNK_SIZE,
    TAG_SIZE,
    chunk_count,
    cipher_for,
    open_chunk,
    plaintext_size,
    read_cipher,
    seal_chunk,
)

CIPHER = cipher_for(bytes(16), nonce=bytes(16))
SIZES = st.integers(0, 5 * CHUNK_SIZE) | st.integers(0, 2**50)


def _seal(plaintext: bytes, *, number: int, final: bool) -> bytes:
    sealed = bytearray(SEALED_CHUNK_SIZE)
    size = seal_chunk(CIPHER, plaintext, memoryview(sealed), number=number, final=final)
    return bytes(sealed[:size])


def _open(sealed: bytes, *, number: int, final: bool) -> bytes:
    plaintext = bytearray(CHUNK_SIZE)
    size = open_chunk(CIPHER, sealed, memoryview(plaintext), number=number, final=final)
    return bytes(plaintext[:size])


@pytest.mark.parametrize(
    ("size", "chunks"),
    [(0, 1), (1, 1), (65_535, 1), (65_536, 1), (65_537, 2), (131_072, 2), (131_073, 3), (196_608, 3)],
)
def test_the_last_chunk_is_empty_only_if_it_is_the_first(size: int, chunks: int) -> None:
    assert chunk_count(size) == chunks


@given(SIZES)
def test_a_sealed_size_tells_the_plaintext_size(size: int) -> None:
    assert plaintext_size(size + chunk_count(size) * TAG_SIZE) == size


@given(st.integers(0, 20), st.integers(0, TAG_SIZE))
def test_no_payload_ends_in_less_than_a_tag_and_a_byte(chunks: int, rest: int) -> None:
    sealed_size = chunks * SEALED_CHUNK_SIZE + rest
    if (chunks, rest) == (0, TAG_SIZE) or (chunks and not rest):
        return
    with pytest.raises(PayloadError, match="cut short or was added to"):
        plaintext_size(sealed_size)


@given(st.binary(min_size=1, max_size=200), st.integers(0, 2**40), st.booleans())
def test_a_chunk_opens_in_its_place(plaintext: bytes, number: int, final: bool) -> None:
    assert _open(_seal(plaintext, number=number, final=final), number=number, final=final) == plaintext


@given(st.binary(min_size=1, max_size=50), st.integers(0, 2**40), st.integers(0, 2**40), st.booleans(), st.booleans())
def test_a_chunk_opens_in_no_other_place(plaintext: bytes, number: int, other: int, final: bool, flag: bool) -> None:
    if (number, final) == (other, flag):
        return
    with pytest.raises(PayloadError, match=f"chunk {other} is damaged"):
        _open(_seal(plaintext, number=number, final=final), number=other, final=flag)


def test_what_does_not_authenticate_is_wiped() -> None:
    sealed = bytearray(_seal(b"secret" * 100, number=0, final=True))
    sealed[-1] ^= 1
    plaintext = bytearray(b"\xff" * CHUNK_SIZE)
    with pytest.raises(PayloadError):
        open_chunk(CIPHER, sealed, memoryview(plaintext), number=0, final=True)
    assert plaintext == bytes(600) + b"\xff" * (CHUNK_SIZE - 600)


@pytest.mark.parametrize("cut", range(1, 20))
def test_a_chunk_cut_short_is_refused(cut: int) -> None:
    sealed = _seal(b"abc", number=0, final=True)
    with pytest.raises(PayloadError, match="chunk 0"):
        _open(sealed[:-cut], number=0, final=True)


def test_an_empty_chunk_is_refused_unless_it_is_the_first() -> None:
    assert _open(_seal(b"", number=0, final=True), number=0, final=True) == b""
    with pytest.raises(PayloadError, match="chunk 1 is cut short"):
        _open(_seal(b"", number=1, final=True), number=1, final=True)


@pytest.mark.parametrize("size", [0, 1, 15])
def test_a_file_that_ends_in_the_nonce_is_refused(size: int) -> None:
    with pytest.raises(HeaderError, match="before its payload"):
        read_cipher(BytesIO(bytes(size)), file_key=bytes(16))
