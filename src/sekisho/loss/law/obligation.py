"""What a law asks for after a loss: the result of holding facts against records of law. Values alone.

An obligation never vanishes: one that no longer holds is void, with what changed. An exemption is never applied here: it is
likely, with the evidence for each limb, until a named person decides.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum


class ObligationState(StrEnum):
    """Where an obligation stands.

    ``listed`` is what a record would ask for that is not in force, proposed, or a template: nobody has to do anything, no clock
    runs, and nothing waits for it.
    """

    OPEN = "open"
    DUE_SOON = "due_soon"
    NEEDS_REVIEW = "needs_review"
    LIKELY_EXEMPT = "likely_exempt"
    EXEMPT_DECIDED = "exempt_decided"
    DONE = "done"
    DONE_LATE = "done_late"
    LATE = "late"
    VOID = "void"
    LISTED = "listed"


class Mark(StrEnum):
    """How well a record, or a field of it, was checked.

    Attributes:
        READ: at the source.
        SECONDARY: in a secondary or partial source.
        MEMORY: from memory; shown as an earliest reading.
        EXAMPLE: an example value, no law.
    """

    READ = "V"
    SECONDARY = "V2"
    MEMORY = "R"
    EXAMPLE = "example"


@dataclass(frozen=True, slots=True, kw_only=True)
class Limb:
    """One condition of an exemption, with what was found for it.

    Attributes:
        exemption: id of the exemption.
        limb: what must hold.
        met: whether the evidence carries it; None where nobody knows.
        evidence: what is attached: file names, leaves, fact keys.
        gap: text id of what has to be said honestly beside it; empty where nothing has.
        mark: how well the wording was checked.
        group: limbs of one group: one of them is enough; empty where it has to hold by itself.
        stands: whether an open answer, with its evidence and its gap shown, may still be put before a person as likely.
    """

    exemption: str
    limb: str
    met: bool | None
    evidence: tuple[str, ...]
    gap: str
    mark: Mark
    group: str = ""
    stands: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Obligation:
    """One stage of one record of law.

    Attributes:
        rule: id of the record.
        version: of the record: the SHA-256 of its canonical JSON, 12 hexadecimal digits.
        stage: of its clocks, such as ``preliminary``.
        recipient: who is told.
        status: of the record: ``in_force``, ``proposed``, ``enacted_not_in_force``, ``pending_change``, ``template``.
        state: where it stands.
        start_key: the fact that starts its clock.
        start: when that was; None while nobody knows.
        due: the last moment in time; None where the law gives no number of days or hours.
        due_words: the text of a limit that is no number, or of one beside a number: language → text.
        warn: from when on it is ``due_soon``.
        basis: how the date was counted: language → text.
        why: which facts made it hold, each ``persons 460517 > 100``.
        unknown: keys of facts that have to be known first.
        mark: the weakest mark of what the date rests on.
        sources: of the record.
        checked_on: ISO date on which the record was last checked.
        limbs: of its exemptions, where one is likely or was looked at.
        contents: ids of what the report has to hold.
        notes: of the record: what it asks beside, each language → text.
        title: of the record: language → text.
        law: where it stands.
        jurisdiction: whose law it is.
        roles: whom it binds; anybody, where none is named.
        exemption: id of the exemption that is likely or was decided on.
        warnings: what has to be said beside it wherever it shows: an old record, a rule not in force, an earliest reading.
    """

    rule: str
    version: str
    stage: str
    recipient: str
    status: str
    state: ObligationState
    start_key: str
    start: datetime | None
    due: datetime | None
    due_words: Mapping[str, str]
    warn: datetime | None
    basis: Mapping[str, str]
    why: tuple[str, ...]
    unknown: tuple[str, ...]
    mark: Mark
    sources: tuple[str, ...]
    checked_on: str
    limbs: tuple[Limb, ...] = ()
    contents: tuple[str, ...] = ()
    notes: tuple[Mapping[str, str], ...] = ()
    title: Mapping[str, str] = field(default_factory=dict)
    law: str = ""
    jurisdiction: str = ""
    roles: tuple[str, ...] = ()
    exemption: str = ""
    warnings: tuple[Mapping[str, str], ...] = ()
