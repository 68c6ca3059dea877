"""``sekisho loss --from-files``: an ordinary stick was lost: people, clocks and drafts from the files that were on it.

One command and few questions, for an office that may never have used this program: where there is none, one is made.
"""

import sys
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import click

from sekisho.cli.arguments import read_time
from sekisho.cli.command import FILE, PATH, Group
from sekisho.cli.progress import progress
from sekisho.cli.session import Session, pass_session
from sekisho.errors import Misuse

if TYPE_CHECKING:
    from sekisho.custody.office import Office
    from sekisho.loss.plain_loss import PlainReport

_COMMAND = "from-files"
_OPTION = f"--{_COMMAND}"
_MEDIA = ("usb_stick", "external_disk", "optical_disc", "notebook", "paper", "other")


class LossGroup(Group):
    """The group takes the files of an ordinary stick in place of a command: ``sekisho loss --from-files FILE ...``."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Read ``--from-files`` as the command of that name."""
        if _OPTION in args:
            args = [_COMMAND, *(arg for arg in args if arg != _OPTION)]
        return super().parse_args(ctx, args)


def add_to(group: Group) -> None:
    """Add the command to the group."""

    @group.command(_COMMAND)
    @click.argument("files", nargs=-1, required=True, type=PATH)
    @click.option("--out", type=PATH, required=True)
    @click.option("--known", default="")
    @click.option("--noticed", default="")
    @click.option("--last-seen", default="")
    @click.option("--stolen", is_flag=True)
    @click.option("--medium", type=click.Choice(_MEDIA), default="usb_stick")
    @click.option("--media", type=click.IntRange(1, 9999), default=1)
    @click.option("--inside", is_flag=True)
    @click.option("--title", default="")
    @click.option("--column", "columns", multiple=True)
    @click.option("--office", "name", default="")
    @click.option("--body", type=click.Choice(["public", "private"]))
    @click.option("--phone", default="")
    @click.option("--zone", default="Asia/Tokyo", show_default=True)
    @click.option("--key", type=FILE)
    @pass_session
    def from_files(session: Session, /, **options: Any) -> None:  # noqa: ANN401 - click's own
        """Answer a plain loss."""
        _answer(session, **options)


def _answer(
    session: Session, *, files: tuple[Path, ...], out: Path, columns: tuple[str, ...],
    key: Path | None, name: str, body: Literal["public", "private"] | None, phone: str, zone: str,
    **said: Any,  # noqa: ANN401 - the options that make a report
) -> None:  # fmt: skip
    """Make an office where there is none, and write everything in one go."""
    from sekisho.loss.affected.columns import read_said
    from sekisho.loss.plain_answer import answer_plain_loss
    from sekisho.loss.plain_loss import report_plain_loss

    if out.exists():
        raise Misuse("loss.exists", path=out)
    columns_said = [read_said(text) for text in columns]
    _office_there(session, name=name, body=body, phone=phone, zone=zone)
    with session.office() as office:
        report = _report(office, **said)
        signer = session.key(key) if key else None
        with progress(session, "loss.from-files.reading") as step:
            number, _ = report_plain_loss(office, files, report, said=columns_said, key=signer, progress=step)
        answer = answer_plain_loss(office, number, out, language=session.language)
    document = {"incident": number, "folder": str(out), **answer.document()}
    session.emit(document, [session.say("loss.from-files.opened", incident=number), *answer.lines(session.language)])
    session.note("loss.from-files.written", path=out)


def _office_there(
    session: Session, *, name: str, body: Literal["public", "private"] | None, phone: str, zone: str
) -> None:
    """Make an office where there is none, asking for what was not said, where somebody is there to answer."""
    from sekisho.loss.plain_office import is_office, make_plain_office

    if is_office(session.home):
        return
    if (not name or not phone) and not sys.stdin.isatty():
        raise Misuse("cli.plain_office", path=session.home)
    name = name or session.asked(session.say("loss.from-files.ask_office"))
    phone = phone or session.asked(session.say("loss.from-files.ask_phone"))
    if body is None and sys.stdin.isatty():
        body = "public" if session.confirm("loss.from-files.ask_public") else "private"
    make_plain_office(session.home, session.clock, name=name, phone=phone, zone=zone, body=body or "")
    session.note("loss.from-files.office_made", name=name, path=session.home)


def _report(
    office: "Office", *, known: str, noticed: str, last_seen: str, stolen: bool, medium: str, media: int, inside: bool,
    title: str,
) -> "PlainReport":  # fmt: skip
    from sekisho.loss.plain_loss import PlainReport

    zone = office.settings.zone

    def read(text: str) -> datetime | None:
        return read_time(text, zone) if text else None

    return PlainReport(
        known_at=read(known) or office.ledger.time(),
        noticed_at=read(noticed),
        last_seen=read(last_seen),
        event="stolen" if stolen else "lost",
        medium=medium,
        media=media,
        outside=not inside,
        title=title,
    )
