"""The release stanza ``rel1``: the file key of an age file, split between a recipient and the custodian.

    mask = HKDF-SHA256(ikm S, salt empty, info NAME || 00 || cid || tid, 16 bytes)
    FK'  = FK xor mask
    body = inner recipient's wrap of FK', an ordinary age stanza (t, args, body)
    kcv  = HKDF-SHA256(ikm S, salt empty, info NAME || " kcv" || cid || tid, 8 bytes)
    -> NAME b64(cid) b64(tid) b64(kid) b64(kcv) t args...

With several custodians ("dual", t of m) the file key is masked with a random K, of which each custodian's share masks a point:

    c_i = f(i) xor mask_i, f over GF(2^8) of degree t - 1, f(0) = K, FK' = FK xor K
    -> NAME b64(cid) t/m (b64(tid_i) b64(kid_i) b64(kcv_i) b64(c_i)) * m t args...

S, the share, is 16 random bytes that only the custodian keeps; it is on no medium in any form. Whoever holds the capsule
and the recipient's key has FK' and still faces a 128-bit key; whoever holds S has nothing without the recipient's key.
Specified in ``docs/reference/rel1.md``; formulas and known answers in the capsule reference, section 4.2.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from cryptography.hazmat.primitives.constant_time import bytes_eq
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from sekisho.age import unpadded
from sekisho.age.errors import HeaderError
from sekisho.age.filekey import Identity, Randomness, Recipient
from sekisho.age.header import Header
from sekisho.age.mlkem768x25519 import TYPE as MLKEM768X25519
from sekisho.age.p256tag import TYPE as P256TAG
from sekisho.age.stanza import FILE_KEY_SIZE, Stanza
from sekisho.age.x25519 import TYPE as X25519
from sekisho.capsule import dual
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
_COUNTS = re.compile(r"([1-9][0-9]?)/([1-9][0-9]?)")
_PART_ARGUMENTS = 4


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
class Part:
    """What one custodian is asked for.

    Attributes:
        binding: copy, ticket and custodian.
        kcv: check value of the share.
        point: with several custodians, the masked point of the key that this one's share gives.
    """

    binding: Binding
    kcv: bytes
    point: bytes = b""


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

    @property
    def needed(self) -> int:
        """How many custodians must release."""
        return 1

    @property
    def parts(self) -> tuple[Part, ...]:
        """The one custodian."""
        return (Part(self.binding, self.kcv),)


@dataclass(frozen=True, slots=True)
class DualStanza:
    """One recipient's way into a capsule that several custodians guard.

    Attributes:
        needed: how many of them must release.
        parts: one a custodian; the first has its point at 1, and so on.
        inner: the age stanza that wraps the masked file key.
    """

    needed: int
    parts: tuple[Part, ...]
    inner: Stanza

    @property
    def binding(self) -> Binding:
        """Copy, ticket and custodian of the first."""
        return self.parts[0].binding

    def to_stanza(self) -> Stanza:
        """Return the stanza as it stands in the header."""
        parts = [
            unpadded.encode(value)
            for part in self.parts
            for value in (part.binding.tid, part.binding.kid, part.kcv, part.point)
        ]
        ids = (unpadded.encode(self.binding.cid), f"{self.needed}/{len(self.parts)}", *parts)
        return Stanza(STANZA, (*ids, self.inner.type, *self.inner.args), self.inner.body)


@dataclass(frozen=True, slots=True)
class MaskedKey:
    """What a recipient's key alone gives: the file key under the mask."""

    stanza: ReleaseStanza | DualStanza
    masked: bytes = field(repr=False)

    def unmask(self, *shares: bytes) -> bytes:
        """Return the file key; which custodian a share is of, its check value tells.

        Raises:
            NoKey: a share is another ticket's, or was misread; or there are too few.
        """
        masks = {}
        for share in shares:
            place = self._place(share)
            masks[place] = mask(share, self.stanza.parts[place - 1].binding)
        if len(masks) < self.stanza.needed:
            raise NoKey("capsule.too_few_shares", have=len(masks), need=self.stanza.needed)
        if isinstance(self.stanza, ReleaseStanza):
            return _xor(self.masked, masks[1])
        points = {place: _xor(self.stanza.parts[place - 1].point, masks[place]) for place in masks}
        return _xor(self.masked, dual.join(points))

    def _place(self, share: bytes) -> int:
        for place, part in enumerate(self.stanza.parts, 1):
            if fits(share, part.binding, kcv=part.kcv):
                return place
        raise NoKey("capsule.wrong_share")


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
    inner = _wrap_inner(_xor(file_key, mask(share, binding)), recipient)
    return ReleaseStanza(binding, check_value(share, binding), inner)


