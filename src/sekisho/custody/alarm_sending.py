"""Sending what alarms queued: each job by its channel's sender, at least once, and never by two at a time.

A channel that fails is left alone for the rest of the round, so that a mail server which does not answer holds up no webhook, and no
round holds up the next. After a round in which nothing is stuck, the senders of rounds have their turn: the calendar, and the ping
whose absence alarms elsewhere.
"""

import secrets
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime, timedelta

from sekisho.custody import alarm_records, incident_records, jobs, records
from sekisho.custody.alarm_calendar import outlook
from sekisho.custody.alarm_policy import AlarmSettings, Channel
from sekisho.custody.alarm_records import Fired
from sekisho.custody.alarming import alarm_settings, fire
from sekisho.custody.alarms import Rung, Task
from sekisho.custody.jobs import Job
from sekisho.custody.offering import expire_offers
from sekisho.custody.office import Office
from sekisho.custody.senders.choice import each_of, open_sender
from sekisho.custody.senders.message import Each, Message, Sender, Surroundings, Unsent
from sekisho.errors import Busy, MediumError, Missing, Misuse, NoKey, NotFound, Refused, SekishoError, Unreadable

LONGEST_DELIVERY = timedelta(seconds=30)
"""How long a round sends before it leaves the rest to the next one, which must begin in time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """A message that did not leave: on which channel, and the code of why."""

    channel: str
    fault: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Round:
    """What a round did.

    Attributes:
        fired: the alarms that fired, the highest rung first.
        sent: how many messages left.
        faults: what did not.
        zone: the zone of the office's clock on the wall.
        unfinished: what held up a destruction that was begun; none where none is left over.
    """

    fired: tuple[Fired, ...]
    sent: int
    faults: tuple[Fault, ...]
    zone: str
    unfinished: SekishoError | None = None


def run_round(office: Office) -> Round:
    """Look, fire, send, and finish what time ends: offers that ran out, and destructions that were begun.

    What a sender or a destruction meets with is in the result; a share that is not gone stops the ping, and no message.
    Raises as :func:`~sekisho.custody.alarming.fire` does.
    """
    settings = alarm_settings(office)
    fired = fire(office, settings)
    sent, faults = deliver(office, settings, worker=f"worker-{secrets.token_hex(8)}")
    expire_offers(office)  # only now: that one ran out unanswered is told first
    unfinished = _finish_destructions(office)
    faults += _after_round(office, settings, well=not (faults or unfinished or jobs.dead(office.ledger.connection)))
    return Round(fired=tuple(fired), sent=sent, faults=tuple(faults), zone=office.settings.zone, unfinished=unfinished)


def watch(
    opened: Callable[[], AbstractContextManager[Office]],
    *,
    every: timedelta,
    pause: Callable[[float], None],
    now: Callable[[], float],
) -> Iterator[Round | SekishoError]:
    """Run round after round, and yield what each did; what stops one round does not stop the next.

    After an error the office is opened anew: a server that was started again knows nothing of an old connection.

    Args:
        opened: opens the office, and closes it again.
        every: from the beginning of a round to that of the next.
        pause: waits some seconds.
        now: seconds that only grow, whatever is done to the clock.

    Raises:
        LedgerBroken: nothing may be written any more, and somebody has to look.
    """
    begun = now()

    def until_next() -> None:
        nonlocal begun
        pause(max(0.0, begun + every.total_seconds() - now()))
        begun = now()

    while True:
        try:
            with opened() as office:
                while True:
                    yield run_round(office)
                    until_next()
        except (Busy, MediumError, Missing, NoKey, Refused, Unreadable) as error:
            yield error
        until_next()


def deliver(
    office: Office, settings: AlarmSettings, *, worker: str, longest: timedelta = LONGEST_DELIVERY
) -> tuple[int, list[Fault]]:
    """Send what is queued and due; return how many messages left, and what did not.

    Args:
        office: whose alarms they are.
        settings: its channels.
        worker: a name that no other has.
        longest: after which it begins no other message.
    """
    connection, begun = office.ledger.connection, office.clock.now()
    sent, faults, blocked, senders = 0, list[Fault](), {jobs.ANNOUNCE}, dict[str, Sender]()
    while office.clock.now() - begun < longest:
        now = office.ledger.time()  # a clock set back must not hold up what was queued before
        job = jobs.claim(connection, worker=worker, now=now, without=blocked)
        if job is None:
            break
        try:
            _send(office, settings, job, senders)
        except Unsent as unsent:
            jobs.fail(connection, job, worker=worker, now=now, fault=unsent.fault, final=unsent.final)
            faults.append(Fault(channel=_channel_name(job), fault=unsent.fault))
            if not unsent.final:
                blocked.add(job.kind)
        else:
            jobs.finish(connection, job, worker=worker, now=now)
            jobs.beat(connection, job.kind, now)
            sent += 1
    return sent, faults


def send_test(office: Office, settings: AlarmSettings, *, to: Sequence[str]) -> Iterator[tuple[Channel, str, str]]:
    """Send a test on every channel, to each of some persons; yield channel, person and the code of what went wrong.

    Args:
        office: whose alarms they are.
        settings: its channels.
        to: ids of persons; for channels that go to persons.
    """
    now, key = office.ledger.time(), f"test/{secrets.token_hex(8)}"
    blank = Fired(index=-1, cause="", rung=Rung.BEFORE, persons=(), at=now, acknowledged=None)
    for channel in settings.channels:
        for person in to if each_of(channel) is Each.PERSON else [""]:
            fault = ""
            try:
                address = _address(office, person) if person else ""
                message = _message(office, blank, key=f"{key}/{channel.name}/{person}", address=address, test=now)
                sender = _open(office, channel)
                if each_of(channel) is Each.ROUND:
                    sender.after_round(outlook(office, settings))
                else:
                    sender.send(message)
            except Unsent as unsent:
                fault = unsent.fault
            yield channel, person, fault


def _send(office: Office, settings: AlarmSettings, job: Job, senders: dict[str, Sender]) -> None:
    """Do a job; a sender that was opened in this round is used again."""
    channel = next((each for each in settings.channels if each.name == job.payload.get("channel")), None)
    if channel is None:
        raise Unsent("no_channel", final=True)
    alarm = alarm_records.get(office.ledger.connection, int(job.payload["alarm"]))
    person = str(job.payload.get("person", ""))
    address = _address(office, person) if person else ""
    if channel.name not in senders:
        senders[channel.name] = _open(office, channel)
    senders[channel.name].send(_message(office, alarm, key=job.key, address=address))


def _open(office: Office, channel: Channel) -> Sender:
    try:
        return open_sender(channel, Surroundings(folder=office.home.root, clock=office.clock))
    except SekishoError as error:
        raise Unsent(error.key.rpartition(".")[2]) from error


def _address(office: Office, person: str) -> str:
    known = office.register.persons.get(person)
    if known is None or not known.email:
        raise Unsent("no_address", final=True)
    return known.email


def _message(office: Office, alarm: Fired, *, key: str, address: str, test: datetime | None = None) -> Message:
    return Message(
        key=key,
        origin=office.settings.origin,
        index=alarm.index,
        task=alarm.task if test is None else "test",
        rung=alarm.rung.name.lower(),
        subject="" if test else alarm.subject,
        copy="" if test else _copy_of(office, alarm),
        slips=() if test else _slips_of(office, alarm),
        due=test or alarm.due,
        at=alarm.at,
        zone=office.settings.zone,
        phone=office.settings.phone,
        address=address,
    )


def _copy_of(office: Office, alarm: Fired) -> str:
    """Return the id of the copy that an alarm is about; empty where it is about none."""
    try:
        cid = records.get_copy(office.ledger.connection, alarm.subject).cid
    except NotFound:
        return ""
    return "" if cid is None else cid.hex()


def _slips_of(office: Office, alarm: Fired) -> tuple[str, ...]:
    """Return the slip numbers of the loss that an alarm is about."""
    if alarm.task != Task.LOSS:
        return ()
    return tuple(incident_records.slips_of(office.ledger.connection, int(alarm.subject)))


def _finish_destructions(office: Office) -> SekishoError | None:
    """Finish the destructions that were begun; return what holds them up. While an office watches, nobody else may come by."""
    try:
        office.finish_destructions()
    except (MediumError, Misuse, Missing, NoKey, Unreadable) as error:
        return error
    return None


def _after_round(office: Office, settings: AlarmSettings, *, well: bool) -> list[Fault]:
    """Let the senders of rounds have their turn; a ping says that all is well, so it goes last and only if it is."""
    channels = [channel for channel in settings.channels if each_of(channel) is Each.ROUND]
    faults = list[Fault]()
    if not channels:
        return faults
    view = outlook(office, settings)
    for channel in sorted(channels, key=lambda channel: channel.sender == "ping"):
        if channel.sender == "ping" and (faults or not well):
            continue
        try:
            _open(office, channel).after_round(view)
            jobs.beat(office.ledger.connection, f"send/{channel.name}", office.ledger.time())
        except Unsent as unsent:
            faults.append(Fault(channel=channel.name, fault=unsent.fault))
    return faults


def _channel_name(job: Job) -> str:
    return str(job.payload.get("channel", ""))
