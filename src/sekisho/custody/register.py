"""The register: who is who, whom each works for, and by which contracts they may hold the office's data.

One TOML file that the office keeps (``docs/reference/register.md``); every change of it is an event in the ledger. The
failure that it answers: a person nobody had named, employed by a company nobody had agreed to.
"""

import hashlib
import tomllib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import msgspec

from sekisho.age.errors import KeyTextError
from sekisho.age.keys import recipient_from_text
from sekisho.age.mlkem768x25519 import HybridRecipient
from sekisho.age.p256tag import P256TagRecipient
from sekisho.age.x25519 import X25519Recipient
from sekisho.canon.visible import hidden
from sekisho.catalogue.shape import told
from sekisho.catalogue.words import Said
from sekisho.custody.employment import employment_statement, is_stated, key_ids
from sekisho.errors import NotFound, Refused, Unreadable
from sekisho.signing.cose import read_key
from sekisho.signing.keys import PublicKey, parse_public
from sekisho.signing.webauthn import Base64Url, from_base64url


class Role(StrEnum):
    """What a person of the office may do; carriers and recipients need none."""

    REQUESTER = "requester"
    APPROVER = "approver"
    KEY_OFFICER = "key_officer"
    PRIVACY_OFFICER = "privacy_officer"
    AUDITOR = "auditor"


IDENTIFIER = r"^[a-z0-9][a-z0-9._-]{0,39}\Z"
"""What the register calls people and companies, as a regular expression."""

DECIDERS = (Role.APPROVER, Role.KEY_OFFICER)
"""Who approves a release, lifts a suspension and takes over a register, always two of them."""

Phone = Annotated[str, msgspec.Meta(pattern=r"^([0-9+() -]*[0-9][0-9+() -]*)?\Z")]
Identifier = Annotated[str, msgspec.Meta(pattern=IDENTIFIER)]
Email = Annotated[
    str, msgspec.Meta(max_length=254, pattern=r"^([A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]+@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*)?\Z")
]


