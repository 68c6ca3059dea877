"""Which alarms are due: a pure function of the clock, of where copies and media stand, and of what was fired before.

What somebody has to do by some time is a task: to take a copy over, to erase it where it was read, to bring it back. A task that
is not done climbs a ladder:

    2 h before    who carries or holds the copy
    due           and who asked for it
    1 h after     and the supervisor
    close of day  and the security officer; after hours nobody waits for it
    24 h after    "treat it as lost?"
    72 h after    its releases are suspended, where the office's policy says so

A loss that was reported is above all of them: whoever is on duty is told at once, and again every quarter of an hour for a day,
until one of them acknowledges it.

Each rung of a cause fires once. After a time in which nobody looked, every rung that was missed fires, the highest first.
Who acknowledges one stops it and those below; the ones above still come, until the task is done.
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import IntEnum, StrEnum

from sekisho.clock import to_text
from sekisho.custody.calendar import Calendar

NOTHING = "-"
"""What stands in a cause where there is neither slip nor medium."""


class Task(StrEnum):
    """What has to be done."""

    HAND_OVER = "hand_over"
    OFFER = "offer"
    WINDOW = "window"
    ERASE = "erase"
    RETURN = "return"
    DISPOSE = "dispose"
    CERTIFICATE = "certificate"
    LENDING = "lending"
    OUTSIDE = "outside"
    SILENCE = "silence"
    LOSS = "loss"
    HELD = "held"
    FLOOD = "flood"


class Rung(IntEnum):
    """How far a task that is not done has climbed."""

    BEFORE = 1
    DUE = 2
    SUPERVISOR = 3
    OFFICER = 4
    TREAT_AS_LOST = 5
    SUSPEND = 6
    LOST = 7


class Part(StrEnum):
    """Which part a person has in a task."""

    CARRIER = "carrier"
    HOLDER = "holder"
    RECIPIENT = "recipient"
    OWNER = "owner"
    APPROVER = "approver"
    SUPERVISOR = "supervisor"
    SECURITY_OFFICER = "security_officer"


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """An offer that waits for its acceptance: who gives, who should take, until when."""

    giver: str
    receiver: str
    until: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class CopyFacts:
    """What is known of a copy.

    Attributes:
        slip: its slip number.
        copy: its id in hex.
        state: the value of its :class:`~sekisho.custody.copy.State`.
        requester: who asked for it, and answers for it as its owner.
        carrier: who may take it out.
        recipient: who may open it.
        holder: who has it; empty for nobody.
        approvers: who approved it.
        not_before: when its window begins.
        not_after: when it ends.
        due: when it is due back.
        since: when the office first looked at it in this state.
        offer: what waits for acceptance.
        certified: whether the certificate of its erasure is there.
        outside: who has or should have it, and is on no chain of contracts any more.
    """

    slip: str
    copy: str
    state: str
    requester: str
    carrier: str
    recipient: str
    holder: str = ""
    approvers: tuple[str, ...] = ()
    not_before: datetime
    not_after: datetime
    due: datetime
    since: datetime
    offer: Offer | None = None
    certified: bool = True
    outside: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class MediumFacts:
    """A medium that is lent out.

    Attributes:
        number: its registration number, which stands on it; what people call it may be somebody's name, and stays here.
        since: when the office first saw it lent.
    """

    number: str
    since: datetime


PAGES = frozenset({Task.LOSS, Task.HELD, Task.FLOOD})
"""What whoever is on duty is told at once, and again: a loss, a report that waits for them, more reports than can be true."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LossFacts:
    """A loss that was reported, or something like it, and that nobody on duty has acknowledged.

    Attributes:
        task: which of :data:`PAGES`.
        subject: the incident's number, a slip number, or nothing.
        since: when it was reported last.
        people: who was told.
    """

    task: Task = Task.LOSS
    subject: str
    since: datetime
    people: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """All that alarms follow from.

    Attributes:
        copies: every copy that may still ask for something.
        media: every medium that is lent out.
        losses: every loss that nobody has acknowledged.
        supervisors: who is told as the supervisor; where there is none, a copy's recipient is.
        security_officers: who is told as the security officer; where there is none, a copy's approvers are.
        last_run: when alarms were looked at last; None before the first time.
        fired: cause and rung of every alarm that was fired.
        acknowledged: cause → the highest rung that somebody acknowledged.
    """

    copies: tuple[CopyFacts, ...] = ()
    media: tuple[MediumFacts, ...] = ()
    losses: tuple[LossFacts, ...] = ()
    supervisors: tuple[str, ...] = ()
    security_officers: tuple[str, ...] = ()
    last_run: datetime | None = None
    fired: Collection[tuple[str, Rung]] = frozenset()
    acknowledged: Mapping[str, Rung] = field(default_factory=dict)


