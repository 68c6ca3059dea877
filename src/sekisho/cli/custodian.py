"""``sekisho custodian``: the office's key service: made, asked, told to stop."""

from pathlib import Path

import click

from sekisho.cli.arguments import read_slip
from sekisho.cli.command import FILE, group
from sekisho.cli.keeping import expire, rotate
from sekisho.cli.persons import names_of, person_words
from sekisho.cli.release_desk import release
from sekisho.cli.release_service import card, device, factors, serve
from sekisho.cli.session import Session, pass_session
from sekisho.cli.tables import table
from sekisho.clock import from_text, to_local, to_text


@group("custodian")
def run() -> None:
    """See the catalogue."""


@run.command("init")
@click.option("--name", required=True)
@click.option("--phone", required=True)
@click.option("--zone", default="Asia/Tokyo", show_default=True)
@click.option("--origin", default="")
@click.option("--url", default="")
@click.option("--kek", default="file", show_default=True)
@pass_session
def init(session: Session, *, name: str, phone: str, zone: str, origin: str, url: str, kek: str) -> None:
    """Make a new office."""
    from sekisho.custody.office import Office, Settings, default_origin

    settings = Settings(name=name, phone=phone, zone=zone, origin=origin or default_origin(name), url=url, kek=kek)
    office = Office.make(session.home, settings, session.clock)
    document = {"home": str(session.home), "log": str(office.ledger.key)}
    office.close()
    session.emit(document, [session.say("custodian.init.made", **document)])


@run.command("status")
@pass_session
def status(session: Session) -> None:
    """Show what is out, who holds it, and what waits."""
    from sekisho.cli.overview import copies_document

    with session.office() as office:
        document = copies_document(office)
        register, zone = names_of(office), office.settings.zone
        columns = ("slip", "state", "medium", "holder", "due_in", "people")
        headers = [session.say(f"column.{name}", zone=zone) for name in columns]
        rows = [
            [
                copy["slip"],
                session.say(f"state.{copy['state']}"),
                copy["medium"],
                person_words(session, register, copy["holder"]),
                to_local(from_text(copy["due"]), zone),
                f"{copy['people']:,}",
            ]
            for copy in document["copies"]
        ]
        waiting = [session.say("custodian.status.waiting", number=each) for each in document["waiting"]]
        session.emit(document, [*table(headers, rows, right=[5]), *waiting])


@run.command("suspend")
@click.argument("slip")
@pass_session
def suspend(session: Session, *, slip: str) -> None:
    """Stop the releases of a copy."""
    from sekisho.custody.stopping import suspend_copy

    with session.office() as office:
        row = suspend_copy(office, read_slip(slip))
        session.emit({"slip": row.slip, "suspended": True}, [session.say("custodian.suspend.done", slip=row.slip)])


@run.command("lift")
@click.argument("slip")
@click.option("--key", "keys", type=FILE, multiple=True, required=True)
@pass_session
def lift(session: Session, *, slip: str, keys: tuple[Path, ...]) -> None:
    """Lift a suspension, by two persons."""
    from sekisho.custody.stopping import lift_suspension

    with session.office() as office:
        row = lift_suspension(office, read_slip(slip), keys=[session.key(path) for path in keys])
        session.emit({"slip": row.slip, "suspended": False}, [session.say("custodian.lift.done", slip=row.slip)])


@run.command("destroy")
@click.argument("slip")
@click.option("--key", "keys", type=FILE, multiple=True, required=True)
@pass_session
def destroy(session: Session, *, slip: str, keys: tuple[Path, ...]) -> None:
    """Destroy the share of a copy, by two persons; there is no way back."""
    from sekisho.custody.stopping import destroy_share, destroyed_at

    with session.office() as office:
        number = read_slip(slip)
        before = destroyed_at(office, number)
        row = destroy_share(office, number, keys=[session.key(path) for path in keys])
        at = before or destroyed_at(office, number) or office.ledger.time()
        words = session.say(
            "custodian.destroy.before" if before else "custodian.destroy.done",
            slip=row.slip,
            at=to_local(at, office.settings.zone),
        )
        session.emit({"slip": row.slip, "destroyed": True, "destroyed_at": to_text(at)}, [words])


@run.command("resume")
@click.option("--key", "keys", type=FILE, multiple=True, required=True)
@pass_session
def resume(session: Session, *, keys: tuple[Path, ...]) -> None:
    """Go on after a long rest: two persons say that the clock is right."""
    from sekisho.custody.stopping import confirm_clock

    with session.office() as office:
        at = confirm_clock(office, keys=[session.key(path) for path in keys])
        words = session.say("custodian.resume.done", at=to_local(at, office.settings.zone), zone=office.settings.zone)
        session.emit({"at": to_text(at)}, [words])


run.add_command(expire)
run.add_command(rotate)


@group("custodian.kek")
def keks() -> None:
    """See the catalogue."""


run.add_command(keks)


@keks.command("move")
@click.option("--to", "address", required=True)
@click.option("--key", "keys", type=FILE, multiple=True, required=True)
@pass_session
def move(session: Session, *, address: str, keys: tuple[Path, ...]) -> None:
    """Take the key-encryption keys to another back-end, by two persons."""
    from sekisho.custody.moving_keys import move_keys

    with session.office() as office:
        epoch = move_keys(office, address, keys=[session.key(path) for path in keys])
        said = {"epoch": epoch, "kek": address}
        session.emit(said, [session.say("custodian.kek.move.done", **said)])


run.add_command(release)
run.add_command(card)
run.add_command(device)
run.add_command(factors)
run.add_command(serve)
