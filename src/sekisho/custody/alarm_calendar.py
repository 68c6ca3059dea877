"""Open tasks as a calendar has them: each under a UID that stays, with a number that grows when it changes."""

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta

import msgspec

from sekisho.clock import from_text, to_text
from sekisho.custody.alarm_policy import AlarmSettings
from sekisho.custody.alarming import tasks
from sekisho.custody.alarms import DueTask
from sekisho.custody.office import Office
from sekisho.custody.senders.message import Outlook, Planned
from sekisho.sql import Connection, immediate

_KEPT = timedelta(days=60)
"""How long after its time what is done stays in the calendar, for programs that look seldom."""


class _Content(msgspec.Struct, frozen=True, kw_only=True):
    """What a row holds."""

    task: str
    subject: str
    due: str
    cancelled: bool = False


@dataclass(frozen=True, slots=True)
class _Event:
    sequence: int
    content: _Content


def outlook(office: Office, settings: AlarmSettings) -> Outlook:
    """Return what is open, and what was until lately; versions are counted from one call to the next."""
    connection, now, origin = office.ledger.connection, office.ledger.time(), office.settings.origin
    wanted = {_uid(task, origin): _content(task) for task in tasks(office, settings) if task.subject}
    known = _read(connection)
    after = {uid: _changed(known.get(uid), content) for uid, content in wanted.items()}
    for uid in known.keys() - wanted.keys():
        after[uid] = _changed(known[uid], msgspec.structs.replace(known[uid].content, cancelled=True))
    if after != known:
        _write(connection, {uid: event for uid, event in after.items() if known.get(uid) != event})
    recent = {uid: event for uid, event in after.items() if _is_recent(event.content, now)}
    return Outlook(origin=origin, at=now, tasks=[_planned(uid, recent[uid]) for uid in sorted(recent)])


def _uid(task: DueTask, origin: str) -> str:
    digest = hashlib.sha256(f"{origin}/{task.task}/{task.subject}".encode()).hexdigest()[:32]
    return f"{digest}@{origin.partition('/')[0]}"


def _content(task: DueTask) -> _Content:
    return _Content(task=task.task.value, subject=task.subject, due=to_text(task.due))


def _changed(before: _Event | None, content: _Content) -> _Event:
    if before is None:
        return _Event(0, content)
    return before if before.content == content else _Event(before.sequence + 1, content)


def _is_recent(content: _Content, now: datetime) -> bool:
    return not content.cancelled or now - from_text(content.due) < _KEPT


def _planned(uid: str, event: _Event) -> Planned:
    content = event.content
    return Planned(
        uid=uid,
        sequence=event.sequence,
        task=content.task,
        subject=content.subject,
        due=from_text(content.due),
        cancelled=content.cancelled,
    )


def _read(connection: Connection) -> dict[str, _Event]:
    rows = connection.execute("SELECT uid, sequence, content FROM calendar_event").fetchall()
    return {uid: _Event(sequence, msgspec.json.decode(content, type=_Content)) for uid, sequence, content in rows}


def _write(connection: Connection, events: dict[str, _Event]) -> None:
    with immediate(connection):
        for uid, event in events.items():
            connection.execute(
                "INSERT INTO calendar_event (uid, sequence, content) VALUES (?, ?, ?)"
                " ON CONFLICT (uid) DO UPDATE SET sequence = excluded.sequence, content = excluded.content",
                (uid, event.sequence, msgspec.json.encode(event.content).decode()),
            )
