"""Sealing what was approved: one capsule a medium, each with its own ticket, in an order that a kill cannot spoil.

    ticket issued, durable  →  index of people in the vault  →  capsule written beside its place, synced
    →  committed (the ticket lives; digests in the ledger)  →  renamed, synced  →  read back, opener beside it  →  copy.written

A kill before the commit leaves a ticket that nothing can open; after it, a copy that is not yet in its place. Sealing the
same request again finishes what can be finished and replaces what cannot.
"""

import contextlib
import hashlib
import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import BinaryIO

import msgspec

from sekisho.capsule.manifest import FieldForm, File, Manifest, PurposeRef
from sekisho.capsule.opening import look_at
from sekisho.capsule.payload import Entry
from sekisho.capsule.rel1 import Binding
from sekisho.capsule.sealing import Content, Lock, Sealed, seal
from sekisho.clock import from_text, to_text
from sekisho.custodian.custodian import Issued
from sekisho.custodian.policy import Policy, TicketState
from sekisho.custody import copy as life
from sekisho.custody import records
from sekisho.custody.checking import check_sealable, sealed_to, stored_path
from sekisho.custody.copy import State
from sekisho.custody.cut_kept import load_cut_index
from sekisho.custody.cut_record import CutFile, CutRecord
from sekisho.custody.found_label import write_found_label
from sekisho.custody.handing import sealed_parts
from sekisho.custody.office import Office
from sekisho.custody.openers import write_openers
from sekisho.custody.records import CapsuleRecord, CopyRow
from sekisho.custody.register import Role
from sekisho.errors import MediumError, Misuse, Unreadable
from sekisho.files import open_file, replacing
from sekisho.ledger.anchor import exclusive
from sekisho.people.index import Index, decode_index, union
from sekisho.progress import Progress, silent
from sekisho.signing.keys import SigningKey

RELEASE_APPROVALS = 2


def seal_request(
    office: Office,
    number: int,
    folders: Mapping[str, Path],
    *,
    sealer: SigningKey,
    one_file: bool = False,
    progress: Progress = silent,
) -> list[CopyRow]:
    """Seal every copy of an approved request to its medium.

    Args:
        office: the office.
        number: the request.
        folders: medium label → the folder where it is mounted.
        sealer: the sealing officer's key, which signs the manifest.
        one_file: put a page that bears the capsule beside it too, where it is not too long for one.
        progress: told after each block how many bytes it had, of all the media's :func:`bytes_to_seal`.

    Returns:
        the copies, sealed; the media of those that were sealed before (not :func:`unsealed`) were not touched.

    Raises:
        Refused: not approved, or a person or contract no longer allows it.
        NoKey, Unreadable: what is to be sealed, or a signature under it, is not what was approved.
        Misuse: a medium of the request is not given, or two were given one folder.
        MediumError: a medium failed; its copy is not sealed and its ticket opens nothing.
    """
    with exclusive(office.home.cuts / "lock"):
        sealing = _Sealing(office, number, sealer, one_file=one_file, progress=progress)
        rows = records.copies(office.ledger.connection, number)
        _check_folders([row.medium for row in rows if row.copy.state is State.APPROVED], folders)
        return [sealing.copy(row, folders) for row in rows]


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
    index = decode_index(office.vault.read(_index_path(office, cid)))
    if index.digest().hex() != digest:
        raise Unreadable("people.damaged_index")
    return index


