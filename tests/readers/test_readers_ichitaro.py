import struct
from pathlib import Path

import pytest
from readers_files import WORDS, compound, faults, said

from sekisho.readers.ichitaro import salvaged, text_of


def _units(*parts: str | int) -> bytes:
    return b"".join(part.encode("utf-16-be") if isinstance(part, str) else struct.pack(">H", part) for part in parts)


def _stream(*parts: str | int) -> bytes:
    content = _units(*parts)
    return b"SsmgV.01" + bytes(12) + b"TextV.01" + struct.pack(">I", len(content) // 2) + content


def test_text_is_read_up_to_the_end_that_is_stated(tmp_path: Path) -> None:
    path = tmp_path / "a.jtd"
    path.write_bytes(compound({"DocumentText": _stream(WORDS, 0x0D, "次") + _units(0x1F, "書式")}))

    assert said(path) == f"{WORDS}\n次\n"


def test_frames_and_notes_count(tmp_path: Path) -> None:
    path = tmp_path / "a.jtd"
    path.write_bytes(
        compound({"DocumentText": _stream("本文"), "LayoutBoxText": _stream("枠"), "Footnote": _stream("脚注")})
    )

    assert said(path) == "本文\n枠\n脚注\n"


def test_without_a_block_text_begins_behind_its_mark() -> None:
    stream = b"SsmgV.01" + _units("字", 0x1C, 0x41, 0x1F, "山田", 0x1C, 0x42, 0x1F, "太郎")

    assert text_of(stream) == ["山田太郎"]


def test_how_a_name_is_read_aloud_does_not_cut_it() -> None:
    ruby = (0x1C, 1, 7, 0, 1, 0x82, 0x1D, "やまだ", 0x1E)
    base = (0x1C, 1, 7, 0, 0, 3, 0x1D, "山田", 0x1E)

    assert text_of(_stream("氏名 ", *base, *ruby, "太郎")) == ["氏名 山田太郎", "やまだ"]


def test_pages_are_lines_and_characters_beyond_the_plane_stay_whole() -> None:
    assert text_of(_stream("一", 0x0C, "𠮷田")) == ["一", "𠮷田"]


def test_text_in_the_ruins_is_found() -> None:
    assert salvaged(b"x" * 9 + _stream(WORDS) + b"SsmgV.01" + _units(0x1F, "二")) == [WORDS, "二"]


def test_a_packed_one_holds_a_whole_document(tmp_path: Path) -> None:
    path = tmp_path / "a.jttc"
    inner = compound({"DocumentText": _stream(WORDS)})
    path.write_bytes(compound({"JSCompDocument": b"\x26\0JustCompressedDocument\0" + _lzh(inner)}))

    assert said(path) == WORDS + "\n"


@pytest.mark.parametrize("packed", [b"x", b"-lh5-", b"\x20\x00-lh5-" + bytes(40)])
def test_a_packed_one_that_is_damaged_is_told(tmp_path: Path, packed: bytes) -> None:
    path = tmp_path / "a.jttc"
    path.write_bytes(compound({"JSCompDocument": packed}))

    assert faults(path)


def _lzh(content: bytes) -> bytes:
    """Return an LZH member (header level 0) packed by the plainest LH5: every byte a literal of eight bits."""
    bits = list[str]()
    for start in range(0, len(content), 0xFFFF):
        block = content[start : start + 0xFFFF]
        bits.append(f"{len(block):016b}")
        # Code lengths of the code lengths: none is coded, all are one (10, which means a length of 8).
        bits.append(f"{0:05b}{10:05b}")
        bits.append(f"{256:09b}")
        bits.append(f"{0:04b}{0:04b}")  # no distances: the one code for them is 0
        bits.extend(f"{byte:08b}" for byte in block)
    stream = "".join(bits)
    packed = int(stream.ljust(-(-len(stream) // 8) * 8, "0"), 2).to_bytes(-(-len(stream) // 8), "big")
    name = b"a.jtd"
    body = b"-lh5-" + struct.pack("<IIIBB", len(packed), len(content), 0, 0x20, 0) + bytes([len(name)]) + name
    body += struct.pack("<H", _crc16(content))
    return bytes([len(body), sum(body) & 0xFF]) + body + packed + b"\0"


def _crc16(data: bytes) -> int:
    crc = 0
    for byte in data:
        crc ^= byte
        for _ in range(8):
            crc = crc >> 1 ^ (0xA001 if crc & 1 else 0)
    return crc
