"""SSH private key files, with and without a passphrase.

A file in OpenSSH's own form shows its public key even when it is locked, so its passphrase is asked for only when a file is
sealed to that key. Unlocking that form takes the library ``bcrypt``, the extra ``ssh``.
"""

import base64
import binascii
import re
from collections.abc import Callable, Sequence

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import serialization

from sekisho.age.errors import KeyTextError, PassphraseError
from sekisho.age.ssh import ED25519, RSA, SshIdentity, identity_from_key, tag
from sekisho.age.stanza import Stanza

Passphrase = Callable[[], bytes]
"""Asks a person for a passphrase."""

_OPENSSH = b"-----BEGIN OPENSSH PRIVATE KEY-----"
_BODY = re.compile(rb"-----BEGIN OPENSSH PRIVATE KEY-----\s(.*?)-----END OPENSSH PRIVATE KEY-----", re.DOTALL)
_MAGIC = b"openssh-key-v1\0"
_UNLOCKED = b"none"


class LockedSshIdentity:
    """A private key behind a passphrase, asked for when a stanza bears the key's tag."""

    __slots__ = ("_data", "_kind", "_passphrase", "_tag", "_unlocked")

    def __init__(self, data: bytes, public: bytes, passphrase: Passphrase) -> None:
        self._data = data
        self._kind = _strings(public, 1)[0].decode("ascii", "replace")
        self._tag = tag(public)
        self._passphrase = passphrase
        self._unlocked: SshIdentity | None = None

    def __repr__(self) -> str:
        return f"<LockedSshIdentity {self._kind} {self._tag}>"

    def unwrap(self, stanzas: Sequence[Stanza]) -> bytes | None:
        """Unwrap the file key; see :class:`sekisho.age.filekey.Identity`.

        Raises:
            HeaderError: a stanza of this identity's type is malformed.
            PassphraseError: the passphrase does not fit.
            KeyTextError: the file is damaged, or the library that unlocks it is missing.
        """
        if not any(stanza.type == self._kind and stanza.args[:1] == (self._tag,) for stanza in stanzas):
            return None
        if self._unlocked is None:
            self._unlocked = identity_from_key(_load(self._data, self._passphrase()))
        return self._unlocked.unwrap(stanzas)


def read(data: bytes, *, passphrase: Passphrase | None) -> SshIdentity | LockedSshIdentity:
    """Read a private key file: OpenSSH's form, PKCS #8 or the old PEM of RSA.

    Raises:
        KeyTextError: it is none, of a kind that age does not use, or locked with nobody to ask.
        PassphraseError: the passphrase does not fit.
    """
    try:
        public = _locked_public_key(data) if _OPENSSH in data else None
    except (ValueError, binascii.Error):
        raise KeyTextError("not an SSH private key: damaged") from None
    if public is None:
        return identity_from_key(_load(data, None, ask=passphrase))
    if passphrase is None:
        raise KeyTextError("the SSH private key has a passphrase, and nobody is there to ask")
    if not public.startswith(tuple(map(_string, (ED25519, RSA)))):
        raise KeyTextError("not an SSH identity: neither an Ed25519 nor an RSA key")
    return LockedSshIdentity(data, public, passphrase)


def _locked_public_key(data: bytes) -> bytes | None:
    """Return the public key in OpenSSH's form if the private one is locked (OpenSSH, ``PROTOCOL.key``)."""
    match = _BODY.search(data)
    blob = base64.b64decode(match[1] if match else b"")
    if not blob.startswith(_MAGIC):
        raise ValueError("not the private key format of OpenSSH")
    cipher, _, _, rest = _strings(blob.removeprefix(_MAGIC), 3)
    return None if cipher == _UNLOCKED else _strings(rest[4:], 1)[0]


def _strings(data: bytes, count: int) -> list[bytes]:
    """Return so many length-prefixed strings and what follows them."""
    found = []
    for _ in range(count):
        size = int.from_bytes(data[:4], "big")
        if len(data) < 4 + size:
            raise ValueError("cut short")
        found.append(data[4 : 4 + size])
        data = data[4 + size :]
    return [*found, data]


def _string(text: str) -> bytes:
    return len(text).to_bytes(4, "big") + text.encode()


def _load(data: bytes, passphrase: bytes | None, *, ask: Passphrase | None = None) -> object:
    load = serialization.load_ssh_private_key if _OPENSSH in data else serialization.load_pem_private_key
    try:
        return load(data, passphrase)
    except TypeError:
        if passphrase is not None or ask is None:
            raise KeyTextError("the SSH private key has a passphrase, and nobody is there to ask") from None
    except UnsupportedAlgorithm:
        raise KeyTextError("the SSH private key is of a kind that cannot be read; the extra `ssh` may help") from None
    except ValueError:
        if passphrase is None:
            raise KeyTextError("not an SSH private key") from None
        raise PassphraseError("the passphrase does not open the SSH private key") from None
    return _load(data, ask())
