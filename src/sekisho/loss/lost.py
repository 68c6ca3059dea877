"""Reporting a loss: by slip number alone, by anybody; the more who report may do, the more is done at once.

Nobody's key: every release of the copy is stopped, for good. A key officer's key: its share is destroyed, in the same
commit where both come at once. The report comes first and explanations later: what cannot be reported holds up nothing of
what can, and neither does what is left to finish of an older destruction.
"""

import contextlib
import sqlite3
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeVar

import msgspec

from sekisho.catalogue.words import Language, say
from sekisho.custodian.policy import TicketState
from sekisho.custody import copy as life
from sekisho.custody import records
from sekisho.custody.copy import State
from sekisho.custody.handing import sealed_parts
from sekisho.custody.office import Office
from sekisho.custody.records import CopyRow
from sekisho.custody.register import Role
from sekisho.errors import Busy, Misuse, NotFound, Refused, SekishoError, Unreadable
from sekisho.ledger.writer import Transaction, Trust
from sekisho.loss.incident.opening import open_incident
from sekisho.loss.incident.paging import page
from sekisho.signing.keys import SigningKey
from sekisho.sql import Connection, apart
from sekisho.store.database import translated

_OUTSIDE = frozenset({State.SEALED, State.OUT, State.OPENED})
_GONE = frozenset({State.CLOSED, State.CLOSED_LOST, State.CANCELLED})
_Done = TypeVar("_Done")
_NOTHING: Mapping[str, SekishoError] = {}


class Standing(StrEnum):
    """How far a copy that was reported lost is shut."""

    STOPPED = "stopped"
    BEGUN = "begun"
    DESTROYED = "destroyed"


class NotAll(Refused):
    """Some of what was named is reported, and some is not; it says why of each."""

    def __init__(self, stopped: Sequence[str], refused: Mapping[str, SekishoError]) -> None:
        super().__init__("loss.not_all", slips=" ".join(refused), stopped=" ".join(stopped))
        self._refused = refused

    def what(self, language: Language = "en") -> str:
        """Say what was reported, and of the rest why not."""
        why = [f"{name} ({refusal.what(language)})" for name, refusal in self._refused.items()]
        return say(f"errors/{self.key}", language, **self.values, refused=" ".join(why))


@dataclass(frozen=True, slots=True)
class Report:
    """What became of a report.

    Attributes:
        rows: the copies that are lost, and can be released no more.
        refused: what else was named → why it is not among them.
        incident: the number of the incident that they belong to; None where none could be opened, which the next command
            on incidents makes good.
    """

    rows: tuple[CopyRow, ...]
    refused: Mapping[str, SekishoError]
    incident: int | None = None

    @property
    def slips(self) -> list[str]:
        """The slip numbers of what is lost."""
        return [row.slip for row in self.rows]

    def must_be_whole(self) -> None:
        """Demand that nothing was refused.

        Raises:
            NotAll: some was, and some was not.
            SekishoError: the first refusal, where all was refused.
        """
        if self.refused and self.rows:
            raise NotAll(self.slips, self.refused)
        for refusal in self.refused.values():
            raise refusal


def slips_on(office: Office, medium: str) -> list[str]:
    """Return the slip numbers of every copy on a medium that can be lost: two sticks in one bag are two media.

    Raises:
        NotFound: there is none.
    """
    slips = [slip for slip in records.slips_on(office.ledger.connection, medium) if _can_be_lost(office, slip)]
    if not slips:
        raise NotFound("loss.no_copy_on", medium=medium)
    return slips


def beside(office: Office, slips: Sequence[str]) -> list[str]:
    """Return copies with every other one that is out on their media: a stick is lost with all that is on it."""
    found = dict.fromkeys(slips)
    for slip in slips:
        with contextlib.suppress(SekishoError):  # of a damaged record the report itself says why
            medium = records.get_copy(office.ledger.connection, slip).medium
            rows = (records.get_copy(office.ledger.connection, each) for each in slips_on(office, medium))
            found |= dict.fromkeys(row.slip for row in rows if row.copy.state in _OUTSIDE)
    return list(found)


def report_lost(office: Office, slips: Sequence[str], *, key_officer: SigningKey | None = None) -> list[CopyRow]:
    """Do as :func:`lose`, finish what was begun, and accept no refusal.

    Raises:
        Misuse, NotFound, Refused, Unreadable: as :meth:`Report.must_be_whole`; what could be reported is.
        MediumError: the disk refused to finish; all the same it is reported, and the next start goes on.
    """
    report = lose(office, slips, key_officer=key_officer)
    office.finish_destructions()
    report.must_be_whole()
    return list(report.rows)


def lose(
    office: Office,
    slips: Sequence[str],
    *,
    key_officer: SigningKey | None = None,
    refused: Mapping[str, SekishoError] = _NOTHING,
) -> Report:
    """Record that copies are lost and stop their releases; with a key officer's key, begin to destroy their shares.

    The same commit opens an incident, or joins the open one that has them; whatever keeps it from that undoes no stop. A copy reported before may be reported again, so that a key officer who comes later destroys what was only stopped.
    One that cannot be lost holds up none of the others.

    Args:
        office: the office.
        slips: the copies.
        key_officer: who destroys.
        refused: what else was named and could not be understood.

    Raises:
        Misuse: nothing is named.
        Refused: the key is no key officer's.
    """
    if not slips and not refused:
        raise Misuse("loss.nothing_named")
    if key_officer is not None:
        register = office.register
        register.require_role(register.owner(key_officer.public), Role.KEY_OFFICER)
    try:
        return _report(office, slips, key_officer, refused, to_incident=True)
    except sqlite3.Error:  # a disk so full that it takes the stop, but not what is around it
        return _report(office, slips, key_officer, refused, to_incident=False)


