"""Changing hands without one table: the holder offers, and the other accepts or declines, each with an own signature.

    offer_statement → signed by the giver → take_offer     copy.offered
    answer_statement → signed by the receiver → take_answer    copy.handed_over | copy.declined | copy.seal_broken
    nobody answers in time → expire_offers                 copy.offer_expired

The holder changes only by an acceptance, which repeats the digest of the offer. A statement names the copy's last entry in
the ledger, so one that was written before something else happened is refused. Whoever has a key file on this machine calls
:func:`offer`, :func:`accept` and :func:`decline`; whoever signs elsewhere gets the bytes and hands a signature back.
"""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime

import msgspec

from sekisho.clock import from_text, to_text
from sekisho.custodian.policy import TicketState
from sekisho.custody import copy as life
from sekisho.custody import records
from sekisho.custody.assurance import admit, must_be_apart
from sekisho.custody.handing import check_receiver, last_entry, sealed_parts
from sekisho.custody.media_following import follow
from sekisho.custody.office import Office
from sekisho.custody.records import CopyRow
from sekisho.custody.signatures import Checked, check_signature
from sekisho.custody.statements import HANDOVER, Answer, AnswerStatement, OfferStatement, Reason, read_statement
from sekisho.errors import Misuse, Refused, Unreadable
from sekisho.ledger.writer import Transaction
from sekisho.signing.keys import SigningKey
from sekisho.signing.sshsig import sign

_NONCE_BYTES = 16


@dataclass(frozen=True, slots=True, kw_only=True)
class Away:
    """Where a statement was signed that comes in later, by what the device says of itself.

    Attributes:
        device: 16 hex digits.
        sequence: the how-manieth of that device's statements it is.
        at: when, by that device's clock.
    """

    device: str
    sequence: int
    at: datetime

    @property
    def fields(self) -> dict[str, str | int]:
        """What the leaf says of it."""
        return {"device": self.device, "sequence": self.sequence, "device_at": to_text(self.at)}


@dataclass(frozen=True, slots=True)
class _Signed:
    """A statement as it was signed.

    Attributes:
        said: what it says.
        raw: its bytes.
        signature: the signature's text.
        person: who signed.
        checked: what the signature is worth, and by which key.
        away: where it was signed, if it comes in later.
    """

    said: OfferStatement | AnswerStatement
    raw: bytes
    signature: str
    person: str
    checked: Checked
    away: Away | None

    @property
    def key(self) -> str:
        return self.checked.key

    @property
    def digest(self) -> str:
        return hashlib.sha256(self.raw).hexdigest()


def offer_statement(office: Office, slip: str, *, giver: str, to: str, until: datetime) -> OfferStatement:
    """Return what the giver signs.

    Args:
        office: whose copy it is.
        slip: its slip number.
        giver: the person who has it.
        to: the person who may accept it.
        until: from then on nobody may.

    Raises:
        NotFound: there is no such copy.
        Refused: it is not sealed.
    """
    row = records.get_copy(office.ledger.connection, slip)
    cid, capsule = sealed_parts(row)
    return OfferStatement(
        v=1,
        type="offer",
        slip=slip,
        copy_id=cid.hex(),
        medium=row.medium,
        capsule=capsule.sha256,
        giver=giver,
        receiver=to,
        at=to_text(office.ledger.time()),
        until=to_text(until),
        nonce=secrets.token_hex(_NONCE_BYTES),
        previous=last_entry(office, cid),
    )


def offer(office: Office, slip: str, *, giver: SigningKey, to: str, until: datetime) -> CopyRow:
    """Offer a copy with a key that is here; raises as :func:`offer_statement` and :func:`take_offer`."""
    expire_offers(office)  # else its end would be an entry that the statement does not know of
    owner = office.register.owner(giver.public)
    statement = offer_statement(office, slip, giver=owner.id, to=to, until=until).encode()
    return take_offer(office, statement, sign(giver, statement, namespace=HANDOVER))


def take_offer(office: Office, statement: bytes, signature: str, *, away: Away | None = None) -> CopyRow:
    """Record an offer that its giver signed, here or elsewhere.

    Args:
        office: whose copy it is.
        statement: the offer's bytes.
        signature: its giver's.
        away: where it was signed, if there was no network.

    Raises:
        Unreadable, NoKey: it is no offer, or not signed by its giver.
        Refused: something has happened to the copy since it was written; the giver does not hold it; it is offered already;
            or the receiver is not named, or on no contract chain.
        Misuse: its time is over.
    """
    said = read_statement(statement, OfferStatement)
    signed = _signed_by(office, said, statement, signature, away)
    register = office.register
    receiver = register.person(said.receiver)
    check_receiver(office, receiver)
    must_be_apart(signed.checked, other=receiver.id)
    with office.ledger.transaction() as tx:
        row = _current(office, tx, said)
        admit(office, tx, row, signed.checked, person=signed.person)
        until = _time(said.until)
        if until <= _moment(tx, signed):
            raise Misuse("custody.offer_ends_before", until=until)
        event = life.Offer(said.giver, receiver.id, register.is_staff(receiver), until, signed.digest)
        fields = {"until": said.until, "from": signed.key}
        return _record(tx, row, signed, event, leaf="copy.offered", fields=fields)


