"""SSH keys as recipients and identities: ``ssh-ed25519 …``, ``ssh-rsa …`` and private key files (age's package ``agessh``).

Not part of the specification; made as Go's age and Rust's make them, so that files open in each other's programs. A stanza
bears four bytes of the SHA-256 of the SSH public key, by which anybody who knows that key sees that the file is for it.

    ssh-ed25519 TAG SHARE   the X25519 exchange of age with the Ed25519 key carried over to Curve25519, and once more with a
                            tweak that binds it to the SSH key
    ssh-rsa TAG             RSAES-OAEP with SHA-256 and a label of age's own
"""

import base64
import binascii
import hashlib
import os
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.padding import MGF1, OAEP
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, RSAPublicKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from cryptography.hazmat.primitives.hashes import SHA256

from sekisho.age import hkdf, unpadded, wrapping
from sekisho.age.errors import HeaderError, KeyTextError
from sekisho.age.filekey import Randomness
from sekisho.age.stanza import FILE_KEY_SIZE, Stanza
from sekisho.age.x25519 import exchange

ED25519, RSA = "ssh-ed25519", "ssh-rsa"

_KEY_SIZE = 32
_TAG_SIZE = 4
_SMALLEST_RSA, _LARGEST_RSA = 2048, 8192
_ED25519_INFO = b"age-encryption.org/v1/ssh-ed25519"
_OAEP = OAEP(MGF1(SHA256()), SHA256(), b"age-encryption.org/v1/ssh-rsa")

# Curve25519 and its Edwards form (RFC 7748 §4.1).
_P = 2**255 - 19
_D = -121665 * pow(121666, -1, _P) % _P


