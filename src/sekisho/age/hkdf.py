"""The one key derivation of age: HKDF-SHA-256 with 32 bytes of output (RFC 5869; C2SP ``age.md``, conventions)."""

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

_KEY_SIZE = 32


def derive(secret: bytes, *, salt: bytes = b"", info: bytes) -> bytes:
    """Derive a 32-byte key from ``secret`` for the use that ``info`` names."""
    return HKDF(algorithm=SHA256(), length=_KEY_SIZE, salt=salt, info=info).derive(secret)
