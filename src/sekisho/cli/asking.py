"""Asking before something is signed: nothing is signed unseen, and who says no is told that nothing was."""

import click

from sekisho.cli.session import Session
from sekisho.errors import Misuse


def demand_a_look(session: Session, *, yes: bool) -> None:
    """Refuse to sign what nobody is shown, unless it was said that nobody wants to see it.

    Raises:
        Misuse: ``--json`` without ``--yes``.
    """
    if session.json and not yes:
        raise Misuse("cli.json_needs_yes")


def new_passphrase(session: Session, name: str) -> bytes:
    """Ask until it was typed twice alike; an empty one is not taken for a wish."""
    while True:
        passphrase = session.hidden("keygen.new_passphrase", name=name)
        if session.hidden("keygen.repeat_passphrase") == passphrase:
            return passphrase.encode()
        click.echo(session.say("keygen.passphrases_differ"), err=True)


def confirmed(session: Session, question: str, *, yes: bool) -> bool:
    """Ask whether to go on; no answer is a no, and only Ctrl-C an interruption."""
    if yes:
        return True
    try:
        return session.confirm(question)
    except click.Abort as abort:
        if isinstance(abort.__context__, KeyboardInterrupt):
            raise
        click.echo(err=True)
        return False
