"""Sealing what was approved: one capsule a medium, each with its own ticket, in an order that a kill cannot spoil.

    medium met  →  ticket issued, durable  →  index of people in the vault  →  capsule written beside its place, synced
    →  committed (the ticket lives; digests in the ledger)  →  renamed, synced  →  read back past the system's memory, opener
    beside it, the same medium still there  →  copy.written

A kill before the commit leaves a ticket that nothing can open; after it, a copy that is not yet in its place. Sealing the
same request again finishes what can be finished and replaces what cannot. A registered medium that fails is kept apart, and
what was on its way onto it opens nothing.
"""

import contextlib
import os
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import BinaryIO

import msgspec

from sekisho.capsule.manifest import Manifest
from sekisho.capsule.opening import look_at
from sekisho.capsule.payload import Entry, deflated
from sekisho.capsule.sealing import Content, DualLock, Lock, Sealed, seal
from sekisho.clock import from_text, to_text
from sekisho.custodian.custodian import Issued
from sekisho.custodian.policy import TicketState
from sekisho.custody import copy as life
from sekisho.custody import records
from sekisho.custody.approved import Approved, sealing_officer
from sekisho.custody.checking import sealed_to, stored_path
from sekisho.custody.copy import State
from sekisho.custody.cut_record import CutFile, CutRecord
from sekisho.custody.found_label import write_found_label
from sekisho.custody.handing import sealed_parts
from sekisho.custody.media_meeting import Reason, Stick, meet, quarantine
from sekisho.custody.media_records import get_medium
from sekisho.custody.office import Office
from sekisho.custody.openers import write_openers
from sekisho.custody.peer import Digests, Dual, Terms, binding_of
from sekisho.custody.records import CapsuleRecord, CopyRow
from sekisho.errors import MediumError, Misuse, Unreadable
from sekisho.ledger.anchor import exclusive
from sekisho.media.device import Platform
from sekisho.media.direct import Verify, digest
from sekisho.media.writing import Place, check_room, read_back, weakest, writing
from sekisho.people.index import Index, decode_index
from sekisho.progress import Progress, silent
from sekisho.signing.keys import SigningKey

_BLOCK = 1 << 20
_TABLES = frozenset({"table", "answers"})
_OVERHEAD = 1 << 20
_PADDED = 8  # padding adds 12 % at the most, an eighth
_FAILURES = frozenset(
    {"media.read_back_differs", "media.swapped", "custody.medium_failed", "custody.read_back_differs"}
)


def seal_request(
    office: Office,
    number: int,
    folders: Mapping[str, Path],
    *,
    sealer: SigningKey,
    one_file: bool = False,
    pad: bool = False,
    progress: Progress = silent,
    dual: Dual | None = None,
    platform: Platform | None = None,
) -> list[CopyRow]:
    """Seal every copy of an approved request to its medium.

    Args:
        office: the office.
        number: the request.
        folders: medium label → the folder where it is mounted.
        sealer: the sealing officer's key, which signs the manifest.
        one_file: put a page that bears the capsule beside it too, where it is not too long for one; tables are deflated
            for it.
        pad: round the capsules' sizes up, so that they say less of how many people are inside.
        progress: told after each block how many bytes it had, of all the media's :func:`bytes_to_seal`.
        dual: the other custodians, without so many of whom these copies open for nobody.
        platform: the system's devices; this very system's if not given.

    Returns:
        the copies, sealed; the media of those that were sealed before (not :func:`unsealed`) were not touched.

    Raises:
        Refused: not approved, or a person or contract no longer allows it, or what lies there is not the medium of the
            request, where the office keeps a register of media.
        NoKey, Unreadable: what is to be sealed, or a signature under it, is not what was approved.
        Misuse: a medium of the request is not given, or two were given one folder.
        MediumError: a medium failed; its copy is not sealed and its ticket opens nothing. A registered one is kept apart.
    """
    with exclusive(office.home.cuts / "lock"):
        sealing = _Sealing(
            office, number, sealer, one_file=one_file, pad=pad, progress=progress, dual=dual, platform=platform
        )
        rows = records.copies(office.ledger.connection, number)
        _must_be_asked_for({row.medium for row in rows}, folders)
        check_folders([row.medium for row in rows if row.copy.state is State.APPROVED], folders)
        sealed = [sealing.copy(row, folders) for row in rows]
    office.tell_witnesses()
    return sealed


