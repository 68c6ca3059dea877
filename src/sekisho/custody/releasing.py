"""The release desk: who may ask, who may approve, and the custodian's decision joined to the copy's life.

Who approved is asked of the register twice: when the approval is taken, and again when the release is given. Between the
two lie up to fifteen minutes, in which a key may change hands, an approver leave, or the copy itself come to one.
"""

import secrets
from dataclasses import dataclass

import msgspec

from sekisho.capsule.opening import Ask
from sekisho.capsule.rel1 import Binding
from sekisho.custodian.policy import must_be_live
from sekisho.custodian.releases import APPROVAL, LOCAL, VOICE, PersonOf
from sekisho.custodian.tickets import ReleaseRequest, Ticket
from sekisho.custody import copy as life
from sekisho.custody import records
from sekisho.custody.checking import must_stand_apart
from sekisho.custody.office import Office
from sekisho.custody.records import CopyRow
from sekisho.custody.register import Person, Register, Role
from sekisho.errors import NoKey, Refused
from sekisho.signing.keys import PublicKey, SigningKey
from sekisho.signing.sshsig import sign

_NONCE_SIZE = 4


def ask_by_voice(office: Office, challenge: bytes) -> ReleaseRequest:
    """Take down a challenge that was read over the telephone.

    Raises:
        NotFound: no copy that could be opened fits it.
    """
    ticket = office.custodian.ticket_for(challenge)
    with office.ledger.transaction() as tx:
        return office.releases.request(tx, ticket, route=VOICE, challenge=challenge)


def approve_release(office: Office, request: ReleaseRequest, *, approver: SigningKey) -> None:
    """Sign an approval of one release.

    Raises:
        Refused: the approver may not, or the recipient may no longer open.
    """
    register = office.register
    row = copy_of(office, office.releases.ticket(request))
    _approver(register, row, approver.public)
    _check_recipient(office, register, row)
    signature = sign(approver, office.releases.statement(request), namespace=APPROVAL)
    with office.ledger.transaction() as tx:
        office.releases.approve(tx, request, signature)


def give_release(office: Office, request: ReleaseRequest) -> bytes:
    """Give a release and return its share; the leaf is durable and signed before this returns.

    Raises:
        Refused: the custodian's, the copy's or the register's state does not allow it.
        NoKey: what stands there as an approval is none.
    """
    with office.ledger.transaction() as tx:
        register = office.register
        row = copy_of(office, office.releases.ticket(request))
        _check_recipient(office, register, row)
        release = office.releases.give(tx, request, _who_approves(register, row))
        records.update_copy(tx.connection, msgspec.structs.replace(row, copy=life.after(row.copy, life.Open())))
    return release.share()


def approvers(office: Office, request: ReleaseRequest) -> set[str]:
    """Return the persons whose approval of a release counts now.

    Raises:
        NoKey: what stands there as an approval is none.
    """
    row = copy_of(office, office.releases.ticket(request))
    return set(office.releases.approvals(request, _who_approves(office.register, row)))


def copy_of(office: Office, ticket: Ticket) -> CopyRow:
    """Return the copy that a ticket opens."""
    return records.copy_of_capsule(office.ledger.connection, ticket.cid)


def _approver(register: Register, row: CopyRow, key: PublicKey) -> Person:
    """Return who approves with a key, or refuse it."""
    person = register.owner(key)
    register.require_role(person, Role.APPROVER, Role.KEY_OFFICER)
    must_stand_apart(row, person.id)
    return person


def _who_approves(register: Register, row: CopyRow) -> PersonOf:
    def person_of(key: PublicKey) -> str | None:
        try:
            return _approver(register, row, key).id
        except Refused:
            return None  # an approval of who may no longer give it is as if it were not there

    return person_of


def _check_recipient(office: Office, register: Register, row: CopyRow) -> None:
    """Refuse to open for somebody whom no contract chain admits any more."""
    register.chain(register.person(row.copy.recipient), office.today())


@dataclass(frozen=True, slots=True)
class LocalDesk:
    """A release on this machine: the capsule's opener asks, approvers who are here sign, the custodian decides."""

    office: Office
    approvers: tuple[SigningKey, ...]

    def share(self, ask: Ask, /) -> bytes:
        """See :class:`sekisho.capsule.opening.ShareSource`."""
        ticket = self._ticket(ask.binding)
        if ticket.header is not None and ticket.header != ask.header_sha256:
            raise NoKey("custody.other_header")
        challenge = ask.binding.cid[:2] + secrets.token_bytes(_NONCE_SIZE)
        with self.office.ledger.transaction() as tx:
            request = self.office.releases.request(tx, ticket, route=LOCAL, challenge=challenge)
        for approver in self.approvers:
            approve_release(self.office, request, approver=approver)
        return give_release(self.office, request)

    def _ticket(self, binding: Binding) -> Ticket:
        if binding.kid != self.office.custodian.kid:
            raise NoKey("custody.other_custodian")
        for ticket in self.office.custodian.tickets(binding.cid):
            if ticket.tid == binding.tid:
                must_be_live(ticket.state)  # before approvals, so that nobody approves what cannot be given
                return ticket
        raise NoKey("custody.other_custodian")
