"""Alarms of an office: look what is due, fire it once, and queue what has to be sent, in one commit with its leaf.

Whoever looks does it in rounds, each minute or so (``sekisho alarm run``). A round that finds something writes it to the ledger
before anything is sent; two rounds at once fire nothing twice. That somebody looks is in the ledger too, each hour, and a gap is
an alarm at the next round. What is sent leaves by jobs (:mod:`sekisho.custody.alarm_sending`).
"""

import contextlib
import hashlib
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from sekisho.clock import to_text
from sekisho.custody import alarm_records, jobs, records
from sekisho.custody.alarm_facts import WATCH, read_facts, subjects
from sekisho.custody.alarm_policy import AlarmSettings, Channel, read_alarm_settings
from sekisho.custody.alarm_records import Fired
from sekisho.custody.alarms import PAGES, Alarm, DueTask, Facts, Rung, due_alarms, open_tasks
from sekisho.custody.office import Office
from sekisho.custody.register import Register
from sekisho.custody.senders.choice import each_of
from sekisho.custody.senders.message import Each
from sekisho.custody.statements import ALARM, AcknowledgementStatement
from sekisho.errors import NotFound, Refused
from sekisho.ledger.writer import Transaction
from sekisho.signing.keys import SigningKey
from sekisho.signing.sshsig import sign
from sekisho.sql import Connection

_LEDGER_BEAT = "alarm-ledger"
_BEFORE_ALL = timedelta(days=365)


def alarm_settings(office: Office) -> AlarmSettings:
    """Return how the office wants its alarms.

    Raises:
        Unreadable: its ``alarms.toml`` is damaged.
    """
    return read_alarm_settings(office.home.root, zone=office.settings.zone)


def tasks(office: Office, settings: AlarmSettings | None = None) -> list[DueTask]:
    """Return every task that is not done, the one that is due first before the others."""
    settings = settings or alarm_settings(office)
    now = office.ledger.time()
    facts = read_facts(office.ledger.connection, office.register, settings, now=now)
    return sorted(open_tasks(now, facts, settings.policy, settings.calendar), key=lambda task: (task.due, task.cause))


def fire(office: Office, settings: AlarmSettings | None = None) -> list[Fired]:
    """Fire what is due, and note that somebody looked; return what fired, the highest rung first.

    Raises:
        Missing: no register was imported yet.
        Busy, MediumError, LedgerBroken: nothing was fired; the next round does it.
    """
    settings = settings or alarm_settings(office)
    connection, register, now = office.ledger.connection, office.register, office.ledger.time()
    facts = read_facts(connection, register, settings, now=now)
    known = subjects(facts) == set(alarm_records.since(connection))
    if known and not _beat_is_due(connection, settings, now) and not _due(now, facts, settings):
        jobs.beat(connection, WATCH, now)
        return []
    with office.ledger.transaction() as tx:
        facts = read_facts(connection, register, settings, now=tx.at)  # another round may have been quicker
        alarm_records.see(connection, subjects(facts), now=tx.at)
        fired = [_fire(office, tx, alarm, settings, register) for alarm in _due(tx.at, facts, settings)]
        if _beat_is_due(connection, settings, tx.at):
            _beat(tx, settings, facts)
        jobs.beat(connection, WATCH, tx.at)
    return fired


def fire_at_once(
    office: Office, tx: Transaction, alarm: Alarm, settings: AlarmSettings, register: Register | None
) -> Fired | None:
    """Fire an alarm inside a transaction that has something to tell by itself, and queue what has to be sent.

    Args:
        office: whose alarm it is.
        tx: of what it tells.
        alarm: which.
        settings: the ways out.
        register: who is who; None where it cannot be read, so that only those who need no address are told.

    Returns:
        What fired; None where that very alarm fired before.
    """
    if any(each.cause == alarm.cause and each.rung == alarm.rung for each in alarm_records.every(tx.connection)):
        return None
    return _fire(office, tx, alarm, settings, register)


