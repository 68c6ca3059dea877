"""Damage: wherever a capsule is cut, changed or pulled away, nothing comes out and the reason is told in words."""

import errno
import os
import stat
from io import BytesIO
from pathlib import Path

import pytest
from capsule_samples import OWNER, Spoken, extracted, refused, sealed
from hypothesis import example, given, settings
from hypothesis import strategies as st

from sekisho.age.header import read_header
from sekisho.age.payload import CHUNK_SIZE, SEALED_CHUNK_SIZE
from sekisho.capsule.opening import open_capsule
from sekisho.errors import SekishoError, Unreadable
from sekisho.files import replacing_folder

LARGE = {"a.bin": bytes(range(256)) * 600, "b.txt": b"second", "住/c.bin": bytes(120_000)}
CAPSULE, LARGE_CAPSULE = sealed(), sealed(LARGE)
HEADER = len(read_header(BytesIO(LARGE_CAPSULE)).encode())


@pytest.mark.parametrize("chunk", range(5))
@pytest.mark.parametrize("off", [-1, 0, 1])
def test_a_capsule_cut_at_a_chunk_gives_nothing(tmp_path: Path, chunk: int, off: int) -> None:
    size = HEADER + 16 + chunk * SEALED_CHUNK_SIZE + off
    assert len(LARGE_CAPSULE) - SEALED_CHUNK_SIZE < HEADER + 16 + 4 * SEALED_CHUNK_SIZE < len(LARGE_CAPSULE)
    with pytest.raises(Unreadable) as caught:
        extracted(LARGE_CAPSULE[:size], tmp_path)
    assert caught.value.key == "capsule.truncated"
    assert os.listdir(tmp_path) == []


@pytest.mark.parametrize("behind", [b"\0", bytes(SEALED_CHUNK_SIZE), LARGE_CAPSULE])
def test_something_behind_a_capsule_is_refused(tmp_path: Path, behind: bytes) -> None:
    with pytest.raises(Unreadable):
        extracted(LARGE_CAPSULE + behind, tmp_path)
    assert os.listdir(tmp_path) == []


@settings(max_examples=400, deadline=None)
@given(st.integers(0, len(LARGE_CAPSULE) - 1), st.integers(0, 7))
@example(HEADER - 1, 0)
@example(len(LARGE_CAPSULE) - 1, 7)
def test_a_flipped_bit_gives_nothing(tmp_path_factory: pytest.TempPathFactory, place: int, bit: int) -> None:
    folder = tmp_path_factory.mktemp("flipped")
    damaged = bytearray(LARGE_CAPSULE)
    damaged[place] ^= 1 << bit
    with pytest.raises(SekishoError):
        extracted(bytes(damaged), folder)
    assert os.listdir(folder) == []


@pytest.mark.parametrize("place", range(HEADER + 16))
def test_no_bit_of_the_header_can_be_another(place: int) -> None:
    damaged = bytearray(LARGE_CAPSULE)
    damaged[place] ^= 1 << place % 8
    refused(bytes(damaged))


@given(st.binary(max_size=300), st.integers(0, 400))
def test_whatever_it_is_it_is_refused_in_words(data: bytes, kept: int) -> None:
    error = refused(CAPSULE[:kept] + data)
    assert error.what("ja")
    assert error.what("en")


def test_the_undamaged_capsule_is_extracted_whole(tmp_path: Path) -> None:
    out = extracted(LARGE_CAPSULE, tmp_path)
    found = {str(path.relative_to(out)): path for path in out.rglob("*") if path.is_file()}
    assert {name: path.read_bytes() for name, path in found.items()} == LARGE
    assert {stat.S_IMODE(path.stat().st_mode) for path in found.values()} == {0o600}


class Pulled(BytesIO):
    """A stick that is pulled."""

    gone = False

    def read(self, size: int | None = -1, /) -> bytes:
        if self.gone:
            raise OSError(errno.EIO, "input/output error")
        return super().read(size)


def test_a_stick_pulled_while_reading_leaves_nothing(tmp_path: Path) -> None:
    stick = Pulled(LARGE_CAPSULE)
    found = open_capsule(stick, OWNER, Spoken())
    stick.gone = True
    with pytest.raises(OSError, match="input/output"), replacing_folder(tmp_path / "out") as out:
        found.extract(out)
    assert os.listdir(tmp_path) == []


def test_a_file_that_shrinks_while_open_is_refused() -> None:
    file = BytesIO(LARGE_CAPSULE)
    found = open_capsule(file, OWNER, Spoken())
    file.truncate(HEADER + 16 + CHUNK_SIZE)
    for name in LARGE:
        with pytest.raises(Unreadable) as caught:
            found.read(name)
        assert caught.value.key == "capsule.truncated"
