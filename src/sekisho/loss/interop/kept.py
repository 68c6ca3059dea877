"""What the office keeps on an incident beside facts: computations of the law, decisions, assessments, drafts, statements, lists.

Read as they were written, whatever wrote them, so that what is handed on leaves out nothing that a newer part of the program
keeps; the reasons and texts behind their entries are those that the ledger has not forgotten.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass

from sekisho.clock import to_text
from sekisho.custody.office import Office
from sekisho.errors import Unreadable
from sekisho.ledger import store
from sekisho.ledger.entry import parse
from sekisho.loss.facts.fact import Facts, Visibility
from sekisho.loss.interop.audience import says_a_secret


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """A computation of the law.

    Attributes:
        run: its number.
        at: when.
        facts: the number of the newest fact that it was made from.
        record: of it.
        index: of the entry behind which its result stands; None where it says none.
        details: its result, as text.
    """

    run: int
    at: str
    facts: int
    record: Mapping[str, object]
    index: int | None
    details: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptRecord:
    """A decision, an assessment, a document, a statement, a list, or whatever is kept beside an entry.

    Attributes:
        kind: of it.
        n: its number within its kind.
        index: of its entry in the ledger.
        at: the time of the entry.
        record: what is kept.
        details: what stands behind the entry's commitments and was not erased: field → text.
    """

    kind: str
    n: int
    index: int
    at: str
    record: Mapping[str, object]
    details: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Kept:
    """Everything of an incident that is no fact."""

    runs: tuple[Run, ...] = ()
    records: tuple[KeptRecord, ...] = ()

    def kinds(self) -> list[str]:
        """Return which kinds of records there are."""
        return sorted({record.kind for record in self.records})

    def of(self, kind: str) -> list[KeptRecord]:
        """Return the records of a kind, in the order of their numbers."""
        return [record for record in self.records if record.kind == kind]

    def without(self, facts: Facts) -> "Kept":
        """Return what gives no secret fact away, in words or in the texts behind its entry."""
        runs = tuple(run for run in self.runs if not _says(facts, run.record, run.details))
        records = tuple(each for each in self.records if not _says(facts, each.record, each.details))
        return Kept(runs, records)

    def indices(self) -> set[int]:
        """Return the entries of everything that is kept."""
        of_runs = {run.index for run in self.runs if run.index is not None}
        return of_runs | {record.index for record in self.records}


def read_kept(office: Office, number: int) -> Kept:
    """Read everything that is kept on an incident.

    Raises:
        Unreadable: a record is damaged.
        LedgerBroken: the entry of one is no leaf.
    """
    connection = office.ledger.connection
    runs = connection.execute(
        "SELECT run, at, facts, record FROM computation WHERE incident = ? ORDER BY run", (number,)
    ).fetchall()
    rows = connection.execute(
        "SELECT kind, n, idx, record FROM incident_record WHERE incident = ? ORDER BY kind, n", (number,)
    ).fetchall()
    return Kept(
        runs=tuple(_run(office, int(run), at, int(facts), _read(text)) for run, at, facts, text in runs),
        records=tuple(
            KeptRecord(
                kind=kind,
                n=int(n),
                index=int(index),
                at=_time_of(office, int(index)),
                record=_read(text),
                details=office.ledger.details(int(index)),
            )
            for kind, n, index, text in rows
        ),
    )


def _run(office: Office, run: int, at: str, facts: int, record: Mapping[str, object]) -> Run:
    index = record.get("index")
    if not isinstance(index, int):
        return Run(run=run, at=at, facts=facts, record=record, index=None, details={})
    return Run(run=run, at=at, facts=facts, record=record, index=index, details=office.ledger.details(index))


def _says(facts: Facts, record: Mapping[str, object], details: Mapping[str, str]) -> bool:
    secret = {fact.key for fact in facts.stated if fact.visibility >= Visibility.SECRET}
    texts = [json.dumps(record, ensure_ascii=False), *details.values()]
    return any(says_a_secret(text, facts) or any(key in text for key in secret) for text in texts)


def _time_of(office: Office, index: int) -> str:
    body = store.body(office.ledger.connection, index)
    if body is None:
        raise Unreadable("custody.damaged_record")
    return to_text(parse(body, index=index).at)


def _read(text: str) -> Mapping[str, object]:
    try:
        record = json.loads(text)
    except ValueError:
        raise Unreadable("custody.damaged_record") from None
    return record if isinstance(record, dict) else {"value": record}