def acknowledge(office: Office, index: int, *, key: SigningKey) -> Fired:
    """Acknowledge an alarm: it and those below it of the same cause are not told again; those above still come.

    Args:
        office: whose alarm it is.
        index: the index of its entry in the ledger.
        key: of a person whom it was told to, or who works for the office.

    Raises:
        NotFound: there is no such alarm.
        Refused: the person has no part in it, or somebody acknowledged it before.
    """
    register = office.register
    person = register.owner(key.public)
    with office.ledger.transaction() as tx:
        alarm = alarm_records.get(tx.connection, index)
        if not (register.is_staff(person) or person.id in alarm.persons):
            raise Refused("custody.not_alarmed", person=person.id)
        if alarm.acknowledged is not None:
            raise Refused("custody.acknowledged_before", number=index)
        statement = AcknowledgementStatement(
            v=1, type="acknowledgement", alarm=index, cause=alarm.cause, person=person.id, at=to_text(tx.at)
        )
        entry = tx.append(
            "alarm.acknowledged",
            fields={
                "alarm": index,
                "cause": alarm.cause,
                "rung": alarm.rung.name.lower(),
                "statement": hashlib.sha256(statement.encode()).hexdigest(),
                "by": key.public.id,
            },
            details={"person": person.id},
        )
        records.add_signed(tx.connection, entry, statement.encode(), [sign(key, statement.encode(), namespace=ALARM)])
        alarm_records.acknowledge(tx.connection, alarm.cause, up_to=alarm.rung, index=entry)
        for each in alarm_records.every(tx.connection) if alarm.task in PAGES else ():
            if (each.task, each.subject) == (alarm.task, alarm.subject):  # who heard one page has heard the others
                alarm_records.acknowledge(tx.connection, each.cause, up_to=each.rung, index=entry)
                _bury(tx.connection, each, now=tx.at)
        _bury(tx.connection, alarm, now=tx.at)
        return alarm_records.get(tx.connection, index)


def _due(now: datetime, facts: Facts, settings: AlarmSettings) -> list[Alarm]:
    return due_alarms(now, facts, settings.policy, settings.calendar)


def _beat_is_due(connection: Connection, settings: AlarmSettings, now: datetime) -> bool:
    last = jobs.last_beat(connection, _LEDGER_BEAT)
    return last is None or now - last >= settings.policy.heartbeat


def _beat(tx: Transaction, settings: AlarmSettings, facts: Facts) -> None:
    """Write a heartbeat to the ledger: since when somebody looks, and how many tasks are open."""
    count = sum(1 for _ in open_tasks(tx.at, facts, settings.policy, settings.calendar))
    fields: dict[str, str | int] = {"tasks": count}
    if facts.last_run is not None:
        fields["last"] = to_text(facts.last_run)
    tx.append("alarm.heartbeat", fields=fields)
    jobs.beat(tx.connection, _LEDGER_BEAT, tx.at)


def _fire(office: Office, tx: Transaction, alarm: Alarm, settings: AlarmSettings, register: Register | None) -> Fired:
    task = alarm.task
    index = tx.append(
        "alarm.fired",
        copy=task.copy or None,
        fields={
            "cause": alarm.cause,
            "task": task.task.value,
            "rung": alarm.rung.name.lower(),
            "due": to_text(task.due),
            "told": len(alarm.to),
        },
        details={"persons": " ".join(alarm.to)},
    )
    fired = Fired(index=index, cause=alarm.cause, rung=alarm.rung, persons=alarm.to, at=tx.at, acknowledged=None)
    alarm_records.add(tx.connection, fired)
    for channel in settings.channels:
        if alarm.rung >= channel.lowest:
            for person in _addressees(channel, alarm.to, register):
                _enqueue(tx, fired, channel, person)
    if alarm.rung is Rung.SUSPEND:
        with contextlib.suppress(NotFound, Refused):  # its share may be destroyed: then nothing opens anyway
            office.custodian.suspend(tx, bytes.fromhex(task.copy))
    return fired


def _addressees(channel: Channel, persons: Sequence[str], register: Register | None) -> Iterator[str]:
    """Yield to whom a channel carries an alarm; an empty name where it goes to no person."""
    match each_of(channel):
        case Each.PERSON if register is not None:
            yield from (person for person in persons if person in register.persons and register.persons[person].email)
        case Each.ALARM:
            yield ""


def _enqueue(tx: Transaction, fired: Fired, channel: Channel, person: str) -> None:
    payload: dict[str, str | int] = {"alarm": fired.index, "channel": channel.name}
    if person:
        payload["person"] = person
    key = "/".join(("alarm", str(fired.index), channel.name, *([person] if person else [])))
    due = tx.at - _BEFORE_ALL if fired.rung is Rung.LOST else tx.at  # the oldest goes first, and nothing before a loss
    jobs.enqueue(tx.connection, f"send/{channel.name}", key=key, payload=payload, due=due)


def _bury(connection: Connection, alarm: Fired, *, now: datetime) -> None:
    """Show the dead letters of an alarm no more."""
    for job in jobs.dead(connection):
        if job.payload.get("alarm") == alarm.index:
            jobs.bury(connection, job, now=now)
