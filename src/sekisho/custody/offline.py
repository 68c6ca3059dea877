"""Changing hands where there is no network: codes go from screen to camera, and what was signed comes in later.

The giver's device shows an offer, the receiver's answers from that offer alone; both keep their codes. Back at the office they
are taken in, in the order in which they were signed, each once. A device's clock and its numbering are what it says of itself.
If one offer was accepted twice, the first stands; the second is an incident, kept with its signature.
"""

import hashlib
import json
import secrets
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import msgspec

from sekisho.clock import to_text
from sekisho.custody import records
from sekisho.custody.carried import Carried
from sekisho.custody.offering import Away, take_answer, take_offer
from sekisho.custody.office import Office
from sekisho.custody.signatures import check_signature
from sekisho.custody.statements import HANDOVER, Answer, AnswerStatement, OfferStatement, Reason
from sekisho.errors import Refused, SekishoError, Unreadable
from sekisho.files import write_whole
from sekisho.ledger.entry import Entry

_NONCE_BYTES = 16
_DEVICE_BYTES = 8

Signer = Callable[[bytes, str], str]
"""Signs a statement for a purpose: a key file, an agent, a page."""


class Device(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A device that signs without the office: its number, and how many statements it has signed.

    Attributes:
        id: 16 hex digits, drawn once.
        sequence: of its last statement.
    """

    id: str
    sequence: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """What became of a code that was brought in.

    Attributes:
        slip: of the copy it is about.
        type: ``offer`` or ``answer``.
        outcome: recorded now; known before; refused.
        error: why it was refused.
    """

    slip: str
    type: str
    outcome: str
    error: SekishoError | None = None


def next_of(path: Path) -> Device:
    """Count a device's statements on, in a file of its own, and return where it stands.

    Raises:
        Unreadable: the file is something else.
    """
    try:
        before = msgspec.json.decode(path.read_bytes(), type=Device)
    except FileNotFoundError:
        before = Device(id=secrets.token_hex(_DEVICE_BYTES))
    except (msgspec.DecodeError, UnicodeError):
        raise Unreadable("custody.no_device", path=path) from None
    device = msgspec.structs.replace(before, sequence=before.sequence + 1)
    write_whole(path, msgspec.json.encode(device), overwrite=True)
    return device


def pending_offer(office: Office, slip: str) -> Carried:
    """Return the offer of a copy that waits for an answer, as its giver signed it.

    Raises:
        NotFound: there is no such copy.
        Refused: nobody offers it.
    """
    offer = records.get_copy(office.ledger.connection, slip).copy.offer
    for entry in _entries(office, slip) if offer else ():
        signed = records.get_signed(office.ledger.connection, entry.index)
        if signed and offer and entry.fields.get("statement") == offer.statement:
            statement, (signature,) = signed
            return Carried(statement=statement, signature=signature)
    raise Refused("custody.no_offer")


def answer_offer(
    offer: Carried,
    *,
    by: str,
    sign: Signer,
    at: datetime,
    device: Device,
    answer: Answer = "accepted",
    reason: Reason = "",
) -> Carried:
    """Answer an offer that a camera has read, without the office; whether it was its giver's is checked when it comes in.

    Args:
        offer: the offer.
        by: the person who answers.
        sign: signs for that person.
        at: the device's time.
        device: where it stands.
        answer: what is said.
        reason: why not, as a code.

    Raises:
        Unreadable: it is no offer.
        Refused: it is to somebody else, or is over.
    """
    said = read_offer(offer)
    if said.receiver != by:
        raise Refused("custody.not_offered_to", person=by)
    if said.until <= to_text(at):
        raise Refused("custody.offer_over")
    statement = AnswerStatement(
        v=1,
        type="answer",
        slip=said.slip,
        copy_id=said.copy_id,
        offer=hashlib.sha256(offer.statement).hexdigest(),
        by=by,
        answer=answer,
        reason=reason,
        place="",
        at=to_text(at),
        nonce=secrets.token_hex(_NONCE_BYTES),
        previous=said.previous,
    ).encode()
    return Carried(
        statement=statement, signature=sign(statement, HANDOVER), device=device.id, sequence=device.sequence, at=at
    )


def read_offer(carried: Carried) -> OfferStatement:
    """Return what an offer says.

    Raises:
        Unreadable: it is none.
    """
    try:
        said = msgspec.json.decode(carried.statement, type=OfferStatement)
    except (msgspec.DecodeError, UnicodeError):
        raise Unreadable("custody.no_statement") from None
    return said


def take_in(office: Office, codes: Iterable[Carried]) -> list[Taken]:
    """Record what was signed without a network, in the order of its signing; what is refused does not keep the rest back.

    Raises:
        Unreadable: one of them is no statement of a hand-over; nothing was recorded.
    """
    ordered = sorted(((_head(each), each) for each in codes), key=lambda pair: pair[0])
    return [_take(office, head, each) for head, each in ordered]


def _head(carried: Carried) -> tuple[str, bool, int, str]:
    """Return what orders a statement: when it was signed, offers before answers, the device's own numbering; and its slip."""
    try:
        said = json.loads(carried.statement)
        return str(said["at"]), said["type"] != "offer", carried.sequence, str(said["slip"])
    except (ValueError, LookupError, TypeError):
        raise Unreadable("custody.no_statement") from None


def _take(office: Office, head: tuple[str, bool, int, str], carried: Carried) -> Taken:
    _, is_answer, _, slip = head
    kind = "answer" if is_answer else "offer"
    away = (
        Away(device=carried.device, sequence=carried.sequence, at=carried.at) if carried.device and carried.at else None
    )
    try:
        if _is_known(office, slip, carried.statement):
            return Taken(slip=slip, type=kind, outcome="known")
        (take_answer if is_answer else take_offer)(office, carried.statement, carried.signature, away=away)
    except Refused as error:
        return Taken(slip=slip, type=kind, outcome="refused", error=_twice(office, slip, carried) or error)
    except SekishoError as error:
        return Taken(slip=slip, type=kind, outcome="refused", error=error)
    return Taken(slip=slip, type=kind, outcome="recorded")


def _twice(office: Office, slip: str, carried: Carried) -> SekishoError | None:
    try:
        return _second_acceptance(office, slip, carried)
    except (msgspec.DecodeError, SekishoError):  # no acceptance, or somebody else's: the first refusal says it
        return None


def _is_known(office: Office, slip: str, statement: bytes) -> bool:
    digest = hashlib.sha256(statement).hexdigest()
    return any(entry.fields.get("statement") == digest for entry in _entries(office, slip))


def _entries(office: Office, slip: str) -> list[Entry]:
    cid = records.get_copy(office.ledger.connection, slip).cid
    return list(office.ledger.entries_of(cid.hex() if cid else None))


def _second_acceptance(office: Office, slip: str, carried: Carried) -> Refused | None:
    """Record an acceptance of what was accepted before, if that is what was refused, and return what is said of it."""
    said = msgspec.json.decode(carried.statement, type=AnswerStatement)
    before = [e for e in _entries(office, slip) if e.type == "copy.handed_over" and e.fields.get("offer") == said.offer]
    if not before or said.answer != "accepted":
        return None
    check_signature(office.register, said.by, carried.statement, HANDOVER, carried.signature)
    with office.ledger.transaction() as tx:
        index = tx.append(
            "copy.accepted_twice",
            copy=said.copy_id,
            fields={
                "slip": slip,
                "offer": said.offer,
                "first": before[0].fields["statement"],
                "statement": hashlib.sha256(carried.statement).hexdigest(),
            },
            details={"by": said.by},
        )
        records.add_signed(tx.connection, index, carried.statement, [carried.signature])
    return Refused("custody.accepted_twice", slip=slip)
