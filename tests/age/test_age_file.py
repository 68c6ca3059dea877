"""Whole files: there or not there, whatever happens on the way."""

import os
import resource
import stat
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from sekisho.age.errors import HeaderError, NoMatchError, PayloadError
from sekisho.age.file import decrypt_file, encrypt_file
from sekisho.age.x25519 import X25519Identity

OWNER = X25519Identity(bytes(range(32)))
PLAIN = bytes(range(256)) * 2048

SEALING = """
import sys
from pathlib import Path
from sekisho.age.file import encrypt_file
from sekisho.age.x25519 import X25519Identity
source, destination = map(Path, sys.argv[1:])
encrypt_file(source, destination, [X25519Identity.generate().recipient], overwrite=True)
"""


@pytest.fixture
def plain(tmp_path: Path) -> Path:
    path = tmp_path / "plain"
    path.write_bytes(PLAIN)
    return path


@pytest.fixture
def sealed(tmp_path: Path, plain: Path) -> Path:
    path = tmp_path / "sealed"
    encrypt_file(plain, path, [OWNER.recipient])
    return path


@contextmanager
def _disk_of(size: int) -> Iterator[None]:
    """Let this process write no file larger than ``size``: the write that passes it fails, as on a full disk."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def test_a_file_is_sealed_and_opened_for_its_owner_alone(tmp_path: Path, sealed: Path) -> None:
    decrypt_file(sealed, tmp_path / "again", [OWNER])
    assert (tmp_path / "again").read_bytes() == PLAIN
    assert {stat.S_IMODE(path.stat().st_mode) for path in (sealed, tmp_path / "again")} == {0o600}
    assert sorted(os.listdir(tmp_path)) == ["again", "plain", "sealed"]


def test_a_file_that_exists_is_not_overwritten_unasked(plain: Path, sealed: Path) -> None:
    before = sealed.read_bytes()
    with pytest.raises(FileExistsError):
        encrypt_file(plain, sealed, [OWNER.recipient])
    with pytest.raises(FileExistsError):
        decrypt_file(sealed, plain, [OWNER])
    assert (plain.read_bytes(), sealed.read_bytes()) == (PLAIN, before)


def test_a_file_can_take_its_own_place(plain: Path) -> None:
    encrypt_file(plain, plain, [OWNER.recipient], overwrite=True)
    assert plain.read_bytes() != PLAIN
    decrypt_file(plain, plain, [OWNER], overwrite=True)
    assert plain.read_bytes() == PLAIN


@pytest.mark.parametrize("position", [200, 70_000, -1])
def test_a_damaged_file_leaves_the_destination_as_it_was(tmp_path: Path, sealed: Path, position: int) -> None:
    damaged = bytearray(sealed.read_bytes())
    damaged[position] ^= 1
    sealed.write_bytes(damaged)
    (tmp_path / "old").write_bytes(b"old")
    with pytest.raises(PayloadError):
        decrypt_file(sealed, tmp_path / "old", [OWNER], overwrite=True)
    with pytest.raises(PayloadError):
        decrypt_file(sealed, tmp_path / "new", [OWNER])
    assert (tmp_path / "old").read_bytes() == b"old"
    assert sorted(os.listdir(tmp_path)) == ["old", "plain", "sealed"]


def test_a_file_for_somebody_else_leaves_nothing(tmp_path: Path, sealed: Path, plain: Path) -> None:
    with pytest.raises(NoMatchError):
        decrypt_file(sealed, tmp_path / "new", [X25519Identity.generate()])
    with pytest.raises(HeaderError, match="not an age file"):
        decrypt_file(plain, tmp_path / "new", [OWNER])
    with pytest.raises(ValueError, match="recipient"):
        encrypt_file(plain, tmp_path / "new", [])
    assert sorted(os.listdir(tmp_path)) == ["plain", "sealed"]


@pytest.mark.parametrize("size", [100, 70_000, len(PLAIN) - 1])
def test_a_full_disk_leaves_the_destination_as_it_was(tmp_path: Path, plain: Path, sealed: Path, size: int) -> None:
    (tmp_path / "old").write_bytes(b"old")
    with _disk_of(size), pytest.raises(OSError, match="too large"):
        encrypt_file(plain, tmp_path / "old", [OWNER.recipient], overwrite=True)
    with _disk_of(size), pytest.raises(OSError, match="too large"):
        decrypt_file(sealed, tmp_path / "old", [OWNER], overwrite=True)
    assert (tmp_path / "old").read_bytes() == b"old"
    assert sorted(os.listdir(tmp_path)) == ["old", "plain", "sealed"]


def test_a_kill_leaves_the_destination_as_it_was(tmp_path: Path) -> None:
    """The sealing process waits for more plaintext when it is killed; it leaves nothing where a file can do without a name."""
    old = tmp_path / "old"
    old.write_bytes(b"old")
    command = [sys.executable, "-c", SEALING, "/dev/stdin", str(old)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, bufsize=0) as process:
        assert process.stdin is not None
        # More than a pipe holds: when this returns, sealing has begun.
        process.stdin.write(bytes(1 << 20))
        process.kill()
    assert old.read_bytes() == b"old"
    assert os.listdir(tmp_path) == ["old"]
