"""Where every copy is, what is still to be done with it, and all that ever happened to it.

What a ledger entry says in plain is ids and digests; who stood behind it is told from the details beside it, as long as they
are not erased, and from whose key the register says a key is.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sekisho.clock import from_text
from sekisho.custody import records
from sekisho.custody.copy import Duty, State, duty, is_overdue
from sekisho.custody.office import Office
from sekisho.custody.records import CopyRow
from sekisho.custody.register import Register, parse_register
from sekisho.ledger.entry import Entry

ENDED = frozenset({State.CLOSED, State.CLOSED_LOST, State.CANCELLED})
"""In which nothing is left to be done with a copy."""

_OF_A_REQUEST = ("copy.requested", "copy.approved")
_FEW = 8
"""Of so many copies the entries are looked for by how they are spelled; of more, every entry is read."""
_PARTS = ("giver", "receiver", "holder", "witness", "carrier", "recipient", "by")
_KEYS = ("by", "from", "to")


@dataclass(frozen=True, slots=True, kw_only=True)
class Tracked:
    """A copy and what is still to be done with it.

    Attributes:
        row: the copy.
        due: when it is due back, or erased.
        duty: what is still to be done; nothing before it is sealed, while it is looked for, and when it is over.
        late: by how much that is overdue; none while there is time.
    """

    row: CopyRow
    due: datetime
    duty: Duty | None
    late: timedelta | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Happening:
    """One entry of a copy's history.

    Attributes:
        index: its place in the ledger.
        at: when.
        event: what happened.
        people: who had which part in it, as far as that is not erased.
        signed_by: persons whose keys stand in it.
        fields: what it says in plain.
    """

    index: int
    at: datetime
    event: str
    people: Mapping[str, str]
    signed_by: tuple[str, ...]
    fields: Mapping[str, object]


def tracked(office: Office) -> list[Tracked]:
    """Return every copy, those that are due first at the top."""
    now, connection = office.ledger.time(), office.ledger.connection
    statements = {request.id: request.statement for request in records.requests(connection)}
    found = [_track(row, from_text(statements[row.request].due), now) for row in records.copies(connection)]
    return sorted(found, key=lambda each: each.due)


def overdue(office: Office) -> list[Tracked]:
    """Return the copies with which something should have been done by now, the latest first."""
    return [each for each in tracked(office) if each.late is not None]


def history(office: Office, slip: str) -> list[Happening]:
    """Return all that happened to a copy, and to the request that it came of.

    Raises:
        NotFound: there is no such copy.
    """
    row = records.get_copy(office.ledger.connection, slip)
    return histories(office, [row])[slip]


def histories(office: Office, rows: Sequence[CopyRow]) -> dict[str, list[Happening]]:
    """Return all that happened to each of several copies, by slip number, in one reading of the ledger."""
    owners = key_owners(office)
    by_copy = {row.cid.hex(): row.slip for row in rows if row.cid}
    by_request: dict[object, list[str]] = {}
    for row in rows:
        by_request.setdefault(row.request, []).append(row.slip)
    found: dict[str, list[Happening]] = {row.slip: [] for row in rows}
    pieces = [f'"type":"{event}"' for event in _OF_A_REQUEST] + ([f'"copy":"{copy}"' for copy in by_copy])
    few = office.ledger.entries_spelling(*pieces) if len(rows) <= _FEW else office.ledger.entries()
    for entry in few:
        of_request = by_request.get(entry.fields.get("request"), []) if entry.type in _OF_A_REQUEST else []
        slips = of_request + ([by_copy[entry.copy]] if entry.copy in by_copy else [])
        for slip in slips:
            found[slip].append(_happening(office, entry, owners))
    return found


def key_owners(office: Office) -> dict[str, str]:
    """Return the owner of each signing key that any version of the register names, by the key's id; the newest one's word counts."""
    owners = dict[str, str]()
    for register in registers(office):
        owners |= {person.public_key.id: person.id for person in register.persons.values() if person.key}
    return owners


def registers(office: Office) -> list[Register]:
    """Return every version of the register, oldest first.

    Raises:
        Unreadable: one of them is damaged.
    """
    path = office.home.root / "register"
    return [parse_register(text, path) for text in records.registers(office.ledger.connection)]


def _track(row: CopyRow, due: datetime, now: datetime) -> Tracked:
    copy = (
        row.copy if row.copy.due else replace(row.copy, due=due)
    )  # one that was asked for before copies had a due time
    return Tracked(row=row, due=due, duty=duty(copy), late=now - due if is_overdue(copy, now) else None)


def _happening(office: Office, entry: Entry, owners: Mapping[str, str]) -> Happening:
    details = office.ledger.details(entry.index)
    keys = [key for name in _KEYS if name in entry.fields for key in _several(entry.fields[name])]
    return Happening(
        index=entry.index,
        at=entry.at,
        event=entry.type,
        people={name: details[name] for name in _PARTS if name in details},
        signed_by=tuple(dict.fromkeys(owners[key] for key in keys if key in owners)),
        fields=entry.fields,
    )


def _several(value: object) -> list[str]:
    return [str(each) for each in value] if isinstance(value, list | tuple) else [str(value)]