def answer_statement(
    office: Office, slip: str, *, by: str, answer: Answer = "accepted", reason: Reason = "", place: str = ""
) -> AnswerStatement:
    """Return what is signed to answer the offer of a copy.

    Args:
        office: whose copy it is.
        slip: its slip number.
        by: the person who answers.
        answer: what is said.
        reason: why not, as a code.
        place: where, as the approval names places.

    Raises:
        NotFound: there is no such copy.
        Refused: it is not sealed, or nobody offers it.
    """
    row = records.get_copy(office.ledger.connection, slip)
    cid, _ = sealed_parts(row)
    if row.copy.offer is None and answer != "seal_broken":
        raise Refused("custody.no_offer")
    return AnswerStatement(
        v=1,
        type="answer",
        slip=slip,
        copy_id=cid.hex(),
        offer=row.copy.offer.statement if row.copy.offer else "",
        by=by,
        answer=answer,
        reason=reason,
        place=place,
        at=to_text(office.ledger.time()),
        nonce=secrets.token_hex(_NONCE_BYTES),
        previous=last_entry(office, cid),
    )


def accept(office: Office, slip: str, *, receiver: SigningKey, place: str = "") -> CopyRow:
    """Accept what is offered with a key that is here; raises as :func:`answer_statement` and :func:`take_answer`."""
    return _answer(office, slip, receiver, "accepted", place=place)


def decline(office: Office, slip: str, *, by: SigningKey, reason: Reason = "other") -> CopyRow:
    """Decline what is offered, or take the own offer back; raises as :func:`answer_statement` and :func:`take_answer`."""
    return _answer(office, slip, by, "declined", reason=reason)


def break_seal(office: Office, slip: str, *, by: SigningKey) -> CopyRow:
    """Report that the seal or cover of a copy is broken, which stops it; raises as :func:`take_answer`."""
    return _answer(office, slip, by, "seal_broken")


def take_answer(office: Office, statement: bytes, signature: str, *, away: Away | None = None) -> CopyRow:
    """Record what its signer says to an offer, here or elsewhere.

    Args:
        office: whose copy it is.
        statement: the answer's bytes.
        signature: its signer's.
        away: where it was signed, if there was no network; an offer that was in force then was accepted in time.

    Raises:
        Unreadable, NoKey: it is no answer, or not signed by who it says.
        Refused: something has happened to the copy since it was written; the offer was to somebody else, or is over; or
            whoever accepts is on no contract chain any more.
    """
    said = read_statement(statement, AnswerStatement)
    signed = _signed_by(office, said, statement, signature, away)
    with office.ledger.transaction() as tx:
        row = _current(office, tx, said)
        match said.answer:
            case "accepted":
                return _accepted(office, tx, row, said, signed)
            case "declined":
                fields = {"offer": said.offer, "reason": said.reason, "by": signed.key}
                return _record(tx, row, signed, life.Decline(said.by), leaf="copy.declined", fields=fields)
            case "seal_broken":
                fields = {"by": signed.key}
                changed = _record(tx, row, signed, life.BreakSeal(said.by), leaf="copy.seal_broken", fields=fields)
                _suspend(office, tx, changed)
                return changed


def take_signed(office: Office, statement: bytes, signature: str) -> CopyRow:
    """Record what was signed elsewhere, an offer or an answer; raises as :func:`take_offer` and :func:`take_answer`."""
    is_offer = b'"type":"offer"' in statement  # whatever it is, each reads it whole
    return take_offer(office, statement, signature) if is_offer else take_answer(office, statement, signature)


def expire_offers(office: Office) -> list[str]:
    """Record the end of every offer whose time is over; return the slip numbers of what stays with its holder."""
    now = office.ledger.time()
    over = [
        row.slip
        for row in records.copies(office.ledger.connection)
        if row.copy.offer is not None and row.copy.offer.until <= now
    ]
    for slip in over:
        with office.ledger.transaction() as tx:
            row = records.get_copy(tx.connection, slip)
            cid, _ = sealed_parts(row)
            ended = row.copy.offer
            changed = life.after(row.copy, life.Expire(tx.at))
            records.update_copy(tx.connection, msgspec.structs.replace(row, copy=changed))
            tx.append(
                "copy.offer_expired", copy=cid.hex(), fields={"slip": slip, "offer": ended.statement if ended else ""}
            )
    return over


