"""Cosignatures (C2SP tlog-cosignature v1, Ed25519, type 0x04): a witness says when it saw a checkpoint grow from the last.

What is signed is the whole text of the checkpoint behind two lines, ``cosignature/v1`` and the time; the line in the note
holds the time in eight bytes and the signature. A witness's name is not signed, so it has a key for this role alone.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import sha256
from typing import Self

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from sekisho.errors import LedgerBroken, Misuse, Unreadable
from sekisho.ledger.encoding import read_base64, write_base64
from sekisho.ledger.note import Note, Signature, is_name

_COSIGNATURE = b"\x04"
_KEY_BYTES, _KEY_ID_BYTES, _TIME_BYTES, _SIGNATURE_BYTES = 32, 4, 8, 64
_LATEST = 1 << 63


@dataclass(frozen=True, slots=True, kw_only=True)
class CosignerKey:
    """The public key of a witness with the name it signs under; as text a *vkey*, ``name+id+base64``."""

    name: str
    public: bytes

    @classmethod
    def of(cls, signer: Ed25519PrivateKey, *, name: str) -> Self:
        """Return the key of a witness.

        Raises:
            Misuse: the name cannot stand in a note.
        """
        if not is_name(name):
            raise Misuse("ledger.bad_name")
        return cls(name=name, public=signer.public_key().public_bytes_raw())

    @classmethod
    def parse(cls, vkey: str) -> Self:
        """Read a vkey of type 0x04; its printed id must be the one its key gives.

        Raises:
            Unreadable: not such a vkey; that of a log is none.
        """
        try:
            name, key_id, encoded = vkey.split("+", 2)  # from the left: base64 has "+" of its own
            material = read_base64(encoded)
        except ValueError as error:
            raise Unreadable("ledger.bad_witness_key") from error
        key = cls(name=name, public=material[1:])
        whole = material[:1] == _COSIGNATURE and len(material) == 1 + _KEY_BYTES and is_name(name)
        if not whole or key.id.hex() != key_id:
            raise Unreadable("ledger.bad_witness_key")
        return key

    @property
    def id(self) -> bytes:
        """The four bytes that, with the name, mark this key's lines."""
        return sha256(self.name.encode() + b"\n" + _COSIGNATURE + self.public).digest()[:_KEY_ID_BYTES]

    def __str__(self) -> str:
        return f"{self.name}+{self.id.hex()}+{write_base64(_COSIGNATURE + self.public)}"


def cosign(text: str, signer: Ed25519PrivateKey, *, name: str, time: int) -> Signature:
    """Cosign the text of a checkpoint.

    Args:
        text: of the checkpoint, without its signatures.
        signer: the witness's key.
        name: of the witness.
        time: in seconds since 1970.

    Raises:
        Misuse: the name cannot stand in a note.
        ValueError: a time that no checkpoint has.
    """
    if not 0 < time < _LATEST:
        raise ValueError("not a time of a cosignature")
    value = time.to_bytes(_TIME_BYTES, "big") + signer.sign(_signed(text, time))
    return Signature(name=name, key_id=CosignerKey.of(signer, name=name).id, value=value)


def cosigned(note: Note, keys: Iterable[CosignerKey]) -> dict[CosignerKey, int]:
    """Return which of some witnesses cosigned a note, and when, in seconds since 1970; by the latest of each.

    Raises:
        LedgerBroken: the cosignature of one of them does not fit.
    """
    known = {(key.name, key.id): key for key in keys}
    times: dict[CosignerKey, int] = {}
    for signature in note.signatures:
        key = known.get((signature.name, signature.key_id))
        if key is not None:
            times[key] = max(times.get(key, 0), _time(note.text, signature, key))
    return times


def _time(text: str, signature: Signature, key: CosignerKey) -> int:
    time = int.from_bytes(signature.value[:_TIME_BYTES], "big")
    whole = len(signature.value) == _TIME_BYTES + _SIGNATURE_BYTES and 0 < time < _LATEST
    if not whole or not _verifies(key, signature.value[_TIME_BYTES:], _signed(text, time)):
        raise LedgerBroken("ledger.bad_signature", key=key.name)
    return time


def _verifies(key: CosignerKey, signature: bytes, signed: bytes) -> bool:
    try:
        Ed25519PublicKey.from_public_bytes(key.public).verify(signature, signed)
    except (InvalidSignature, ValueError):  # the latter for 32 bytes that are no key
        return False
    return True


def _signed(text: str, time: int) -> bytes:
    return f"cosignature/v1\ntime {time}\n{text}".encode()
