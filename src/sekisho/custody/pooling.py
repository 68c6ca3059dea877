"""Tickets for a station that seals without the office, orders for it, and what it brings back.

Shares leave here before their capsules exist, so the leaf of a pool is durable first, a pool expires, and its tickets open
nothing until a commit brings them to life. A commit is believed only where everything in it can be checked: the officer's
signature, a ticket of a pool that nobody used, a copy that was approved, and the very manifest that was approved for it.
"""

import hashlib
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import BinaryIO, cast

import msgspec

from sekisho.age.filekey import Recipient
from sekisho.age.writer import encrypt
from sekisho.capsule.manifest import Manifest
from sekisho.clock import from_text, to_text
from sekisho.custodian import pool
from sekisho.custodian.pool import Pool
from sekisho.custody import copy as life
from sekisho.custody import records
from sekisho.custody.approved import RELEASE_APPROVALS, Approved, sealing_officer
from sekisho.custody.checking import stored_path, two_persons
from sekisho.custody.copy import State
from sekisho.custody.found_label import found_label
from sekisho.custody.office import Office
from sekisho.custody.ordered_openers import order_opener, ordered_pin
from sekisho.custody.records import CapsuleRecord, CopyRow
from sekisho.custody.register import DECIDERS
from sekisho.custody.sealing import capsule_name, index_path
from sekisho.custody.station_files import (
    ORDER,
    Beside,
    CommitStatement,
    CommittedCopy,
    Order,
    OrderedCopy,
    OrderedFile,
    PoolFile,
    PoolTicket,
    read_commit,
)
from sekisho.errors import MediumError, Misuse, NoKey, Refused, Unreadable
from sekisho.files import replacing
from sekisho.ledger.writer import Transaction
from sekisho.signing.keys import PublicKey, SigningKey

_BLOCK = 1 << 20
_NOBODY = bytes(16)


def issue_pool(
    office: Office,
    station: Recipient,
    path: Path,
    *,
    count: int,
    expires_at: datetime,
    keys: list[SigningKey],
) -> Pool:
    """Issue tickets to a station, in a file that only it opens; two persons decide.

    Raises:
        Refused: fewer than two who may, too many, it expires at once, or too few witnesses cosigned.
        Misuse: the file exists.
        MediumError: the disk refused; the tickets of the pool expire unused.
    """
    deciders = two_persons(office.register, [key.public for key in keys], *DECIDERS)
    if path.exists():
        raise Misuse("custody.station_file_exists", path=path)
    with office.ledger.transaction() as tx:
        made, tickets = pool.issue(
            office.custodian,
            tx,
            count=count,
            station=str(station),
            expires_at=expires_at,
            approvals=RELEASE_APPROVALS,
            keys=deciders.values(),
        )
    office.cosigning.cover(office.ledger.checkpoint().size - 1)  # no share leaves before witnesses have seen its leaf
    document = PoolFile(
        v=1,
        type="pool",
        pool=made.number,
        kid=office.custodian.kid.hex(),
        expires=to_text(made.expires_at),
        approvals=RELEASE_APPROVALS,
        tickets=[PoolTicket(cid=t.cid.hex(), tid=t.tid.hex(), share=t.share.hex()) for t in tickets],
    )
    with _to_station(office, path) as file, encrypt(file, [station]) as writer:
        writer.write(msgspec.json.encode(document))
    return made


def write_order(office: Office, number: int, station: Recipient, path: Path) -> Order:
    """Write what a station needs to seal an approved request, in a file that only it opens.

    Raises:
        Refused, NoKey, Unreadable: it may not be sealed, or is not what was approved.
        Misuse: the file exists.
        MediumError: the disk refused.
    """
    approved = Approved(office, number)
    rows = [row for row in records.copies(office.ledger.connection, number) if _is_free(row)]
    if not rows:
        raise Refused("custody.nothing_to_order", number=number)
    at = to_text(office.ledger.time())
    stored = [(cut, each) for cut in approved.cuts for each in cut.files]
    order = Order(
        v=1,
        type="order",
        request=number,
        kid=office.custodian.kid.hex(),
        sealed_to=approved.request.statement.sealed_to,
        copies=[
            OrderedCopy(
                slip=row.slip,
                medium=row.medium,
                manifest=approved.manifest(row.slip, _NOBODY, sealed_at=at, signer=office.ledger.key.name),
                opener=order_opener(office, row),
            )
            for row in rows
        ],
        files=[
            OrderedFile(name=each.name, entry=f"files/{place}", size=each.size, crc32=each.crc32)
            for place, (_, each) in enumerate(stored)
        ],
        beside=[Beside(name=name, text=text) for name, text in [found_label(office.settings)]],
    )
    with (
        _to_station(office, path) as file,
        encrypt(file, [station]) as writer,
        zipfile.ZipFile(cast("BinaryIO", writer), "w") as archive,
    ):
        archive.writestr(ORDER, msgspec.json.encode(order))
        for named, (cut, each) in zip(order.files, stored, strict=True):
            with (
                office.vault.open(stored_path(office, cut, each)) as source,
                archive.open(zipfile.ZipInfo(named.entry), "w", force_zip64=True) as entry,
            ):
                while block := source.read(_BLOCK):
                    entry.write(block)
    with office.ledger.transaction() as tx:
        tx.append(
            "pool.ordered",
            fields={
                "request": number,
                "slips": [row.slip for row in rows],
                "station": hashlib.sha256(str(station).encode()).hexdigest(),
            },
        )
    return order


