"""``sekisho erase``: overwrite and remove a copy before a witness, and destroy its share."""

from pathlib import Path

import click

from sekisho.cli.arguments import read_slip
from sekisho.cli.command import FILE, FOLDER, command
from sekisho.cli.session import Session, pass_session
from sekisho.custody.copy import State


@command("erase")
@click.argument("slip")
@click.option("--on", "folder", type=FOLDER, required=True)
@click.option("--holder", type=FILE, required=True)
@click.option("--witness", type=FILE, required=True)
@click.option("--altered", is_flag=True)
@pass_session
def run(session: Session, *, slip: str, folder: Path, holder: Path, witness: Path, altered: bool) -> None:
    """Erase."""
    from sekisho.custody.handing import erase

    with session.office() as office:
        holds, watches = session.key(holder), session.key(witness)
        row = erase(office, read_slip(slip), folder, holder=holds, witness=watches, altered=altered)
        verified = row.copy.state is State.CLOSED
        document = {"slip": row.slip, "state": row.copy.state.value, "verified": verified}
        session.emit(document, [session.say("erase.verified" if verified else "erase.unverified", slip=row.slip)])
