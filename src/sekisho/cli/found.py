"""``sekisho found``: a lost copy turned up; is it as it was sealed?"""

from pathlib import Path

import click

from sekisho.cli.arguments import read_slip
from sekisho.cli.command import FOLDER, command
from sekisho.cli.session import Session, pass_session


@command("found")
@click.argument("slip")
@click.option("--on", "folder", type=FOLDER, required=True)
@pass_session
def run(session: Session, *, slip: str, folder: Path) -> None:
    """Record."""
    from sekisho.custody.handing import find

    with session.office() as office:
        row, identical = find(office, read_slip(slip), folder)
        document = {"slip": row.slip, "state": row.copy.state.value, "identical": identical}
        session.emit(document, [session.say("found.identical" if identical else "found.altered", slip=row.slip)])
