"""What must be said wherever a share is destroyed: the envelopes of which no destruction knows."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from sekisho.cli.session import Session

if TYPE_CHECKING:
    from sekisho.custody.office import Office


def say_envelopes(session: Session, office: "Office", slips: Sequence[str]) -> None:
    """Say which of these copies envelopes could still open."""
    from sekisho.custody.escrowing import still_open

    for slip, escrow in still_open(office, slips).items():
        session.tell("escrow.still", slip=slip, left=escrow.left, threshold=escrow.threshold)
