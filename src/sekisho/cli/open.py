"""``sekisho open``: the recipient's key, a release, and then either a look-up in memory or files in a folder.

A release is spent when it is given. So whatever can be seen before is seen before: the key, where the files go, and on the
office's own machine what was approved.
"""

import contextlib
import os
import secrets
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

import click

from sekisho.cli.command import FILE, PATH, command
from sekisho.cli.disk import disk, open_to_read
from sekisho.cli.identities import read_identities
from sekisho.cli.progress import progress
from sekisho.cli.session import Session, pass_session
from sekisho.clock import from_text, to_machine_local
from sekisho.codes import Misread, challenge_code, read_release_code
from sekisho.errors import Missing, Misuse, NotFound
from sekisho.files import private_folder, replacing_folder

if TYPE_CHECKING:
    from sekisho.age.filekey import Identity
    from sekisho.capsule.opening import Ask, OpenCapsule, Use

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
    if (out is None) == (not ask):
        raise Misuse("cli.open_how")
    reader = read_identities(session, identity)[0]
    with open_to_read(capsule) as file, disk(capsule):
        if out is None:
            _ask(session, _open(session, file, reader, keys, code=code, save=False))
        else:
            with disk(out), _destination(session, out) as folder:
                with disk(capsule):
                    opened = _open(session, file, reader, keys, code=code, save=True)
                _extract(session, opened, folder)
            names = [each.name for each in opened.manifest.files]
            said = session.say("open.extracted", path=out, files=len(names))
            session.emit({"folder": str(out), "files": names}, [said])


class Telephone:
    """A release over the telephone: eighteen digits out, forty-eight in, each group checked as it is typed."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def share(self, ask: "Ask", /) -> bytes:
        """See :class:`sekisho.capsule.opening.ShareSource`; a misread group is named and never locks anything."""
        challenge = ask.binding.cid[:2] + secrets.token_bytes(_NONCE_SIZE)
        self._session.tell("open.clock", now=to_machine_local(self._session.clock.now()))
        self._session.tell("open.challenge", digits="  ".join(challenge_code(challenge).split()))
        while True:
            share = self._typed()
            if share and ask.fits(share):
                return share
            if share:
                self._session.tell("open.other_code")

    def _typed(self) -> bytes | None:
        try:
            return read_release_code(self._session.asked(self._session.say("open.type_code")))
        except Misread as misread:
            if misread.groups:
                self._session.tell("open.misread", groups=", ".join(map(str, misread.groups)))
            else:
                self._session.tell("open.length", digits=misread.digits, expected=misread.expected)
        return None


def _open(
    session: Session, file: BinaryIO, reader: "Identity", keys: tuple[Path, ...], *, code: bool, save: bool
) -> "OpenCapsule":
    """Get a release, by the way that was asked for, and open."""
    from sekisho.capsule.opening import Use, check_use, check_window, open_capsule

    use = Use.SAVE if save else Use.ASK
    if code:
        opened = open_capsule(file, reader, Telephone(session))
        check_window(opened.manifest, session.clock.now())
        forms = {each.form for each in opened.manifest.files}
        check_use(use, allow_save=opened.manifest.allow_save, forms=forms)
    else:
        opened = _open_here(session, file, reader, keys, use)
    session.note("open.opened", **_facts(opened))
    return opened


def _open_here(
    session: Session, file: BinaryIO, reader: "Identity", keys: tuple[Path, ...], use: "Use"
) -> "OpenCapsule":
    from sekisho.custody.releasing import open_here

    try:
        with session.office() as office:
            approvers = tuple(session.key(path) for path in keys)
            size = os.fstat(file.fileno()).st_size
            with progress(session, "open.comparing", total=size) as step:
                return open_here(office, file, reader, approvers, use=use, progress=step)
    except Missing as error:
        if error.key != "store.no_office":
            raise
        raise Missing("cli.no_office_here", path=session.home) from None


@contextlib.contextmanager
def _destination(session: Session, out: Path) -> Iterator[Path]:
    """Make what becomes the folder when everything is in it, before anybody is asked for a release.

    It is noted, so that after a kill the next command removes it.
    """
    from sekisho.store.home import Home

    if os.path.lexists(out):
        raise Misuse("cli.folder_exists", path=out)
    if not out.parent.is_dir():
        raise NotFound("cli.no_file", path=out.parent)
    with disk(session.home):
        leftovers = Home(private_folder(session.home)).leftovers
        leftovers.note(out.parent)
    with contextlib.closing(leftovers), replacing_folder(out) as folder:
        yield folder


def _extract(session: Session, opened: "OpenCapsule", folder: Path) -> None:
    total = sum(file.size for file in opened.manifest.files)
    with progress(session, "open.extracting", total=total) as step:
        opened.extract(folder, progress=step)


def _ask(session: Session, opened: "OpenCapsule") -> None:
    """Answer questions about one person at a time, from memory; nothing is written."""
    from sekisho.custody.answers import QUESTION, TABLE, OpenAnswers

    answers = OpenAnswers(opened.read(TABLE), opened.read(QUESTION))
    session.note("open.question", question=getattr(answers.question, session.language))
    session.note("open.how_to_ask")
    for line in sys.stdin:
        fields = line.strip().split(",")
        if not line.strip():
            return
        found = answers.ask(*fields) if len(fields) == 3 else "unclear"
        result = found if isinstance(found, str) else "answer"
        words = session.say(f"open.{found}") if isinstance(found, str) else getattr(found, session.language)
        session.emit({"answer": words, "found": result == "answer", "result": result}, [words])


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
