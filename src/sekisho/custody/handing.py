"""Handing over, erasing, finding: what happens to a copy between people, each step under two signatures."""

import hashlib
import os
from io import FileIO
from pathlib import Path

import msgspec

from sekisho.clock import to_text
from sekisho.custody import copy as life
from sekisho.custody import records
from sekisho.custody.assurance import must_do
from sekisho.custody.copy import State
from sekisho.custody.media_following import follow
from sekisho.custody.media_meeting import Reason, quarantine
from sekisho.custody.media_records import MediumState, media
from sekisho.custody.office import Office
from sekisho.custody.openers import check_page, erase_openers, overwrite
from sekisho.custody.records import CapsuleRecord, CopyRow
from sekisho.custody.register import Person
from sekisho.custody.signatures import Level
from sekisho.custody.statements import (
    ERASURE,
    FOUND,
    HANDOVER,
    ErasureStatement,
    FoundStatement,
    HandOverStatement,
)
from sekisho.errors import MediumError, Refused, Unreadable
from sekisho.files import NotAFile, open_file, sync_folder
from sekisho.ledger.writer import Transaction
from sekisho.signing.keys import SigningKey
from sekisho.signing.sshsig import sign

_METHOD = "overwritten and removed"


def hand_over(office: Office, slip: str, *, giver: SigningKey, receiver: SigningKey, place: str = "") -> CopyRow:
    """Hand a copy over at one table: both persons sign the same statement, and the holder changes in the commit that keeps it.

    Args:
        office: whose copy it is.
        slip: its slip number.
        giver: the key of who has it.
        receiver: the key of who takes it.
        place: where, as the approval names places; empty where that is not said.

    Raises:
        Refused: the giver does not hold it, the receiver is not named or on no contract chain, or both are one.
        NotFound: there is no such copy.
    """
    register = office.register
    gives, receives = register.owner(giver.public), register.owner(receiver.public)
    check_receiver(office, receives)
    event = life.HandOver(gives.id, receives.id, staff=register.is_staff(receives), place=place)
    with office.ledger.transaction() as tx:
        row = records.get_copy(tx.connection, slip)
        changed = msgspec.structs.replace(row, copy=life.after(row.copy, event))
        cid, capsule = sealed_parts(row)
        for person in (gives, receives):
            must_do(office, row, Level.L2, person=person.id)
        statement = HandOverStatement(
            v=1,
            type="handover",
            slip=slip,
            copy_id=cid.hex(),
            medium=row.medium,
            capsule=capsule.sha256,
            giver=gives.id,
            receiver=receives.id,
            at=to_text(tx.at),
            previous=last_entry(office, cid),
            place=place,
        )
        records.update_copy(tx.connection, changed)
        index = tx.append(
            "copy.handed_over",
            copy=cid.hex(),
            fields={
                "slip": slip,
                "statement": hashlib.sha256(statement.encode()).hexdigest(),
                "from": giver.public.id,
                "to": receiver.public.id,
                "previous": statement.previous,
                "levels": [Level.L2.value, Level.L2.value],
            },
            details={"giver": gives.id, "receiver": receives.id, **({"place": place} if place else {})},
        )
        signatures = [sign(key, statement.encode(), namespace=HANDOVER) for key in (giver, receiver)]
        records.add_signed(tx.connection, index, statement.encode(), signatures)
        digest = hashlib.sha256(statement.encode()).hexdigest()
        follow(tx, row.copy, changed, statement=digest, by=[giver.public.id, receiver.public.id])
    return changed


def erase(
    office: Office, slip: str, folder: Path, *, holder: SigningKey, witness: SigningKey, altered: bool = False
) -> CopyRow:
    """Erase a copy before a witness: overwrite and remove its file, then destroy its share, and close it.

    Overwriting a file on flash memory leaves old blocks behind; what makes them worthless is the destroyed share. A copy
    whose capsule was not found on the medium as it was sealed is recorded as erased but not verified, and is not closed: it
    can be erased again where it is, or be reported lost. What a kill interrupts goes on when it is done again.

    Args:
        office: whose copy it is.
        slip: its slip number.
        folder: where its medium is mounted.
        holder: the key of who holds it and erases it.
        witness: the key of who watches.
        altered: remove, from a medium that was lost and found, also what is not as it was sealed.

    Raises:
        Refused: not the holder, one person for both, or the medium holds another capsule under that name.
        Unreadable: what stands under that name is no file of its own.
        MediumError: the medium is not there, or failed.
    """
    register = office.register
    holds, watches = register.owner(holder.public), register.owner(witness.public)
    row = records.get_copy(office.ledger.connection, slip)
    life.after(row.copy, life.Erase(holds.id, watches.id))  # refused before anything is overwritten
    sealed_parts(row)
    if not folder.is_dir():
        raise MediumError("custody.no_medium", medium=row.medium, path=folder)
    verified = _erase_files(office, row, folder, altered=altered)
    with office.ledger.transaction() as tx:
        changed = record_erasure(tx, office, slip, holder=holder, witness=witness, method=_METHOD, verified=verified)
    office.finish_destructions()
    return changed


