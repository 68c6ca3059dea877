"""Reporting a loss: by slip number alone, by anybody; the more who report may do, the more is done at once.

Nobody's key: every release of the copy is stopped, for good. A key officer's key: its share is destroyed, in the same
commit where both come at once. The report comes first and explanations later.
"""

from collections.abc import Sequence

import msgspec

from sekisho.custodian.policy import TicketState
from sekisho.custody import copy as life
from sekisho.custody import records
from sekisho.custody.copy import State
from sekisho.custody.handing import sealed_parts
from sekisho.custody.office import Office
from sekisho.custody.records import CopyRow
from sekisho.custody.register import Role
from sekisho.errors import Misuse, NotFound, Refused, SekishoError
from sekisho.ledger.writer import Transaction
from sekisho.signing.keys import SigningKey

_GONE = frozenset({State.CLOSED, State.CANCELLED})


def slips_on(office: Office, medium: str) -> list[str]:
    """Return the slip numbers of every copy on a medium that can be lost: two sticks in one bag are two media.

    Raises:
        NotFound: there is none.
    """
    rows = records.copies(office.ledger.connection)
    slips = [row.slip for row in rows if row.medium == medium and _can_be_lost(row)]
    if not slips:
        raise NotFound("loss.no_copy_on", medium=medium)
    return slips


def _can_be_lost(row: CopyRow) -> bool:
    return row.capsule is not None and row.copy.state not in _GONE


def report_lost(office: Office, slips: Sequence[str], *, key_officer: SigningKey | None = None) -> list[CopyRow]:
    """Record that copies are lost and stop their releases; with a key officer's key, destroy their shares.

    A copy reported before may be reported again, so that a key officer who comes later destroys what was only stopped.
    One that cannot be lost holds up none of the others.

    Raises:
        Misuse: no copy is named.
        NotFound: there is no such copy.
        Refused: a copy cannot be lost (it was never sealed, or is closed), or the key is no key officer's.
    """
    if not slips:
        raise Misuse("loss.nothing_named")
    if key_officer is not None:
        register = office.register
        register.require_role(register.owner(key_officer.public), Role.KEY_OFFICER)
    rows, refusals = list[CopyRow](), dict[str, SekishoError]()
    with office.ledger.transaction() as tx:
        for slip in dict.fromkeys(slips):
            try:
                rows.append(_lose(office, tx, slip))
            except (NotFound, Refused) as refusal:
                refusals[slip] = refusal
        if key_officer is not None:
            for row in rows:
                _destroy(office, tx, row, key_officer)
    office.finish_destructions()
    if refusals and rows:
        raise Refused("loss.not_all", slips=" ".join(refusals), stopped=" ".join(row.slip for row in rows))
    if refusals:
        raise next(iter(refusals.values()))
    return rows


def _lose(office: Office, tx: Transaction, slip: str) -> CopyRow:
    row = records.get_copy(tx.connection, slip)
    if row.copy.state is State.LOST:
        return row
    sealed = row.copy
    if (
        row.capsule and sealed.state is State.APPROVED
    ):  # a kill, or a bad stick, came between the capsule and its record
        sealed = life.after(sealed, life.Seal(row.capsule.by))
    changed = msgspec.structs.replace(row, copy=life.after(sealed, life.Lose()))
    cid, _ = sealed_parts(row)
    records.update_copy(tx.connection, changed)
    tx.append("copy.lost", copy=cid.hex(), fields={"slip": slip})
    if any(ticket.state is not TicketState.DESTROYED for ticket in office.custodian.tickets(cid)):
        office.custodian.suspend(tx, cid, lost=True)
    return changed


def _destroy(office: Office, tx: Transaction, row: CopyRow, key_officer: SigningKey) -> None:
    cid, _ = sealed_parts(row)
    if any(ticket.state is not TicketState.DESTROYED for ticket in office.custodian.tickets(cid)):
        office.destruction.begin(tx, cid, reason="lost", keys=[key_officer.public.id])
