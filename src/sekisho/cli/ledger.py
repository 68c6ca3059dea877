"""``sekisho ledger``: read it, prove an entry, export it for an outsider, verify an export."""

from pathlib import Path

import click

from sekisho.cli.command import FILE, FOLDER, PATH, group
from sekisho.cli.session import Session, pass_session
from sekisho.cli.tables import table
from sekisho.clock import to_local, to_text
from sekisho.errors import LedgerBroken, Misuse

_COPY_DIGITS = 8  # enough to tell copies apart on a screen; --json has the whole id


@group("ledger")
def run() -> None:
    """See the catalogue."""


@run.command("status")
@pass_session
def status(session: Session) -> None:
    """Show the newest checkpoint."""
    with session.office() as office:
        checkpoint = office.ledger.checkpoint()
        document = {
            "origin": office.ledger.key.name,
            "size": checkpoint.size,
            "root": checkpoint.root.hex(),
            "key": str(office.ledger.key),
        }
        session.emit(document, [session.say("ledger.status.line", **document), checkpoint.note.rstrip("\n")])


@run.command("show")
@click.option("--slip", default="")
@pass_session
def show(session: Session, *, slip: str) -> None:
    """List entries."""
    from sekisho.cli.arguments import read_slip
    from sekisho.custody import records
    from sekisho.custody.handing import sealed_parts

    with session.office() as office:
        if slip:
            cid, _ = sealed_parts(records.get_copy(office.ledger.connection, read_slip(slip)))
            entries = list(office.ledger.entries_of(cid.hex()))
        else:
            entries = list(office.ledger.entries())
        documents = [
            {"index": e.index, "at": to_text(e.at), "type": e.type, "copy": e.copy, "fields": dict(e.fields)}
            for e in entries
        ]
        headers = [session.say(f"column.{name}") for name in ("index", "at", "event", "copy")]
        zone = office.settings.zone
        rows = [[str(e.index), to_local(e.at, zone), e.type, (e.copy or "-")[:_COPY_DIGITS]] for e in entries]
        session.emit({"entries": documents}, table(headers, rows, right=[0], whole=range(4)))


@run.command("proof")
@click.argument("index", type=click.IntRange(0))
@pass_session
def proof(session: Session, *, index: int) -> None:
    """Print the proof of one entry."""
    with session.office() as office:
        text = office.ledger.proof(index)
        session.emit({"index": index, "proof": text}, [text.rstrip("\n")])


@run.command("export")
@click.argument("folder", type=PATH)
@click.option("--disclose", type=click.IntRange(0), multiple=True)
@pass_session
def export(session: Session, *, folder: Path, disclose: tuple[int, ...]) -> None:
    """Write the ledger for an outsider."""
    from sekisho.custody.exporting import export_ledger

    with session.office() as office:
        checkpoint = export_ledger(office, folder, disclose=disclose)
        document = {"folder": str(folder), "size": checkpoint.size, "root": checkpoint.root.hex()}
        session.emit(document, [session.say("ledger.export.done", **document)])


@run.command("verify")
@click.argument("folder", type=FOLDER)
@click.option("--log-key", default="")
@pass_session
def verify(session: Session, *, folder: Path, log_key: str) -> None:
    """Verify an export, with the same program that travels in it."""
    from sekisho.ledger.audit import audit
    from sekisho.ledger.note import VerifierKey

    key = VerifierKey.parse(log_key) if log_key else None
    found = audit(folder, key=key, language=session.language)
    session.emit({"folder": str(folder), "verified": found.sound, "lines": list(found.lines)}, found.lines)
    if not found.sound:
        raise LedgerBroken("cli.does_not_verify", path=folder)


@run.command("forget")
@click.option("--slip", default="")
@click.option("--entry", type=click.IntRange(0))
@click.option("--key", type=FILE, multiple=True, required=True)
@click.option("--reason", type=click.Choice(["retention_over", "request", "mistake"]), required=True)
@click.option("--law", required=True)
@pass_session
def forget(session: Session, *, slip: str, entry: int | None, key: tuple[Path, ...], reason: str, law: str) -> None:
    """Erase the personal values behind entries."""
    from sekisho.cli.arguments import read_slip
    from sekisho.custody.forgetting import Reason, forget_copy, forget_entry

    if bool(slip) == (entry is not None):
        raise Misuse("cli.slip_or_entry")
    with session.office() as office:
        keys = [session.key(path) for path in key]
        if entry is None:
            done = forget_copy(office, read_slip(slip), keys=keys, reason=Reason(reason), law=law)
        else:
            done = forget_entry(office, entry, keys=keys, reason=Reason(reason), law=law)
        document = {"erased": [{"index": each.index, "field": each.field, "entry": each.entry} for each in done]}
        session.emit(document, [session.say("ledger.forget.done", count=len(done))])
