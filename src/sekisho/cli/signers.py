"""By what means a person at this desk signs a statement: a key file, an agent, a page for a passkey, or PIN and paper."""

from collections.abc import Callable
from io import StringIO
from pathlib import Path
from typing import TYPE_CHECKING

from sekisho.cli.party_means import host_of
from sekisho.cli.session import Session
from sekisho.errors import Missing, Refused

if TYPE_CHECKING:
    from sekisho.custody.office import Office
    from sekisho.signing.keys import PublicKey

Signer = Callable[[bytes, str], str]
"""Signs a statement for a purpose."""

_PUBLIC = ("ssh-", "sk-ssh-", "sk-ecdsa-", "ecdsa-")


def signer_of(session: Session, path: Path) -> "tuple[PublicKey, Signer]":
    """Return who signs with a file: a private key here, or, of a public line, the agent that has its other half."""
    from sekisho.signing.agent import sign_by_agent
    from sekisho.signing.keys import parse_public
    from sekisho.signing.sshsig import sign

    with path.open("rb") as file:
        beginning = file.read(1 << 14)
    if beginning.startswith(tuple(each.encode() for each in _PUBLIC)):
        public = parse_public(beginning.decode("utf-8", "replace"))
        return public, lambda statement, namespace: sign_by_agent(public, statement, namespace=namespace)
    key = session.key(path)
    return key.public, lambda statement, namespace: sign(key, statement, namespace=namespace)


def sign_on_page(
    session: Session, office: "Office", person_id: str, statement: bytes, *, shown: bytes, host: str, port: int
) -> str:
    """Serve the page on which a person signs with a passkey; return the signature.

    Args:
        session: the run.
        office: the office.
        person_id: who signs.
        statement: what is signed.
        shown: another statement that belongs to it and is shown before it, such as the offer that is accepted.
        host: the address to listen on.
        port: its port.
    """
    try:
        from sekisho.server.hand_over import Sheet, ask
    except ImportError:
        raise Missing("cli.no_server") from None
    from sekisho.catalogue.words import LANGUAGES
    from sekisho.custody.passkeys import credentials_of, read_signature
    from sekisho.custody.plain_words import plain_words
    from sekisho.signing.webauthn import challenge_of

    register, zone = office.register, office.settings.zone
    person, rp = register.person(person_id), host_of(office.settings.url)
    lines = {
        language: list(
            {
                **dict(plain_words(shown, register, language, zone=zone)),
                **dict(plain_words(statement, register, language, zone=zone)),
            }.items()
        )
        for language in LANGUAGES
    }
    sheet = Sheet(
        does="sign",
        office=office.settings.name,
        person=person.name,
        lines=lines,
        challenge=challenge_of(statement),
        rp=rp,
        credentials=credentials_of(person, rp=rp),
        check=lambda body: read_signature(body, person, rp=rp, statement=statement),
    )
    body = ask(sheet, host=host, port=port, ready=lambda address: session.tell("page.ready", address=address))
    if body is None:
        raise Refused("cli.page_left")
    return read_signature(body, person, rp=rp, statement=statement).text()


def show_code(session: Session, text: str) -> None:
    """Draw a QR code in the terminal, and say its text below."""
    import segno

    out = StringIO()
    segno.make(text, error="m", boost_error=False, micro=False).terminal(out, compact=True)
    session.emit({"code": text}, [out.getvalue(), text])


def ask_code(session: Session) -> str:
    """Ask for the text of a code, as a scanner types it."""
    return session.asked(session.say("page.scan"))
