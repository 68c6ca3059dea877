"""``sekisho cert``: certificates of erasure: list, show, carry out, check, and take in what a browser page declared."""

from pathlib import Path

import click

from sekisho.cli.certificate_words import lines, result_line, title
from sekisho.cli.command import FILE, PATH, group
from sekisho.cli.session import Session, pass_session
from sekisho.cli.tables import table
from sekisho.clock import from_text, to_local
from sekisho.errors import MediumError, Misuse


@group("cert")
def run() -> None:
    """See the catalogue."""


@run.command("list")
@click.option("--slip", default="")
@pass_session
def list_(session: Session, *, slip: str) -> None:
    """List what was issued."""
    from sekisho.cli.arguments import read_slip
    from sekisho.custody.certificate_records import numbers, numbers_of
    from sekisho.custody.certificates import kept, result_of

    with session.office() as office:
        connection = office.ledger.connection
        issued = numbers_of(connection, read_slip(slip)) if slip else numbers(connection)
        found = list(kept(connection, issued))
        forgotten = [number for number in issued if number not in {each.document.number for each in found}]
        documents = [
            {
                "number": each.document.number,
                "at": each.document.at,
                "medium": each.document.facts.medium.label,
                "slips": [copy.slip for copy in each.document.facts.copies],
                "method": each.document.facts.method.value,
                "result": result_of(each.document),
                "index": each.index,
            }
            for each in found
        ]
        headers = [session.say("medium.column.number")]
        headers += [session.say(f"column.{name}") for name in ("at", "medium", "slip", "what")]
        rows = [
            [
                each.document.number,
                to_local(from_text(each.document.at), office.settings.zone),
                each.document.facts.medium.label,
                session.say("separator").join(copy.slip for copy in each.document.facts.copies) or "-",
                title(session, each.document),
            ]
            for each in found
        ]
        lines = [session.say("cert.forgotten", numbers=", ".join(forgotten))] if forgotten else []
        document = {"certificates": documents, "forgotten": forgotten}
        session.emit(document, [*table(headers, rows, whole=range(5)), *lines])


@run.command("show")
@click.argument("number")
@click.option("--out", type=PATH)
@pass_session
def show(session: Session, *, number: str, out: Path | None) -> None:
    """Show one, or write it for an outsider."""
    import json

    from sekisho.custody.certificate_bundle import bundle
    from sekisho.custody.certificates import certificate

    with session.office() as office:
        issued = certificate(office.ledger.connection, number)
        if out is None:
            document = json.loads(issued.document.encode()) | {"index": issued.index}
            session.emit(document, lines(session, office, issued))
            return
        office.note(out.parent)
        _write(out, bundle(office, number))
        session.emit({"file": str(out)}, [session.say("cert.written", path=out)])


@run.command("verify")
@click.argument("file", type=FILE)
@click.option("--log-key", default="")
@pass_session
def verify(session: Session, *, file: Path, log_key: str) -> None:
    """Check one that came in a file."""
    from sekisho.custody.certificate_bundle import check
    from sekisho.custody.certificates import result_of
    from sekisho.ledger.note import VerifierKey

    try:
        data = file.read_bytes()
    except OSError as error:
        raise MediumError("cli.disk", path=file) from error
    checked = check(data, key=VerifierKey.parse(log_key) if log_key else None)
    document = checked.document
    said = {
        "number": document.number,
        "result": result_of(document),
        "origin": checked.origin,
        "index": checked.index,
        "size": checked.size,
        "signed": list(checked.signed),
        "known_key": bool(log_key),
    }
    words = session.say("cert.holds", number=document.number, title=title(session, document), index=checked.index)
    doubt = [] if log_key else [session.say("cert.own_key", origin=checked.origin)]
    session.emit(said, [words, *doubt])


@run.command("import")
@click.argument("file", type=FILE)
@click.option("--key", type=FILE, required=True)
@click.option("--place", default="")
@pass_session
def import_(session: Session, *, file: Path, key: Path, place: str) -> None:
    """Take in what a recipient declared in the browser page."""
    from sekisho.custody.declared_erasures import import_declaration

    with session.office() as office:
        issued = import_declaration(office, file, clerk=session.key(key), place=place)
        slips = [each.slip for each in issued.document.facts.copies]
        session.emit({"record": issued.document.number, "slips": slips}, [result_line(session, issued)])


def _write(path: Path, data: bytes) -> None:
    from sekisho.files import write_whole

    try:
        write_whole(path, data, mode=0o644)
    except FileExistsError:
        raise Misuse("cli.exists", path=path) from None
    except OSError as error:
        raise MediumError("cli.disk", path=path) from error
