"""The ways to a release without the office at hand: telephone, network, files, a QR code. What each tells and asks."""

import secrets
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from sekisho.cli.device import device_key
from sekisho.cli.disk import disk
from sekisho.cli.qr import qr_code
from sekisho.cli.session import Session
from sekisho.clock import to_machine_local
from sekisho.codes import Misread, challenge_code, read_release_code
from sekisho.errors import Misuse, NotFound, Refused, Unreadable

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sekisho.capsule.opening import Ask
    from sekisho.custodian.answers import Denied, Waiting
    from sekisho.custodian.card import Card
    from sekisho.custody.release_sources import Asker, CodeRelease, FileRelease, OnlineRelease

_NONCE_SIZE = 4
_LOOK_SECONDS = 1.0
_LONGEST_LOOKS = 24 * 60 * 60
_CARD = "card.json"


class Telephone:
    """A release over the telephone: eighteen digits out, forty-eight in, each group checked as it is typed."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def share(self, ask: "Ask", /) -> bytes:
        """See :class:`sekisho.capsule.opening.ShareSource`; a misread group is named and never locks anything."""
        challenge = ask.binding.cid[:2] + secrets.token_bytes(_NONCE_SIZE)
        self._session.tell("open.clock", now=to_machine_local(self._session.clock.now()))
        self._session.tell("open.caveat")
        self._session.tell("open.challenge", digits="  ".join(challenge_code(challenge).split()))
        while True:
            share = typed_digits(self._session)
            if share and ask.fits(share):
                return share
            if share:
                self._session.tell("open.other_code")


@dataclass(slots=True)
class Terminal:
    """What whoever opens over a network or by files is told and asked."""

    session: Session
    _told: tuple[int, int] | None = None

    def waiting(self, answer: "Waiting") -> None:
        """See :class:`sekisho.custody.release_sources.Conversation`; the same is not said twice."""
        if self._told != (answer.have, answer.need):
            self._told = (answer.have, answer.need)
            self.session.tell("open.waiting", number=answer.number, have=answer.have, need=answer.need)

    def one_time_code(self, left: int) -> str:
        """See :class:`sekisho.custody.release_sources.Conversation`; what is no code costs no try."""
        while True:
            code = "".join(self.session.hidden("open.one_time_code", left=left).split())
            if len(code) == 6 and code.isascii() and code.isdigit():
                return code
            self.session.tell("open.no_code")

    def denied(self, answer: "Denied") -> Refused:
        """See :class:`sekisho.custody.release_sources.Conversation`."""
        from sekisho.canon.visible import shown

        return Refused("custodian.refused_remotely", words=shown(answer.words(self.session.language)))


def typed_digits(session: Session) -> bytes | None:
    """Ask for the 48 digits; None, and words, where they were misread."""
    try:
        return read_release_code(session.asked(session.say("open.type_code")))
    except Misread as misread:
        if misread.groups:
            session.tell("open.misread", groups=", ".join(map(str, misread.groups)))
        else:
            session.tell("open.length", digits=misread.digits, expected=misread.expected)
    return None


def online_release(session: Session, asker: "Asker") -> "OnlineRelease":
    """Return a release over a network."""
    from sekisho.custody.release_post import post
    from sekisho.custody.release_sources import OnlineRelease

    return OnlineRelease(asker=asker, post=post, conversation=Terminal(session), pause=time.sleep)


def file_release(session: Session, asker: "Asker", request: Path, answer: Path) -> "FileRelease":
    """Return a release by two files."""
    from sekisho.custody.release_sources import FileRelease

    def exchange(body: bytes) -> bytes:
        from sekisho.files import write_whole

        with disk(request):
            write_whole(request, body)
        session.tell("open.carry", request=request, answer=answer)
        return _awaited(answer)

    return FileRelease(asker=asker, exchange=exchange, conversation=Terminal(session))


def code_release(session: Session, cards: "tuple[Card, ...]") -> "CodeRelease":
    """Return a release by a QR code on the screen."""
    from sekisho.custody.release_sources import CodeRelease

    def show(card: "Card", text: str) -> None:
        session.tell("open.scan", phone=card.phone, code=qr_code(text), text=text)

    return CodeRelease(
        cards=cards,
        show=show,
        digits=lambda: typed_digits(session),
        told=lambda: session.tell("open.other_code"),
    )


def read_cards(session: Session, paths: "Sequence[Path]") -> "tuple[Card, ...]":
    """Return the cards that are known: those named, else the one in Sekisho's folder.

    Raises:
        NotFound: there is none.
        Unreadable, NoKey: one of them is damaged.
    """
    from sekisho.custodian.card import read_card

    default = session.home / _CARD
    if not paths and not default.exists():
        raise NotFound("cli.no_card", path=default)
    cards = []
    for path in paths or [default]:
        with disk(path):
            cards.append(read_card(path.read_bytes()))
    return tuple(cards)


def make_asker(
    session: Session, cards: "tuple[Card, ...]", *, purpose: str, witnesses: tuple[str, ...] = ()
) -> "Asker":
    """Return who opens, with this machine's key, which is made on first need."""
    from sekisho.canon.visible import hidden
    from sekisho.custodian.documents import MOST_PURPOSE
    from sekisho.custody.release_sources import Asker
    from sekisho.ledger.quorum import Quorum

    if hidden(purpose) or len(purpose) > MOST_PURPOSE:
        raise Misuse("cli.bad_purpose_text", most=MOST_PURPOSE)
    device = device_key(session.home, session.passphrase)
    quorum = Quorum.parse(witnesses, needed=len(witnesses))
    return Asker(cards=cards, device=device, clock=session.clock, purpose=purpose, witnesses=quorum)


def _awaited(answer: Path) -> bytes:
    """Wait until a file is there and whole: somebody may be copying it."""
    from sekisho.custodian.answers import read_answer

    for _ in range(_LONGEST_LOOKS):
        try:
            data = answer.read_bytes()
            read_answer(data)
        except (FileNotFoundError, Unreadable, OSError):
            time.sleep(_LOOK_SECONDS)
        else:
            return data
    raise Refused("custodian.waited_too_long")
