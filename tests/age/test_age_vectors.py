"""The C2SP CCTV vectors: every file of the groups that this version speaks, by every way of opening it."""

import os
from collections import Counter
from io import BytesIO
from pathlib import Path

import pytest
from age_vectors import Vector, load

from sekisho.age.decrypt import decrypt
from sekisho.age.errors import AgeError, HeaderError
from sekisho.age.file import decrypt_file
from sekisho.age.header import Header, read_header
from sekisho.age.payload import NONCE_SIZE
from sekisho.age.reader import open_reader
from sekisho.age.writer import encrypt_with_file_key
from sekisho.age.x25519 import X25519Identity

SPOKEN = {"empty": 1, "header": 1, "version": 1, "hmac": 8, "stanza": 14, "stream": 28, "x25519": 14}
UNSPOKEN = {"armor": 33, "scrypt": 25, "hybrid": 18}

OURS = [vector for vector in load() if vector.group in SPOKEN]
OTHERS = [vector for vector in load() if vector.group in UNSPOKEN]
GOOD = [vector for vector in OURS if vector.error is None]
BAD = [vector for vector in OURS if vector.error is not None]
WITH_HEADER = [vector for vector in load() if not vector.is_armored and vector.error is not HeaderError]

every = pytest.mark.parametrize("vector", OURS, ids=lambda vector: vector.name)
good = pytest.mark.parametrize("vector", GOOD, ids=lambda vector: vector.name)
bad = pytest.mark.parametrize("vector", BAD, ids=lambda vector: vector.name)


def _error_of(vector: Vector, released: BytesIO) -> type[AgeError] | None:
    try:
        decrypt(BytesIO(vector.file), released, vector.identities)
    except AgeError as error:
        return type(error)
    return None


def test_all_143_vectors_are_accounted_for() -> None:
    assert Counter(vector.group for vector in load()) == SPOKEN | UNSPOKEN
    assert (len(OURS), len(OTHERS), len(GOOD), len(BAD)) == (67, 76, 14, 53)


@every
def test_a_stream_ends_in_the_exact_error_after_the_exact_bytes(vector: Vector) -> None:
    released = BytesIO()
    assert _error_of(vector, released) is vector.error
    assert vector.released(released.getvalue())


@good
def test_a_reader_reads_what_a_stream_gives(vector: Vector) -> None:
    assert vector.released(open_reader(BytesIO(vector.file), vector.identities).read())


@bad
def test_a_reader_refuses_what_a_stream_refuses_and_releases_no_more(vector: Vector) -> None:
    released, streamed = BytesIO(), BytesIO()
    _error_of(vector, streamed)
    with pytest.raises(AgeError) as caught:
        reader = open_reader(BytesIO(vector.file), vector.identities)
        while piece := reader.read(4096):
            released.write(piece)
    assert type(caught.value) is vector.error
    assert streamed.getvalue().startswith(released.getvalue())


@good
def test_a_file_is_opened_whole(vector: Vector, tmp_path: Path) -> None:
    (tmp_path / "sealed").write_bytes(vector.file)
    decrypt_file(tmp_path / "sealed", tmp_path / "plain", vector.identities)
    assert vector.released((tmp_path / "plain").read_bytes())


@bad
def test_a_file_that_is_refused_leaves_nothing(vector: Vector, tmp_path: Path) -> None:
    (tmp_path / "sealed").write_bytes(vector.file)
    with pytest.raises(AgeError) as caught:
        decrypt_file(tmp_path / "sealed", tmp_path / "plain", vector.identities)
    assert type(caught.value) is vector.error
    assert os.listdir(tmp_path) == ["sealed"]


@bad
def test_a_file_that_is_refused_leaves_the_old_one(vector: Vector, tmp_path: Path) -> None:
    (tmp_path / "sealed").write_bytes(vector.file)
    (tmp_path / "plain").write_bytes(b"old")
    with pytest.raises(AgeError):
        decrypt_file(tmp_path / "sealed", tmp_path / "plain", vector.identities, overwrite=True)
    assert (tmp_path / "plain").read_bytes() == b"old"
    assert sorted(os.listdir(tmp_path)) == ["plain", "sealed"]


@good
def test_a_file_is_made_again_byte_for_byte_from_its_key_and_nonce(vector: Vector) -> None:
    source, plain, made = BytesIO(vector.file), BytesIO(), BytesIO()
    stanzas = read_header(source).stanzas
    nonce = source.read(NONCE_SIZE)
    decrypt(BytesIO(vector.file), plain, vector.identities)
    header = Header.authenticated(stanzas, file_key=vector.file_key)
    with encrypt_with_file_key(made, header, file_key=vector.file_key, randomness=lambda _: nonce) as writer:
        writer.write(plain.getvalue())
    assert made.getvalue() == vector.file


@pytest.mark.parametrize("vector", WITH_HEADER, ids=lambda vector: vector.name)
def test_a_header_is_written_again_byte_for_byte(vector: Vector) -> None:
    source = BytesIO(vector.file)
    encoded = read_header(source).encode()
    assert vector.file.startswith(encoded)
    assert source.tell() == len(encoded)


def test_the_headers_written_again_are_all_there_are() -> None:
    assert len(WITH_HEADER) == 50


@pytest.mark.parametrize("vector", OTHERS, ids=lambda vector: vector.name)
def test_what_this_version_does_not_speak_is_refused(vector: Vector) -> None:
    released = BytesIO()
    with pytest.raises(HeaderError if vector.is_armored else AgeError):
        decrypt(BytesIO(vector.file), released, [X25519Identity(bytes(range(32)))])
    assert released.getvalue() == b""
