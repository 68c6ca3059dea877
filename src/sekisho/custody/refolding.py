"""Folding the ledger again: does the table of copies say what the entries say?

The rows are quick to read and could be changed by whoever can write to the database; the entries cannot, for their root is
signed. So every copy is made anew from its entries by the function that made it (:func:`sekisho.custody.copy.after`), after a look
at whether the entries are those of the root, and compared with its row. Where a person's name was erased and no key tells who it
was, a copy cannot be folded, and that is said instead of guessed.
"""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice

from sekisho.clock import from_text
from sekisho.custody import copy as life
from sekisho.custody import records
from sekisho.custody.copy import Copy, State
from sekisho.custody.office import Office
from sekisho.custody.records import CopyRow, Request
from sekisho.custody.tracking import key_owners, registers
from sekisho.errors import LedgerBroken, Refused
from sekisho.ledger.entry import Entry
from sekisho.ledger.merkle import leaf_hash, root_of

_COMPARED = ("state", "holder", "opens", "revoked", "seal_broken", "requester", "carrier", "recipient", "approvers")

_SEALED_BY_THEN = frozenset({"copy.written", "copy.lost"})
"""What shows that a capsule was sealed; lost before it was recorded as written it is where a kill came between."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """Something that a row says otherwise than the ledger.

    Attributes:
        slip: of which copy.
        field: what; ``request`` for what was asked for, ``entry`` for an entry that cannot follow on those before.
        stored: what the row says; persons as ids.
        told: what the entries say.
    """

    slip: str
    field: str
    stored: str
    told: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Refolded:
    """What the comparison found.

    Attributes:
        copies: how many copies were compared.
        size: how many entries were read.
        differences: what differs.
        erased: slip numbers of what cannot be folded any more, for who had a part in it is erased.
    """

    copies: int
    size: int
    differences: tuple[Difference, ...]
    erased: tuple[str, ...]


class _Erased(Exception):
    """Who stood behind an entry is not told any more."""


def refold(office: Office) -> Refolded:
    """Fold the ledger and compare every copy with its row.

    Raises:
        LedgerBroken: the entries are not those of the signed root.
        Unreadable: a row is damaged.
    """
    checkpoint = office.ledger.checkpoint()
    of_copy: dict[str, list[Entry]] = {}
    of_request: dict[object, list[Entry]] = {}

    def leaves() -> Iterator[bytes]:
        for entry in islice(office.ledger.entries(), checkpoint.size):
            if entry.copy:
                of_copy.setdefault(entry.copy, []).append(entry)
            elif entry.type in {"copy.requested", "copy.approved"}:
                of_request.setdefault(entry.fields["request"], []).append(entry)
            yield leaf_hash(entry.body())

    if root_of(leaves()) != checkpoint.root:
        raise LedgerBroken("ledger.altered", size=checkpoint.size)
    who, differences, erased = _Who(office), list[Difference](), list[str]()
    rows = records.copies(office.ledger.connection)
    for row in rows:
        request = records.get_request(office.ledger.connection, row.request)
        entries = [*of_request.get(row.request, ()), *(of_copy.get(row.cid.hex(), ()) if row.cid else ())]
        try:
            differences += _compared(row, request, entries, who)
        except _Erased:
            erased.append(row.slip)
    return Refolded(copies=len(rows), size=checkpoint.size, differences=tuple(differences), erased=tuple(erased))


class _Who:
    """Tells who stood behind an entry: by its details, else by whose key it names."""

    def __init__(self, office: Office) -> None:
        self._office = office
        self._owners = key_owners(office)
        self._registers = registers(office)[::-1]

    def details(self, entry: Entry) -> Mapping[str, str]:
        return self._office.ledger.details(entry.index)

    def named(self, entry: Entry, part: str, key: object = "") -> str:
        """Return the person of a part, or the owner of a key."""
        person = self.details(entry).get(part) or self._owners.get(str(key))
        if person is None:
            raise _Erased
        return person

    def keys(self, entry: Entry) -> list[str]:
        """Return the owners of the keys under an entry, in its order."""
        by = entry.fields.get("by")
        keys = by if isinstance(by, list | tuple) else [by]
        return [self.named(entry, "", key) for key in keys]

    def staff(self, person: str) -> bool:
        """Tell whether the newest register that knows a person has them among the staff."""
        known = next((each for each in self._registers if person in each.persons), None)
        return known is not None and known.is_staff(known.persons[person])


def _compared(row: CopyRow, request: Request, entries: Sequence[Entry], who: _Who) -> Iterator[Difference]:
    """Yield how a row differs from what its entries make."""
    statement = hashlib.sha256(request.statement.encode()).hexdigest()
    asked = [entry.fields["statement"] for entry in entries if entry.type == "copy.requested"]
    if asked != [statement]:
        yield Difference(slip=row.slip, field="request", stored=statement, told=" ".join(map(str, asked)))
        return
    copy = _blank(request)
    for entry in entries:
        try:
            if copy.state is State.APPROVED and entry.type in _SEALED_BY_THEN:
                (sealer,) = next(who.keys(each) for each in entries if each.type == "capsule.sealed")
                copy = life.after(copy, life.Seal(sealer))
            for event in _events(entry, copy, who):
                copy = life.after(copy, event)
        except Refused:
            yield Difference(slip=row.slip, field="entry", stored=row.copy.state, told=f"{entry.index} {entry.type}")
            return
    for name in _COMPARED:
        stored, told = getattr(row.copy, name), getattr(copy, name)
        if stored != told:
            yield Difference(slip=row.slip, field=name, stored=_text(stored), told=_text(told))
    offers = [each.statement if each else "" for each in (row.copy.offer, copy.offer)]
    if offers[0] != offers[1]:
        yield Difference(slip=row.slip, field="offer", stored=offers[0], told=offers[1])


def _blank(request: Request) -> Copy:
    said = request.statement
    return Copy(requester=said.requester, carrier=said.carrier, recipient=said.recipient, needed=said.approvals)


def _events(entry: Entry, copy: Copy, who: _Who) -> Iterator[life.Event]:
    """Yield what an entry says that happened to a copy; nothing for one that changed nothing about it."""
    fields = entry.fields
    match entry.type:
        case "copy.approved":
            yield life.Approve(*who.keys(entry))
        case "copy.offered":
            giver, receiver = who.named(entry, "giver", fields["from"]), who.named(entry, "receiver")
            until = from_text(str(fields["until"]))
            yield life.Offer(giver, receiver, who.staff(receiver), until, str(fields["statement"]))
        case "copy.handed_over" if copy.offer is not None:
            receiver = who.named(entry, "receiver", fields["to"])
            away = fields.get("device_at")
            at = min(entry.at, from_text(str(away))) if away else entry.at
            yield life.Accept(receiver, who.staff(receiver), at)
        case "copy.handed_over":
            giver, receiver = who.named(entry, "giver", fields["from"]), who.named(entry, "receiver", fields["to"])
            yield life.HandOver(giver, receiver, who.staff(receiver))
        case "copy.declined":
            yield life.Decline(who.named(entry, "by", fields["by"]))
        case "copy.offer_expired":
            yield life.Expire(entry.at)
        case "copy.seal_broken":
            yield life.BreakSeal(who.named(entry, "by", fields["by"]))
        case _:
            yield from _later(entry, copy, who)


def _later(entry: Entry, copy: Copy, who: _Who) -> Iterator[life.Event]:
    """Yield what an entry says that happened to a copy by releases and losses."""
    fields = entry.fields
    match entry.type:
        case "ticket.lifted" if copy.seal_broken:
            first, second, *_ = sorted(who.keys(entry))
            yield life.Clear(first, second)
        case "release.given":
            yield life.Open(None)
        case "escrow.released" if copy.state in {
            State.OUT,
            State.OPENED,
        }:  # told afterwards, it may be too late to count
            yield life.Open(None)
        case "copy.lost":
            yield life.Lose()
        case "copy.found" if "by" in fields:
            taker = who.named(entry, "holder", fields["by"])
            yield life.Find(taker, staff=who.staff(taker))
        case "copy.found":
            yield life.Find()
        case _:
            yield from _ended(entry, who)


def _ended(entry: Entry, who: _Who) -> Iterator[life.Event]:
    """Yield what an entry says of a copy's end."""
    match entry.type:
        case "copy.erased":
            details = who.details(entry)
            holder, witness = details.get("holder"), details.get("witness")
            if holder is None or witness is None:
                holder, witness = who.keys(entry)
            yield life.Erase(holder, witness, proven=entry.fields["verified"] == 1)
        case "copy.closed":
            yield life.Close()
        case "copy.written_off":
            first, second, *_ = sorted(who.keys(entry))
            yield life.WriteOff(first, second)


def _text(value: object) -> str:
    return " ".join(sorted(value)) if isinstance(value, frozenset) else str("" if value is None else value)
