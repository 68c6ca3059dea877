"""Paging: whoever is on duty is told of a loss in the commit that stops it, and again until one of them acknowledges it.

What is told is the incident's number, its slips and the time; nobody's name. Nothing here may hold up the stop: a register or a
file of settings that cannot be read leaves fewer people told, and the page is in the ledger all the same.
"""

import contextlib
import secrets
from collections.abc import Iterator
from datetime import timedelta

from sekisho.custody.alarm_policy import AlarmSettings, default_alarm_settings
from sekisho.custody.alarm_records import Fired
from sekisho.custody.alarm_sending import Fault, deliver
from sekisho.custody.alarming import alarm_settings, fire_at_once
from sekisho.custody.alarms import Task, page_of
from sekisho.custody.office import Office
from sekisho.custody.register import Register, Role
from sekisho.errors import SekishoError
from sekisho.ledger.writer import Transaction
from sekisho.loss.incident.settings import IncidentSettings, read_incident_settings
from sekisho.sql import apart

LONGEST_DELIVERY = timedelta(seconds=10)
"""How long whoever reports a loss waits for channels; what has not left by then leaves with the next round of alarms."""


def on_duty(settings: IncidentSettings, register: Register) -> tuple[str, ...]:
    """Return the ids of who is paged: whom the settings name and the register knows, else the privacy and key officers."""
    named = tuple(person for person in settings.on_duty if person in register.persons)
    return named or tuple(
        person.id
        for person in register.persons.values()
        if register.may(person, Role.PRIVACY_OFFICER) or register.may(person, Role.KEY_OFFICER)
    )


def page(office: Office, tx: Transaction, incident: int) -> Fired | None:
    """Page who is on duty of a loss, inside the transaction that stops the releases; returns as :func:`page_about`."""
    return page_about(office, tx, Task.LOSS, str(incident))


def page_about(office: Office, tx: Transaction, task: Task, subject: str) -> Fired | None:
    """Page who is on duty, inside a transaction.

    Args:
        office: whose they are.
        tx: of what is told.
        task: what it is.
        subject: an incident's number, a slip number, or nothing.

    Returns:
        What was told, and to whom; None where nobody could be, or this very report was told before.
    """
    register, people = _who(office)
    alarm = page_of(task, subject, people, at=tx.at)
    with contextlib.suppress(SekishoError), apart(tx.connection):
        return fire_at_once(office, tx, alarm, _channels(office), register)
    return None


def deliver_pages(office: Office) -> list[Fault]:
    """Send what was queued, now; return what did not leave, which the next round of alarms sends."""
    faults = list[Fault]()
    with _told_as_fault(faults):
        _, unsent = deliver(
            office, alarm_settings(office), worker=f"page-{secrets.token_hex(8)}", longest=LONGEST_DELIVERY
        )
        faults += unsent
    return faults


def _who(office: Office) -> tuple[Register | None, tuple[str, ...]]:
    try:
        register = office.register
    except SekishoError:
        return None, ()
    settings = IncidentSettings()
    with contextlib.suppress(SekishoError):
        settings = read_incident_settings(office.home.root)
    return register, on_duty(settings, register)


def _channels(office: Office) -> AlarmSettings:
    try:
        return alarm_settings(office)
    except SekishoError:
        return default_alarm_settings(zone=office.settings.zone)


@contextlib.contextmanager
def _told_as_fault(faults: list[Fault]) -> Iterator[None]:
    """Turn what keeps everything from leaving into a fault of no channel: the loss is recorded, and that comes first."""
    try:
        yield
    except SekishoError as error:
        faults.append(Fault(channel="-", fault=error.key))
