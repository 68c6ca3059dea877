"""SSH keys: made by ssh-keygen, sealed to and opened both ways with Debian's age and pyrage, locked ones too."""

import base64
import shutil
import subprocess
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

import pyrage
import pytest
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, generate_private_key
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key as generate_rsa

from conftest import need
from sekisho.age import keys, ssh, unpadded
from sekisho.age.decrypt import decrypt
from sekisho.age.errors import HeaderError, KeyTextError, PassphraseError
from sekisho.age.filekey import Identity, Recipient
from sekisho.age.stanza import Stanza
from sekisho.age.writer import encrypt

FILE_KEY = bytes(range(16))
ED25519 = ssh.SshEd25519Identity(Ed25519PrivateKey.from_private_bytes(bytes(range(32))))
RSA = ssh.SshRsaIdentity(generate_rsa(65537, 2048))
WORDS = "ひらけ ごま"

KINDS = {
    "ed25519": ["-t", "ed25519"],
    "rsa": ["-t", "rsa", "-b", "2048"],
    "pem": ["-t", "rsa", "-b", "2048", "-m", "PEM"],
}


@dataclass(frozen=True, slots=True)
class Keys:
    """A pair of files as ssh-keygen makes them."""

    private: Path
    locked: bool

    @property
    def public(self) -> Path:
        return self.private.with_name(f"{self.private.name}.pub")

    @property
    def recipient(self) -> Recipient:
        (recipient,) = keys.read_recipients(self.public)
        return recipient

    def identity(self, passphrase: str = WORDS) -> Identity:
        (identity,) = keys.read_identities(self.private, passphrase=passphrase.encode)
        return identity


