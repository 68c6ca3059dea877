from pathlib import Path

import pytest
from readers_files import CSV, WORDS, cells_of, compound, faults, said, seen, text_of


def _write(folder: Path, data: bytes) -> Path:
    path = folder / "a.doc"
    path.write_bytes(data)
    return path


def test_an_encrypted_document_is_told(tmp_path: Path) -> None:
    assert faults(_write(tmp_path, compound({"EncryptionInfo": b"x", "EncryptedPackage": b"x"}))) == [
        "readers.encrypted"
    ]


def test_one_that_nobody_knows_is_told(tmp_path: Path) -> None:
    assert faults(_write(tmp_path, compound({"Something": WORDS.encode()}))) == ["readers.unknown"]


def test_what_is_embedded_lies_inside(tmp_path: Path) -> None:
    size = len(CSV).to_bytes(4, "little")
    native = b"\0\0\0\0\2\0list.csv\0C:\\list.csv\0\0\0\3\0" + (4).to_bytes(4, "little") + b"C:\\\0" + size + CSV

    found = seen(_write(tmp_path, compound({"ObjectPool/_1/\x01Ole10Native": native})))

    assert cells_of(found["a.doc!ObjectPool/_1/Ole10Native"]) == CSV.splitlines()[1:]


@pytest.mark.parametrize("keep", [9, 600, 2000])
def test_half_a_container_is_told(tmp_path: Path, keep: int) -> None:
    path = _write(tmp_path, compound({"Something": WORDS.encode()})[:keep])

    assert set(faults(path)) <= {"readers.unknown", "readers.damaged"}
    assert faults(path)


def test_ichitaro_text_is_found_in_a_damaged_one(tmp_path: Path) -> None:
    text = b"SsmgV.01" + b"\x00\x1f" + WORDS.encode("utf-16-be")
    path = _write(tmp_path, b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(700) + text)

    assert faults(path) == ["readers.cut_off"]
    assert [text_of(view) for view in seen(path).values() if not hasattr(view, "error")] in ([], [WORDS + "\n"])


def test_old_workbooks_without_a_cell_are_damaged(tmp_path: Path) -> None:
    assert faults(_write(tmp_path, compound({"Workbook": b"x"}))) == ["readers.damaged"]


def test_the_writer_of_these_tests_writes_long_streams(tmp_path: Path) -> None:
    stream = b"SsmgV.01" + b"\x00\x1f" + (WORDS * 2000).encode("utf-16-be")

    assert said(_write(tmp_path, compound({"DocumentText": stream}))).count(WORDS) == 2000
