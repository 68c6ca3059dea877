"""The ledger as an office writes it: one transaction at a time, signed after it is durable, never forked.

A transaction holds the lock from before its first statement until its checkpoint is stored, in this order: COMMIT; read
size and root back; move the anchor; sign; store the note. A kill between any two of these leaves a database that is
ahead of its anchor, or an anchor ahead of the last note, and the next opening or transaction signs what is missing:
Ed25519 gives the same note again. So the note's own commit need not wait for the disk. A database *behind* its anchor, or
with another root at the anchor's size, is a fork, and nothing more is written to it;
:class:`~sekisho.ledger.reader.Reader` still reads it.

What nobody outside waits for is committed without a checkpoint: its COMMIT is all that the disk is waited for, and the next
transaction that publishes, or :meth:`Ledger.publish`, covers it. Until then a restored backup that lacks it is not noticed.

Time only goes forward: a clock set back stands still at the last entry. So one entry under a clock that is years ahead
would hold the ledger there for good. Further ahead of the last entry than any office rests, the clock is not believed, and
only what stops something goes through, at the last entry's time, until two persons have said that the clock is right.

Where COMMIT succeeded and a later step failed (a full disk), the block ends with that error although its entries
stay. Nothing may be handed out on the strength of an entry before the block has ended without one.
"""

import contextlib
import secrets
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import Enum, auto
from functools import partial
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from sekisho.clock import Clock
from sekisho.errors import LedgerBroken, Misuse, NotFound, Refused
from sekisho.ledger import personal, store
from sekisho.ledger.anchor import Anchor, exclusive
from sekisho.ledger.checkpoint import TreeHead, sign_head
from sekisho.ledger.commitment import SALT_BYTES, commit
from sekisho.ledger.entry import Event, Value, parse
from sekisho.ledger.lease import Lease, holder_of
from sekisho.ledger.merkle import CompactRange
from sekisho.ledger.note import VerifierKey
from sekisho.ledger.personal import Detail
from sekisho.ledger.reader import Reader
from sekisho.ledger.record_keys import RecordKeys
from sekisho.sql import Connection, immediate, server_of

_NO_FIELDS: Mapping[str, Value] = {}
_NO_DETAILS: Mapping[str, str] = {}

LONGEST_REST = timedelta(days=400)
"""How long an office may have written nothing before its clock is doubted: more than the year of what is done yearly."""


class Trust(Enum):
    """What a transaction does under a clock that is further ahead than that.

    Attributes:
        CHECKED: refuse.
        STOPPING: go on at the last entry's time; for what only ever stops or destroys.
        CONFIRMED: believe it; for the entry in which two persons say that it is right.
    """

    CHECKED = auto()
    STOPPING = auto()
    CONFIRMED = auto()


class Transaction:
    """What may be done inside ``with ledger.transaction() as tx``.

    Attributes:
        connection: for the caller's own statements, committed together with the entries.
        at: the time of everything in it; never before the last entry's.
    """

    def __init__(
        self,
        connection: Connection,
        *,
        at: datetime,
        records: RecordKeys | None,
        randomness: Callable[[int], bytes],
        tree: CompactRange | None = None,
    ) -> None:
        self.connection = connection
        self.at = at
        self._records = records
        self._randomness = randomness
        self._tree = tree

    def append(
        self,
        event: str,
        /,
        *,
        copy: str | None = None,
        fields: Mapping[str, Value] = _NO_FIELDS,
        details: Mapping[str, str] = _NO_DETAILS,
    ) -> int:
        """Add an entry and return its index.

        Args:
            event: what happened, such as ``copy.sealed``.
            copy: the id of the copy it concerns.
            fields: ids, times, digests and counts, which stay readable for ever; nothing personal.
            details: personal values; the leaf holds a salted commitment, the value can be erased.

        Raises:
            Misuse: something of it cannot stand in a leaf.
        """
        salted = [self._salt(field, value) for field, value in details.items()]
        try:
            commitments = {each.field: commit(field=each.field, salt=each.salt, value=each.value) for each in salted}
        except ValueError:
            # Not chained: an encoding error carries the whole value.
            raise Misuse("ledger.bad_value", event=event) from None
        leaf = Event(type=event, at=self.at, copy=copy, fields=fields, commitments=commitments)
        index = store.append(self.connection, leaf.body(), self._tree)
        for detail in salted:
            personal.add(self.connection, self._record_keys(), index, detail)
        return index

    def erase(self, index: int, field: str, *, reason: str, law: str) -> int:
        """Erase a personal value and its salt, and return the index of the entry that says so.

        What is left of it elsewhere becomes unreadable when :class:`~sekisho.custodian.shredding.Shredding` has finished.

        Args:
            index: the entry that commits to the value.
            field: which of its values.
            reason: a code, not a sentence.
            law: the id of the rule that asks for it.

        Raises:
            NotFound: there is no such value, or it is erased already.
        """
        if not personal.erase(self.connection, self._record_keys(), index, field):
            raise NotFound("ledger.no_detail", index=index)
        return self.append("record.erased", fields={"idx": index, "field": field, "reason": reason, "law": law})

    def _record_keys(self) -> RecordKeys:
        if self._records is None:
            raise RuntimeError("a ledger that keeps personal values has record keys")
        return self._records

    def _salt(self, field: str, value: str) -> Detail:
        return Detail(field=field, salt=self._randomness(SALT_BYTES), value=value)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Seen:
    """A database that was seen to go on from its anchor; what is still the same need not be hashed again.

    After a savepoint was undone the tree may be ahead of the database; then nothing is the same, and all is seen anew.

    Attributes:
        anchored: the anchor.
        tree: the tree in the database.
        last: the time of its last entry.
    """

    anchored: TreeHead | None
    tree: CompactRange
    last: datetime | None


