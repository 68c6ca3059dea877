import io

import pytest
from olefile import OleFileIO
from readers_files import compound

from sekisho.readers.streams import read_stream


def test_a_stream_is_read_whole() -> None:
    with OleFileIO(io.BytesIO(compound({"a/b": b"content"}))) as ole:
        assert read_stream(ole, ["a", "b"]).rstrip(b"\0") == b"content"


def test_one_whose_sectors_go_in_a_circle_is_refused() -> None:
    data = bytearray(compound({"a": b"content"}))
    entry = data.index("a".encode("utf-16-le") + bytes(62))
    data[entry + 120 : entry + 124] = (1 << 24).to_bytes(4, "little")

    with OleFileIO(io.BytesIO(bytes(data))) as ole, pytest.raises((ValueError, OSError)):
        read_stream(ole, "a")
