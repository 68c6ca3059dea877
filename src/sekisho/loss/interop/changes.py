"""What changed since a cursor: incidents by the newest entry of the ledger about each, for programs that ask now and then.

The cursor is an index of the ledger, so it never goes back, and no two changes have one: whoever asks again with the cursor of the
last answer misses nothing and is told nothing twice.
"""

from typing import Any

from sekisho.clock import to_text
from sekisho.custody import incident_records, records
from sekisho.custody.office import Office
from sekisho.errors import Misuse
from sekisho.ledger.entry import Entry

Node = dict[str, Any]


def changes(office: Office, since: int = 0) -> Node:
    """Return the incidents of which an entry from a cursor on says something, the one changed last at the end.

    Raises:
        Misuse: the cursor is none of this ledger.
        LedgerBroken: a row is no leaf.
    """
    size = office.ledger.checkpoint().size
    if not 0 <= since <= size:
        raise Misuse("loss.bad_cursor", since=since, size=size)
    of_copy = _incidents_of_copies(office)
    newest, said = dict[int, Entry](), dict[int, list[str]]()
    for entry in office.ledger.entries(since):
        if entry.index >= size:
            break
        for number in _about(entry, of_copy):
            newest[number] = entry
            said.setdefault(number, []).append(entry.type)
    known = {each.number: each for each in incident_records.incidents(office.ledger.connection)}
    found = [
        {
            "incident": number,
            "state": known[number].state.value,
            "plain": known[number].plain,
            "opened_at": known[number].opened_at,
            "updated_at": to_text(entry.at),
            "updated_index": entry.index,
            "changes": list(dict.fromkeys(said[number])),
        }
        for number, entry in sorted(newest.items(), key=lambda item: item[1].index)
        if number in known
    ]
    return {"origin": office.settings.origin, "since": since, "next": size, "incidents": found}


def _incidents_of_copies(office: Office) -> dict[str, list[int]]:
    connection = office.ledger.connection
    found = dict[str, list[int]]()
    for incident in incident_records.incidents(connection):
        for slip in incident_records.slips_of(connection, incident.number):
            cid = records.get_copy(connection, slip).cid
            if cid:
                found.setdefault(cid.hex(), []).append(incident.number)
    return found


def _about(entry: Entry, of_copy: dict[str, list[int]]) -> set[int]:
    """Return the incidents that an entry is about; one of a copy concerns every incident of that copy."""
    number = entry.fields.get("incident")
    own = {number} if isinstance(number, int) else set()
    return own | set(of_copy.get(entry.copy or "", ()))
