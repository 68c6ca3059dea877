"""Asking for a copy, and approving it: everything that a signature will stand under is checked before it is signed."""

import hashlib
import re
import secrets
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import msgspec

from sekisho.canon.visible import hidden
from sekisho.capsule.names import Names
from sekisho.capsule.payload import MANIFEST
from sekisho.clock import to_text
from sekisho.codes import with_check_digit
from sekisho.custody import copy as life
from sekisho.custody import records
from sekisho.custody.checking import APPROVALS, check_people, check_purposes, sealed_to
from sekisho.custody.copy import Copy
from sekisho.custody.cut_kept import load_cut_index
from sekisho.custody.cut_record import CutRecord
from sekisho.custody.media_meeting import check_media
from sekisho.custody.office import Office
from sekisho.custody.records import CopyRow, Request
from sekisho.custody.register import IDENTIFIER, Person, Register, Role
from sekisho.custody.statements import COPY, CopyStatement
from sekisho.errors import Misuse, Refused
from sekisho.people.index import union
from sekisho.signing.keys import SigningKey
from sekisho.signing.sshsig import sign

MOST_OPENS = 1000

_SLIP_DIGITS = 5
_PLACE = re.compile(IDENTIFIER)


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What a requester asks for.

    Attributes:
        cuts: ids of the cuts that go into the capsule.
        carrier: who takes it out.
        recipient: who may open it.
        route: how it travels, and where to.
        media: labels of the media, one copy each.
        not_before: earliest opening.
        not_after: latest opening.
        due: when it is due back.
        max_opens: how often each copy may be opened.
        allow_save: whether rows may be saved when opened.
        place: where alone it may be opened, by a name that the hand-over there repeats; empty for anywhere.
    """

    cuts: tuple[str, ...]
    carrier: str
    recipient: str
    route: str
    media: tuple[str, ...]
    not_before: datetime
    not_after: datetime
    due: datetime
    max_opens: int = 1
    allow_save: bool = False
    place: str = ""


def request_copy(office: Office, wish: Wish, *, requester: SigningKey) -> Request:
    """Sign and store a request; every medium becomes a copy with its own slip number.

    Raises:
        Refused: a person, contract, purpose or time does not allow it.
        NotFound: there is no such cut, or no such medium in an office that keeps a register of them.
        Misuse: the wish contradicts itself.
    """
    register = office.register
    person = register.owner(requester.public)
    register.require_role(person, Role.REQUESTER)
    cuts = [records.get_cut(office.ledger.connection, cut_id) for cut_id in wish.cuts]
    today = office.today()
    check_wish(wish, cuts, office.ledger.time(), last_day=office.day(wish.not_after - timedelta(seconds=1)))
    check_media(office, wish.media)
    check_people(register, wish.carrier, wish.recipient, days=(today, office.day(wish.due)))
    check_purposes(register, cuts, register.person(wish.recipient), today)
    statement = _statement(office, wish, cuts, register, person)
    signature = sign(requester, statement.encode(), namespace=COPY)
    with office.ledger.transaction() as tx:
        number = records.add_request(tx.connection, statement, signature)
        blank = Copy(
            requester=person.id,
            carrier=wish.carrier,
            recipient=wish.recipient,
            needed=statement.approvals,
            not_before=wish.not_before,
            not_after=wish.not_after,
            due=wish.due,
            place=wish.place,
        )
        for medium in wish.media:
            slip = _fresh_slip(office)
            records.add_copy(
                tx.connection,
                CopyRow(slip=slip, request=number, medium=medium, cid=None, copy=blank, capsule=None),
            )
        tx.append(
            "copy.requested",
            fields={
                "request": number,
                "statement": hashlib.sha256(statement.encode()).hexdigest(),
                "by": requester.public.id,
                "copies": len(wish.media),
                "people": statement.people,
            },
            details={"carrier": wish.carrier, "recipient": wish.recipient, "route": wish.route},
        )
    return records.get_request(office.ledger.connection, number)


def approve_copy(office: Office, number: int, *, approver: SigningKey) -> Request:
    """Sign an approval of a request as it stands; enough of them let it be sealed.

    Raises:
        Refused: the approver may not, or did before.
        NotFound: there is no such request.
    """
    register = office.register
    person = register.owner(approver.public)
    register.require_role(person, Role.APPROVER)
    request = records.get_request(office.ledger.connection, number)
    signature = sign(approver, request.statement.encode(), namespace=COPY)
    with office.ledger.transaction() as tx:
        for row in records.copies(tx.connection, number):
            changed = life.after(row.copy, life.Approve(person.id))
            records.update_copy(tx.connection, msgspec.structs.replace(row, copy=changed))
        records.add_approval(tx.connection, number, person.id, signature)
        tx.append("copy.approved", fields={"request": number, "by": approver.public.id})
    return records.get_request(office.ledger.connection, number)


def check_wish(wish: Wish, cuts: list[CutRecord], now: datetime, *, last_day: date) -> None:
    """Refuse a wish that contradicts itself or its purposes.

    Args:
        wish: the wish.
        cuts: the cuts that it names.
        now: the time.
        last_day: the last day of its window, by the office's calendar.

    Raises:
        Misuse: it contradicts itself.
        Refused: it goes beyond a purpose's last day.
    """
    if not wish.cuts or not wish.media or wish.max_opens < 1 or len(set(wish.media)) != len(wish.media):
        raise Misuse("custody.empty_wish")
    if wish.max_opens > MOST_OPENS:
        raise Misuse("custody.too_many_opens", most=MOST_OPENS)
    _check_words(wish)
    if wish.place and (not _PLACE.fullmatch(wish.place) or wish.carrier == wish.recipient):
        raise Misuse("custody.impossible_place")
    if not wish.not_before < wish.not_after <= wish.due or wish.not_after <= now:
        raise Misuse("custody.impossible_window")
    for cut in cuts:
        if last_day > date.fromisoformat(cut.ends):
            raise Refused("custody.beyond_purpose_end", cut=cut.id, day=cut.ends)
    _check_names([file.name for cut in cuts for file in cut.files])


def _check_words(wish: Wish) -> None:
    """Refuse words that approvers would not read as they stand."""
    places = [("--route", wish.route), *(("--medium", label) for label in wish.media)]
    for option, text in places:
        if not text.strip():
            raise Misuse("custody.empty_words", option=option)
        if character := hidden(text):
            raise Misuse("custody.unspeakable", option=option, character=character)


def _statement(
    office: Office, wish: Wish, cuts: list[CutRecord], register: Register, requester: Person
) -> CopyStatement:
    index = union(load_cut_index(office, cut) for cut in cuts)
    return CopyStatement(
        v=1,
        type="copy",
        cuts={cut.id: cut.content_sha256 for cut in cuts},
        purposes=[cut.title for cut in cuts],
        fields=[f"{each.file}: {each.name} ({each.kind}, {each.form})" for cut in cuts for each in cut.fields],
        kinds=[kind.id for kind in index.kinds],
        people=index.people,
        unresolved=index.unresolved,
        requester=requester.id,
        carrier=wish.carrier,
        recipient=wish.recipient,
        sealed_to=str(sealed_to(register.person(wish.recipient))),
        route=wish.route,
        media=list(wish.media),
        not_before=to_text(wish.not_before),
        not_after=to_text(wish.not_after),
        due=to_text(wish.due),
        max_opens=wish.max_opens,
        allow_save=wish.allow_save,
        approvals=APPROVALS,
        place=wish.place,
    )


def _check_names(names: list[str]) -> None:
    """Refuse files that one capsule cannot hold, before anybody approves it."""
    payload = Names()
    for name in (MANIFEST, *names):
        try:
            payload.add(name)
        except ValueError:
            raise Misuse("custody.same_file_twice", files=name) from None


def _fresh_slip(office: Office) -> str:
    """Draw a slip number: random, so that it does not tell how many copies there are, with a check digit."""
    taken = {row.slip for row in records.copies(office.ledger.connection)}
    while True:
        slip = with_check_digit(secrets.randbelow(10**_SLIP_DIGITS), width=_SLIP_DIGITS)
        if slip not in taken:
            return slip
