"""``sekisho escrow``: envelopes with pieces of a copy's key, for the night on which nobody answers."""

from pathlib import Path

import click

from sekisho.cli.arguments import read_slip
from sekisho.cli.asking import confirmed, demand_a_look
from sekisho.cli.command import FILE, FOLDER, group
from sekisho.cli.identities import read_identities
from sekisho.cli.session import Session, pass_session
from sekisho.errors import Misuse, Refused


@group("escrow")
def run() -> None:
    """See the catalogue."""


@run.command("make")
@click.argument("slip")
@click.option("--threshold", type=click.IntRange(2, 16), required=True)
@click.option("--to", "holders", multiple=True, required=True)
@click.option("--key", "keys", type=FILE, multiple=True, required=True)
@click.option("--out", "-o", "folder", type=FOLDER)
@click.option("--paper", is_flag=True)
@click.option("--yes", is_flag=True)
@pass_session
def make(
    session: Session,
    *,
    slip: str,
    threshold: int,
    holders: tuple[str, ...],
    keys: tuple[Path, ...],
    folder: Path | None,
    paper: bool,
    yes: bool,
) -> None:
    """Say what it costs, ask, and make the envelopes."""
    from sekisho.custody.escrowing import make_escrow, must_be_free, write_envelopes

    if paper == (folder is not None) or (paper and session.json):
        raise Misuse("cli.escrow_where")
    demand_a_look(session, yes=yes)
    number = read_slip(slip)
    session.note("escrow.consequences", slip=number, threshold=threshold, count=len(holders))
    if not confirmed(session, "escrow.confirm", yes=yes):
        raise Refused("cli.not_escrowed")
    with session.office() as office:
        if folder is not None:
            must_be_free(folder, number, len(holders))
        signers = [session.key(path) for path in keys]
        envelopes = make_escrow(office, number, threshold=threshold, holders=holders, keys=signers, paper=paper)
        files = write_envelopes(office, envelopes, folder) if folder is not None else []
        document = {
            "slip": number,
            "threshold": threshold,
            "envelopes": [{"number": each.number, "holder": each.holder} for each in envelopes],
            "files": [str(path) for path in files],
        }
        words = session.say("escrow.make.done", slip=number, threshold=threshold, count=len(envelopes))
        # One page an envelope: a form feed between them, and nothing of it in a file.
        pages = ["\f".join(each.text for each in envelopes)] if paper else [str(path) for path in files]
        session.emit(document, pages)
        session.note_lines([words])


@run.command("open")
@click.argument("slip")
@click.option("--envelope", "envelopes", type=FILE, multiple=True)
@click.option("--identity", "identities", type=FILE, multiple=True)
@pass_session
def open_(session: Session, *, slip: str, envelopes: tuple[Path, ...], identities: tuple[Path, ...]) -> None:
    """Give a release by envelopes, as 48 digits."""
    from sekisho.codes import release_code
    from sekisho.custody.escrowing import live_escrow, open_escrow, read_envelope
    from sekisho.custody.handing import sealed_parts
    from sekisho.custody.records import get_copy

    number = read_slip(slip)
    with session.office() as office:
        if envelopes:
            held = [each for path in identities for each in read_identities(session, path)]
            lines = [read_envelope(path, held) for path in envelopes]
        else:
            escrow = live_escrow(office, sealed_parts(get_copy(office.ledger.connection, number))[0])
            lines = [
                session.hidden("escrow.words", place=each) for each in range(1, (escrow.threshold if escrow else 0) + 1)
            ]
        code = release_code(open_escrow(office, number, lines))
        groups = code.split()
        session.emit({"slip": number, "code": code}, ["  ".join(groups[:4]), "  ".join(groups[4:])])
        session.note("custodian.release.given")


@run.command("void")
@click.argument("slip")
@click.option("--envelope", "numbers", type=click.IntRange(1, 16), multiple=True)
@click.option("--key", "keys", type=FILE, multiple=True, required=True)
@pass_session
def void(session: Session, *, slip: str, numbers: tuple[int, ...], keys: tuple[Path, ...]) -> None:
    """Record that envelopes were destroyed before two persons."""
    from sekisho.custody.escrowing import void_escrow

    number = read_slip(slip)
    with session.office() as office:
        escrow = void_escrow(office, number, numbers, keys=[session.key(path) for path in keys])
        document = {"slip": number, "left": escrow.left, "threshold": escrow.threshold, "live": escrow.is_live}
        key = "escrow.void.live" if escrow.is_live else "escrow.void.dead"
        session.emit(document, [session.say(key, **document)])


@run.command("report")
@click.argument("slip")
@click.option("--envelope", "numbers", type=click.IntRange(1, 16), multiple=True, required=True)
@click.option("--key", "keys", type=FILE, multiple=True, required=True)
@pass_session
def report(session: Session, *, slip: str, numbers: tuple[int, ...], keys: tuple[Path, ...]) -> None:
    """Record that envelopes were opened while nobody could be reached."""
    from sekisho.custody.escrowing import report_opened

    number = read_slip(slip)
    with session.office() as office:
        report_opened(office, number, numbers, keys=[session.key(path) for path in keys])
        session.emit({"slip": number, "released": True}, [session.say("escrow.report.done", slip=number)])
