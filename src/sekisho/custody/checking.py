"""What must be true of a request: checked when it is made, and all of it again when it is sealed.

Between the two lie hours or weeks, in which people leave, contracts end, and a database can be written to. So a state is
never trusted at sealing, only what it was built on.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from pathlib import Path

from sekisho.age.errors import KeyTextError
from sekisho.age.filekey import Recipient
from sekisho.clock import from_text
from sekisho.custody import records
from sekisho.custody.cut_record import CutFile, CutRecord
from sekisho.custody.office import Office
from sekisho.custody.records import CopyRow, Request
from sekisho.custody.register import Contract, Person, Register, Role, parse_recipient
from sekisho.custody.statements import COPY
from sekisho.errors import Refused, Unreadable
from sekisho.signing.keys import PublicKey
from sekisho.signing.sshsig import verify

APPROVALS = 2
"""How many persons approve a copy, at the least: whatever a statement says that a requester alone has signed."""


def check_people(register: Register, carrier: str, recipient: str, *, days: tuple[date, ...]) -> None:
    """Refuse a carrier or recipient whom no contract chain admits on every day that matters."""
    for person_id in (carrier, recipient):
        for day in days:
            register.chain(register.person(person_id), day)
    sealed_to(register.person(recipient))


def check_purposes(register: Register, cuts: list[CutRecord], recipient: Person, day: date) -> None:
    """Refuse a recipient whom a purpose does not name, or who is there under another contract, or one for other purposes."""
    chains = list(register.chains(recipient, day))
    contracts = [contract for chain in chains for contract in chain]
    named = {recipient.id, recipient.employer, *(contract.company for contract in contracts)}
    for cut in cuts:
        if cut.recipient not in named:
            raise Refused("custody.other_recipient", cut=cut.id, recipient=cut.recipient, person=recipient.id)
        if cut.contract and cut.contract not in {contract.id for contract in contracts}:
            raise Refused("custody.other_contract", cut=cut.id, contract=cut.contract, person=recipient.id)
        barring = [
            next(_barring(chain, cut), None) for chain in chains if not cut.contract or _has(chain, cut.contract)
        ]
        if barring and None not in barring:
            raise Refused("custody.beyond_contract_purpose", contract=barring[0], purpose=cut.purpose)


def _barring(chain: Sequence[Contract], cut: CutRecord) -> Iterator[str]:
    """Yield the contracts of a chain under which this purpose's data may not go."""
    yield from (contract.id for contract in chain if contract.purposes and cut.purpose not in contract.purposes)


def _has(chain: Sequence[Contract], contract_id: str) -> bool:
    return contract_id in {contract.id for contract in chain}


def verify_approvals(register: Register, request: Request) -> None:
    """Check once more, before sealing, what the state was built on: signatures, their owners, their number.

    Raises:
        NoKey: a signature does not fit the statement.
        Unreadable: what should be a signature is none.
        Refused: too few, or somebody who may not.
    """
    message = request.statement.encode()
    requester = register.owner(verify(request.signature, message, namespace=COPY))
    register.require_role(requester, Role.REQUESTER)
    if requester.id != request.statement.requester:
        raise Refused("custody.other_requester", person=requester.id, requester=request.statement.requester)
    approvers = set()
    for person_id, signature in request.approvals.items():
        person = register.owner(verify(signature, message, namespace=COPY))
        register.require_role(person, Role.APPROVER)
        if person.id == person_id:
            approvers.add(person.id)
    approvers -= {requester.id, request.statement.carrier, request.statement.recipient}
    need = max(APPROVALS, request.statement.approvals)
    if len(approvers) < need:
        raise Refused("custody.approvals_missing", number=request.id, have=len(approvers), need=need)


def must_stand_apart(row: CopyRow, person: str) -> None:
    """Refuse a decision on a copy by who asked for it, carries it, receives it or has it."""
    if person in row.copy.involved:
        raise Refused("custody.own_approval", person=person)


def two_persons(register: Register, keys: Iterable[PublicKey], *roles: Role) -> dict[str, str]:
    """Return who decides together, person → id of the key; refuse fewer than two, and who has none of these roles."""
    persons = {}
    for key in keys:
        person = register.owner(key)
        register.require_role(person, *roles)
        persons[person.id] = key.id
    if len(persons) < 2:
        raise Refused("custodian.keys_missing", have=len(persons), need=2)
    return persons


def check_sealable(office: Office, register: Register, request: Request, cuts: list[CutRecord]) -> None:
    """Check at the moment of sealing what was true when it was asked for.

    Raises:
        Refused: people, contracts, content or window are not what was approved, or do not allow it any more.
        Unreadable: what waits in the vault is not what was cut.
    """
    verify_approvals(register, request)
    statement = request.statement
    rows = records.copies(office.ledger.connection, request.id)
    if sorted(row.medium for row in rows) != sorted(statement.media):
        raise Refused("custody.copies_not_approved", number=request.id)
    today, due = office.today(), office.day(from_text(statement.due))
    check_people(register, statement.carrier, statement.recipient, days=(today, due))
    check_purposes(register, cuts, register.person(statement.recipient), today)
    if str(sealed_to(register.person(statement.recipient))) != statement.sealed_to:
        raise Refused("custody.recipient_key_changed", person=statement.recipient)
    if {cut.id: cut.content_sha256 for cut in cuts} != statement.cuts:
        raise Refused("custody.content_changed", number=request.id)
    if office.ledger.time() >= from_text(statement.not_after):
        raise Refused("custodian.too_late", closed_at=from_text(statement.not_after))
    _check_files(office, cuts)


def sealed_to(recipient: Person) -> Recipient:
    """Return the age recipient of a person, whose ``str()`` is its text.

    Raises:
        Refused: the register has none, or none that can be read.
    """
    try:
        return parse_recipient(recipient.recipient)
    except KeyTextError:
        raise Refused("custody.no_recipient_key", person=recipient.id) from None


def stored_path(office: Office, cut: CutRecord, stored: CutFile) -> Path:
    """Return where a file of a cut waits in the vault."""
    return office.home.cuts / cut.id / stored.stored


def _check_files(office: Office, cuts: list[CutRecord]) -> None:
    """Read what is to be sealed once before: what is not as it was cut must not be found out on site."""
    for cut in cuts:
        for stored in cut.files:
            path = stored_path(office, cut, stored)
            if office.vault.sha256(path) != stored.sha256:
                raise Unreadable("custody.vault_damaged", path=path)
