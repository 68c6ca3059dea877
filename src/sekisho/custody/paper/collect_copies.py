"""Filling the forms about copies: the application, the lending book, the slip and the opening number."""

import re
from collections.abc import Sequence
from datetime import datetime

from sekisho.clock import from_text
from sekisho.custody import records
from sekisho.custody.handing import sealed_parts
from sekisho.custody.media_records import MediumRecord, get_medium
from sekisho.custody.paper.dates import fiscal_year, within_fiscal_year
from sekisho.custody.paper.facts import (
    ApprovalRow,
    CarryOutHead,
    Facts,
    LendingRow,
    Nothing,
    OpeningHead,
    SlipHead,
)
from sekisho.custody.paper.trail import Trail, indexes
from sekisho.custody.records import CopyRow
from sekisho.errors import Misuse, NotFound, Refused
from sekisho.ledger.entry import Entry

_REQUEST = re.compile(r"(?:C-?)?([0-9]{1,9})", re.IGNORECASE)
_MY_NUMBER = "my_number"


def carry_out(trail: Trail, about: str) -> tuple[Facts, Sequence[Facts]]:
    """Return a request, and who approved it.

    Raises:
        Misuse: this is no number of a request.
        NotFound: there is none of this number.
    """
    match = _REQUEST.fullmatch(about)
    if match is None:
        raise Misuse("custody.paper_no_request", text=about)
    number = int(match[1])
    statement = trail.request(number).statement
    asked = trail.of_request(number, "copy.requested")[0]
    first, until, due = map(from_text, (statement.not_before, statement.not_after, statement.due))
    head = CarryOutHead(
        number=f"C-{number}",
        applied_on=trail.day(asked.at),
        applicant=trail.person(statement.requester),
        ground=tuple(statement.purposes),
        data=tuple(statement.fields),
        kinds=tuple(statement.kinds),
        people=statement.people,
        my_number=_MY_NUMBER in statement.kinds,
        period_from=first,
        period_until=until,
        due=due,
        fiscal_year=fiscal_year(trail.day(first)),
        within_fiscal_year=within_fiscal_year(trail.day(first), trail.day(due)),
        destination=statement.route,
        carrier=trail.person(statement.carrier),
        carrier_chain=trail.chain(statement.carrier, trail.day(asked.at)),
        recipient=trail.person(statement.recipient),
        recipient_chain=trail.chain(statement.recipient, trail.day(asked.at)),
        media=tuple(statement.media),
        copies=len(statement.media),
        max_opens=statement.max_opens,
        may_save=statement.allow_save,
        entries=indexes(asked),
    )
    return head, [_approval(trail, entry) for entry in trail.of_request(number, "copy.approved")]


def lending_book(trail: Trail) -> tuple[Facts, Sequence[Facts]]:
    """Return every copy that has left the store, in the order in which they left."""
    rows = [row for copy in records.copies(trail.office.ledger.connection) for row in _lent(trail, copy)]
    return Nothing(), sorted(rows, key=lambda row: row.entries)


def slip(trail: Trail, number: str) -> tuple[Facts, Sequence[Facts]]:
    """Return what goes with a copy.

    Raises:
        NotFound: there is no such copy.
        Refused: it is not sealed yet.
    """
    row = _row(trail, number)
    cid, capsule = sealed_parts(row)
    statement, medium = trail.request(row.request).statement, _medium(trail, row.medium)
    head = SlipHead(
        slip=row.slip,
        medium=row.medium,
        number=medium.id if medium else "",
        giver=trail.person(capsule.by),
        carrier=trail.person(statement.carrier),
        recipient=trail.person(statement.recipient),
        destination=statement.route,
        not_before=from_text(statement.not_before),
        not_after=from_text(statement.not_after),
        due=from_text(statement.due),
        max_opens=statement.max_opens,
        opener=capsule.opener,
        capsule=capsule.sha256,
        entries=indexes(*trail.of_copy(cid, "copy.written")),
    )
    return head, ()


def opening_number(trail: Trail, number: str) -> tuple[Facts, Sequence[Facts]]:
    """Return a copy's opening number.

    Raises:
        NotFound: there is no such copy.
        Refused: it is not sealed yet, or asks for none, or is over.
    """
    row = _row(trail, number)
    cid, capsule = sealed_parts(row)
    if not capsule.pin or row.copy.revoked:
        raise Refused("custody.paper_no_pin", slip=row.slip)
    statement = trail.request(row.request).statement
    head = OpeningHead(
        slip=row.slip,
        recipient=trail.person(statement.recipient),
        not_after=from_text(statement.not_after),
        pin=capsule.pin,
        entries=indexes(*trail.of_copy(cid, "copy.written")),
    )
    return head, ()


def _approval(trail: Trail, entry: Entry) -> ApprovalRow:
    by = trail.signer(entry)
    known = trail.register.persons.get(by)
    roles = tuple(role.value for role in known.roles) if known else ()
    return ApprovalRow(person=trail.person(by), roles=roles, approved_at=entry.at, entries=indexes(entry))


def _lent(trail: Trail, row: CopyRow) -> list[LendingRow]:
    handed = trail.of_copy(row.cid, "copy.handed_over")
    out = next((entry for entry in handed if not _to_staff(trail, entry)), None)
    if out is None:
        return []
    later = [entry for entry in trail.of_copy(row.cid) if entry.index > out.index]
    opened = next((entry for entry in later if entry.type == "release.given"), None)
    back = next(
        (entry for entry in later if entry.type == "copy.returned" or (entry in handed and _to_staff(trail, entry))),
        None,
    )
    erased = next((entry for entry in reversed(later) if entry.type == "copy.erased"), None)
    fate = [entry for entry in later if entry.type in {"copy.lost", "copy.found", "copy.written_off"}]
    statement = trail.request(row.request).statement
    return [
        LendingRow(
            out_at=out.at,
            medium=row.medium,
            slip=row.slip,
            user=trail.person(trail.receiver(out)),
            official=trail.person(statement.requester),
            purpose=", ".join(statement.purposes),
            permission=f"C-{row.request}",
            permitted_by=tuple(trail.person(person) for person in sorted(row.copy.approvers)),
            used_at=opened.at if opened else None,
            opens=row.copy.opens,
            due=from_text(statement.due),
            returned_at=_at(back),
            erased=bool(erased and erased.fields.get("verified")),
            erased_at=_at(erased),
            checker=trail.person(trail.details(erased).get("witness", "")) if erased else "",
            copy_state=row.copy.state.value,
            entries=indexes(out, opened, back, erased, *fate),
        )
    ]


def _to_staff(trail: Trail, entry: Entry) -> bool:
    receiver = trail.register.persons.get(trail.receiver(entry))
    return receiver is not None and trail.register.is_staff(receiver)


def _at(entry: Entry | None) -> datetime | None:
    return entry.at if entry else None


def _row(trail: Trail, number: str) -> CopyRow:
    return records.get_copy(trail.office.ledger.connection, number)


def _medium(trail: Trail, label: str) -> MediumRecord | None:
    try:
        return get_medium(trail.office.ledger.connection, label)
    except NotFound:
        return None
