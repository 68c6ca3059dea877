"""``sekisho loss``: what follows a loss: facts, clocks, people, documents, letters."""

from sekisho.cli import (
    loss_assess,
    loss_documents,
    loss_export,
    loss_facts,
    loss_incident,
    loss_law,
    loss_letters,
    loss_people,
    loss_plain,
    loss_serve,
    loss_statements,
)
from sekisho.cli.command import group


@group("loss", loss_plain.LossGroup)
def run() -> None:
    """Work on an incident."""


for _part in (
    loss_incident,
    loss_facts,
    loss_law,
    loss_plain,
    loss_assess,
    loss_people,
    loss_documents,
    loss_letters,
    loss_export,
    loss_serve,
    loss_statements,
):
    _part.add_to(run)
