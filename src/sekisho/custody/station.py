"""A sealing station without the office: it holds tickets for a while, seals what was ordered, and destroys each after use.

Its folder has no database and no ledger: one file of state, whole or not at all, and one key-encryption key. What was
decrypted with the station's key can be decrypted again by whoever keeps the file and that key, so the key is given up when
a pool is loaded, and each ticket's share when its capsule is written: a new key-encryption key, everything that lives
wrapped anew, the old key destroyed. A kill between any two steps leaves a ticket that opens nothing, never one used twice.

    ticket taken for a slip, durable  →  capsule written beside its place, synced
    →  digests kept, share destroyed, durable  →  renamed, synced  →  read back  →  commit file
"""

import hashlib
import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import IO, BinaryIO, Self, cast

import msgspec

from sekisho.age.filekey import Recipient
from sekisho.age.keys import recipient_from_text
from sekisho.age.x25519 import X25519Identity
from sekisho.capsule import opener
from sekisho.capsule.opening import look_at
from sekisho.capsule.payload import Entry
from sekisho.capsule.rel1 import Binding
from sekisho.capsule.sealing import Content, Lock, seal
from sekisho.clock import Clock, from_text, to_text
from sekisho.custodian.kek import FileKek
from sekisho.custody.media_meeting import looked_at
from sekisho.custody.sealing import capsule_name, check_folders, digest_on_medium, on_medium
from sekisho.custody.station_files import (
    CommitStatement,
    CommittedCopy,
    Id,
    Order,
    OrderedCopy,
    OrderedFile,
    opened,
    read_order,
    read_pool,
    sign_commit,
)
from sekisho.errors import MediumError, Missing, Misuse, Refused, Unreadable
from sekisho.files import Leftovers, open_file, private_folder, write_whole
from sekisho.ledger.anchor import exclusive
from sekisho.media.writing import Place, put, writing
from sekisho.progress import Progress, silent
from sekisho.signing.keys import SigningKey

_STATE = "station.json"
_KEY = b"station key"


class Use(StrEnum):
    """fresh → taken → sealed."""

    FRESH = "fresh"
    TAKEN = "taken"
    SEALED = "sealed"


