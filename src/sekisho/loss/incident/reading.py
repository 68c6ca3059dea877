"""Reading a case: everything that papers, exports and pages about an incident are made from, put together at one moment."""

from sekisho.custody import incident_records
from sekisho.custody.office import Office
from sekisho.errors import NotFound, Unreadable
from sekisho.loss.affected import people
from sekisho.loss.incident.case import Case
from sekisho.loss.incident.computing import obligations_at
from sekisho.loss.incident.stating import facts_of
from sekisho.loss.who import Affected


def read_case(office: Office, number: int) -> Case:
    """Return an incident as it stands now.

    Raises:
        NotFound: there is no such incident.
        Unreadable: the value of a fact is damaged; ``incident.toml`` or a record of law in the office's folder is.
        LedgerBroken: the ledger, which knows the indexes' digests, is not the one that was signed.
    """
    found, at, facts = people_of(office, number), office.ledger.time(), facts_of(office, number)
    return Case(
        incident=number,
        at=at,
        zone=office.settings.zone,
        origin=office.settings.origin,
        facts=facts,
        obligations=obligations_at(office, number, at, facts),
        by_kind=tuple(found.by_kind()) if found else (),
        by_field_set=tuple(found.by_field_set()) if found else (),
    )


def people_of(office: Office, number: int) -> Affected | None:
    """Return who is on an incident's copies and files; None where it has none, or their indexes cannot be read: nobody knows then."""
    incident = incident_records.get_incident(office.ledger.connection, number)
    if not incident.index_sha256 and not incident_records.slips_of(office.ledger.connection, number):
        return None
    try:
        return people.people_of(office, number).found
    except (NotFound, Unreadable):
        return None
