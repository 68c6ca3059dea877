"""Reopening an incident: by itself where a copy turned up, or a key got out, after it was closed; else by two persons."""

import msgspec

from sekisho.custody import incident_records
from sekisho.custody.incident_records import IncidentState
from sekisho.ledger.writer import Transaction


def reopen_within(tx: Transaction, number: int, *, why: str, by: tuple[str, ...] = (), reason: str = "") -> bool:
    """Reopen an incident inside a transaction, if it is closed; tell whether it was.

    Args:
        tx: the transaction.
        number: of the incident.
        why: a code: ``found``, ``key_compromised`` or ``persons``.
        by: ids of the keys of those who ask for it.
        reason: in their words, kept behind the entry.
    """
    incident = incident_records.get_incident(tx.connection, number)
    if incident.state is IncidentState.OPEN:
        return False
    incident_records.update_incident(tx.connection, msgspec.structs.replace(incident, state=IncidentState.OPEN))
    tx.append(
        "incident.reopened",
        fields={"incident": number, "why": why, **({"by": list(by)} if by else {})},
        details={"reason": reason} if reason else {},
    )
    return True
