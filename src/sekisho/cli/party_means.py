"""``sekisho party pin`` and ``sekisho party passkey``: by what means a person without a key file signs."""

import secrets
from pathlib import Path
from urllib.parse import urlsplit

import click

from sekisho.cli.command import FILE, command
from sekisho.cli.session import Session, pass_session
from sekisho.errors import Missing, Misuse, Refused

LOCAL = "localhost"
_CHALLENGE_SIZE = 32


@command("party.pin")
@click.argument("person")
@click.option("--staff", type=FILE, required=True)
@pass_session
def pin(session: Session, *, person: str, staff: Path) -> None:
    """Set a person's PIN, which the person types twice."""
    from sekisho.custody.pins import set_pin

    with session.office() as office:
        office.register.person(person)
        key = session.key(staff)
        typed = session.hidden("party.pin.ask", person=person)
        if session.hidden("party.pin.again") != typed:
            raise Misuse("cli.pins_differ")
        set_pin(office, person, typed, staff=key)
    session.emit({"person": person}, [session.say("party.pin.done", person=person)])


@command("party.passkey")
@click.argument("person")
@click.option("--rp", default="")
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", type=click.IntRange(0, 65535), default=8618, show_default=True)
@pass_session
def passkey(session: Session, *, person: str, rp: str, host: str, port: int) -> None:
    """Make a passkey on a page, and print its line for the register."""
    try:
        from sekisho.server.hand_over import Sheet, ask
    except ImportError:
        raise Missing("cli.no_server") from None
    from sekisho.custody.passkeys import read_made, register_line

    challenge = secrets.token_bytes(_CHALLENGE_SIZE)
    with session.office() as office:
        name, office_name = office.register.person(person).name, office.settings.name
        rp = rp or host_of(office.settings.url)
    sheet = Sheet(
        does="register", office=office_name, person=name, lines={"ja": [], "en": []}, challenge=challenge, rp=rp,
        check=lambda body: read_made(body, challenge=challenge, rp=rp),
    )  # fmt: skip
    body = ask(sheet, host=host, port=port, ready=lambda address: session.tell("page.ready", address=address))
    if body is None:
        raise Refused("cli.page_left")
    line = register_line(read_made(body, challenge=challenge, rp=rp), rp=rp)
    session.emit({"person": person, "passkey": line}, [line])
    session.note("party.passkey.done", person=person)


def host_of(url: str) -> str:
    """Return the name for which passkeys are made: the host where the office answers, or this machine itself."""
    return urlsplit(url).hostname or LOCAL if url.startswith("https:") else LOCAL
