"""The office's register of media: registered, marked, issued, taken back, kept apart, let go, retired.

A medium that is a person's word is a folder with a name; one that is registered has a number on its sticker, a mark signed
by the office, and a fingerprint that is compared each time it is met. Each change and its leaf are one commit, and who
answers for it signed it; only keeping a medium apart takes nobody's key, for that must be quick.
"""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import msgspec

from sekisho.canon.visible import hidden
from sekisho.clock import to_text
from sekisho.custody import media_states, records
from sekisho.custody.checking import two_persons
from sekisho.custody.media_meeting import (
    FOREIGN_LABEL,
    NO_DEVICE,
    Reason,
    fingerprint_of,
    new_medium,
    next_number,
    quarantine,
    quarantine_foreign,
)
from sekisho.custody.media_records import MediumRecord, MediumState, add_medium, get_medium, media, update_medium
from sekisho.custody.media_statements import MediumStatement
from sekisho.custody.media_states import Facts, MediumEvent
from sekisho.custody.office import Office
from sekisho.custody.register import DECIDERS, Role
from sekisho.errors import MediumError, Misuse, NoKey, NotFound, Refused, Unreadable
from sekisho.ledger.writer import Transaction
from sekisho.media.device import Device, Platform
from sekisho.media.marker import MEDIUM, MediumMark, read_mark, sign_mark, verify_mark, write_mark
from sekisho.media.platform import this_platform
from sekisho.media.writing import Place, look, must_be_same
from sekisho.signing.keys import SigningKey
from sekisho.signing.sshsig import sign

KEEPERS = (Role.REQUESTER, Role.APPROVER, Role.KEY_OFFICER)
"""Who of the office keeps its media."""

_OVER = frozenset({"cancelled", "closed", "closed_lost"})


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelFacts:
    """What stands on the label of a medium; never what it holds or for whom.

    Attributes:
        office: the office's name.
        phone: whom a finder calls.
        number: the registration number.
        label: what the office calls it.
        section: which section keeps it.
        lost_code: the code that a finder gives.
        address: where a finder may go instead; empty where the office has no such page.
    """

    office: str
    phone: str
    number: str
    label: str
    section: str
    lost_code: str
    address: str


def register_medium(
    office: Office,
    label: str,
    folder: Path,
    *,
    keeper: SigningKey,
    section: str = "",
    twin: bool = False,
    platform: Platform | None = None,
) -> MediumRecord:
    """Register a medium under a label, and put the office's mark on it.

    Args:
        office: whose it is.
        label: what people will call it.
        folder: where it is mounted; or a folder that is no device, which then stands for a medium.
        keeper: key of who registers it.
        section: which section keeps it.
        twin: register it although a registered one says the same of itself.
        platform: the system's devices; this very system's if not given.

    Raises:
        Misuse: the label is empty, unspeakable, or taken.
        Refused: the person may not, it is registered already, it is kept apart as foreign, or it has a twin.
        MediumError: the medium failed; registered, but without a mark, it takes no copy until it is marked.
    """
    person = _keeper(office, keeper)
    place = look(folder, platform or this_platform())
    _must_be_new(office, place, twin=twin)
    device = place.volume.device if place.volume else None
    office.note(folder)
    with office.ledger.transaction() as tx:
        _check_label(office, label, section)
        number = next_number(tx)
        medium = new_medium(tx, number, label, device, section=section)
        add_medium(tx.connection, medium)
        statement = MediumStatement(action="register", medium=number, label=label, at=to_text(tx.at))
        _append(tx, "medium.registered", statement, [keeper], details=_details(medium, person))
    _mark(office, medium, place)
    return medium


def mark_medium(office: Office, label: str, folder: Path, *, platform: Platform | None = None) -> MediumRecord:
    """Put the office's mark on a medium anew, after it was formatted; it must say of itself what it said before.

    Raises:
        NotFound: there is no such medium.
        Refused: it is retired, kept apart, or another device than was registered.
        MediumError: the medium failed.
    """
    medium = get_medium(office.ledger.connection, label)
    if medium.state not in {MediumState.IN_STORE, MediumState.ISSUED}:
        raise Refused("custody.medium_not_in_store", medium=label, state=media_states.words(medium.state))
    place = look(folder, platform or this_platform())
    if fingerprint_of(place) != medium.fingerprint:
        raise Refused("custody.medium_another", medium=label, other="", path=folder)
    office.note(folder)
    _mark(office, medium, place)
    return medium


