"""Whether the alarms of an office work: does anybody look, is anything overdue, did everything leave, can everybody be reached."""

from dataclasses import dataclass
from datetime import datetime

from sekisho.custody import jobs
from sekisho.custody.alarm_facts import WATCH, read_facts
from sekisho.custody.alarm_policy import AlarmSettings
from sekisho.custody.alarms import DueTask, Facts, Task, open_tasks, rungs_of
from sekisho.custody.jobs import Job
from sekisho.custody.office import Office
from sekisho.custody.register import Register
from sekisho.custody.senders.choice import each_of
from sekisho.custody.senders.message import Each


@dataclass(frozen=True, slots=True, kw_only=True)
class Status:
    """How it stands with alarms.

    Attributes:
        last_run: when somebody looked last; None if nobody ever did.
        silent: whether that is too long ago.
        overdue: what is not done although it is due.
        waiting: messages that could not be sent yet, and are tried again.
        dead: messages that will not be tried again.
        unreachable: ids of persons who would be told, and whom no channel reaches.
        channels: how many ways out there are.
    """

    last_run: datetime | None
    silent: bool
    overdue: tuple[DueTask, ...]
    waiting: tuple[Job, ...]
    dead: tuple[Job, ...]
    unreachable: tuple[str, ...]
    channels: int

    @property
    def well(self) -> bool:
        """Whether nobody has to do anything."""
        return not (self.silent or self.overdue or self.dead)


def alarm_status(office: Office, settings: AlarmSettings) -> Status:
    """Return how it stands; nothing is changed.

    Raises:
        Missing: no register was imported yet.
    """
    connection, register, now = office.ledger.connection, office.register, office.ledger.time()
    facts = read_facts(connection, register, settings, now=now)
    last = jobs.last_beat(connection, WATCH)
    tasks = [
        each for each in open_tasks(now, facts, settings.policy, settings.calendar) if each.task is not Task.SILENCE
    ]
    return Status(
        last_run=last,
        silent=last is None or now - last > settings.policy.silence,
        overdue=tuple(sorted((each for each in tasks if each.due <= now), key=lambda task: (task.due, task.cause))),
        waiting=tuple(job for job in jobs.waiting(connection) if job.fault),
        dead=tuple(jobs.dead(connection)),
        unreachable=tuple(sorted(_unreachable(tasks, facts, settings, register))),
        channels=len(settings.channels),
    )


def _unreachable(tasks: list[DueTask], facts: Facts, settings: AlarmSettings, register: Register) -> set[str]:
    """Return who would be told of what is open, or of a silence, without an address."""
    if not any(each_of(channel) is Each.PERSON for channel in settings.channels):
        return set()
    told = {
        person
        for task in tasks
        for rung, _ in rungs_of(task, settings.policy, settings.calendar)
        for part in settings.policy.told[rung]
        for person in task.people.get(part, ())
    }
    known = {person.id for person in register.persons.values() if person.email}
    return (told | {*facts.security_officers}) - known
