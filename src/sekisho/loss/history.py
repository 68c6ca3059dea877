"""What the ledger tells about copies: the only source of everything that is said after a loss.

Before anything is told, every entry is hashed anew and the root compared with the signed one. So a ledger from which a
release is missing says nothing at all, and never "never released". What the database adds, the medium and the request,
must be what the ledger's digests say.
"""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import cast

from sekisho.custody import records
from sekisho.custody.handing import sealed_parts
from sekisho.custody.office import Office
from sekisho.custody.records import CopyRow
from sekisho.custody.statements import CopyStatement
from sekisho.errors import LedgerBroken, Unreadable
from sekisho.ledger.checkpoint import Checkpoint
from sekisho.ledger.commitment import commit
from sekisho.ledger.entry import Entry, Value
from sekisho.ledger.merkle import leaf_hash, root_of
from sekisho.loss.seen import LAST_SEEN, seen_in

_STOPS = frozenset({"ticket.suspended", "ticket.destroy_intended"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Release:
    """A release that was given.

    Attributes:
        at: when.
        route: ``local``, ``voice``, ``online``, ``relay`` or ``escrow``.
        index: its leaf.
        by: ids of the keys that approved it.
        device: id of the key of the machine that asked, where one signed.
    """

    at: datetime
    route: str
    index: int
    by: tuple[str, ...]
    device: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Escrowed:
    """Envelopes that could still open a copy, whatever became of its share here.

    Attributes:
        threshold: how many open it.
        left: how many were not seen destroyed.
    """

    threshold: int
    left: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Peers:
    """Other custodians who could open a copy among themselves; what they did, their own ledgers tell.

    Attributes:
        needed: how many of them it takes.
        count: how many there are.
    """

    needed: int
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class History:
    """One copy's entries, sorted by what they say.

    Attributes:
        cid: the copy's id.
        slip: its slip number.
        request: the number of the request that it was sealed for.
        sealed_at: when its capsule was made.
        capsule: SHA-256 of the capsule.
        size: bytes of the capsule.
        people: persons inside.
        index: SHA-256 of its index of people.
        requests: how many releases were asked for.
        releases: the releases given.
        lost_at: when it was first reported lost.
        lost_index: the place of that entry in the ledger.
        suspended_at: when releases were stopped, if nobody has allowed them again.
        stopped_index: the place of the entry that stopped them.
        destroyed_at: when its share was destroyed.
        epoch: the key epoch that began with the destruction.
        last_seen: when it was last seen in its holder's hands, by the earliest that anybody said; None where nobody did.
        erased_at: when it was erased, and whether that was verified.
        found_at: when it turned up, and whether it was unaltered; None while it is missing, again too.
        escrow: the envelopes that could still open it, if there are enough.
        peers: the other custodians, if there are enough of them to open it without this one.
        entries: all its entries.
    """

    cid: str
    slip: str
    request: int | None
    sealed_at: datetime | None
    capsule: str
    size: int
    people: int
    index: str
    requests: int
    releases: tuple[Release, ...]
    lost_at: datetime | None
    lost_index: int | None
    suspended_at: datetime | None
    stopped_index: int | None
    destroyed_at: datetime | None
    epoch: int | None
    last_seen: datetime | None
    erased_at: tuple[datetime, bool] | None
    found_at: tuple[datetime, bool] | None
    escrow: Escrowed | None
    peers: Peers | None
    entries: tuple[Entry, ...]

    @property
    def by_voice(self) -> int:
        """How many of the releases were given by telephone."""
        return self.by_route("voice")

    def by_route(self, route: str) -> int:
        """How many of the releases were given on one way."""
        return sum(release.route == route for release in self.releases)

    def index_of(self, *events: str, last: bool = False) -> int | None:
        """Return the place of the first, or last, entry of these types; none where there is none."""
        found = [entry.index for entry in self.entries if entry.type in events]
        return found[-1 if last else 0] if found else None

    @property
    def by_envelopes(self) -> int:
        """How many of the releases were made by opening envelopes."""
        return self.by_route("escrow")

    @property
    def in_plain(self) -> int:
        """How many of the releases people have heard or read: a note of the share may exist."""
        return self.by_voice + self.by_envelopes


@dataclass(frozen=True, slots=True)
class ToldCopy:
    """A copy of which the database says what the ledger says.

    Attributes:
        row: the copy.
        statement: what was asked for and approved.
        history: what the ledger tells.
    """

    row: CopyRow
    statement: CopyStatement
    history: History


@dataclass(frozen=True, slots=True)
class Told:
    """What a checkpoint signs about copies.

    Attributes:
        checkpoint: the newest one.
        copies: the copies, each with its history under it.
    """

    checkpoint: Checkpoint
    copies: tuple[ToldCopy, ...]


def tell_of(office: Office, slips: Sequence[str]) -> Told:
    """Return the histories of copies, each named once, from the whole ledger.

    Raises:
        NotFound: there is no such copy.
        Refused: a copy was never sealed.
        Unreadable: the database says something else about a copy than the ledger.
        LedgerBroken: the ledger is not the one that was signed.
    """
    rows = [records.get_copy(office.ledger.connection, slip) for slip in dict.fromkeys(slips)]
    cids = [sealed_parts(row)[0] for row in rows]
    entries: dict[str, list[Entry]] = {cid.hex(): [] for cid in cids}
    statements = dict[object, object]()
    checkpoint = office.ledger.checkpoint()

    def leaves() -> Iterator[bytes]:
        for entry in islice(office.ledger.entries(), checkpoint.size):
            if entry.copy in entries:
                entries[entry.copy].append(entry)
            if entry.type == "copy.requested":
                statements[entry.fields["request"]] = entry.fields["statement"]
            yield leaf_hash(entry.body())

    if root_of(leaves()) != checkpoint.root:
        raise LedgerBroken("ledger.altered", size=checkpoint.size)
    histories = [tell(cid, entries[cid.hex()]) for cid in cids]
    copies = [_told(office, row, history, statements) for row, history in zip(rows, histories, strict=True)]
    return Told(checkpoint, tuple(copies))


def tell(cid: bytes, entries: Sequence[Entry]) -> History:
    """Return the history that a copy's entries, in order, tell. Pure."""

    def every(*events: str) -> list[Entry]:
        return [entry for entry in entries if entry.type in events]

    def last(event: str) -> Entry | None:
        return next(reversed(every(event)), None)

    sealed, destroyed, lost = last("capsule.sealed"), last("ticket.destroyed"), every("copy.lost")
    stops = [entry for entry in every(*_STOPS) if entry.index > _place(last("ticket.lifted"))]
    found = last("copy.found")
    return History(
        cid=cid.hex(),
        slip=str(sealed.fields["slip"]) if sealed else "",
        request=int(str(sealed.fields["request"])) if sealed else None,
        sealed_at=sealed.at if sealed else None,
        capsule=str(sealed.fields["capsule"]) if sealed else "",
        size=int(str(sealed.fields["size"])) if sealed else 0,
        people=int(str(sealed.fields["people"])) if sealed else 0,
        index=str(sealed.fields["index"]) if sealed else "",
        requests=len(every("release.requested")),
        releases=tuple(
            Release(
                at=entry.at,
                route=str(entry.fields["route"]),
                index=entry.index,
                by=tuple(map(str, cast("Sequence[Value]", entry.fields.get("by", ())))),
                device=str(entry.fields["device"]) if "device" in entry.fields else None,
            )
            for entry in every("release.given", "escrow.released")
        ),
        lost_at=lost[0].at if lost else None,
        lost_index=lost[0].index if lost else None,
        suspended_at=stops[0].at if stops else None,
        stopped_index=stops[0].index if stops else None,
        destroyed_at=destroyed.at if destroyed else None,
        epoch=int(str(destroyed.fields["epoch"])) if destroyed else None,
        last_seen=min(map(seen_in, every(LAST_SEEN)), default=None),
        erased_at=_with_flag(last("copy.erased"), "verified"),
        found_at=_with_flag(found, "identical") if _place(found) > _place(last("copy.lost")) else None,
        escrow=_escrowed(entries),
        peers=_peers(sealed),
        entries=tuple(entries),
    )


def _escrowed(entries: Sequence[Entry]) -> Escrowed | None:
    """Return the envelopes that are left, of the newest escrow of which enough are."""
    live = None
    for made in (entry for entry in entries if entry.type == "escrow.made"):
        number, threshold, count = (int(str(made.fields[name])) for name in ("escrow", "threshold", "envelopes"))
        voided = {
            entry.fields["envelope"]
            for entry in entries
            if entry.type == "escrow.voided" and entry.fields["escrow"] == number
        }
        if count - len(voided) >= threshold:
            live = Escrowed(threshold=threshold, left=count - len(voided))
    return live


def _told(office: Office, row: CopyRow, history: History, statements: Mapping[object, object]) -> ToldCopy:
    """Join a copy with its history, after a look at whether they are of one copy and one request."""
    statement = records.get_request(office.ledger.connection, row.request).statement
    signed = statements.get(history.request) == hashlib.sha256(statement.encode()).hexdigest()
    named = row.medium in statement.media and _is_written_on(office, history, row.medium)
    if (row.slip, row.request) != (history.slip, history.request) or not signed or not named:
        raise Unreadable("custody.damaged_record")
    return ToldCopy(row, statement, history)


def _is_written_on(office: Office, history: History, medium: str) -> bool:
    """Tell whether the ledger commits to this medium; where its salt was erased, nobody can tell any more."""
    return all(
        commit(field="medium", salt=detail.salt, value=medium) == entry.commitments.get("medium")
        for entry in history.entries
        if entry.type == "copy.written"
        for detail in office.ledger.disclosed(entry.index)
        if detail.field == "medium"
    )


def _peers(sealed: Entry | None) -> Peers | None:
    if sealed is None or "needed" not in sealed.fields:
        return None
    needed, others = int(str(sealed.fields["needed"])), len(cast("Sequence[Value]", sealed.fields["custodians"])) - 1
    return Peers(needed=needed, count=others) if needed <= others else None


def _place(entry: Entry | None) -> int:
    return entry.index if entry else -1


def _with_flag(entry: Entry | None, flag: str) -> tuple[datetime, bool] | None:
    return (entry.at, entry.fields[flag] == 1) if entry else None
