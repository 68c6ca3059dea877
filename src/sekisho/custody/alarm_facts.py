"""What alarms follow from, read out of the office's tables."""

from collections.abc import Iterator
from datetime import date, datetime

from sekisho.clock import from_text
from sekisho.custody import alarm_records, certificate_records, incident_records, jobs, media_records, records
from sekisho.custody.alarm_policy import AlarmSettings
from sekisho.custody.alarm_records import Fired
from sekisho.custody.alarms import PAGES, CopyFacts, Facts, LossFacts, MediumFacts, Offer, Rung, Task
from sekisho.custody.contracts import flags_of
from sekisho.custody.copy import State
from sekisho.custody.incident_records import IncidentState
from sekisho.custody.media_records import MediumState
from sekisho.custody.records import CopyRow, Request
from sekisho.custody.register import Register, Role
from sekisho.ledger import store
from sekisho.ledger.entry import parse
from sekisho.media.erasing import Method
from sekisho.sql import Connection

WATCH = "alarm"
"""What the one who looks at alarms is called among the heartbeats."""

_ASKS_NOTHING = frozenset({State.REQUESTED, State.APPROVED, State.CANCELLED, State.LOST, State.CLOSED_LOST})


def read_facts(connection: Connection, register: Register, settings: AlarmSettings, *, now: datetime) -> Facts:
    """Read all that alarms follow from.

    Raises:
        Unreadable: a record is damaged.
    """
    seen = alarm_records.since(connection)
    alarms = alarm_records.every(connection)
    acknowledged: dict[str, Rung] = {}
    for alarm in alarms:
        if alarm.acknowledged is not None:
            acknowledged[alarm.cause] = max(alarm.rung, acknowledged.get(alarm.cause, alarm.rung))
    return Facts(
        copies=tuple(_copies(connection, register, seen, now, settings.calendar.day(now))),
        media=tuple(
            MediumFacts(number=medium.id, since=seen.get(f"medium/{medium.id}", now))
            for medium in media_records.media(connection)
            if medium.state is MediumState.ISSUED
        ),
        losses=tuple(_losses(connection, alarms)),
        supervisors=settings.supervisors,
        security_officers=security_officers(settings, register),
        last_run=jobs.last_beat(connection, WATCH),
        fired={(alarm.cause, alarm.rung) for alarm in alarms},
        acknowledged=acknowledged,
    )


def _losses(connection: Connection, alarms: list[Fired]) -> Iterator[LossFacts]:
    """Yield the pages that nobody has acknowledged since they were first told, but for those of a closed incident."""
    open_ones = {
        str(each.number) for each in incident_records.incidents(connection) if each.state is IncidentState.OPEN
    }
    pages: dict[tuple[str, str], list[Fired]] = {}
    for alarm in alarms:
        if alarm.task in PAGES and (alarm.task != Task.LOSS or alarm.subject in open_ones):
            pages.setdefault((alarm.task, alarm.subject), []).append(alarm)
    for (task, subject), told in pages.items():
        heard = max((page.acknowledged for page in told if page.acknowledged is not None), default=-1)
        unheard = [page for page in told if page.index > heard]
        if unheard:
            yield LossFacts(task=Task(task), subject=subject, since=unheard[0].due, people=unheard[-1].persons)


def security_officers(settings: AlarmSettings, register: Register) -> tuple[str, ...]:
    """Return who is told as the security officer: whom the settings name, else the office's key officers."""
    officers = tuple(person.id for person in register.persons.values() if register.may(person, Role.KEY_OFFICER))
    return settings.security_officers or officers


def subjects(facts: Facts) -> set[str]:
    """Return what is remembered of the facts: since when each copy and medium is as it is."""
    return {_subject(copy.slip, copy.state) for copy in facts.copies} | {
        f"medium/{each.number}" for each in facts.media
    }


def _copies(
    connection: Connection, register: Register, seen: dict[str, datetime], now: datetime, today: date
) -> Iterator[CopyFacts]:
    requests: dict[int, Request] = {}
    watched = {subject.split("/")[1] for subject in seen if subject.startswith("copy/")}
    for row in records.copies(connection):
        if row.copy.state in _ASKS_NOTHING:
            continue
        # Of a copy that was closed before anybody looked nothing is asked: an office that begins to look is not flooded.
        if row.copy.state is State.CLOSED and (row.slip not in watched or _is_certified(connection, row.slip)):
            continue
        if row.request not in requests:
            requests[row.request] = records.get_request(connection, row.request)
        since = seen.get(_subject(row.slip, row.copy.state), now)
        outside = tuple(dict.fromkeys(flag.person for flag in flags_of(row, register, today)))
        yield _facts(row, requests[row.request], since, outside)


def _is_certified(connection: Connection, slip: str) -> bool:
    """Tell whether the office has said what became of a copy; what a recipient declared of it is not the office's word."""
    for number in certificate_records.numbers_of(connection, slip):
        index = certificate_records.index_of(connection, number)
        leaf = None if index is None else store.body(connection, index)
        if index is not None and leaf is not None and parse(leaf, index=index).fields["method"] != Method.DECLARED:
            return True
    return False


def _facts(row: CopyRow, request: Request, since: datetime, outside: tuple[str, ...]) -> CopyFacts:
    statement, pending = request.statement, row.copy.offer
    return CopyFacts(
        slip=row.slip,
        copy="" if row.cid is None else row.cid.hex(),
        state=row.copy.state,
        requester=row.copy.requester,
        carrier=row.copy.carrier,
        recipient=row.copy.recipient,
        holder=row.copy.holder or "",
        approvers=tuple(sorted(row.copy.approvers)),
        not_before=from_text(statement.not_before),
        not_after=from_text(statement.not_after),
        due=from_text(statement.due),
        since=since,
        certified=row.copy.state is not State.CLOSED,
        outside=outside,
        offer=None if pending is None else Offer(giver=pending.giver, receiver=pending.receiver, until=pending.until),
    )


def _subject(slip: str, state: str) -> str:
    return f"copy/{slip}/{state}"
