"""What a purpose would let out, as values: for a program as they are, for a person in words that the caller has."""

from dataclasses import dataclass
from datetime import date

from sekisho.cut.columns import key_columns
from sekisho.cut.parts import Expect, LegalBasis, Profile
from sekisho.cut.plan import Plan


@dataclass(frozen=True, slots=True, kw_only=True)
class Leaving:
    """One field that would leave.

    Attributes:
        field: its name.
        source: the column it is made of; empty for what is made of none.
        kind: the kind that its data still is.
        form: the form, as approvers sign it.
        why: what for.
    """

    field: str
    source: str
    kind: str
    form: str
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """A column that does not leave, and its kind; empty where nothing says it."""

    column: str
    kind: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Joined:
    """A source that is looked up."""

    source: str
    on: str
    to: str
    where: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
    """A purpose that may be carried out, as far as it can be told before it is.

    Attributes:
        id: its id.
        title: its title.
        controller: whose data it is.
        recipient: who would get it.
        contract: under which contract; perhaps empty.
        not_after: the last day.
        profile: in which shape.
        legal_basis: under which law.
        contact: whether people will be telephoned, written to or visited.
        source: the source whose rows are cut.
        where: which of them; empty for all.
        joins: what is looked up.
        expect: how many rows are no surprise.
        table: the file that would be written; empty for the profiles ``answer`` and ``test-data``, whose files have names of
            their own.
        leaves: what would leave, field by field; for the profile ``answer`` the token and the answer.
        question: the one question, Japanese and English, for the profile ``answer``.
        answers: its answers.
        selects: columns that say which rows leave or which answer is given: who is among them can be told.
        stays: every other column.
        unused: kinds that the purpose allows and no field needs.
    """

    id: str
    title: str
    controller: str
    recipient: str
    contract: str
    not_after: date
    profile: Profile
    legal_basis: LegalBasis
    contact: bool
    source: str
    where: str
    joins: tuple[Joined, ...]
    expect: Expect | None
    table: str
    leaves: tuple[Leaving, ...]
    question: tuple[str, str] | None
    answers: tuple[tuple[str, str], ...]
    selects: tuple[Column, ...]
    stays: tuple[Column, ...]
    unused: tuple[str, ...]


def explain(plan: Plan) -> Explanation:
    """Return what a plan would let out."""
    purpose, head, query = plan.purpose, plan.purpose.purpose, plan.purpose.query
    leaves = tuple(_leaving(plan))
    selects = tuple(Column(column=name, kind=kind.id if kind else "") for name, kind in plan.selects)
    asked = {each.column for each in selects}
    return Explanation(
        id=head.id,
        title=head.title,
        controller=head.controller.name,
        recipient=head.recipient.id,
        contract=head.recipient.contract,
        not_after=head.not_after,
        profile=head.profile,
        legal_basis=head.basis,
        contact=head.contact,
        source=purpose.rows.source,
        where=purpose.rows.where,
        joins=tuple(Joined(source=j.source, on=j.on, to=j.to, where=j.where) for j in purpose.rows.join),
        expect=purpose.rows.expect,
        table=purpose.table_name if plan.fields else "",
        leaves=leaves,
        question=(query.ja, query.en) if query else None,
        answers=tuple((each.ja, each.en) for each in query.answer) if query else (),
        selects=selects,
        stays=tuple(Column(column=n, kind=k.id if k else "") for n, k in plan.dropped if n not in asked),
        unused=_unused(head.kinds, leaves) if leaves else (),
    )


def _unused(kinds: list[str], leaves: tuple[Leaving, ...]) -> tuple[str, ...]:
    needed = {each.kind for each in leaves}
    return tuple(kind for kind in kinds if kind not in needed)


def _leaving(plan: Plan) -> list[Leaving]:
    query = plan.purpose.query
    if query is None:
        return [
            Leaving(
                field=each.field.out,
                source=each.field.source,
                kind=each.kind.id,
                form=each.field.form,
                why=each.field.why,
            )
            for each in plan.fields
        ]
    why, asked_by = plan.purpose.purpose.title, ", ".join(key_columns(plan.purpose))
    return [
        Leaving(field=query.ja, source=asked_by, kind="lookup_token", form="token", why=why),
        Leaving(field=query.ja, source="", kind=query.kind, form="answer", why=why),
    ]
