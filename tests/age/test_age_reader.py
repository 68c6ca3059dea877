"""The reader: a file like any other, that shows nothing it has not verified and decrypts nothing it need not."""

import io
import os
import threading
from io import BytesIO
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sekisho.age.errors import HeaderError, MacError, PayloadError
from sekisho.age.header import read_header
from sekisho.age.payload import CHUNK_SIZE, SEALED_CHUNK_SIZE
from sekisho.age.reader import Reader, open_reader, open_with_file_key
from sekisho.age.writer import encrypt
from sekisho.age.x25519 import X25519Identity

OWNER = X25519Identity(bytes(range(32)))
PLAIN = os.urandom(5 * CHUNK_SIZE + 1000)


def _sealed(plaintext: bytes) -> bytes:
    made = BytesIO()
    with encrypt(made, [OWNER.recipient]) as writer:
        writer.write(plaintext)
    return made.getvalue()


SEALED = _sealed(PLAIN)
PAYLOAD = len(read_header(BytesIO(SEALED)).encode()) + 16

PLACES = st.integers(0, len(PLAIN) + 100)
STEPS = st.one_of(
    st.tuples(st.just("read"), st.integers(0, 3 * CHUNK_SIZE)),
    st.tuples(st.just("set"), PLACES),
    st.tuples(st.just("cur"), st.integers(-CHUNK_SIZE, CHUNK_SIZE)),
    st.tuples(st.just("end"), st.integers(-len(PLAIN), 100)),
)


class Counting(BytesIO):
    """A file that counts the bytes read from it."""

    taken = 0

    def read(self, size: int | None = -1, /) -> bytes:
        data = super().read(size)
        self.taken += len(data)
        return data


def _take(file: io.RawIOBase | BytesIO, step: tuple[str, int]) -> object:
    """Do one step and return what can be seen of it; a refused move is seen as such."""
    action, value = step
    if action == "read":
        return file.read(value), file.tell()
    try:
        return file.seek(value, {"set": io.SEEK_SET, "cur": io.SEEK_CUR, "end": io.SEEK_END}[action])
    except ValueError:
        return "refused"


def _reader(sealed: bytes = SEALED) -> Reader:
    return open_reader(BytesIO(sealed), [OWNER])


@settings(max_examples=100)
@given(st.lists(STEPS, max_size=20), st.sampled_from([0, 1, CHUNK_SIZE, CHUNK_SIZE + 1, len(PLAIN)]))
def test_a_reader_behaves_like_a_file_of_the_plaintext(steps: list[tuple[str, int]], size: int) -> None:
    reader, file = _reader(_sealed(PLAIN[:size])), BytesIO(PLAIN[:size])
    for step in steps:
        if step[0] == "set" or file.tell() + step[1] >= 0:
            moved = "refused" if step[0] == "end" and size + step[1] < 0 else _take(file, step)
            assert _take(reader, step) == moved


@pytest.mark.parametrize("size", [0, 1, CHUNK_SIZE, 2 * CHUNK_SIZE, len(PLAIN)])
def test_a_reader_reads_all(size: int) -> None:
    assert _reader(_sealed(PLAIN[:size])).readall() == PLAIN[:size]


@pytest.mark.parametrize(("offset", "whence"), [(-1, 0), (-1, 1), (-len(PLAIN) - 1, 2), (0, 7)])
def test_a_place_that_does_not_exist_is_refused_and_nothing_moves(offset: int, whence: int) -> None:
    reader = _reader()
    with pytest.raises(ValueError, match="no such place"):
        reader.seek(offset, whence)
    assert reader.read(10) == PLAIN[:10]


def test_a_read_beyond_the_end_is_empty() -> None:
    reader = _reader()
    assert reader.seek(len(PLAIN) + 5) == len(PLAIN) + 5
    assert reader.read(10) == b""
    assert reader.tell() == len(PLAIN) + 5


@pytest.mark.parametrize("chunk", range(6))
def test_only_the_chunks_asked_for_are_read(chunk: int) -> None:
    file = Counting(SEALED)
    reader = open_reader(file, [OWNER])
    file.taken = 0
    reader.seek(chunk * CHUNK_SIZE + 10)
    assert reader.read(100) == PLAIN[chunk * CHUNK_SIZE + 10 :][:100]
    reader.seek(chunk * CHUNK_SIZE)
    reader.read(10)
    assert file.taken == (0 if chunk == 5 else SEALED_CHUNK_SIZE)


def test_opening_reads_a_kilobyte_to_see_armor_then_the_header_the_nonce_and_the_last_chunk() -> None:
    file = Counting(SEALED)
    open_reader(file, [OWNER])
    assert file.taken == 1024 + 16 + 1000 + 16


