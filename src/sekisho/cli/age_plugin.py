"""``age-plugin-sekisho``: with it the program ``age``, as everybody has it, opens a capsule when a release is given.

It is started anew for every file, so it imports late and little: by telephone it needs no office, and an office on this
machine is opened only once the recipient's own key fitted.
"""

import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from sekisho.age.errors import AgeError, PassphraseError, PluginError
from sekisho.age.filekey import POST_QUANTUM, Identity
from sekisho.age.plugin_host import Plugin, User
from sekisho.age.plugin_host import main as run
from sekisho.age.stanza import Stanza
from sekisho.capsule.asking import ShareSource
from sekisho.capsule.plugin import EXCLUSIVE, NAME, CapsuleIdentity, PluginKey, Route
from sekisho.cli.plugin_routes import OfficeHere, OfficeOnline, Telephone, in_words, words
from sekisho.errors import NoKey, Refused, SekishoError, Unreadable


def main() -> None:
    """Speak with ``age`` over standard input and output, and exit."""
    plugin = Plugin(name=NAME, recipient=_NoRecipient, identity=_identity, identity_as_recipient=_NoRecipient)
    sys.exit(run(plugin, sys.argv[1:]))


@dataclass(frozen=True, slots=True)
class _NoRecipient:
    """Nobody: a capsule is sealed by its office, so wrapping says so."""

    data: bytes
    user: User

    @property
    def labels(self) -> frozenset[str]:
        """What would keep other recipients out of a capsule."""
        return frozenset({EXCLUSIVE, POST_QUANTUM})

    def wrap(self, _file_key: bytes) -> tuple[Stanza, ...]:
        raise PluginError(in_words(Refused("capsule.sealing_needs_the_office")))


def _identity(data: bytes, user: User) -> "_SpokenIdentity":
    try:
        return _SpokenIdentity(PluginKey.decode(data), user)
    except ValueError:
        raise PluginError(in_words(Unreadable("capsule.bad_plugin_key"))) from None


@dataclass(frozen=True, slots=True)
class _SpokenIdentity:
    """An identity whose refusals are words for ``age`` to show."""

    key: PluginKey
    user: User

    def unwrap(self, stanzas: Sequence[Stanza]) -> bytes | None:
        try:
            return CapsuleIdentity(self._identities, self._source(), kid=self.key.kid).unwrap(stanzas)
        except SekishoError as error:
            raise PluginError(in_words(error)) from None

    def _source(self) -> ShareSource:
        match self.key.route:
            case Route.VOICE:
                return Telephone(self.user)
            case Route.LOCAL:
                return OfficeHere(Path(self.key.address), self.user)
            case Route.ONLINE:
                from sekisho.cli.session import default_home

                return OfficeOnline(self.key.address, default_home(), self.user)

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
        typed = self.user.secret(words("passphrase", path=path.name))
        if typed is None:
            raise NoKey("signing.wrong_passphrase", path=path)
        return typed.encode()
