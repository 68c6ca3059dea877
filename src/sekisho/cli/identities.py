"""Files of identities: written with or without a passphrase, and read whatever they hold."""

from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, TypeGuard

import click

from sekisho.cli.asking import new_passphrase
from sekisho.cli.session import Session
from sekisho.errors import NoKey, Unreadable
from sekisho.files import write_whole

if TYPE_CHECKING:
    from sekisho.age.filekey import Identity
    from sekisho.age.mlkem768x25519 import HybridIdentity
    from sekisho.age.plugin_client import Dialogue, PluginIdentity
    from sekisho.age.x25519 import X25519Identity


def generate(*, post_quantum: bool) -> "HybridIdentity | X25519Identity":
    """Make a new identity."""
    from sekisho.age.mlkem768x25519 import HybridIdentity
    from sekisho.age.x25519 import X25519Identity

    return HybridIdentity.generate() if post_quantum else X25519Identity.generate()


def write_identity(
    session: Session, path: Path, identity: "HybridIdentity | X25519Identity", *, heading: str, pin: bool
) -> None:
    """Write an identity into a file of its own, which only its owner can read.

    Args:
        session: asks for the passphrase.
        path: the file.
        identity: what to write.
        heading: the comment above it.
        pin: whether the file is sealed with a passphrase, as an age file that any age opens.

    Raises:
        FileExistsError: the file exists.
        OSError: the disk said no.
    """
    text = f"# {heading}\n# public key: {identity.recipient}\n{identity.to_secret_text()}\n".encode()
    write_whole(path, _sealed(text, new_passphrase(session, path.name)) if pin else text)


def read_identities(session: Session, path: Path) -> "list[Identity]":
    """Read a file of identities, asking for its passphrase if it has one; what keeps one elsewhere speaks on the terminal.

    Raises:
        NoKey: the passphrase does not fit.
        Unreadable: the file holds no identity.
    """
    from sekisho.age.errors import AgeError, PassphraseError
    from sekisho.age.keys import read_identities as read

    try:
        found = read(path, passphrase=lambda: session.passphrase(path))
    except PassphraseError:
        raise NoKey("signing.wrong_passphrase", path=path) from None
    except (AgeError, OSError):
        raise Unreadable("cli.not_an_identity", path=path) from None
    return [each.speaking(_dialogue(session)) if _is_plugin(each) else each for each in found]


def _is_plugin(identity: "Identity") -> "TypeGuard[PluginIdentity]":
    return hasattr(identity, "speaking")  # without importing what speaks to plugins where there is none


def _dialogue(session: Session) -> "Dialogue":
    """Let a plugin of age, such as a token's, speak on the terminal; where nobody is there it is told so."""
    from sekisho.age.plugin_client import Dialogue

    def message(name: str, words: str) -> bool:
        click.echo(f"age-plugin-{name}: {words}", err=True)
        return True

    def asked(name: str, question: str, *, hidden: bool) -> str | None:
        try:
            return session.asked(f"age-plugin-{name}: {question}", hide_input=hidden)
        except click.Abort:
            return None

    def confirm(name: str, question: str, yes: str, no: str | None) -> bool | None:
        answer = asked(name, f"{question} [1: {yes}{f', 2: {no}' if no else ''}]", hidden=False)
        return None if answer is None else answer.strip() == "1"

    return Dialogue(
        message=message,
        confirm=confirm,
        public=lambda name, question: asked(name, question, hidden=False),
        secret=lambda name, question: asked(name, question, hidden=True),
    )


def _sealed(text: bytes, passphrase: bytes) -> bytes:
    from sekisho.age.scrypt import ScryptRecipient
    from sekisho.age.writer import encrypt

    sealed = BytesIO()
    with encrypt(sealed, [ScryptRecipient(passphrase)]) as writer:
        writer.write(text)
    return sealed.getvalue()