class _Sealing:
    """Seals the copies of one request."""

    def __init__(self, office: Office, number: int, sealer: SigningKey, *, one_file: bool, progress: Progress) -> None:
        self._office = office
        self._one_file = one_file
        self._progress = progress
        self._sealer = sealer
        self._register = office.register
        self._officer = self._register.owner(sealer.public).id
        self._register.require_role(
            self._register.person(self._officer), Role.REQUESTER, Role.APPROVER, Role.KEY_OFFICER
        )
        self._request = records.get_request(office.ledger.connection, number)
        cuts = self._request.statement.cuts
        self._cuts = [records.get_cut(office.ledger.connection, cut_id) for cut_id in cuts]
        check_sealable(office, self._register, self._request, self._cuts)
        self._index = union(load_cut_index(office, cut) for cut in self._cuts)

    def copy(self, row: CopyRow, folders: Mapping[str, Path]) -> CopyRow:
        """Seal one copy, or finish what a kill interrupted; a copy that is sealed already stays as it is."""
        if row.copy.state is not State.APPROVED:
            return row
        folder = folders[row.medium]
        if not folder.is_dir():
            raise MediumError("custody.no_medium", medium=row.medium, path=folder)
        self._office.note(folder)
        if row.cid is not None:
            row = self._resume(row, row.cid, folder)
        if row.capsule is None:
            row = self._write(row, folder)
        return self._placed(row, folder)

    def _resume(self, row: CopyRow, cid: bytes, folder: Path) -> CopyRow:
        """Keep a capsule that stands in its place as committed; otherwise destroy its ticket and begin anew."""
        path = folder / _capsule_name(row.slip)
        live = all(ticket.state is TicketState.LIVE for ticket in self._office.custodian.tickets(cid))
        with _medium(row.medium, folder):
            if row.capsule and live and path.exists() and _sha256(path) == row.capsule.sha256:
                return row
        with self._office.ledger.transaction() as tx:
            self._office.destruction.begin(tx, cid, reason="superseded", keys=[self._sealer.public.id])
            row = msgspec.structs.replace(row, cid=None, capsule=None)
            records.update_copy(tx.connection, row)
        self._office.finish_destructions()
        _index_path(self._office, cid).unlink(missing_ok=True)  # nobody was ever on the copy that nobody has
        return row

    def _write(self, row: CopyRow, folder: Path) -> CopyRow:
        path = folder / _capsule_name(row.slip)
        if path.exists():
            raise Misuse("custody.capsule_exists", path=path)
        row, issued = self._issue(row)
        self._office.vault.write(_index_path(self._office, issued.cid), self._index.encode())
        manifest = self._manifest(row, issued)
        with _medium(row.medium, folder), replacing(path) as file:
            sealed = self._seal(file, manifest, issued)
            file.flush()
            os.fsync(file.fileno())
            file.seek(0)
            return self._commit(row, look_at(file).header_sha256, sealed, manifest)

    def _issue(self, row: CopyRow) -> tuple[CopyRow, Issued]:
        statement = self._request.statement
        people = (statement.requester, statement.carrier, statement.recipient)
        keys = [self._register.person(each) for each in people]
        policy = Policy(
            not_before=from_text(statement.not_before),
            not_after=from_text(statement.not_after),
            max_opens=statement.max_opens,
            approvals=RELEASE_APPROVALS,
            barred=frozenset(person.public_key.id for person in keys if person.key),
            kept_until=self._office.settings.kept_until(from_text(statement.not_after), due=from_text(statement.due)),
        )
        with self._office.ledger.transaction() as tx:
            issued = self._office.custodian.issue(tx, policy, statement.sealed_to)
            row = msgspec.structs.replace(row, cid=issued.cid)
            records.update_copy(tx.connection, row)
        return row, issued

    def _seal(self, file: BinaryIO, manifest: Manifest, issued: Issued) -> Sealed:
        recipient = sealed_to(self._register.person(self._request.statement.recipient))
        lock = Lock(recipient, Binding(issued.cid, issued.tid, issued.kid), issued.share)
        contents = [self._content(cut, stored) for cut in self._cuts for stored in cut.files]
        return seal(
            file,
            manifest,
            contents,
            [lock],
            signer=self._sealer,
            time=from_text(manifest.sealed_at),
            progress=self._progress,
        )

    def _content(self, cut: CutRecord, stored: CutFile) -> Content:
        path = stored_path(self._office, cut, stored)
        return Content(Entry(stored.name, stored.size, stored.crc32), lambda: self._office.vault.open(path))

    def _manifest(self, row: CopyRow, issued: Issued) -> Manifest:
        statement = self._request.statement
        files = [stored for cut in self._cuts for stored in cut.files]
        fields = [each for cut in self._cuts for each in cut.leaving]
        return Manifest(
            v=1,
            cid=issued.cid.hex(),
            slip=row.slip,
            purposes=[PurposeRef(id=cut.purpose, title=cut.title, digest=cut.purpose_sha256) for cut in self._cuts],
            controller=", ".join(sorted({cut.controller for cut in self._cuts})),
            recipient=self._register.person(statement.recipient).name,
            carrier=self._register.person(statement.carrier).name,
            files=[File(name=f.name, form=f.form, size=f.size, sha256=f.sha256, rows=f.rows) for f in files],
            fields=[FieldForm(file=each.file, name=each.name, kind=each.kind, form=each.form) for each in fields],
            people=self._index.people,
            unresolved=self._index.unresolved,
            index=self._index.digest().hex(),
            not_before=statement.not_before,
            not_after=statement.not_after,
            due=statement.due,
            max_opens=statement.max_opens,
            allow_save=statement.allow_save,
            sealed_at=to_text(self._office.ledger.time()),
            signer=self._sealer.public.line,
        )

    def _commit(self, row: CopyRow, header: bytes, sealed: Sealed, manifest: Manifest) -> CopyRow:
        """Bring the ticket to life and record the capsule's digests, while the file still waits for its name."""
        cid = bytes.fromhex(manifest.cid)
        record = CapsuleRecord(
            name=_capsule_name(row.slip),
            sha256=sealed.sha256.hex(),
            size=sealed.size,
            manifest_sha256=sealed.manifest_sha256.hex(),
            by=self._officer,
        )
        row = msgspec.structs.replace(row, capsule=record)
        with self._office.ledger.transaction() as tx:
            self._office.custodian.commit(tx, cid, header=header)
            records.update_copy(tx.connection, row)
            tx.append(
                "capsule.sealed",
                copy=manifest.cid,
                fields={
                    "request": self._request.id,
                    "slip": row.slip,
                    "capsule": record.sha256,
                    "size": record.size,
                    "manifest": record.manifest_sha256,
                    "index": manifest.index,
                    "people": manifest.people,
                    "header": header.hex(),
                    "sealed_to": hashlib.sha256(self._request.statement.sealed_to.encode()).hexdigest(),
                    "by": self._sealer.public.id,
                },
            )
        return row

    def _placed(self, row: CopyRow, folder: Path) -> CopyRow:
        """Read the capsule back from its place, and only then record the copy as sealed and held."""
        cid, capsule = sealed_parts(row)
        path = folder / capsule.name
        with _medium(row.medium, folder):
            unchanged = _sha256(path) == capsule.sha256
            write_found_label(folder, self._office.settings)
            capsule = write_openers(self._office, folder, capsule, medium=row.medium, one_file=self._one_file)
        if not unchanged:
            raise MediumError("custody.read_back_differs", medium=row.medium, path=path)
        with self._office.ledger.transaction() as tx:
            row = records.get_copy(tx.connection, row.slip)
            row = msgspec.structs.replace(row, copy=life.after(row.copy, life.Seal(self._officer)), capsule=capsule)
            records.update_copy(tx.connection, row)
            tx.append(
                "copy.written",
                copy=cid.hex(),
                fields={
                    "slip": row.slip,
                    "capsule": capsule.sha256,
                    "verify": "read-back",
                    "opener": capsule.opener,
                    **({"page": capsule.page.sha256} if capsule.page else {}),
                },
                details={"medium": row.medium, "holder": self._officer},
            )
        return row


def _check_folders(media: list[str], folders: Mapping[str, Path]) -> None:
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
def _medium(medium: str, folder: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise MediumError("custody.medium_failed", medium=medium, path=folder) from error


def _capsule_name(slip: str) -> str:
    return f"capsule-{slip}.age"


def _index_path(office: Office, cid: bytes) -> Path:
    return office.home.people / f"{cid.hex()}.age"


def _sha256(path: Path) -> str:
    with open_file(path) as file:
        os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)  # ask the medium, not what memory still holds
        return hashlib.file_digest(file, "sha256").hexdigest()
