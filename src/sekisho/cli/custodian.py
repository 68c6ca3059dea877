"""``sekisho custodian``: the office's key service: made, asked, told to stop."""

from pathlib import Path

import click

from sekisho.cli.arguments import read_reference, read_slip
from sekisho.cli.command import FILE, group
from sekisho.cli.persons import names_of, person_words
from sekisho.cli.session import Session, pass_session
from sekisho.cli.tables import table
from sekisho.clock import from_text, to_local, to_text
from sekisho.codes import Misread, read_challenge_code, release_code, spoken_digits
from sekisho.errors import Misuse


@group("custodian")
def run() -> None:
    """See the catalogue."""


@run.command("init")
@click.option("--name", required=True)
@click.option("--phone", required=True)
@click.option("--zone", default="Asia/Tokyo", show_default=True)
@click.option("--origin", default="")
@click.option("--kek", default="file", show_default=True)
@pass_session
def init(session: Session, *, name: str, phone: str, zone: str, origin: str, kek: str) -> None:
    """Make a new office."""
    from sekisho.custody.office import Office, Settings, default_origin

    settings = Settings(name=name, phone=phone, zone=zone, origin=origin or default_origin(name), kek=kek)
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


@run.command("release")
@click.argument("asked")
@click.option("--key", "keys", type=FILE, multiple=True)
@pass_session
def release(session: Session, *, asked: str, keys: tuple[Path, ...]) -> None:
    """Answer a challenge, or finish a request, with the 48 digits."""
    from sekisho.cli.asked_release import asked_release, asked_release_lines
    from sekisho.custody.releasing import approve_release, approvers, ask_by_voice, check_possible, give_release

    with session.office() as office:
        if asked.upper().startswith("R"):
            request = office.releases.get(read_reference(asked)[1])
        else:
            request = ask_by_voice(office, _challenge(asked))
        asked_for = asked_release(office, request)
        session.note_lines(asked_release_lines(session, office, request, asked_for))
        check_possible(office, request)
        said = {"request": f"R-{request.id}", "slip": asked_for["slip"], "asked_for": asked_for}
        for path in keys:
            approve_release(office, request, approver=session.key(path))
        have = len(approvers(office, request))
        need = office.releases.ticket(request).policy.approvals
        if have < need:
            words = session.say("custodian.release.waits", number=request.id, have=have, need=need)
            session.emit(said | {"approvals": have, "needed": need}, [words])
            return
        code = release_code(give_release(office, request))
        session.emit(said | {"code": code}, [_spaced(code)])
        session.note("custodian.release.given")


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


def _challenge(text: str) -> bytes:
    try:
        return read_challenge_code(text)
    except Misread as misread:
        if misread.groups:
            raise Misuse("cli.challenge_misread", groups=", ".join(map(str, misread.groups))) from None
        if misread.digits != len(spoken_digits(text)):
            raise Misuse("cli.challenge_letters") from None
        raise Misuse("cli.challenge_length", digits=misread.digits, expected=misread.expected) from None


def _spaced(code: str) -> str:
    """Write a release code on two lines of four groups, as it is read aloud."""
    groups = code.split()
    return "  ".join(groups[:4]) + "\n" + "  ".join(groups[4:])