@pytest.fixture(scope="module", params=[(kind, locked) for kind in KINDS for locked in (False, True)], ids=str)
def made(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Keys:
    program = shutil.which("ssh-keygen")
    need(program, "the program ssh-keygen is not installed: apt-get install openssh-client")
    kind, locked = request.param
    path = tmp_path_factory.mktemp("ssh") / "key"
    words = WORDS if locked else ""
    command = [program or "", "-q", *KINDS[kind], "-N", words, "-C", "invented", "-f", str(path)]
    subprocess.run(command, check=True)
    return Keys(path, locked)


def _sealed_to(recipient: Recipient) -> bytes:
    made = BytesIO()
    with encrypt(made, [recipient]) as writer:
        writer.write(b"text")
    return made.getvalue()


def _opened_by(identity: Identity, sealed: bytes) -> bytes:
    opened = BytesIO()
    decrypt(BytesIO(sealed), opened, [identity])
    return opened.getvalue()


def test_what_is_sealed_to_the_public_file_opens_with_the_private_one(made: Keys) -> None:
    assert _opened_by(made.identity(), _sealed_to(made.recipient)) == b"text"


def test_age_goes_both_ways(made: Keys) -> None:
    program = shutil.which("age")
    need(program, "the program age is not installed: apt-get install age")
    command = [program or "", "-R", str(made.public)]
    theirs = subprocess.run(command, input=b"theirs", capture_output=True, check=True).stdout
    assert _opened_by(made.identity(), theirs) == b"theirs"
    if not made.locked:  # age asks on a terminal
        command = [program or "", "-d", "-i", str(made.private)]
        opened = subprocess.run(command, input=_sealed_to(made.recipient), capture_output=True, check=True)
        assert opened.stdout == b"text"


def test_pyrage_goes_both_ways(made: Keys) -> None:
    theirs = pyrage.encrypt(b"theirs", [pyrage.ssh.Recipient.from_str(made.public.read_text(encoding="ascii"))])
    assert _opened_by(made.identity(), theirs) == b"theirs"
    if not made.locked:  # pyrage takes none
        identity = pyrage.ssh.Identity.from_buffer(made.private.read_bytes())
        assert pyrage.decrypt(_sealed_to(made.recipient), [identity]) == b"text"


def test_a_wrong_passphrase_is_told_from_a_wrong_key(made: Keys) -> None:
    if made.locked:
        with pytest.raises(PassphraseError):
            _opened_by(made.identity("wrong"), _sealed_to(made.recipient))
        with pytest.raises(KeyTextError, match="nobody is there to ask"):
            keys.read_identities(made.private)


def test_a_passphrase_is_asked_for_only_for_a_file_to_that_key(made: Keys) -> None:
    """The old PEM form does not show the public key, so there it is asked for when the file is read."""
    asked: list[bool] = []

    def ask() -> bytes:
        asked.append(True)
        return WORDS.encode()

    (identity,) = keys.read_identities(made.private, passphrase=ask)
    at_once = made.locked and b"OPENSSH" not in made.private.read_bytes()
    assert asked == [True] * at_once
    assert identity.unwrap([*ED25519.recipient.wrap(FILE_KEY), *RSA.recipient.wrap(FILE_KEY)]) is None
    assert asked == [True] * at_once
    for _ in range(2):
        assert identity.unwrap(made.recipient.wrap(FILE_KEY)) == FILE_KEY
    assert asked == [True] * made.locked


def test_without_bcrypt_a_locked_key_is_refused_with_a_word_on_the_extra(
    made: Keys, monkeypatch: pytest.MonkeyPatch
) -> None:
    def missing(*_: object, **__: object) -> bytes:
        raise UnsupportedAlgorithm("Need bcrypt module")

    monkeypatch.setattr("cryptography.hazmat.primitives.serialization.ssh._bcrypt_kdf", missing)
    if made.locked and b"OPENSSH" in made.private.read_bytes():
        with pytest.raises(KeyTextError, match="the extra `ssh`"):
            made.identity().unwrap(made.recipient.wrap(FILE_KEY))


@pytest.mark.parametrize("identity", [ED25519, RSA], ids=["ed25519", "rsa"])
def test_only_the_identity_of_the_recipient_unwraps(identity: ssh.SshIdentity) -> None:
    others = [*ssh.SshEd25519Identity(Ed25519PrivateKey.generate()).recipient.wrap(FILE_KEY), Stanza("X25519", ("x",))]
    own = identity.recipient.wrap(FILE_KEY)
    assert identity.unwrap([*others, *own]) == FILE_KEY
    assert identity.unwrap(others) is None
    damaged = Stanza(own[0].type, own[0].args, bytes(len(own[0].body)))
    assert identity.unwrap([damaged]) is None
    assert str(ssh.recipient_from_line(f"{identity.recipient} a comment")) == str(identity.recipient)
    assert identity.recipient.labels == frozenset()


def test_the_key_carried_over_is_the_one_that_its_private_half_has() -> None:
    for seed in range(30):
        key = Ed25519PrivateKey.from_private_bytes(bytes([seed]) * 32)
        identity = ssh.SshEd25519Identity(key)
        assert identity.recipient.montgomery() == identity._private_key.public_key().public_bytes_raw()


(GOOD,) = ED25519.recipient.wrap(FILE_KEY)


@pytest.mark.parametrize(
    ("stanza", "reason"),
    [
        (Stanza("ssh-ed25519", GOOD.args[:1], GOOD.body), "1 arguments"),
        (Stanza("ssh-ed25519", GOOD.args, bytes(33)), "33 bytes"),
        (Stanza("ssh-ed25519", ("AAAA", GOOD.args[1]), GOOD.body), "3 bytes where 4"),
        (Stanza("ssh-ed25519", (GOOD.args[0], "AAAA"), GOOD.body), "3 bytes where 32"),
        (Stanza("ssh-ed25519", (GOOD.args[0], unpadded.encode(bytes(32))), GOOD.body), "low order"),
    ],
)
def test_a_malformed_own_stanza_is_refused_even_after_a_good_one(stanza: Stanza, reason: str) -> None:
    with pytest.raises(HeaderError, match=reason):
        ED25519.unwrap([*ssh.SshEd25519Identity(Ed25519PrivateKey.generate()).recipient.wrap(FILE_KEY), stanza])


def test_a_malformed_rsa_stanza_is_refused() -> None:
    with pytest.raises(HeaderError, match="1 argument"):
        RSA.unwrap([Stanza("ssh-rsa", ("a", "b"), bytes(256))])
    (own,) = RSA.recipient.wrap(FILE_KEY)
    long = RSA.recipient.public_key.encrypt(bytes(17), ssh._OAEP)
    with pytest.raises(HeaderError, match="no file key"):
        RSA.unwrap([Stanza(own.type, own.args, long)])


def _blob(kind: bytes, key: bytes) -> str:
    return str(ED25519.recipient).split()[0] + " " + base64.b64encode(ssh._string(kind) + ssh._string(key)).decode()


@pytest.mark.parametrize(
    "line",
    [
        "ssh-ed25519",
        "ssh-ed25519 AAAA",
        "ssh-ed25519 " + str(RSA.recipient).split()[1],
        "ssh-rsa " + str(ED25519.recipient).split()[1],
        "ssh-dss AAAA",
        "ecdsa-sha2-nistp256 AAAA",
        'command="x" ' + str(ED25519.recipient),
        _blob(b"ssh-ed25519", bytes(31)),
        _blob(b"ssh-ed25519", b"\x02" + bytes(31)),
        _blob(b"ssh-ed25519", b"\x01" + bytes(31)),
        str(ssh.SshRsaRecipient.__name__),
    ],
)
def test_a_line_that_is_no_recipient_is_refused(line: str) -> None:
    with pytest.raises(KeyTextError):
        ssh.recipient_from_line(line)


def test_a_point_of_low_order_cannot_be_sealed_to() -> None:
    with pytest.raises(KeyTextError, match="low order"):
        ssh.recipient_from_line(_blob(b"ssh-ed25519", bytes(32))).wrap(FILE_KEY)


def test_keys_of_other_kinds_and_small_ones_are_refused() -> None:
    with pytest.raises(KeyTextError, match="neither"):
        ssh.identity_from_key(generate_private_key(SECP256R1()))
    with pytest.raises(KeyTextError, match="2048"):
        ssh.identity_from_key(generate_rsa(65537, 1024))  # noqa: S505 - that it is refused is the point


def test_nothing_private_is_shown() -> None:
    assert str(ED25519.recipient) in repr(ED25519)
    assert repr(RSA).startswith("<SshRsaIdentity of ")
