"""What a cut's record says: from the plan, and from what the run counted."""

import hashlib
from dataclasses import dataclass, field

from sekisho.custody.cut_record import SELECT, CutField, CutFile, CutJoin, CutRecord
from sekisho.custody.law_of_rows import checklist, cut_check
from sekisho.cut.law.findings import Finding
from sekisho.cut.plan import Plan
from sekisho.cut.purpose import Purpose
from sekisho.cut.risk.reported import RiskReport
from sekisho.cut.run import Counters
from sekisho.cut.test_data.shape import TableShape
from sekisho.people.index import Index


@dataclass(frozen=True, slots=True)
class Made:
    """What a run gave: the files, what was counted and found, and who is in it."""

    files: list[CutFile]
    counters: Counters
    index: Index
    unanswerable: int = 0
    undecided: int = 0
    fields: list[CutField] = field(default_factory=list)
    findings: tuple[Finding, ...] = ()
    risk: RiskReport | None = None


def table_name(purpose: Purpose) -> str:
    """Return the name of the table that a purpose of profile ``rows`` writes."""
    return purpose.output.name or f"{purpose.purpose.id}.csv"


def record_of(cut_id: str, plan: Plan, text: str, made: Made, *, bytes_in: int, made_at: str) -> CutRecord:
    """Return the record of a cut.

    Args:
        cut_id: its id.
        plan: what was carried out.
        text: the purpose file.
        made: what the run gave.
        bytes_in: size of the source files.
        made_at: when, RFC 3339.
    """
    head = plan.purpose.purpose
    return CutRecord(
        id=cut_id,
        purpose=head.id,
        title=head.title,
        purpose_sha256=hashlib.sha256(text.encode()).hexdigest(),
        controller=head.controller.name,
        recipient=head.recipient.id,
        contract=head.recipient.contract,
        profile=head.profile,
        ends=head.not_after.isoformat(),
        made_at=made_at,
        files=made.files,
        fields=made.fields
        or [*_leaving(plan, made.files[0].name, made.counters), *_selecting(plan, made.files[0].name)],
        joins=[
            CutJoin(
                source=each.source,
                rows=each.rows,
                unmatched=each.unmatched,
                partners=each.partners,
                unclaimed=each.unclaimed,
            )
            for each in made.counters.joins
        ],
        dropped=[] if made.fields else [column for column, _ in plan.dropped],
        rows_in=made.counters.rows_in,
        rows_out=made.counters.rows_out,
        bytes_in=bytes_in,
        people=made.index.people,
        unresolved=made.index.unresolved,
        unanswerable=made.unanswerable,
        undecided=made.undecided,
        index_sha256=made.index.digest().hex(),
        subject=plan.main.subject.said,
        risk=made.risk,
        checks=[cut_check(finding) for finding in checklist(plan.purpose, text, made.findings)],
    ).bound()


def invented_fields(shape: TableShape, file: str, why: str) -> list[CutField]:
    """Return the columns of a table of invented people, as fields of a record."""
    return [
        CutField(
            file=file,
            name=column.label,
            kind=column.kind or "other",
            form="test.words" if column.words else "test.data",
            why=why,
        )
        for column in shape.columns
    ]


def _selecting(plan: Plan, file: str) -> list[CutField]:
    why = plan.purpose.purpose.title
    return [
        CutField(file=file, name=column, kind=kind.id if kind else "", form=SELECT, why=why)
        for column, kind in plan.selects
    ]


def _leaving(plan: Plan, file: str, counters: Counters) -> list[CutField]:
    query = plan.purpose.query
    if query:
        why = plan.purpose.purpose.title
        return [
            CutField(file=file, name=query.ja, kind="lookup_token", form="token", why=why),
            CutField(file=file, name=query.ja, kind=query.kind, form="answer", why=why),
        ]
    return [
        CutField(
            file=file,
            name=each.field.out,
            kind=each.kind.id,
            form=each.field.form,
            why=each.field.why,
            unreadable=counters.unreadable[each.field.out],
            unreadable_rows=counters.unreadable_rows[each.field.out],
            replaced=counters.replaced[each.field.out],
            private=counters.private[each.field.out],
        )
        for each in plan.fields
    ]
