"""Signed notes (C2SP signed-note v1.0.0) with Ed25519 keys: text, a blank line, lines ``— name base64``.

A verifier ignores keys that it does not know, so that witnesses and other algorithms can sign beside the log;
a known key whose signature fails spoils the whole note, and so does a note that no known key signed. Only
signature type 0x01 is spoken here.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import ClassVar, Self

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from sekisho.errors import LedgerBroken, Misuse, NoKey, Unreadable
from sekisho.ledger.encoding import read_base64, write_base64

_KEY_ID_BYTES = 4
_MARK = "— "
_MOST_SIGNATURES = 100
_MOST_CHARACTERS = 1_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class NamedKey:
    """A public key, of Ed25519 unless its class says otherwise, with the name it signs under; as text a *vkey*, ``name+id+base64``, whose type tells its role."""

    type: ClassVar[bytes]
    unreadable: ClassVar[str]
    key_bytes: ClassVar[int] = 32

    name: str
    public: bytes

    @classmethod
    def of(cls, signer: Ed25519PrivateKey, *, name: str) -> Self:
        """Return the public key of a signer.

        Raises:
            Misuse: a name holds no spaces, no ``+`` and no control characters, and is not empty.
        """
        if not is_name(name):
            raise Misuse("ledger.bad_name")
        return cls(name=name, public=signer.public_key().public_bytes_raw())

    @classmethod
    def parse(cls, vkey: str) -> Self:
        """Read a vkey of this type; its printed id must be the one its key gives.

        Raises:
            Unreadable: not such a vkey; one of another type is none.
        """
        try:
            # From the left: base64 has "+" of its own, a name has none.
            name, key_id, encoded = vkey.split("+", 2)
            material = read_base64(encoded)
        except ValueError as error:
            raise Unreadable(cls.unreadable) from error
        key = cls(name=name, public=material[1:])
        whole = material[:1] == cls.type and len(material) == 1 + cls.key_bytes and is_name(name)
        if not whole or key.id.hex() != key_id:
            raise Unreadable(cls.unreadable)
        return key

    @property
    def id(self) -> bytes:
        """The four bytes that, with the name, mark this key's signature lines."""
        return sha256(self.name.encode() + b"\n" + self.type + self.public).digest()[:_KEY_ID_BYTES]

    def __str__(self) -> str:
        return f"{self.name}+{self.id.hex()}+{write_base64(self.type + self.public)}"


@dataclass(frozen=True, slots=True, kw_only=True)
class VerifierKey(NamedKey):
    """The public key of a log, of type 0x01."""

    type: ClassVar[bytes] = b"\x01"
    unreadable: ClassVar[str] = "ledger.bad_vkey"

    def verifies(self, text: str, signature: bytes) -> bool:
        """Tell whether this key signed ``text``."""
        try:
            Ed25519PublicKey.from_public_bytes(self.public).verify(signature, text.encode())
        except InvalidSignature:
            return False
        return True


@dataclass(frozen=True, slots=True, kw_only=True)
class Signature:
    """One signature line."""

    name: str
    key_id: bytes
    value: bytes

    def line(self) -> str:
        """Write the line without its newline."""
        return f"{_MARK}{self.name} {write_base64(self.key_id + self.value)}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """A text and its signature lines; nothing is known of the signatures until :func:`verify`."""

    text: str
    signatures: tuple[Signature, ...]

    def __str__(self) -> str:
        return self.text + "\n" + "".join(f"{each.line()}\n" for each in self.signatures)


def parse(note: str | bytes) -> Note:
    """Read a note without verifying it.

    Raises:
        Unreadable: not a note, or beyond 100 signatures or a million characters.
    """
    try:
        whole = note.decode() if isinstance(note, bytes) else note
        _check_characters(whole)
        # The last blank line separates; the text may hold others.
        text, _, lines = whole.rpartition("\n\n")
        return Note(text=f"{text}\n", signatures=_parse_lines(lines))
    except ValueError as error:
        raise Unreadable("ledger.bad_note") from error


def sign(text: str, signer: Ed25519PrivateKey, *, name: str) -> Note:
    """Sign a text; Ed25519 is deterministic, so one text has one note.

    Raises:
        Misuse: the name cannot stand in a note.
    """
    key = VerifierKey.of(signer, name=name)
    return Note(text=text, signatures=(Signature(name=name, key_id=key.id, value=signer.sign(text.encode())),))


def verify(note: Note, keys: Sequence[VerifierKey]) -> list[VerifierKey]:
    """Return the keys that signed a note.

    Raises:
        LedgerBroken: the signature of a known key fails.
        NoKey: no known key signed it.
    """
    known = {(key.name, key.id): key for key in keys}
    signers: dict[VerifierKey, None] = {}
    for signature in note.signatures:
        key = known.get((signature.name, signature.key_id))
        if key is None:
            continue
        if not key.verifies(note.text, signature.value):
            raise LedgerBroken("ledger.bad_signature", key=key.name)
        signers[key] = None
    if not signers:
        raise NoKey("ledger.unsigned")
    return list(signers)


def _check_characters(whole: str) -> None:
    if len(whole) > _MOST_CHARACTERS:
        raise ValueError("too long for a note")
    if any(character < " " and character != "\n" for character in whole):
        raise ValueError("a control character")


def _parse_lines(lines: str) -> tuple[Signature, ...]:
    if not lines.endswith("\n"):
        raise ValueError("no signature lines, or a last one without its newline")
    # Not splitlines(), which also splits at U+0085 and U+2028.
    each = lines.removesuffix("\n").split("\n")
    if len(each) > _MOST_SIGNATURES:
        raise ValueError("too many signatures")
    return tuple(_parse_line(line) for line in each)


def _parse_line(line: str) -> Signature:
    name, _, encoded = line.removeprefix(_MARK).partition(" ")
    data = read_base64(encoded)
    if not line.startswith(_MARK) or not is_name(name) or len(data) <= _KEY_ID_BYTES:
        raise ValueError("not a signature line")
    return Signature(name=name, key_id=data[:_KEY_ID_BYTES], value=data[_KEY_ID_BYTES:])


def is_name(name: str) -> bool:
    """Tell whether a key may bear a name: it stands between spaces in a note, and before a plus in a vkey."""
    return bool(name) and not any(each.isspace() or each < " " or each == "+" for each in name)
