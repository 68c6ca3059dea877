"""A release by camera: a computer without a network shows a QR code, a person at the desk reads 48 digits back.

The digits are the share under a mask that only the computer which showed the code can take off: an X25519 exchange of its
ephemeral key with the custodian's static relay key, which stands on the office's card. Whoever overhears the digits has
nothing without that computer's memory. The digits have the form of :mod:`sekisho.codes`, so a wrong group is named.
"""

import base64
import binascii
import secrets
from dataclasses import dataclass, field

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from sekisho.domain import STANZA
from sekisho.errors import Unreadable

QR_PREFIX = "SEKISHO1:"
_INFO = f"{STANZA} relay\0".encode()
_SIZES = {"kid": 8, "cid": 16, "tid": 16, "key": 32, "header": 8}


@dataclass(frozen=True, slots=True, kw_only=True)
class RelayRequest:
    """What a QR code asks.

    Attributes:
        kid: the custodian that is asked.
        cid: the copy.
        tid: the ticket.
        key: the opener's ephemeral X25519 key.
        header: the first eight bytes of the SHA-256 of the capsule's header.
    """

    kid: bytes
    cid: bytes
    tid: bytes
    key: bytes
    header: bytes

    @property
    def raw(self) -> bytes:
        """The bytes in the code: what approvers sign the digest of."""
        return self.kid + self.cid + self.tid + self.key + self.header

    @property
    def text(self) -> str:
        """The text of the code, in the characters that a QR code holds best."""
        return QR_PREFIX + base64.b32encode(self.raw).decode().rstrip("=")


def read_relay_text(text: str) -> RelayRequest:
    """Read the text of a QR code; spaces and small letters, as a scanner's keyboard gives them, are fine.

    Raises:
        Unreadable: it is no such text.
    """
    plain = "".join(text.split()).upper()
    try:
        raw = base64.b32decode(plain.removeprefix(QR_PREFIX) + "=" * (-len(plain.removeprefix(QR_PREFIX)) % 8))
    except (binascii.Error, ValueError):
        raise Unreadable("custodian.bad_relay_text") from None
    if not plain.startswith(QR_PREFIX) or len(raw) != sum(_SIZES.values()) or read_relay(raw).text != plain:
        raise Unreadable("custodian.bad_relay_text")
    return read_relay(raw)


def read_relay(raw: bytes) -> RelayRequest:
    """Read the bytes of a code."""
    parts, at = {}, 0
    for name, size in _SIZES.items():
        parts[name] = raw[at : at + size]
        at += size
    return RelayRequest(**parts)


def masked(share: bytes, *, relay: X25519PrivateKey, asked: RelayRequest) -> bytes:
    """Return a share under its mask, at the custodian.

    Raises:
        Unreadable: the key in the code is none.
    """
    public = relay.public_key().public_bytes_raw()
    return _xor(share, _mask(relay, asked.key, asked, public))


@dataclass(frozen=True, slots=True)
class RelayKey:
    """An opener's key for one code."""

    _private: X25519PrivateKey = field(repr=False)

    @classmethod
    def draw(cls) -> "RelayKey":
        """Draw a new one."""
        return cls(X25519PrivateKey.from_private_bytes(secrets.token_bytes(32)))

    @property
    def public(self) -> bytes:
        """Its public half, which stands in the code."""
        return self._private.public_key().public_bytes_raw()

    def unmask(self, digits: bytes, *, relay: bytes, asked: RelayRequest) -> bytes:
        """Return the share in digits that were read back.

        Args:
            digits: the 16 bytes that they are.
            relay: the custodian's relay key, from the office's card.
            asked: what the code asked.

        Raises:
            Unreadable: the relay key is none.
        """
        return _xor(digits, _mask(self._private, relay, asked, relay))


def _mask(private: X25519PrivateKey, other: bytes, asked: RelayRequest, relay: bytes) -> bytes:
    try:
        secret = private.exchange(X25519PublicKey.from_public_bytes(other))
    except ValueError:  # a point of low order: everybody knows what it gives
        raise Unreadable("custodian.bad_relay_text") from None
    info = _INFO + asked.cid + asked.tid + asked.key + relay
    return HKDF(algorithm=SHA256(), length=16, salt=None, info=info).derive(secret)


def _xor(left: bytes, right: bytes) -> bytes:
    return bytes(a ^ b for a, b in zip(left, right, strict=True))
