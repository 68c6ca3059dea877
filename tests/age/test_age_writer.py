"""The writer: one file whatever the pieces, complete only when closed."""

import io
import zipfile
from io import BytesIO
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sekisho.age.decrypt import decrypt
from sekisho.age.errors import MacError, PayloadError
from sekisho.age.header import Header, read_header
from sekisho.age.payload import CHUNK_SIZE, NONCE_SIZE, plaintext_size
from sekisho.age.reader import open_reader
from sekisho.age.stanza import Stanza
from sekisho.age.writer import encrypt, encrypt_with_file_key
from sekisho.age.x25519 import X25519Identity

FILE_KEY = bytes(range(16))
HEADER = Header.authenticated([Stanza("T")], file_key=FILE_KEY)
OWNER = X25519Identity.generate()
EDGES = [0, 1, CHUNK_SIZE - 1, CHUNK_SIZE, CHUNK_SIZE + 1, 2 * CHUNK_SIZE, 3 * CHUNK_SIZE - 1, 3 * CHUNK_SIZE]


class FailsAt(BytesIO):
    """A disk that fails once, at the n-th write after the header."""

    def __init__(self, write: int) -> None:
        super().__init__()
        self.left = write + 1

    def write(self, data: object, /) -> int:
        self.left -= 1
        if self.left == 0:
            raise OSError("the stick was pulled")
        return super().write(data)  # type: ignore[arg-type]  # whatever BytesIO takes


def _sealed(*pieces: bytes) -> bytes:
    made = BytesIO()
    with encrypt_with_file_key(made, HEADER, file_key=FILE_KEY, randomness=bytes) as writer:
        for piece in pieces:
            assert writer.write(piece) == len(piece)
    return made.getvalue()


def _opened(sealed: bytes) -> bytes:
    plain = BytesIO()
    decrypt(BytesIO(sealed), plain, [OWNER])
    return plain.getvalue()


@pytest.mark.parametrize("size", EDGES)
def test_a_file_has_the_length_of_its_header_nonce_chunks_and_tags(size: int) -> None:
    sealed = _sealed(bytes(size))
    assert plaintext_size(len(sealed) - len(HEADER.encode()) - NONCE_SIZE) == size


