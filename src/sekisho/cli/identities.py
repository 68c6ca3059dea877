"""Files of identities: written with or without a passphrase, and read whatever they hold."""

from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

from sekisho.cli.asking import new_passphrase
from sekisho.cli.session import Session
from sekisho.errors import NoKey, Unreadable
from sekisho.files import write_whole

if TYPE_CHECKING:
    from sekisho.age.filekey import Identity
    from sekisho.age.mlkem768x25519 import HybridIdentity
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
    """Read a file of identities, asking for its passphrase if it has one.

    Raises:
        NoKey: the passphrase does not fit.
        Unreadable: the file holds no identity.
    """
    from sekisho.age.errors import AgeError, PassphraseError
    from sekisho.age.keys import read_identities as read

    try:
        return read(path, passphrase=lambda: session.passphrase(path))
    except PassphraseError:
        raise NoKey("signing.wrong_passphrase", path=path) from None
    except (AgeError, OSError):
        raise Unreadable("cli.not_an_identity", path=path) from None


def _sealed(text: bytes, passphrase: bytes) -> bytes:
    from sekisho.age.scrypt import ScryptRecipient
    from sekisho.age.writer import encrypt

    sealed = BytesIO()
    with encrypt(sealed, [ScryptRecipient(passphrase)]) as writer:
        writer.write(text)
    return sealed.getvalue()
