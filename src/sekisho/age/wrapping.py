"""What the native recipient types have in common: sixteen bytes sealed under a key that is used once.

The nonce is zero because the key is fresh for each stanza. A body is measured before anything is decrypted: one of another
length could be made to open under several keys (a partitioning oracle; C2SP ``age.md``, each recipient type).
"""

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

from sekisho.age import unpadded
from sekisho.age.errors import HeaderError
from sekisho.age.stanza import FILE_KEY_SIZE, Stanza

BODY_SIZE = FILE_KEY_SIZE + 16

_NONCE = bytes(12)


def require_file_key(file_key: bytes) -> None:
    """Refuse to wrap anything but a file key.

    Raises:
        ValueError: it is not 16 bytes.
    """
    if len(file_key) != FILE_KEY_SIZE:
        raise ValueError(f"a file key has {FILE_KEY_SIZE} bytes")


def seal(file_key: bytes, *, wrap_key: bytes) -> bytes:
    """Return the body of a stanza."""
    return ChaCha20Poly1305(wrap_key).encrypt(_NONCE, file_key, None)


def open_body(body: bytes, *, wrap_key: bytes) -> bytes | None:
    """Return the file key in a body, or none if it was sealed under another key."""
    try:
        return ChaCha20Poly1305(wrap_key).decrypt(_NONCE, body, None)
    except InvalidTag:
        return None


def require_shape(stanza: Stanza, *, arguments: int) -> None:
    """Check what every native stanza promises: how many arguments, and the length of the body.

    Raises:
        HeaderError: it is otherwise.
    """
    if len(stanza.args) != arguments:
        found = f"{len(stanza.args)} arguments after the type where {arguments} belong"
        raise HeaderError(f"{stanza.type} stanza: {found}{'s' if arguments == 1 else ''}")
    if len(stanza.body) != BODY_SIZE:
        raise HeaderError(f"{stanza.type} stanza: a body of {len(stanza.body)} bytes where {BODY_SIZE} belong")


def read_argument(stanza: Stanza, number: int, *, size: int, what: str) -> bytes:
    """Return the bytes of an argument.

    Raises:
        HeaderError: it is not base64 as age writes it, or of another size.
    """
    try:
        return unpadded.decode(stanza.args[number], size=size)
    except ValueError as error:
        raise HeaderError(f"{stanza.type} stanza: the {what} is {error}") from None
