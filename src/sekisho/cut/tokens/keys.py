"""The keys of tokens: one for each field of each copy, so that one person's tokens in two copies have nothing in common.

HKDF-SHA-256 (RFC 5869) without a salt; ``info`` is a label and then each part as UTF-8 behind its length (four bytes,
big-endian), so that no two lists of parts are the same bytes. The master is the custodian's and is handed in; nothing
here keeps it.
"""

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

KEY_BYTES = 32

_TOKEN, _JOIN = b"cut/token/1", b"cut/join/1"


def derive(master: bytes, *, cut: str, recipient: str, field: str) -> bytes:
    """Return the key for the tokens of one field of one cut for one recipient.

    Raises:
        ValueError: a master of less than 32 bytes.
    """
    return _derived(master, _TOKEN, cut, recipient, field)


def derive_join(master: bytes, *, name: str) -> bytes:
    """Return a key that several cuts share, so that their tables can be joined on its tokens.

    Raises:
        ValueError: a master of less than 32 bytes.
    """
    return _derived(master, _JOIN, name)


def prefixed(text: str) -> bytes:
    """Return a text as UTF-8 behind its length."""
    data = text.encode()
    return len(data).to_bytes(4, "big") + data


def _derived(master: bytes, label: bytes, *parts: str) -> bytes:
    if len(master) < KEY_BYTES:
        raise ValueError("a master key has at least 32 bytes")
    info = b"".join((label, *map(prefixed, parts)))
    return HKDF(algorithm=SHA256(), length=KEY_BYTES, salt=None, info=info).derive(master)
