"""The C2SP CCTV vectors: every file, by every way of opening it."""

import os
from collections import Counter
from io import BytesIO
from pathlib import Path

import pytest
from age_vectors import Vector, load

from sekisho.age.armor import ArmorWriter
from sekisho.age.decrypt import decrypt
from sekisho.age.errors import AgeError, ArmorError, HeaderError
from sekisho.age.file import decrypt_file
from sekisho.age.header import Header, read_header
from sekisho.age.payload import NONCE_SIZE
from sekisho.age.pipes import read_up_to
from sekisho.age.reader import open_reader
from sekisho.age.writer import encrypt_with_file_key

SPOKEN = {
    "armor": 33,
    "empty": 1,
    "header": 1,
    "hmac": 8,
    "hybrid": 18,
    "scrypt": 25,
    "stanza": 14,
    "stream": 28,
    "version": 1,
    "x25519": 14,
}

EVERY = load()
GOOD = [vector for vector in EVERY if vector.error is None]
BAD = [vector for vector in EVERY if vector.error is not None]
WITH_HEADER = [vector for vector in EVERY if vector.error not in {HeaderError, ArmorError}]

every = pytest.mark.parametrize("vector", EVERY, ids=lambda vector: vector.name)
good = pytest.mark.parametrize("vector", GOOD, ids=lambda vector: vector.name)
bad = pytest.mark.parametrize("vector", BAD, ids=lambda vector: vector.name)


def _error_of(vector: Vector, released: BytesIO) -> type[AgeError] | None:
    try:
        decrypt(vector.source, released, vector.identities)
    except AgeError as error:
        return type(error)
    return None


def test_all_143_vectors_are_opened() -> None:
    assert Counter(vector.group for vector in EVERY) == SPOKEN
    assert (len(EVERY), len(GOOD), len(BAD)) == (143, 26, 117)


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
    source, plain, made = vector.source, BytesIO(), BytesIO()
    stanzas = read_header(source).stanzas
    nonce = read_up_to(source, NONCE_SIZE)
    decrypt(BytesIO(vector.file), plain, vector.identities)
    header = Header.authenticated(stanzas, file_key=vector.file_key)
    with encrypt_with_file_key(made, header, file_key=vector.file_key, randomness=lambda _: nonce) as writer:
        writer.write(plain.getvalue())
    assert made.getvalue() == vector.bare


@pytest.mark.parametrize("vector", WITH_HEADER, ids=lambda vector: vector.name)
def test_a_header_is_written_again_byte_for_byte(vector: Vector) -> None:
    bare = vector.bare
    source = BytesIO(bare)
    encoded = read_header(source).encode()
    assert bare.startswith(encoded)
    assert source.tell() == len(encoded)


def test_the_headers_written_again_are_all_there_are() -> None:
    assert len(WITH_HEADER) == 59


@pytest.mark.parametrize("vector", [vector for vector in GOOD if vector.is_armored], ids=lambda vector: vector.name)
def test_armor_is_written_again_as_it_was_but_for_white_space(vector: Vector) -> None:
    made = BytesIO()
    with ArmorWriter(made) as writer:
        writer.write(vector.bare)
    assert made.getvalue() == vector.file.strip().replace(b"\r\n", b"\n") + b"\n"