def commit_from_station(office: Office, data: bytes) -> list[CopyRow]:
    """Bring the tickets of what a station sealed to life; all of a commit or nothing of it.

    Raises:
        Unreadable: it is no commit.
        NoKey: it was altered, or is of another custodian, or of tickets that are none of a pool.
        Refused: a ticket or a copy was used before, a ticket has expired, the officer may not seal, or what was sealed is
            not what was approved.
    """
    statement, key = read_commit(data)
    if statement.kid != office.custodian.kid.hex():
        raise NoKey("custody.other_custodian")
    officer = sealing_officer(office.register, key)
    approved = Approved(office, statement.request)
    rows = [_Committed(office, approved, statement, each).row() for each in statement.copies]
    if not rows or len({row.slip for row in rows}) != len(rows):
        raise Refused("custody.commit_twice", slip=rows[0].slip if rows else "-")
    for each in statement.copies:  # first, for what is written under a copy's id must not be another's
        pool.must_wait(office.ledger.connection, bytes.fromhex(each.cid), at=office.ledger.time())
    for each in statement.copies:
        # Before the commit, as when a copy is sealed here; one of a commit that then fails is overwritten by the next.
        office.vault.write(index_path(office, bytes.fromhex(each.cid)), approved.index.encode(), overwrite=True)
    with office.ledger.transaction() as tx:
        return [
            _Committed(office, approved, statement, each).bring_to_life(tx, officer=officer, key=key)
            for each in statement.copies
        ]


@dataclass(frozen=True, slots=True)
class _Committed:
    """One copy of a commit."""

    office: Office
    approved: Approved
    statement: CommitStatement
    copy: CommittedCopy

    def row(self) -> CopyRow:
        """Return the copy that it is of, or refuse it."""
        row = records.get_copy(self.office.ledger.connection, self.copy.slip)
        if row.request != self.statement.request:
            raise Refused("custody.content_changed", number=self.statement.request)
        if not _is_free(row):
            raise Refused("custody.commit_twice", slip=row.slip)
        recipients = [hashlib.sha256(self.approved.request.statement.sealed_to.encode()).hexdigest()]
        digest = hashlib.sha256(self._manifest_bytes()).hexdigest()
        if (
            self.copy.manifest != digest
            or self.copy.sealed_to != recipients
            or self.copy.name != capsule_name(row.slip)
        ):
            raise Refused("custody.content_changed", number=self.statement.request)
        self._pin()
        return row

    def _pin(self) -> str:
        """Return the number of the opener beside it, which is one that was ordered for it: another would be somebody's."""
        pin = ordered_pin(self.office.ledger.connection, self.copy.slip, self.copy.opener)
        if pin is None:
            raise Refused("custody.content_changed", number=self.statement.request)
        return pin

    def bring_to_life(self, tx: Transaction, *, officer: str, key: PublicKey) -> CopyRow:
        row = self.row()  # again, for what stands in the database now
        cid, header = bytes.fromhex(self.copy.cid), bytes.fromhex(self.copy.header)
        sealed_to = self.approved.request.statement.sealed_to
        pool.adopt(self.office.custodian, tx, cid, self.approved.policy(), recipient=sealed_to, header=header)
        capsule = CapsuleRecord(
            name=self.copy.name,
            sha256=self.copy.capsule,
            size=self.copy.size,
            manifest_sha256=self.copy.manifest,
            by=officer,
            opener=self.copy.opener,
            pin=self._pin(),
        )
        row = msgspec.structs.replace(row, cid=cid, copy=life.after(row.copy, life.Seal(officer, self.copy.cid)))
        manifest = self._manifest()
        row = self.approved.record_sealed(tx, row, capsule, header=header, manifest=manifest, by=key.id)
        tx.append(
            "copy.written",
            copy=self.copy.cid,
            fields={"slip": row.slip, "capsule": capsule.sha256, "verify": "station", "opener": capsule.opener},
            details={"medium": row.medium, "holder": officer},
        )
        return row

    def _manifest(self) -> Manifest:
        cid, at = bytes.fromhex(self.copy.cid), self.copy.sealed_at
        try:
            from_text(at)
        except ValueError:
            raise Unreadable("custody.no_station_file") from None
        return self.approved.manifest(self.copy.slip, cid, sealed_at=at, signer=self.statement.signer)

    def _manifest_bytes(self) -> bytes:
        return self._manifest().encode()


def pools(office: Office) -> list[Pool]:
    """Return the pools, oldest first."""
    return pool.all_of(office.ledger.connection)


def _is_free(row: CopyRow) -> bool:
    return row.copy.state is State.APPROVED and row.cid is None


@contextmanager
def _to_station(office: Office, path: Path) -> Iterator[BinaryIO]:
    office.note(path.parent)
    try:
        with replacing(path) as file:
            yield file
    except FileExistsError:
        raise Misuse("custody.station_file_exists", path=path) from None
    except OSError as error:
        raise MediumError("custody.station_disk", path=path) from error
