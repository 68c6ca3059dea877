"""The one door through which a restored office goes on: its ledger is made whole again, or ends and a new one names it.

A database behind its anchor opens nowhere else. What is missing comes back from an export or a log that is served, verified
entry by entry; what stands only in the tables beside the ledger (copies, tickets, personal values) does not. So every copy that
the tail concerns is stopped in the same commit that lets the office go on, for good where it was lost, and what was to be
destroyed is destroyed again by the next one: an old table must not open what has been stopped since. Where the tail is gone, a new office with a log of its own begins; its first entry is the old
log's last checkpoint and the reason. Two persons sign either.
"""

import hashlib
import re
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import msgspec

from sekisho.clock import Clock
from sekisho.custodian import tickets
from sekisho.custodian.policy import TicketState
from sekisho.custody import records
from sekisho.custody.checking import two_persons
from sekisho.custody.office import Office, unopened
from sekisho.custody.register import DECIDERS
from sekisho.custody.statements import RECOVERY, RecoveryStatement
from sekisho.errors import Missing, NotFound, Refused, SekishoError
from sekisho.ledger import note as notes
from sekisho.ledger import store
from sekisho.ledger.anchor import Anchor, exclusive
from sekisho.ledger.checkpoint import TreeHead
from sekisho.ledger.entry import Entry
from sekisho.ledger.note import VerifierKey
from sekisho.ledger.recovery import Recovered, Source, recover_tail
from sekisho.ledger.writer import Transaction
from sekisho.signing.keys import SigningKey
from sekisho.signing.sshsig import sign
from sekisho.sql import Connection

_DESTROYED = frozenset({"ticket.destroy_intended", "ticket.destroyed", "copy.erased"})
_SUCCESSOR = re.compile(r"(.*)/([2-9]|[1-9][0-9]+)")


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """How database and anchor stand to each other.

    Attributes:
        origin: the log's name.
        head: the tree in the database.
        anchored: the last tree head that was signed, as the anchor has it.
        forked: whether nothing may be written any more.
    """

    origin: str
    head: TreeHead
    anchored: TreeHead | None
    forked: bool


def state_of(root: Path) -> State:
    """Return how an office's ledger stands, whatever state it is in; nothing is written.

    Raises:
        Missing, Unreadable: there is no such office, or its files are damaged.
        LedgerBroken: the anchor is damaged.
    """
    with unopened(root) as found:
        anchored, tree = Anchor(found.home.anchor).read(), store.load_tree(found.connection)
        head = TreeHead(origin=found.settings.origin, size=tree.size, root=tree.root())
        behind = anchored is not None and (
            anchored.size > head.size or store.root_at(found.connection, anchored.size) != anchored.root
        )
        forked = behind or (anchored is None and tree.size > 0)
        return State(origin=found.settings.origin, head=head, anchored=anchored, forked=forked)


def recover(root: Path, clock: Clock, source: Source, *, keys: Sequence[SigningKey]) -> Recovered:
    """Bring back what a restored ledger lacks, and record that two persons did.

    Raises:
        Refused: fewer than two who may; or the source is too old.
        LedgerBroken: the source is of another history.
        NoKey: of another log.
        Unreadable, MediumError: it cannot be read.
        Busy: another program is writing.
    """
    with unopened(root) as found, exclusive(found.home.lock):
        two_persons(found.register, [key.public for key in keys], *DECIDERS)
        key = VerifierKey.of(found.signer, name=found.settings.origin)
        anchored = Anchor(found.home.anchor).read()
        stop = partial(_shut, found.connection)
        recovered = recover_tail(found.connection, source, key=key, anchored=anchored, stop=stop)
    office = Office.open(root, clock, finish=False)
    try:
        for signature in notes.parse(recovered.checkpoint.note).signatures:
            with suppress(SekishoError):  # of who is no witness of this office
                office.cosigning.keep(signature.line())
        _record(office, recovered, keys)
        office.finish_destructions()
    finally:
        office.close()
    return recovered


