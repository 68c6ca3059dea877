"""Declaring an incident: the office says that it knows, and since when. Three times start different clocks, and stay three.

Who had the copy noticed (``noticed_at``); the office knew (``known_at``); it said so (``declared_at``). Where nobody says when
the office knew, it is the moment of the report: that is the earliest, and a clock that starts too early harms nobody.
"""

from datetime import datetime

from sekisho.clock import from_text, to_local, to_text
from sekisho.custody import incident_records
from sekisho.custody.office import Office
from sekisho.errors import Misuse
from sekisho.loss.facts.fact import Facts
from sekisho.loss.incident.deciding import must_be_open
from sekisho.loss.incident.stating import Stated, facts_of, read_facts, state_within
from sekisho.signing.keys import SigningKey


def declare(
    office: Office, number: int, *, known_at: datetime | None = None, unit: str = "", key: SigningKey | None = None
) -> Facts:
    """Declare an incident; declaring again corrects since when it was known, and never when it was declared.

    Args:
        office: whose incident it is.
        number: of the incident.
        known_at: when anybody of the office knew.
        unit: which section knew first.
        key: of who declares.

    Raises:
        NotFound: there is no such incident.
        Misuse: that time has not come.
        Refused: the incident is closed; the key is nobody's of the office.
    """
    if known_at is not None and known_at > office.ledger.time():
        raise Misuse("loss.not_known_yet", known_at=to_local(known_at, office.settings.zone))
    source, by = "office", ""
    if key is not None:
        source, by = f"person:{office.register.owner(key.public).id}", key.public.id
    with office.ledger.transaction() as tx:
        must_be_open(tx, number)
        facts = read_facts(office.ledger, number)
        opened = from_text(incident_records.get_incident(tx.connection, number).opened_at)
        known = known_at or facts.time("known_at") or facts.time("noticed_at") or opened
        stated = [Stated("known_at", to_text(known))]
        if facts.time("declared_at") is None:
            tx.append("incident.declared", fields={"incident": number, **({"by": [by]} if by else {})})
            stated.append(Stated("declared_at", to_text(tx.at)))
        if unit.strip():
            stated.append(Stated("known_by_unit", unit.strip()))
        state_within(office.ledger, tx, number, stated, source=source, by=by)
    return facts_of(office, number)
