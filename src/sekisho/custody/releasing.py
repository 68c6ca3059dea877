"""The release desk: who may ask, who may approve, and the custodian's decision joined to the copy's life."""

import secrets
from dataclasses import dataclass

import msgspec

from sekisho.capsule.opening import Ask
from sekisho.capsule.rel1 import Binding
from sekisho.custodian.policy import must_be_live
from sekisho.custodian.releases import APPROVAL
from sekisho.custodian.tickets import ReleaseRequest, Ticket
from sekisho.custody import copy as life
from sekisho.custody import records
from sekisho.custody.office import Office
from sekisho.custody.records import CopyRow
from sekisho.custody.register import Role
from sekisho.errors import NoKey, Refused
from sekisho.signing.keys import SigningKey
from sekisho.signing.sshsig import sign

_NONCE_SIZE = 4
VOICE, LOCAL = "voice", "local"


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
        Refused: the approver may not.
    """
    register = office.register
    person = register.owner(approver.public)
    register.require_role(person, Role.APPROVER, Role.KEY_OFFICER)
    row = copy_of(office, office.releases.ticket(request))
    if person.id in {row.copy.requester, row.copy.carrier, row.copy.recipient}:
        raise Refused("custody.own_approval", person=person.id)
    signature = sign(approver, office.releases.statement(request), namespace=APPROVAL)
    with office.ledger.transaction() as tx:
        office.releases.approve(tx, request, signature)


def give_release(office: Office, request: ReleaseRequest) -> bytes:
    """Give a release and return its share; the leaf is durable and signed before this returns.

    Raises:
        Refused: the custodian's or the copy's state does not allow it.
    """
    with office.ledger.transaction() as tx:
        release = office.releases.give(tx, request)
        row = records.copy_of_capsule(tx.connection, release.ticket.cid)
        records.update_copy(tx.connection, msgspec.structs.replace(row, copy=life.after(row.copy, life.Open())))
    return release.share()


def copy_of(office: Office, ticket: Ticket) -> CopyRow:
    """Return the copy that a ticket opens."""
    return records.copy_of_capsule(office.ledger.connection, ticket.cid)


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