class _Part(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A table of the register."""


class Organisation(_Part, frozen=True, kw_only=True):
    """A company, or the office itself.

    Attributes:
        id: what commands call it.
        name: as on its contracts.
        phone: where to call back those of it who have no number of their own.
        key: SSH line of the key with which it states who works for it; empty for one that has none yet.
    """

    id: Identifier
    name: str
    phone: Phone = ""
    key: str = ""


class Stated(_Part, frozen=True, kw_only=True):
    """An employer's own word that somebody works for it (:mod:`sekisho.custody.employment`).

    Attributes:
        starts: the first day.
        ends: the last day.
        signature: the employer's, over person, employer, keys and days.
    """

    starts: date
    ends: date
    signature: str

    def __str__(self) -> str:
        """Say what it is in a line, so that another signature is seen to be another."""
        return f"{self.starts} – {self.ends} ({hashlib.sha256(self.signature.encode()).hexdigest()[:8]})"


class Consent(_Part, frozen=True, kw_only=True):
    """The office's written consent to a contract, as its files have it.

    Attributes:
        number: of the document.
        day: when it was given.
    """

    number: Annotated[str, msgspec.Meta(min_length=1)]
    day: date

    def __str__(self) -> str:
        """Say which it is."""
        return f"{self.number} ({self.day})"


class Standing(StrEnum):
    """On whose word a person is somebody's employee.

    Attributes:
        STAFF: the office's own.
        STATED: the employer's, under its signature.
        UNSTATED: nobody's but the register's, for the employer has no key in it.
    """

    STAFF = "staff"
    STATED = "stated"
    UNSTATED = "unstated"


class RegisteredPasskey(_Part, frozen=True, kw_only=True):
    """A passkey that a person signs hand-overs with (:mod:`sekisho.signing.webauthn`).

    Attributes:
        id: of the credential, base64url.
        key: its COSE_Key, base64url.
        rp: the name for which it was made: the host of the office's page.
    """

    id: Base64Url
    key: Base64Url
    rp: Annotated[str, msgspec.Meta(pattern=r"^[a-z0-9]([a-z0-9.-]*[a-z0-9])?\Z", max_length=253)]

    @property
    def cose(self) -> bytes:
        """Its COSE_Key."""
        return from_base64url(self.key)

    @property
    def kid(self) -> str:
        """Eight bytes of the key's SHA-256 in hex: what the ledger calls it."""
        return hashlib.sha256(self.cose).hexdigest()[:16]


class Person(_Part, frozen=True, kw_only=True):
    """A person who may sign, carry or open.

    Attributes:
        id: what commands call the person.
        name: as on the card.
        employer: an organisation's id.
        roles: what the person may do in the office.
        key: SSH line of the signing key; empty for who never signs.
        recipient: ``age1pq1…``, ``age1…`` or ``age1tag1…``, to seal to; empty for who never opens.
        phone: where to call back; empty for who is called at the employer's.
        stated: the employer's own word that the person works there.
        passkeys: what the person signs hand-overs with, beside the key or in its place.
        email: where alarms are sent; empty for who gets none by mail.
    """

    id: Identifier
    name: str
    employer: Identifier
    roles: list[Role] = []
    key: str = ""
    recipient: str = ""
    phone: Phone = ""
    stated: Stated | None = None
    passkeys: list[RegisteredPasskey] = []
    email: Email = ""

    @property
    def public_key(self) -> PublicKey:
        """The signing key.

        Raises:
            Refused: the register has none for this person.
        """
        if not self.key:
            raise Refused("custody.no_key", person=self.id)
        return parse_public(self.key)


class Contract(_Part, frozen=True, kw_only=True):
    """A grant by the office: this company, these persons, from, until; under the parent contract, if any.

    The two persons who sign a register by which it comes consent to it for the office.

    Attributes:
        id: as on the paper.
        company: an organisation's id.
        parent: the contract under which it stands; empty for one with the office itself.
        persons: everybody who may hold, carry or open under it.
        starts: the first day.
        ends: the last day.
        purposes: ids of the purposes for which data may go there; empty where that is the parent's to say, or nobody's.
        consent: which document of the office's consents to it.
        notice: within what time the company tells of a loss, such as ``1h`` or ``24h``; empty where it says nothing.
    """

    id: Annotated[str, msgspec.Meta(min_length=1)]
    company: Identifier
    parent: str = ""
    persons: list[Identifier]
    starts: date
    ends: date
    purposes: list[str] = []
    consent: Consent | None = None
    notice: Annotated[str, msgspec.Meta(pattern=r"^([1-9][0-9]{0,3}h)?\Z")] = ""


class _File(_Part, frozen=True, kw_only=True):
    office: Identifier
    organisation: list[Organisation]
    person: list[Person]
    contract: list[Contract] = []


@dataclass(frozen=True, slots=True)
class Register:
    """The register, consistent."""

    office: str
    organisations: dict[str, Organisation]
    persons: dict[str, Person]
    contracts: dict[str, Contract]

    def person(self, person_id: str) -> Person:
        """Return a person.

        Raises:
            Refused: nobody in the register has this id: an unregistered person holds, carries and opens nothing.
        """
        if person_id not in self.persons:
            raise Refused("custody.unregistered", person=person_id)
        return self.persons[person_id]

    def owner(self, key: PublicKey) -> Person:
        """Return whose key this is.

        Raises:
            Refused: nobody's.
        """
        for person in self.persons.values():
            if person.key and person.public_key == key:
                return person
        raise Refused("custody.unregistered_key", key=key.id)

    def is_staff(self, person: Person) -> bool:
        """Tell whether a person works for the office itself."""
        return person.employer == self.office

    def phone(self, person: Person) -> str:
        """Return the number under which a person is called back; empty where none is registered."""
        return person.phone or self.organisations[person.employer].phone

    def may(self, person: Person, *roles: Role) -> bool:
        """Tell whether a person is the office's and has one of these roles."""
        return self.is_staff(person) and bool(set(roles) & set(person.roles))

    def require_role(self, person: Person, *roles: Role) -> None:
        """Refuse a person who has none of these roles, or is not the office's.

        Raises:
            Refused: just that.
        """
        if not self.may(person, *roles):
            raise Refused("custody.no_role", person=person.id, roles=", ".join(roles))

    def chain(self, person: Person, day: date) -> tuple[Contract, ...]:
        """Return the contracts, from the person's employer up to the office, that admit a person on a day.

        Staff need none.

        Raises:
            Refused: there is no unbroken chain, or the employer has a key and has not stated that the person works there.
        """
        if self.standing(person, day) is Standing.STAFF:
            return ()
        for chain in self.chains(person, day):
            return chain
        raise Refused("custody.outside_chain", person=person.id, employer=person.employer, day=day)

    def standing(self, person: Person, day: date) -> Standing:
        """Return on whose word a person is an employee on a day.

        Raises:
            Refused: the employer has a key, and has not stated it with that.
        """
        if self.is_staff(person):
            return Standing.STAFF
        employer = self.organisations[person.employer]
        if not employer.key:
            return Standing.UNSTATED
        stated = person.stated
        if (
            stated is None
            or not stated.starts <= day <= stated.ends
            or not is_stated(
                statement_of(person, starts=stated.starts, ends=stated.ends),
                stated.signature,
                employer=parse_public(employer.key),
            )
        ):
            raise Refused("custody.not_stated", person=person.id, employer=employer.id, day=day)
        return Standing.STATED

    def chains(self, person: Person, day: date) -> Iterator[tuple[Contract, ...]]:
        """Yield every such chain: a person may be named in several contracts."""
        for contract in self.contracts.values():
            if contract.company == person.employer and person.id in contract.persons:
                chain = tuple(self._upwards(contract))
                if all(each.starts <= day <= each.ends for each in chain):
                    yield chain

    def _upwards(self, contract: Contract) -> Iterator[Contract]:
        yield contract
        while contract.parent:
            contract = self.contracts[contract.parent]
            yield contract


def statement_of(person: Person, *, starts: date, ends: date) -> bytes:
    """Return what the employer of a person signs about him."""
    key = parse_public(person.key) if person.key else None
    keys = key_ids(key=key, recipient=person.recipient) + [passkey.kid for passkey in person.passkeys]
    return employment_statement(person.id, person.employer, keys=keys, starts=starts, ends=ends)


def parse_recipient(text: str) -> HybridRecipient | X25519Recipient | P256TagRecipient:
    """Read a recipient that a capsule can be sealed to; ``str()`` gives the text back.

    Raises:
        KeyTextError: it is none, or of another kind of recipient.
    """
    recipient = recipient_from_text(text)
    if isinstance(recipient, HybridRecipient | X25519Recipient | P256TagRecipient):
        return recipient
    raise KeyTextError("no capsule is sealed to a recipient of this kind")


def read_register(path: Path) -> tuple[Register, str]:
    """Read a register file; return it and its text.

    Raises:
        NotFound: there is no such file.
        Unreadable: no TOML, not of the schema, or inconsistent.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        raise NotFound("custody.no_register_file", path=path) from None
    except (OSError, UnicodeDecodeError):
        raise Unreadable("custody.bad_register", path=path, where=Said("shape.no_text")) from None
    return parse_register(text, path), text


def parse_register(text: str, path: Path) -> Register:
    """Parse a register's text; ``path`` is only for messages.

    Raises:
        Unreadable: no TOML, not of the schema, or inconsistent.
    """
    try:
        file = msgspec.convert(tomllib.loads(text), _File)
    except (ValueError, RecursionError) as error:
        raise Unreadable("custody.bad_register", path=path, where=told(error, text)) from None
    register = Register(
        office=file.office,
        organisations={each.id: each for each in file.organisation},
        persons={each.id: each for each in file.person},
        contracts={each.id: each for each in file.contract},
    )
    for problem in _inconsistencies(file, register):
        raise Unreadable("custody.bad_register", path=path, where=problem)
    return register


def _inconsistencies(file: _File, register: Register) -> Iterator[Said]:
    for name, listed, kept in (
        ("organisation", file.organisation, register.organisations),
        ("person", file.person, register.persons),
        ("contract", file.contract, register.contracts),
    ):
        if len(listed) != len(kept):
            yield Said("register.twice", {"table": name})
    if register.office not in register.organisations:
        yield Said("register.no_office", {"organisation": register.office})
    for organisation in file.organisation:
        yield from _organisation_problems(organisation)
    for person in file.person:
        yield from _person_problems(person, register)
    keys = Counter(person.public_key for person in file.person if person.key)
    passkeys = Counter(passkey.key for person in file.person for passkey in person.passkeys)
    if any(persons > 1 for persons in [*keys.values(), *passkeys.values()]):
        yield Said("register.shared_key")
    for contract in file.contract:
        yield from _contract_problems(contract, register)


def _unseen(table: str, whose: str, field: str, text: str) -> Iterator[Said]:
    if character := hidden(text):
        yield Said("register.hidden", {"table": table, "whose": whose, "field": field, "character": character})


def _organisation_problems(organisation: Organisation) -> Iterator[Said]:
    yield from _unseen("organisation", organisation.id, "name", organisation.name)
    try:
        if organisation.key:
            parse_public(organisation.key)
    except Unreadable:
        yield Said("register.bad_organisation_key", {"organisation": organisation.id})


def _person_problems(person: Person, register: Register) -> Iterator[Said]:
    yield from _unseen("person", person.id, "name", person.name)
    if person.employer not in register.organisations:
        yield Said("register.no_employer", {"person": person.id, "organisation": person.employer})
    try:
        if person.key:
            parse_public(person.key)
        if person.recipient:
            parse_recipient(person.recipient)
    except Unreadable:
        yield Said("register.bad_key", {"person": person.id})
    except KeyTextError:
        yield Said("register.bad_recipient", {"person": person.id})
    try:
        for passkey in person.passkeys:
            read_key(passkey.cose)
    except (ValueError, Unreadable):
        yield Said("register.bad_passkey", {"person": person.id})


def _contract_problems(contract: Contract, register: Register) -> Iterator[Said]:
    yield from _unseen("contract", contract.company, "id", contract.id)
    if contract.company not in register.organisations:
        yield Said("register.no_company", {"contract": contract.id, "organisation": contract.company})
    if contract.ends < contract.starts:
        yield Said("register.ends_first", {"contract": contract.id})
    for person_id in contract.persons:
        person = register.persons.get(person_id)
        if person is None or person.employer != contract.company:
            said = {"contract": contract.id, "person": person_id, "company": contract.company}
            yield Said("register.not_employed", said)
    seen, above = {contract.id}, contract.parent
    while above:
        if above not in register.contracts or above in seen:
            yield Said("register.no_way_up", {"contract": contract.id})
            return
        seen.add(above)
        above = register.contracts[above].parent
