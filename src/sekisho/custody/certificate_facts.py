"""A certificate with the names, posts and place that its signed text leaves out: what a screen or a printed form shows.

SP 800-88 wants of sanitiser and verifier name, position, date, place, contact and signature. The signed text has ids; the rest is
looked up here, as the register has it now, and is gone where it was erased.
"""

from dataclasses import dataclass

from sekisho.custody.certificate_form import Certificate, Document, Signer
from sekisho.custody.certificates import Issued, certificate, result_of
from sekisho.custody.office import Office


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonFacts:
    """A signer in words; empty where the register has left the person, or never had it.

    Attributes:
        id: in the register.
        name: of the person.
        employer: name of the company or office.
        position: roles in the office, as codes.
        contact: telephone number.
        signed: whether the person's own key signed.
    """

    id: str
    name: str
    employer: str
    position: tuple[str, ...]
    contact: str
    signed: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class CertificateFacts:
    """Everything that a printed form of it needs.

    Attributes:
        certified: whether it may be called a certificate; else it is a record of an unverified erasure.
        result: ``pass``, ``fail`` or ``not_verifiable``.
        category: ``clear``, ``purge`` or ``destroy``; empty on a record.
        document: what was signed.
        sanitiser: who erased.
        verifier: who saw to it.
        place: where; empty where it was not said or was erased.
        index: its entry in the ledger.
        entries: the entries of everything that it names: erasures, keys, openings, and its own.
        proof: the entry's ``.tlog-proof``.
    """

    certified: bool
    result: str
    category: str
    document: Document
    sanitiser: PersonFacts
    verifier: PersonFacts
    place: str
    index: int
    entries: tuple[int, ...]
    proof: str


def certificate_facts(office: Office, number: str) -> CertificateFacts:
    """Return what a form of a certificate shows.

    Raises:
        NotFound: there is none of this number.
        Unreadable: it is damaged.
    """
    issued = certificate(office.ledger.connection, number)
    document, facts = issued.document, issued.document.facts
    return CertificateFacts(
        certified=isinstance(document, Certificate),
        result=result_of(document),
        category=document.category.value if isinstance(document, Certificate) else "",
        document=document,
        sanitiser=_person(office, facts.sanitiser),
        verifier=_person(office, facts.verifier),
        place=office.ledger.details(issued.index).get("place", ""),
        index=issued.index,
        entries=_entries(issued),
        proof=office.ledger.proof(issued.index),
    )


def _person(office: Office, signer: Signer) -> PersonFacts:
    register = office.register
    person = register.persons.get(signer.person)
    return PersonFacts(
        id=signer.person,
        name=person.name if person else "",
        employer=register.organisations[person.employer].name if person else "",
        position=tuple(role.value for role in person.roles) if person else (),
        contact=register.phone(person) if person else "",
        signed=bool(signer.key),
    )


def _entries(issued: Issued) -> tuple[int, ...]:
    facts = issued.document.facts
    named = {each.erased for each in facts.copies if each.erased is not None}
    named |= {each.index for each in facts.keys} | {each.index for each in facts.openings}
    return tuple(sorted(named | {issued.index}))
