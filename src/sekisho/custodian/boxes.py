"""A share sealed to the ephemeral key of whoever opens (RFC 9180), bound to the leaf that records its release.

HPKE in base mode: DHKEM(X25519, HKDF-SHA256) or X-Wing, HKDF-SHA256, ChaCha20-Poly1305; the info holds the leaf's hash, so
that an answer opens only beside the leaf that it belongs to. The ephemeral key is drawn for one request and forgotten with it:
recorded traffic and a recipient's key that is stolen later do not give the share.
"""

import secrets
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.mlkem import MLKEM768PrivateKey, MLKEM768PublicKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, MLKEM768X25519PrivateKey, MLKEM768X25519PublicKey
from cryptography.hazmat.primitives.hpke import Suite as Hpke

from sekisho.domain import STANZA
from sekisho.errors import NoKey, Unreadable

Suite: TypeAlias = Literal["x25519", "xwing"]

KEY_SIZES: dict[Suite, int] = {"x25519": 32, "xwing": 1184 + 32}
"""Bytes of a public key; X-Wing's is the ML-KEM-768 key, then the X25519 key."""

_MLKEM_SIZE = 1184
_INFO = f"{STANZA} release\0".encode()
_HPKE = {
    "x25519": Hpke(KEM.X25519, KDF.HKDF_SHA256, AEAD.CHACHA20_POLY1305),
    "xwing": Hpke(KEM.MLKEM768_X25519, KDF.HKDF_SHA256, AEAD.CHACHA20_POLY1305),
}


def seal_share(share: bytes, *, suite: Suite, key: bytes, leaf: bytes) -> bytes:
    """Seal a share to an opener's key.

    Args:
        share: 16 bytes.
        suite: which kind of key.
        key: the opener's ephemeral public key.
        leaf: the RFC 6962 hash of the leaf that records the release.

    Raises:
        Unreadable: nothing can be sealed to that key.
    """
    try:
        return _HPKE[suite].encrypt(share, _public(suite, key), _INFO + leaf)
    except ValueError:
        raise Unreadable("custodian.bad_request_document") from None


def check_key(suite: Suite, key: bytes) -> None:
    """Refuse a key that nothing can be sealed to, before a release is spent on it.

    Raises:
        Unreadable: just that.
    """
    seal_share(bytes(16), suite=suite, key=key, leaf=bytes(32))


@dataclass(frozen=True, slots=True)
class EphemeralKey:
    """An opener's key for one request."""

    suite: Suite
    key: bytes
    _private: X25519PrivateKey | MLKEM768X25519PrivateKey = field(repr=False)

    @classmethod
    def draw(cls, suite: Suite) -> "EphemeralKey":
        """Draw a new one."""
        return cls.of(suite, secrets.token_bytes(32 if suite == "x25519" else 64 + 32))

    @classmethod
    def of(cls, suite: Suite, secret: bytes) -> "EphemeralKey":
        """Make it of its secret: the X25519 key; for X-Wing the seed of ML-KEM (64 bytes) before it."""
        x25519 = X25519PrivateKey.from_private_bytes(secret[-32:])
        if suite == "x25519":
            return cls(suite, x25519.public_key().public_bytes_raw(), x25519)
        mlkem = MLKEM768PrivateKey.from_seed_bytes(secret[:64])
        public = mlkem.public_key().public_bytes_raw() + x25519.public_key().public_bytes_raw()
        return cls(suite, public, MLKEM768X25519PrivateKey(mlkem, x25519))

    def open(self, sealed: bytes, *, leaf: bytes) -> bytes:
        """Return the share in an answer.

        Raises:
            NoKey: the answer is for another key, or beside another leaf.
        """
        try:
            return _HPKE[self.suite].decrypt(sealed, self._private, _INFO + leaf)
        except (InvalidTag, ValueError):
            raise NoKey("custodian.answer_for_another") from None


def _public(suite: Suite, key: bytes) -> X25519PublicKey | MLKEM768X25519PublicKey:
    x25519 = X25519PublicKey.from_public_bytes(key[-32:])
    if suite == "x25519":
        return x25519
    return MLKEM768X25519PublicKey(MLKEM768PublicKey.from_public_bytes(key[:_MLKEM_SIZE]), x25519)
