"""Salted commitments: a leaf speaks of a personal value without holding it.

``SHA-256("sekisho/commit/v1" ‖ 0 ‖ field ‖ 0 ‖ salt ‖ value)`` with a fresh 32-byte salt for every value, because the
bare hash of a telephone number is found by trying them all, and a reused salt links equal people. The value is its
UTF-8 text as given: whoever wants two spellings to commit alike brings them to one form first.

Erasing salt and value changes no proof and leaves a hash that says nothing. Whoever kept both can still prove what it
was; that is a limit of every commitment.
"""

from hashlib import sha256

SALT_BYTES = 32
COMMITMENT_BYTES = 32

_LABEL = b"sekisho/commit/v1"


def commit(*, field: str, salt: bytes, value: str) -> bytes:
    """Return the commitment to one field's value.

    Raises:
        ValueError: the salt is not 32 bytes, the field is not ASCII or holds a NUL, or the value is no valid text.
    """
    if len(salt) != SALT_BYTES or "\0" in field:
        raise ValueError("a commitment needs a field name without NUL and a salt of 32 bytes")
    return sha256(b"\0".join((_LABEL, field.encode("ascii"), salt + value.encode()))).digest()
