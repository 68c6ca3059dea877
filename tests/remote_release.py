"""An opener and an office that talk without a network: bodies are handed over by a call."""

import io
from dataclasses import dataclass, field

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from invented_office import IDENTITY, Town, signing_key
from release_desk import ask_of
from sekisho.capsule.opening import OpenCapsule, ShareSource, open_capsule
from sekisho.custodian.answers import Denied, Reply, Waiting
from sekisho.custodian.boxes import EphemeralKey, Suite
from sekisho.custodian.card import Card, read_card
from sekisho.custodian.documents import sign_document, write_body
from sekisho.custodian.policy import Limits
from sekisho.custody.answering import DEFAULT_LIMITS, answer_all
from sekisho.custody.relay_key import office_card
from sekisho.custody.release_sources import Asker, OnlineRelease
from sekisho.custody.releasing import approve_release
from sekisho.errors import Refused

DEVICE = Ed25519PrivateKey.from_private_bytes(b"\x02" * 32)


@dataclass
class Person:
    """Who sits before the opener; types the codes that are given, and approves at the office while waiting."""

    town: Town
    approvers: tuple[str, ...] = ("chief", "security")
    codes: list[str] = field(default_factory=list)
    waits: list[tuple[int, int]] = field(default_factory=list)
    lefts: list[int] = field(default_factory=list)

    def waiting(self, answer: Waiting) -> None:
        self.waits.append((answer.have, answer.need))
        approve(self.town, answer.number, *self.approvers)

    def one_time_code(self, left: int) -> str:
        self.lefts.append(left)
        return self.codes.pop(0)

    def denied(self, answer: Denied) -> Refused:
        return Refused(answer.key)


def approve(town: Town, number: int, *names: str) -> None:
    for name in names:
        approve_release(town.office, town.office.releases.get(number), approver=signing_key(name))


def card_of(town: Town) -> Card:
    return read_card(office_card(town.office).text)


def asker(town: Town, *, purpose: str = "", cards: tuple[Card, ...] | None = None) -> Asker:
    return Asker(cards=(card_of(town),) if cards is None else cards, device=DEVICE, clock=town.clock, purpose=purpose)


def answered(town: Town, *bodies: bytes, limits: Limits = DEFAULT_LIMITS) -> list[Reply]:
    return answer_all(town.office, bodies, limits=limits).replies


def online(town: Town, person: Person | None = None, **changes: object) -> OnlineRelease:
    def post(_: Card, body: bytes) -> bytes:
        (reply,) = answered(town, body)
        return reply.encode()

    values: dict[str, object] = {
        "asker": asker(town), "post": post, "conversation": person or Person(town), "pause": lambda _: None,
    }  # fmt: skip
    return OnlineRelease(**(values | changes))  # type: ignore[arg-type]  # named where it is called


def opened(town: Town, slip: str, source: ShareSource) -> OpenCapsule:
    return open_capsule(io.BytesIO(town.capsule(slip).read_bytes()), IDENTITY, source)


def body_for(town: Town, slip: str, *, purpose: str = "", factor: str | None = None, suite: Suite = "x25519") -> bytes:
    """Return what an opener posts for a copy, with a key that nobody keeps."""
    document = asker(town, purpose=purpose).document(ask_of(town, slip), EphemeralKey.draw(suite))
    return write_body(document.raw, sign_document(document.raw, DEVICE), factor=factor)
