"""The keys with which people sign: private half in PKCS #8 (RFC 5958), public half as an SSH line.

The SSH form is chosen because every auditor's machine has a program that verifies it (``ssh-keygen -Y verify``). Keys made
here are Ed25519; a public half may be of any kind in :mod:`sekisho.signing.kinds`, whose private half a security key or an
agent keeps.
"""

import base64
import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from sekisho.errors import Misuse, NoKey, NotFound, Unreadable
from sekisho.files import write_whole
from sekisho.signing.kinds import ED25519, must_be_key
from sekisho.signing.wire import read_string, ssh_string

_LONGEST_PASSPHRASE = 1023  # OpenSSL's limit

Passphrase = Callable[[Path], bytes]
"""Asks a person for the passphrase of a key file."""


@dataclass(frozen=True, slots=True)
class PublicKey:
    """The public half of a signing key.

    Attributes:
        raw: 32 bytes of an Ed25519 key; of another kind, what follows the kind's name in the SSH blob.
        kind: its SSH name.
    """

    raw: bytes
    kind: bytes = ED25519

    @property
    def id(self) -> str:
        """Eight bytes of the SSH fingerprint in hex: what the ledger calls a person."""
        return hashlib.sha256(self.blob).hexdigest()[:16]

    @property
    def rest(self) -> bytes:
        """What follows the kind's name in the blob."""
        return ssh_string(self.raw) if self.kind == ED25519 else self.raw

    @property
    def blob(self) -> bytes:
        """The key as SSH encodes it (RFC 4253 section 6.6)."""
        return ssh_string(self.kind) + self.rest

    @property
    def line(self) -> str:
        """The key as an ``authorized_keys`` or ``allowed_signers`` line has it."""
        return f"{self.kind.decode()} {base64.b64encode(self.blob).decode()}"

    def key(self) -> Ed25519PublicKey:
        """Return the Ed25519 key for verifying."""
        return Ed25519PublicKey.from_public_bytes(self.raw)


@dataclass(frozen=True, slots=True)
class SigningKey:
    """The private half; never shown, not even by ``repr``."""

    key: Ed25519PrivateKey = field(repr=False)

    @property
    def public(self) -> PublicKey:
        """The public half."""
        return PublicKey(self.key.public_key().public_bytes_raw())


def generate() -> SigningKey:
    """Make a new signing key."""
    return SigningKey(Ed25519PrivateKey.generate())


def save(key: SigningKey, path: Path, *, passphrase: bytes | None) -> None:
    """Write a private key to a file only its owner can read; never over an existing one.

    Args:
        key: the key.
        path: the file.
        passphrase: what locks it; None leaves it unlocked, which an empty one never does.

    Raises:
        FileExistsError: the file exists.
        Misuse: the passphrase is empty or too long.
    """
    locked: serialization.KeySerializationEncryption = serialization.NoEncryption()
    if passphrase is not None:
        if not 1 <= len(passphrase) <= _LONGEST_PASSPHRASE:
            raise Misuse("signing.passphrase_length", most=_LONGEST_PASSPHRASE)
        locked = serialization.BestAvailableEncryption(passphrase)
    form = serialization.PrivateFormat.PKCS8
    write_whole(path, key.key.private_bytes(serialization.Encoding.PEM, form, locked))


def load(path: Path, *, passphrase: Passphrase) -> SigningKey:
    """Read a private key; ``passphrase`` is asked only if the file is locked.

    Raises:
        NotFound: there is no such file.
        NoKey: the passphrase does not fit.
        Unreadable: the file holds no Ed25519 key.
    """
    try:
        data = path.read_bytes()
    except FileNotFoundError:
        raise NotFound("signing.no_key_file", path=path) from None
    except OSError as error:
        raise Unreadable("signing.unreadable_key", path=path) from error
    key = _unlock(data, path, passphrase)
    if not isinstance(key, Ed25519PrivateKey):
        raise Unreadable("signing.not_a_signing_key", path=path)
    return SigningKey(key)


def public_from_blob(blob: bytes) -> PublicKey:
    """Read a public key from its SSH blob.

    Raises:
        ValueError: it is none of a kind that is known.
    """
    kind, rest = read_string(blob)
    must_be_key(kind, rest)
    return PublicKey(read_string(rest)[0] if kind == ED25519 else rest, kind)


@lru_cache(maxsize=1024)  # whose a key is is asked of a whole register, again and again
def parse_public(line: str) -> PublicKey:
    """Read a public key from its SSH line; a comment behind it is ignored.

    Raises:
        Unreadable: no line of a kind of key that is known.
    """
    words = line.split()
    try:
        blob = base64.b64decode(words[1], validate=True)
        key = public_from_blob(blob)
    except (IndexError, ValueError):
        raise Unreadable("signing.not_a_public_key") from None
    if words[0] != key.kind.decode() or key.blob != blob:
        raise Unreadable("signing.not_a_public_key")
    return key


def _unlock(data: bytes, path: Path, passphrase: Passphrase) -> object:
    try:
        return serialization.load_pem_private_key(data, password=None)
    except TypeError:  # locked: the library says so by the type of the password
        pass
    except (ValueError, UnsupportedAlgorithm):
        raise Unreadable("signing.not_a_signing_key", path=path) from None
    try:
        return serialization.load_pem_private_key(data, password=passphrase(path))
    except UnsupportedAlgorithm:
        raise Unreadable("signing.not_a_signing_key", path=path) from None
    except (ValueError, TypeError):
        raise NoKey("signing.wrong_passphrase", path=path) from None