@dataclass(frozen=True, slots=True)
class SshEd25519Recipient:
    """An ``ssh-ed25519`` public key; ``str()`` gives its line.

    Attributes:
        public_key: 32 bytes, as Ed25519 has it.

    Raises:
        ValueError: no such key.
    """

    public_key: bytes

    def __post_init__(self) -> None:
        self.montgomery()

    def __str__(self) -> str:
        return _line(ED25519, self.blob)

    @property
    def blob(self) -> bytes:
        """The key as SSH encodes it (RFC 8709)."""
        return _string(ED25519.encode()) + _string(self.public_key)

    @property
    def labels(self) -> frozenset[str]:
        """None: see :class:`sekisho.age.filekey.Recipient`."""
        return frozenset()

    def montgomery(self) -> bytes:
        """Return the same key for X25519: u = (1 + y) / (1 - y) (RFC 7748 §4.1). All of it is public.

        Raises:
            ValueError: no point on the curve, or of low order.
        """
        if len(self.public_key) != _KEY_SIZE:
            raise ValueError(f"a public key has {_KEY_SIZE} bytes")
        y = (int.from_bytes(self.public_key, "little") & ((1 << 255) - 1)) % _P
        # On the curve when x² = (y² - 1) / (d·y² + 1) is a square, by Euler's criterion.
        square = (y * y - 1) * pow(_D * y * y + 1, -1, _P) % _P
        if pow(square, (_P - 1) // 2, _P) != 1:
            raise ValueError("no such public key")
        return ((1 + y) * pow(1 - y, -1, _P) % _P).to_bytes(_KEY_SIZE, "little")

    def wrap(self, file_key: bytes, *, randomness: Randomness = os.urandom) -> tuple[Stanza, ...]:
        """Wrap a file key; see :class:`sekisho.age.filekey.Recipient`.

        Raises:
            KeyTextError: the public key is a point of low order, so that nothing would be secret.
            ValueError: the file key is not 16 bytes.
        """
        wrapping.require_file_key(file_key)
        ephemeral = X25519PrivateKey.from_private_bytes(randomness(_KEY_SIZE))
        share, montgomery = ephemeral.public_key().public_bytes_raw(), self.montgomery()
        wrap_key = _wrap_key(ephemeral, montgomery, blob=self.blob, share=share, recipient=montgomery)
        if wrap_key is None:
            raise KeyTextError("the recipient is a point of low order: nobody can be sealed to")
        arguments = (tag(self.blob), unpadded.encode(share))
        return (Stanza(ED25519, arguments, wrapping.seal(file_key, wrap_key=wrap_key)),)


@dataclass(frozen=True, slots=True)
class SshRsaRecipient:
    """An ``ssh-rsa`` public key; ``str()`` gives its line.

    Attributes:
        public_key: of 2,048 to 8,192 bits.

    Raises:
        ValueError: of another size.
    """

    public_key: RSAPublicKey

    def __post_init__(self) -> None:
        if not _SMALLEST_RSA <= self.public_key.key_size <= _LARGEST_RSA:
            raise ValueError(f"an RSA key has {_SMALLEST_RSA} to {_LARGEST_RSA} bits")

    def __str__(self) -> str:
        return _line(RSA, self.blob)

    @property
    def blob(self) -> bytes:
        """The key as SSH encodes it (RFC 4253 §6.6)."""
        encoding, form = serialization.Encoding.OpenSSH, serialization.PublicFormat.OpenSSH
        return base64.b64decode(self.public_key.public_bytes(encoding, form).split()[1])

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
        return (Stanza(RSA, (tag(self.blob),), self.public_key.encrypt(file_key, _OAEP)),)


SshRecipient: TypeAlias = SshEd25519Recipient | SshRsaRecipient


class SshEd25519Identity:
    """An Ed25519 private key that opens files. Neither ``str`` nor ``repr`` shows it."""

    __slots__ = ("_private_key", "recipient")

    def __init__(self, private_key: Ed25519PrivateKey) -> None:
        # What Ed25519 multiplies with is the first half of this hash (RFC 8032 §5.1.5); X25519 clamps it the same way.
        scalar = hashlib.sha512(private_key.private_bytes_raw()).digest()[:_KEY_SIZE]
        self._private_key = X25519PrivateKey.from_private_bytes(scalar)
        self.recipient = SshEd25519Recipient(private_key.public_key().public_bytes_raw())

    def __repr__(self) -> str:
        return f"<SshEd25519Identity of {self.recipient}>"

    def unwrap(self, stanzas: Sequence[Stanza]) -> bytes | None:
        """Unwrap the file key from the first stanza that bears this key's tag and fits.

        Raises:
            HeaderError: a stanza of this type is malformed, or the share of one with this tag is of low order.
        """
        own = [(_read_ed25519(stanza), stanza) for stanza in stanzas if stanza.type == ED25519]
        own_tag = tag(self.recipient.blob)
        keys = (self._open(share, stanza.body) for share, stanza in own if stanza.args[0] == own_tag)
        return next((key for key in keys if key is not None), None)

    def _open(self, share: bytes, body: bytes) -> bytes | None:
        recipient = self._private_key.public_key().public_bytes_raw()
        wrap_key = _wrap_key(self._private_key, share, blob=self.recipient.blob, share=share, recipient=recipient)
        if wrap_key is None:
            raise HeaderError(f"{ED25519} stanza: the share is a point of low order")
        return wrapping.open_body(body, wrap_key=wrap_key)


class SshRsaIdentity:
    """An RSA private key that opens files. Neither ``str`` nor ``repr`` shows it."""

    __slots__ = ("_private_key", "recipient")

    def __init__(self, private_key: RSAPrivateKey) -> None:
        self._private_key = private_key
        self.recipient = SshRsaRecipient(private_key.public_key())

    def __repr__(self) -> str:
        return f"<SshRsaIdentity of {tag(self.recipient.blob)}>"

    def unwrap(self, stanzas: Sequence[Stanza]) -> bytes | None:
        """Unwrap the file key from the first stanza that bears this key's tag and fits.

        Raises:
            HeaderError: a stanza of this type is malformed.
        """
        own = [stanza for stanza in stanzas if stanza.type == RSA]
        if any(len(stanza.args) != 1 for stanza in own):
            raise HeaderError(f"{RSA} stanza: 1 argument belongs after the type")
        own_tag = tag(self.recipient.blob)
        keys = (self._open(stanza.body) for stanza in own if stanza.args[0] == own_tag)
        return next((key for key in keys if key is not None), None)

    def _open(self, body: bytes) -> bytes | None:
        try:
            file_key = self._private_key.decrypt(body, _OAEP)
        except ValueError:
            return None
        if len(file_key) != FILE_KEY_SIZE:
            raise HeaderError(f"{RSA} stanza: wraps no file key")
        return file_key


SshIdentity: TypeAlias = SshEd25519Identity | SshRsaIdentity


def recipient_from_line(text: str) -> SshRecipient:
    """Read a line as in ``authorized_keys`` or a ``.pub`` file: type, key and perhaps a comment; no options before it.

    Raises:
        KeyTextError: no such line, or a key of a kind that age does not use.
    """
    kind, _, rest = text.strip().partition(" ")
    encoded = (rest.split() or [""])[0]
    try:
        blob = base64.b64decode(encoded, validate=True)
        if kind == ED25519:
            return _ed25519_of(blob)
        key = serialization.load_ssh_public_key(f"{kind} {encoded}".encode()) if kind == RSA else None
        if isinstance(key, RSAPublicKey):
            return SshRsaRecipient(key)
    except (ValueError, binascii.Error):
        pass
    raise KeyTextError("not an SSH recipient (ssh-ed25519 … or ssh-rsa … of 2,048 bits or more)")


def identity_from_key(key: object) -> SshIdentity:
    """Return the identity of a private key that was read from a file.

    Raises:
        KeyTextError: it is of a kind or size that age does not use.
    """
    try:
        if isinstance(key, Ed25519PrivateKey):
            return SshEd25519Identity(key)
        if isinstance(key, RSAPrivateKey):
            return SshRsaIdentity(key)
    except ValueError as error:
        raise KeyTextError(f"not an SSH identity: {error}") from None
    raise KeyTextError("not an SSH identity: neither an Ed25519 nor an RSA key")


def _ed25519_of(blob: bytes) -> SshEd25519Recipient:
    recipient = SshEd25519Recipient(blob[-_KEY_SIZE:])
    if recipient.blob != blob:
        raise ValueError("not the encoding of an Ed25519 key")
    return recipient


def _read_ed25519(stanza: Stanza) -> bytes:
    wrapping.require_shape(stanza, arguments=2)
    wrapping.read_argument(stanza, 0, size=_TAG_SIZE, what="tag")
    return wrapping.read_argument(stanza, 1, size=_KEY_SIZE, what="share")


def _wrap_key(
    private_key: X25519PrivateKey, public_key: bytes, *, blob: bytes, share: bytes, recipient: bytes
) -> bytes | None:
    """Return the wrap key, or none if the other point is of low order."""
    secret = exchange(private_key, public_key)
    if secret is None:
        return None
    tweak = X25519PrivateKey.from_private_bytes(hkdf.derive(b"", salt=blob, info=_ED25519_INFO))
    tweaked = exchange(tweak, secret)
    return None if tweaked is None else hkdf.derive(tweaked, salt=share + recipient, info=_ED25519_INFO)


def tag(blob: bytes) -> str:
    """Return what marks a stanza as one for the key that SSH encodes so."""
    return unpadded.encode(hashlib.sha256(blob).digest()[:_TAG_SIZE])


def _line(kind: str, blob: bytes) -> str:
    return f"{kind} {base64.b64encode(blob).decode()}"


def _string(data: bytes) -> bytes:
    return len(data).to_bytes(4, "big") + data