_TOLD: Mapping[Rung, tuple[Part, ...]] = {
    Rung.BEFORE: (Part.CARRIER, Part.HOLDER),
    Rung.DUE: (Part.CARRIER, Part.HOLDER, Part.OWNER),
    Rung.SUPERVISOR: (Part.SUPERVISOR, Part.CARRIER, Part.HOLDER, Part.OWNER),
    Rung.OFFICER: (Part.SECURITY_OFFICER, Part.SUPERVISOR, Part.OWNER),
    Rung.TREAT_AS_LOST: (Part.SECURITY_OFFICER, Part.OWNER, Part.SUPERVISOR, Part.CARRIER, Part.HOLDER),
    Rung.SUSPEND: (Part.SECURITY_OFFICER, Part.OWNER, Part.SUPERVISOR, Part.CARRIER, Part.HOLDER, Part.RECIPIENT),
    Rung.LOST: (Part.SECURITY_OFFICER,),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """The ladder as an office wants it.

    Attributes:
        before: how long before a task is due it is called to mind.
        supervisor: how long after it the supervisor is told.
        treat_as_lost: how long after it the office is asked whether the copy is lost.
        suspend: how long after it releases are suspended by themselves; None for never.
        page_again: how long after a page that nobody acknowledged the next one goes out.
        silence: after how long without a look at alarms that is an alarm itself.
        heartbeat: how often the ledger says that somebody looks.
        told: who is told at each rung.
    """

    before: timedelta = timedelta(hours=2)
    supervisor: timedelta = timedelta(hours=1)
    treat_as_lost: timedelta = timedelta(hours=24)
    suspend: timedelta | None = None
    page_again: timedelta = timedelta(minutes=15)
    silence: timedelta = timedelta(minutes=15)
    heartbeat: timedelta = timedelta(hours=1)
    told: Mapping[Rung, tuple[Part, ...]] = field(default_factory=lambda: _TOLD)


@dataclass(frozen=True, slots=True, kw_only=True)
class DueTask:
    """A task that is not done yet.

    Attributes:
        task: which.
        subject: the slip number of its copy, the number of its medium, or empty.
        copy: the id of its copy in hex; empty where it has none.
        due: until when.
        rungs: which rungs it may climb.
        people: who has which part in it.
    """

    task: Task
    subject: str
    copy: str = ""
    due: datetime
    rungs: frozenset[Rung]
    people: Mapping[Part, tuple[str, ...]]

    @property
    def cause(self) -> str:
        """What tells it from every other task, for good: another deadline is another cause."""
        return "/".join((self.task, self.subject or NOTHING, to_text(self.due)))


@dataclass(frozen=True, slots=True, kw_only=True)
class Alarm:
    """A rung that has to fire.

    Attributes:
        task: of what.
        rung: how high.
        at: since when.
        to: the ids of the persons who are told, each once.
    """

    task: DueTask
    rung: Rung
    at: datetime
    to: tuple[str, ...]

    @property
    def cause(self) -> str:
        """The task's cause."""
        return self.task.cause


LONGEST_PAGING = timedelta(days=1)
"""For how long a loss that nobody acknowledges is told again."""

_REMINDED = frozenset({Rung.BEFORE, Rung.DUE})
_AFTER = frozenset({Rung.DUE, Rung.SUPERVISOR, Rung.OFFICER})
_OUTSIDE = _AFTER | {Rung.TREAT_AS_LOST, Rung.SUSPEND}


def due_alarms(now: datetime, facts: Facts, policy: Policy, calendar: Calendar) -> list[Alarm]:
    """Return the alarms that have to fire now, the highest rung first, among equals the oldest."""
    found = [
        Alarm(task=task, rung=rung, at=at, to=_told(task, policy.told[rung]))
        for task in open_tasks(now, facts, policy, calendar)
        for rung, at in rungs_of(task, policy, calendar)
        if at <= now and (task.cause, rung) not in facts.fired and rung > facts.acknowledged.get(task.cause, 0)
    ]
    return sorted(found, key=lambda alarm: (-alarm.rung, alarm.at, alarm.cause))


def rungs_of(task: DueTask, policy: Policy, calendar: Calendar) -> Iterator[tuple[Rung, datetime]]:
    """Yield when each rung of a task fires, from the lowest to the highest."""
    supervisor = task.due + policy.supervisor
    moments: dict[Rung, datetime | None] = {
        Rung.BEFORE: task.due - policy.before,
        Rung.DUE: task.due,
        Rung.SUPERVISOR: supervisor,
        Rung.OFFICER: max(supervisor, calendar.still_open_until(task.due) or supervisor),
        Rung.TREAT_AS_LOST: task.due + policy.treat_as_lost,
        Rung.SUSPEND: None if policy.suspend is None else task.due + policy.suspend,
        Rung.LOST: task.due,
    }
    for rung, moment in moments.items():
        if rung in task.rungs and moment is not None:
            yield rung, moment


def open_tasks(now: datetime, facts: Facts, policy: Policy, calendar: Calendar) -> Iterator[DueTask]:
    """Yield every task that is not done, whether it is due yet or not."""
    for copy in facts.copies:
        yield from _of_copy(now, copy, facts, calendar)
    officers = {Part.SECURITY_OFFICER: facts.security_officers, Part.OWNER: facts.security_officers}
    for medium in facts.media:
        end = calendar.end_of_fiscal_year(medium.since)
        yield DueTask(task=Task.LENDING, subject=medium.number, due=end, rungs=_AFTER, people=officers)
    for loss in facts.losses:
        yield from _of_loss(now, loss, policy)
    if facts.last_run is not None and now - facts.last_run > policy.silence:
        silent = facts.last_run + policy.silence
        yield DueTask(task=Task.SILENCE, subject="", due=silent, rungs=frozenset({Rung.DUE}), people=officers)


def _of_loss(now: datetime, loss: LossFacts, policy: Policy) -> Iterator[DueTask]:
    """Yield the page that is due now; those that were missed while nobody looked are not made up for."""
    gone = min(now - loss.since, LONGEST_PAGING)
    due = loss.since + gone // policy.page_again * policy.page_again
    people = {Part.SECURITY_OFFICER: loss.people}
    yield DueTask(task=loss.task, subject=loss.subject, due=due, rungs=frozenset({Rung.LOST}), people=people)


def page_of(task: Task, subject: str, people: tuple[str, ...], *, at: datetime) -> Alarm:
    """Return the first page of a loss, which goes out with the report itself."""
    (due,) = _of_loss(at, LossFacts(task=task, subject=subject, since=at, people=people), Policy())
    return Alarm(task=due, rung=Rung.LOST, at=at, to=people)


def _of_copy(now: datetime, copy: CopyFacts, facts: Facts, calendar: Calendar) -> Iterator[DueTask]:
    people = _people(copy, facts)

    def task(
        task: Task, due: datetime, rungs: frozenset[Rung], people: Mapping[Part, tuple[str, ...]] = people
    ) -> DueTask:
        return DueTask(task=task, subject=copy.slip, copy=copy.copy, due=due, rungs=rungs, people=people)

    if copy.offer is not None:
        pair = {Part.CARRIER: (copy.offer.receiver,), Part.HOLDER: (copy.offer.giver,), Part.OWNER: (copy.requester,)}
        yield task(Task.OFFER, copy.offer.until, _REMINDED, pair)
    if copy.outside:
        at_the_office = {Part.OWNER: (copy.requester, *people[Part.SECURITY_OFFICER])}
        yield task(Task.OUTSIDE, copy.since, frozenset({Rung.DUE}), at_the_office)
    match copy.state:
        case "sealed" if now < copy.not_after:
            yield task(Task.HAND_OVER, copy.not_before, frozenset({Rung.DUE, Rung.SUPERVISOR}))
        case "sealed":
            yield task(Task.DISPOSE, calendar.end_of_next_working_day(copy.not_after), _AFTER)
        case "out" | "opened":
            yield task(Task.WINDOW, copy.not_after, _REMINDED, {Part.CARRIER: (copy.recipient,)})
            yield task(Task.ERASE, copy.not_after, _OUTSIDE)
            yield task(Task.RETURN, copy.due, _OUTSIDE | {Rung.BEFORE})
        case "erased":
            yield task(Task.RETURN, copy.due, _OUTSIDE | {Rung.BEFORE})
        case "returned" | "found":
            yield task(Task.DISPOSE, calendar.end_of_next_working_day(copy.since), _AFTER)
        case "closed" if not copy.certified:
            yield task(Task.CERTIFICATE, calendar.end_of_next_working_day(copy.since), _AFTER)


def _people(copy: CopyFacts, facts: Facts) -> Mapping[Part, tuple[str, ...]]:
    return {
        Part.CARRIER: (copy.carrier,) if copy.state in {"sealed", "out", "opened", "erased"} else (),
        Part.HOLDER: (copy.holder,) if copy.holder else (),
        Part.RECIPIENT: (copy.recipient,),
        Part.OWNER: (copy.requester,),
        Part.APPROVER: copy.approvers,
        Part.SUPERVISOR: facts.supervisors or (copy.recipient,),
        Part.SECURITY_OFFICER: facts.security_officers or copy.approvers,
    }


def _told(task: DueTask, parts: tuple[Part, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(person for part in parts for person in task.people.get(part, ())))