def _report(
    office: Office,
    slips: Sequence[str],
    key_officer: SigningKey | None,
    refused: Mapping[str, SekishoError],
    *,
    to_incident: bool,
) -> Report:
    rows, refusals, incident = list[CopyRow](), dict(refused), None
    new = list[str]()
    with office.ledger.transaction(Trust.STOPPING) as tx:
        for slip in dict.fromkeys(slips):
            try:
                was_lost = _is_lost(tx.connection, slip)
                with _alone(tx.connection):
                    row = _lose(office, tx, slip)
                    if key_officer is not None:
                        _destroy(office, tx, row, key_officer)
                rows.append(row)
                new += [] if was_lost else [slip]
            except SekishoError as refusal:
                refusals[slip] = refusal
        if rows and to_incident:
            incident = _to_incident(office, tx, [row.slip for row in rows], new)
    return Report(tuple(rows), refusals, incident)


def _to_incident(office: Office, tx: Transaction, slips: Sequence[str], new: Sequence[str]) -> int | None:
    """Have copies belong to an incident, and page who is on duty where one is newly lost; whatever fails, the stop stands."""
    incident = _if_possible(tx, lambda: open_incident(office.ledger, tx, slips))
    if incident is not None and new:
        _if_possible(tx, lambda: page(office, tx, incident))
    return incident


def _if_possible(tx: Transaction, do: Callable[[], _Done]) -> _Done | None:
    try:
        with apart(tx.connection):
            return do()
    except Exception:
        if not tx.connection.in_transaction:  # a full disk undid the stop too, which is made again alone
            raise
        return None


def finish_destroying(office: Office, slips: Sequence[str]) -> SekishoError | None:
    """Finish every destruction that was begun; return what holds up those of these copies, if anything does."""
    held_up: SekishoError | None = None
    try:
        with translated(office.home.database):
            office.finish_destructions()
    except SekishoError as error:
        held_up = error
    if Standing.BEGUN not in standing_of(office, slips).values():
        return None
    return held_up or Busy("store.busy", path=office.home.database)


def standing_of(office: Office, slips: Sequence[str]) -> dict[str, Standing]:
    """Return how far copies are shut; those that are not reported lost, or are damaged, are left out."""
    begun = office.destruction.unfinished()
    found = dict[str, Standing]()
    for slip in dict.fromkeys(slips):
        with contextlib.suppress(SekishoError):
            row = records.get_copy(office.ledger.connection, slip)
            if row.copy.state is State.LOST:
                found[slip] = _standing(office, row, begun)
    return found


def _standing(office: Office, row: CopyRow, begun: set[bytes]) -> Standing:
    cid, _ = sealed_parts(row)
    if cid in begun:
        return Standing.BEGUN
    states = {ticket.state for ticket in office.custodian.tickets(cid)}
    return Standing.DESTROYED if states == {TicketState.DESTROYED} else Standing.STOPPED


def _is_lost(connection: Connection, slip: str) -> bool:
    with contextlib.suppress(SekishoError):
        return records.get_copy(connection, slip).copy.state is State.LOST
    return False


def _can_be_lost(office: Office, slip: str) -> bool:
    try:
        row = records.get_copy(office.ledger.connection, slip)
    except Unreadable:
        return True  # nobody knows, and the report says so of this one
    return row.capsule is not None and row.copy.state not in _GONE


def _lose(office: Office, tx: Transaction, slip: str) -> CopyRow:
    row = records.get_copy(tx.connection, slip)
    if row.copy.state is State.LOST:
        return row
    sealed = row.copy
    if row.capsule and sealed.state is State.APPROVED:  # a kill, or a bad stick, came before its record
        sealed = life.after(sealed, life.Seal(row.capsule.by, row.cid.hex() if row.cid else ""))
    changed = msgspec.structs.replace(row, copy=life.after(sealed, life.Lose()))
    cid, _ = sealed_parts(row)
    records.update_copy(tx.connection, changed)
    tx.append("copy.lost", copy=cid.hex(), fields={"slip": slip})
    if any(ticket.state is not TicketState.DESTROYED for ticket in office.custodian.tickets(cid)):
        office.custodian.suspend(tx, cid, lost=True)
    return changed


def _destroy(office: Office, tx: Transaction, row: CopyRow, key_officer: SigningKey) -> None:
    cid, _ = sealed_parts(row)
    office.destruction.begin(tx, cid, reason="lost", keys=[key_officer.public.id])


@contextlib.contextmanager
def _alone(connection: Connection) -> Iterator[None]:
    """Undo the block alone, and not the transaction that it is a part of, where it fails."""
    connection.execute("SAVEPOINT alone")
    try:
        yield
    except SekishoError:
        connection.execute("ROLLBACK TO alone")
        raise
    finally:
        if connection.in_transaction:  # a disk that is full may have ended it
            connection.execute("RELEASE alone")
