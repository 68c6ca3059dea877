"""``sekisho ledger``: read it, prove an entry, export it for an outsider, verify an export."""

from pathlib import Path
from typing import TextIO

import click

from sekisho.cli.command import FILE, FOLDER, PATH, group
from sekisho.cli.disk import disk
from sekisho.cli.ledger_events import events, tables
from sekisho.cli.qr import qr_code, write_qr
from sekisho.cli.session import Session, pass_session
from sekisho.cli.tables import table
from sekisho.clock import to_local, to_text
from sekisho.errors import LedgerBroken, Missing, Misuse, Unreadable
from sekisho.files import write_whole

_SHORTEST_TOKEN = 16
_LONGEST_LINE = 8192
_PICTURES = frozenset({".svg", ".png", ".pdf"})
_COPY_DIGITS = 8  # enough to tell copies apart on a screen; --json has the whole id


@group("ledger")
def run() -> None:
    """See the catalogue."""


@run.command("status")
@pass_session
def status(session: Session) -> None:
    """Show the newest checkpoint; of a ledger that has forked, how it stands to its anchor."""
    from sekisho.custody.recovering import state_of

    stands = state_of(session.home)
    if stands.forked:
        anchored = stands.anchored.size if stands.anchored else None
        document = {"origin": stands.origin, "state": "FORKED", "size": stands.head.size, "anchored": anchored}
        session.emit(document, [session.say("ledger.status.forked", **document)])
        raise LedgerBroken("ledger.forked", size=stands.head.size, anchored=anchored)
    with session.office() as office:
        checkpoint = office.ledger.checkpoint()
        document = {
            "origin": office.ledger.key.name,
            "size": checkpoint.size,
            "root": checkpoint.root.hex(),
            "key": str(office.ledger.key),
        }
        session.emit(document, [session.say("ledger.status.line", **document), checkpoint.note.rstrip("\n")])


@run.command("check")
@pass_session
def check(session: Session) -> None:
    """Make every copy anew from the ledger's entries, and compare it with what the database says."""
    from sekisho.custody.refolding import refold

    with session.office() as office:
        found = refold(office)
    document = {
        "copies": found.copies,
        "size": found.size,
        "differences": [
            {"slip": each.slip, "field": each.field, "stored": each.stored, "told": each.told}
            for each in found.differences
        ],
        "erased": list(found.erased),
    }
    lines = [
        session.say("ledger.check.differs", slip=each.slip, field=each.field, stored=each.stored, told=each.told)
        for each in found.differences
    ]
    if found.erased:
        lines.append(session.say("ledger.check.erased", count=len(found.erased)))
    lines.append(session.say("ledger.check.done", copies=found.copies, size=found.size))
    session.emit(document, lines)
    if differing := {each.slip for each in found.differences}:
        raise LedgerBroken("custody.rows_differ", copies=len(differing))


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


@run.command("recover")
@click.argument("source", default="")
@click.option("--key", "keys", type=FILE, multiple=True, required=True)
@click.option("--token-file", type=FILE)
@click.option("--begin-anew", "successor", type=PATH)
@click.option("--reason", type=click.Choice(["disk_lost", "backup_old", "forked", "other"]), default="disk_lost")
@pass_session
def recover(
    session: Session,
    *,
    source: str,
    keys: tuple[Path, ...],
    token_file: Path | None,
    successor: Path | None,
    reason: str,
) -> None:
    """Make a restored ledger whole again, or begin a new one in its place."""
    from sekisho.custody.recovering import begin_anew
    from sekisho.custody.recovering import recover as recover_from
    from sekisho.ledger.recovery import source_of

    if bool(source) == (successor is not None):
        raise Misuse("cli.source_or_anew")
    signers = [session.key(key) for key in keys]
    if successor is not None:
        origin = begin_anew(session.home, successor, session.clock, reason=reason, keys=signers)
        document: dict[str, object] = {"folder": str(successor), "origin": origin}
        session.emit(document, [session.say("ledger.recover.anew", **document)])
        return
    token = _token(token_file) if token_file else ""
    found = recover_from(session.home, session.clock, source_of(source, token=token), keys=signers)
    events = [{"index": e.index, "at": to_text(e.at), "type": e.type, "copy": e.copy} for e in found.entries]
    document = {"before": found.before, "size": found.checkpoint.size, "entries": events}
    headers = [session.say(f"column.{name}") for name in ("index", "at", "event", "copy")]
    rows = [[str(e["index"]), str(e["at"]), str(e["type"]), str(e["copy"] or "-")[:_COPY_DIGITS]] for e in events]
    lines = [session.say("ledger.recover.done", before=found.before, size=found.checkpoint.size)]
    session.emit(document, [*lines, *table(headers, rows, right=[0], whole=range(4))])


@run.command("ask-witness")
@click.argument("name")
@click.option("--out", type=PATH)
@click.option("--qr", is_flag=True)
@click.option("--old", type=click.IntRange(0))
@pass_session
def ask_witness(session: Session, *, name: str, out: Path | None, qr: bool, old: int | None) -> None:
    """Make the request that is carried to a witness without a network."""
    with session.office() as office:
        request = office.cosigning.request(name, old=old)
        size = office.ledger.checkpoint().size
    text = request.decode()
    if out and qr and out.suffix in _PICTURES:
        write_qr(text, out)
    elif out:
        with disk(out):
            write_whole(out, request)
    document = {"witness": name, "size": size, "bytes": len(request), "file": str(out) if out else None}
    if out:
        session.emit(document, [session.say("ledger.ask-witness.done", **document)])
    else:
        session.emit(document | {"request": text}, [qr_code(text) if qr else text.rstrip("\n")])


@run.command("add-cosignature")
@click.argument("answer", type=click.File("r", encoding="utf-8"))
@pass_session
def add_cosignature(session: Session, *, answer: TextIO) -> None:
    """Keep the line that a witness gave."""
    line = answer.read(_LONGEST_LINE)
    with session.office() as office:
        name, size = office.cosigning.keep(line)
        document = {"witness": name, "size": size}
        session.emit(document, [session.say("ledger.add-cosignature.done", **document)])


@run.command("serve")
@click.option("--listen", default="127.0.0.1:8044")
@click.option("--token-file", type=FILE)
@click.option("--public", is_flag=True)
@pass_session
def serve(session: Session, *, listen: str, token_file: Path | None, public: bool) -> None:
    """Serve the log read-only over HTTP, until it is stopped."""
    from sekisho.cli.arguments import read_listen

    if public == (token_file is not None):
        raise Misuse("cli.token_or_public")
    host, port = read_listen(listen)
    token = _token(token_file) if token_file else ""
    try:
        import uvicorn

        from sekisho.server.log import log_app
    except ImportError:
        raise Missing("cli.no_server") from None
    with session.office() as office:
        document = {"host": host, "port": port, "key": str(office.ledger.key), "public": public}
        session.emit(document, [session.say("ledger.serve.begun", **document)])
        app = log_app(office.ledger, office.cosigning.quorum, session.clock, token=token)
        uvicorn.run(app, host=host, port=port, log_level="warning", server_header=False)


def _token(path: Path) -> str:
    try:
        token = path.read_text(encoding="ascii").strip()
    except (OSError, UnicodeDecodeError):
        token = ""
    if len(token) < _SHORTEST_TOKEN or any(each.isspace() for each in token):
        raise Unreadable("cli.bad_token", path=path)
    return token


run.add_command(events)
run.add_command(tables)
