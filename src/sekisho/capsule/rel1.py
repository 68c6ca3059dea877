"""The release stanza ``rel1``: the file key of an age file, split between a recipient and the custodian.

    mask = HKDF-SHA256(ikm S, salt empty, info NAME || 00 || cid || tid, 16 bytes)
    FK'  = FK xor mask
    body = inner recipient's wrap of FK', an ordinary age stanza (t, args, body)
    kcv  = HKDF-SHA256(ikm S, salt empty, info NAME || " kcv" || cid || tid, 8 bytes)
    -> NAME b64(cid) b64(tid) b64(kid) b64(kcv) t args...

S, the share, is 16 random bytes that only the custodian keeps; it is on no medium in any form. Whoever holds the capsule
and the recipient's key has FK' and still faces a 128-bit key; whoever holds S has nothing without the recipient's key.
Specified in ``docs/reference/rel1.md``; formulas and known answers in the capsule reference, section 4.2.
"""

from dataclasses import dataclass, field

from cryptography.hazmat.primitives.constant_time import bytes_eq
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from sekisho.age import unpadded
from sekisho.age.errors import HeaderError
from sekisho.age.filekey import Identity, Recipient
from sekisho.age.header import Header
from sekisho.age.mlkem768x25519 import TYPE as MLKEM768X25519
from sekisho.age.p256tag import TYPE as P256TAG
from sekisho.age.stanza import FILE_KEY_SIZE, Stanza
from sekisho.age.x25519 import TYPE as X25519
from sekisho.domain import STANZA
from sekisho.errors import NoKey, Unreadable

SHARE_SIZE = ID_SIZE = 16
KID_SIZE = KCV_SIZE = 8
INNER_TYPES = frozenset({X25519, MLKEM768X25519, P256TAG})
"""Inner recipients that a capsule may have; never a passphrase, never this stanza itself."""

_NAME = STANZA.encode("ascii")
_GREASE = "-grease"
_INNER_BODY_SIZE = FILE_KEY_SIZE + 16
_LONGEST_SHOWN = 40


@dataclass(frozen=True, slots=True)
class Binding:
    """What a share belongs to.

    Attributes:
        cid: the copy's id, 16 random bytes.
        tid: the ticket's id, 16 random bytes, one a copy and recipient.
        kid: the first eight bytes of the SHA-256 of the custodian's log key.

    Raises:
        ValueError: one of them has another size.
    """

    cid: bytes
    tid: bytes
    kid: bytes

    def __post_init__(self) -> None:
        if [len(self.cid), len(self.tid), len(self.kid)] != [ID_SIZE, ID_SIZE, KID_SIZE]:
            raise ValueError(f"ids have {ID_SIZE} bytes, a custodian's {KID_SIZE}")


@dataclass(frozen=True, slots=True)
class ReleaseStanza:
    """One recipient's way into a capsule.

    Attributes:
        binding: copy, ticket and custodian.
        kcv: check value of the share, so that a misread code is told before anything is decrypted.
        inner: the age stanza that wraps the masked file key.
    """

    binding: Binding
    kcv: bytes
    inner: Stanza

    def to_stanza(self) -> Stanza:
        """Return the stanza as it stands in the header."""
        ids = (self.binding.cid, self.binding.tid, self.binding.kid, self.kcv)
        return Stanza(STANZA, (*map(unpadded.encode, ids), self.inner.type, *self.inner.args), self.inner.body)


@dataclass(frozen=True, slots=True)
class MaskedKey:
    """What a recipient's key alone gives: the file key under the mask."""

    stanza: ReleaseStanza
    masked: bytes = field(repr=False)

    def unmask(self, share: bytes) -> bytes:
        """Return the file key.

        Raises:
            NoKey: the share is another ticket's, or was misread.
        """
        if not fits(share, self.stanza.binding, kcv=self.stanza.kcv):
            raise NoKey("capsule.wrong_share")
        return _xor(self.masked, mask(share, self.stanza.binding))


def mask(share: bytes, binding: Binding) -> bytes:
    """Return what the file key is masked with."""
    return _derive(share, b"\0", binding, FILE_KEY_SIZE)


