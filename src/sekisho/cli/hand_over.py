"""``sekisho hand-over``: a copy changes hands under two signatures."""

from pathlib import Path

import click

from sekisho.cli.arguments import read_slip
from sekisho.cli.command import FILE, command
from sekisho.cli.persons import person_words
from sekisho.cli.session import Session, pass_session


@command("hand-over")
@click.argument("slip")
@click.option("--giver", type=FILE, required=True)
@click.option("--receiver", type=FILE, required=True)
@click.option("--place", default="")
@pass_session
def run(session: Session, *, slip: str, giver: Path, receiver: Path, place: str) -> None:
    """Hand over."""
    from sekisho.custody.handing import hand_over

    with session.office() as office:
        gives, receives = session.key(giver), session.key(receiver)
        row = hand_over(office, read_slip(slip), giver=gives, receiver=receives, place=place)
        holder = person_words(session, office.register, row.copy.holder)
        document = {"slip": row.slip, "holder": row.copy.holder, "state": row.copy.state.value}
        session.emit(document, [session.say("hand-over.done", slip=row.slip, holder=holder)])