def unsealed(office: Office, number: int) -> frozenset[str]:
    """Return the slips of a request's copies that sealing it would write to their media, and read back."""
    rows = records.copies(office.ledger.connection, number)
    return frozenset(row.slip for row in rows if row.copy.state is State.APPROVED)


def bytes_to_seal(office: Office, number: int) -> int:
    """Return how many bytes would go onto the media of a request together.

    Raises:
        NotFound: there is no such request.
    """
    connection = office.ledger.connection
    statement = records.get_request(connection, number).statement
    cuts = [records.get_cut(connection, cut_id) for cut_id in statement.cuts]
    return len(unsealed(office, number)) * sum(stored.size for cut in cuts for stored in cut.files)


def load_index(office: Office, cid: bytes, *, digest: str) -> Index:
    """Return the index of people of a copy.

    Args:
        office: the office.
        cid: the copy.
        digest: of its index, as the ledger has it.

    Raises:
        NotFound: there is none.
        Unreadable: it is damaged, or not the one with which the copy was sealed.
    """
    index = decode_index(office.vault.read(index_path(office, cid)))
    if index.digest().hex() != digest:
        raise Unreadable("people.damaged_index")
    return index


class _Sealing:
    """Seals the copies of one request."""

    def __init__(
        self,
        office: Office,
        number: int,
        sealer: SigningKey,
        *,
        one_file: bool,
        pad: bool,
        progress: Progress,
        dual: Dual | None,
        platform: Platform | None,
    ) -> None:
        self._office = office
        self._platform = platform
        self._dual = dual
        self._one_file = one_file
        self._pad = pad
        self._packed = dict[str, Entry]()
        self._progress = progress
        self._sealer = sealer
        self._officer = sealing_officer(office.register, sealer.public)
        self._approved = Approved(office, number)

    def copy(self, row: CopyRow, folders: Mapping[str, Path]) -> CopyRow:
        """Seal one copy, or finish what a kill interrupted; a copy that is sealed already stays as it is."""
        if row.copy.state is not State.APPROVED:
            return row
        folder = folders[row.medium]
        if not folder.is_dir():
            raise MediumError("custody.no_medium", medium=row.medium, path=folder)
        stick = meet(self._office, row.medium, folder, self._platform)
        self._office.note(folder)
        with self._answering(row, stick):
            if row.cid is not None:
                row = self._resume(row, row.cid, folder)
            if row.capsule is None:
                row = self._write(row, stick.place)
            return self._placed(row, stick.place)

    @contextlib.contextmanager
    def _answering(self, row: CopyRow, stick: Stick) -> Iterator[None]:
        """Keep a registered medium apart that fails in the block, and have what was on its way there open nothing."""
        try:
            yield
        except MediumError as error:
            if stick.record is not None and error.key in _FAILURES:
                self._give_up(row, stick, stick.record.id)
            raise

    def _give_up(self, row: CopyRow, stick: Stick, medium: str) -> None:
        with self._office.ledger.transaction() as tx:
            quarantine(tx, get_medium(tx.connection, medium), Reason.FAILED)
        with contextlib.suppress(OSError):  # of a stick that is gone
            (stick.place.folder / capsule_name(row.slip)).unlink()
        row = records.get_copy(self._office.ledger.connection, row.slip)
        if row.cid is not None:
            self._supersede(row, row.cid)

    def _resume(self, row: CopyRow, cid: bytes, folder: Path) -> CopyRow:
        """Keep a capsule that stands in its place as committed; otherwise destroy its ticket and begin anew."""
        path = folder / capsule_name(row.slip)
        live = all(ticket.state is TicketState.LIVE for ticket in self._office.custodian.tickets(cid))
        with on_medium(row.medium, folder):
            if row.capsule and live and path.exists() and digest_on_medium(path) == row.capsule.sha256:
                return row
        return self._supersede(row, cid)

    def _supersede(self, row: CopyRow, cid: bytes) -> CopyRow:
        """Destroy the ticket of a capsule that is none, and return the copy without it."""
        with self._office.ledger.transaction() as tx:
            self._office.destruction.begin(tx, cid, reason="superseded", keys=[self._sealer.public.id])
            row = msgspec.structs.replace(row, cid=None, capsule=None)
            records.update_copy(tx.connection, row)
        self._office.finish_destructions()
        index_path(self._office, cid).unlink(missing_ok=True)  # nobody was ever on the copy that nobody has
        return row

    def _write(self, row: CopyRow, place: Place) -> CopyRow:
        path, most = place.folder / capsule_name(row.slip), self._most_bytes()
        if path.exists():
            raise Misuse("custody.capsule_exists", path=path)
        with on_medium(row.medium, place.folder):
            check_room(place, most)
        row, issued = self._issue(row)
        others = self._issue_at_peers(issued)
        self._office.vault.write(index_path(self._office, issued.cid), self._approved.index.encode())
        manifest = self._approved.manifest(
            row.slip, issued.cid, sealed_at=to_text(self._office.ledger.time()), signer=self._sealer.public.line
        )
        with on_medium(row.medium, place.folder), writing(place, path.name, size=most) as file:
            sealed = self._seal(file, manifest, issued, others)
            file.flush()
            os.fsync(file.fileno())
            file.seek(0)
            header = look_at(file).header_sha256
            row = self._commit(row, header, sealed, manifest, [issued, *others])
            self._commit_at_peers(issued.cid, header, sealed)
        return row

    def _most_bytes(self) -> int:
        """Return how long the capsule will be at the most: files, a tag in 64 KiB, manifest, padding."""
        content = sum(stored.size for cut in self._approved.cuts for stored in cut.files)
        return content + content // 2048 + _OVERHEAD + (content // _PADDED if self._pad else 0)

    def _issue(self, row: CopyRow) -> tuple[CopyRow, Issued]:
        policy, recipient = self._approved.policy(), self._approved.request.statement.sealed_to
        with self._office.ledger.transaction() as tx:
            issued = self._office.custodian.issue(tx, policy, recipient)
            row = msgspec.structs.replace(row, cid=issued.cid)
            records.update_copy(tx.connection, row)
        return row, issued

    def _issue_at_peers(self, issued: Issued) -> list[Issued]:
        """Ask every peer for a ticket under the copy's own id, after the office's own is durable."""
        if self._dual is None:
            return []
        terms = Terms(
            cid=issued.cid,
            office=self._office.settings.origin,
            policy=self._approved.policy(),
            recipient=self._approved.request.statement.sealed_to,
        )
        return [peer.issue(terms) for peer in self._dual.peers]

    def _commit_at_peers(self, cid: bytes, header: bytes, sealed: Sealed) -> None:
        """Tell the peers, last of all: a capsule that lacks one of them is not in its place, and is sealed anew."""
        digests = Digests(header=header, capsule=sealed.sha256, manifest=sealed.manifest_sha256)
        for peer in self._dual.peers if self._dual else ():
            peer.commit(cid, digests)

    def _seal(self, file: BinaryIO, manifest: Manifest, issued: Issued, others: list[Issued]) -> Sealed:
        recipient = sealed_to(self._office.register.person(self._approved.request.statement.recipient))
        lock: Lock | DualLock = Lock(recipient, binding_of(issued), issued.share)
        if self._dual is not None:
            shares = tuple((binding_of(each), each.share) for each in (issued, *others))
            lock = DualLock(recipient, self._dual.needed, shares)
        contents = [self._content(cut, stored) for cut in self._approved.cuts for stored in cut.files]
        return seal(
            file,
            manifest,
            contents,
            [lock],
            signer=self._sealer,
            time=from_text(manifest.sealed_at),
            pad=self._pad,
            progress=self._progress,
        )

    def _content(self, cut: CutRecord, stored: CutFile) -> Content:
        path = stored_path(self._office, cut, stored)
        return Content(self._entry(stored, path), lambda: self._office.vault.open(path))

    def _entry(self, stored: CutFile, path: Path) -> Entry:
        """Return how a file is to stand in the payload.

        How far a file shrinks tells of its content. Nobody can learn more from it here than from the number of rows:
        each is deflated alone, once, and is a table that the office cut, so that nobody puts in guess after guess
        beside what they want to know and watches the size (CRIME). Nothing else is deflated, and nothing without need.
        """
        entry = Entry(stored.name, stored.size, stored.crc32)
        if not self._one_file or stored.form not in _TABLES:
            return entry
        if stored.name not in self._packed:
            with self._office.vault.open(path) as file:
                blocks = iter(lambda: file.read(_BLOCK), b"")
                packed = deflated(stored.name, blocks).packed
            # Size and check sum stay those that were approved: of anything else sealing fails. Tokens do not shrink.
            self._packed[stored.name] = replace(entry, packed=packed) if packed and packed < stored.size else entry
        return self._packed[stored.name]

    def _commit(self, row: CopyRow, header: bytes, sealed: Sealed, manifest: Manifest, issued: list[Issued]) -> CopyRow:
        """Bring the ticket to life and record the capsule's digests, while the file still waits for its name."""
        cid = bytes.fromhex(manifest.cid)
        record = CapsuleRecord(
            name=capsule_name(row.slip),
            sha256=sealed.sha256.hex(),
            size=sealed.size,
            manifest_sha256=sealed.manifest_sha256.hex(),
            by=self._officer,
        )
        with self._office.ledger.transaction() as tx:
            self._office.custodian.commit(tx, cid, header=header)
            return self._approved.record_sealed(
                tx,
                row,
                record,
                header=header,
                manifest=manifest,
                by=self._sealer.public.id,
                guarded=None if self._dual is None else (self._dual.needed, [each.kid.hex() for each in issued]),
            )

    def _placed(self, row: CopyRow, place: Place) -> CopyRow:
        """Read the capsule back from its place, and only then record the copy as sealed and held."""
        cid, capsule = sealed_parts(row)
        with on_medium(row.medium, place.folder):
            verify = _read_back(row.medium, place, capsule)
            write_found_label(place, self._office.settings)
            capsule, beside = write_openers(self._office, place, capsule, medium=row.medium, one_file=self._one_file)
        with self._office.ledger.transaction() as tx:
            row = records.get_copy(tx.connection, row.slip)
            together = records.copies(tx.connection, row.request)
            which = [each.slip for each in together].index(row.slip)
            copies = life.among(tuple(each.copy for each in together), which, life.Seal(self._officer, cid.hex()))
            row = msgspec.structs.replace(row, copy=copies[which], capsule=capsule)
            records.update_copy(tx.connection, row)
            tx.append(
                "copy.written",
                copy=cid.hex(),
                fields={
                    "slip": row.slip,
                    "capsule": capsule.sha256,
                    "verify": weakest(verify, beside).value,
                    "opener": capsule.opener,
                    **({"page": capsule.page.sha256} if capsule.page else {}),
                },
                details={"medium": row.medium, "holder": self._officer},
            )
        return row


