"""What each type of event means to other programs: one table for OCSF, CEF, CASE and CSV.

An event type that the ledger writes and that is not here turns a test red; at run time it is passed on as ``other``.
"""

from dataclasses import dataclass
from enum import IntEnum, StrEnum


class Subject(StrEnum):
    """What an event is about, which decides the OCSF class together with :attr:`Meaning.finding`."""

    MEDIUM = "medium"
    COPY = "copy"
    RELEASE = "release"
    KEY = "key"
    PERSON = "person"
    RECORD = "record"
    OFFICE = "office"


class Severity(IntEnum):
    """OCSF's ``severity_id``."""

    INFORMATIONAL = 1
    LOW = 2
    MEDIUM = 3
    HIGH = 4


class Act(IntEnum):
    """OCSF's ``activity_id`` of entity_management."""

    CREATE = 1
    READ = 2
    UPDATE = 3
    DELETE = 4
    MOVE = 5
    ENABLE = 8
    DISABLE = 9
    ACTIVATE = 10
    SUSPEND = 12
    RESUME = 13


class Peripheral(IntEnum):
    """OCSF's ``activity_id`` of peripheral_activity."""

    CONNECT = 1
    ENABLE = 3
    DISABLE = 4


class Finding(IntEnum):
    """OCSF's ``activity_id`` of data_security_finding."""

    CREATE = 1
    UPDATE = 2


class Incident(IntEnum):
    """OCSF's ``activity_id`` of incident_finding."""

    CREATE = 1
    UPDATE = 2
    CLOSE = 3


@dataclass(frozen=True, slots=True)
class Meaning:
    """What an event means.

    Attributes:
        name: in English, as a SIEM shows it.
        subject: what it is about.
        does: the activity, whose type says of which OCSF class it is.
        severity: how much it matters to who watches.
    """

    name: str
    subject: Subject
    does: Act | Peripheral | Finding | Incident
    severity: Severity = Severity.INFORMATIONAL


OTHER = Meaning("Other event of custody", Subject.RECORD, Act.UPDATE)
"""Of a type that a newer program wrote."""

_COPY, _MEDIUM, _KEY, _RECORD = Subject.COPY, Subject.MEDIUM, Subject.KEY, Subject.RECORD
_LOW, _ATTENTION, _HIGH = Severity.LOW, Severity.MEDIUM, Severity.HIGH

