"""Epochs: which is the newest, where each one's key lies, and leaving one back-end for another.

The row of an epoch says where its key is, so that a key is sought where it was made, whatever ``office.toml`` says by
then: a process that runs on while the keys move, and a file somebody edited by hand, find the right back-end or say that
they do not. While a move is under way, one row tells both addresses.
"""

from collections.abc import Callable, Iterable

from sekisho.custodian import factor, tickets
from sekisho.custodian.kek import Kek
from sekisho.errors import Missing, Refused, Unreadable
from sekisho.ledger.entry import Value
from sekisho.ledger.writer import Transaction
from sekisho.sql import Connection

SCHEMA_2 = """
ALTER TABLE epoch ADD COLUMN place TEXT NOT NULL DEFAULT 'file';
CREATE TABLE kek_move (
    id    INTEGER PRIMARY KEY CHECK (id = 0),
    left_behind TEXT NOT NULL,
    taken TEXT NOT NULL
) STRICT;
"""
"""The second migration: until it, every key was a file."""


def begin_epoch(tx: Transaction, epoch: int, kek: Kek, *, by: Iterable[str] = ()) -> None:
    """Begin an epoch: make its key, remember where it is, and say so in the ledger."""
    place, kind = kek.place, kek.kind  # of where keys are made now; once the epoch has a row, that row is asked
    kek.make(epoch)
    tickets.add_epoch(tx.connection, epoch)
    tx.connection.execute("UPDATE epoch SET place = ? WHERE number = ?", (place, epoch))
    fields = dict[str, Value](epoch=epoch, kek=kind)
    if people := sorted(set(by)):
        fields["by"] = people
    tx.append("epoch.begun", fields=fields)


def rewrap_all(tx: Transaction, epoch: int, *, old: Kek, new: Kek) -> None:
    """Wrap every share that lives, and every secret of a user factor, anew under the key of an epoch.

    A share that cannot be had is left as it is: it is never released, and keeps no other from being destroyed.

    Raises:
        MediumError: a back-end does not answer; nothing is lost, the transaction ends.
    """
    for tid, before, wrapped in tickets.wrapped_shares(tx.connection):
        try:
            share = old.unwrap(before, wrapped, tid)
        except (Missing, Unreadable):
            continue
        tickets.rewrap(tx.connection, tid, epoch=epoch, wrapped=new.wrap(epoch, share, tid))
    factor.rewrap(tx.connection, epoch, old=old, new=new)


def pending_move(connection: Connection) -> tuple[str, str] | None:
    """Return the addresses that are being left and taken, while a move is not finished."""
    row = connection.execute("SELECT left_behind, taken FROM kek_move").fetchone()
    return None if row is None else (str(row[0]), str(row[1]))


class Move:
    """Takes the keys of an office to another back-end, in steps that may each be repeated.

    The epoch at the new back-end and every share wrapped anew (one commit) → whoever owns the settings writes the new address
    → the keys of all older epochs destroyed, at the old back-end too → the leaf that says so.
    """

    def __init__(self, connection: Connection, keks: "EpochKeks") -> None:
        self._connection = connection
        self._keks = keks

    def begin(self, tx: Transaction, *, to: str, keys: Iterable[str]) -> int:
        """Begin the epoch at the new back-end and return its number; from the commit on, only that one is used.

        Args:
            tx: the transaction.
            to: the new address.
            keys: who decided.

        Raises:
            Refused: another move is not finished, the keys lie there already, or fewer than two decided.
            Missing, MediumError, NoKey: one of the two back-ends cannot be used; nothing is changed.
        """
        by, new = sorted(set(keys)), self._keks.at(to)
        if len(by) < 2:
            raise Refused("custodian.keys_missing", have=len(by), need=2)
        if pending_move(tx.connection) is not None:
            raise Refused("custodian.move_unfinished")
        if new.place == self._keks.place:
            raise Refused("custodian.kek_is_there", place=new.place)
        epoch = tickets.current_epoch(tx.connection) + 1
        if self._is_away(tx.connection, epoch - 1):
            raise Missing("custodian.no_kek", epoch=epoch - 1)
        row = (self._keks.chosen_address, to)
        begin_epoch(tx, epoch, new, by=by)
        rewrap_all(tx, epoch, old=self._keks, new=new)
        tx.connection.execute("INSERT INTO kek_move (id, left_behind, taken) VALUES (0, ?, ?)", row)
        return epoch

    def _is_away(self, connection: Connection, epoch: int) -> bool:
        """Tell whether the key that is to be left is not to be had now, a token in a drawer for one, though a share needs it.

        Nothing would be wrapped anew then, and the key destroyed as soon as it is back.
        """
        needed = tickets.wrapped_shares(connection) or factor.is_kept(connection)
        return bool(needed) and not self._keks.has(epoch)

    def end(self, tx: Transaction) -> None:
        """Destroy what was left behind and say so, if a move is under way; whoever calls has written the new address.

        Raises:
            MediumError: the old back-end does not answer; the next start goes on.
        """
        pending = pending_move(tx.connection)
        if pending is None:
            return
        epoch = tickets.current_epoch(tx.connection)
        self._keks.destroy_all_but(epoch)
        tx.connection.execute("DELETE FROM kek_move")
        tx.append("keks.destroyed", fields={"epoch": epoch, "kek": self._keks.at(pending[0]).kind})


