"""``age-plugin-sekisho``: with it the program ``age``, as everybody has it, opens a capsule when a release is given.

It is started anew for every file, so it imports late and little: by telephone it needs no office, and an office on this
machine is opened only once the recipient's own key fitted.
"""

import os
import secrets
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from sekisho.age.errors import AgeError, PassphraseError, PluginError
from sekisho.age.filekey import Identity
from sekisho.age.plugin_host import Plugin, User
from sekisho.age.plugin_host import main as run
from sekisho.age.stanza import Stanza
from sekisho.capsule.asking import Ask, ShareSource
from sekisho.capsule.plugin import EXCLUSIVE, NAME, CapsuleIdentity, PluginKey, Route
from sekisho.catalogue.words import Language, choose_language, say
from sekisho.errors import NoKey, Refused, SekishoError, Unreadable

if TYPE_CHECKING:
    from sekisho.custody.office import Office

_NONCE_SIZE = 4
_LOOK_SECONDS = 2.0
_LOOKS = 450
"""For a quarter of an hour, as long as an approval counts."""


def main() -> None:
    """Speak with ``age`` over standard input and output, and exit."""
    plugin = Plugin(name=NAME, recipient=_NoRecipient, identity=_identity, identity_as_recipient=_NoRecipient)
    sys.exit(run(plugin, sys.argv[1:]))


def _language() -> Language:
    return choose_language(None, os.environ)


def _in_words(error: SekishoError) -> PluginError:
    """Return an error as ``age`` shows it: what was wrong, and what to do."""
    language = _language()
    return PluginError(" ".join(filter(None, (error.what(language), error.hint(language)))))


@dataclass(frozen=True, slots=True)
class _NoRecipient:
    """Nobody: a capsule is sealed by its office, so wrapping says so."""

    data: bytes
    user: User

    @property
    def labels(self) -> frozenset[str]:
        """What would keep other recipients out of a capsule."""
        return frozenset({EXCLUSIVE, "postquantum"})

    def wrap(self, _file_key: bytes) -> tuple[Stanza, ...]:
        raise _in_words(Refused("capsule.sealing_needs_the_office"))


def _identity(data: bytes, user: User) -> "_SpokenIdentity":
    try:
        key = PluginKey.decode(data)
    except ValueError:
        raise _in_words(Unreadable("capsule.bad_plugin_key")) from None
    return _SpokenIdentity(key, user)


@dataclass(frozen=True, slots=True)
class _SpokenIdentity:
    """An identity whose refusals are words for ``age`` to show."""

    key: PluginKey
    user: User

    def unwrap(self, stanzas: Sequence[Stanza]) -> bytes | None:
        own = CapsuleIdentity(self._identities, _source(self.key, self.user), kid=self.key.kid)
        try:
            return own.unwrap(stanzas)
        except SekishoError as error:
            raise _in_words(error) from None

    def _identities(self) -> list[Identity]:
        """Read the recipient's own keys; a passphrase on their file is asked for through ``age``."""
        from sekisho.age.keys import identity_from_text, read_identities

        if self.key.key:
            return [identity_from_text(self.key.key)]
        path = Path(self.key.path)
        try:
            return read_identities(path, passphrase=lambda: self._passphrase(path))
        except PassphraseError:
            raise NoKey("signing.wrong_passphrase", path=path) from None
        except (AgeError, OSError, ValueError):
            raise Unreadable("cli.not_an_identity", path=path) from None

    def _passphrase(self, path: Path) -> bytes:
        typed = self.user.secret(say("cli.passphrase", _language(), path=path.name))
        if typed is None:
            raise NoKey("signing.wrong_passphrase", path=path)
        return typed.encode()


def _source(key: PluginKey, user: User) -> ShareSource:
    match key.route:
        case Route.LOCAL:
            return OfficeHere(Path(key.address), user)
        case Route.VOICE:
            return Telephone(user)
        case Route.ONLINE:
            raise _in_words(Refused("capsule.plugin_not_online"))


@dataclass(frozen=True, slots=True)
class Telephone:
    """A release over the telephone: eighteen digits are shown, forty-eight asked for as a secret."""

    user: User

    def share(self, ask: Ask, /) -> bytes:
        """See :class:`sekisho.capsule.asking.ShareSource`; a misread group is named and never locks anything."""
        from sekisho.codes import Misread, challenge_code, read_release_code

        challenge = ask.binding.cid[:2] + secrets.token_bytes(_NONCE_SIZE)
        self._tell("open.challenge", digits="  ".join(challenge_code(challenge).split()))
        while (typed := self.user.secret(say("cli.open.type_code", _language()))) is not None:
            try:
                share = read_release_code(typed)
            except Misread as misread:
                if misread.groups:
                    self._tell("open.misread", groups=", ".join(map(str, misread.groups)))
                else:
                    self._tell("open.length", digits=misread.digits, expected=misread.expected)
                continue
            if ask.fits(share):
                return share
            self._tell("open.other_code")
        raise Refused("cli.no_digits")

    def _tell(self, key: str, **values: object) -> None:
        self.user.tell(say(f"cli.{key}", _language(), **values))


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
            return self._awaited(office, ask)
        finally:
            office.close()

    def _awaited(self, office: "Office", ask: Ask) -> bytes:
        """Ask until the approvals are there; what ``age`` writes is saved, so that must have been approved."""
        from sekisho.capsule.opening import Use
        from sekisho.custody.releasing import LocalDesk

        desk, told = LocalDesk(office, (), use=Use.SAVE), ""
        for looks_left in range(_LOOKS, -1, -1):
            try:
                return desk.share(ask)
            except Refused as missing:
                if missing.key != "custodian.approvals_missing" or not looks_left:
                    raise
                words = str(_in_words(missing))
            if words != told:
                told = words
                self.user.tell(words)
            time.sleep(_LOOK_SECONDS)
        raise AssertionError  # the last look returns or raises
