"""Erasing the personal values behind entries of the ledger, when their time is over; the entries and their proofs stay.

Two persons decide: what is erased names who held a copy, and nobody may make that disappear alone, or while the copy is
out. What statements were signed about it goes with it, for they name the same people; their digests stay in the entries.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from sekisho.custody import records
from sekisho.custody.checking import two_persons
from sekisho.custody.copy import State
from sekisho.custody.handing import sealed_parts
from sekisho.custody.office import Office
from sekisho.custody.records import CopyRow
from sekisho.custody.register import DECIDERS, Role
from sekisho.errors import Misuse, NotFound, Refused
from sekisho.ledger import personal
from sekisho.ledger.writer import Transaction
from sekisho.signing.keys import SigningKey

_OVER = frozenset({State.CLOSED, State.CANCELLED})
_OF_REQUESTS = frozenset({"copy.requested", "copy.approved", "pool.ordered"})
_LAW = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:-]{0,63}")


class Reason(StrEnum):
    """Why personal values are erased: a code, for what stands in the ledger stays."""

    RETENTION = "retention_over"
    REQUEST = "request"
    MISTAKE = "mistake"


@dataclass(frozen=True, slots=True, kw_only=True)
class Forgotten:
    """A personal value that was erased.

    Attributes:
        index: the entry that commits to it.
        field: which of its values.
        entry: the entry that says so.
    """

    index: int
    field: str
    entry: int


def forget_entry(
    office: Office, index: int, *, keys: Sequence[SigningKey], reason: Reason, law: str
) -> list[Forgotten]:
    """Erase every personal value of one entry, and the statement behind it.

    Args:
        office: whose ledger it is.
        index: the entry.
        keys: of two persons who decide.
        reason: why.
        law: the id of the rule that asks for it, such as ``appi-22``; no sentence.

    Raises:
        NotFound: it has none, or they are erased already.
        Refused: fewer than two who may, or the copy is not closed.
        Misuse: ``law`` is no id.
        MediumError: the disk refused a key; the values are deleted, and the next start goes on.
    """
    forgotten = _forget(office, [index], keys=keys, reason=reason, law=law)
    if not forgotten:
        raise NotFound("ledger.no_detail", index=index)
    return forgotten


def forget_copy(office: Office, slip: str, *, keys: Sequence[SigningKey], reason: Reason, law: str) -> list[Forgotten]:
    """Erase every personal value in the entries of a closed copy, and the statements behind them; raises likewise."""
    cid, _ = sealed_parts(records.get_copy(office.ledger.connection, slip))
    indices = [entry.index for entry in office.ledger.entries_of(cid.hex())]
    return _forget(office, indices, keys=keys, reason=reason, law=law)


def _forget(
    office: Office, indices: Sequence[int], *, keys: Sequence[SigningKey], reason: Reason, law: str
) -> list[Forgotten]:
    if not _LAW.fullmatch(law):
        raise Misuse("custody.no_law_id")
    two_persons(office.register, [key.public for key in keys], Role.PRIVACY_OFFICER, *DECIDERS)
    for index in indices:
        _must_be_over(office, index)
    with office.ledger.transaction() as tx:
        forgotten = [each for index in indices for each in _forget_one(tx, index, reason=reason, law=law)]
    office.finish_destructions()
    return forgotten


def _forget_one(tx: Transaction, index: int, *, reason: Reason, law: str) -> list[Forgotten]:
    records.remove_signed(tx.connection, index)
    return [
        Forgotten(index=index, field=name, entry=tx.erase(index, name, reason=reason.value, law=law))
        for name in personal.fields_of(tx.connection, index)
    ]


def _must_be_over(office: Office, index: int) -> None:
    """Refuse to erase who held a copy before it is closed."""
    entry, connection = next(office.ledger.entries(index), None), office.ledger.connection
    if entry is None:
        return
    rows, several = list[CopyRow](), entry.fields.get("copies")
    if entry.copy is not None:
        rows.append(records.copy_of_capsule(connection, bytes.fromhex(entry.copy)))
    elif isinstance(several, list):  # of a certificate
        rows.extend(records.copy_of_capsule(connection, bytes.fromhex(str(copy))) for copy in several)
    elif entry.type in _OF_REQUESTS:  # its copies have no id yet there: what it names is who was approved to have them
        rows.extend(records.copies(connection, int(str(entry.fields["request"]))))
    for row in rows:
        if row.copy.state not in _OVER:
            raise Refused("custody.not_over", slip=row.slip)