class _Part(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A part of the state."""


class _Ticket(_Part, frozen=True, kw_only=True):
    """A ticket; its share is wrapped, and gone once it is sealed."""

    cid: Id
    tid: Id
    kid: str
    expires: str
    wrapped: str
    use: Use = Use.FRESH
    slip: str = ""
    request: int = 0
    commit: CommittedCopy | None = None


class _State(_Part, frozen=True, kw_only=True):
    """Everything a station knows."""

    v: int
    epoch: int
    recipient: str
    identity: str
    tickets: list[_Ticket]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Job:
    """An order, and what it takes to seal it."""

    order: Order
    recipient: Recipient
    contents: Sequence[Content]
    sealer: SigningKey
    progress: Progress


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """What a station has.

    Attributes:
        recipient: what the next pool, and each order, is to be encrypted to.
        fresh: tickets to seal with.
        sealed: slips sealed with tickets of before.
    """

    recipient: str
    fresh: int
    sealed: Sequence[str]


class Station:
    """An open station; nobody else works in its folder meanwhile."""

    def __init__(self, root: Path, clock: Clock, state: _State) -> None:
        self._root = root
        self._clock = clock
        self._state = state
        self._kek = FileKek(root / "keks")
        self._leftovers = Leftovers(root / "leftovers", own=[root / "keks"])

    @classmethod
    def make(cls, root: Path, clock: Clock) -> Self:
        """Make a new station.

        Raises:
            Misuse: there is one, or an office.
            MediumError: the disk refused.
        """
        try:
            if (root / _STATE).exists() or (root / "sekisho.db").exists():
                raise Misuse("store.office_exists", path=root)
            private_folder(root)
            private_folder(root / "keks")
        except OSError as error:
            raise MediumError("store.no_folder", path=root) from error
        station = cls(root, clock, _State(v=1, epoch=0, recipient="", identity="", tickets=[]))
        station._renew([], identity=X25519Identity.generate())
        return station

    @classmethod
    def open(cls, root: Path, clock: Clock) -> Self:
        """Open a station; what a kill left of an old key is destroyed, and so is every ticket whose time is over.

        Raises:
            Missing: there is none.
            Unreadable: its state is damaged.
            MediumError: the disk refused.
        """
        try:
            state = msgspec.json.decode((root / _STATE).read_bytes(), type=_State)
        except FileNotFoundError:
            raise Missing("custody.no_station", path=root) from None
        except (msgspec.DecodeError, OSError):
            raise Unreadable("custody.damaged_station", path=root) from None
        station = cls(root, clock, state)
        station._leftovers.sweep()
        station._kek.destroy_all_but(state.epoch)
        now = to_text(clock.now())
        over = [ticket for ticket in state.tickets if ticket.use is not Use.SEALED and ticket.expires < now]
        if over:
            station._renew([ticket for ticket in state.tickets if ticket not in over])
        return station

    def standing(self) -> Standing:
        """Return what it has."""
        tickets = self._state.tickets
        return Standing(
            recipient=self._state.recipient,
            fresh=sum(ticket.use is Use.FRESH for ticket in tickets),
            sealed=[ticket.slip for ticket in tickets if ticket.use is Use.SEALED],
        )

    def load(self, path: Path) -> int:
        """Take the tickets of a pool over and give up the key that opened it; return how many.

        Raises:
            NoKey: it is for another station, or was loaded before.
            Unreadable: it is damaged, or no pool.
            MediumError: the disk refused; nothing was taken over.
        """
        with exclusive(self._root / "lock"), open_file(path, follow=True) as file:
            pool = read_pool(file, [self._identity()])
            known = {ticket.cid for ticket in self._state.tickets}
            if known & {ticket.cid for ticket in pool.tickets}:
                raise Refused("custody.loaded_before")
            fresh = [
                _Ticket(
                    cid=each.cid,
                    tid=each.tid,
                    kid=pool.kid,
                    expires=pool.expires,
                    wrapped=self._kek.wrap(self._state.epoch, bytes.fromhex(each.share), bytes.fromhex(each.tid)).hex(),
                )
                for each in pool.tickets
            ]
            self._renew([*self._state.tickets, *fresh], identity=X25519Identity.generate())
            return len(fresh)

    def look_at(self, order: Path) -> Order:
        """Return what is ordered; raises as :meth:`seal`."""
        with open_file(order, follow=True) as file:
            wanted, archive = read_order(opened(file, [self._identity()]))
            archive.close()
            return wanted

    def seal(
        self,
        order: Path,
        folders: Mapping[str, Path],
        *,
        sealer: SigningKey,
        progress: Progress = silent,
    ) -> bytes:
        """Seal what was ordered, each copy with a ticket of its own, and return the commit file's bytes.

        Sealing the same order again finishes what can be finished and replaces what cannot.

        Args:
            order: the order's file.
            folders: medium label → the folder where it is mounted.
            sealer: the sealing officer's key.
            progress: told after each block how many bytes it had.

        Raises:
            NoKey, Unreadable: the order is for another station, or damaged.
            Refused: no ticket of this custodian is left.
            Misuse: a medium is not given, or two were given one folder.
            MediumError: a medium failed.
        """
        with exclusive(self._root / "lock"), open_file(order, follow=True) as file:
            reader = opened(file, [self._identity()])
            wanted, archive = read_order(reader)
            check_folders([copy.medium for copy in wanted.copies], folders)
            with archive:
                job = _Job(
                    order=wanted,
                    recipient=recipient_from_text(wanted.sealed_to),
                    contents=[_content(archive.open, each) for each in wanted.files],
                    sealer=sealer,
                    progress=progress,
                )
                commits = [self._copy(job, copy, folders[copy.medium]) for copy in wanted.copies]
        statement = CommitStatement(
            v=1, type="commit", request=wanted.request, kid=wanted.kid, signer=sealer.public.line, copies=commits
        )
        return sign_commit(statement, sealer)

    def forget(self, slips: Sequence[str]) -> None:
        """Forget what was sealed, once the office has said that its tickets live."""
        with exclusive(self._root / "lock"):
            self._save([ticket for ticket in self._state.tickets if ticket.slip not in slips])

    def _copy(self, job: _Job, copy: OrderedCopy, folder: Path) -> CommittedCopy:
        path = folder / capsule_name(copy.slip)
        if not folder.is_dir():
            raise MediumError("custody.no_medium", medium=copy.medium, path=folder)
        self._leftovers.note(folder)
        before = next((t for t in self._state.tickets if (t.slip, t.request) == (copy.slip, job.order.request)), None)
        if before is not None:
            with on_medium(copy.medium, folder):
                if before.commit and path.exists() and digest_on_medium(path) == before.commit.capsule:
                    return self._beside(job, copy, looked_at(folder), before, before.commit)
            self._renew([ticket for ticket in self._state.tickets if ticket != before])
        if path.exists():
            raise Misuse("custody.capsule_exists", path=path)
        ticket = self._take(job.order, copy)
        place = looked_at(folder)
        with on_medium(copy.medium, folder), writing(place, path.name) as file:
            commit = self._write(job, copy, ticket, file)
            used = self._used(ticket, commit)
        with on_medium(copy.medium, folder):
            commit = self._beside(job, copy, place, used, commit)
            unchanged = digest_on_medium(path) == commit.capsule
        if not unchanged:
            raise MediumError("custody.read_back_differs", medium=copy.medium, path=path)
        return commit

    def _beside(
        self, job: _Job, copy: OrderedCopy, place: Place, ticket: _Ticket, commit: CommittedCopy
    ) -> CommittedCopy:
        """Put label and opener beside a capsule; the commit then names the opener that stands there, of whichever order."""
        for beside in job.order.beside:
            put(place, Path(beside.name).name, beside.text.encode())
        digest, _ = put(place, opener.NAME, copy.opener.encode())
        commit = msgspec.structs.replace(commit, opener=digest)
        named = msgspec.structs.replace(ticket, commit=commit)
        self._save([named if each.cid == ticket.cid else each for each in self._state.tickets])
        return commit

    def _take(self, order: Order, copy: OrderedCopy) -> _Ticket:
        """Take a ticket for a slip, for good: whatever happens now, it is never taken for another."""
        fresh = [each for each in self._state.tickets if each.use is Use.FRESH and each.kid == order.kid]
        if not fresh:
            raise Refused("custody.no_ticket_left")
        taken = msgspec.structs.replace(fresh[0], use=Use.TAKEN, slip=copy.slip, request=order.request)
        self._save([taken if each is fresh[0] else each for each in self._state.tickets])
        return taken

    def _write(self, job: _Job, copy: OrderedCopy, ticket: _Ticket, file: BinaryIO) -> CommittedCopy:
        at = self._clock.now()
        manifest = msgspec.structs.replace(
            copy.manifest, cid=ticket.cid, sealed_at=to_text(at), signer=job.sealer.public.line
        )
        binding = Binding(bytes.fromhex(ticket.cid), bytes.fromhex(ticket.tid), bytes.fromhex(ticket.kid))
        share = self._kek.unwrap(self._state.epoch, bytes.fromhex(ticket.wrapped), binding.tid)
        sealed = seal(
            file,
            manifest,
            job.contents,
            [Lock(job.recipient, binding, share)],
            signer=job.sealer,
            time=from_text(manifest.sealed_at),
            progress=job.progress,
        )
        file.flush()
        os.fsync(file.fileno())
        file.seek(0)
        return CommittedCopy(
            cid=ticket.cid,
            slip=copy.slip,
            name=capsule_name(copy.slip),
            header=look_at(file).header_sha256.hex(),
            capsule=sealed.sha256.hex(),
            size=sealed.size,
            manifest=sealed.manifest_sha256.hex(),
            sealed_at=manifest.sealed_at,
            sealed_to=[hashlib.sha256(job.order.sealed_to.encode()).hexdigest()],
            opener=hashlib.sha256(copy.opener.encode()).hexdigest(),
        )

    def _used(self, ticket: _Ticket, commit: CommittedCopy) -> _Ticket:
        """Keep what was sealed and destroy the share with which it was; return the ticket without it."""
        used = msgspec.structs.replace(ticket, use=Use.SEALED, wrapped="", commit=commit)
        self._renew([used if each.cid == ticket.cid else each for each in self._state.tickets])
        return used

    def _identity(self) -> X25519Identity:
        secret = self._kek.unwrap(self._state.epoch, bytes.fromhex(self._state.identity), _KEY)
        return X25519Identity.from_text(secret.decode("ascii"))

    def _renew(self, tickets: Sequence[_Ticket], *, identity: X25519Identity | None = None) -> None:
        """Keep these tickets, and nothing else that could be read before: all under a new key, and the old one destroyed."""
        kept = identity or self._identity()
        old, epoch = self._state.epoch, self._state.epoch + 1
        self._kek.make(epoch)
        rewrapped = [
            msgspec.structs.replace(each, wrapped=self._rewrapped(each, old=old, new=epoch)) if each.wrapped else each
            for each in tickets
        ]
        self._state = msgspec.structs.replace(
            self._state,
            epoch=epoch,
            recipient=str(kept.recipient),
            identity=self._kek.wrap(epoch, kept.to_secret_text().encode("ascii"), _KEY).hex(),
        )
        self._save(rewrapped)
        self._kek.destroy_all_but(epoch)

    def _rewrapped(self, ticket: _Ticket, *, old: int, new: int) -> str:
        tid = bytes.fromhex(ticket.tid)
        return self._kek.wrap(new, self._kek.unwrap(old, bytes.fromhex(ticket.wrapped), tid), tid).hex()

    def _save(self, tickets: Sequence[_Ticket]) -> None:
        state = msgspec.structs.replace(self._state, tickets=list(tickets))
        try:
            write_whole(self._root / _STATE, msgspec.json.encode(state), overwrite=True)
        except OSError as error:
            raise MediumError("custody.station_disk", path=self._root) from error
        self._state = state


def _content(open_entry: Callable[[str], IO[bytes]], ordered: OrderedFile) -> Content:
    entry = Entry(ordered.name, ordered.size, ordered.crc32)
    return Content(entry, lambda: cast("BinaryIO", open_entry(ordered.entry)))