@settings(max_examples=30)
@given(st.sampled_from(EDGES), st.lists(st.integers(0, 3 * CHUNK_SIZE), max_size=5))
def test_how_the_plaintext_is_cut_does_not_show(size: int, cuts: list[int]) -> None:
    plaintext = bytes(range(251)) * (size // 251 + 1)
    places = sorted({0, size, *(min(cut, size) for cut in cuts)})
    pieces = [plaintext[start:end] for start, end in pairwise(places)]
    assert _sealed(*pieces) == _sealed(plaintext[:size])


def test_single_bytes_make_the_same_file() -> None:
    plaintext = bytes(range(256)) * 257
    assert _sealed(*(plaintext[i : i + 1] for i in range(len(plaintext)))) == _sealed(plaintext)


@pytest.mark.parametrize("data", [bytearray(b"abcd"), memoryview(b"abcd"), memoryview(b"abcd").cast("H")])
def test_any_bytes_like_object_is_written_by_its_bytes(data: bytearray | memoryview) -> None:
    made = BytesIO()
    with encrypt_with_file_key(made, HEADER, file_key=FILE_KEY, randomness=bytes) as writer:
        assert writer.write(data) == 4
    assert made.getvalue() == _sealed(b"abcd")


def test_a_buffer_may_be_used_again_after_a_write() -> None:
    made, buffer = BytesIO(), bytearray(b"first")
    with encrypt(made, [OWNER.recipient]) as writer:
        writer.write(buffer)
        buffer[:] = b"other"
        writer.write(buffer)
    assert _opened(made.getvalue()) == b"firstother"


def test_two_files_of_one_plaintext_have_nothing_in_common() -> None:
    first, second = BytesIO(), BytesIO()
    for made in (first, second):
        with encrypt(made, [OWNER.recipient]) as writer:
            writer.write(b"same")
    assert read_header(BytesIO(first.getvalue())) != read_header(BytesIO(second.getvalue()))
    assert first.getvalue()[-20:] != second.getvalue()[-20:]


def test_the_randomness_passed_in_makes_file_key_and_nonce() -> None:
    asked: list[int] = []

    def randomness(size: int) -> bytes:
        asked.append(size)
        return bytes([len(asked)]) * size

    made = BytesIO()
    encrypt(made, [OWNER.recipient], randomness=randomness).close()
    header = read_header(BytesIO(made.getvalue()))
    assert asked == [16, 16]
    assert OWNER.unwrap(header.stanzas) == b"\1" * 16
    assert made.getvalue().startswith(header.encode() + b"\2" * 16)


def test_a_header_of_another_file_key_is_refused_before_anything_is_written() -> None:
    made = BytesIO()
    with pytest.raises(MacError):
        encrypt_with_file_key(made, HEADER, file_key=bytes(16))
    assert made.getvalue() == b""


def test_a_file_without_recipients_is_not_begun() -> None:
    made = BytesIO()
    with pytest.raises(ValueError, match="recipient"):
        encrypt(made, [])
    assert made.getvalue() == b""


@pytest.mark.parametrize("size", EDGES)
def test_a_block_that_fails_leaves_a_file_that_does_not_open(size: int) -> None:
    made = BytesIO()
    with pytest.raises(RuntimeError), encrypt(made, [OWNER.recipient]) as writer:
        writer.write(bytes(size))
        raise RuntimeError
    with pytest.raises(PayloadError):
        _opened(made.getvalue())


def test_a_writer_that_is_forgotten_does_not_complete_its_file() -> None:
    made = BytesIO()
    encrypt(made, [OWNER.recipient]).write(b"half")
    with pytest.raises(PayloadError):
        _opened(made.getvalue())


@pytest.mark.parametrize("failing", [1, 2, 3])
def test_after_a_failed_write_the_writer_is_dead(failing: int) -> None:
    disk = FailsAt(failing)
    writer = encrypt(disk, [OWNER.recipient])
    with pytest.raises(OSError, match="pulled"):
        writer.write(bytes(4 * CHUNK_SIZE))
    length = len(disk.getvalue())
    writer.close()
    with pytest.raises(ValueError, match="closed"):
        writer.write(b"more")
    assert len(disk.getvalue()) == length


def test_a_final_chunk_that_could_not_be_written_is_not_tried_again() -> None:
    disk = FailsAt(1)
    writer = encrypt(disk, [OWNER.recipient])
    writer.write(b"half")
    with pytest.raises(OSError, match="pulled"):
        writer.close()
    writer.close()
    with pytest.raises(PayloadError):
        _opened(disk.getvalue())


def test_a_writer_closes_once_and_leaves_the_destination_open() -> None:
    made = BytesIO()
    with encrypt(made, [OWNER.recipient]) as writer:
        writer.write(b"all")
    writer.close()
    with pytest.raises(ValueError, match="closed"), writer:
        pass
    assert _opened(made.getvalue()) == b"all"


def test_text_is_no_plaintext_and_does_no_harm() -> None:
    made = BytesIO()
    with encrypt(made, [OWNER.recipient]) as writer:
        with pytest.raises(TypeError):
            writer.write("text")  # type: ignore[arg-type]  # the mistake is the point
        writer.write(b"bytes")
    assert _opened(made.getvalue()) == b"bytes"


def test_an_archive_is_written_and_read_through_age() -> None:
    made = BytesIO()
    with encrypt(made, [OWNER.recipient]) as writer, zipfile.ZipFile(writer, "w") as archive:
        archive.writestr("a.csv", b"a" * 100_000)
        archive.writestr("b.csv", b"b" * 100_000)
    with zipfile.ZipFile(io.BufferedReader(open_reader(BytesIO(made.getvalue()), [OWNER]))) as archive:
        assert archive.testzip() is None
        assert archive.read("b.csv") == b"b" * 100_000
