"""Other implementations open what we seal, and we what they seal: Debian's age, pyrage (Rust) and typage (npm)."""

import json
import shutil
import subprocess
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any

import pyrage
import pytest

from conftest import ROOT, need
from sekisho.age.armor import BEGIN
from sekisho.age.decrypt import decrypt
from sekisho.age.file import decrypt_file, encrypt_file
from sekisho.age.filekey import Identity, Recipient
from sekisho.age.mlkem768x25519 import HybridIdentity
from sekisho.age.p256tag import P256Identity
from sekisho.age.payload import CHUNK_SIZE
from sekisho.age.scrypt import ScryptIdentity, ScryptRecipient
from sekisho.age.writer import encrypt
from sekisho.age.x25519 import X25519Identity

OWNER, OTHER = X25519Identity(bytes(range(32))), X25519Identity(bytes(32))
HYBRID = HybridIdentity(bytes(range(32)))
WORDS = "落としても 漏れない"
SIZES = [0, 1, *(chunks * CHUNK_SIZE + off for chunks in (1, 2, 3) for off in (-1, 0, 1))]

TYPAGE = Path(__file__).with_name("typage.mjs")
PACKAGES = ROOT / "opener"

at_every_size = pytest.mark.parametrize("size", SIZES)


@dataclass(frozen=True, slots=True)
class Pair:
    """A recipient and its identity, and how typage is told of each."""

    recipient: Recipient
    identity: Identity
    seal: dict[str, Any]
    open: dict[str, Any]


PAIRS = {
    "X25519": Pair(
        OWNER.recipient,
        OWNER,
        {"recipients": [str(OWNER.recipient)]},
        {"identities": [OWNER.to_secret_text()]},
    ),
    "mlkem768x25519": Pair(
        HYBRID.recipient,
        HYBRID,
        {"recipients": [str(HYBRID.recipient)]},
        {"identities": [HYBRID.to_secret_text()]},
    ),
    "scrypt": Pair(
        ScryptRecipient(WORDS.encode(), work_factor=10),
        ScryptIdentity(WORDS.encode()),
        {"passphrases": [WORDS]},
        {"passphrases": [WORDS]},
    ),
}
KINDS = pytest.mark.parametrize("kind", PAIRS)


@pytest.fixture(scope="module")
def age() -> str:
    program = shutil.which("age")
    need(program, "the program age is not installed: apt-get install age")
    return program or ""


@pytest.fixture(scope="module")
def node() -> str:
    program = shutil.which("node")
    need(program, "node is not installed: apt-get install nodejs npm")
    need((PACKAGES / "node_modules" / "age-encryption").is_dir(), "run: npm --prefix opener ci --ignore-scripts")
    return program or ""


@pytest.fixture
def key_file(tmp_path: Path) -> Path:
    path = tmp_path / "key.txt"
    path.write_text(OWNER.to_secret_text() + "\n")
    return path