MEANINGS: dict[str, Meaning] = {
    # Copies, from request to end.
    "copy.requested": Meaning("Copy requested", _COPY, Act.CREATE),
    "copy.approved": Meaning("Copy approved by a person", _COPY, Act.UPDATE),
    "capsule.sealed": Meaning("Capsule sealed", _COPY, Act.CREATE),
    "copy.written": Meaning("Copy written to a medium", _MEDIUM, Peripheral.CONNECT),
    "copy.offered": Meaning("Copy offered", _COPY, Act.UPDATE),
    "copy.handed_over": Meaning("Copy handed over", _COPY, Act.MOVE),
    "copy.declined": Meaning("Offered copy declined", _COPY, Act.UPDATE, _LOW),
    "copy.offer_expired": Meaning("Offer of a copy expired", _COPY, Act.UPDATE, _LOW),
    "copy.seal_broken": Meaning("Seal of a copy broken", _COPY, Incident.CREATE, _HIGH),
    "copy.accepted_twice": Meaning("One offer accepted twice", _COPY, Incident.CREATE, _HIGH),
    "copy.flagged": Meaning("Holder or carrier outside the contract chain", _COPY, Finding.CREATE, _HIGH),
    "copy.returned": Meaning("Copy returned", _COPY, Act.MOVE),
    "copy.audited": Meaning("Returned medium compared with its manifest", _COPY, Act.READ),
    "copy.erased": Meaning("Copy erased", _COPY, Act.DELETE),
    "copy.closed": Meaning("Copy closed", _COPY, Act.UPDATE),
    "copy.lost": Meaning("Copy reported lost", _COPY, Incident.CREATE, _HIGH),
    "copy.found": Meaning("Lost copy found", _COPY, Incident.UPDATE, _ATTENTION),
    "copy.last_seen": Meaning("Last sighting of a lost copy noted", _COPY, Incident.UPDATE, _LOW),
    "copy.written_off": Meaning("Lost copy written off", _COPY, Incident.CLOSE, _ATTENTION),
    # Incidents: what is known, what the law asks for, who decided.
    "incident.opened": Meaning("Incident opened", _RECORD, Incident.CREATE, _HIGH),
    "incident.joined": Meaning("Further copy joined an incident", _RECORD, Incident.UPDATE, _HIGH),
    "incident.declared": Meaning("Incident declared", _RECORD, Incident.UPDATE, _HIGH),
    "incident.closed": Meaning("Incident closed", _RECORD, Incident.CLOSE, _ATTENTION),
    "incident.reopened": Meaning("Incident reopened", _RECORD, Incident.UPDATE, _ATTENTION),
    "incident.indexed": Meaning("People of an incident indexed from files", _RECORD, Incident.UPDATE),
    "plan.approved": Meaning("Channel plan of an incident approved", _RECORD, Incident.UPDATE, _ATTENTION),
    "fact.stated": Meaning("Fact of an incident stated", _RECORD, Incident.UPDATE),
    "law.computed": Meaning("Duties of an incident computed", _RECORD, Incident.UPDATE),
    "severity.assessed": Meaning("Severity of an incident assessed", _RECORD, Incident.UPDATE),
    "obligation.decided": Meaning("Duty of an incident decided", _RECORD, Incident.UPDATE, _ATTENTION),
    # Media and certificates.
    "medium.registered": Meaning("Medium registered", _MEDIUM, Peripheral.ENABLE),
    "medium.probed": Meaning("Capacity of a medium probed", _MEDIUM, Peripheral.CONNECT),
    "medium.issued": Meaning("Medium issued", _MEDIUM, Peripheral.ENABLE),
    "medium.returned": Meaning("Medium returned", _MEDIUM, Peripheral.ENABLE),
    "medium.quarantined": Meaning("Medium quarantined", _MEDIUM, Finding.CREATE, _ATTENTION),
    "medium.released": Meaning("Medium released from quarantine", _MEDIUM, Finding.UPDATE, _LOW),
    "medium.retired": Meaning("Medium retired", _MEDIUM, Peripheral.DISABLE),
    "certificate.issued": Meaning("Certificate of erasure issued", _RECORD, Act.CREATE),
    # Tickets and releases.
    "ticket.issued": Meaning("Ticket issued", _KEY, Act.CREATE),
    "ticket.suspended": Meaning("Releases suspended", _KEY, Act.SUSPEND, _ATTENTION),
    "ticket.lifted": Meaning("Suspension lifted", _KEY, Act.RESUME, _ATTENTION),
    "ticket.destroy_intended": Meaning("Destruction of a share begun", _KEY, Act.UPDATE),
    "ticket.destroyed": Meaning("Share destroyed", _KEY, Act.DELETE),
    "release.requested": Meaning("Release requested", Subject.RELEASE, Act.CREATE),
    "release.approved": Meaning("Release approved by a person", Subject.RELEASE, Act.UPDATE),
    "release.given": Meaning("Release given", Subject.RELEASE, Act.ACTIVATE, _LOW),
    # Custody of the key elsewhere: envelopes, second offices, tickets issued ahead.
    "escrow.made": Meaning("Share split among envelopes", _KEY, Act.CREATE, _LOW),
    "escrow.released": Meaning("Share combined from envelopes", Subject.RELEASE, Act.ACTIVATE, _ATTENTION),
    "escrow.voided": Meaning("Envelopes voided", _KEY, Act.DISABLE),
    "peer.issued": Meaning("Ticket issued to another office", _KEY, Act.CREATE),
    "peer.sealed": Meaning("Capsule of several custodians sealed", _COPY, Act.UPDATE),
    "pool.issued": Meaning("Tickets issued ahead to a station", _KEY, Act.CREATE),
    "pool.ordered": Meaning("Station ordered to seal", _COPY, Act.CREATE),
    # Keys of the office.
    "epoch.begun": Meaning("Key epoch begun", _KEY, Act.CREATE),
    "epoch.rotation_intended": Meaning("Rotation of keys begun", _KEY, Act.UPDATE),
    "epoch.rotated": Meaning("Keys rotated", _KEY, Act.UPDATE),
    "keks.destroyed": Meaning("Earlier keys destroyed", _KEY, Act.DELETE),
    # People and by what means they sign.
    "register.changed": Meaning("Register changed", Subject.PERSON, Act.UPDATE, _LOW),
    "factor.enrolled": Meaning("One-time codes enrolled", Subject.PERSON, Act.ENABLE),
    "factor.locked": Meaning("Too many wrong one-time codes", Subject.PERSON, Finding.CREATE, _ATTENTION),
    "pin.set": Meaning("PIN set", Subject.PERSON, Act.ENABLE),
    "pin.locked": Meaning("Too many wrong PINs", Subject.PERSON, Finding.CREATE, _ATTENTION),
    # What is kept, shown and erased.
    "cut.made": Meaning("Data cut for a purpose", _RECORD, Act.CREATE),
    "cut.rejoined": Meaning("Answers joined with the people again", _RECORD, Act.READ, _LOW),
    "cut.traced": Meaning("Leaked rows traced to a copy", _RECORD, Finding.CREATE, _HIGH),
    "people.shown": Meaning("List of people shown", _RECORD, Act.READ, _ATTENTION),
    "list.exported": Meaning("List of people exported", _RECORD, Act.READ, _ATTENTION),
    "mail.returned": Meaning("Returned letters taken in", _RECORD, Act.CREATE),
    "scan.revealed": Meaning("Findings of a scan shown in full", _RECORD, Act.READ, _LOW),
    "statement.issued": Meaning("Statement on copies issued", _RECORD, Act.CREATE),
    "document.drafted": Meaning("Documents drafted", _RECORD, Act.UPDATE),
    "document.approved": Meaning("Document approved", _RECORD, Act.UPDATE),
    "statement.published": Meaning("Statement published", _RECORD, Act.CREATE),
    "record.erased": Meaning("Personal value erased", _RECORD, Act.DELETE),
    "records.shredded": Meaning("Keys of erased values shredded", _RECORD, Act.DELETE),
    "correction": Meaning("Earlier entry corrected", _RECORD, Act.UPDATE, _LOW),
    # Reports without sign-in, and what is rehearsed.
    "report.held": Meaning("Report of a loss held for a call back", _COPY, Incident.CREATE, _HIGH),
    "report.limited": Meaning("More reports of losses than can be true", Subject.OFFICE, Finding.CREATE, _HIGH),
    "drill.done": Meaning("Loss rehearsed", Subject.OFFICE, Act.READ),
    # Alarms and the office itself.
    "alarm.fired": Meaning("Alarm fired", _COPY, Finding.CREATE, _ATTENTION),
    "alarm.acknowledged": Meaning("Alarm acknowledged", _COPY, Finding.UPDATE),
    "alarm.heartbeat": Meaning("Alarm run alive", Subject.OFFICE, Act.READ),
    "ledger.recovered": Meaning("Ledger restored from an export", Subject.OFFICE, Finding.CREATE, _HIGH),
    "ledger.begun_anew": Meaning("Ledger begun anew under another name", Subject.OFFICE, Finding.CREATE, _HIGH),
    "office.made": Meaning("Office made", Subject.OFFICE, Act.CREATE),
    "clock.confirmed": Meaning("Clock confirmed by two persons", Subject.OFFICE, Act.UPDATE, _ATTENTION),
}
