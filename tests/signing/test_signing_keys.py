"""A key comes back as it was saved, to who knows its passphrase, and is never shown."""

import base64
import contextlib
import stat
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed448, rsa, x25519
from cryptography.hazmat.primitives.asymmetric.types import PrivateKeyTypes
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from signing_keys import SIGNER, SIGNER_LINE, ssh_keygen

from sekisho.errors import Misuse, NoKey, NotFound, SekishoError, Unreadable
from sekisho.signing.keys import PublicKey, SigningKey, generate, load, parse_public, save

PASSPHRASE = "正しい馬 battery".encode()
AES_256_CBC = bytes.fromhex("060960864801650304012a")


def never_asked(path: Path) -> bytes:
    raise AssertionError(f"asked for the passphrase of {path}")


def _passphrase(_: Path) -> bytes:
    return PASSPHRASE


def _problem(path: Path) -> SekishoError:
    with pytest.raises(SekishoError) as caught:
        load(path, passphrase=_passphrase)
    return caught.value


@pytest.fixture
def locked(tmp_path: Path) -> Path:
    save(SIGNER, tmp_path / "担当.key", passphrase=PASSPHRASE)
    return tmp_path / "担当.key"


def test_an_unlocked_key_comes_back_without_a_question(tmp_path: Path) -> None:
    save(SIGNER, tmp_path / "key", passphrase=None)
    assert load(tmp_path / "key", passphrase=never_asked).public == SIGNER.public


def test_a_locked_key_comes_back_for_its_passphrase(locked: Path) -> None:
    asked = list[Path]()

    def ask(path: Path) -> bytes:
        asked.append(path)
        return PASSPHRASE

    assert load(locked, passphrase=ask).public == SIGNER.public
    assert asked == [locked]
    assert b"ENCRYPTED" in locked.read_bytes()


def test_a_key_file_is_for_its_owner_alone_and_never_overwritten(locked: Path) -> None:
    before = locked.read_bytes()
    assert stat.S_IMODE(locked.stat().st_mode) == 0o600
    with pytest.raises(FileExistsError):
        save(generate(), locked, passphrase=None)
    assert locked.read_bytes() == before


@pytest.mark.parametrize("wrong", [b"", b"battery", PASSPHRASE + b" ", b"x" * 5000])
def test_a_wrong_passphrase_is_told_as_such(locked: Path, wrong: bytes) -> None:
    with pytest.raises(NoKey) as caught:
        load(locked, passphrase=lambda _: wrong)
    assert caught.value.key == "signing.wrong_passphrase"


@pytest.mark.parametrize("passphrase", [b"", b"x" * 1024])
def test_a_passphrase_that_cannot_lock_leaves_no_key_behind(tmp_path: Path, passphrase: bytes) -> None:
    """An empty one is not taken for the wish to have none."""
    with pytest.raises(Misuse) as caught:
        save(SIGNER, tmp_path / "key", passphrase=passphrase)
    assert caught.value.key == "signing.passphrase_length"
    assert not (tmp_path / "key").exists()


def test_the_longest_passphrase_still_locks(tmp_path: Path) -> None:
    save(SIGNER, tmp_path / "key", passphrase=b"x" * 1023)
    assert load(tmp_path / "key", passphrase=lambda _: b"x" * 1023).public == SIGNER.public


def test_a_file_that_is_not_there_and_a_folder_are_told_apart(tmp_path: Path) -> None:
    missing, folder = _problem(tmp_path / "none"), _problem(tmp_path)
    assert (type(missing), missing.key) == (NotFound, "signing.no_key_file")
    assert (type(folder), folder.key) == (Unreadable, "signing.unreadable_key")


FOREIGN: dict[str, PrivateKeyTypes] = {
    "rsa": rsa.generate_private_key(public_exponent=65537, key_size=2048),
    "p256": ec.generate_private_key(ec.SECP256R1()),
    "ed448": ed448.Ed448PrivateKey.generate(),
    "x25519": x25519.X25519PrivateKey.generate(),
}


@pytest.mark.parametrize("kind", FOREIGN)
def test_a_key_of_another_kind_cannot_sign(tmp_path: Path, kind: str) -> None:
    pem = FOREIGN[kind].private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    (tmp_path / "key").write_bytes(pem)
    assert _problem(tmp_path / "key").key == "signing.not_a_signing_key"


