"""The C2SP CCTV test vectors of age (``tests/vectors/age/README.md``), read as values."""

import hashlib
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from io import BytesIO

from conftest import VECTORS
from sekisho.age.armor import ArmorReader
from sekisho.age.errors import AgeError, ArmorError, HeaderError, MacError, NoMatchError, PayloadError
from sekisho.age.filekey import Identity
from sekisho.age.mlkem768x25519 import HybridIdentity
from sekisho.age.pipes import Source
from sekisho.age.scrypt import ScryptIdentity
from sekisho.age.x25519 import X25519Identity

ERRORS: dict[str, type[AgeError] | None] = {
    "success": None,
    "header failure": HeaderError,
    "armor failure": ArmorError,
    "no match": NoMatchError,
    "HMAC failure": MacError,
    "payload failure": PayloadError,
}


@dataclass(frozen=True, slots=True)
class Vector:
    """One vector file: its fields and the age file in it."""

    name: str
    fields: dict[str, list[str]]
    file: bytes

    @property
    def group(self) -> str:
        return self.name.partition("_")[0]

    @property
    def error(self) -> type[AgeError] | None:
        return ERRORS[self.fields["expect"][0]]

    @property
    def is_armored(self) -> bool:
        return "armored" in self.fields

    @property
    def file_key(self) -> bytes:
        return bytes.fromhex(self.fields["file key"][0])

    @property
    def identities(self) -> list[Identity]:
        texts, passphrases = self.fields.get("identity", []), self.fields.get("passphrase", [])
        return [*map(_identity, texts), *(ScryptIdentity(passphrase.encode()) for passphrase in passphrases)]

    @property
    def source(self) -> Source:
        """The file as a stream, out of the armor it is said to be in."""
        return ArmorReader(BytesIO(self.file)) if self.is_armored else BytesIO(self.file)

    @property
    def bare(self) -> bytes:
        """The file without armor."""
        return ArmorReader(BytesIO(self.file)).read() if self.is_armored else self.file

    def released(self, plaintext: bytes) -> bool:
        """Tell whether this is exactly the plaintext that a streaming reader hands out."""
        digest = self.fields.get("payload", [hashlib.sha256().hexdigest()])
        return [hashlib.sha256(plaintext).hexdigest()] == digest


def _identity(text: str) -> Identity:
    return (HybridIdentity if text.startswith("AGE-SECRET-KEY-PQ-1") else X25519Identity).from_text(text)


@cache
def load() -> tuple[Vector, ...]:
    """Return all vectors, by name."""
    return tuple(_read_all())


def _read_all() -> Iterator[Vector]:
    for path in sorted((VECTORS / "age" / "testdata").iterdir()):
        fields, _, file = path.read_bytes().partition(b"\n\n")
        values: dict[str, list[str]] = {}
        for line in fields.decode().splitlines():
            name, value = line.split(": ", 1)
            values.setdefault(name, []).append(value)
        yield Vector(path.name, values, zlib.decompress(file) if "compressed" in values else file)