def check_value(share: bytes, binding: Binding) -> bytes:
    """Return the share's check value."""
    return _derive(share, b" kcv", binding, KCV_SIZE)


def fits(share: bytes, binding: Binding, *, kcv: bytes) -> bool:
    """Tell whether a share is the one with this check value, before anything is decrypted with it."""
    return len(share) == SHARE_SIZE and bytes_eq(check_value(share, binding), kcv)


def wrap(file_key: bytes, share: bytes, binding: Binding, recipient: Recipient) -> ReleaseStanza:
    """Wrap a file key so that it takes the recipient's key and the share.

    Raises:
        ValueError: the recipient is of a type that a capsule may not have.
    """
    inner, *more = recipient.wrap(_xor(file_key, mask(share, binding)))
    if more or inner.type not in INNER_TYPES:
        raise ValueError(f"no capsule can be sealed to a recipient of type {inner.type}")
    return ReleaseStanza(binding, check_value(share, binding), inner)


def read_stanzas(header: Header) -> tuple[ReleaseStanza, ...]:
    """Return a capsule's release stanzas.

    A stanza of another type would be a way past the custodian, so a file that has one is no capsule, whoever added it;
    grease, which means nothing by definition, is passed over.

    Raises:
        Unreadable: no capsule, a foreign stanza beside ours, or one of ours malformed or of a type not known here.
    """
    ours = [stanza for stanza in header.stanzas if stanza.type == STANZA]
    foreign = [stanza.type for stanza in header.stanzas if stanza.type != STANZA and not stanza.type.endswith(_GREASE)]
    if not ours:
        raise Unreadable("capsule.not_a_capsule")
    if foreign:
        raise Unreadable("capsule.foreign_stanza", type=foreign[0][:_LONGEST_SHOWN])
    stanzas = tuple(map(_parse, ours))
    if len({each.binding.tid for each in stanzas}) != len(stanzas) or len({each.binding.cid for each in stanzas}) != 1:
        raise Unreadable("capsule.bad_stanza")
    return stanzas


def unwrap(stanzas: tuple[ReleaseStanza, ...], identity: Identity) -> MaskedKey:
    """Return the masked file key that a recipient's identity gives.

    Raises:
        NoKey: the capsule is for somebody else.
        Unreadable: the inner stanza of a recipient is malformed.
    """
    try:
        tried = [(stanza, identity.unwrap([stanza.inner])) for stanza in stanzas]
    except HeaderError:
        raise Unreadable("capsule.bad_stanza") from None
    found = next((MaskedKey(stanza, masked) for stanza, masked in tried if masked is not None), None)
    if found is None:
        raise NoKey("capsule.other_recipient")
    return found


def _parse(stanza: Stanza) -> ReleaseStanza:
    try:
        cid, tid, kid, kcv, inner_type, *inner_args = stanza.args
        binding = Binding(unpadded.decode(cid), unpadded.decode(tid), unpadded.decode(kid))
        check = unpadded.decode(kcv, size=KCV_SIZE)
        inner = Stanza(inner_type, tuple(inner_args), stanza.body)
    except ValueError:
        raise Unreadable("capsule.bad_stanza") from None
    if inner.type not in INNER_TYPES:
        raise Unreadable("capsule.unknown_recipient", type=inner.type[:_LONGEST_SHOWN])
    if len(inner.body) != _INNER_BODY_SIZE:
        raise Unreadable("capsule.bad_stanza")
    return ReleaseStanza(binding, check, inner)


def _derive(share: bytes, label: bytes, binding: Binding, size: int) -> bytes:
    if len(share) != SHARE_SIZE:
        raise ValueError(f"a share has {SHARE_SIZE} bytes")
    info = _NAME + label + binding.cid + binding.tid
    return HKDF(algorithm=SHA256(), length=size, salt=None, info=info).derive(share)


def _xor(left: bytes, right: bytes) -> bytes:
    return bytes(a ^ b for a, b in zip(left, right, strict=True))