def begin_anew(root: Path, successor: Path, clock: Clock, *, reason: str, keys: Sequence[SigningKey]) -> str:
    """Make a new office whose ledger begins with the old one's last checkpoint; return the name of its log.

    The old office stays as it is, and is only read.

    Raises:
        Refused: fewer than two who may.
        Missing: the old ledger was never signed.
        Misuse: there is an office at the new place.
    """
    with unopened(root) as found:
        deciders = two_persons(found.register, [key.public for key in keys], *DECIDERS)
        note, anchored = store.checkpoint_note(found.connection), Anchor(found.home.anchor).read()
        if note is None:
            raise Missing("ledger.never_signed")
        settings = msgspec.structs.replace(found.settings, origin=_next(found.settings.origin), database="", kek="file")
    statement = RecoveryStatement(
        v=1,
        type="recovery",
        origin=settings.origin,
        previous=hashlib.sha256(note.encode()).hexdigest(),
        anchored=anchored.size if anchored else 0,
        reason=reason,
    )

    def first(tx: Transaction) -> None:
        fields = {"checkpoint": note, "reason": reason, "by": sorted(deciders.values())}
        fields |= {"statement": hashlib.sha256(statement.encode()).hexdigest()}
        if anchored:
            fields["anchored"] = anchored.text()
        index = tx.append("ledger.begun_anew", fields=fields)
        signatures = [sign(key, statement.encode(), namespace=RECOVERY) for key in keys]
        records.add_signed(tx.connection, index, statement.encode(), signatures)

    Office.make(successor, settings, clock, first=first).close()
    return settings.origin


def _record(office: Office, recovered: Recovered, keys: Sequence[SigningKey]) -> None:
    """Write down that the tail came back, from where to where, and who answers for it."""
    statement = RecoveryStatement(
        v=1,
        type="recovery",
        origin=office.ledger.key.name,
        previous=hashlib.sha256(recovered.checkpoint.note.encode()).hexdigest(),
        anchored=recovered.checkpoint.size,
        reason="restored",
    )
    with office.ledger.transaction() as tx:
        _stop_again(office, tx, recovered, [key.public.id for key in keys])
        index = tx.append(
            "ledger.recovered",
            fields={
                "from": recovered.before,
                "to": recovered.checkpoint.size,
                "by": sorted(key.public.id for key in keys),
                "statement": hashlib.sha256(statement.encode()).hexdigest(),
            },
        )
        signatures = [sign(key, statement.encode(), namespace=RECOVERY) for key in keys]
        records.add_signed(tx.connection, index, statement.encode(), signatures)


def _shut(connection: Connection, entries: Sequence[Entry]) -> None:
    """Shut what the tail is about in the commit that brings it back: the office opens from then on, whatever is killed."""
    for copy, types in _events(entries).items():
        cid = bytes.fromhex(copy)
        with suppress(NotFound):  # of a ticket issued later
            # One that was never finished opens nothing, and would count as finished once the suspension is lifted.
            if all(ticket.state is not TicketState.ISSUED for ticket in tickets.of_copy(connection, cid)):
                tickets.set_state(connection, cid, TicketState.SUSPENDED)
            if "copy.lost" in types:
                tickets.mark_lost(connection, cid)


def _events(entries: Sequence[Entry]) -> dict[str, set[str]]:
    """Return what happened to each copy."""
    events: dict[str, set[str]] = {}
    for entry in entries:
        if entry.copy is not None:
            events.setdefault(entry.copy, set()).add(entry.type)
    return events


def _stop_again(office: Office, tx: Transaction, recovered: Recovered, keys: list[str]) -> None:
    """Stop every copy of which something came in, as far as the old tables know it."""
    for copy, types in _events(recovered.entries).items():
        cid = bytes.fromhex(copy)
        with suppress(NotFound, Refused):  # of a ticket issued later, never committed, or destroyed already
            office.custodian.suspend(tx, cid, lost="copy.lost" in types)
            if types & _DESTROYED:
                office.destruction.begin(tx, cid, reason="lost" if "copy.lost" in types else "revoked", keys=keys)


def _next(origin: str) -> str:
    """Name the log that follows one: ``…/2``, ``…/3``."""
    found = _SUCCESSOR.fullmatch(origin)
    return f"{found[1]}/{int(found[2]) + 1}" if found else f"{origin}/2"