@pytest.mark.parametrize("kept", [1, 2, 5])
def test_a_file_without_its_final_chunk_is_refused_before_a_byte_is_read(kept: int) -> None:
    with pytest.raises(PayloadError):
        _reader(SEALED[: PAYLOAD + kept * SEALED_CHUNK_SIZE])


@pytest.mark.parametrize("chunk", range(5))
def test_damage_stays_in_its_chunk(chunk: int) -> None:
    damaged = bytearray(SEALED)
    damaged[PAYLOAD + chunk * SEALED_CHUNK_SIZE + 77] ^= 1
    reader = _reader(bytes(damaged))
    for number in range(6):
        reader.seek(number * CHUNK_SIZE)
        if number == chunk:
            with pytest.raises(PayloadError, match=f"chunk {chunk} is damaged"):
                reader.read(10)
            assert reader.tell() == number * CHUNK_SIZE
        else:
            assert reader.read(10) == PLAIN[number * CHUNK_SIZE :][:10]


@pytest.mark.parametrize("size", [10, CHUNK_SIZE])
def test_a_damaged_chunk_does_not_spoil_the_one_read_before(size: int) -> None:
    damaged = bytearray(SEALED)
    damaged[PAYLOAD + SEALED_CHUNK_SIZE + 77] ^= 1
    reader = _reader(bytes(damaged))
    assert reader.read(10) == PLAIN[:10]
    reader.seek(CHUNK_SIZE)
    with pytest.raises(PayloadError, match="chunk 1 is damaged"):
        reader.read(size)
    reader.seek(10)
    assert reader.read(100) == PLAIN[10:110]


@pytest.mark.parametrize("size", [10, CHUNK_SIZE, 2 * CHUNK_SIZE])
def test_a_damaged_chunk_is_refused_again_and_again(size: int) -> None:
    damaged = bytearray(SEALED)
    damaged[PAYLOAD + 77] ^= 1
    reader = _reader(bytes(damaged))
    for _ in range(3):
        with pytest.raises(PayloadError, match="chunk 0 is damaged"):
            reader.read(size)


def test_a_file_that_shrinks_while_it_is_open_is_refused() -> None:
    file = BytesIO(SEALED)
    reader = open_reader(file, [OWNER])
    file.truncate(PAYLOAD + SEALED_CHUNK_SIZE + 10)
    assert reader.read(10) == PLAIN[:10]
    reader.seek(CHUNK_SIZE)
    with pytest.raises(PayloadError, match="chunk 1 is cut short"):
        reader.read(10)
    reader.seek(3 * CHUNK_SIZE)
    with pytest.raises(PayloadError, match="chunk 3 is cut short"):
        reader.read(10)


def test_threads_share_a_reader() -> None:
    reader, pieces, barrier = _reader(), list[bytes](), threading.Barrier(4)

    def take() -> None:
        barrier.wait()
        while piece := reader.read(999):
            pieces.append(piece)

    threads = [threading.Thread(target=take) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(pieces) == sorted(PLAIN[i : i + 999] for i in range(0, len(PLAIN), 999))


def test_an_age_file_may_begin_inside_another_file() -> None:
    file = BytesIO(b"before" + SEALED)
    file.seek(6)
    assert open_reader(file, [OWNER]).read() == PLAIN


def test_a_closed_reader_reads_no_more_and_leaves_its_file_open() -> None:
    file = BytesIO(SEALED)
    with open_reader(file, [OWNER]) as reader:
        assert (reader.readable(), reader.seekable(), reader.writable()) == (True, True, False)
    for use in (reader.read, reader.tell, lambda: reader.seek(0), lambda: reader.readinto(bytearray(1))):
        with pytest.raises(ValueError, match="closed"):
            use()
    assert not file.closed


def test_an_unbuffered_file_on_a_disk_is_read(tmp_path: Path) -> None:
    (tmp_path / "sealed").write_bytes(SEALED)
    with (tmp_path / "sealed").open("rb", buffering=0) as file:
        assert io.BufferedReader(open_reader(file, [OWNER])).read() == PLAIN


def test_a_caller_who_has_the_file_key_opens_the_payload() -> None:
    file = BytesIO(SEALED)
    header = read_header(file)
    file_key = OWNER.unwrap(header.stanzas)
    assert file_key is not None
    assert open_with_file_key(file, header, file_key=file_key).read() == PLAIN


def test_a_wrong_file_key_is_refused_by_the_header() -> None:
    file = BytesIO(SEALED)
    with pytest.raises(MacError):
        open_with_file_key(file, read_header(file), file_key=bytes(16))


def test_a_file_that_ends_before_its_payload_is_refused() -> None:
    with pytest.raises(HeaderError, match="before its payload"):
        _reader(SEALED[: PAYLOAD - 1])
