"""``sekisho open``: the recipient's key, a release, and then either a look-up in memory or files in a folder.

A release is spent when it is given. So whatever can be seen before is seen before: the key, where the files go, and on the
office's own machine what was approved.
"""

import contextlib
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from sekisho.cli.asking import demand_a_look
from sekisho.cli.command import FILE, PATH, command
from sekisho.cli.disk import disk, open_to_read
from sekisho.cli.identities import read_identities
from sekisho.cli.opening import Opening, Route
from sekisho.cli.progress import progress
from sekisho.cli.session import Session, pass_session
from sekisho.errors import Misuse, NotFound
from sekisho.files import private_folder, replacing_folder

if TYPE_CHECKING:
    from sekisho.capsule.opening import OpenCapsule


@command("open")
@click.argument("capsule", type=FILE)
@click.option("--identity", "-i", type=FILE, required=True)
@click.option("--code", is_flag=True)
@click.option("--online", is_flag=True)
@click.option("--qr", is_flag=True)
@click.option("--request", type=PATH)
@click.option("--release", type=PATH)
@click.option("--card", "cards", type=FILE, multiple=True)
@click.option("--witness", "witnesses", multiple=True)
@click.option("--purpose", default="")
@click.option("--key", "keys", type=FILE, multiple=True)
@click.option("--out", type=PATH)
@click.option("--ask", is_flag=True)
@click.option("--yes", is_flag=True)
@pass_session
def run(
    session: Session, *, capsule: Path, identity: Path, code: bool, online: bool, qr: bool, request: Path | None,
    release: Path | None, cards: tuple[Path, ...], witnesses: tuple[str, ...], purpose: str, keys: tuple[Path, ...],
    out: Path | None, ask: bool, yes: bool,
) -> None:  # fmt: skip
    """Open."""
    from sekisho.age.any_of import AnyOf

    if (out is None) == (not ask):
        raise Misuse("cli.open_how")
    demand_a_look(session, yes=yes)
    route = Route(
        code=code, online=online, qr=qr, request=request, release=release, cards=cards,
        witnesses=witnesses, purpose=purpose, keys=keys,
    )  # fmt: skip
    route.must_be_one()
    reader = AnyOf(read_identities(session, identity))
    opening = Opening(session, route, reader, yes=yes)
    with open_to_read(capsule) as file, disk(capsule):
        if out is None:
            _ask(session, opening.open(file, save=False))
        else:
            with disk(out), _destination(session, out) as folder:
                with disk(capsule):
                    opened = opening.open(file, save=True)
                _extract(session, opened, folder)
            names = [each.name for each in opened.manifest.files]
            said = session.say("open.extracted", path=out, files=len(names))
            session.emit({"folder": str(out), "files": names}, [said])


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
