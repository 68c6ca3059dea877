"""``sekisho age``: files sealed and opened as age does it, without office, release or ledger.

A file is written whole or not at all. Through a pipe each chunk is verified before it is handed on, but that the whole is
there shows only at its end; so plaintext goes through a pipe only to who is told that, and never into a file that way.
"""

import contextlib
import os
import shutil
import stat
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

import click

from sekisho.cli.asking import new_passphrase
from sekisho.cli.command import FILE, PATH, group
from sekisho.cli.disk import disk
from sekisho.cli.session import Session, pass_session
from sekisho.clock import to_text
from sekisho.errors import Misuse, NotFound
from sekisho.files import private_folder, replacing, write_whole

if TYPE_CHECKING:
    from sekisho.age.filekey import Recipient

_STANDARD = Path("-")
_BLOCK = 1024 * 1024


@group("age")
def run() -> None:
    """Work with age files."""


@run.command("keygen")
@click.option("--pq", is_flag=True)
@click.option("--pin", is_flag=True)
@click.option("--out", "-o", type=PATH, required=True)
@pass_session
def keygen(session: Session, *, pq: bool, pin: bool, out: Path) -> None:
    """Make an identity."""
    from sekisho.cli.identities import generate, write_identity

    identity = generate(post_quantum=pq)
    with _writing(out):
        write_identity(session, out, identity, heading=f"created: {to_text(session.clock.now())}", pin=pin)
    document = {"file": str(out), "recipient": str(identity.recipient)}
    session.emit(document, [session.say("age.made", **document)])


@run.command("plugin-identity")
@click.option("--identity", "-i", type=FILE, required=True)
@click.option("--card", type=FILE)
@click.option("--code", is_flag=True)
@click.option("--inside", is_flag=True)
@click.option("--out", "-o", type=PATH, required=True)
@pass_session
def plugin_identity(
    session: Session, *, identity: Path, card: Path | None, code: bool, inside: bool, out: Path
) -> None:
    """Make the identity with which age opens capsules."""
    from sekisho.cli.plugin_identity import make_plugin_identity

    text, route = make_plugin_identity(session, identity, card=card, code=code, inside=inside)
    heading = f"# created: {to_text(session.clock.now())}\n# for: age -d -i {out.name} capsule.age\n"
    with _writing(out):
        write_whole(out, f"{heading}{text}\n".encode())
    session.emit({"file": str(out), "route": route}, [session.say(f"age.plugin_{route}", file=out)])


@run.command("encrypt")
@click.argument("source", type=PATH, default="-")
@click.option("--recipient", "-r", "recipients", multiple=True)
@click.option("--recipients-file", "-R", "files", type=FILE, multiple=True)
@click.option("--passphrase", "-p", is_flag=True)
@click.option("--armor", "-a", "armored", is_flag=True)
@click.option("--overwrite", is_flag=True)
@click.option("--out", "-o", type=PATH, required=True)
@pass_session
def encrypt(
    session: Session,
    *,
    source: Path,
    recipients: tuple[str, ...],
    files: tuple[Path, ...],
    passphrase: bool,
    armored: bool,
    overwrite: bool,
    out: Path,
) -> None:
    """Seal."""
    from sekisho.age.armor import ArmorWriter
    from sekisho.age.writer import encrypt as seal
    from sekisho.cli.age_words import told

    whom = _recipients(session, recipients, files, passphrase=passphrase)
    with (
        _source(source) as plain,
        told(out),
        _destination(session, out, overwrite=overwrite) as sink,
        ArmorWriter(sink) if armored else contextlib.nullcontext(sink) as bare,
        seal(bare, whom) as writer,
    ):
        shutil.copyfileobj(plain, writer, _BLOCK)
    _say(session, out, "age.sealed", recipients=len(whom))


@run.command("decrypt")
@click.argument("source", type=PATH, default="-")
@click.option("--identity", "-i", "identities", type=FILE, multiple=True)
@click.option("--overwrite", is_flag=True)
@click.option("--out", "-o", type=PATH, required=True)
@pass_session
def decrypt(session: Session, *, source: Path, identities: tuple[Path, ...], overwrite: bool, out: Path) -> None:
    """Open."""
    from sekisho.age.decrypt import decrypt as open_age
    from sekisho.age.scrypt import ScryptIdentity
    from sekisho.cli.age_words import told
    from sekisho.cli.identities import read_identities

    if out == _STANDARD:
        _only_through_a_pipe(session)
    keys = [identity for path in identities for identity in read_identities(session, path)]
    asked = ScryptIdentity(lambda: session.passphrase(source))
    with (
        _source(source) as sealed,
        _destination(session, out, overwrite=overwrite) as sink,
        told(source),
    ):
        open_age(sealed, sink, [*keys, asked])
    _say(session, out, "age.opened")


def _recipients(
    session: Session, texts: tuple[str, ...], files: tuple[Path, ...], *, passphrase: bool
) -> "list[Recipient]":
    from sekisho.age.keys import read_recipients, recipient_from_text
    from sekisho.age.mlkem768x25519 import HybridRecipient
    from sekisho.age.scrypt import ScryptRecipient
    from sekisho.age.x25519 import X25519Recipient
    from sekisho.cli.age_words import told

    if passphrase == bool(texts or files):
        raise Misuse("age.passphrase_alone" if passphrase else "age.for_whom")
    if passphrase:
        return [ScryptRecipient(new_passphrase(session, "age"))]
    found: list[Recipient] = []
    for text in texts:
        with told(f"{text[:12]}…"):
            found.append(recipient_from_text(text))
    for path in files:
        with told(path), disk(path):
            found += read_recipients(path)
    if not all(isinstance(recipient, X25519Recipient | HybridRecipient) for recipient in found):
        session.note("age.tagged")
    return found


def _only_through_a_pipe(session: Session) -> None:
    """Refuse to write plaintext into what standard output leads to if that is a file: it would be there after a failure."""
    with contextlib.suppress(OSError):
        if stat.S_ISREG(os.fstat(sys.stdout.fileno()).st_mode):
            raise Misuse("age.not_into_a_file")
    session.note("age.through_a_pipe")


@contextlib.contextmanager
def _source(path: Path) -> Iterator[BinaryIO]:
    if path == _STANDARD:
        yield sys.stdin.buffer
        return
    FILE.convert(path, None, None)
    with disk(path):
        file = path.open("rb", buffering=0)
    with file:
        yield file


@contextlib.contextmanager
def _destination(session: Session, path: Path, *, overwrite: bool) -> Iterator[BinaryIO]:
    """Open what is written to; a file is there whole when the block ends, or not at all, even after a kill."""
    if path == _STANDARD:
        yield sys.stdout.buffer
        sys.stdout.buffer.flush()
        return
    from sekisho.store.home import Home

    if not path.parent.is_dir():
        raise NotFound("cli.no_file", path=path.parent)
    with disk(session.home):
        leftovers = Home(private_folder(session.home)).leftovers
        leftovers.note(path.parent)
    with contextlib.closing(leftovers), _writing(path), replacing(path, overwrite=overwrite) as file:
        yield file


@contextlib.contextmanager
def _writing(path: Path) -> Iterator[None]:
    with disk(path):
        try:
            yield
        except FileExistsError:
            raise Misuse("cli.exists", path=path) from None


def _say(session: Session, out: Path, key: str, **values: object) -> None:
    """Say what was done, where that does not mix with the file itself."""
    if out != _STANDARD:
        document = {"file": str(out), **values}
        session.emit(document, [session.say(key, **document)])
