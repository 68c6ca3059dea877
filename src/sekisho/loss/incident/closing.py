"""Closing an incident, and opening it again: two persons, and only when every copy and every duty is accounted for."""

from collections.abc import Sequence

import msgspec

from sekisho.custody import incident_records, records
from sekisho.custody.copy import State
from sekisho.custody.incident_records import IncidentState
from sekisho.custody.office import Office
from sekisho.errors import Busy, Misuse, Refused
from sekisho.loss.incident.computing import compute
from sekisho.loss.incident.deciding import deciding_keys, decisions_of, must_be_open
from sekisho.loss.incident.reopening import reopen_within
from sekisho.loss.law.obligation import Obligation, ObligationState
from sekisho.signing.keys import SigningKey
from sekisho.sql import Connection

_LEFT = frozenset(
    {
        ObligationState.OPEN,
        ObligationState.DUE_SOON,
        ObligationState.LATE,
        ObligationState.NEEDS_REVIEW,
        ObligationState.LIKELY_EXEMPT,
    }
)


def close(office: Office, number: int, *, reason: str, keys: Sequence[SigningKey]) -> None:
    """Close an incident.

    Raises:
        NotFound: there is no such incident.
        Misuse: no reason.
        Refused: fewer than two who may; a copy is missing and not written off, or a duty is left; it is closed.
        Busy: while it was looked at, somebody stated a fact or decided something.
    """
    if not reason.strip():
        raise Misuse("loss.decision_reason")
    by = deciding_keys(office, keys, needed=2)
    decided = len(decisions_of(office.ledger.connection, number))
    run = compute(office, number)
    left = duties_left(run.obligations)
    with office.ledger.transaction() as tx:
        must_be_open(tx, number)
        if missing := copies_missing(tx.connection, number):
            raise Refused("loss.copies_missing", slips=" ".join(missing))
        if (run.facts, decided) != (_newest_fact(tx.connection, number), len(decisions_of(tx.connection, number))):
            raise Busy("loss.said_meanwhile", incident=number)
        if left:
            raise Refused("loss.duties_left", duties=" ".join(f"{each.rule}/{each.stage}" for each in left))
        incident = incident_records.get_incident(tx.connection, number)
        incident_records.update_incident(tx.connection, msgspec.structs.replace(incident, state=IncidentState.CLOSED))
        tx.append("incident.closed", fields={"incident": number, "by": list(by)}, details={"reason": reason.strip()})


def reopen(office: Office, number: int, *, reason: str, keys: Sequence[SigningKey]) -> None:
    """Open a closed incident again.

    Raises:
        NotFound: there is no such incident.
        Misuse: no reason.
        Refused: fewer than two who may; it is open.
    """
    if not reason.strip():
        raise Misuse("loss.decision_reason")
    by = deciding_keys(office, keys, needed=2)
    with office.ledger.transaction() as tx:
        if not reopen_within(tx, number, why="persons", by=by, reason=reason.strip()):
            raise Refused("loss.open_already", incident=number)


def copies_missing(connection: Connection, number: int) -> list[str]:
    """Return the slips of an incident's copies that are missing and were not written off by two persons."""
    slips = incident_records.slips_of(connection, number)
    return [slip for slip in slips if records.get_copy(connection, slip).copy.state is State.LOST]


def _newest_fact(connection: Connection, number: int) -> int:
    return max((row.n for row in incident_records.fact_rows(connection, number)), default=0)


def duties_left(obligations: Sequence[Obligation]) -> list[Obligation]:
    """Return the obligations for which somebody still has to do something."""
    return [each for each in obligations if each.state in _LEFT]
