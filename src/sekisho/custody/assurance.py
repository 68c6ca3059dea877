"""Whether a signature is enough for the copy that changes hands, and is none that a copied key gave."""

from sekisho.custody import records
from sekisho.custody.counters import advance
from sekisho.custody.office import Office
from sekisho.custody.records import CopyRow
from sekisho.custody.signatures import Checked, Level, least_level, must_reach
from sekisho.errors import Refused
from sekisho.ledger.writer import Transaction


def least_level_of(office: Office, row: CopyRow) -> Level:
    """Return the least level of a signature that an office takes for the kinds of data in a copy."""
    kinds = records.get_request(office.ledger.connection, row.request).statement.kinds
    return least_level(office.settings.levels, kinds)


def must_do(office: Office, row: CopyRow, level: Level, *, person: str) -> None:
    """Refuse a signature that is worth too little for what is in a copy.

    Raises:
        Refused: just that; the words say what would do.
    """
    must_reach(level, least_level_of(office, row), person=person)


def must_be_apart(checked: Checked, *, other: str, key: str = "") -> None:
    """Refuse a paper that was seen by the other party, or by who signed for that one: two signatures are two persons'.

    Args:
        checked: a signature under one side of a change of hands.
        other: the person on the other side.
        key: id of the key that signed for that side; empty while nothing has.

    Raises:
        Refused: just that.
    """
    if checked.witness and (checked.witness == other or checked.key == key):
        raise Refused("custody.two_signatures", person=checked.witness)


def admit(office: Office, tx: Transaction, row: CopyRow, checked: Checked, *, person: str) -> None:
    """Take a signature under a change of hands, inside the transaction that records it.

    Raises:
        Refused: it is worth too little, or its key has counted as far before.
    """
    must_do(office, row, checked.level, person=person)
    advance(tx.connection, checked, person=person)
