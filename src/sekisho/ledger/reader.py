"""What a ledger tells without its signing key: entries, details, checkpoints, proofs.

A reader trusts no row: a checkpoint is verified before it is used, and a proof before it is handed out, so a changed
database yields an error and never a proof that fails in front of an auditor.
"""

from collections.abc import Iterator, Sequence

from sekisho.errors import LedgerBroken, Missing, NotFound
from sekisho.ledger import personal, store
from sekisho.ledger.checkpoint import Checkpoint, open_checkpoint
from sekisho.ledger.entry import Entry, parse
from sekisho.ledger.merkle import consistency_path, inclusion_path, proves_consistency
from sekisho.ledger.note import VerifierKey
from sekisho.ledger.personal import Detail
from sekisho.ledger.proof import Proof
from sekisho.ledger.record_keys import RecordKeys
from sekisho.sql import Connection


class Reader:
    """Reads a ledger; opened alone where nothing may be written, such as on a forked one."""

    def __init__(self, connection: Connection, *, key: VerifierKey, records: RecordKeys | None = None) -> None:
        self.connection = connection
        self.key = key
        self.records = records

    def entries(self, start: int = 0) -> Iterator[Entry]:
        """Yield every entry from index ``start`` on.

        Raises:
            LedgerBroken: a row is not a leaf.
        """
        for index, body in enumerate(store.bodies(self.connection, start), start):
            yield parse(body, index=index)

    def entries_of(self, copy: str | None) -> Iterator[Entry]:
        """Yield every entry of one copy, by its id in hex; without a copy there is none.

        Raises:
            LedgerBroken: a row that names the copy is not a leaf.
        """
        if copy is None:
            return iter(())
        return (entry for entry in self.entries_spelling(f'"copy":"{copy}"') if entry.copy == copy)

    def entries_spelling(self, *pieces: str) -> Iterator[Entry]:
        """Yield every entry whose leaf holds one of these pieces of JSON somewhere; the caller looks where.

        A leaf has one spelling, so that the others are passed over unread: a hand-over asks for the few entries of its copy
        among all those of years.

        Raises:
            LedgerBroken: a row that holds one is not a leaf.
        """
        spelled = [piece.encode() for piece in pieces]
        for index, body in enumerate(store.bodies(self.connection)):
            if any(piece in body for piece in spelled):
                yield parse(body, index=index)

    def details(self, index: int) -> dict[str, str]:
        """Return the personal values behind an entry's commitments, field → value; raises as :meth:`disclosed` does."""
        return {detail.field: detail.value for detail in self.disclosed(index)}

    def disclosed(self, index: int) -> list[Detail]:
        """Return the personal values of an entry with their salts, without the erased ones; without record keys, none.

        Raises:
            Unreadable: a row is damaged.
        """
        return [] if self.records is None else personal.of(self.connection, self.records, index)

    def checkpoint(self, size: int | None = None) -> Checkpoint:
        """Return the newest checkpoint, or the one of ``size`` entries.

        Raises:
            Missing: none was signed.
            LedgerBroken: its signature fails.
            NoKey: another key signed it.
        """
        note = store.checkpoint_note(self.connection, size)
        if note is None:
            raise Missing("ledger.never_signed")
        return open_checkpoint(note, self.key)

    def checkpoints(self) -> Iterator[Checkpoint]:
        """Yield every checkpoint, oldest first; raises as :meth:`checkpoint` does."""
        return (self.checkpoint(size) for size in self.signed_sizes())

    def signed_sizes(self) -> list[int]:
        """Return the size of every checkpoint, in order."""
        return store.signed_sizes(self.connection)

    def cosigned_sizes(self) -> list[int]:
        """Return the sizes that a witness cosigned, newest first."""
        return store.cosigned_sizes(self.connection)

    def proof(self, index: int, size: int | None = None) -> str:
        """Return the ``.tlog-proof`` of an entry under the newest checkpoint, or the one of ``size`` entries.

        Raises:
            NotFound: that checkpoint covers no such entry.
            Missing: there is no such checkpoint.
            LedgerBroken: the entry is not the one that was signed.
        """
        return self.proofs([index], size)[0]

    def proofs(self, indices: Sequence[int], size: int | None = None) -> list[str]:
        """Return the proofs of several entries under one checkpoint, which is verified once; raises as :meth:`proof` does."""
        checkpoint, known = self.checkpoint(size), dict[range, bytes]()
        return [self._proof(index, checkpoint, known) for index in indices]

    def _proof(self, index: int, checkpoint: Checkpoint, known: dict[range, bytes]) -> str:
        """Return the proof of an entry; neighbours share most of their paths, so the hashes are kept in ``known``."""
        # Asked of the database only within the log: SQLite takes no number beyond 63 bits.
        body = store.body(self.connection, index) if index < checkpoint.size else None
        if body is None:
            raise NotFound("ledger.no_entry", index=index, size=checkpoint.size)
        path = inclusion_path(index, checkpoint.size)
        for leaves in path:
            if leaves not in known:
                known[leaves] = store.subtree(self.connection, leaves)
        proof = Proof(index=index, hashes=tuple(known[leaves] for leaves in path), checkpoint=checkpoint.note)
        proof.must_lead(entry=body, to=checkpoint)
        return proof.text()

    def consistency(self, old: Checkpoint, size: int | None = None) -> tuple[bytes, ...]:
        """Return the proof that an earlier checkpoint of a non-empty log is a prefix of the newest one, or the one of ``size``.

        Raises:
            LedgerBroken: it is not.
            Missing: there is no such checkpoint.
        """
        new = self.checkpoint(size)
        proof = self._hash(consistency_path(old.size, new.size)) if old.size <= new.size else ()
        if not proves_consistency(old=old.size, size=new.size, old_root=old.root, root=new.root, proof=proof):
            raise LedgerBroken("ledger.not_a_prefix", old=old.size, size=new.size)
        return proof

    def _hash(self, path: Sequence[range]) -> tuple[bytes, ...]:
        return tuple(store.subtree(self.connection, leaves) for leaves in path)
