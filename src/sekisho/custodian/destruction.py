"""Destroying shares, for good, in steps that may each be repeated.

Rows cleared and the intent in the ledger (one commit) → every share that lives wrapped anew under the key of a new
epoch (one, however often the rest is tried) → keys of all other epochs destroyed → write-ahead log cleared → the leaf
that says so. A kill between any two steps is repaired by :meth:`Destruction.finish`, which every start calls. What counts
is the epoch: an old block of the database that survives on a disk or in a backup is wrapped under a key that is gone. So
the key goes first, and a reader that holds up the clearing of the log holds up only the leaf.

Two programs may finish at once. Therefore keys are destroyed, and leaves written, under the ledger's lock, for what
stands in the database then.
"""

import sqlite3
from collections.abc import Iterable
from datetime import datetime, timedelta

from sekisho.custodian import tickets
from sekisho.custodian.epochs import begin_epoch, rewrap_all
from sekisho.custodian.kek import Kek
from sekisho.errors import Refused
from sekisho.ledger.writer import Ledger, Transaction, Trust
from sekisho.store.database import forget

_UNCOMMITTED_LIVES = timedelta(hours=24)


class Destruction:
    """Destroys shares."""

    def __init__(self, connection: sqlite3.Connection, ledger: Ledger, kek: Kek) -> None:
        self._connection = connection
        self._ledger = ledger
        self._kek = kek

    def begin(self, tx: Transaction, cid: bytes, *, reason: str, keys: Iterable[str]) -> None:
        """Destroy a copy's shares as far as one commit can; :meth:`finish` does the rest. There is no way back.

        Where they are destroyed already nothing changes: the ledger keeps the first time and reason.

        Args:
            tx: the transaction.
            cid: the copy.
            reason: ``lost``, ``erased``, ``revoked`` by two persons, ``superseded`` by another capsule in its place,
                ``expired`` or ``uncommitted``.
            keys: who decided.

        Raises:
            NotFound: there is no such copy.
        """
        if not tickets.drop_shares(tx.connection, cid):
            return
        by = sorted(set(keys))
        tickets.add_destruction(tx.connection, cid, reason=reason, keys=by)
        tx.append("ticket.destroy_intended", copy=cid.hex(), fields={"reason": reason, "by": by})

    def finish(self) -> list[bytes]:
        """Finish every destruction that was begun, and begin that of every share whose time is over.

        Those are the shares past the day they were kept for, and those nobody committed within a day. The time is never one
        before the ledger's last entry, so a clock set back prolongs none.

        Returns:
            the copies whose shares are now destroyed.

        Raises:
            MediumError: the disk refused a key; the next call goes on.
            sqlite3.OperationalError: a reader held the write-ahead log; the next call goes on.
        """
        self._expire()
        if not (tickets.destructions(self._connection) or tickets.rotations(self._connection)):
            return []
        epoch, begun = self._leave_behind()
        self._destroy_old_keys()
        forget(self._connection)
        return self._record(begun, epoch)

    def rotate(self, tx: Transaction, *, keys: Iterable[str]) -> None:
        """Begin to leave the epoch behind without destroying a share; :meth:`finish` does the rest.

        What was copied of the database before is then worth nothing, even with the key that was copied with it, for every
        share that is destroyed after.

        Raises:
            Refused: fewer than two persons.
        """
        by = sorted(set(keys))
        if len(by) < 2:
            raise Refused("custodian.keys_missing", have=len(by), need=2)
        tickets.add_rotation(tx.connection, epoch=tickets.current_epoch(tx.connection), keys=by)
        tx.append("epoch.rotation_intended", fields={"by": by})

    def unfinished(self) -> set[bytes]:
        """Return the copies whose destruction was begun and is not finished."""
        return {cid for cid, _, _ in tickets.destructions(self._connection)}

    def _leave_behind(self) -> tuple[int, set[bytes]]:
        """Return an epoch after those of the shares that are being destroyed, and the copies that it leaves behind.

        Where an attempt was held up after it had begun one, that one serves.
        """
        with self._ledger.transaction(Trust.STOPPING) as tx:
            epoch = tickets.current_epoch(tx.connection)
            if not tickets.separates(tx.connection, epoch):
                epoch = self._begin_epoch(tx, epoch + 1)
            return epoch, self.unfinished()

    def _begin_epoch(self, tx: Transaction, epoch: int) -> int:
        """Begin an epoch: every share that lives is wrapped anew, under its key."""
        begin_epoch(tx, epoch, self._kek)
        rewrap_all(tx, epoch, old=self._kek, new=self._kek)
        return epoch

    def _destroy_old_keys(self) -> None:
        with self._ledger.transaction(Trust.STOPPING) as tx:
            self._kek.destroy_all_but(tickets.current_epoch(tx.connection))

    def _record(self, begun: set[bytes], epoch: int) -> list[bytes]:
        """Say of every copy that was begun before the epoch, and of which nobody else has said it, that it is done."""
        with self._ledger.transaction(Trust.STOPPING) as tx:
            done = [each for each in tickets.destructions(tx.connection) if each[0] in begun]
            for cid, reason, keys in done:
                tickets.end_destruction(tx.connection, cid)
                tx.append("ticket.destroyed", copy=cid.hex(), fields={"reason": reason, "by": keys, "epoch": epoch})
            for left, by in tickets.rotations(tx.connection):
                if left < epoch:
                    tickets.end_rotation(tx.connection, left)
                    tx.append("epoch.rotated", fields={"by": by, "epoch": epoch})
        return [cid for cid, _, _ in done]

    def _expire(self) -> None:
        now = self._ledger.time()
        if not tickets.expired(self._connection, now=now) and not self._uncommitted(self._connection, now):
            return
        with self._ledger.transaction(Trust.STOPPING) as tx:
            for cid in tickets.expired(tx.connection, now=tx.at):
                self.begin(tx, cid, reason="expired", keys=())
            for cid in self._uncommitted(tx.connection, tx.at):
                self.begin(tx, cid, reason="uncommitted", keys=())

    @staticmethod
    def _uncommitted(connection: sqlite3.Connection, now: datetime) -> list[bytes]:
        return tickets.uncommitted(connection, before=now - _UNCOMMITTED_LIVES)