@pytest.mark.parametrize("content", [b"", "鍵".encode("cp932"), b"-----BEGIN PRIVATE KEY-----\n", SIGNER_LINE.encode()])
def test_what_is_no_key_is_unreadable(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "key").write_bytes(content)
    assert isinstance(_problem(tmp_path / "key"), Unreadable)


def test_a_locked_key_of_a_kind_nobody_knows_is_unreadable(locked: Path) -> None:
    """In CBC mode a bit changed in the initial vector is a bit changed in the first block: here the kind of key."""
    lines = locked.read_text(encoding="ascii").splitlines()
    der = bytearray(base64.b64decode("".join(lines[1:-1])))
    vector = der.index(AES_256_CBC) + len(AES_256_CBC) + 2
    der[vector + 11] ^= 0x70 ^ 0x77  # 1.3.101.112 is Ed25519, 1.3.101.119 nothing
    locked.write_text(f"{lines[0]}\n{base64.encodebytes(der).decode()}{lines[-1]}\n", encoding="ascii")
    assert _problem(locked).key == "signing.not_a_signing_key"


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
@given(st.data())
def test_a_damaged_key_file_is_told_and_nothing_else(locked: Path, data: st.DataObject) -> None:
    pem = bytearray(locked.read_bytes())
    damaged = locked.with_name("damaged")
    pem[data.draw(st.integers(0, len(pem) - 1))] = data.draw(st.integers(0, 255))
    damaged.write_bytes(pem)
    with contextlib.suppress(NoKey, Unreadable):
        load(damaged, passphrase=_passphrase)


def test_a_private_key_never_shows() -> None:
    raw = SIGNER.key.private_bytes_raw()
    assert repr(SIGNER) == "SigningKey()"
    assert raw.hex() not in str(SIGNER)


def test_two_keys_are_two_people() -> None:
    assert generate().public.id != generate().public.id


def test_a_public_key_is_written_and_named_as_openssh_does(tmp_path: Path) -> None:
    """The id is the beginning of the fingerprint that every ssh program shows, in hex."""
    (tmp_path / "pub").write_text(f"{SIGNER.public.line} comment\n", encoding="ascii")
    shown = ssh_keygen("-l", "-E", "sha256", "-f", tmp_path / "pub").stdout.decode()
    fingerprint = base64.b64decode(shown.split()[1].removeprefix("SHA256:") + "=")
    assert SIGNER.public.line == SIGNER_LINE
    assert SIGNER.public.id == fingerprint[:8].hex()


@pytest.mark.parametrize("line", [SIGNER_LINE, f"{SIGNER_LINE} 市役所 一郎", f"  {SIGNER_LINE}\r\n"])
def test_a_public_line_reads_back_whatever_comment_it_has(line: str) -> None:
    assert parse_public(line) == SIGNER.public


def _line(blob: bytes, kind: str = "ssh-ed25519") -> str:
    return f"{kind} {base64.b64encode(blob).decode()}"


BLOB = SIGNER.public.blob


@pytest.mark.parametrize(
    "line",
    [
        "",
        "ssh-ed25519",
        "ssh-ed25519 鍵",
        "ssh-ed25519 AAAA!",
        _line(BLOB, "ssh-rsa"),
        _line(BLOB[:-1]),
        _line(BLOB + b"\x00"),
        _line(b"\x00" + BLOB),
        _line(BLOB.replace(b"ed25519", b"ed25518")),
        _line(SIGNER.public.raw),
    ],
)
def test_what_is_no_public_line_is_refused(line: str) -> None:
    with pytest.raises(Unreadable) as caught:
        parse_public(line)
    assert caught.value.key == "signing.not_a_public_key"


@given(st.text())
def test_no_text_is_a_public_line_by_chance(text: str) -> None:
    with pytest.raises(Unreadable):
        parse_public(text)


@given(st.binary(min_size=32, max_size=32))
def test_any_public_key_reads_back_from_its_line(raw: bytes) -> None:
    assert parse_public(PublicKey(raw).line).raw == raw


def test_a_signing_key_signs_for_its_public_half(locked: Path) -> None:
    key: SigningKey = load(locked, passphrase=_passphrase)
    key.public.key().verify(key.key.sign(b"statement"), b"statement")
