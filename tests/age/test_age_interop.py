"""Other implementations open what we seal, and we what they seal."""

import shutil
import subprocess
from pathlib import Path

import pyrage
import pytest

from conftest import need
from sekisho.age.file import decrypt_file, encrypt_file
from sekisho.age.payload import CHUNK_SIZE
from sekisho.age.x25519 import X25519Identity

OWNER, OTHER = X25519Identity(bytes(range(32))), X25519Identity(bytes(32))
SIZES = [0, 1, *(chunks * CHUNK_SIZE + off for chunks in (1, 2, 3) for off in (-1, 0, 1))]

at_every_size = pytest.mark.parametrize("size", SIZES)


@pytest.fixture(scope="module")
def age() -> str:
    program = shutil.which("age")
    need(program, "the program age is not installed: apt-get install age")
    return program or ""


@pytest.fixture
def key_file(tmp_path: Path) -> Path:
    path = tmp_path / "key.txt"
    path.write_text(OWNER.to_secret_text() + "\n")
    return path


def _plaintext(size: int) -> bytes:
    return (bytes(range(251)) * (size // 251 + 1))[:size]


def _seal(folder: Path, size: int) -> Path:
    (folder / "plain").write_bytes(_plaintext(size))
    encrypt_file(folder / "plain", folder / "sealed", [OTHER.recipient, OWNER.recipient])
    return folder / "sealed"


def _open(folder: Path, sealed: bytes) -> bytes:
    (folder / "theirs").write_bytes(sealed)
    decrypt_file(folder / "theirs", folder / "opened", [OTHER, OWNER])
    return (folder / "opened").read_bytes()


@at_every_size
def test_pyrage_opens_what_we_seal(tmp_path: Path, size: int) -> None:
    identity = pyrage.x25519.Identity.from_str(OWNER.to_secret_text())
    assert pyrage.decrypt(_seal(tmp_path, size).read_bytes(), [identity]) == _plaintext(size)


@at_every_size
def test_we_open_what_pyrage_seals(tmp_path: Path, size: int) -> None:
    recipient = pyrage.x25519.Recipient.from_str(str(OWNER.recipient))
    assert _open(tmp_path, pyrage.encrypt(_plaintext(size), [recipient])) == _plaintext(size)


@at_every_size
def test_age_opens_what_we_seal(tmp_path: Path, age: str, key_file: Path, size: int) -> None:
    sealed = _seal(tmp_path, size)
    opened = subprocess.run([age, "-d", "-i", str(key_file), str(sealed)], capture_output=True, check=True)
    assert opened.stdout == _plaintext(size)


@at_every_size
def test_we_open_what_age_seals(tmp_path: Path, age: str, size: int) -> None:
    command = [age, "-r", str(OWNER.recipient)]
    sealed = subprocess.run(command, input=_plaintext(size), capture_output=True, check=True)
    assert _open(tmp_path, sealed.stdout) == _plaintext(size)


def test_a_new_identity_has_the_recipient_that_age_gives_it(tmp_path: Path) -> None:
    keygen = shutil.which("age-keygen")
    need(keygen, "the program age-keygen is not installed: apt-get install age")
    identity = X25519Identity.generate()
    (tmp_path / "key").write_text(identity.to_secret_text() + "\n")
    shown = subprocess.run([keygen or "", "-y", str(tmp_path / "key")], capture_output=True, check=True, text=True)
    assert shown.stdout.strip() == str(identity.recipient)