def record_erasure(
    tx: Transaction, office: Office, slip: str, *, holder: SigningKey, witness: SigningKey, method: str, verified: bool
) -> CopyRow:
    """Record that a copy was erased, by whatever means, and begin the destruction of its share, which the caller finishes.

    Args:
        tx: the transaction.
        office: whose copy it is.
        slip: its slip number.
        holder: the key of who holds it and erased it.
        witness: the key of who watched.
        method: how.
        verified: whether it was seen to be gone; then it is closed.

    Raises:
        Refused: not the holder, or one person for both.
    """
    holds, watches = office.register.owner(holder.public), office.register.owner(witness.public)
    row = records.get_copy(tx.connection, slip)
    cid, _ = sealed_parts(row)
    erased = life.after(row.copy, life.Erase(holds.id, watches.id, proven=verified))
    changed = msgspec.structs.replace(row, copy=life.after(erased, life.Close()) if verified else erased)
    records.update_copy(tx.connection, changed)
    statement = ErasureStatement(
        v=1,
        type="erasure",
        slip=slip,
        copy_id=cid.hex(),
        medium=row.medium,
        method=method,
        verified=verified,
        holder=holds.id,
        witness=watches.id,
        at=to_text(tx.at),
    )
    message, keys = statement.encode(), [holder.public.id, witness.public.id]
    digest = hashlib.sha256(message).hexdigest()
    index = tx.append(
        "copy.erased",
        copy=cid.hex(),
        fields={"slip": slip, "statement": digest, "verified": int(verified), "by": keys},
        details={"holder": holds.id, "witness": watches.id},
    )
    signatures = [sign(key, message, namespace=ERASURE) for key in (holder, witness)]
    records.add_signed(tx.connection, index, message, signatures)
    office.destruction.begin(tx, cid, reason="erased", keys=keys)
    follow(tx, row.copy, changed, statement=digest, by=keys, staff=office.register.is_staff(holds))
    if changed.copy.state is State.CLOSED:
        tx.append("copy.closed", copy=cid.hex(), fields={"slip": slip})
    return changed


def find(office: Office, slip: str, folder: Path, *, taker: SigningKey | None = None) -> tuple[CopyRow, bool]:
    """Record that a lost copy turned up; it stays dead. Return it, and whether its capsule is the one that was sealed.

    Its medium is kept apart: nobody knows who had it.

    Args:
        office: whose copy it is.
        slip: its slip number.
        folder: where its medium is mounted.
        taker: the key of the member of staff who takes it and holds it from then on; none: it is with whoever lost it.

    Raises:
        Refused: it was not lost, or the taker does not work for the office.
        Unreadable: what stands under its name is no file.
        MediumError: the medium cannot be read, or the capsule is not on it.
    """
    row = records.get_copy(office.ledger.connection, slip)
    event = _found_by(office, taker)
    life.after(row.copy, event)  # refused before anything is read
    cid, capsule = sealed_parts(row)
    identical = _compare(folder / capsule.name, row.medium, capsule)
    with office.ledger.transaction() as tx:
        row = records.get_copy(tx.connection, slip)
        seen = msgspec.structs.replace(capsule, erasing=False, overwritten=False)  # what is there now is what counts
        changed = msgspec.structs.replace(row, copy=life.after(row.copy, event), capsule=seen)
        records.update_copy(tx.connection, changed)
        keep_medium_apart(tx, row.medium)
        fields: dict[str, str | int] = {"slip": slip, "identical": int(identical)}
        if taker is None or event.by is None:
            tx.append("copy.found", copy=cid.hex(), fields=fields)
            return changed, identical
        statement = FoundStatement(
            v=1,
            type="found",
            slip=slip,
            copy_id=cid.hex(),
            medium=row.medium,
            capsule=capsule.sha256,
            identical=identical,
            holder=event.by,
            at=to_text(tx.at),
            previous=last_entry(office, cid),
        )
        fields |= {"statement": hashlib.sha256(statement.encode()).hexdigest(), "by": taker.public.id}
        index = tx.append("copy.found", copy=cid.hex(), fields=fields, details={"holder": event.by})
        records.add_signed(tx.connection, index, statement.encode(), [sign(taker, statement.encode(), namespace=FOUND)])
    return changed, identical


