"""Texts and files of keys: each kind by its text, files with comments, sealed ones, and no secret in what is said."""

import base64
import subprocess
import sys
from io import BytesIO
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sekisho.age import bech32, keys
from sekisho.age.armor import ArmorWriter
from sekisho.age.errors import AgeError, HeaderError, KeyTextError, PassphraseError
from sekisho.age.mlkem768x25519 import HybridIdentity
from sekisho.age.p256tag import P256Identity
from sekisho.age.scrypt import ScryptRecipient
from sekisho.age.writer import encrypt
from sekisho.age.x25519 import X25519Identity

CLASSIC, HYBRID, TAGGED = X25519Identity(bytes(range(32))), HybridIdentity(bytes(range(32))), P256Identity.generate()
SSH = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIDtqJ7zOtqQtYqOo0CpvDXNlMhV3HeJDpjrASKGLWdop"
FILE = f"# made by hand\n\n  {CLASSIC.to_secret_text()}\r\n#{'x' * 90}\n{HYBRID.to_secret_text()}\n"


def _sealed(text: bytes, *, armored: bool = False) -> bytes:
    made = BytesIO()
    with encrypt(made, [ScryptRecipient(b"words", work_factor=5)]) as writer:
        writer.write(text)
    if not armored:
        return made.getvalue()
    lines = BytesIO()
    with ArmorWriter(lines) as armor:
        armor.write(made.getvalue())
    return lines.getvalue()


@pytest.mark.parametrize(
    "text",
    [str(CLASSIC.recipient), str(HYBRID.recipient), str(TAGGED.recipient), SSH],
    ids=["age1", "age1pq1", "age1tag1", "ssh"],
)
def test_a_recipient_of_each_kind_is_known_by_its_text(text: str) -> None:
    assert str(keys.recipient_from_text(text)) == text


@pytest.mark.parametrize("identity", [CLASSIC, HYBRID])
def test_an_identity_of_each_kind_is_known_by_its_text(identity: X25519Identity | HybridIdentity) -> None:
    found = keys.identity_from_text(identity.to_secret_text())
    assert found.unwrap(identity.recipient.wrap(bytes(16))) == bytes(16)


@given(st.text(max_size=80))
def test_no_text_makes_it_fail_in_another_way(text: str) -> None:
    for given_text in (text, "ssh-ed25519 " + text, "age1" + text, "AGE-SECRET-KEY-" + text):
        for read in (keys.recipient_from_text, keys.identity_from_text):
            with pytest.raises(KeyTextError):
                read(given_text)


@given(st.binary(max_size=200))
def test_no_file_makes_it_fail_in_another_way(data: bytes) -> None:
    openssh = b"-----BEGIN OPENSSH PRIVATE KEY-----\n%s\n-----END OPENSSH PRIVATE KEY-----\n"
    for file in (
        data,
        b"-----BEGIN RSA PRIVATE KEY-----\n" + data,
        openssh % data,
        openssh % base64.b64encode(b"openssh-key-v1\0" + data),
    ):
        with pytest.raises(AgeError):
            keys.parse_identities(file, passphrase=lambda: b"words")


def test_the_other_half_is_not_taken() -> None:
    with pytest.raises(KeyTextError):
        keys.recipient_from_text(CLASSIC.to_secret_text())
    with pytest.raises(KeyTextError):
        keys.identity_from_text(str(CLASSIC.recipient))
    with pytest.raises(KeyTextError):
        keys.recipient_from_text(str(CLASSIC.recipient).upper())


@pytest.mark.parametrize("armored", [False, True])
def test_files_hold_comments_and_may_be_sealed(tmp_path: Path, armored: bool) -> None:
    (tmp_path / "plain").write_text(FILE, encoding="ascii")
    (tmp_path / "sealed").write_bytes(_sealed(FILE.encode(), armored=armored))
    for name in ("plain", "sealed"):
        first, second = keys.read_identities(tmp_path / name, passphrase=lambda: b"words")
        assert first.unwrap(CLASSIC.recipient.wrap(bytes(16))) == bytes(16)
        assert second.unwrap(HYBRID.recipient.wrap(bytes(16))) == bytes(16)
    with pytest.raises(PassphraseError):
        keys.read_identities(tmp_path / "sealed", passphrase=lambda: b"others")
    with pytest.raises(KeyTextError, match="nobody is there to ask"):
        keys.read_identities(tmp_path / "sealed")


def test_a_sealed_file_that_is_damaged_or_not_for_a_passphrase_says_so() -> None:
    with pytest.raises(AgeError):
        keys.parse_identities(_sealed(FILE.encode())[:-1], passphrase=lambda: b"words")
    with pytest.raises(HeaderError):
        keys.parse_identities(b"age-encryption.org/v1\n", passphrase=lambda: b"words")


def test_files_of_recipients(tmp_path: Path) -> None:
    (tmp_path / "those").write_text(f"# those\n{CLASSIC.recipient}\n\n{SSH} somebody\n", encoding="ascii")
    assert [str(each) for each in keys.read_recipients(tmp_path / "those")] == [str(CLASSIC.recipient), SSH]


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "holds no key"),
        (b"# only\n", "holds no key"),
        (b"\xff\xfe", "not a file of keys"),
        (b"# x\n" + CLASSIC.to_secret_text().lower().encode(), "line 2"),
        (b"\n" * (keys.LARGEST + 1), "too large"),
    ],
)
def test_a_file_that_holds_something_else_is_refused_without_repeating_it(
    tmp_path: Path, data: bytes, reason: str
) -> None:
    (tmp_path / "file").write_bytes(data)
    for read in (keys.read_identities, keys.read_recipients):
        with pytest.raises(KeyTextError, match=reason) as caught:
            read(tmp_path / "file")
        assert CLASSIC.to_secret_text()[20:40].lower() not in str(caught.value).lower()


def test_a_plugin_is_looked_for_when_it_is_needed_and_not_when_its_name_is_read() -> None:
    recipient = keys.recipient_from_text(bech32.encode("age1nosuch", b"x"))
    assert str(recipient) == bech32.encode("age1nosuch", b"x")
    with pytest.raises(AgeError):
        recipient.wrap(bytes(16))


def test_nothing_but_python_is_loaded_for_a_key_alone() -> None:
    loaded = "import sys; import sekisho.age.keys; print(sum(name.startswith('sekisho.') and '.age' not in name and name != 'sekisho.files' for name in sys.modules))"
    done = subprocess.run([sys.executable, "-c", loaded], capture_output=True, check=True, text=True)
    assert done.stdout.strip() == "0"
