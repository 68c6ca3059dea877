"""Events as OCSF 1.8.0 has them, for a SIEM: peripheral_activity, entity_management, data_security_finding, incident_finding.

A pure function of an entry and where it stands. An entry holds no personal data, so neither does what is made of it: persons
are ids of keys. What has no attribute in OCSF is under ``unmapped``. The class is that of the activity in the table of meanings.
"""

from collections.abc import Mapping
from importlib.metadata import version
from typing import Any

from sekisho.clock import to_text
from sekisho.custody.interop.meanings import (
    MEANINGS,
    OTHER,
    Act,
    Finding,
    Incident,
    Meaning,
    Peripheral,
    Severity,
    Subject,
)
from sekisho.ledger.entry import Entry

SCHEMA_VERSION = "1.8.0"

_CLASSES: dict[type, int] = {Peripheral: 1010, Act: 3004, Finding: 2006, Incident: 2005}
_PRODUCT = "Sekisho"
_SUCCESS, _NEW, _IN_PROGRESS, _RESOLVED, _CLOSED = 1, 1, 2, 4, 5
_SERVER = 1
_INCIDENT_STATUS = {Incident.CREATE: _NEW, Incident.UPDATE: _IN_PROGRESS, Incident.CLOSE: _CLOSED}
_FINDING_STATUS = {Finding.CREATE: _NEW, Finding.UPDATE: _RESOLVED}
_ASSIGNEES = "incident leads"
_NUMBERS = ("medium", "request", "number", "cut", "version", "epoch", "alarm", "idx")
"""Fields that number what an entry is about, where it is no copy."""


def ocsf(entry: Entry, *, origin: str) -> dict[str, Any]:
    """Return an entry as an OCSF event.

    Args:
        entry: what happened.
        origin: the name of the log in which it stands.
    """
    meaning = MEANINGS.get(entry.type, OTHER)
    class_uid = _CLASSES[type(meaning.does)]
    return {
        "metadata": _metadata(entry, origin, meaning),
        "time": int(entry.at.timestamp() * 1000),
        "category_uid": class_uid // 1000,
        "class_uid": class_uid,
        "activity_id": meaning.does.value,
        "type_uid": class_uid * 100 + meaning.does.value,
        "severity_id": meaning.severity.value,
        "message": meaning.name,
        **_particulars(entry, origin, meaning),
        "unmapped": _unmapped(entry),
    }


def uid_of(entry: Entry, origin: str) -> str:
    """Return what an entry is called for ever: log and index, which a proof of inclusion bears out."""
    return f"{origin}#{entry.index}"


def keys_of(entry: Entry) -> list[str]:
    """Return the ids of the keys that had a part in an entry, who acted first."""
    found = list[str]()
    for name in ("by", "from", "to"):
        value = entry.fields.get(name, ())
        found += [value] if isinstance(value, str) else [str(each) for each in value] if isinstance(value, list) else []
    return found


def subject_uid(entry: Entry, meaning: Meaning) -> str:
    """Return the id of what an entry is about: a copy's, a medium's number, else the field that numbers it."""
    if entry.copy is not None and meaning.subject is not Subject.MEDIUM:
        return entry.copy
    for name in _NUMBERS:
        if name in entry.fields:
            return str(entry.fields[name])
    return entry.copy or str(entry.index)


def _metadata(entry: Entry, origin: str, meaning: Meaning) -> dict[str, Any]:
    metadata: dict[str, Any] = {
        "version": SCHEMA_VERSION,
        "product": {"name": _PRODUCT, "vendor_name": _PRODUCT, "version": version("sekisho")},
        "uid": uid_of(entry, origin),
        "event_code": entry.type,
        "log_name": origin,
        "sequence": entry.index,
        "original_time": to_text(entry.at),
    }
    if isinstance(meaning.does, Incident):
        metadata["profiles"] = ["incident"]
    return metadata


def _particulars(entry: Entry, origin: str, meaning: Meaning) -> dict[str, Any]:
    uid = subject_uid(entry, meaning)
    match meaning.does:
        case Peripheral():
            return {
                "actor": _actor(entry),
                "device": {"type_id": _SERVER, "name": origin},
                "peripheral_device": {"name": str(entry.fields.get("medium", "medium")), "uid": uid},
                "status_id": _SUCCESS,
            }
        case Act():
            return {
                "actor": _actor(entry),
                "entity": {"type": meaning.subject.value, "uid": uid, "name": str(entry.fields.get("slip", uid))},
                "status_id": _SUCCESS,
            }
        case Finding():
            return {
                "actor": _actor(entry),
                "finding_info": _finding(entry, origin, meaning),
                "is_alert": meaning.does is Finding.CREATE,
                "status_id": _FINDING_STATUS[meaning.does],
            }
        case Incident():
            return {
                "finding_info_list": [_finding(entry, origin, meaning)],
                "assignee_group": {"name": _ASSIGNEES},
                "is_suspected_breach": meaning.severity >= Severity.HIGH,
                "status_id": _INCIDENT_STATUS[meaning.does],
            }


def _actor(entry: Entry) -> dict[str, Any]:
    keys = keys_of(entry)
    return {"user": {"uid": keys[0]}} if keys else {"app_name": _PRODUCT}


def _finding(entry: Entry, origin: str, meaning: Meaning) -> dict[str, Any]:
    """Return what a finding is called: all that is said of one copy's loss is said of one finding."""
    about = entry.copy or subject_uid(entry, meaning)
    kind = "loss" if isinstance(meaning.does, Incident) else entry.type.partition(".")[0]
    return {
        "uid": f"{origin}/{kind}/{about}",
        "title": meaning.name,
        "types": [entry.type],
        "created_time": int(entry.at.timestamp() * 1000),
    }


def _unmapped(entry: Entry) -> Mapping[str, Any]:
    copy = {} if entry.copy is None else {"copy": entry.copy}
    return {**copy, **entry.fields}