def check_receiver(office: Office, person: Person) -> None:
    """Refuse a receiver whom no contract chain admits today.

    Raises:
        Refused: just that.
    """
    office.register.chain(person, office.today())


def keep_medium_apart(tx: Transaction, label: str) -> None:
    """Put the medium of a label in quarantine, if the office has registered it and still uses it."""
    for medium in media(tx.connection):
        if medium.label == label and medium.state is not MediumState.RETIRED:
            quarantine(tx, medium, Reason.REPORTED)


def sealed_parts(row: CopyRow) -> tuple[bytes, CapsuleRecord]:
    """Return a copy's id and capsule.

    Raises:
        Refused: it is not sealed yet.
    """
    if row.cid is None or row.capsule is None:
        raise Refused("custody.not_sealed", slip=row.slip)
    return row.cid, row.capsule


def _found_by(office: Office, taker: SigningKey | None) -> life.Find:
    if taker is None:
        return life.Find()
    person = office.register.owner(taker.public)
    return life.Find(person.id, staff=office.register.is_staff(person))


def _compare(path: Path, medium: str, capsule: CapsuleRecord) -> bool:
    """Tell whether what is on a medium is the capsule that was sealed."""
    try:
        with open_file(path) as file:
            return _is_sealed(file, capsule)
    except NotAFile:
        raise Unreadable("capsule.not_a_file", path=path) from None
    except OSError as error:
        raise MediumError("custody.not_on_medium", medium=medium, path=path) from error


def _is_sealed(file: FileIO, capsule: CapsuleRecord) -> bool:
    """Compare a file with what was sealed; the size first, for a file of holes can be longer than any medium."""
    size = os.fstat(file.fileno()).st_size
    return size == capsule.size and hashlib.file_digest(file, "sha256").hexdigest() == capsule.sha256


def _erase_files(office: Office, row: CopyRow, folder: Path, *, altered: bool) -> bool:
    """Overwrite and remove a capsule and what opens it; true if they were that, now or before a kill, and are gone now."""
    _, capsule = sealed_parts(row)
    try:
        check_page(folder, capsule, altered=altered and row.copy.state is State.FOUND)
        verified = _erase_capsule(office, row, folder / capsule.name, altered=altered)
        gone = erase_openers(office, row, capsule, folder)
        sync_folder(folder)
    except NotAFile as error:
        raise Unreadable("capsule.not_a_file", path=error.filename or folder / capsule.name) from None
    except OSError as error:
        raise MediumError("custody.medium_failed", medium=row.medium, path=folder) from error
    return verified and gone


def _erase_capsule(office: Office, row: CopyRow, path: Path, *, altered: bool) -> bool:
    _, capsule = sealed_parts(row)
    try:
        with open_file(path, change=True) as file:
            size = os.fstat(file.fileno()).st_size
            genuine = _is_sealed(file, capsule) or (capsule.erasing and size == capsule.size)
            _may_go(row, path, genuine=genuine, altered=altered)
            if genuine:
                _mark(office, row.slip, erasing=True)
            overwrite(file, min(size, capsule.size), path)
        if genuine:
            _mark(office, row.slip, overwritten=True)
        path.unlink()
    except FileNotFoundError:
        return capsule.overwritten
    return genuine and not os.path.lexists(path)


def _may_go(row: CopyRow, path: Path, *, genuine: bool, altered: bool) -> None:
    """Refuse to touch what is not the capsule, unless it was found so and that is meant: it is evidence."""
    found = row.copy.state is State.FOUND
    if not genuine and not (found and altered):
        raise Refused("custody.found_altered" if found else "custody.another_capsule", path=path)


def _mark(office: Office, slip: str, **progress: bool) -> None:
    """Remember how far the erasing of a capsule is: after a kill, neither its content nor its absence would tell."""
    with office.ledger.transaction() as tx:
        row = records.get_copy(tx.connection, slip)
        _, capsule = sealed_parts(row)
        marked = msgspec.structs.replace(capsule, **progress)
        records.update_copy(tx.connection, msgspec.structs.replace(row, capsule=marked))


def last_entry(office: Office, cid: bytes) -> str:
    """Return the SHA-256 of the copy's last ledger entry, so that its chain can be followed without the whole log."""
    last = b""
    for entry in office.ledger.entries_of(cid.hex()):
        last = entry.body()
    return hashlib.sha256(last).hexdigest()
