"""``sekisho found``: a lost copy turned up; is it as it was sealed?"""

from pathlib import Path

import click

from sekisho.cli.arguments import read_slip
from sekisho.cli.command import FILE, FOLDER, command
from sekisho.cli.persons import names_of, person_words
from sekisho.cli.session import Session, pass_session


@command("found")
@click.argument("slip")
@click.option("--on", "folder", type=FOLDER, required=True)
@click.option("--key", type=FILE)
@pass_session
def run(session: Session, *, slip: str, folder: Path, key: Path | None) -> None:
    """Record."""
    from sekisho.custody.handing import find
    from sekisho.loss.incident.updating import refresh_about

    with session.office() as office:
        row, identical = find(office, read_slip(slip), folder, taker=session.key(key) if key else None)
        holder = row.copy.holder
        document = {"slip": row.slip, "state": row.copy.state.value, "identical": identical, "holder": holder}
        words = session.say("found.identical" if identical else "found.altered", slip=row.slip)
        person = person_words(session, names_of(office), holder)
        session.emit(document, [words, session.say("hand-over.done", slip=row.slip, holder=person)])
        for number in refresh_about(office, row.slip):  # whatever is wrong with an incident, it is recorded as found
            session.note("found.reopened", incident=number)