def _answer(
    office: Office, slip: str, key: SigningKey, answer: Answer, *, reason: Reason = "", place: str = ""
) -> CopyRow:
    by = office.register.owner(key.public).id
    statement = answer_statement(office, slip, by=by, answer=answer, reason=reason, place=place).encode()
    return take_answer(office, statement, sign(key, statement, namespace=HANDOVER))


def _accepted(office: Office, tx: Transaction, row: CopyRow, said: AnswerStatement, signed: _Signed) -> CopyRow:
    person = office.register.person(said.by)
    check_receiver(office, person)
    offer = row.copy.offer
    if offer is None or offer.statement != said.offer:
        raise Refused("custody.no_offer")
    must_be_apart(signed.checked, other=offer.giver, key=_offered_with(office, said))
    admit(office, tx, row, signed.checked, person=signed.person)
    event = life.Accept(person.id, office.register.is_staff(person), _moment(tx, signed), said.place)
    giver = office.register.person(offer.giver)
    fields = {"offer": said.offer, "to": signed.key, **({"from": giver.public_key.id} if giver.key else {})}
    changed = _record(tx, row, signed, event, leaf="copy.handed_over", fields=fields)
    follow(tx, row.copy, changed, statement=signed.digest, by=[signed.key])
    return changed


def _offered_with(office: Office, said: AnswerStatement) -> str:
    """Return the id of the key under the offer that is answered: the giver's, or that of who saw the giver's paper."""
    entries = office.ledger.entries_of(said.copy_id)
    offers = [each for each in entries if each.type == "copy.offered" and each.fields["statement"] == said.offer]
    return str(offers[-1].fields["from"]) if offers else ""


def _record(
    tx: Transaction, row: CopyRow, signed: _Signed, event: life.Event, *, leaf: str, fields: dict[str, str]
) -> CopyRow:
    """Store a copy after an event together with its leaf and what was signed."""
    changed = msgspec.structs.replace(row, copy=life.after(row.copy, event))
    records.update_copy(tx.connection, changed)
    said = signed.said
    common = {
        "slip": row.slip,
        "statement": signed.digest,
        "previous": said.previous,
        "level": signed.checked.level.value,
    }
    away = signed.away.fields if signed.away else {}
    index = tx.append(leaf, copy=said.copy_id, fields={**common, **fields, **away}, details=_details(row, said))
    records.add_signed(tx.connection, index, signed.raw, [signed.signature])
    return changed


def _details(row: CopyRow, said: OfferStatement | AnswerStatement) -> dict[str, str]:
    """Return the persons and places of a step, which stay erasable."""
    if isinstance(said, OfferStatement):
        return {"giver": said.giver, "receiver": said.receiver}
    place = {"place": said.place} if said.place else {}
    if said.answer == "accepted":
        return {"giver": row.copy.holder or "", "receiver": said.by, **place}
    return {"by": said.by}


def _suspend(office: Office, tx: Transaction, row: CopyRow) -> None:
    cid, _ = sealed_parts(row)
    if any(ticket.state is TicketState.LIVE for ticket in office.custodian.tickets(cid)):
        office.custodian.suspend(tx, cid)


def _current(office: Office, tx: Transaction, said: OfferStatement | AnswerStatement) -> CopyRow:
    """Return the copy that a statement is about, if nothing has happened to it since it was written."""
    row = records.get_copy(tx.connection, said.slip)
    cid, capsule = sealed_parts(row)
    same = said.copy_id == cid.hex()
    if isinstance(said, OfferStatement):
        same = same and (said.medium, said.capsule) == (row.medium, capsule.sha256)
    if not same or not (said.previous == last_entry(office, cid) or _answers_last(office, cid, said)):
        raise Refused("custody.statement_moved_on", slip=said.slip)
    return row


def _answers_last(office: Office, cid: bytes, said: OfferStatement | AnswerStatement) -> bool:
    """Tell whether an answer was written without the ledger, from the offer alone, and nothing has happened since that."""
    last = None
    for entry in office.ledger.entries_of(cid.hex()):
        last = entry
    if last is None or last.type != "copy.offered" or not isinstance(said, AnswerStatement):
        return False
    return (last.fields["statement"], last.fields["previous"]) == (said.offer, said.previous)


def _moment(tx: Transaction, signed: _Signed) -> datetime:
    """Return when something was signed: now, or before, where there was no network."""
    return min(tx.at, _time(signed.said.at)) if signed.away else tx.at


def _time(text: str) -> datetime:
    try:
        return from_text(text)
    except ValueError:
        raise Unreadable("custody.no_statement") from None


def _signed_by(
    office: Office, said: OfferStatement | AnswerStatement, statement: bytes, signature: str, away: Away | None
) -> _Signed:
    """Return a statement with its signature, which is of the person in whose name it is."""
    person = said.giver if isinstance(said, OfferStatement) else said.by
    checked = check_signature(office.register, person, statement, HANDOVER, signature)
    return _Signed(said, statement, signature, person, checked, away)
