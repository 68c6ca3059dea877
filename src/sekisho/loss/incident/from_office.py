"""What the settings, the register and the media register say about an incident. Pure, but for the registers handed in."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date

from sekisho.custody.media_records import MediumRecord
from sekisho.custody.office import Settings
from sekisho.custody.records import CopyRow
from sekisho.custody.register import Person, Register
from sekisho.errors import Refused
from sekisho.loss.facts.fact import Value
from sekisho.loss.incident.settings import IncidentSettings


def facts_of_settings(settings: Settings, answers: IncidentSettings) -> dict[str, Value]:
    """Return who answers for the data, and where people ask."""
    contact = answers.contact
    return {
        "controller_name": settings.name,
        "body": answers.body or None,
        "roles": answers.roles,
        "jurisdictions": answers.jurisdictions,
        "zone": settings.zone,
        "contact_unit": contact.unit or None,
        "contact_phone": contact.phone or settings.phone or None,
        "contact_email": contact.email or None,
        "contact_hours": contact.hours or None,
        "contact_url": contact.url or None,
        "official_senders": contact.senders or None,
        "dpo_contact": contact.dpo or None,
    }


def facts_of_holders(register: Register | None, rows: Sequence[CopyRow], day: date) -> dict[str, Value]:
    """Return who had the copies last, and through which chain of contracts: the companies by name, from the office on."""
    if register is None:
        return {}
    holders = [register.persons[row.copy.holder] for row in rows if row.copy.holder in register.persons]
    if not holders:
        return {}
    chain = dict.fromkeys(name for person in holders for name in _chain(register, person, day))
    outside = [person for person in holders if not register.is_staff(person)]
    return {
        "holder": "・".join(dict.fromkeys(person.name for person in holders)),
        "holder_chain": tuple(chain),
        "lost_outside": True if outside else None,
    }


def facts_of_media(media: Mapping[str, MediumRecord], rows: Sequence[CopyRow]) -> dict[str, Value]:
    """Return which media they are."""
    labels = tuple(dict.fromkeys(row.medium for row in rows))
    serials = tuple(media[label].serial for label in labels if label in media and media[label].serial)
    return {"media_count": len(labels), "media_labels": labels, "medium_serials": serials or None}


def _chain(register: Register, person: Person, day: date) -> Iterator[str]:
    yield register.organisations[register.office].name
    try:
        contracts = register.chain(person, day)
    except Refused:  # nobody agreed to that employer, which is a finding of its own
        contracts = ()
    for contract in reversed(contracts):
        yield register.organisations[contract.company].name
    yield register.organisations[person.employer].name