def issue_medium(office: Office, label: str, *, to: str, keeper: SigningKey) -> MediumRecord:
    """Give a medium out of the store to a registered person.

    Raises:
        NotFound: there is no such medium.
        Refused: the person is not registered or may not, or the medium is not in the store.
    """
    receiver = office.register.person(to)
    return _move(office, label, MediumEvent.ISSUE, "medium.issued", [keeper], to=receiver.id)


def take_back(office: Office, label: str, *, keeper: SigningKey) -> MediumRecord:
    """Take a medium back into the store.

    Raises:
        NotFound: there is no such medium.
        Refused: the person may not, or it was not out.
    """
    return _move(office, label, MediumEvent.RETURN, "medium.returned", [keeper])


def keep_apart(office: Office, label: str, *, reason: Reason = Reason.REPORTED) -> MediumRecord:
    """Put a medium in quarantine; anybody may.

    Raises:
        NotFound: there is no such medium.
        Refused: it is retired.
    """
    with office.ledger.transaction() as tx:
        return quarantine(tx, get_medium(tx.connection, label), reason)


def keep_foreign_apart(office: Office, device: Device) -> MediumRecord:
    """Note a stick that is none of the office's and put it in quarantine; anybody may.

    Raises:
        Refused: it is one of the office's.
    """
    with office.ledger.transaction() as tx:
        for medium in media(tx.connection):
            if not medium.foreign and medium.fingerprint == device.fingerprint:
                raise Refused("custody.medium_is_registered", medium=medium.label)
        return quarantine_foreign(tx, device)


def release_medium(office: Office, label: str, *, keys: Sequence[SigningKey]) -> MediumRecord:
    """Let a medium out of quarantine; two persons. A foreign stick leaves the register by that, and may be registered.

    Raises:
        NotFound: there is no such medium.
        Refused: fewer than two who may, or it is not in quarantine.
    """
    two_persons(office.register, [key.public for key in keys], *DECIDERS)
    return _move(office, label, MediumEvent.RELEASE, "medium.released", keys)


def retire_medium(office: Office, label: str, *, keeper: SigningKey) -> MediumRecord:
    """Take a medium out of use for good; never while a live copy is on it.

    Raises:
        NotFound: there is no such medium.
        Refused: the person may not, a copy is on it, or it is retired.
    """
    return _move(office, label, MediumEvent.RETIRE, "medium.retired", [keeper])


def live_copies(office: Office, label: str) -> list[str]:
    """Return the slips of the copies that are, or may be, on a medium."""
    connection = office.ledger.connection
    rows = (records.get_copy(connection, slip) for slip in records.slips_on(connection, label))
    return [row.slip for row in rows if row.cid is not None and row.copy.state.value not in _OVER]


def label_facts(office: Office, label: str) -> LabelFacts:
    """Return what stands on a medium's label.

    Raises:
        NotFound: there is no such medium.
    """
    medium, settings = get_medium(office.ledger.connection, label), office.settings
    address = f"{settings.url.rstrip('/')}/f/{medium.lost_code}" if settings.url else ""
    return LabelFacts(
        office=settings.name,
        phone=settings.phone,
        number=medium.id,
        label=medium.label,
        section=medium.section,
        lost_code=medium.lost_code,
        address=address,
    )


def twins(medium: MediumRecord, register: Iterable[MediumRecord]) -> list[str]:
    """Return the labels of the other media that say the same of themselves: their fingerprints tell nothing apart."""
    if medium.fingerprint == NO_DEVICE:
        return []
    return [
        other.label
        for other in register
        if other.id != medium.id and other.fingerprint == medium.fingerprint and other.state is not MediumState.RETIRED
    ]


