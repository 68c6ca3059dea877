"""Where an opener without an office gets a share: online, by files that somebody carries, by a QR code.

Each is a :class:`~sekisho.capsule.opening.ShareSource`. It knows the office by its card, which did not come on the medium, and
takes nothing on anybody's word: the release must stand in that office's log before the share is used. The ephemeral key lives
as long as the call, so an answer that comes later, or another's, opens nothing.
"""

import secrets
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Protocol

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from sekisho.capsule.asking import Ask
from sekisho.clock import Clock
from sekisho.custodian.answers import Denied, Factor, Opened, Released, Waiting, open_answer, read_answer
from sekisho.custodian.boxes import EphemeralKey, Suite
from sekisho.custodian.card import Card
from sekisho.custodian.documents import NOT_SEEN, Document, read_document, sign_document, write_body, write_document
from sekisho.custodian.relay import RelayKey, RelayRequest
from sekisho.errors import NoKey, Refused

POLL_SECONDS = 2
_LONGEST_POLLS = 30 * 60 // POLL_SECONDS
_NONCE_SIZE = 16
_SHORT_HEADER = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Asker:
    """Who opens, and on what.

    Attributes:
        cards: of the offices that are known here.
        device: this machine's key.
        clock: its clock.
        purpose: what the person typed; perhaps nothing.
        suite: how the share is to be sealed.
    """

    cards: tuple[Card, ...]
    device: Ed25519PrivateKey = field(repr=False)
    clock: Clock
    purpose: str = ""
    suite: Suite = "xwing"

    def card(self, ask: Ask) -> Card:
        """Return the card of the office that a capsule's header names.

        Raises:
            NoKey: it is none of those.
        """
        return card_of(self.cards, ask.binding.kid)

    def document(self, ask: Ask, key: EphemeralKey) -> Document:
        """Write the request document for one opening."""
        return read_document(
            write_document(
                cid=ask.binding.cid,
                tid=ask.binding.tid,
                kid=ask.binding.kid,
                header=ask.header_sha256 or NOT_SEEN,
                suite=key.suite,
                key=key.key,
                nonce=secrets.token_bytes(_NONCE_SIZE),
                purpose=self.purpose,
                device=self.device.public_key().public_bytes_raw(),
                at=self.clock.now(),
            )
        )


class Conversation(Protocol):
    """What whoever opens is told and asked meanwhile."""

    def waiting(self, answer: Waiting) -> None:
        """Say that approvals are missing."""
        ...

    def one_time_code(self, left: int) -> str:
        """Ask for the one-time code; so many tries are left."""
        ...

    def denied(self, answer: Denied) -> Refused:
        """Return the refusal in the person's language."""
        ...


@dataclass(slots=True, kw_only=True)
class OnlineRelease:
    """A release over a network; asks again every two seconds while approvals are missing.

    Attributes:
        asker: who opens.
        post: sends a body to an office and returns its answer.
        conversation: what the person is told and asked.
        pause: waits so many seconds.
        opened: what the last verified answer gave.
    """

    asker: Asker
    post: Callable[[Card, bytes], bytes]
    conversation: Conversation
    pause: Callable[[float], None]
    opened: list[Opened] = field(default_factory=list)

    def share(self, ask: Ask, /) -> bytes:
        """See :class:`sekisho.capsule.opening.ShareSource`."""
        card, key = self.asker.card(ask), EphemeralKey.draw(self.asker.suite)
        document = self.asker.document(ask, key)
        signature = sign_document(document.raw, self.asker.device)
        answer = self._released(card, document.raw, signature)
        return _checked(ask, open_answer(answer, asked=document, key=key, log=card.log), self.opened)

    def _released(self, card: Card, document: bytes, signature: bytes) -> Released:
        code: str | None = None
        for _ in range(_LONGEST_POLLS):
            match read_answer(self.post(card, write_body(document, signature, factor=code))):
                case Released() as released:
                    return released
                case Denied() as denied:
                    raise self.conversation.denied(denied)
                case Factor(left=left):
                    code = self.conversation.one_time_code(left)
                case Waiting() as waiting:
                    code = None
                    self.conversation.waiting(waiting)
                    self.pause(POLL_SECONDS)
        raise Refused("custodian.waited_too_long")


@dataclass(slots=True, kw_only=True)
class FileRelease:
    """A release by two files: one is carried to the office, the other back.

    Attributes:
        asker: who opens.
        exchange: hands the request over and returns the answer.
        conversation: what the person is told and asked.
        opened: what the last verified answer gave.
    """

    asker: Asker
    exchange: Callable[[bytes], bytes]
    conversation: Conversation
    opened: list[Opened] = field(default_factory=list)

    def share(self, ask: Ask, /) -> bytes:
        """See :class:`sekisho.capsule.opening.ShareSource`."""
        card, key = self.asker.card(ask), EphemeralKey.draw(self.asker.suite)
        document = self.asker.document(ask, key)
        body = write_body(document.raw, sign_document(document.raw, self.asker.device))
        match read_answer(self.exchange(body)):
            case Released() as released:
                return _checked(ask, open_answer(released, asked=document, key=key, log=card.log), self.opened)
            case Denied() as denied:
                raise self.conversation.denied(denied)
            case _:
                raise Refused("custodian.no_release_in_file")


@dataclass(slots=True, kw_only=True)
class CodeRelease:
    """A release by a QR code and 48 digits that only this call can unmask.

    Attributes:
        cards: of the offices that are known here.
        show: shows the text of a code.
        digits: returns the 16 bytes of the next digits that were typed; None where they were misread.
        told: says that the digits do not fit.
    """

    cards: tuple[Card, ...]
    show: Callable[[Card, str], None]
    digits: Callable[[], bytes | None]
    told: Callable[[], None]

    def share(self, ask: Ask, /) -> bytes:
        """See :class:`sekisho.capsule.opening.ShareSource`; misread digits never lock anything."""
        card, key = card_of(self.cards, ask.binding.kid), RelayKey.draw()
        asked = RelayRequest(
            kid=ask.binding.kid,
            cid=ask.binding.cid,
            tid=ask.binding.tid,
            key=key.public,
            header=ask.header_sha256[:_SHORT_HEADER],
        )
        self.show(card, asked.text)
        while True:
            typed = self.digits()
            if typed is None:
                continue
            share = key.unmask(typed, relay=card.relay, asked=asked)
            if ask.fits(share):
                return share
            self.told()


def card_of(cards: Iterable[Card], kid: bytes) -> Card:
    """Return the card of the office that a capsule's header names.

    Raises:
        NoKey: it is none of those.
    """
    for card in cards:
        if card.kid == kid:
            return card
    raise NoKey("custodian.other_card")


def _checked(ask: Ask, opened: Opened, kept: list[Opened]) -> bytes:
    """Return a share that fits the capsule, and keep what else the answer said."""
    if not ask.fits(opened.share):
        raise NoKey("capsule.wrong_share")
    kept.append(opened)
    return opened.share
