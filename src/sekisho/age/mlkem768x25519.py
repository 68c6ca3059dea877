"""The post-quantum recipient type: ``age1pq1…`` and ``AGE-SECRET-KEY-PQ-1…`` (C2SP ``age.md``, "MLKEM768-X25519").

The file key is sealed with HPKE (RFC 9180, base mode) to X-Wing, a key encapsulation that holds as long as one of ML-KEM-768
and X25519 does. An identity is a seed of 32 bytes; SHAKE-256 makes of it the 64-byte seed of the ML-KEM key and then the
X25519 key (draft-ietf-hpke-pq). A recipient is the two public keys in that order, 1,216 bytes, and so its text is long.
"""

import os
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.mlkem import MLKEM768PrivateKey, MLKEM768PublicKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.hashes import SHAKE256, Hash
from cryptography.hazmat.primitives.hpke import (
    AEAD,
    KDF,
    KEM,
    MLKEM768X25519PrivateKey,
    MLKEM768X25519PublicKey,
    Suite,
)

from sekisho.age import bech32, keytext, unpadded, wrapping
from sekisho.age.errors import HeaderError, KeyTextError
from sekisho.age.filekey import POST_QUANTUM, Randomness
from sekisho.age.stanza import Stanza
from sekisho.age.x25519 import exchange

TYPE = "mlkem768x25519"

_INFO = b"age-encryption.org/mlkem768x25519"
_RECIPIENT, _IDENTITY = "age1pq", "AGE-SECRET-KEY-PQ-"
_SEED_SIZE = 32
_MLKEM_SEED_SIZE = 64
_MLKEM_KEY_SIZE = 1184
_X25519_SIZE = 32
_KEY_SIZE = _MLKEM_KEY_SIZE + _X25519_SIZE
_ENCAPSULATED_SIZE = 1088 + _X25519_SIZE
_SUITE = Suite(KEM.MLKEM768_X25519, KDF.HKDF_SHA256, AEAD.CHACHA20_POLY1305)


@dataclass(frozen=True, slots=True)
class HybridRecipient:
    """A public key that files are sealed to; ``str()`` gives its ``age1pq1…`` text.

    Attributes:
        public_key: 1,216 bytes, ML-KEM-768 and then X25519.

    Raises:
        ValueError: no such key, or one of another size.
    """

    public_key: bytes

    def __post_init__(self) -> None:
        if len(self.public_key) != _KEY_SIZE:
            raise ValueError(f"a public key has {_KEY_SIZE} bytes")
        self._key()

    @classmethod
    def from_text(cls, text: str) -> Self:
        """Read an ``age1pq1…`` text.

        Raises:
            KeyTextError: it is not one; the text is not repeated.
        """
        what = "a post-quantum recipient (age1pq1…)"
        key = keytext.read(text, prefix=_RECIPIENT, size=_KEY_SIZE, what=what)
        try:
            return cls(key)
        except ValueError:
            raise KeyTextError(f"not {what}: no such key") from None

    def __str__(self) -> str:
        return bech32.encode(_RECIPIENT, self.public_key)

    @property
    def labels(self) -> frozenset[str]:
        """``postquantum``: beside a recipient that is not, the file would be only as safe as that one."""
        return frozenset({POST_QUANTUM})

    def wrap(self, file_key: bytes) -> tuple[Stanza, ...]:
        """Wrap a file key; see :class:`sekisho.age.filekey.Recipient`.

        Raises:
            KeyTextError: the X25519 half is a point of low order.
            ValueError: the file key is not 16 bytes.
        """
        wrapping.require_file_key(file_key)
        try:
            sealed = _SUITE.encrypt(file_key, self._key(), _INFO)
        except ValueError:
            raise KeyTextError("the recipient is a point of low order: nobody can be sealed to") from None
        encapsulated, body = sealed[:_ENCAPSULATED_SIZE], sealed[_ENCAPSULATED_SIZE:]
        return (Stanza(TYPE, (unpadded.encode(encapsulated),), body),)

    def _key(self) -> MLKEM768X25519PublicKey:
        return MLKEM768X25519PublicKey(
            MLKEM768PublicKey.from_public_bytes(self.public_key[:_MLKEM_KEY_SIZE]),
            X25519PublicKey.from_public_bytes(self.public_key[_MLKEM_KEY_SIZE:]),
        )


class HybridIdentity:
    """A private key that opens files. Neither ``str`` nor ``repr`` shows it."""

    __slots__ = ("_key", "_seed", "_x25519", "recipient")

    def __init__(self, seed: bytes) -> None:
        if len(seed) != _SEED_SIZE:
            raise ValueError(f"a seed has {_SEED_SIZE} bytes")
        self._seed = seed
        expanded = _expand(seed)
        mlkem = MLKEM768PrivateKey.from_seed_bytes(expanded[:_MLKEM_SEED_SIZE])
        self._x25519 = X25519PrivateKey.from_private_bytes(expanded[_MLKEM_SEED_SIZE:])
        self._key = MLKEM768X25519PrivateKey(mlkem, self._x25519)
        public_keys = (mlkem.public_key().public_bytes_raw(), self._x25519.public_key().public_bytes_raw())
        self.recipient = HybridRecipient(b"".join(public_keys))

    @classmethod
    def generate(cls, *, randomness: Randomness = os.urandom) -> Self:
        """Make a new identity."""
        return cls(randomness(_SEED_SIZE))

    @classmethod
    def from_text(cls, text: str) -> Self:
        """Read an ``AGE-SECRET-KEY-PQ-1…`` text.

        Raises:
            KeyTextError: it is not one; the text is not repeated.
        """
        what = "a post-quantum identity (AGE-SECRET-KEY-PQ-1…)"
        return cls(keytext.read(text, prefix=_IDENTITY, size=_SEED_SIZE, what=what))

    def to_secret_text(self) -> str:
        """Return the ``AGE-SECRET-KEY-PQ-1…`` text, to be written to a key file and nowhere else."""
        return bech32.encode(_IDENTITY, self._seed)

    def __repr__(self) -> str:
        return f"<HybridIdentity of {str(self.recipient)[:20]}…>"

    def __reduce__(self) -> str:
        raise TypeError("an identity does not go into a pickle")

    def unwrap(self, stanzas: Sequence[Stanza]) -> bytes | None:
        """Unwrap the file key from the first stanza that fits; see :class:`sekisho.age.filekey.Identity`.

        Raises:
            HeaderError: a stanza of this type, for whomever it is, is malformed or its X25519 share is of low order.
        """
        own = [(_read_encapsulated(stanza), stanza.body) for stanza in stanzas if stanza.type == TYPE]
        keys = (self._open(encapsulated, body) for encapsulated, body in own)
        return next((key for key in keys if key is not None), None)

    def _open(self, encapsulated: bytes, body: bytes) -> bytes | None:
        # HPKE answers a share of low order like any key that does not fit; the specification wants it told apart.
        if exchange(self._x25519, encapsulated[-_X25519_SIZE:]) is None:
            raise HeaderError(f"{TYPE} stanza: the X25519 share is a point of low order")
        try:
            return _SUITE.decrypt(encapsulated + body, self._key, _INFO)
        except InvalidTag:
            return None


def _expand(seed: bytes) -> bytes:
    shake = Hash(SHAKE256(_MLKEM_SEED_SIZE + _X25519_SIZE))
    shake.update(seed)
    return shake.finalize()


def _read_encapsulated(stanza: Stanza) -> bytes:
    wrapping.require_shape(stanza, arguments=1)
    return wrapping.read_argument(stanza, 0, size=_ENCAPSULATED_SIZE, what="encapsulated key")
