"""Cosignatures (C2SP tlog-cosignature): a witness says when it saw a checkpoint grow from the last.

By Ed25519 (v1, type 0x04) what is signed is the whole text of the checkpoint behind two lines, ``cosignature/v1`` and the time.
A witness's name is not signed, so it has a key for this role alone. By ML-DSA-44 (v1.1, type 0x06, FIPS 204) it is the tree
head as a subtree that begins at 0, with both names and the time, and not what follows the head in the text. In both the line
in the note holds the time in eight bytes and the signature.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import ClassVar

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.mldsa import MLDSA44PrivateKey, MLDSA44PublicKey

from sekisho.errors import LedgerBroken, Misuse, Unreadable
from sekisho.ledger.checkpoint import TreeHead
from sekisho.ledger.note import NamedKey, Note, Signature, is_name

_TIME_BYTES = 8
_LATEST = 1 << 63
_SUBTREE = b"subtree/v1\n\0"


@dataclass(frozen=True, slots=True, kw_only=True)
class CosignerKey(NamedKey):
    """The public key of a witness, of type 0x04."""

    type: ClassVar[bytes] = b"\x04"
    unreadable: ClassVar[str] = "ledger.bad_witness_key"
    signature_bytes: ClassVar[int] = 64

    def message(self, text: str, time: int) -> bytes:
        """Return what is signed."""
        return f"cosignature/v1\ntime {time}\n{text}".encode()

    def verifies(self, signature: bytes, signed: bytes) -> bool:
        """Tell whether this key signed."""
        try:
            Ed25519PublicKey.from_public_bytes(self.public).verify(signature, signed)
        except (InvalidSignature, ValueError):  # the latter for 32 bytes that are no key
            return False
        return True


@dataclass(frozen=True, slots=True, kw_only=True)
class MlDsaCosignerKey(CosignerKey):
    """The public key of a witness, of type 0x06."""

    type: ClassVar[bytes] = b"\x06"
    key_bytes: ClassVar[int] = 1312
    signature_bytes: ClassVar[int] = 2420

    def message(self, text: str, time: int) -> bytes:
        """Return what is signed.

        Raises:
            Unreadable: the text is no checkpoint's, which this kind of key alone has to read.
        """
        head, start = TreeHead.parse(text), 0
        names = [bytes([len(each)]) + each for each in (self.name.encode(), head.origin.encode())]
        numbers = [number.to_bytes(8, "big") for number in (time, start, head.size)]
        return b"".join((_SUBTREE, names[0], numbers[0], names[1], *numbers[1:], head.root))

    def verifies(self, signature: bytes, signed: bytes) -> bool:
        """Tell whether this key signed."""
        try:
            MLDSA44PublicKey.from_public_bytes(self.public).verify(signature, signed)
        except (InvalidSignature, ValueError):
            return False
        return True


def parse_cosigner(vkey: str) -> CosignerKey:
    """Read the key of a witness, of either type.

    Raises:
        Unreadable: no such key.
    """
    try:
        return CosignerKey.parse(vkey)
    except Unreadable:
        return MlDsaCosignerKey.parse(vkey)


def cosign_ml_dsa(text: str, signer: MLDSA44PrivateKey, *, name: str, time: int) -> Signature:
    """Cosign the text of a checkpoint by ML-DSA-44; as it is randomised, no two signatures are alike.

    Raises:
        Misuse: the name cannot stand in a note.
        Unreadable: the text is no checkpoint's.
    """
    if not is_name(name):
        raise Misuse("ledger.bad_name")
    key = MlDsaCosignerKey(name=name, public=signer.public_key().public_bytes_raw())
    value = time.to_bytes(_TIME_BYTES, "big") + signer.sign(key.message(text, time))
    return Signature(name=name, key_id=key.id, value=value)


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
    key = CosignerKey.of(signer, name=name)
    value = time.to_bytes(_TIME_BYTES, "big") + signer.sign(key.message(text, time))
    return Signature(name=name, key_id=key.id, value=value)


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
    whole = len(signature.value) == _TIME_BYTES + key.signature_bytes and 0 < time < _LATEST
    try:
        fits = whole and key.verifies(signature.value[_TIME_BYTES:], key.message(text, time))
    except (Unreadable, ValueError):  # an origin beyond 255 bytes, or none
        fits = False
    if not fits:
        raise LedgerBroken("ledger.bad_signature", key=key.name)
    return time
