"""When a copy was last seen in its holder's hands: said by whoever reports or asks, and kept in the ledger.

It decides between verdicts, so what was said once stays said: of several times the earliest counts, in every statement
from then on, whoever makes it.
"""

from collections.abc import Sequence
from datetime import datetime

from sekisho.clock import from_text, to_local, to_text
from sekisho.custody import records
from sekisho.custody.handing import sealed_parts
from sekisho.custody.office import Office
from sekisho.errors import Misuse
from sekisho.ledger.entry import Entry

LAST_SEEN = "copy.last_seen"


def record_last_seen(office: Office, slips: Sequence[str], seen: datetime) -> None:
    """Record when copies were last seen; where that or an earlier time was recorded before, nothing changes.

    Raises:
        Misuse: that time has not come.
        NotFound: there is no such copy.
        Refused: a copy was never sealed.
        Unreadable: the record of a copy is damaged.
    """
    must_have_come(office, seen)
    rows = [records.get_copy(office.ledger.connection, slip) for slip in dict.fromkeys(slips)]
    cids = {sealed_parts(row)[0].hex(): row.slip for row in rows}
    with office.ledger.transaction() as tx:
        known = {
            entry.copy
            for entry in office.ledger.entries()
            if entry.type == LAST_SEEN and entry.copy in cids and seen_in(entry) <= seen
        }
        for cid, slip in cids.items():
            if cid not in known:
                tx.append(LAST_SEEN, copy=cid, fields={"slip": slip, "seen": to_text(seen)})


def must_have_come(office: Office, seen: datetime) -> None:
    """Demand that a time is not in the future.

    Raises:
        Misuse: it is.
    """
    if seen > office.ledger.time():
        raise Misuse("loss.not_seen_yet", last_seen=to_local(seen, office.settings.zone))


def seen_in(entry: Entry) -> datetime:
    """Return the time that such an entry records."""
    return from_text(str(entry.fields["seen"]))
