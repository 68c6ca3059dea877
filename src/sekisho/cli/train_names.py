"""``sekisho train-names``: teach the tagger of names, on this machine, from sentences in which names are marked."""

from pathlib import Path

import click

from sekisho.cli.command import FILE, command
from sekisho.cli.session import Session, pass_session
from sekisho.errors import MediumError


@command("train-names")
@click.argument("corpus", type=FILE)
@pass_session
def run(session: Session, *, corpus: Path) -> None:
    """Train, and say where the model is kept."""
    from sekisho.detect.names.train import train

    try:
        kept = train(corpus)
    except OSError as error:
        raise MediumError("cli.disk", path=error.filename or corpus) from error
    session.emit({"model": str(kept)}, [session.say("train-names.kept", path=kept)])