def _plaintext(size: int) -> bytes:
    return (bytes(range(251)) * (size // 251 + 1))[:size]


def _seal(folder: Path, size: int, *, armored: bool = False) -> Path:
    (folder / "plain").write_bytes(_plaintext(size))
    encrypt_file(folder / "plain", folder / "sealed", [OTHER.recipient, OWNER.recipient], armored=armored)
    return folder / "sealed"


def _open(folder: Path, sealed: bytes) -> bytes:
    (folder / "theirs").write_bytes(sealed)
    decrypt_file(folder / "theirs", folder / "opened", [OTHER, OWNER])
    return (folder / "opened").read_bytes()


def _sealed_to(recipient: Recipient, plaintext: bytes) -> bytes:
    made = BytesIO()
    with encrypt(made, [recipient]) as writer:
        writer.write(plaintext)
    return made.getvalue()


def _opened_by(identity: Identity, sealed: bytes) -> bytes:
    opened = BytesIO()
    decrypt(BytesIO(sealed), opened, [identity])
    return opened.getvalue()


def _typage(node: str, jobs: list[dict[str, Any]]) -> list[str]:
    """Have typage do all of these in one process."""
    told = json.dumps([{name: _plain(value) for name, value in job.items()} for job in jobs])
    done = subprocess.run([node, str(TYPAGE), str(PACKAGES)], input=told, capture_output=True, check=True, text=True)
    return done.stdout.splitlines()


def _plain(value: object) -> object:
    return str(value) if isinstance(value, Path) else value


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


@at_every_size
def test_armor_goes_both_ways_with_age(tmp_path: Path, age: str, key_file: Path, size: int) -> None:
    sealed = _seal(tmp_path, size, armored=True)
    opened = subprocess.run([age, "-d", "-i", str(key_file), str(sealed)], capture_output=True, check=True)
    assert opened.stdout == _plaintext(size)
    command = [age, "-a", "-r", str(OWNER.recipient)]
    theirs = subprocess.run(command, input=_plaintext(size), capture_output=True, check=True).stdout
    assert theirs.startswith(BEGIN)
    assert _open(tmp_path, theirs) == _plaintext(size)


@KINDS
def test_typage_opens_what_we_seal(tmp_path: Path, node: str, kind: str) -> None:
    pair = PAIRS[kind]
    jobs = []
    for size in SIZES:
        (tmp_path / f"{size}.age").write_bytes(_sealed_to(pair.recipient, _plaintext(size)))
        jobs.append({"task": "open", "source": tmp_path / f"{size}.age", "destination": tmp_path / f"{size}"})
    assert _typage(node, [job | pair.open for job in jobs]) == ["done"] * len(SIZES)
    assert [(tmp_path / f"{size}").read_bytes() == _plaintext(size) for size in SIZES] == [True] * len(SIZES)


@KINDS
def test_we_open_what_typage_seals(tmp_path: Path, node: str, kind: str) -> None:
    pair = PAIRS[kind]
    jobs = []
    for size in SIZES:
        (tmp_path / f"{size}").write_bytes(_plaintext(size))
        job = {"task": "seal", "source": tmp_path / f"{size}", "destination": tmp_path / f"{size}.age"}
        jobs.append(job | {"armor": size % 2 == 1})
    assert _typage(node, [job | pair.seal for job in jobs]) == ["done"] * len(SIZES)
    for size in SIZES:
        assert _opened_by(pair.identity, (tmp_path / f"{size}.age").read_bytes()) == _plaintext(size)


def test_typage_refuses_what_was_altered_or_is_for_somebody_else(tmp_path: Path, node: str) -> None:
    sealed = _sealed_to(HYBRID.recipient, b"text")
    jobs = []
    for name, data in {"good": sealed, "bad": sealed[:-1] + bytes([sealed[-1] ^ 1])}.items():
        (tmp_path / name).write_bytes(data)
        job = {"task": "open", "source": tmp_path / name, "destination": tmp_path / "out"}
        jobs += [job | PAIRS["mlkem768x25519"].open, job | PAIRS["X25519"].open]
    said = _typage(node, jobs)
    assert [each.partition(":")[0] for each in said] == ["done", "refused", "refused", "refused"]


@at_every_size
def test_we_open_what_others_seal_to_our_p256_key(tmp_path: Path, node: str, size: int) -> None:
    identity = P256Identity.generate()
    theirs = pyrage.encrypt(_plaintext(size), [pyrage.tag.Recipient.from_str(str(identity.recipient))])
    assert _opened_by(identity, theirs) == _plaintext(size)
    (tmp_path / "plain").write_bytes(_plaintext(size))
    job = {"task": "seal", "source": tmp_path / "plain", "destination": tmp_path / "sealed"}
    assert _typage(node, [job | {"recipients": [str(identity.recipient)]}]) == ["done"]
    assert _opened_by(identity, (tmp_path / "sealed").read_bytes()) == _plaintext(size)


def test_a_passphrase_goes_both_ways_with_pyrage() -> None:
    sealed = _sealed_to(PAIRS["scrypt"].recipient, b"text")
    assert pyrage.passphrase.decrypt(sealed, WORDS) == b"text"
    assert _opened_by(PAIRS["scrypt"].identity, pyrage.passphrase.encrypt(b"text", WORDS)) == b"text"


def _typing(words: str, command: str, folder: Path) -> None:
    """Run a command on a terminal of its own, where ``words`` are typed."""
    script = shutil.which("script")
    need(script, "the program script is not installed: apt-get install bsdutils")
    run = [script or "", "-qec", command, "/dev/null"]
    subprocess.run(run, input=words.encode(), cwd=folder, capture_output=True, check=True)


def test_a_passphrase_goes_both_ways_with_age(tmp_path: Path, age: str) -> None:
    (tmp_path / "plain").write_bytes(b"text")
    _typing("three words\n" * 2, f"{age} -p -o theirs plain", tmp_path)
    decrypt_file(tmp_path / "theirs", tmp_path / "opened", [ScryptIdentity(b"three words")])
    assert (tmp_path / "opened").read_bytes() == b"text"
    encrypt_file(tmp_path / "plain", tmp_path / "ours", [ScryptRecipient(b"three words", work_factor=10)])
    _typing("three words\n", f"{age} -d -o again ours", tmp_path)
    assert (tmp_path / "again").read_bytes() == b"text"


def test_age_opens_with_a_file_of_identities_that_we_sealed(tmp_path: Path, age: str, key_file: Path) -> None:
    encrypt_file(key_file, tmp_path / "key.age", [ScryptRecipient(b"three words", work_factor=10)])
    _seal(tmp_path, 100)
    _typing("three words\n", f"{age} -d -i key.age -o again sealed", tmp_path)
    assert (tmp_path / "again").read_bytes() == _plaintext(100)


def test_a_new_identity_has_the_recipient_that_age_gives_it(tmp_path: Path) -> None:
    keygen = shutil.which("age-keygen")
    need(keygen, "the program age-keygen is not installed: apt-get install age")
    identity = X25519Identity.generate()
    (tmp_path / "key").write_text(identity.to_secret_text() + "\n")
    shown = subprocess.run([keygen or "", "-y", str(tmp_path / "key")], capture_output=True, check=True, text=True)
    assert shown.stdout.strip() == str(identity.recipient)
