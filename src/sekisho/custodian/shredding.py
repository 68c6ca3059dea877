"""Erasing personal values of the ledger for good, in steps that may each be repeated.

Rows deleted and the leaf that says so (one commit) → the keys of all values that stay wrapped under the next record key
(one commit) → the file of the one before destroyed → write-ahead log cleared → the leaf that says so. A kill between any two
steps is repaired by :meth:`Shredding.finish`, which every start calls.
"""

from sekisho.ledger import personal
from sekisho.ledger.record_keys import RecordKeys
from sekisho.ledger.writer import Ledger, Trust
from sekisho.sql import Connection
from sekisho.store.database import forget


class Shredding:
    """Finishes the erasing of personal values."""

    def __init__(self, connection: Connection, ledger: Ledger, keys: RecordKeys) -> None:
        self._connection = connection
        self._ledger = ledger
        self._keys = keys

    def finish(self) -> int:
        """Make what was erased unreadable wherever its rows may still stand; return of how many values this was said.

        Raises:
            MediumError: the disk refused a key; the next call goes on.
            sqlite3.OperationalError: a reader held the write-ahead log; the next call goes on.
        """
        if not personal.unfinished(self._connection):
            return 0
        with self._ledger.transaction(Trust.STOPPING) as tx:
            personal.renew(tx.connection, self._keys)
        with self._ledger.transaction(Trust.STOPPING) as tx:
            self._keys.destroy_all_but(personal.generation(tx.connection))
        forget(self._connection)
        with self._ledger.transaction(Trust.STOPPING) as tx:
            now, values = personal.generation(tx.connection), personal.unfinished(tx.connection)
            if values and not personal.erased_under(tx.connection, now):
                personal.leave_behind(tx.connection)
                tx.append("records.shredded", fields={"values": values, "generation": now})
                return values
        return 0
