"""The channel plan: by which way each segment is told, how many that reaches, and what it costs, before anything is printed.

Publication and the desk replace a notice only for people who cannot be reached; that a letter costs much is no reason (APPI
art. 26 (2), guideline 3-5-4-5: 本人への通知が困難な場合). Who is protected is told by one named officer, at a counter; the dead
are told nothing, and their families find the desk. A plan is one thing, and is approved as a whole.
"""

import hashlib
from collections.abc import Iterator, Sequence
from enum import StrEnum
from typing import Protocol

import msgspec

from sekisho.clock import to_text
from sekisho.custody.checking import two_persons
from sekisho.custody.incident_records import add_record, records_of
from sekisho.custody.office import Office
from sekisho.loss.affected.people import People
from sekisho.loss.affected.segments import Group, Segment, Segments, people_in, segments_of
from sekisho.loss.who import SHOWERS
from sekisho.signing.keys import SigningKey

_KIND = "plan"
_WHOLE = 1000  # thousandths of a share


class Channel(StrEnum):
    """A way to tell people."""

    LETTER = "letter"
    EMAIL = "email"
    SMS = "sms"
    COUNTER = "counter"
    PUBLICATION = "publication"
    DESK = "desk"


class LegalRole(StrEnum):
    """What telling people in a way is before the law.

    Attributes:
        NOTICE: the notice that it asks for.
        SUBSTITUTE: instead of one, where nobody can be reached.
        EXTRA: neither; to help.
    """

    NOTICE = "notice"
    SUBSTITUTE = "substitute"
    EXTRA = "extra"


class UnitCosts(Protocol):
    """What a channel costs for one person: ``[costs]`` of ``incident.toml``."""

    @property
    def currency(self) -> str:
        """ISO 4217."""
        ...

    @property
    def letter(self) -> int:
        """Of a letter."""
        ...

    @property
    def email(self) -> int:
        """Of a mail."""
        ...

    @property
    def sms(self) -> int:
        """Of a message."""
        ...


class Planned(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One way for one segment.

    Attributes:
        segment: its id; ``unresolved`` for rows nobody could be told for.
        channel: the way.
        role: what that is before the law.
        people: how many it is for.
        deliverable: thousandths of them for whom there is an address, number or mail address; None where nobody has looked.
        unit: cost for one.
        total: cost for all whom it reaches.
    """

    segment: str
    channel: Channel
    role: LegalRole
    people: int
    deliverable: int | None
    unit: int
    total: int


class ChannelPlan(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The whole plan.

    Attributes:
        lines: the ways, segment after segment.
        currency: of the costs.
        people: persons in all segments.
        unresolved: rows nobody could be told for.
    """

    lines: tuple[Planned, ...]
    currency: str
    people: int
    unresolved: int

    @property
    def total(self) -> int:
        """What it costs together."""
        return sum(line.total for line in self.lines)

    @property
    def sha256(self) -> str:
        """Its digest: what is approved."""
        return hashlib.sha256(msgspec.json.encode(self, order="deterministic")).hexdigest()


class Approved(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An approval of a plan.

    Attributes:
        at: when.
        plan: the plan.
        sha256: its digest.
        by: ids of the keys of those who approved.
    """

    at: str
    plan: ChannelPlan
    sha256: str
    by: tuple[str, ...]


def plan_of(people: People, costs: UnitCosts) -> ChannelPlan:
    """Return the plan for people of whom is known what is known."""
    segments = segments_of(people.found.index, people.flags, at_least=people.found.at_least)
    lines = [line for segment in segments.segments for line in _lines(segment, people, costs)]
    return ChannelPlan(
        lines=(*lines, *_of_rows(segments)),
        currency=costs.currency,
        people=segments.people,
        unresolved=segments.unresolved,
    )


def approve_plan(office: Office, number: int, plan: ChannelPlan, *, keys: Sequence[SigningKey]) -> Approved:
    """Record that two persons approve a plan as a whole.

    Raises:
        Refused: fewer than two, or one who may not.
    """
    by = two_persons(office.register, [key.public for key in keys], *SHOWERS)
    with office.ledger.transaction() as tx:
        approved = Approved(at=to_text(tx.at), plan=plan, sha256=plan.sha256, by=tuple(sorted(by.values())))
        fields: dict[str, str | int | list[str]] = {
            "incident": number,
            "plan": approved.sha256,
            "people": plan.people,
            "total": plan.total,
            "currency": plan.currency,
            "by": list(approved.by),
        }
        add_record(tx.connection, number, _KIND, tx.append("plan.approved", fields=fields), approved)
    return approved


def approved_plan(office: Office, number: int) -> Approved | None:
    """Return the plan that was approved last, if any was."""
    found = records_of(office.ledger.connection, number, _KIND, Approved)
    return found[-1][2] if found else None


def _lines(segment: Segment, people: People, costs: UnitCosts) -> Iterator[Planned]:
    match segment.group:
        case Group.PROTECTED:
            yield _line(segment, Channel.COUNTER, LegalRole.NOTICE, segment.people, 0)
        case Group.DECEASED:
            yield _line(segment, Channel.DESK, LegalRole.EXTRA, segment.people, 0)
        case Group.UNREACHABLE:
            yield from _by_other_ways(segment, people, costs)
        case Group.MINORS | Group.OTHERS:
            reached = segment.people if people.flags.are_addresses_known else None
            yield _line(segment, Channel.LETTER, LegalRole.NOTICE, segment.people, costs.letter, reached=reached)


def _by_other_ways(segment: Segment, people: People, costs: UnitCosts) -> Iterator[Planned]:
    """Yield the ways to people without an address: mail, then telephone; only who has neither is told by publication."""
    left = people_in(people.found.index, people.flags, segment)
    for channel, having, unit in (
        (Channel.EMAIL, people.flags.mailed, costs.email),
        (Channel.SMS, people.flags.phoned, costs.sms),
    ):
        reached = left & having
        if reached:
            yield _line(segment, channel, LegalRole.NOTICE, len(reached), unit, reached=len(reached))
        left = left - having
    if left:
        yield _line(segment, Channel.PUBLICATION, LegalRole.SUBSTITUTE, len(left), 0)
        yield _line(segment, Channel.DESK, LegalRole.SUBSTITUTE, len(left), 0)


def _of_rows(segments: Segments) -> Iterator[Planned]:
    """Yield the ways to whoever may stand on rows that could not be told."""
    if segments.unresolved:
        for channel in (Channel.PUBLICATION, Channel.DESK):
            yield Planned(
                segment="unresolved",
                channel=channel,
                role=LegalRole.SUBSTITUTE,
                people=segments.unresolved,
                deliverable=None,
                unit=0,
                total=0,
            )


def _line(
    segment: Segment, channel: Channel, role: LegalRole, people: int, unit: int, *, reached: int | None = None
) -> Planned:
    return Planned(
        segment=segment.id,
        channel=channel,
        role=role,
        people=people,
        deliverable=None if reached is None else reached * _WHOLE // people,
        unit=unit,
        total=unit * (people if reached is None else reached),
    )
