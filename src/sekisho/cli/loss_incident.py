"""The commands of ``sekisho loss`` about an incident itself: which there are, what is known, what is due, who decides."""

from typing import TYPE_CHECKING

from sekisho.cli.command import Group
from sekisho.errors import Misuse, NotFound

if TYPE_CHECKING:
    from sekisho.custody.office import Office


def add_to(group: Group) -> None:
    """Add them to the group."""


def incident_of(office: "Office", text: str | None) -> int:
    """Return the number of the incident that is meant; where exactly one is open, it may be left out.

    Raises:
        Misuse: no number; or none is given, and several are open.
        NotFound: there is no such incident; or none is given, and none is open.
    """
    from sekisho.custody.incident_records import IncidentState, get_incident, incidents
    from sekisho.loss.incident.opening import open_missing

    open_missing(office)
    connection = office.ledger.connection
    if text:
        if not (text.isascii() and text.isdigit() and len(text) < 10):
            raise Misuse("loss.no_incident_number", text=text)
        return get_incident(connection, int(text)).number
    open_ones = [each.number for each in incidents(connection) if each.state is IncidentState.OPEN]
    if not open_ones:
        raise NotFound("loss.no_open_incident")
    if len(open_ones) > 1:
        raise Misuse("loss.which_incident", incidents=" ".join(map(str, open_ones)))
    return open_ones[0]
