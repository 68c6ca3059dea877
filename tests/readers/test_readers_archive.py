import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from readers_files import CSV, WORDS, cells_of, seen, text_of, why

from conftest import need
from sekisho.readers import archive
from sekisho.readers.blob import MemoryBlob


def _packed(folder: Path, *options: str) -> Path:
    need(shutil.which("7zz"), "install 7zip for 7zz")
    (folder / "people.csv").write_bytes(CSV)
    (folder / "住民.txt").write_text(WORDS, encoding="utf-8")
    path = folder / "a.7z"
    command = ["7zz", "a", "-bso0", "-bsp0", *options, path.name, "people.csv", "住民.txt"]
    subprocess.run(command, cwd=folder, check=True)
    return path


def test_members_of_a_7z_are_views(tmp_path: Path) -> None:
    found = seen(_packed(tmp_path))

    assert cells_of(found["a.7z!people.csv"]) == CSV.splitlines()[1:]
    assert text_of(found["a.7z!住民.txt"]) == WORDS


@pytest.mark.parametrize("names", ["off", "on"])
def test_an_encrypted_one_is_told(tmp_path: Path, names: str) -> None:
    found = seen(_packed(tmp_path, "-psecret", f"-mhe={names}"))

    assert {why(view) for view in found.values()} == {"readers.encrypted"}


def test_one_in_memory_is_read_too(tmp_path: Path) -> None:
    inner = _packed(tmp_path).read_bytes()
    (tmp_path / "outer").mkdir()
    path = tmp_path / "outer" / "b.7z"
    (tmp_path / "outer" / "a.7z").write_bytes(inner)
    subprocess.run(["7zz", "a", "-bso0", "-bsp0", path.name, "a.7z"], cwd=path.parent, check=True)

    assert "b.7z!a.7z!people.csv" in seen(path)


@pytest.mark.parametrize("sign", [b"7z\xbc\xaf\x27\x1c", b"Rar!\x1a\x07\x01\x00", b"MSCF", b"\x28\xb5\x2f\xfd"])
def test_nothing_but_a_sign_is_damaged(tmp_path: Path, sign: bytes) -> None:
    path = tmp_path / "x"
    path.write_bytes(sign + bytes(range(200)))

    assert {why(view) for view in seen(path).values()} <= {"readers.damaged", "readers.cut_off"}


def test_without_the_library_it_says_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "libarchive", None)
    path = tmp_path / "a.7z"
    path.write_bytes(b"7z\xbc\xaf\x27\x1c" + bytes(40))

    assert why(seen(path)["a"]) == "readers.no_libarchive"


def test_bytes_of_a_foreign_name_are_japanese() -> None:
    class Entry:
        pathname = "住民.txt".encode("cp932")

    assert archive._name(Entry(), MemoryBlob(Path("a"), "a", b""), "all") == "住民.txt"
