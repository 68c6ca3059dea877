"""A record of law: what a statute, a rule or a contract asks for after a loss, as data that a lawyer can read and change.

Schema ``sekisho.obligations/0.1``. Every record has a mark that says how well it was checked, where, when and by whom; single
fields may have another mark. What a record leaves out and ``extends`` another for, it has from that one, by whole keys.
"""

import hashlib
from collections.abc import Mapping
from datetime import date
from typing import Annotated, Literal

import msgspec
import rfc8785
from msgspec import UNSET, UnsetType

from sekisho.loss.law.obligation import Mark

SCHEMA = "sekisho.obligations/0.1"

Status = Literal["in_force", "proposed", "enacted_not_in_force", "pending_change", "template"]
Role = Literal["controller", "processor", "covered_entity"]
Body = Literal["public", "private", "any"]
Count = Literal["day0", "day1", "hours"]
Roll = Literal["none", "jp_public_office_if_last_day_closed"]
Start = Literal[
    "known_by_any_unit",
    "controller_aware",
    "known",
    "aware",
    "discovery",
    "discovery_or_notified",
    "determination",
    "suspicion",
    "assessed_notifiable",
    "persons_notified",
    "end_of_calendar_year",
    "noticed_by_holder",
]

RecordId = Annotated[str, msgspec.Meta(pattern=r"^[a-z0-9][a-z0-9_-]*\Z", max_length=64)]
ExemptionId = Annotated[str, msgspec.Meta(pattern=r"^[A-Za-z0-9][A-Za-z0-9_-]*\Z", max_length=64)]
Name = Annotated[str, msgspec.Meta(pattern=r"^[A-Za-z0-9_]+\Z", max_length=80)]
Jurisdiction = Annotated[str, msgspec.Meta(pattern=r"^([A-Z]{2}(-[A-Z0-9]{1,3})?|any)\Z")]
Day = Annotated[str, msgspec.Meta(pattern=r"^[0-9]{4}-[0-9]{2}-[0-9]{2}\Z")]
Marked = Annotated[str, msgspec.Meta(pattern=r"^(V2|V|R|example)( \(.+\))?\Z")]
Line = Annotated[str, msgspec.Meta(min_length=1)]
Positive = Annotated[int, msgspec.Meta(ge=1, le=100_000)]


