"""The C2SP CCTV test vectors of age (``tests/vectors/age/README.md``), read as values."""

import hashlib
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from conftest import VECTORS
from sekisho.age.errors import AgeError, HeaderError, MacError, NoMatchError, PayloadError
from sekisho.age.x25519 import X25519Identity

ERRORS: dict[str, type[AgeError] | None] = {
    "success": None,
    "header failure": HeaderError,
    "no match": NoMatchError,
    "HMAC failure": MacError,
    "payload failure": PayloadError,
}


@dataclass(frozen=True, slots=True)
class Vector:
    """One vector file: its fields and the age file in it."""

    name: str
    fields: dict[str, str]
    file: bytes

    @property
    def group(self) -> str:
        return self.name.partition("_")[0]

    @property
    def error(self) -> type[AgeError] | None:
        return ERRORS[self.fields["expect"]]

    @property
    def is_armored(self) -> bool:
        return "armored" in self.fields

    @property
    def file_key(self) -> bytes:
        return bytes.fromhex(self.fields["file key"])

    @property
    def identities(self) -> list[X25519Identity]:
        return [X25519Identity.from_text(self.fields["identity"])] if "identity" in self.fields else []

    def released(self, plaintext: bytes) -> bool:
        """Tell whether this is exactly the plaintext that a streaming reader hands out."""
        digest = self.fields.get("payload", hashlib.sha256().hexdigest())
        return hashlib.sha256(plaintext).hexdigest() == digest


@cache
def load() -> tuple[Vector, ...]:
    """Return all vectors, by name."""
    return tuple(_read_all())


def _read_all() -> Iterator[Vector]:
    for path in sorted((VECTORS / "age" / "testdata").iterdir()):
        fields, _, file = path.read_bytes().partition(b"\n\n")
        # The repeated fields, more identities or passphrases, occur only in groups that are not opened here.
        pairs = dict(line.split(": ", 1) for line in fields.decode().splitlines())
        yield Vector(path.name, pairs, zlib.decompress(file) if "compressed" in pairs else file)