class Ledger(Reader):
    """A ledger with its signing key; to have one is to know that it has not forked."""

    def __init__(
        self,
        connection: Connection,
        *,
        origin: str,
        signer: Ed25519PrivateKey,
        anchor: Path,
        lock: Path,
        clock: Clock,
        records: RecordKeys | None = None,
        randomness: Callable[[int], bytes] = secrets.token_bytes,
        patience: float = 10.0,
    ) -> None:
        """Open the ledger, and sign what a kill left unsigned.

        Args:
            connection: a database that has :data:`~sekisho.ledger.store.SCHEMA`, in WAL mode with synchronous=FULL.
            origin: the log's name, a URL without scheme; also the name of its key.
            signer: the log's key.
            anchor: the file of the last tree head, not inside anything that is restored with the database.
            lock: a file that nothing else locks.
            clock: the time of entries.
            records: the keys of personal values; without them entries can have none.
            randomness: the source of salts.
            patience: seconds to wait for another writer.

        Raises:
            LedgerBroken: the ledger has forked, or its anchor is missing or damaged.
            NoKey: another key signed it so far.
            Refused: the connection could lose a commit or keep what is erased.
            Busy: another program is writing, or another folder writes the server's database.
            MediumError: the disk refused the anchor.
        """
        super().__init__(connection, key=VerifierKey.of(signer, name=origin), records=records)
        self._signer = signer
        self._anchor = Anchor(anchor)
        self._exclusive = partial(exclusive, lock, patience=patience)
        self._clock = clock
        self._randomness = randomness
        self._seen: _Seen | None = None
        store.demand_settings(connection)
        with self._exclusive():
            self._lease = self._leased(lock)
            with immediate(self.connection):
                seen = self._agreed()
                if store.checkpoint_note(self.connection) is not None:
                    self.checkpoint()  # refuses to go on with another key
                if not store.is_complete(self.connection):
                    store.complete(self.connection)
                if records is not None and personal.has_plain(self.connection):
                    personal.adopt(self.connection, records)
            self._publish(seen, at=self.time())

    @contextlib.contextmanager
    def transaction(self, trust: Trust = Trust.CHECKED, *, publish: bool = True) -> Iterator[Transaction]:
        """Commit entries and the caller's own statements together, then sign.

        Other writers wait until the block has ended, so it is kept short. What SQLite raises passes through.

        Args:
            trust: what to do under a clock that is not to be believed.
            publish: sign before the block ends. Without, the entries are durable but under no checkpoint until somebody
                publishes: not for a release, a hand-over, a loss or an erasure.

        Raises:
            Refused: the clock is too far ahead of the last entry to be believed; nothing was changed.
            RuntimeError: a transaction is open on this connection already.
            LedgerBroken: the ledger has forked; nothing was changed.
            Busy: another program is writing; nothing was changed.
            MediumError: the entries are committed, but the disk refused the anchor.
        """
        if self.connection.in_transaction:
            raise RuntimeError("a transaction is open on this connection")
        with self._exclusive():
            with immediate(self.connection):
                seen = self._agreed()
                now = self._moment(trust, seen.last)
                tree = CompactRange(seen.tree.size, list(seen.tree.peaks))
                yield Transaction(self.connection, at=now, records=self.records, randomness=self._randomness, tree=tree)
            if tree.size > seen.tree.size:
                seen = _Seen(anchored=seen.anchored, tree=tree, last=now)
            self._seen = seen
            if publish:
                self._publish(seen, at=now)

    def publish(self) -> None:
        """Sign what was committed without a checkpoint; raises as :meth:`transaction` does, whatever the clock says."""
        with self.transaction(Trust.STOPPING):
            pass

    def add_cosignature(self, size: int, *, witness: str, line: str) -> None:
        """Keep what a witness said of a checkpoint; the caller verified it.

        Raises:
            Busy: another program is writing.
        """
        with self._exclusive(), immediate(self.connection):
            store.add_cosignature(self.connection, size, witness=witness, line=line)

    def time(self) -> datetime:
        """Return the clock's time, but never one before the last entry: a clock set back must not prolong anything."""
        now, last = self._clock.now(), self._last(store.load_tree(self.connection).size)
        return now if last is None else max(now, last)

    def _moment(self, trust: Trust, last: datetime | None) -> datetime:
        """Return the time of a transaction."""
        now = self._clock.now()
        if last is None:
            return now
        if now - last <= LONGEST_REST or trust is Trust.CONFIRMED:
            return max(now, last)
        if trust is Trust.CHECKED:
            raise Refused("ledger.clock_ahead", now=now, last=last)
        return last

    def _last(self, size: int) -> datetime | None:
        """Return the time of the last of so many entries."""
        last = store.body(self.connection, size - 1)
        return None if last is None else parse(last, index=size - 1).at

    def _leased(self, lock: Path) -> Lease | None:
        server = server_of(self.connection)
        return None if server is None else Lease(server, holder_of(lock))

    def _agreed(self) -> _Seen:
        """Return anchor and tree if the database goes on from the anchor."""
        store.demand_durable(self.connection)
        if self._lease is not None:
            self._lease.hold()
        anchored = self._anchor.read()
        tree = store.load_tree(self.connection)
        if self._seen is not None and (anchored, tree) == (self._seen.anchored, self._seen.tree):
            return self._seen
        self._must_go_on(anchored, tree)
        return _Seen(anchored=anchored, tree=tree, last=self._last(tree.size))

    def _must_go_on(self, anchored: TreeHead | None, tree: CompactRange) -> None:
        if anchored is None:
            if tree.size or store.checkpoint_note(self.connection) is not None:
                raise LedgerBroken("ledger.anchor_missing", path=self._anchor.path)
            return
        if anchored.origin != self.key.name:
            raise LedgerBroken("ledger.other_origin", origin=anchored.origin, expected=self.key.name)
        if anchored.size > tree.size or store.root_at(self.connection, anchored.size) != anchored.root:
            raise LedgerBroken("ledger.forked", size=tree.size, anchored=anchored.size)

    def _publish(self, seen: _Seen, *, at: datetime) -> None:
        """Move the anchor to what is durable, then sign exactly that, and the anchor where a power cut took its note."""
        tree = store.load_tree(self.connection)
        head = TreeHead(origin=self.key.name, size=tree.size, root=tree.root())
        if head != seen.anchored:
            self._anchor.swap(seen.anchored, head)
        self._seen = replace(seen, anchored=head)
        for each in (seen.anchored, head):
            if each is not None and store.checkpoint_note(self.connection, each.size) is None:
                with _unhurried(self.connection):
                    if self._lease is not None:
                        self._lease.hold()
                    store.add_checkpoint(self.connection, sign_head(each, self._signer), at=at)


@contextlib.contextmanager
def _unhurried(connection: Connection) -> Iterator[None]:
    """Hold a write transaction that a power cut may undo: only for what is made again from what is durable."""
    if server := server_of(connection):
        with immediate(connection):
            server.need_not_wait()
            yield
        return
    (synchronous,) = connection.execute("PRAGMA synchronous").fetchone()
    connection.execute("PRAGMA synchronous = NORMAL")
    try:
        with immediate(connection):
            yield
    finally:
        connection.execute(f"PRAGMA synchronous = {synchronous}")
