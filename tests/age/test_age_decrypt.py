"""One pass: what is damaged, cut or followed by something is refused, wherever it is."""

import os
import threading
from io import BytesIO

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sekisho.age.decrypt import decrypt, decrypt_with_file_key
from sekisho.age.errors import AgeError, HeaderError, MacError, PayloadError
from sekisho.age.header import read_header
from sekisho.age.payload import CHUNK_SIZE, SEALED_CHUNK_SIZE
from sekisho.age.reader import open_reader
from sekisho.age.writer import encrypt
from sekisho.age.x25519 import X25519Identity

OWNER = X25519Identity(bytes(range(32)))


def _sealed(plaintext: bytes) -> bytes:
    made = BytesIO()
    with encrypt(made, [OWNER.recipient]) as writer:
        writer.write(plaintext)
    return made.getvalue()


def _opened(sealed: bytes) -> bytes:
    plain = BytesIO()
    decrypt(BytesIO(sealed), plain, [OWNER])
    return plain.getvalue()


SMALL = _sealed(b"a small file")
LARGE_PLAIN = os.urandom(3 * CHUNK_SIZE)
LARGE = _sealed(LARGE_PLAIN)
PAYLOAD = len(read_header(BytesIO(LARGE)).encode()) + 16


def test_every_flipped_bit_of_a_small_file_is_noticed() -> None:
    for position in range(8 * len(SMALL)):
        flipped = bytearray(SMALL)
        flipped[position // 8] ^= 1 << position % 8
        with pytest.raises(AgeError):
            _opened(bytes(flipped))
        with pytest.raises(AgeError):
            open_reader(BytesIO(flipped), [OWNER]).read()


@settings(max_examples=50)
@given(st.integers(0, 8 * len(LARGE) - 1))
def test_a_flipped_bit_of_a_large_file_is_noticed_and_what_was_released_is_true(position: int) -> None:
    flipped, released = bytearray(LARGE), BytesIO()
    flipped[position // 8] ^= 1 << position % 8
    with pytest.raises(AgeError):
        decrypt(BytesIO(flipped), released, [OWNER])
    assert LARGE_PLAIN.startswith(released.getvalue())
    assert len(released.getvalue()) <= position // 8


def test_a_small_file_cut_anywhere_is_refused() -> None:
    for size in range(len(SMALL)):
        with pytest.raises(AgeError):
            _opened(SMALL[:size])
        with pytest.raises(AgeError):
            open_reader(BytesIO(SMALL[:size]), [OWNER])


@pytest.mark.parametrize("chunks", [0, 1, 2])
@pytest.mark.parametrize("off", [-1, 0, 1, 16])
def test_a_file_cut_at_a_chunk_boundary_is_refused(chunks: int, off: int) -> None:
    cut = LARGE[: PAYLOAD + chunks * SEALED_CHUNK_SIZE + off]
    with pytest.raises(HeaderError if (chunks, off) == (0, -1) else PayloadError):
        _opened(cut)
    with pytest.raises(AgeError):
        open_reader(BytesIO(cut), [OWNER])


@pytest.mark.parametrize("extra", [b"\0", bytes(16), bytes(SEALED_CHUNK_SIZE), LARGE[-SEALED_CHUNK_SIZE:], LARGE])
@pytest.mark.parametrize("file", [SMALL, LARGE], ids=["small", "large"])
def test_a_file_that_something_follows_is_refused(file: bytes, extra: bytes) -> None:
    with pytest.raises(PayloadError):
        _opened(file + extra)
    with pytest.raises(PayloadError):
        open_reader(BytesIO(file + extra), [OWNER]).read()


def test_swapped_chunks_are_refused() -> None:
    first, second = PAYLOAD, PAYLOAD + SEALED_CHUNK_SIZE
    swapped = LARGE[:first] + LARGE[second : second + SEALED_CHUNK_SIZE] + LARGE[first:second]
    with pytest.raises(PayloadError, match="chunk 0"):
        _opened(swapped + LARGE[second + SEALED_CHUNK_SIZE :])


def _feed(handle: int) -> None:
    with os.fdopen(handle, "wb") as sink:
        sink.write(LARGE)


def test_a_pipe_is_enough() -> None:
    reading, writing = os.pipe()
    plain = BytesIO()
    feeder = threading.Thread(target=_feed, args=(writing,))
    feeder.start()
    with os.fdopen(reading, "rb", buffering=0) as source:
        decrypt(source, plain, [OWNER])
    feeder.join()
    assert plain.getvalue() == LARGE_PLAIN


def test_a_caller_who_has_the_file_key_opens_the_rest() -> None:
    source, plain = BytesIO(SMALL), BytesIO()
    header = read_header(source)
    file_key = OWNER.unwrap(header.stanzas)
    assert file_key is not None
    decrypt_with_file_key(source, plain, header, file_key=file_key)
    assert plain.getvalue() == b"a small file"


def test_a_wrong_file_key_is_refused_by_the_header() -> None:
    source, plain = BytesIO(SMALL), BytesIO()
    with pytest.raises(MacError):
        decrypt_with_file_key(source, plain, read_header(source), file_key=bytes(16))
    assert plain.getvalue() == b""
