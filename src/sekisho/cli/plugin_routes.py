"""The ways to a release behind ``age-plugin-sekisho``: the telephone, the office on this machine, an office over a network.

What ``sekisho open`` says on the terminal is said here through ``age``. Whoever opens acknowledges what is recorded, where
``age`` can ask them; over a network, whose request says that they did, there is no release without it.
"""

import os
import secrets
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from sekisho.age.plugin_host import User
from sekisho.capsule.asking import Ask
from sekisho.catalogue.words import Language, choose_language, say
from sekisho.errors import Refused, SekishoError

if TYPE_CHECKING:
    from sekisho.custodian.answers import Denied, Waiting
    from sekisho.custody.office import Office

_NONCE_SIZE = 4
LOOK_SECONDS = 2.0
LOOKS = 450
"""For a quarter of an hour, as long as an approval counts."""


def language() -> Language:
    """Return the language that the environment asks for."""
    return choose_language(None, os.environ)


def in_words(error: SekishoError) -> str:
    """Return an error as ``age`` shows it: what was wrong, and what to do."""
    return " ".join(filter(None, (error.what(language()), error.hint(language()))))


def words(key: str, **values: object) -> str:
    """Return words of the command line."""
    return say(f"cli.{key}", language(), **values)


def acknowledge(user: User, route: str, *, must: bool) -> None:
    """Say what is recorded and have it acknowledged.

    Args:
        user: who opens.
        route: as the words call it.
        must: whether there is no release where nobody can be asked.

    Raises:
        Refused: it was not acknowledged.
    """
    question = f"{words(f'open.recorded_{route}')} {words('open.acknowledge')}"
    answer = user.confirm(question, yes=words("plugin.yes"), no=words("plugin.no"))
    if answer is False or (answer is None and must):
        raise Refused("cli.not_acknowledged")


@dataclass(frozen=True, slots=True)
class Telephone:
    """A release over the telephone: eighteen digits are shown, forty-eight asked for as a secret."""

    user: User

    def share(self, ask: Ask, /) -> bytes:
        """See :class:`sekisho.capsule.asking.ShareSource`; a misread group is named and never locks anything."""
        from sekisho.codes import challenge_code

        acknowledge(self.user, "code", must=False)
        challenge = ask.binding.cid[:2] + secrets.token_bytes(_NONCE_SIZE)
        self.user.tell(words("open.caveat"))
        self.user.tell(words("open.challenge", digits="  ".join(challenge_code(challenge).split())))
        while (typed := self.user.secret(words("open.type_code"))) is not None:
            share = self._read(typed)
            if share and ask.fits(share):
                return share
            if share:
                self.user.tell(words("open.other_code"))
        raise Refused("cli.no_digits")

    def _read(self, typed: str) -> bytes | None:
        from sekisho.codes import Misread, read_release_code

        try:
            return read_release_code(typed)
        except Misread as misread:
            if misread.groups:
                self.user.tell(words("open.misread", groups=", ".join(map(str, misread.groups))))
            else:
                self.user.tell(words("open.length", digits=misread.digits, expected=misread.expected))
        return None


@dataclass(frozen=True, slots=True)
class OfficeHere:
    """A release of the office on this machine: it is asked for once, and given when enough persons approved it."""

    home: Path
    user: User

    def share(self, ask: Ask, /) -> bytes:
        """See :class:`sekisho.capsule.asking.ShareSource`."""
        from sekisho.clock import SystemClock
        from sekisho.custody.office import Office

        office = Office.open(self.home, SystemClock(), finish=False)
        try:
            acknowledge(self.user, "here", must=False)
            return self._awaited(office, ask)
        finally:
            office.close()

    def _awaited(self, office: "Office", ask: Ask) -> bytes:
        """Ask until the approvals are there; what ``age`` writes is saved, so that must have been approved."""
        from sekisho.capsule.opening import Use
        from sekisho.custody.releasing import LocalDesk

        desk, told = LocalDesk(office, (), use=Use.SAVE), ""
        for looks_left in range(LOOKS, -1, -1):
            try:
                return desk.share(ask)
            except Refused as missing:
                if missing.key != "custodian.approvals_missing" or not looks_left:
                    raise
                said = in_words(missing)
            if said != told:
                told = said
                self.user.tell(said)
            time.sleep(LOOK_SECONDS)
        raise AssertionError  # the last look returns or raises


@dataclass(frozen=True, slots=True)
class OfficeOnline:
    """A release over a network; who speaks for the office is decided by the log's key on its card."""

    card: str
    home: Path
    user: User

    def share(self, ask: Ask, /) -> bytes:
        """See :class:`sekisho.capsule.asking.ShareSource`."""
        from sekisho.cli.device import device_key
        from sekisho.clock import SystemClock
        from sekisho.custodian.card import read_card
        from sekisho.custody.release_post import post
        from sekisho.custody.release_sources import Asker, OnlineRelease

        card = read_card(self.card.encode())
        acknowledge(self.user, "online", must=True)
        asker = Asker(cards=(card,), device=device_key(self.home, self._passphrase), clock=SystemClock())
        source = OnlineRelease(asker=asker, post=post, conversation=_Conversation(self.user), pause=time.sleep)
        return source.share(ask)

    def _passphrase(self, path: Path) -> bytes:
        return (self.user.secret(words("passphrase", path=path.name)) or "").encode()


@dataclass(slots=True)
class _Conversation:
    """What whoever opens over a network is told and asked through ``age``."""

    user: User
    _told: tuple[int, int] | None = None

    def waiting(self, answer: "Waiting") -> None:
        """See :class:`sekisho.custody.release_sources.Conversation`; the same is not said twice."""
        if self._told != (answer.have, answer.need):
            self._told = (answer.have, answer.need)
            self.user.tell(words("open.waiting", number=answer.number, have=answer.have, need=answer.need))

    def one_time_code(self, left: int) -> str:
        """See :class:`sekisho.custody.release_sources.Conversation`; what is no code costs no try."""
        while (typed := self.user.secret(words("open.one_time_code", left=left))) is not None:
            code = "".join(typed.split())
            if len(code) == 6 and code.isascii() and code.isdigit():
                return code
            self.user.tell(words("open.no_code"))
        raise Refused("cli.no_digits")

    def denied(self, answer: "Denied") -> Refused:
        """See :class:`sekisho.custody.release_sources.Conversation`."""
        from sekisho.canon.visible import shown

        return Refused("custodian.refused_remotely", words=shown(answer.words(language())))
