import struct
from pathlib import Path

from readers_files import WORDS, compound, faults, said


def _word(*pieces: tuple[str, bool], flags: int = 0x0200) -> bytes:
    """Return a Word file whose text is in pieces, of bytes or of units of 16 bits."""
    document, ends, places = bytearray(2048), [0], list[int]()
    for text, is_bytes in pieces:
        content = text.encode("cp1252" if is_bytes else "utf-16-le")
        places.append(2 * len(document) | 0x4000_0000 if is_bytes else len(document))
        document += content
        ends.append(ends[-1] + len(text))
    listed = struct.pack(f"<{len(ends)}I", *ends) + b"".join(struct.pack("<HIH", 0, place, 0) for place in places)
    table = b"\x01\x02\x00\xff\xff" + b"\x02" + struct.pack("<I", len(listed)) + listed
    struct.pack_into("<H", document, 0x0A, flags)
    struct.pack_into("<II", document, 0x01A2, 0, len(table))
    return compound({"WordDocument": bytes(document), "1Table": table})


def _write(folder: Path, data: bytes) -> Path:
    path = folder / "a.doc"
    path.write_bytes(data)
    return path


def test_pieces_are_read_in_the_order_of_the_text(tmp_path: Path) -> None:
    path = _write(
        tmp_path, _word((WORDS + "\r", False), ("Tel: 090\x1e0000\r", True), ("氏名\x07山田\x07\x07\r", False))
    )

    assert said(path) == f"{WORDS}\nTel: 090-0000\n氏名\t山田\t\t\n\n"


def test_what_a_field_says_and_shows_is_read(tmp_path: Path) -> None:
    assert "taro@example.jp" in said(
        _write(tmp_path, _word(("\x13HYPERLINK mailto:taro@example.jp\x14here\x15\r", True)))
    )


def test_an_encrypted_one_is_told(tmp_path: Path) -> None:
    assert faults(_write(tmp_path, _word(("x", True), flags=0x0300))) == ["readers.encrypted"]


def test_a_damaged_one_is_told(tmp_path: Path) -> None:
    assert faults(_write(tmp_path, compound({"WordDocument": bytes(10)}))) == ["readers.damaged"]


def test_slides_are_read(tmp_path: Path) -> None:
    units, narrow = WORDS.encode("utf-16-le"), b"Tel 090"
    inside = struct.pack("<HHI", 0, 0x0FA0, len(units)) + units + struct.pack("<HHI", 0, 0x0FA8, len(narrow)) + narrow
    content = struct.pack("<HHI", 0xF, 0x03EE, len(inside)) + inside

    text = said(_write(tmp_path, compound({"PowerPoint Document": content})))

    assert text.splitlines()[:2] == [WORDS, "Tel 090"]


def test_encrypted_slides_are_told(tmp_path: Path) -> None:
    user = struct.pack("<8xIII", 20, 0xF3D1C4DF, 0)

    assert faults(_write(tmp_path, compound({"PowerPoint Document": b"x", "Current User": user}))) == [
        "readers.encrypted"
    ]
