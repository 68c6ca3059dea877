"""What is new is told, and what is due computed anew: the one way on which facts come in."""

from collections.abc import Sequence

from sekisho.custody import incident_records
from sekisho.custody.incident_records import IncidentState
from sekisho.custody.office import Office
from sekisho.loss.incident.collecting import collect
from sekisho.loss.incident.computing import compute
from sekisho.loss.incident.runs import Run
from sekisho.loss.incident.stating import Stated, state
from sekisho.signing.keys import SigningKey


def refresh(office: Office, number: int) -> Run:
    """State what the office's own records say that is new, and compute; raises as both do."""
    collect(office, number)
    return compute(office, number)


def tell(office: Office, number: int, stated: Sequence[Stated], *, source: str, key: SigningKey | None = None) -> Run:
    """State facts, and compute; raises as both do."""
    state(office, number, stated, source=source, key=key)
    return compute(office, number)


def refresh_about(office: Office, slip: str) -> list[int]:
    """Refresh every incident about a copy, such as one that turned up; return those that this opened again.

    Raises:
        LedgerBroken: the ledger is not the one that was signed.
        Unreadable: what the office says of itself, or its own law, cannot be read.
    """
    connection, again = office.ledger.connection, list[int]()
    for number in incident_records.incidents_of(connection, slip):
        was = incident_records.get_incident(connection, number).state
        refresh(office, number)
        now = incident_records.get_incident(connection, number).state
        if (was, now) == (IncidentState.CLOSED, IncidentState.OPEN):
            again.append(number)
    return again
