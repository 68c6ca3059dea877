"""The opening number on the slip: a gate in the page against being talked into something, and no more.

A finder's page shows nothing that could be read aloud before this number is typed. It keeps no secret: whoever has the page
can try all ten thousand in a minute or two, and finds behind the gate only what is of no use without the recipient's key and a
release (capsule reference, section 10.4, rule 4). PBKDF2 is what every browser has; ``opener/src/pages/gate.ts`` is the
other side.
"""

import base64
from collections.abc import Callable, Iterable

import msgspec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.pbkdf2 import PBKDF2HMAC

DIGITS = 4
"""So that it is taken neither for a slip number (6), nor a challenge (18), nor a code (48)."""

SALT_SIZE = 16
_ROUNDS = 100_000
_HASH_SIZE = 32


class Gate(msgspec.Struct, frozen=True, kw_only=True):
    """What the page keeps instead of one number."""

    v: int
    salt: str
    rounds: int
    hash: str


def draw_pin(randomness: Callable[[int], bytes]) -> str:
    """Return an opening number for a slip; every number is as likely, but for one part in four hundred thousand."""
    return f"{int.from_bytes(randomness(4), 'big') % 10**DIGITS:0{DIGITS}d}"


def gate(pin: str, salt: bytes) -> Gate:
    """Return the gate of an opening number.

    Raises:
        ValueError: the salt is not 16 bytes.
    """
    if len(salt) != SALT_SIZE:
        raise ValueError("a salt is 16 bytes")
    hashed = PBKDF2HMAC(algorithm=SHA256(), length=_HASH_SIZE, salt=salt, iterations=_ROUNDS).derive(
        pin.encode("ascii")
    )
    return Gate(v=1, salt=base64.b64encode(salt).decode(), rounds=_ROUNDS, hash=base64.b64encode(hashed).decode())


def with_gates(card: bytes, pins: Iterable[str], randomness: Callable[[int], bytes]) -> bytes:
    """Return an office's card as a page bears it: any of these numbers opens its gate, for a medium may hold two copies.

    Raises:
        ValueError: the card is no JSON object.
    """
    gates = [gate(pin, randomness(SALT_SIZE)) for pin in pins]
    return msgspec.json.encode(msgspec.json.decode(card, type=dict[str, object]) | {"gates": gates})
