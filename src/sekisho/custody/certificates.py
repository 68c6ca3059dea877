"""Certificates of erasure: issued once, signed by who erased and by who saw to it, and found again in the ledger.

A certificate is its canonical JSON, kept with the signatures beside the leaf ``certificate.issued``, which holds its digest, the ids
of what it is about, and its result. Only what was seen to be erased gets a certificate, everything else a record of an
unverified erasure (:mod:`sekisho.custody.certificate_form`). Where it was done the leaf only commits to.
"""

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass

import msgspec

from sekisho.clock import to_text
from sekisho.codes import with_check_digit
from sekisho.custody import certificate_records, records
from sekisho.custody.certificate_form import CERTIFICATE, Certificate, Document, Facts, Record, Signer
from sekisho.custody.key_facts import ISSUED
from sekisho.custody.office import Office
from sekisho.errors import NotFound, Refused, Unreadable
from sekisho.ledger.entry import Value
from sekisho.ledger.writer import Transaction
from sekisho.media.erasing import Category, Failed, NotVerifiable, Result, Verified
from sekisho.signing.keys import SigningKey
from sekisho.signing.sshsig import sign
from sekisho.sql import Connection

_DIGITS = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class Issued:
    """A certificate or record as it was issued.

    Attributes:
        document: what it says.
        index: its place in the ledger.
        signatures: of who erased, where that person has a key, and of who saw to it.
    """

    document: Document
    index: int
    signatures: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Hands:
    """Who erased and who saw to it: two persons, always.

    Attributes:
        sanitiser: key of who erased.
        verifier: key of who saw to it.
        place: where; the ledger only commits to it.
    """

    sanitiser: SigningKey
    verifier: SigningKey
    place: str = ""

    @property
    def keys(self) -> list[SigningKey]:
        """Both keys, in the order in which they sign."""
        return [self.sanitiser, self.verifier]

    def signers(self, office: Office) -> tuple[Signer, Signer]:
        """Return who erased and who saw to it, as a form has them.

        Raises:
            Refused: one person for both, or somebody whom nobody registered.
        """
        sanitiser, verifier = (
            Signer(person=office.register.owner(key.public).id, key=key.public.id) for key in self.keys
        )
        if sanitiser.person == verifier.person:
            raise Refused("custody.two_signatures", person=verifier.person)
        return sanitiser, verifier


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """What is to be issued, before it has its number and time.

    Attributes:
        facts: what was done.
        result: what was seen of it.
        category: what it is good for if that is well.
    """

    facts: Facts
    result: Result
    category: Category


def issue(office: Office, draft: Draft, keys: Sequence[SigningKey], *, place: str = "") -> Issued:
    """Number a form, have it signed, and enter it in a commit of its own; see :func:`enter`."""
    with office.ledger.transaction() as tx:
        return enter(tx, office, draft, keys, place=place)


def enter(tx: Transaction, office: Office, draft: Draft, keys: Sequence[SigningKey], *, place: str = "") -> Issued:
    """Number a form, sign it and enter it, inside the caller's transaction.

    Args:
        tx: the transaction.
        office: whose log it is.
        draft: what it says; whether that is a certificate follows from the result's type.
        keys: of who signs it.
        place: where it was done; the leaf only commits to it.
    """
    document = _form(draft, number=_next_number(tx.connection), origin=office.settings.origin, at=to_text(tx.at))
    message, facts = document.encode(), document.facts
    copy = facts.copies[0].copy_id if len(facts.copies) == 1 else None
    details = {"sanitiser": facts.sanitiser.person, "verifier": facts.verifier.person}
    index = tx.append(
        ISSUED,
        copy=copy,
        fields=_fields(document, message, keys),
        details=details | ({"place": place} if place else {}),
    )
    signatures = [sign(key, message, namespace=CERTIFICATE) for key in keys]
    records.add_signed(tx.connection, index, message, signatures)
    slips = [each.slip for each in facts.copies]
    certificate_records.add(tx.connection, document.number, index, medium=facts.medium.label, slips=slips)
    return Issued(document=document, index=index, signatures=tuple(signatures))


def _form(draft: Draft, *, number: str, origin: str, at: str) -> Document:
    """Return the form that a result may stand on: there is no other way to a certificate."""
    match draft.result:
        case Verified() as seen:
            return Certificate(
                number=number, origin=origin, at=at, facts=draft.facts, category=draft.category, verification=seen
            )
        case other:
            return Record(number=number, origin=origin, at=at, facts=draft.facts, verification=other)


def _fields(document: Document, message: bytes, keys: Sequence[SigningKey]) -> dict[str, Value]:
    facts = document.facts
    fields: dict[str, Value] = {
        "number": document.number,
        "certificate": hashlib.sha256(message).hexdigest(),
        "result": result_of(document),
        "method": facts.method.value,
        "copies": [each.copy_id for each in facts.copies],
        "by": [key.public.id for key in keys],
    }
    if isinstance(document, Certificate):
        fields["category"] = document.category.value
    if facts.medium.number:
        fields["medium"] = facts.medium.number
    return fields


def result_of(document: Document) -> str:
    """Return ``pass``, ``fail`` or ``not_verifiable``."""
    match document.verification:
        case Verified():
            return "pass"
        case Failed():
            return "fail"
        case NotVerifiable():
            return "not_verifiable"


class Gone(NotFound):
    """What a certificate says was erased with the details of its copy; its entry and its digest stay."""


def certificates(connection: Connection) -> list[Issued]:
    """Return everything that was issued and is not erased from the ledger's details, oldest first."""
    return list(kept(connection, certificate_records.numbers(connection)))


def kept(connection: Connection, numbers: Iterable[str]) -> Iterator[Issued]:
    """Yield what was issued under these numbers, but for those whose content was erased as personal since.

    Raises:
        NotFound: one is no number of an issued certificate.
        Unreadable: one is damaged.
    """
    for number in numbers:
        with suppress(Gone):
            yield certificate(connection, number)


def certificate(connection: Connection, number: str) -> Issued:
    """Return what was issued under a number.

    Raises:
        NotFound: nothing was, or (as :class:`Gone`) its content was erased as personal since.
        Unreadable: it is damaged.
    """
    index = certificate_records.index_of(connection, number)
    if index is None:
        raise NotFound("custody.no_certificate", number=number)
    signed = records.get_signed(connection, index)
    if signed is None:
        raise Gone("custody.certificate_forgotten", number=number, index=index)
    return Issued(document=read_document(signed[0]), index=index, signatures=tuple(signed[1]))


def read_document(data: bytes) -> Document:
    """Read a form, and nothing that is spelled otherwise than it is signed.

    Raises:
        Unreadable: it is none.
    """
    try:
        document = msgspec.json.decode(data, type=Certificate | Record)
        if document.encode() == data:
            return document
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        pass
    raise Unreadable("custody.no_certificate_form")


def _next_number(connection: Connection) -> str:
    """Return the next number: they are counted, and none is used twice."""
    return with_check_digit(len(certificate_records.numbers(connection)) + 1, width=_DIGITS)
