"""What a request for a release asks for, as the desk reads it back over the telephone: in words, and for programs."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, NotRequired, TypedDict, cast

from sekisho.canon.visible import shown
from sekisho.cli.persons import person_words
from sekisho.cli.session import Session
from sekisho.clock import from_text, to_local, to_text

if TYPE_CHECKING:
    from sekisho.custodian.tickets import ReleaseRequest, Ticket
    from sekisho.custody.office import Office


class AskedRelease(TypedDict):
    """A request for a release."""

    slip: str
    medium: str
    holder: str | None
    recipient: str
    phone: str | None
    purposes: list[str]
    people: int
    opens: int
    most: int
    saving: bool
    until: str
    typed: NotRequired[str]
    device: NotRequired[str]
    device_name: NotRequired[str]
    header_seen: NotRequired[bool]
    peer: NotRequired[bool]


def asked_release(office: "Office", request: "ReleaseRequest") -> AskedRelease:
    """Return what is asked for: which copy, who has it, whom to call back, why, how many people, how often, how long."""
    from sekisho.custody import records
    from sekisho.custody.releasing import copy_here

    ticket = office.releases.ticket(request)
    row = copy_here(office, ticket)
    if row is None:
        return _for_peer(office, request, ticket)
    statement = records.get_request(office.ledger.connection, row.request).statement
    register = office.register
    recipient = register.persons.get(statement.recipient)
    asked: AskedRelease = {
        "slip": row.slip,
        "medium": row.medium,
        "holder": row.copy.holder,
        "recipient": statement.recipient,
        "phone": (register.phone(recipient) if recipient else "") or None,
        "purposes": statement.purposes,
        "people": statement.people,
        "opens": ticket.opens,
        "most": ticket.policy.max_opens,
        "saving": statement.allow_save,
        "until": statement.not_after,
    }
    if request.asked is not None and request.signature is not None:
        asked.update(_from_document(office, request.asked))
    return asked


def _for_peer(office: "Office", request: "ReleaseRequest", ticket: "Ticket") -> AskedRelease:
    """Return what this office knows of another's copy: whose it is, how often and until when; the rest must be asked there."""
    from sekisho.custody import peer_records

    asked: AskedRelease = {
        "slip": ticket.cid.hex()[:8],
        "medium": peer_records.get(office.ledger.connection, ticket.cid).office,
        "holder": "",
        "recipient": "",
        "phone": None,
        "purposes": [],
        "people": 0,
        "opens": ticket.opens,
        "most": ticket.policy.max_opens,
        "saving": False,
        "until": to_text(ticket.policy.not_after),
        "peer": True,
    }
    if request.asked is not None and request.signature is not None:
        asked.update(_from_document(office, request.asked))
    return asked


def _from_document(office: "Office", raw: bytes) -> AskedRelease:
    """Return what a request document says itself: what was typed, and on which device."""
    from sekisho.custodian import devices
    from sekisho.custodian.documents import NOT_SEEN, device_id, read_document

    document = read_document(raw)
    known = devices.get(office.ledger.connection, device_id(document.device))
    said: dict[str, str | bool] = {"typed": document.purpose, "device": known.id, "device_name": known.name}
    said["header_seen"] = document.header != NOT_SEEN
    return cast("AskedRelease", said)


def asked_release_lines(
    session: Session, office: "Office", request: "ReleaseRequest", asked: AskedRelease
) -> Iterator[str]:
    """Say it, with the names of the register."""
    zone = office.settings.zone
    if "peer" in asked:
        yield session.say(
            "release.asked_for_peer",
            number=request.id,
            copy=asked["slip"],
            office=asked["medium"],
            opens=asked["opens"],
            most=asked["most"],
            until=to_local(from_text(asked["until"]), zone),
            zone=zone,
        )
    else:
        yield _asked_here(session, office, request, asked)
    if "device" in asked:
        yield _device_line(session, office, asked["device"])
        if not asked["header_seen"]:
            yield session.say("release.header_unseen")
        if asked["typed"]:
            yield session.say("release.typed", purpose=shown(asked["typed"]))


def _asked_here(session: Session, office: "Office", request: "ReleaseRequest", asked: AskedRelease) -> str:
    register, zone = office.register, office.settings.zone
    return session.say(
        "release.asked",
        number=request.id,
        slip=asked["slip"],
        medium=shown(asked["medium"]),
        holder=person_words(session, register, asked["holder"]),
        recipient=person_words(session, register, asked["recipient"]),
        phone=asked["phone"] or session.say("release.no_phone"),
        purposes=shown(session.say("separator").join(asked["purposes"])),
        people=f"{asked['people']:,}",
        opens=asked["opens"],
        most=asked["most"],
        saving=session.say("saving.yes" if asked["saving"] else "saving.no"),
        until=to_local(from_text(asked["until"]), zone),
        zone=zone,
    )


def _device_line(session: Session, office: "Office", identifier: str) -> str:
    from sekisho.custodian import devices

    device = devices.get(office.ledger.connection, identifier)
    first = to_local(device.first_seen, office.settings.zone)
    name = shown(device.name) or session.say("release.device_unnamed", first_seen=first)
    return session.say("release.device", device=device.id, name=name)