def _must_be_asked_for(media: set[str], folders: Mapping[str, Path]) -> None:
    """Refuse a medium that nobody asked for and approved: a spare is a copy of its own."""
    for label in folders:
        if label not in media:
            raise Misuse("custody.medium_not_asked_for", medium=label)


def check_folders(media: list[str], folders: Mapping[str, Path]) -> None:
    """Refuse to begin before every medium has a place, and one that it has alone: each stick is a copy."""
    taken = set[Path]()
    for medium in media:
        if medium not in folders:
            raise Misuse("custody.medium_not_given", medium=medium)
        folder = folders[medium].resolve()
        if folder in taken:
            raise Misuse("custody.one_folder_for_two", path=folder)
        taken.add(folder)


@contextlib.contextmanager
def on_medium(medium: str, folder: Path) -> Iterator[None]:
    """Say of a failure in the block which medium failed."""
    try:
        yield
    except OSError as error:
        raise MediumError("custody.medium_failed", medium=medium, path=folder) from error


def capsule_name(slip: str) -> str:
    """Return what a copy's capsule is called on its medium."""
    return f"capsule-{slip}.age"


def index_path(office: Office, cid: bytes) -> Path:
    """Return where the index of people of a copy lies."""
    return office.home.people / f"{cid.hex()}.age"


def digest_on_medium(path: Path) -> str:
    """Return the SHA-256 of a file, read back from its medium."""
    return digest(path)[0]


def _read_back(medium: str, place: Place, capsule: CapsuleRecord) -> Verify:
    try:
        return read_back(place, capsule.name, capsule.sha256)
    except MediumError as error:
        if error.key != "media.read_back_differs":
            raise
        raise MediumError("custody.read_back_differs", medium=medium, path=place.folder / capsule.name) from error
