"""Stopping what is out, and going on: suspend by anybody on shift; lift, destroy and confirm the clock by two persons."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import msgspec

from sekisho.custodian import tickets
from sekisho.custody import copy as life
from sekisho.custody import records
from sekisho.custody.checking import must_stand_apart, two_persons
from sekisho.custody.handing import sealed_parts
from sekisho.custody.office import Office
from sekisho.custody.records import CopyRow
from sekisho.custody.register import DECIDERS
from sekisho.errors import Refused
from sekisho.ledger.writer import Trust
from sekisho.signing.keys import SigningKey

_DESTROYED = frozenset({"ticket.destroy_intended", "ticket.destroyed"})


def suspend_copy(office: Office, slip: str) -> CopyRow:
    """Stop every release of a copy.

    Raises:
        NotFound: there is no such copy.
        Refused: it is not sealed.
    """
    row = records.get_copy(office.ledger.connection, slip)
    cid, _ = sealed_parts(row)
    with office.ledger.transaction(Trust.STOPPING) as tx:
        office.custodian.suspend(tx, cid)
    return row


def lift_suspension(office: Office, slip: str, *, keys: Sequence[SigningKey]) -> CopyRow:
    """Lift a suspension; two persons who have no part in the copy, and never for a copy reported lost.

    The ledger is asked, too, whether its share was destroyed: a table that came back from a backup may not know. Of a copy whose seal was reported broken they say by this that they looked at it, and that it is sound.

    Raises:
        Refused: just that.
    """
    row = records.get_copy(office.ledger.connection, slip)
    cid, _ = sealed_parts(row)
    deciders = two_persons(office.register, [key.public for key in keys], *DECIDERS)
    for person in deciders:
        must_stand_apart(row, person)
    with office.ledger.transaction() as tx:
        office.custodian.lift(tx, cid, keys=deciders.values())
        if any(entry.type in _DESTROYED for entry in office.ledger.entries_of(cid.hex())):
            raise Refused("custodian.destroyed")
        row = records.get_copy(tx.connection, slip)
        if row.copy.seal_broken:
            first, second, *_ = sorted(deciders)
            row = msgspec.structs.replace(row, copy=life.after(row.copy, life.Clear(first, second)))
            records.update_copy(tx.connection, row)
    return row


def destroy_share(office: Office, slip: str, *, keys: Sequence[SigningKey]) -> CopyRow:
    """Destroy a copy's share without a loss; two persons, for good.

    Raises:
        Refused: fewer than two who may.
    """
    row = records.get_copy(office.ledger.connection, slip)
    cid, _ = sealed_parts(row)
    deciders = two_persons(office.register, [key.public for key in keys], *DECIDERS)
    with office.ledger.transaction() as tx:
        office.destruction.begin(tx, cid, reason="revoked", keys=deciders.values())
    office.finish_destructions()
    return row


def confirm_clock(office: Office, *, keys: Sequence[SigningKey]) -> datetime:
    """Go on after a long rest: two persons say that the clock, however far ahead of the last entry, is right.

    Raises:
        Refused: fewer than two who may.
    """
    deciders = two_persons(office.register, [key.public for key in keys], *DECIDERS)
    with office.ledger.transaction(Trust.CONFIRMED) as tx:
        tx.append("clock.confirmed", fields={"by": sorted(deciders.values())})
        return tx.at


def rotate_epoch(office: Office, *, keys: Sequence[SigningKey]) -> int:
    """Wrap every share anew and destroy the key that wrapped them before; two persons. Return the new epoch.

    Raises:
        Refused: fewer than two who may.
        MediumError: the disk refused a key; the next start goes on.
    """
    deciders = two_persons(office.register, [key.public for key in keys], *DECIDERS)
    with office.ledger.transaction() as tx:
        office.destruction.rotate(tx, keys=deciders.values())
    office.finish_destructions()
    return tickets.current_epoch(office.ledger.connection)


@dataclass(frozen=True, slots=True, kw_only=True)
class Expiring:
    """A share that will be destroyed by itself.

    Attributes:
        cid: the copy.
        slip: its slip number; none for a ticket that waits in a pool, or whose capsule is not finished.
        state: of its ticket.
        at: after this.
    """

    cid: bytes
    slip: str | None
    state: str
    at: datetime


def expire_now(office: Office) -> list[Expiring]:
    """Destroy every share whose time is over, as every command does before its work; return them.

    Raises:
        MediumError: the disk refused a key; the next start goes on.
    """
    before = {each.cid: each for each in expiring(office)}
    office.finish_destructions()
    left = {each.cid for each in expiring(office)}
    return [each for cid, each in before.items() if cid not in left]


def expiring(office: Office) -> list[Expiring]:
    """Return what will expire, the first first."""
    slips = {row.cid: row.slip for row in records.copies(office.ledger.connection) if row.cid}
    found = tickets.expiring(office.ledger.connection)
    return [Expiring(cid=cid, slip=slips.get(cid), state=state, at=at) for cid, state, at in found]


def destroyed_at(office: Office, slip: str) -> datetime | None:
    """Return when a copy's share was destroyed; none while it lives.

    Raises:
        NotFound: there is no such copy.
        Refused: it is not sealed.
    """
    cid, _ = sealed_parts(records.get_copy(office.ledger.connection, slip))
    entries = list(office.ledger.entries_of(cid.hex()))
    done = [entry.at for entry in entries if entry.type == "ticket.destroyed"]
    begun = [entry.at for entry in entries if entry.type == "ticket.destroy_intended"]
    return next(iter(done + begun), None)
