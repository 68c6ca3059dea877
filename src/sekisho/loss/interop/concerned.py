"""Which entries of the ledger an incident concerns, and what of them a committee may see."""

from dataclasses import dataclass

from sekisho.custody import incident_records, records
from sekisho.custody.exporting import signers
from sekisho.custody.office import Office
from sekisho.ledger.entry import Entry
from sekisho.ledger.export import Company

_FACT = "fact.stated"
_OF_REQUESTS = frozenset({"copy.requested", "copy.approved"})
_DRILL = "drill.done"
_STATEMENT = "statement"


@dataclass(frozen=True, slots=True, kw_only=True)
class Concerned:
    """Entries about an incident.

    Attributes:
        size: of the ledger when they were gathered.
        entries: those of the incident and of its copies, from the request on, oldest first.
        drills: those of the office's rehearsals.
        hidden: places of those whose details stay in the office: secret facts, and what gives one away.
    """

    size: int
    entries: tuple[Entry, ...]
    drills: tuple[Entry, ...]
    hidden: frozenset[int]

    def proofs(self) -> dict[str, int]:
        """Return a proof for each entry of the incident that is no fact: there may be hundreds of those."""
        return {
            f"{entry.type}-{entry.index}": entry.index
            for entry in self.entries
            if "incident" in entry.fields and entry.type != _FACT
        }


def concerned_by(
    office: Office, number: int, slips: list[str], *, heard: frozenset[int], withheld: set[int]
) -> Concerned:
    """Gather the entries about an incident.

    Args:
        office: whose it is.
        number: of the incident.
        slips: of its copies.
        heard: the numbers of the facts that the reader may hear.
        withheld: entries of what else gives a secret away.
    """
    connection = office.ledger.connection
    rows = [records.get_copy(connection, slip) for slip in slips]
    cids = {row.cid.hex() for row in rows if row.cid}
    requests = {row.request for row in rows}
    hidden = withheld | {row.index for row in incident_records.fact_rows(connection, number) if row.n not in heard}
    entries, drills, size = list[Entry](), list[Entry](), office.ledger.checkpoint().size
    for entry in office.ledger.entries():
        if entry.index >= size:
            break
        if entry.type == _DRILL:
            drills.append(entry)
        elif (
            entry.copy in cids
            or entry.fields.get("incident") == number
            or (entry.type in _OF_REQUESTS and entry.fields.get("request") in requests)
        ):
            entries.append(entry)
    return Concerned(size=size, entries=tuple(entries), drills=tuple(drills), hidden=frozenset(hidden))


def company_of(office: Office, concerned: Concerned) -> Company:
    """Return who stands behind these entries, with their details and signed documents, but for what is hidden."""
    details, signed = {}, {}
    for entry in concerned.entries:
        if entry.index in concerned.hidden:
            continue
        if found := office.ledger.disclosed(entry.index):
            details[entry.index] = found
        document = records.get_signed(office.ledger.connection, entry.index)
        if document and _STATEMENT in entry.fields:  # a certificate is no statement; it has a bundle of its own
            signed[entry.index] = document
    return Company(quorum=office.cosigning.quorum, signers=signers(office), details=details, signed=signed)
