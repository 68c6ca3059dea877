"""The X25519 recipient type: ``age1…`` and ``AGE-SECRET-KEY-1…`` (C2SP ``age.md``, "The X25519 recipient type").

The file key is encrypted with ChaCha20-Poly1305 under a key derived from a fresh Diffie-Hellman exchange. The stanza
does not show whom it is for. A recipient's text is public; an identity shows its text only to who asks for it by name.
"""

import os
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey

from sekisho.age import bech32, hkdf, keytext, unpadded, wrapping
from sekisho.age.errors import HeaderError, KeyTextError
from sekisho.age.filekey import Randomness
from sekisho.age.stanza import Stanza

TYPE = "X25519"

_INFO = b"age-encryption.org/v1/X25519"
_RECIPIENT, _IDENTITY = "age", "AGE-SECRET-KEY-"
_KEY_SIZE = 32


@dataclass(frozen=True, slots=True)
class X25519Recipient:
    """A public key that files are sealed to; ``str()`` gives its ``age1…`` text."""

    public_key: bytes

    def __post_init__(self) -> None:
        if len(self.public_key) != _KEY_SIZE:
            raise ValueError(f"a public key has {_KEY_SIZE} bytes")

    @classmethod
    def from_text(cls, text: str) -> Self:
        """Read an ``age1…`` text.

        Raises:
            KeyTextError: it is not one; the text is not repeated.
        """
        return cls(keytext.read(text, prefix=_RECIPIENT, size=_KEY_SIZE, what="an X25519 recipient (age1…)"))

    def __str__(self) -> str:
        return bech32.encode(_RECIPIENT, self.public_key)

    @property
    def labels(self) -> frozenset[str]:
        """None: see :class:`sekisho.age.filekey.Recipient`."""
        return frozenset()

    def wrap(self, file_key: bytes, *, randomness: Randomness = os.urandom) -> tuple[Stanza, ...]:
        """Wrap a file key; see :class:`sekisho.age.filekey.Recipient`.

        Args:
            file_key: 16 bytes.
            randomness: gives the ephemeral secret, which must never be used twice.

        Raises:
            KeyTextError: the public key is a point of low order, so that nothing would be secret.
            ValueError: the file key is not 16 bytes.
        """
        wrapping.require_file_key(file_key)
        ephemeral = X25519PrivateKey.from_private_bytes(randomness(_KEY_SIZE))
        share = ephemeral.public_key().public_bytes_raw()
        secret = exchange(ephemeral, self.public_key)
        if secret is None:
            raise KeyTextError("the recipient is a point of low order: nobody can be sealed to")
        wrap_key = _wrap_key(secret, share=share, recipient=self.public_key)
        return (Stanza(TYPE, (unpadded.encode(share),), wrapping.seal(file_key, wrap_key=wrap_key)),)


class X25519Identity:
    """A private key that opens files. Neither ``str`` nor ``repr`` shows it."""

    __slots__ = ("_private_key", "recipient")

    def __init__(self, secret: bytes) -> None:
        self._private_key = X25519PrivateKey.from_private_bytes(secret)
        self.recipient = X25519Recipient(self._private_key.public_key().public_bytes_raw())

    @classmethod
    def generate(cls, *, randomness: Randomness = os.urandom) -> Self:
        """Make a new identity."""
        return cls(randomness(_KEY_SIZE))

    @classmethod
    def from_text(cls, text: str) -> Self:
        """Read an ``AGE-SECRET-KEY-1…`` text.

        Raises:
            KeyTextError: it is not one; the text is not repeated.
        """
        return cls(keytext.read(text, prefix=_IDENTITY, size=_KEY_SIZE, what="an X25519 identity (AGE-SECRET-KEY-1…)"))

    def to_secret_text(self) -> str:
        """Return the ``AGE-SECRET-KEY-1…`` text, to be written to a key file and nowhere else."""
        return bech32.encode(_IDENTITY, self._private_key.private_bytes_raw())

    def __repr__(self) -> str:
        return f"<X25519Identity of {self.recipient}>"

    def unwrap(self, stanzas: Sequence[Stanza]) -> bytes | None:
        """Unwrap the file key from the first stanza that fits; see :class:`sekisho.age.filekey.Identity`.

        Raises:
            HeaderError: an X25519 stanza, for whomever it is, is malformed or its share is of low order.
        """
        own = [(_read_share(stanza), stanza.body) for stanza in stanzas if stanza.type == TYPE]
        keys = (self._open(share, body) for share, body in own)
        return next((key for key in keys if key is not None), None)

    def _open(self, share: bytes, body: bytes) -> bytes | None:
        secret = exchange(self._private_key, share)
        if secret is None:
            raise HeaderError("X25519 stanza: the share is a point of low order")
        wrap_key = _wrap_key(secret, share=share, recipient=self.recipient.public_key)
        return wrapping.open_body(body, wrap_key=wrap_key)


def _read_share(stanza: Stanza) -> bytes:
    wrapping.require_shape(stanza, arguments=1)
    return wrapping.read_argument(stanza, 0, size=_KEY_SIZE, what="share")


def exchange(private_key: X25519PrivateKey, public_key: bytes) -> bytes | None:
    """Return the shared secret, or none if it is all zero (RFC 7748 §6.1)."""
    try:
        return private_key.exchange(X25519PublicKey.from_public_bytes(public_key))
    except ValueError:
        return None


def _wrap_key(secret: bytes, *, share: bytes, recipient: bytes) -> bytes:
    return hkdf.derive(secret, salt=share + recipient, info=_INFO)
