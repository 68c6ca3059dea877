"""The office's card: what an opener is told of the office beforehand, and never learns from a stick.

Its log key is the root of everything that an opener checks; the relay key and the address are only as good as that key's
word. A card comes with the opener, or by another way than the medium. Specified in ``docs/reference/release.md``.
"""

import hashlib
from dataclasses import dataclass
from typing import Annotated, Literal

import msgspec
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from sekisho.canon.visible import hidden
from sekisho.custodian.documents import strict_json
from sekisho.domain import DOMAIN
from sekisho.errors import NoKey, Unreadable
from sekisho.ledger.encoding import read_base64, write_base64
from sekisho.ledger.note import VerifierKey

_PREFIX = f"{DOMAIN}/relay\0".encode()
_MOST_BYTES = 4096


class _Card(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    v: Literal[1]
    name: Annotated[str, msgspec.Meta(min_length=1, max_length=200)]
    phone: Annotated[str, msgspec.Meta(max_length=60)]
    kid: str
    log: str
    relay: str
    relay_signature: str
    url: Annotated[str, msgspec.Meta(pattern=r"^(https?://[!-~]{1,200})?\Z")]


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """A card whose parts fit each other.

    Attributes:
        name: of the office.
        phone: the number on its slips.
        log: its log's key.
        relay: its static X25519 key for releases by camera.
        relay_signature: the log key's word for that.
        url: where it answers over a network; empty where it does not.
    """

    name: str
    phone: str
    log: VerifierKey
    relay: bytes
    relay_signature: bytes
    url: str

    @property
    def kid(self) -> bytes:
        """What capsules call this custodian."""
        return hashlib.sha256(self.log.public).digest()[:8]

    @property
    def text(self) -> bytes:
        """The card as a file."""
        card = _Card(
            v=1,
            name=self.name,
            phone=self.phone,
            kid=self.kid.hex(),
            log=str(self.log),
            relay=write_base64(self.relay),
            relay_signature=write_base64(self.relay_signature),
            url=self.url,
        )
        return msgspec.json.format(msgspec.json.encode(card), indent=2) + b"\n"


def make_card(*, name: str, phone: str, url: str, log: VerifierKey, signer: Ed25519PrivateKey, relay: bytes) -> Card:
    """Make an office's card; ``signer`` is the log's key."""
    return Card(name=name, phone=phone, log=log, relay=relay, relay_signature=signer.sign(_PREFIX + relay), url=url)


def read_card(data: bytes) -> Card:
    """Read a card and check that its parts fit.

    Raises:
        Unreadable: no card.
        NoKey: its relay key or short id is not its log key's.
    """
    try:
        shape = msgspec.convert(strict_json(data, most=_MOST_BYTES), _Card)
        card = Card(
            name=shape.name,
            phone=shape.phone,
            log=VerifierKey.parse(shape.log),
            relay=read_base64(shape.relay),
            relay_signature=read_base64(shape.relay_signature),
            url=shape.url,
        )
    except (ValueError, Unreadable):
        raise Unreadable("custodian.bad_card") from None
    if hidden(card.name) or hidden(card.phone):
        raise Unreadable("custodian.bad_card")
    if shape.kid != card.kid.hex() or len(card.relay) != 32 or not _signed(card):
        raise NoKey("custodian.card_does_not_fit")
    return card


def _signed(card: Card) -> bool:
    try:
        Ed25519PublicKey.from_public_bytes(card.log.public).verify(card.relay_signature, _PREFIX + card.relay)
    except (InvalidSignature, ValueError):
        return False
    return True