def wrap_dual(
    file_key: bytes,
    shares: Sequence[tuple[Binding, bytes]],
    recipient: Recipient,
    *,
    needed: int,
    randomness: Randomness,
) -> DualStanza:
    """Wrap a file key so that it takes the recipient's key and the shares of so many custodians.

    Args:
        file_key: of the age file.
        shares: what each custodian issued, by what it belongs to.
        recipient: who opens.
        needed: how many custodians must release.
        randomness: gives the key that is shared, and the polynomial.

    Raises:
        ValueError: no such sharing; two copies, or one custodian twice; or a recipient that a capsule may not have.
    """
    bindings = [binding for binding, _ in shares]
    if not _are_apart(bindings):
        raise ValueError("a capsule is shared among custodians of its own copy, each once")
    key = randomness(FILE_KEY_SIZE)
    points = dual.split(key, needed=needed, count=len(shares), randomness=randomness)
    parts = tuple(
        Part(binding, check_value(share, binding), _xor(point, mask(share, binding)))
        for (binding, share), point in zip(shares, points, strict=True)
    )
    return DualStanza(needed, parts, _wrap_inner(_xor(file_key, key), recipient))


def read_stanzas(header: Header) -> tuple[ReleaseStanza | DualStanza, ...]:
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
    bindings = [part.binding for each in stanzas for part in each.parts]
    if len({each.tid for each in bindings}) != len(bindings) or len({each.cid for each in bindings}) != 1:
        raise Unreadable("capsule.bad_stanza")
    return stanzas


def unwrap(stanzas: Sequence[ReleaseStanza | DualStanza], identity: Identity) -> MaskedKey:
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


def _parse(stanza: Stanza) -> ReleaseStanza | DualStanza:
    try:
        counts = _COUNTS.fullmatch(stanza.args[1]) if len(stanza.args) > 1 else None
        if counts:  # base64 of an id is longer than any of these
            return _parse_dual(stanza, needed=int(counts[1]), count=int(counts[2]))
        cid, tid, kid, kcv, *inner_args = stanza.args
        (part,) = _parts(unpadded.decode(cid, size=ID_SIZE), (tid, kid, kcv, ""))
        return ReleaseStanza(part.binding, part.kcv, _inner(stanza, inner_args))
    except ValueError:
        raise Unreadable("capsule.bad_stanza") from None


def _parse_dual(stanza: Stanza, *, needed: int, count: int) -> DualStanza:
    cid, _, *rest = stanza.args
    arguments, inner_args = rest[: _PART_ARGUMENTS * count], rest[_PART_ARGUMENTS * count :]
    parts = tuple(_parts(unpadded.decode(cid, size=ID_SIZE), arguments))
    whole = len(parts) == count and all(len(part.point) == FILE_KEY_SIZE for part in parts)
    if not whole or not 2 <= needed <= count <= dual.MOST or not _are_apart([part.binding for part in parts]):
        raise ValueError("no sharing among custodians")
    return DualStanza(needed, parts, _inner(stanza, inner_args))


def _parts(cid: bytes, arguments: Sequence[str]) -> Iterator[Part]:
    for at in range(0, len(arguments), _PART_ARGUMENTS):
        tid, kid, kcv, point = arguments[at : at + _PART_ARGUMENTS]
        binding = Binding(cid, unpadded.decode(tid), unpadded.decode(kid))
        yield Part(binding, unpadded.decode(kcv, size=KCV_SIZE), unpadded.decode(point))


def _are_apart(bindings: Sequence[Binding]) -> bool:
    """Tell whether these are tickets of one copy, each of another custodian: one that had two would count twice."""
    return len({each.cid for each in bindings}) == 1 and len({each.kid for each in bindings}) == len(bindings)


def _wrap_inner(masked: bytes, recipient: Recipient) -> Stanza:
    inner, *more = recipient.wrap(masked)
    if more or inner.type not in INNER_TYPES:
        raise ValueError(f"no capsule can be sealed to a recipient of type {inner.type}")
    return inner


def _inner(stanza: Stanza, arguments: Sequence[str]) -> Stanza:
    """Return the inner stanza that stands behind our own arguments."""
    inner_type, *inner_args = arguments
    inner = Stanza(inner_type, tuple(inner_args), stanza.body)
    if inner.type not in INNER_TYPES:
        raise Unreadable("capsule.unknown_recipient", type=inner.type[:_LONGEST_SHOWN])
    if len(inner.body) != _INNER_BODY_SIZE:
        raise Unreadable("capsule.bad_stanza")
    return inner


def _derive(share: bytes, label: bytes, binding: Binding, size: int) -> bytes:
    if len(share) != SHARE_SIZE:
        raise ValueError(f"a share has {SHARE_SIZE} bytes")
    info = _NAME + label + binding.cid + binding.tid
    return HKDF(algorithm=SHA256(), length=size, salt=None, info=info).derive(share)


def _xor(left: bytes, right: bytes) -> bytes:
    return bytes(a ^ b for a, b in zip(left, right, strict=True))