class EpochKeks:
    """All back-ends of an office as one: every epoch's key at the place that its row names."""

    def __init__(self, connection: Connection, *, chosen: Callable[[], str], build: Callable[[str], Kek]) -> None:
        """Join the back-ends.

        Args:
            connection: the database with the epochs.
            chosen: returns the address that the settings name now.
            build: returns the back-end of an address, without using it.
        """
        self._connection = connection
        self._chosen = chosen
        self._build = build
        self._built: dict[str, Kek] = {}
        self.chosen_address = chosen()

    @property
    def kind(self) -> str:
        """See :attr:`~sekisho.custodian.kek.Kek.kind`: of the back-end where the next key is made."""
        return self._newest().kind

    @property
    def place(self) -> str:
        """See :attr:`~sekisho.custodian.kek.Kek.place`: where the next key is made."""
        return self._newest().place

    def at(self, address: str) -> Kek:
        """Return the back-end of an address."""
        if address not in self._built:
            self._built[address] = self._build(address)
        return self._built[address]

    def make(self, epoch: int) -> None:
        """See :meth:`~sekisho.custodian.kek.Kek.make`."""
        self._newest().make(epoch)

    def has(self, epoch: int) -> bool:
        """See :meth:`~sekisho.custodian.kek.Kek.has`; a key at a place that nobody names any more is not here."""
        try:
            return self._of(epoch).has(epoch)
        except Missing:
            return False

    def wrap(self, epoch: int, share: bytes, context: bytes) -> bytes:
        """See :meth:`~sekisho.custodian.kek.Kek.wrap`."""
        return self._of(epoch).wrap(epoch, share, context)

    def unwrap(self, epoch: int, wrapped: bytes, context: bytes) -> bytes:
        """See :meth:`~sekisho.custodian.kek.Kek.unwrap`."""
        return self._of(epoch).unwrap(epoch, wrapped, context)

    def destroy_all_but(self, epoch: int) -> None:
        """See :meth:`~sekisho.custodian.kek.Kek.destroy_all_but`; during a move, at both ends."""
        self._of(epoch).destroy_all_but(epoch)
        pending = pending_move(self._connection)
        if pending is not None:
            self.at(pending[0]).destroy_all_but(epoch)

    def _newest(self) -> Kek:
        """Return where the next epoch's key is made: with the newest one's, or, where no share needs that, as settings say."""
        epoch = tickets.current_epoch(self._connection)
        if epoch == 0 or not self._holds_something():
            return self.at(self._current())
        return self._of(epoch)

    def _holds_something(self) -> bool:
        """Tell whether anything is wrapped under the keys that there are, or waits for their destruction."""
        connection = self._connection
        return bool(
            tickets.wrapped_shares(connection)
            or factor.is_kept(connection)
            or tickets.destructions(connection)
            or tickets.rotations(connection)
        )

    def _of(self, epoch: int) -> Kek:
        row = self._connection.execute("SELECT place FROM epoch WHERE number = ?", (epoch,)).fetchone()
        if row is None:
            raise Missing("custodian.no_kek", epoch=epoch)
        for address in self._addresses():
            if self.at(address).place == row[0]:
                return self.at(address)
        raise Missing("custodian.other_kek", epoch=epoch, place=row[0], address=self.chosen_address)

    def _addresses(self) -> Iterable[str]:
        """Yield the addresses that are known, the likeliest first: settings and database are read again only then."""
        yield self.chosen_address
        yield from pending_move(self._connection) or ()
        yield self._current()

    def _current(self) -> str:
        pending = pending_move(self._connection)
        self.chosen_address = self._chosen() if pending is None else pending[1]
        return self.chosen_address
