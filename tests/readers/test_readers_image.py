import struct
from pathlib import Path

import pytest
from readers_files import WORDS, faults, said

from sekisho.readers import image
from sekisho.readers.context import Options

_IMAGES = [
    b"\x89PNG\r\n\x1a\n" + bytes(20),
    b"\xff\xd8\xff\xe0" + bytes(20),
    b"GIF89a" + bytes(20),
    b"II*\x00" + bytes(20),
    b"BM" + bytes(12) + struct.pack("<I", 40) + bytes(20),
    b"RIFF\0\0\0\0WEBP" + bytes(20),
    b"\0\0\0\x18ftypheic" + bytes(20),
]


def _write(folder: Path, data: bytes) -> Path:
    path = folder / "a"
    path.write_bytes(data)
    return path


@pytest.mark.parametrize("data", _IMAGES)
def test_that_there_may_be_text_is_told(tmp_path: Path, data: bytes) -> None:
    assert faults(_write(tmp_path, data)) == ["readers.image"]


def test_it_is_read_where_that_is_asked_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(image, "read_image", lambda content, path: f"{WORDS} {len(content)} {path.name}")

    assert said(_write(tmp_path, _IMAGES[0]), Options(ocr=True)) == f"{WORDS} 28 a\n"


@pytest.mark.parametrize("text", ["BMW is a car.\n", "RIFF is a format.\n"])
def test_words_that_begin_like_one_are_words(tmp_path: Path, text: str) -> None:
    assert said(_write(tmp_path, text.encode())) == text
