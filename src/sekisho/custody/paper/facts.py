"""What a form says, before anybody chose how it looks: the facts of a head, and those of its rows.

Each form has a head and rows of fixed types; which of their fields are printed, in which order and under which words, is
the office's choice (:mod:`sekisho.custody.paper.mapping`). A field that is ``None`` or empty is printed blank, to be filled
in by hand. Every head and row names the ledger entries behind it, so that a reader can ask the ledger about each line.
The same structs are the form as JSON.
"""

from datetime import date, datetime
from typing import ClassVar, Literal

import msgspec


class Facts(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A head or a row.

    Attributes:
        entries: the ledger entries behind it, by index.
        CODES: the fields whose values the catalogue may have words for: ``paper.FIELD.VALUE``.
        KINDS: the fields that hold ids of kinds of data.
        STATED: the fields that hold what leaves as a request states it, ``file: field (kind, form)``.
        INLINE: the lists that stand in one line.
        FISCAL: the fields that hold a fiscal year, which begins on 1 April.
    """

    CODES: ClassVar[frozenset[str]] = frozenset()
    KINDS: ClassVar[frozenset[str]] = frozenset()
    STATED: ClassVar[frozenset[str]] = frozenset()
    INLINE: ClassVar[frozenset[str]] = frozenset()
    FISCAL: ClassVar[frozenset[str]] = frozenset()

    entries: tuple[int, ...] = ()


class Nothing(Facts, frozen=True, kw_only=True):
    """The head, or the rows, of a form that has none."""


class MediumRow(Facts, frozen=True, kw_only=True):
    """A medium of the office, as the ledger of media lists it."""

    CODES = frozenset({"state"})

    number: str = ""
    label: str = ""
    registered_on: date | None = None
    product: str = ""
    serial: str = ""
    capacity: str = ""
    section: str = ""
    probed: bool | None = None
    state: Literal["", "in_store", "issued", "quarantine", "retired"] = ""
    retired_on: date | None = None
    remarks: str = ""


class SectionRow(Facts, frozen=True, kw_only=True):
    """The media of one product that a section holds."""

    INLINE = frozenset({"labels"})

    section: str = ""
    product: str = ""
    count: int | None = None
    in_store: int | None = None
    issued: int | None = None
    quarantine: int | None = None
    labels: tuple[str, ...] = ()


class HoldingsHead(Facts, frozen=True, kw_only=True):
    """Of what day the holdings are, and how many there are together."""

    day: date | None = None
    count: int | None = None


class CarryOutHead(Facts, frozen=True, kw_only=True):
    """A request for copies that leave the office."""

    KINDS = frozenset({"kinds"})
    STATED = frozenset({"data"})
    INLINE = frozenset({"kinds", "media"})
    FISCAL = frozenset({"fiscal_year"})

    number: str = ""
    applied_on: date | None = None
    applicant: str = ""
    ground: tuple[str, ...] = ()
    data: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    people: int | None = None
    my_number: bool | None = None
    unavoidable: str = ""
    legal_basis: str = ""
    period_from: datetime | None = None
    period_until: datetime | None = None
    due: datetime | None = None
    fiscal_year: int | None = None
    within_fiscal_year: bool | None = None
    destination: str = ""
    carrier: str = ""
    carrier_chain: tuple[str, ...] = ()
    recipient: str = ""
    recipient_chain: tuple[str, ...] = ()
    media: tuple[str, ...] = ()
    copies: int | None = None
    max_opens: int | None = None
    may_save: bool | None = None


class ApprovalRow(Facts, frozen=True, kw_only=True):
    """Who approved a request."""

    CODES = frozenset({"roles"})

    person: str = ""
    roles: tuple[str, ...] = ()
    approved_at: datetime | None = None


class LendingRow(Facts, frozen=True, kw_only=True):
    """A copy that left the office, and how it came back."""

    CODES = frozenset({"copy_state"})

    out_at: datetime | None = None
    medium: str = ""
    slip: str = ""
    user: str = ""
    official: str = ""
    purpose: str = ""
    permission: str = ""
    permitted_by: tuple[str, ...] = ()
    used_at: datetime | None = None
    opens: int | None = None
    due: datetime | None = None
    returned_at: datetime | None = None
    erased: bool | None = None
    erased_at: datetime | None = None
    checker: str = ""
    copy_state: str = ""


class NoticeHead(Facts, frozen=True, kw_only=True):
    """That a medium was registered, or is used no more."""

    CODES = frozenset({"notice"})

    notice: Literal["", "registered", "retired"] = ""
    number: str = ""
    label: str = ""
    product: str = ""
    serial: str = ""
    section: str = ""
    on: date | None = None
    reason: str = ""
    method: str = ""
    witness: str = ""


class ErasureHead(Facts, frozen=True, kw_only=True):
    """The erasure of a medium or of what was on it, with the fields that NIST SP 800-88 asks of a certificate."""

    CODES = frozenset(
        {
            "media_type", "sanitization", "method", "manner", "verification", "result", "why", "weakest", "destination",
            "backup", "operator_roles", "witness_roles",
        }
    )  # fmt: skip
    KINDS = frozenset({"category_before"})
    INLINE = frozenset({"category_before", "operator_roles", "witness_roles"})

    certificate: str = ""
    manufacturer: str = ""
    product: str = ""
    serial: str = ""
    number: str = ""
    label: str = ""
    media_type: str = ""
    capacity: str = ""
    source: str = ""
    category_before: tuple[str, ...] = ()
    sanitization: str = ""
    method: str = ""
    manner: str = ""
    tool: str = ""
    verification: str = ""
    result: str = ""
    why: str = ""
    openings: int | None = None
    weakest: str = ""
    category_after: str = ""
    destination: str = ""
    backup: str = ""
    at: datetime | None = None
    place: str = ""
    operator: str = ""
    operator_roles: tuple[str, ...] = ()
    operator_contact: str = ""
    witness: str = ""
    witness_roles: tuple[str, ...] = ()
    witness_contact: str = ""


class ErasedRow(Facts, frozen=True, kw_only=True):
    """A copy that was erased with a medium."""

    slip: str = ""
    copy: str = ""
    capsule: str = ""
    opens: int | None = None
    share_destroyed_at: datetime | None = None


class ContractHead(Facts, frozen=True, kw_only=True):
    """A contract, and the one under which it is."""

    contract: str = ""
    company: str = ""
    parent: str = ""
    parent_company: str = ""
    tier: int | None = None
    starts: date | None = None
    ends: date | None = None
    work: str = ""
    reason: str = ""
    place: str = ""
    measures: str = ""


class WorkerRow(Facts, frozen=True, kw_only=True):
    """A person whom a contract names."""

    number: int | None = None
    person: str = ""
    person_id: str = ""
    employer: str = ""
    part: str = ""
    signs: bool | None = None
    opens_capsules: bool | None = None
    starts: date | None = None
    ends: date | None = None


class BreachHead(Facts, frozen=True, kw_only=True):
    """A draft that tells a contractor that persons outside the contract had to do with copies."""

    contract: str = ""
    company: str = ""
    on: date | None = None
    seen: int | None = None
    asks: str = ""
    answer_by: date | None = None


class BreachRow(Facts, frozen=True, kw_only=True):
    """A person who had to do with a copy and whom no contract admitted."""

    CODES = frozenset({"part"})

    at: datetime | None = None
    slip: str = ""
    part: str = ""
    person: str = ""
    employer: str = ""


class SlipHead(Facts, frozen=True, kw_only=True):
    """What goes with a copy: whom to call, what it is called, when it is due."""

    slip: str = ""
    medium: str = ""
    number: str = ""
    giver: str = ""
    carrier: str = ""
    recipient: str = ""
    destination: str = ""
    not_before: datetime | None = None
    not_after: datetime | None = None
    due: datetime | None = None
    max_opens: int | None = None
    opener: str = ""
    capsule: str = ""


class OpeningHead(Facts, frozen=True, kw_only=True):
    """The opening number of a copy, for its recipient alone."""

    slip: str = ""
    recipient: str = ""
    not_after: datetime | None = None
    pin: str = ""


class LabelRow(Facts, frozen=True, kw_only=True):
    """What a finder reads on a medium.

    Attributes:
        number: its registration number with a check character.
        label: what the office calls it.
        address: where the finder may tell of it, with the code that is on no other label; empty where the office has no page.
        code: that code, as people read it.
    """

    number: str = ""
    label: str = ""
    address: str = ""
    code: str = ""


class OfficeFacts(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Whose form it is.

    Attributes:
        name: of the office.
        phone: answered at night too.
        zone: IANA time zone of the times on its forms.
    """

    name: str
    phone: str
    zone: str


class LedgerFacts(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The state of the ledger from which a form was filled.

    Attributes:
        origin: its name.
        size: how many entries it had; every index on the form is below it.
        root: root hash of its newest checkpoint, in hex; empty for a blank form.
    """

    origin: str
    size: int
    root: str = ""


class Form(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A form, filled or blank.

    Attributes:
        form: which; the name of its mapping.
        office: whose.
        ledger: from which state of which ledger.
        at: when it was filled; the only time that its PDF bears.
        blank: whether it is printed to be filled in by hand, and entered when the office works again.
        head: what it says once.
        rows: what it lists.
    """

    form: str
    office: OfficeFacts
    ledger: LedgerFacts
    at: datetime
    blank: bool = False
    head: Facts = Nothing()
    rows: tuple[Facts, ...] = ()


KINDS: dict[str, tuple[type[Facts], type[Facts]]] = {
    "media-ledger": (Nothing, MediumRow),
    "holdings-report": (HoldingsHead, SectionRow),
    "carry-out": (CarryOutHead, ApprovalRow),
    "lending-book": (Nothing, LendingRow),
    "medium-notice": (NoticeHead, Nothing),
    "erasure": (ErasureHead, ErasedRow),
    "erasure-record": (ErasureHead, ErasedRow),
    "contract": (ContractHead, WorkerRow),
    "breach-notice": (BreachHead, BreachRow),
    "slip": (SlipHead, Nothing),
    "opening-number": (OpeningHead, Nothing),
    "label": (Nothing, LabelRow),
}
"""The kinds of facts there are: of what type the head is, and the rows. Several forms may print one kind."""