class _Part(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """A mapping of the file."""


class Text(_Part, frozen=True, kw_only=True):
    """Words for people, in both languages."""

    ja: Line
    en: Line


class AppliesTo(_Part, frozen=True, kw_only=True):
    """Whom a record binds.

    Attributes:
        role: as what the office handles the data; anybody, where none is named.
        body: public or private bodies.
    """

    role: tuple[Role, ...] = ()
    body: Body = "any"


class Trigger(_Part, frozen=True, kw_only=True):
    """When a record holds: every condition of ``all``, one of ``any``, none of ``unless``."""

    all: tuple[Line, ...] = ()
    any: tuple[Line, ...] = ()
    unless: tuple[Line, ...] = ()


class Limit(_Part, frozen=True, kw_only=True):
    """How long there is, in one unit; or in words, where the law gives no number."""

    hours: Positive | None = None
    days: Positive | None = None
    business_days: Positive | None = None
    text: Text | None = None


class LimitIf(_Part, frozen=True, kw_only=True):
    """Another limit where a condition holds; the first that does."""

    when: Line
    hours: Positive | None = None
    days: Positive | None = None
    business_days: Positive | None = None


class Clock(_Part, frozen=True, kw_only=True):
    """One stage of a record.

    Attributes:
        stage: its name within the record.
        recipient: who is told; several, where one message each is due.
        start: what starts it; nothing, where the limit is in words alone.
        limit: how long there is.
        limit_if: other limits.
        warn_day: the day from which it is due soon.
        last_day: the last day, where the law says only about how many.
        count: whether the day of the start is day 1, or not counted; hours are elapsed time.
        roll: what happens where the last day is closed.
        when: conditions that all have to hold beside the trigger.
        when_any: conditions of which one has to.
        small_agent_factor: by how much the limit is longer for a small agent.
        done_by: the fact that says when this was done.
        channel: how it is told.
        late_needs_reasons: whether reasons have to be given where it is late.
        phases_allowed: whether it may be told in phases.
        delay_allowed_for: what it may wait for.
    """

    stage: Name
    recipient: Line | tuple[Line, ...]
    start: Start | Literal[""] = ""
    limit: Limit
    limit_if: tuple[LimitIf, ...] = ()
    warn_day: Positive | None = None
    last_day: Positive | None = None
    count: Count | None = None
    roll: Roll = "none"
    when: tuple[Line, ...] = ()
    when_any: tuple[Line, ...] = ()
    small_agent_factor: Positive = 1
    done_by: Name | Literal[""] = ""
    channel: str = ""
    late_needs_reasons: bool = False
    phases_allowed: bool = False
    delay_allowed_for: tuple[Name, ...] = ()

    @property
    def recipients(self) -> str:
        """Return who is told, as one text."""
        return self.recipient if isinstance(self.recipient, str) else ", ".join(self.recipient)


class Recipient(_Part, frozen=True, kw_only=True):
    """Who is told, and how."""

    kind: Name
    name: str = ""
    channel: str = ""


class Contents(_Part, frozen=True, kw_only=True):
    """What a report has to hold.

    Attributes:
        set: the name of a list of items.
        person_set: of the list for what goes to the person.
        rule: what of it.
        fixed_headings: headings that the law prescribes.
    """

    set: Name | Literal[""] = ""
    person_set: Name | Literal[""] = ""
    rule: Text | None = None
    fixed_headings: tuple[Line, ...] = ()


class Substitute(_Part, frozen=True, kw_only=True):
    """What may stand instead of a notice to the person, and only when.

    Attributes:
        when: the condition, in the law's words.
        difficult_examples: what the authority names as difficult.
        by: what takes its place.
        days: for how long it has to stand.
    """

    when: Text | None = None
    difficult_examples: tuple[Name, ...] = ()
    by: tuple[Name, ...]
    days: Positive | None = None


class Exemption(_Part, frozen=True, kw_only=True):
    """A ground on which nothing need be told; it is never applied by a machine.

    Attributes:
        id: its name.
        title: what it is.
        law: where it stands.
        all: limbs that all have to be met.
        any_of: limbs of which one has to be.
        excluded_limbs: which limbs of the duty it takes away, in words.
        blocks_if: what stands against it: a flag; ``key_state_unknown`` means that nobody knows whether the key is safe.
        evidence: what is attached.
        frees: from what; from everything, where nothing is named.
        roles: who may rely on it; everybody, where none is named.
        note: what has to be said beside it.
        check: its mark.
        check_fields: the marks of single limbs.
        sources: where it was read.
    """

    id: ExemptionId = ""
    title: Text
    law: str = ""
    all: tuple[Name, ...] = ()
    any_of: tuple[Name, ...] = ()
    excluded_limbs: str = ""
    blocks_if: tuple[Name, ...] = ()
    evidence: tuple[Line, ...] = ()
    frees: tuple[Literal["report", "notice_to_person"], ...] = ()
    roles: tuple[Role, ...] = ()
    note: Text | None = None
    check: Marked
    check_fields: dict[str, Marked] = {}
    sources: tuple[Line, ...] = ()


class Hint(_Part, frozen=True, kw_only=True):
    """What a kind of data or event counts as, for whoever states a fact.

    Attributes:
        of: kinds of data, or a situation.
        counts: whether it counts; for a situation, as what.
        check: its mark.
        source: where it was read.
    """

    of: Text
    counts: bool | Text
    check: Marked
    source: str = ""


class Form(_Part, frozen=True, kw_only=True):
    """A record as its file has it; what is left out comes from the one that it extends."""

    id: RecordId
    extends: RecordId | UnsetType = UNSET
    title: Text | UnsetType = UNSET
    kind: Literal["statute", "contract"] | UnsetType = UNSET
    law: Line | UnsetType = UNSET
    jurisdiction: Jurisdiction | UnsetType = UNSET
    status: Status | UnsetType = UNSET
    effective_from: Day | UnsetType | None = UNSET
    effective_to: Day | UnsetType | None = UNSET
    zone: str | UnsetType = UNSET
    applies_to: AppliesTo | UnsetType = UNSET
    basis: Literal["occurred", "occurred_or_possible"] | UnsetType = UNSET
    trigger: Trigger | UnsetType = UNSET
    arises: Literal["at_start", "when_passed"] | UnsetType = UNSET
    clocks: tuple[Clock, ...] | UnsetType = UNSET
    recipient: Recipient | UnsetType | None = UNSET
    contents: Contents | UnsetType = UNSET
    exempt: tuple[ExemptionId, ...] | UnsetType = UNSET
    substitute: Substitute | UnsetType | None = UNSET
    keep_records_months: Positive | UnsetType | None = UNSET
    also: tuple[Text, ...] | UnsetType = UNSET
    notes: tuple[Text, ...] | UnsetType = UNSET
    pending: Text | UnsetType | None = UNSET
    check: Marked | UnsetType = UNSET
    check_fields: dict[str, Marked] | UnsetType = UNSET
    sources: tuple[Line, ...] | UnsetType = UNSET
    checked_on: Day | UnsetType = UNSET
    checked_by: Line | UnsetType = UNSET


class Record(_Part, frozen=True, kw_only=True):
    """A record of law, whole.

    Attributes:
        id: its name.
        title: what it asks for.
        kind: a statute, or a contract.
        law: where it stands.
        jurisdiction: whose law it is; ``any`` for contracts.
        status: whether it is in force.
        effective_from: ISO date of its first day; none where it is older than anything that will be looked at.
        effective_to: ISO date of its last day.
        zone: by whose clock those days begin; the office's own, where none is named.
        applies_to: whom it binds.
        basis: whether the possibility of a leak is enough.
        trigger: when it holds.
        arises: ``when_passed`` where a count that passes the threshold later starts the clock then.
        clocks: its stages.
        recipient: who is told, and how.
        contents: what a report has to hold.
        exempt: ids of exemptions.
        substitute: what may stand instead of a notice.
        keep_records_months: for how long records are kept.
        also: what the law asks beside, without a clock here.
        notes: what whoever acts on it has to know.
        pending: the change that is coming.
        check: its mark.
        check_fields: the marks of single fields, such as ``clocks.count`` or ``clocks[state]``.
        sources: where it was read.
        checked_on: ISO date.
        checked_by: who looked.
    """

    id: str
    title: Text
    kind: Literal["statute", "contract"] = "statute"
    law: str
    jurisdiction: str
    status: Status
    effective_from: str | None = None
    effective_to: str | None = None
    zone: str = ""
    applies_to: AppliesTo = AppliesTo()
    basis: Literal["occurred", "occurred_or_possible"] = "occurred"
    trigger: Trigger
    arises: Literal["at_start", "when_passed"] = "at_start"
    clocks: tuple[Clock, ...]
    recipient: Recipient | None = None
    contents: Contents = Contents()
    exempt: tuple[str, ...] = ()
    substitute: Substitute | None = None
    keep_records_months: int | None = None
    also: tuple[Text, ...] = ()
    notes: tuple[Text, ...] = ()
    pending: Text | None = None
    check: str
    check_fields: dict[str, str] = {}
    sources: tuple[str, ...] = ()
    checked_on: str
    checked_by: str

    @property
    def version(self) -> str:
        """Return the SHA-256 of its canonical JSON, 12 hexadecimal digits."""
        return digest_of(self)[:12]

    @property
    def live(self) -> bool:
        """Tell whether its status lets a clock run."""
        return self.status in ("in_force", "pending_change")

    def age(self, day: date) -> int:
        """Return for how many days nobody has checked it."""
        return (day - date.fromisoformat(self.checked_on)).days


def digest_of(part: msgspec.Struct) -> str:
    """Return the SHA-256 of a part's canonical JSON."""
    return hashlib.sha256(rfc8785.dumps(msgspec.to_builtins(part))).hexdigest()


def mark_of(marked: str) -> Mark:
    """Return the mark at the head of a ``check``."""
    return Mark(marked.split(" ", 1)[0])


_WEAKNESS = {Mark.READ: 0, Mark.SECONDARY: 1, Mark.MEMORY: 2, Mark.EXAMPLE: 3}


def weakest(*marks: Mark) -> Mark:
    """Return the weakest of several marks."""
    return max(marks, key=_WEAKNESS.__getitem__, default=Mark.READ)


def texts(text: Text) -> Mapping[str, str]:
    """Return words as language → text."""
    return {"ja": text.ja, "en": text.en}
