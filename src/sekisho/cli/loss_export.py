"""The commands of ``sekisho loss`` about export: a case for other programs, and the case file for a committee."""

import json
from pathlib import Path

import click

from sekisho.cli.command import FILE, PATH, Group
from sekisho.cli.loss_incident import incident_of
from sekisho.cli.session import Session, pass_session
from sekisho.errors import Misuse

_CASE = "case"


def add_to(group: Group) -> None:
    """Add them to the group."""
    _add_export(group)
    _add_changes(group)
    _add_announce(group)


def _add_export(group: Group) -> None:
    @group.command("export")
    @click.argument("incident", required=False)
    @click.option("--as", "form", type=click.Choice(["veris", "dpv", "csv", "json", _CASE]), required=True)
    @click.option("--for", "reader", type=click.Choice(["public", "regulator", "internal"]), default="public")
    @click.option("--key", "keys", type=FILE, multiple=True)
    @click.option("--out", type=PATH)
    @pass_session
    def export(
        session: Session, *, incident: str | None, form: str, reader: str, keys: tuple[Path, ...], out: Path | None
    ) -> None:
        """Write a case in a form that others read."""
        if form == _CASE:
            _export_case(session, incident, keys, out)
            return
        if keys:
            raise Misuse("cli.no_key_needed")
        _export_form(session, incident, form, reader, out)


def _export_form(session: Session, incident: str | None, form: str, reader: str, out: Path | None) -> None:
    """Write a document or tables; a document goes to the screen where no file is named."""
    from sekisho.loss.interop.exporting import export_document, write_export

    if out is None and form == "csv":
        raise Misuse("cli.export_needs_out")
    with session.office() as office:
        number = incident_of(office, incident)
        if out is None:
            content = export_document(office, number, form, reader=reader)
            session.emit(json.loads(content), [content.decode().rstrip("\n")])
            return
        written = write_export(office, number, form, out, reader=reader)
    session.emit({"incident": number, "form": form, "files": [str(path) for path in written]}, map(str, written))


def _export_case(session: Session, incident: str | None, keys: tuple[Path, ...], out: Path | None) -> None:
    """Write the case file for a committee, as two persons ask for it."""
    from sekisho.loss.interop.case_file import write_case_file

    if out is None or len(keys) != 2:
        raise Misuse("cli.case_needs_two")
    with session.office() as office:
        number = incident_of(office, incident)
        made = write_case_file(office, number, out, first=session.key(keys[0]), second=session.key(keys[1]))
    document = {"incident": number, "folder": str(out), "papers": made.papers, "entry": made.entry}
    session.emit(document, [session.say("loss.export.case_made", path=out, papers=made.papers, entry=made.entry)])
    session.note("loss.export.check", path=out)


def _add_changes(group: Group) -> None:
    @group.command("changes")
    @click.option("--since", type=click.IntRange(0), default=0)
    @pass_session
    def changed(session: Session, *, since: int) -> None:
        """Say what changed since a cursor."""
        from sekisho.loss.interop.changes import changes

        with session.office() as office:
            document = changes(office, since)
        lines = [
            session.say("loss.changes.line", **{**each, "changes": " ".join(each["changes"])})
            for each in document["incidents"]
        ]
        ending = "loss.changes.next" if lines else "loss.changes.none"
        session.emit(document, [*lines, session.say(ending, next=document["next"])])


def _add_announce(group: Group) -> None:
    @group.command("announce")
    @pass_session
    def announced(session: Session) -> None:
        """Send what others are to be told."""
        from sekisho.loss.interop.announcing import announce

        with session.office() as office:
            sent, faults = announce(office)
        document = {"sent": sent, "faults": [{"channel": each.channel, "fault": each.fault} for each in faults]}
        session.emit(document, [session.say("loss.announce.sent", sent=sent, unsent=len(faults))])
