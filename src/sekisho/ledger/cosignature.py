"""Cosignatures (C2SP tlog-cosignature v1, Ed25519, type 0x04): a witness says when it saw a checkpoint grow from the last.

What is signed is the whole text of the checkpoint behind two lines, ``cosignature/v1`` and the time; the line in the note
holds the time in eight bytes and the signature. A witness's name is not signed, so it has a key for this role alone.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import ClassVar

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from sekisho.errors import LedgerBroken
from sekisho.ledger.note import NamedKey, Note, Signature

_TIME_BYTES, _SIGNATURE_BYTES = 8, 64
_LATEST = 1 << 63


@dataclass(frozen=True, slots=True, kw_only=True)
class CosignerKey(NamedKey):
    """The public key of a witness, of type 0x04."""

    type: ClassVar[bytes] = b"\x04"
    unreadable: ClassVar[str] = "ledger.bad_witness_key"


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
