"""``sekisho keygen``: a signing key for a person, or the key of a recipient."""

import re
from pathlib import Path

import click

from sekisho.cli.asking import new_passphrase
from sekisho.cli.command import FOLDER, command
from sekisho.cli.session import Session, pass_session
from sekisho.errors import MediumError, Misuse
from sekisho.files import write_whole


@command("keygen")
@click.argument("name")
@click.option("--recipient", is_flag=True)
@click.option("--classic", is_flag=True)
@click.option("--pin", is_flag=True)
@click.option("--out", "-o", "folder", type=FOLDER, default=".")
@click.option("--no-passphrase", is_flag=True)
@pass_session
def run(
    session: Session, *, name: str, recipient: bool, classic: bool, pin: bool, folder: Path, no_passphrase: bool
) -> None:
    """Make a key and say what to put into the register."""
    from sekisho.custody.register import IDENTIFIER

    if not re.match(IDENTIFIER, name):
        raise Misuse("cli.bad_name")
    if (classic or pin) and not recipient:
        raise Misuse("cli.needs_option", option="--classic" if classic else "--pin", needed="--recipient")
    try:
        if recipient:
            document = _recipient(session, name, folder, classic=classic, pin=pin)
        else:
            document = _signing(session, name, folder, no_passphrase)
    except FileExistsError as error:
        raise Misuse("cli.key_exists", path=error.filename) from None
    except OSError as error:
        raise MediumError("cli.disk", path=folder) from error
    key = "keygen.made_recipient" if recipient else "keygen.made_signing"
    session.emit(document, [session.say(key, **document)])


def _recipient(session: Session, name: str, folder: Path, *, classic: bool, pin: bool) -> dict[str, str]:
    from sekisho.cli.identities import generate, write_identity

    identity = generate(post_quantum=not classic)
    path = folder / f"{name}.identity"
    write_identity(session, path, identity, heading=f"sekisho recipient key of {name}", pin=pin)
    return {"name": name, "file": str(path), "recipient": str(identity.recipient)}


def _signing(session: Session, name: str, folder: Path, no_passphrase: bool) -> dict[str, str]:
    from sekisho.signing.keys import generate, save

    path = folder / f"{name}.key"
    passphrase = None if no_passphrase else new_passphrase(session, name)
    key = generate()
    save(key, path, passphrase=passphrase)
    public = f"{key.public.line} {name}"
    write_whole(folder / f"{name}.pub", f"{public}\n".encode(), overwrite=True, mode=0o644)
    return {"name": name, "file": str(path), "key": key.public.line, "id": key.public.id}
