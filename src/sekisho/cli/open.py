"""``sekisho open``: the recipient's key, a release, and then either a look-up in memory or files in a folder."""

import contextlib
import secrets
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from sekisho.cli.command import FILE, PATH, command
from sekisho.cli.progress import progress
from sekisho.cli.session import Session, pass_session
from sekisho.clock import from_text, to_machine_local
from sekisho.codes import Misread, challenge_code, read_release_code
from sekisho.errors import MediumError, Misuse, Refused, Unreadable
from sekisho.files import Leftovers, private_folder, replacing_folder

if TYPE_CHECKING:
    from sekisho.age.x25519 import X25519Identity
    from sekisho.capsule.opening import Ask, OpenCapsule, ShareSource

_NONCE_SIZE = 4


@command("open")
@click.argument("capsule", type=FILE)
@click.option("--identity", "-i", type=FILE, required=True)
@click.option("--code", is_flag=True)
@click.option("--key", "keys", type=FILE, multiple=True)
@click.option("--out", type=PATH)
@click.option("--ask", is_flag=True)
@pass_session
def run(
    session: Session, *, capsule: Path, identity: Path, code: bool, keys: tuple[Path, ...], out: Path | None, ask: bool
) -> None:
    """Open."""
    from sekisho.capsule.opening import open_capsule

    if (out is None) == (not ask):
        raise Misuse("cli.open_how")
    if out is not None and out.exists():
        raise Misuse("cli.folder_exists", path=out)
    reader = _read_identity(identity)
    with _disk(capsule), capsule.open("rb") as file, _source(session, code, keys) as source:
        opened = open_capsule(file, reader, source)
        session.note("open.opened", **_facts(opened))
        if out is not None:
            _extract(session, opened, out)
        else:
            _ask(session, opened)


class Telephone:
    """A release over the telephone: eighteen digits out, forty-eight in, each group checked as it is typed."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def share(self, ask: "Ask", /) -> bytes:
        """See :class:`sekisho.capsule.opening.ShareSource`; a misread group is named and never locks anything."""
        challenge = ask.binding.cid[:2] + secrets.token_bytes(_NONCE_SIZE)
        self._session.note("open.challenge", digits="  ".join(challenge_code(challenge).split()))
        while True:
            share = self._typed()
            if share and ask.fits(share):
                return share
            if share:
                self._session.note("open.other_code")

    def _typed(self) -> bytes | None:
        typed: str = click.prompt(self._session.say("open.type_code"), err=True)
        try:
            return read_release_code(typed)
        except Misread as misread:
            if misread.groups:
                self._session.note("open.misread", groups=", ".join(map(str, misread.groups)))
            else:
                self._session.note("open.length", digits=misread.digits, expected=misread.expected)
        return None


@contextlib.contextmanager
def _source(session: Session, code: bool, keys: tuple[Path, ...]) -> "Iterator[ShareSource]":
    if code:
        yield Telephone(session)
        return
    from sekisho.custody.releasing import LocalDesk

    with session.office() as office:
        yield LocalDesk(office, tuple(session.key(path) for path in keys))


def _extract(session: Session, opened: "OpenCapsule", out: Path) -> None:
    """Write the files; the folder appears only when every byte was verified."""
    if not opened.manifest.allow_save:
        raise Refused("cli.save_not_allowed")
    leftovers = Leftovers(private_folder(session.home) / "leftovers")
    leftovers.sweep()
    leftovers.note(out.parent)
    total = sum(file.size for file in opened.manifest.files)
    with progress(session, "open.extracting", total=total) as step, replacing_folder(out) as folder:
        opened.extract(folder, progress=step)
    names = [file.name for file in opened.manifest.files]
    session.emit({"folder": str(out), "files": names}, [session.say("open.extracted", path=out, files=len(names))])


def _ask(session: Session, opened: "OpenCapsule") -> None:
    """Answer questions about one person at a time, from memory; nothing is written."""
    from sekisho.custody.answers import QUESTION, TABLE, OpenAnswers

    if {TABLE, QUESTION} - {file.name for file in opened.manifest.files}:
        raise Misuse("cli.no_answers")
    answers = OpenAnswers(opened.read(TABLE), opened.read(QUESTION))
    session.note("open.question", question=getattr(answers.question, session.language))
    session.note("open.how_to_ask")
    for line in sys.stdin:
        fields = line.strip().split(",")
        if not line.strip():
            return
        found = answers.ask(*fields) if len(fields) == 3 else "unclear"
        words = session.say(f"open.{found}") if isinstance(found, str) else getattr(found, session.language)
        session.emit({"answer": words, "found": not isinstance(found, str)}, [words])


def _facts(opened: "OpenCapsule") -> dict[str, object]:
    manifest = opened.manifest
    return {
        "purposes": " / ".join(purpose.title for purpose in manifest.purposes),
        "controller": manifest.controller,
        "people": f"{manifest.people:,}",
        "until": to_machine_local(from_text(manifest.not_after)),
        "due": to_machine_local(from_text(manifest.due)),
        "signer": opened.signer.id,
    }


def _read_identity(path: Path) -> "X25519Identity":
    from sekisho.age.errors import AgeError
    from sekisho.age.x25519 import X25519Identity

    try:
        lines = path.read_text(encoding="ascii").splitlines()
        return X25519Identity.from_text(next(line for line in lines if line and not line.startswith("#")))
    except (StopIteration, AgeError, UnicodeDecodeError, OSError):
        raise Unreadable("cli.not_an_identity", path=path) from None


@contextlib.contextmanager
def _disk(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise MediumError("cli.disk", path=error.filename or path) from error
