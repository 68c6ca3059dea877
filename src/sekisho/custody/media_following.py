"""A registered medium follows the copy that is on it: it leaves the store with the copy, and is back when the copy is.

It happens in the commit of the hand-over, under the signatures that stand beneath that: nobody has to say it a second time,
and no medium counts as in the store while somebody carries it. A stick on which a copy was erased far away is not back
before staff have taken it (``sekisho medium return``).
"""

from collections.abc import Sequence

import msgspec

from sekisho.custody import media_states, records
from sekisho.custody.copy import Copy, State
from sekisho.custody.media_records import MediumState, media, update_medium
from sekisho.custody.media_states import Facts, MediumEvent
from sekisho.custody.records import CopyRow
from sekisho.ledger.writer import Transaction

_AWAY = frozenset({State.OUT, State.OPENED, State.LOST})
_LEAVES = {MediumEvent.ISSUE: "medium.issued", MediumEvent.RETURN: "medium.returned"}
_STANDS = {MediumEvent.ISSUE: MediumState.IN_STORE, MediumEvent.RETURN: MediumState.ISSUED}


def follow(
    tx: Transaction, before: Copy, row: CopyRow, *, statement: str, by: Sequence[str], staff: bool = False
) -> None:
    """Let the medium of a copy leave the store or come back, if that is what happened to the copy.

    Args:
        tx: the transaction in which it happens to the copy.
        before: the copy as it was.
        row: the copy as it is.
        statement: SHA-256 of what was signed, which the leaf of the copy has too.
        by: ids of the keys that signed it.
        staff: whether whoever had it belongs to the office; then what is erased is at the office.
    """
    event = _event(before, row.copy, staff=staff)
    if event is None or (event is MediumEvent.RETURN and _carries_another(tx, row)):
        return
    for medium in media(tx.connection):
        if medium.label == row.medium and medium.state is _STANDS[event]:
            state = media_states.after(medium.state, event, Facts(foreign=medium.foreign))
            update_medium(tx.connection, msgspec.structs.replace(medium, state=state))
            holder = {"to": row.copy.holder} if event is MediumEvent.ISSUE and row.copy.holder else {}
            fields = {"medium": medium.id, "statement": statement, "by": list(by)}
            tx.append(_LEAVES[event], fields=fields, details={"label": medium.label, **holder})


def _event(before: Copy, now: Copy, *, staff: bool) -> MediumEvent | None:
    if now.state is State.OUT and before.state is State.SEALED:
        return MediumEvent.ISSUE
    if before.state in _AWAY and (now.state is State.RETURNED or (staff and now.state is State.CLOSED)):
        return MediumEvent.RETURN
    return None


def _carries_another(tx: Transaction, row: CopyRow) -> bool:
    """Tell whether another copy on the same medium is still away."""
    others = (records.get_copy(tx.connection, slip) for slip in records.slips_on(tx.connection, row.medium))
    return any(other.slip != row.slip and other.copy.state in _AWAY for other in others)