def must_be_told_apart(office: Office, medium: MediumRecord) -> None:
    """Refuse to overwrite a device that may be another medium, with copies on it: one that says the same of itself.

    Raises:
        Refused: just that.
    """
    for other in twins(medium, media(office.ledger.connection)):
        if live_copies(office, other):
            raise Refused("custody.medium_twin_holds_copies", medium=medium.label, other=other)


def _move(
    office: Office, label: str, event: MediumEvent, leaf: str, keys: Sequence[SigningKey], *, to: str = ""
) -> MediumRecord:
    """Bring a medium into its next state under the signatures of who answers for it."""
    persons = [_keeper(office, key) for key in keys]
    with office.ledger.transaction() as tx:
        medium = get_medium(tx.connection, label)
        facts = Facts(foreign=medium.foreign, copies=len(live_copies(office, medium.label)))
        moved = msgspec.structs.replace(medium, state=media_states.after(medium.state, event, facts))
        update_medium(tx.connection, moved)
        statement = MediumStatement(action=event.value, medium=medium.id, label=medium.label, to=to, at=to_text(tx.at))
        details = _details(medium, *persons) | ({"to": to} if to else {})
        _append(tx, leaf, statement, keys, details=details)
    return moved


def _append(
    tx: Transaction, leaf: str, statement: MediumStatement, keys: Sequence[SigningKey], *, details: dict[str, str]
) -> None:
    message = statement.encode()
    fields = {
        "medium": statement.medium,
        "statement": hashlib.sha256(message).hexdigest(),
        "by": [key.public.id for key in keys],
    }
    index = tx.append(leaf, fields=fields, details=details)
    records.add_signed(tx.connection, index, message, [sign(key, message, namespace=MEDIUM) for key in keys])


def _details(medium: MediumRecord, *persons: str) -> dict[str, str]:
    """Return what the leaf commits to: a label or a section may be somebody's name."""
    values = {"label": medium.label, "section": medium.section, "persons": " ".join(persons)}
    return {name: value for name, value in values.items() if value}


def _keeper(office: Office, key: SigningKey) -> str:
    person = office.register.owner(key.public)
    office.register.require_role(person, *KEEPERS)
    return person.id


def _check_label(office: Office, label: str, section: str) -> None:
    for option, text in (("LABEL", label), ("--section", section)):
        if character := hidden(text):
            raise Misuse("custody.unspeakable", option=option, character=character)
    if not label.strip() or label.startswith(FOREIGN_LABEL) or "=" in label:
        raise Misuse("custody.medium_bad_label", label=label)
    try:
        get_medium(office.ledger.connection, label)
    except NotFound:
        return
    raise Misuse("custody.medium_label_taken", label=label)


def _must_be_new(office: Office, place: Place, *, twin: bool) -> None:
    """Refuse what is registered already, and what may be."""
    register, found = media(office.ledger.connection), fingerprint_of(place)
    marked = _marked_as(office, place)
    for medium in register:
        if medium.state is MediumState.RETIRED:
            continue
        if medium.id == marked:
            raise Refused("custody.medium_is_registered", medium=medium.label)
        if medium.fingerprint == found != NO_DEVICE:
            if medium.foreign:
                raise Refused("custody.medium_kept_apart", medium=medium.label)
            if not twin:
                raise Refused("custody.medium_twin", medium=medium.label)


def _marked_as(office: Office, place: Place) -> str | None:
    """Return the number on a medium's mark, if the office put one there."""
    try:
        data = read_mark(place.folder)
        return verify_mark(data, SigningKey(office.signer).public).id if data else None
    except (Unreadable, NoKey):
        return None
    except OSError as error:
        raise MediumError("custody.medium_failed", medium="", path=place.folder) from error


def _mark(office: Office, medium: MediumRecord, place: Place) -> None:
    mark = MediumMark(
        id=medium.id,
        office=office.settings.origin,
        vendor_id=medium.vendor_id,
        product_id=medium.product_id,
        serial=medium.serial,
        size=medium.size,
    )
    try:
        write_mark(place, sign_mark(mark, SigningKey(office.signer)))
    except OSError as error:
        raise MediumError("custody.medium_failed", medium=medium.label, path=place.folder) from error
    must_be_same(place)
