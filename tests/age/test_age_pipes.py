"""Whole reads and whole writes, from and to things that do less than they are asked."""

import io
import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sekisho.age.pipes import read_up_to, write_all


class Trickle(io.RawIOBase):
    """Reads and writes at most a few bytes at a time, as a pipe or an interrupted disk may."""

    def __init__(self, data: bytes = b"", *, step: int) -> None:
        super().__init__()
        self.data = io.BytesIO(data)
        self.step = step

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1, /) -> bytes:
        return self.data.read(min(size, self.step))

    def write(self, data: object, /) -> int:
        assert isinstance(data, memoryview)
        return self.data.write(data[: self.step])


@given(st.binary(max_size=50), st.integers(1, 7), st.integers(0, 60))
def test_a_read_is_short_only_at_the_end(data: bytes, step: int, size: int) -> None:
    source = Trickle(data, step=step)
    assert read_up_to(source, size) == data[:size]
    assert read_up_to(source, size) == data[size : 2 * size]


@given(st.binary(max_size=50), st.integers(1, 7))
def test_a_write_is_whole(data: bytes, step: int) -> None:
    sink = Trickle(step=step)
    write_all(sink, data)
    assert sink.data.getvalue() == data


def test_an_empty_pipe_in_non_blocking_mode_is_not_taken_for_the_end() -> None:
    reading, writing = os.pipe()
    os.set_blocking(reading, False)
    with (
        os.fdopen(reading, "rb", buffering=0) as source,
        os.fdopen(writing, "wb", buffering=0),
        pytest.raises(BlockingIOError),
    ):
        read_up_to(source, 1)


def test_a_full_pipe_in_non_blocking_mode_is_not_waited_for() -> None:
    reading, writing = os.pipe()
    os.set_blocking(writing, False)
    with (
        os.fdopen(reading, "rb", buffering=0),
        os.fdopen(writing, "wb", buffering=0) as sink,
        pytest.raises(BlockingIOError),
    ):
        write_all(sink, bytes(1 << 20))


def test_a_full_disk_is_an_error() -> None:
    with Path("/dev/full").open("wb", buffering=0) as sink, pytest.raises(OSError, match="No space"):
        write_all(sink, b"x")
