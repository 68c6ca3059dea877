"""The tagged recipient type for hardware: ``age1tag1…`` (C2SP ``age.md``, "The tagged recipient types").

The file key is sealed with HPKE (RFC 9180, base mode) to a P-256 key, which tokens and smart cards have. A tag in the stanza
lets whoever knows the recipient see that a file is for it before the hardware asks for a touch; tell whoever seals that this
is less private than the other types.

The specification leaves to the hardware how the private half is kept, so here an identity is an object in memory and has no
text: :class:`P256Identity` is for tests, and for whoever keeps the key by other means.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.ec import (
    SECP256R1,
    EllipticCurvePrivateKey,
    EllipticCurvePublicKey,
    generate_private_key,
)
from cryptography.hazmat.primitives.constant_time import bytes_eq
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.hmac import HMAC
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, Suite
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from sekisho.age import bech32, keytext, unpadded, wrapping
from sekisho.age.errors import HeaderError, KeyTextError
from sekisho.age.stanza import Stanza

TYPE = "p256tag"

_INFO = b"age-encryption.org/p256tag"
_RECIPIENT = "age1tag"
_COMPRESSED_SIZE = 33
_ENCAPSULATED_SIZE = 65
_TAG_SIZE = 4
_SUITE = Suite(KEM.P256, KDF.HKDF_SHA256, AEAD.CHACHA20_POLY1305)


@dataclass(frozen=True, slots=True)
class P256TagRecipient:
    """A public key that files are sealed to; ``str()`` gives its ``age1tag1…`` text.

    Attributes:
        public_key: a point on P-256, compressed, 33 bytes.

    Raises:
        ValueError: no such point.
    """

    public_key: bytes

    def __post_init__(self) -> None:
        if len(self.public_key) != _COMPRESSED_SIZE:
            raise ValueError(f"a compressed point has {_COMPRESSED_SIZE} bytes")
        self._key()

    @classmethod
    def from_text(cls, text: str) -> Self:
        """Read an ``age1tag1…`` text.

        Raises:
            KeyTextError: it is not one; the text is not repeated.
        """
        what = "a tagged recipient (age1tag1…)"
        key = keytext.read(text, prefix=_RECIPIENT, size=_COMPRESSED_SIZE, what=what)
        try:
            return cls(key)
        except ValueError:
            raise KeyTextError(f"not {what}: no point on the curve") from None

    def __str__(self) -> str:
        return bech32.encode(_RECIPIENT, self.public_key)

    @property
    def labels(self) -> frozenset[str]:
        """None: see :class:`sekisho.age.filekey.Recipient`."""
        return frozenset()

    def wrap(self, file_key: bytes) -> tuple[Stanza, ...]:
        """Wrap a file key; see :class:`sekisho.age.filekey.Recipient`.

        Raises:
            ValueError: the file key is not 16 bytes.
        """
        wrapping.require_file_key(file_key)
        sealed = _SUITE.encrypt(file_key, self._key(), _INFO)
        encapsulated, body = sealed[:_ENCAPSULATED_SIZE], sealed[_ENCAPSULATED_SIZE:]
        tag = self.tag(encapsulated)
        return (Stanza(TYPE, (unpadded.encode(tag), unpadded.encode(encapsulated)), body),)

    def tag(self, encapsulated: bytes) -> bytes:
        """Return what marks a stanza with this encapsulated key as one for this recipient."""
        # HKDF-Extract (RFC 5869 §2.2) is this one HMAC.
        extract = HMAC(_INFO, SHA256())
        extract.update(encapsulated + hashlib.sha256(self.public_key).digest()[:_TAG_SIZE])
        return extract.finalize()[:_TAG_SIZE]

    def _key(self) -> EllipticCurvePublicKey:
        return EllipticCurvePublicKey.from_encoded_point(SECP256R1(), self.public_key)


class P256Identity:
    """A private key on P-256, in memory."""

    __slots__ = ("_private_key", "recipient")

    def __init__(self, private_key: EllipticCurvePrivateKey) -> None:
        """Take a key.

        Raises:
            ValueError: it is on another curve.
        """
        if private_key.curve.name != SECP256R1.name:
            raise ValueError("not a key on P-256")
        self._private_key = private_key
        point = private_key.public_key().public_bytes(Encoding.X962, PublicFormat.CompressedPoint)
        self.recipient = P256TagRecipient(point)

    @classmethod
    def generate(cls) -> Self:
        """Make a new identity."""
        return cls(generate_private_key(SECP256R1()))

    def __repr__(self) -> str:
        return f"<P256Identity of {self.recipient}>"

    def unwrap(self, stanzas: Sequence[Stanza]) -> bytes | None:
        """Unwrap the file key from the first stanza that bears this recipient's tag and fits.

        Raises:
            HeaderError: a stanza of this type, for whomever it is, is malformed.
        """
        own = [(*_read_arguments(stanza), stanza.body) for stanza in stanzas if stanza.type == TYPE]
        tagged = [(encapsulated, body) for tag, encapsulated, body in own if self._is_tagged(tag, encapsulated)]
        keys = (self._open(encapsulated, body) for encapsulated, body in tagged)
        return next((key for key in keys if key is not None), None)

    def _is_tagged(self, tag: bytes, encapsulated: bytes) -> bool:
        return bytes_eq(tag, self.recipient.tag(encapsulated))

    def _open(self, encapsulated: bytes, body: bytes) -> bytes | None:
        try:
            EllipticCurvePublicKey.from_encoded_point(SECP256R1(), encapsulated)
        except ValueError:
            raise HeaderError(f"{TYPE} stanza: the encapsulated key is no point on the curve") from None
        try:
            return _SUITE.decrypt(encapsulated + body, self._private_key, _INFO)
        except InvalidTag:
            return None


def _read_arguments(stanza: Stanza) -> tuple[bytes, bytes]:
    wrapping.require_shape(stanza, arguments=2)
    tag = wrapping.read_argument(stanza, 0, size=_TAG_SIZE, what="tag")
    return tag, wrapping.read_argument(stanza, 1, size=_ENCAPSULATED_SIZE, what="encapsulated key")
