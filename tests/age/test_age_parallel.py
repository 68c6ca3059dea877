"""Several threads make and open the very bytes that one makes and opens in order."""

import io
import os
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sekisho.age.errors import PayloadError
from sekisho.age.file import decrypt_file, encrypt_file
from sekisho.age.header import read_header
from sekisho.age.parallel import Place, seal_chunks
from sekisho.age.payload import CHUNK_SIZE, NONCE_SIZE, SEALED_CHUNK_SIZE, cipher_for
from sekisho.age.writer import encrypt_with_file_key
from sekisho.age.x25519 import X25519Identity

OWNER = X25519Identity(bytes(range(32)))
RUN = 4 * CHUNK_SIZE
EDGES = [0, 1, CHUNK_SIZE - 1, CHUNK_SIZE, CHUNK_SIZE + 1, RUN - 1, RUN, RUN + 1, 3 * RUN + 5, 4 * RUN]

every_size = pytest.mark.parametrize("size", EDGES)
every_number_of_threads = pytest.mark.parametrize("threads", [1, 2, 3, 7])


def _plain(size: int) -> bytes:
    return (b"".join(number.to_bytes(4, "big") for number in range(size // 4 + 1)))[:size]


def _in_order(plain: bytes, sealed: bytes) -> bytes:
    """Seal again what was sealed, in order, under the same header and nonce."""
    source = io.BytesIO(sealed)
    header = read_header(source)
    nonce = source.read(NONCE_SIZE)
    file_key = OWNER.unwrap(header.stanzas)
    assert file_key is not None
    made = io.BytesIO()
    with encrypt_with_file_key(made, header, file_key=file_key, randomness=lambda _: nonce) as writer:
        writer.write(plain)
    return made.getvalue()


@every_size
@every_number_of_threads
def test_threads_make_what_one_makes_in_order_and_open_it(tmp_path: Path, size: int, threads: int) -> None:
    plain, sealed, again = tmp_path / "plain", tmp_path / "sealed", tmp_path / "again"
    plain.write_bytes(_plain(size))
    encrypt_file(plain, sealed, [OWNER.recipient], threads=threads)
    assert sealed.read_bytes() == _in_order(plain.read_bytes(), sealed.read_bytes())
    decrypt_file(sealed, again, [OWNER], threads=threads)
    assert again.read_bytes() == plain.read_bytes()


@every_number_of_threads
@pytest.mark.parametrize(("damaged", "named"), [([30], 30), ([31, 3], 3), ([0], 0), ([17, 16, 15], 15)])
def test_the_first_damaged_chunk_is_named_and_nothing_is_left(
    tmp_path: Path, threads: int, damaged: list[int], named: int
) -> None:
    (tmp_path / "plain").write_bytes(_plain(32 * CHUNK_SIZE))
    encrypt_file(tmp_path / "plain", tmp_path / "sealed", [OWNER.recipient])
    content = bytearray((tmp_path / "sealed").read_bytes())
    payload = len(content) - 32 * SEALED_CHUNK_SIZE
    for number in damaged:
        content[payload + number * SEALED_CHUNK_SIZE + 100] ^= 1
    (tmp_path / "sealed").write_bytes(content)
    (tmp_path / "again").write_bytes(b"before")
    with pytest.raises(PayloadError, match=rf"chunk {named} "):
        decrypt_file(tmp_path / "sealed", tmp_path / "again", [OWNER], overwrite=True, threads=threads)
    assert (tmp_path / "again").read_bytes() == b"before"
    assert sorted(os.listdir(tmp_path)) == ["again", "plain", "sealed"]


@settings(max_examples=15)
@given(st.lists(st.integers(0, 40 * SEALED_CHUNK_SIZE), min_size=1, max_size=3))
def test_a_file_cut_short_or_swapped_is_refused(tmp_path_factory: pytest.TempPathFactory, cuts: list[int]) -> None:
    folder = tmp_path_factory.mktemp("cut")
    (folder / "plain").write_bytes(_plain(20 * CHUNK_SIZE + 3))
    encrypt_file(folder / "plain", folder / "sealed", [OWNER.recipient], threads=2)
    whole = (folder / "sealed").read_bytes()
    for cut in cuts:
        shorter = whole[: len(whole) - 1 - cut % (20 * SEALED_CHUNK_SIZE)]
        (folder / "short").write_bytes(shorter)
        with pytest.raises(PayloadError):
            decrypt_file(folder / "short", folder / "again", [OWNER], threads=2)
        assert not (folder / "again").exists()


def test_a_source_that_became_shorter_fails(tmp_path: Path) -> None:
    """Its size was taken before; another program cuts it while it is read."""
    (tmp_path / "plain").write_bytes(_plain(RUN))
    with (
        (tmp_path / "plain").open("rb") as plain,
        (tmp_path / "sealed").open("w+b") as sealed,
        pytest.raises(OSError, match="shorter"),
    ):
        seal_chunks(
            Place(handle=plain.fileno(), start=0),
            Place(handle=sealed.fileno(), start=0),
            size=RUN + 1,
            cipher=lambda: cipher_for(bytes(16), nonce=bytes(16)),
            threads=2,
        )


@pytest.mark.parametrize("size", [RUN - 1, RUN + 1])
def test_a_source_that_changes_while_it_is_read_is_not_sealed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, size: int
) -> None:
    plain = tmp_path / "plain"
    plain.write_bytes(_plain(RUN))

    def sealed_meanwhile(*places: Place, **how: Any) -> None:
        seal_chunks(*places, **how)
        os.truncate(plain, size)

    monkeypatch.setattr("sekisho.age.file.seal_chunks", sealed_meanwhile)
    with pytest.raises(OSError, match="grew or shrank"):
        encrypt_file(plain, tmp_path / "sealed", [OWNER.recipient])
    assert os.listdir(tmp_path) == ["plain"]


def test_a_pipe_is_sealed_and_opened_in_order(tmp_path: Path) -> None:
    pipe, plain = tmp_path / "pipe", _plain(3 * RUN + 7)
    os.mkfifo(pipe)
    for task, content in (("seal", plain), ("open", b"")):
        if child := os.fork():
            if task == "seal":
                encrypt_file(pipe, tmp_path / "sealed", [OWNER.recipient])
            else:
                decrypt_file(pipe, tmp_path / "again", [OWNER])
            os.waitpid(child, 0)
        else:
            pipe.write_bytes(content or (tmp_path / "sealed").read_bytes())
            os._exit(0)
    assert (tmp_path / "again").read_bytes() == plain
