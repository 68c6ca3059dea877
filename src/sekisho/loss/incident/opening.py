"""Opening an incident: in the very commit that stops the releases, so that nobody has to think of it on the night.

A copy that is lost belongs to one open incident. Two sticks for the same request went with the same person to the same
place, so they belong together, whoever reports the second one when.
"""

import contextlib
from collections.abc import Sequence

from sekisho.clock import to_text
from sekisho.custody import incident_records, records
from sekisho.custody.copy import State
from sekisho.custody.incident_records import IncidentRecord, IncidentState
from sekisho.custody.office import Office
from sekisho.errors import SekishoError
from sekisho.ledger.reader import Reader
from sekisho.ledger.writer import Transaction, Trust
from sekisho.loss.incident.stating import Stated, state_within
from sekisho.sql import Connection

_LEDGER = "ledger"


def open_incident(ledger: Reader, tx: Transaction, slips: Sequence[str]) -> int:
    """Open an incident about copies inside the transaction that stops them, or join the open one that they belong to.

    Returns:
        Its number.
    """
    number = _open_one(tx.connection, slips)
    if number is None:
        return _begin(ledger, tx, sorted(set(slips)))
    joining = sorted(set(slips) - set(incident_records.slips_of(tx.connection, number)))
    if joining:
        for slip in joining:
            incident_records.add_slip(tx.connection, number, slip)
        tx.append("incident.joined", fields={"incident": number, "slips": joining})
    return number


def open_plain(office: Office) -> int:
    """Open an incident about what was no capsule, such as an ordinary stick; return its number."""
    with office.ledger.transaction(Trust.STOPPING) as tx:
        return _begin(office.ledger, tx, [], plain=True)


def open_missing(office: Office) -> list[int]:
    """Open an incident for every lost copy that has none: the report came first, or before there were incidents."""
    connection = office.ledger.connection
    if not _without(connection):
        return []
    with office.ledger.transaction(Trust.STOPPING) as tx:
        opened = [open_incident(office.ledger, tx, [slip]) for slip in _without(tx.connection)]
    return sorted(set(opened))


def _begin(ledger: Reader, tx: Transaction, slips: list[str], *, plain: bool = False) -> int:
    number = max((each.number for each in incident_records.incidents(tx.connection)), default=0) + 1
    incident = IncidentRecord(number=number, state=IncidentState.OPEN, opened_at=to_text(tx.at), plain=plain)
    incident_records.add_incident(tx.connection, incident, slips)
    tx.append("incident.opened", fields={"incident": number, "slips": slips})
    state_within(ledger, tx, number, [Stated("noticed_at", to_text(tx.at))], source=_LEDGER)
    return number


def _open_one(connection: Connection, slips: Sequence[str]) -> int | None:
    """Return the oldest open incident with one of these copies, or with another of the same request."""
    numbers = {
        number
        for slip in incident_records.slips_beside(connection, slips)
        for number in incident_records.incidents_of(connection, slip)
    }
    open_ones = {each.number for each in incident_records.incidents(connection) if each.state is IncidentState.OPEN}
    return min(numbers & open_ones, default=None)


def _without(connection: Connection) -> list[str]:
    found = list[str]()
    for slip in incident_records.slips_without(connection):
        with contextlib.suppress(SekishoError):  # a damaged record says so where it is asked for
            if records.get_copy(connection, slip).copy.state is State.LOST:
                found.append(slip)
    return found
