"""What an office lacks before the night: whom nobody would page, what the law cannot be computed without, where people would ask.

Each is a code; its words say what to do about it. Nothing is changed.
"""

from collections.abc import Iterator

from sekisho.custody.alarming import alarm_settings
from sekisho.custody.office import Office
from sekisho.custody.register import Register, Role
from sekisho.custody.senders.choice import each_of
from sekisho.custody.senders.message import Each
from sekisho.errors import SekishoError
from sekisho.loss.incident.paging import on_duty
from sekisho.loss.incident.settings import FILE, IncidentSettings, read_incident_settings


def not_ready(office: Office) -> tuple[str, ...]:
    """Return the codes of what is not prepared."""
    return tuple(dict.fromkeys(_not_ready(office)))


def _not_ready(office: Office) -> Iterator[str]:
    settings = IncidentSettings()
    try:
        settings = read_incident_settings(office.home.root)
    except SekishoError:
        yield "settings_damaged"
    if not (office.home.root / FILE).exists():
        yield "settings"
    yield from _unsaid(settings)
    try:
        register = office.register
    except SekishoError:
        yield "register"
        return
    yield from _people(settings, register)
    yield from _ways_out(office, settings, register)


def _unsaid(settings: IncidentSettings) -> Iterator[str]:
    if not settings.body:
        yield "body"
    if not (settings.contact.unit and settings.contact.phone):
        yield "contact"
    if not settings.contact.senders:
        yield "senders"


def _people(settings: IncidentSettings, register: Register) -> Iterator[str]:
    if set(settings.on_duty) - set(register.persons):
        yield "duty_unknown"
    if not settings.on_duty:
        yield "duty"
    roles = {role for person in register.persons.values() if register.is_staff(person) for role in person.roles}
    if Role.KEY_OFFICER not in roles:
        yield "key_officer"
    if Role.PRIVACY_OFFICER not in roles:
        yield "privacy_officer"


def _ways_out(office: Office, settings: IncidentSettings, register: Register) -> Iterator[str]:
    try:
        channels = alarm_settings(office).channels
    except SekishoError:
        yield "channels_damaged"
        return
    if not channels:
        yield "channels"
    elif all(each_of(channel) is Each.PERSON for channel in channels):
        told = on_duty(settings, register)
        if not told or not all(register.persons[person].email for person in told):
            yield "addresses"
