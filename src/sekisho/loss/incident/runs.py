"""What was computed, run by run: none is overwritten, so that it can be told what was due as it was known on any day.

A result names facts ("persons 460517 > 100"), so it lies encrypted behind the entry of the run that it was new in; a later
run with the same result points there.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import msgspec

from sekisho.clock import from_text, to_text
from sekisho.custody import incident_records
from sekisho.custody.incident_records import ComputationRow
from sekisho.custody.office import Office
from sekisho.errors import NotFound, Unreadable
from sekisho.ledger.reader import Reader
from sekisho.ledger.writer import Transaction
from sekisho.loss.law.obligation import Obligation, ObligationState

_DETAIL = "obligations"


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """One computation.

    Attributes:
        n: its number within the incident, from 1.
        at: when.
        facts: the number of the newest fact that it knew.
        pack: digest of the law that it used.
        obligations: what came out.
    """

    n: int
    at: datetime
    facts: int
    pack: str
    obligations: tuple[Obligation, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What one run says otherwise than an earlier one.

    Attributes:
        rule: id of the record.
        stage: of its clocks.
        before: where it stood; None where it was not there.
        after: where it stands.
        due_before: when it was due.
        due_after: when it is due.
        why: which facts make it so now.
    """

    rule: str
    stage: str
    before: ObligationState | None
    after: ObligationState
    due_before: datetime | None
    due_after: datetime | None
    why: tuple[str, ...]


class _Row(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A run in the database: which entry its result stands behind."""

    index: int
    pack: str


def runs_of(office: Office, number: int) -> list[Run]:
    """Return every run of an incident, oldest first."""
    rows = incident_records.computations(office.ledger.connection, number)
    return [_run(office.ledger, row) for row in rows]


def newest_run(office: Office, number: int) -> Run | None:
    """Return the last run of an incident, if there was any."""
    rows = incident_records.computations(office.ledger.connection, number)
    return _run(office.ledger, rows[-1]) if rows else None


def run_of(office: Office, number: int, n: int) -> Run:
    """Return one run.

    Raises:
        NotFound: there is none of that number.
    """
    for row in incident_records.computations(office.ledger.connection, number):
        if row.run == n:
            return _run(office.ledger, row)
    raise NotFound("loss.no_such_run", run=n, incident=number)


def keep_run(
    ledger: Reader, tx: Transaction, number: int, obligations: Sequence[Obligation], *, facts: int, pack: str
) -> Run:
    """Keep a run inside a transaction; an entry of the ledger says so where it came out otherwise than the one before."""
    rows = incident_records.computations(tx.connection, number)
    n, text = len(rows) + 1, encode(obligations)
    last = msgspec.json.decode(rows[-1].record, type=_Row) if rows else None
    if last is not None and last.pack == pack and _text(ledger, last.index) == text:
        if rows[-1].facts == facts:
            return _run(ledger, rows[-1])
        index = last.index
    else:
        index = tx.append(
            "law.computed",
            fields={"incident": number, "run": n, "facts": facts, "pack": pack},
            details={_DETAIL: text},
        )
    record = msgspec.json.encode(_Row(index=index, pack=pack)).decode()
    row = ComputationRow(run=n, facts=facts, at=to_text(tx.at), record=record)
    incident_records.add_computation(tx.connection, number, row)
    return Run(n=n, at=tx.at, facts=facts, pack=pack, obligations=tuple(obligations))


def changes(before: Sequence[Obligation], after: Sequence[Obligation]) -> list[Change]:
    """Return what came out otherwise, and why; an obligation may become void, none may be missing."""
    earlier = {(each.rule, each.stage): each for each in before}
    found = []
    for each in after:
        old = earlier.get((each.rule, each.stage))
        if old is None or (old.state, old.due) != (each.state, each.due):
            found.append(
                Change(
                    rule=each.rule,
                    stage=each.stage,
                    before=old.state if old else None,
                    after=each.state,
                    due_before=old.due if old else None,
                    due_after=each.due,
                    why=each.why,
                )
            )
    return found


def encode(obligations: Sequence[Obligation]) -> str:
    """Return obligations as JSON, one spelling for equal ones."""
    return msgspec.json.encode(list(obligations), enc_hook=_plain, order="deterministic").decode()


def _plain(value: object) -> object:
    """Turn what is read-only into what JSON knows."""
    if isinstance(value, Mapping):
        return dict(value)
    raise NotImplementedError


def _run(ledger: Reader, row: ComputationRow) -> Run:
    try:
        kept = msgspec.json.decode(row.record, type=_Row)
        found = msgspec.json.decode(_text(ledger, kept.index), type=tuple[Obligation, ...])
    except msgspec.DecodeError:
        raise Unreadable("custody.damaged_record") from None
    return Run(n=row.run, at=from_text(row.at), facts=row.facts, pack=kept.pack, obligations=found)


def _text(ledger: Reader, index: int) -> str:
    return next((each.value for each in ledger.disclosed(index) if each.field == _DETAIL), "[]")
