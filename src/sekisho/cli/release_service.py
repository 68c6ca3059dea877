"""``sekisho custodian card``, ``device``, ``factor`` and ``serve``: what an office needs to answer over a network."""

import logging
from pathlib import Path

import click

from sekisho.cli.command import PATH, command, group
from sekisho.cli.disk import disk
from sekisho.cli.qr import qr_code
from sekisho.cli.session import Session, pass_session
from sekisho.cli.tables import table
from sekisho.clock import to_local, to_text
from sekisho.errors import Missing, Misuse


@command("custodian.card")
@click.option("--out", type=PATH)
@pass_session
def card(session: Session, *, out: Path | None) -> None:
    """Print or write the office's card."""
    from sekisho.custody.relay_key import office_card
    from sekisho.files import write_whole

    with session.office() as office:
        made = office_card(office)
    if out is None:
        session.emit({"card": made.text.decode()}, [made.text.decode().rstrip("\n")])
        return
    with disk(out):
        write_whole(out, made.text, mode=0o644)
    session.emit({"file": str(out), "kid": made.kid.hex()}, [session.say("custodian.card.written", path=out)])


@command("custodian.device")
@click.argument("device", required=False)
@click.option("--name", default=None)
@pass_session
def device(session: Session, *, device: str | None, name: str | None) -> None:
    """List the devices that asked, or name one."""
    from sekisho.canon.visible import hidden
    from sekisho.custodian import devices

    if (device is None) != (name is None) or (name is not None and hidden(name)):
        raise Misuse("cli.device_how")
    with session.office() as office:
        if device is not None and name is not None:
            with office.ledger.transaction() as tx:
                devices.rename(tx.connection, device, name)
        zone = office.settings.zone
        seen = devices.seen(office.ledger.connection)
        document = {
            "devices": [{"id": each.id, "name": each.name, "first_seen": to_text(each.first_seen)} for each in seen]
        }
        headers = [session.say(f"column.{each}", zone=zone) for each in ("device", "name", "first_seen")]
        rows = [[each.id, each.name, to_local(each.first_seen, zone)] for each in seen]
        session.emit(document, table(headers, rows))


@group("custodian.factor")
def factors() -> None:
    """See the catalogue."""


@factors.command("enrol")
@click.argument("person")
@pass_session
def enrol(session: Session, *, person: str) -> None:
    """Give a recipient a one-time code; its secret is shown this once."""
    from sekisho.custodian.factor import address_of

    with session.office() as office:
        office.register.person(person)
        with office.ledger.transaction() as tx:
            secret = office.codes.enrol(tx, person, epoch=office.custodian.epoch(tx))
        address = address_of(secret, person=person, issuer=office.settings.name)
    session.emit({"person": person, "address": address}, [qr_code(address), address])
    session.note("custodian.factor.enrol.done", person=person)


@command("custodian.serve")
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", type=click.IntRange(0, 65535), default=8617, show_default=True)
@pass_session
def serve(session: Session, *, host: str, port: int) -> None:
    """Answer requests for releases over the network."""
    try:
        from sekisho.server.releases import serve as serve_releases
        from sekisho.server.rounds import Rounds
    except ImportError:
        raise Missing("cli.no_server") from None
    from sekisho.custody.office import Office

    logging.basicConfig(format="%(asctime)s %(message)s", level=logging.INFO)
    rounds = Rounds(
        lambda: Office.open(session.home, session.clock),
        alarm=lambda slip: session.tell("custodian.serve.alarm", slip=slip),
    )
    serve_releases(
        rounds, host=host, port=port, ready=lambda at: session.tell("custodian.serve.ready", host=host, port=at)
    )
