"""The release desk: who may ask, who may approve, and the custodian's decision joined to the copy's life.

Who approved is asked of the register twice: when the approval is taken, and again when the release is given. Between the
two lie up to fifteen minutes, in which a key may change hands, an approver leave, or the copy itself come to one.
"""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import date
from typing import BinaryIO

import msgspec

from sekisho.age.filekey import Identity
from sekisho.capsule.opening import Ask, OpenCapsule, Use, check_use, open_capsule
from sekisho.capsule.rel1 import Binding
from sekisho.custodian.policy import must_be_live, must_have_an_opening_left
from sekisho.custodian.releases import APPROVAL, LOCAL, VOICE, PersonOf, Release
from sekisho.custodian.tickets import ReleaseRequest, Ticket
from sekisho.custody import copy as life
from sekisho.custody import peer_records, records
from sekisho.custody.checking import must_stand_apart
from sekisho.custody.handing import sealed_parts
from sekisho.custody.office import Office
from sekisho.custody.records import CopyRow
from sekisho.custody.register import DECIDERS, Person, Register
from sekisho.errors import NoKey, Refused, Unreadable
from sekisho.ledger.writer import Transaction
from sekisho.progress import Progress, silent
from sekisho.signing.keys import PublicKey, SigningKey
from sekisho.signing.sshsig import sign

_NONCE_SIZE = 4
_BLOCK = 1 << 20


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
        Refused: the approver may not, or it cannot be given.
    """
    check_possible(office, request)
    _approver(office.register, copy_here(office, office.releases.ticket(request)), approver.public)
    signature = sign(approver, office.releases.statement(request), namespace=APPROVAL)
    with office.ledger.transaction() as tx:
        office.releases.approve(tx, request, signature)


def check_possible(office: Office, request: ReleaseRequest) -> None:
    """Refuse what no approval could give, before anybody approves it.

    Raises:
        Refused: the copy is suspended or destroyed, was opened as often as it may be, or is not in anybody's hands who
            opens it; or its recipient may no longer open it.
    """
    ticket = office.releases.ticket(request)
    must_be_live(ticket.state)
    if office.releases.waits_for_witnesses(request):
        return
    must_have_an_opening_left(ticket.policy, ticket.opens)
    if (row := copy_here(office, ticket)) is not None:
        _check_recipient(office.register, row, office.today())
        life.after(row.copy, life.Open(office.ledger.time()))


def give_release(office: Office, request: ReleaseRequest, *, acknowledged: bool = False) -> bytes:
    """Give a release and return its share; the leaf is durable and signed before this returns.

    Args:
        office: whose copy it is.
        request: what is answered.
        acknowledged: purpose and number of people were read back to whoever opens.

    Raises:
        Refused: the custodian's, the copy's or the register's state does not allow it.
        NoKey: what stands there as an approval is none.
    """
    with office.ledger.transaction() as tx:
        release = record_release(office, tx, request, acknowledged=acknowledged)
    return release.share()


def record_release(office: Office, tx: Transaction, request: ReleaseRequest, *, acknowledged: bool = False) -> Release:
    """Record a release, as part of a transaction; raises as :func:`give_release` does."""
    register = office.register
    row = copy_here(office, office.releases.ticket(request))
    if row is not None:
        _check_recipient(register, row, office.day(tx.at))
    release = office.releases.give(tx, request, _who_approves(register, row), acknowledged=acknowledged)
    if row is not None and not release.goes_on:
        records.update_copy(tx.connection, msgspec.structs.replace(row, copy=life.after(row.copy, life.Open(tx.at))))
    return release


def approvers(office: Office, request: ReleaseRequest) -> set[str]:
    """Return the persons whose approval of a release counts now.

    Raises:
        NoKey: what stands there as an approval is none.
    """
    row = copy_here(office, office.releases.ticket(request))
    return set(office.releases.approvals(request, _who_approves(office.register, row)))


def copy_of(office: Office, ticket: Ticket) -> CopyRow:
    """Return the copy that a ticket opens."""
    return records.copy_of_capsule(office.ledger.connection, ticket.cid)


def copy_here(office: Office, ticket: Ticket) -> CopyRow | None:
    """Return the copy that a ticket opens; none where this office holds a share for a peer, and knows no more of the copy."""
    return None if peer_records.is_peers(office.ledger.connection, ticket.cid) else copy_of(office, ticket)


def _approver(register: Register, row: CopyRow | None, key: PublicKey) -> Person:
    """Return who approves with a key, or refuse it."""
    person = register.owner(key)
    register.require_role(person, *DECIDERS)
    if row is not None:
        must_stand_apart(row, person.id)
    return person


def digests_of(office: Office, ticket: Ticket) -> tuple[str, str]:
    """Return SHA-256 of the capsule that a ticket opens and of its manifest, in hex.

    Raises:
        NotFound, Refused: it was never sealed.
    """
    if copy_here(office, ticket) is not None:
        _, capsule = sealed_parts(copy_of(office, ticket))
        return capsule.sha256, capsule.manifest_sha256
    peers = peer_records.get(office.ledger.connection, ticket.cid)
    if peers.capsule is None or peers.manifest is None:
        raise Refused("custodian.issued")
    return peers.capsule, peers.manifest


def _who_approves(register: Register, row: CopyRow | None) -> PersonOf:
    def person_of(key: PublicKey) -> str | None:
        try:
            return _approver(register, row, key).id
        except Refused:
            return None  # an approval of who may no longer give it is as if it were not there

    return person_of


def _check_recipient(register: Register, row: CopyRow, day: date) -> None:
    """Refuse to open for somebody whom no contract chain admits any more."""
    register.chain(register.person(row.copy.recipient), day)


def open_here(
    office: Office,
    file: BinaryIO,
    identity: Identity,
    approvers: tuple[SigningKey, ...],
    *,
    use: Use | None = None,
    progress: Progress = silent,
) -> OpenCapsule:
    """Open a capsule with a release of the office on this machine, which has on record what it sealed.

    Its header could stand before another payload: who was given a share once, and has the recipient's key, can make one.
    So the whole file is compared before a release is asked for; and what was opened after, for a medium may show another
    file when it is read again.

    Args:
        office: whose copy it is.
        file: the capsule.
        identity: the recipient's key.
        approvers: the keys of those who approve this release.
        use: what the content is wanted for, refused before a release is given if that was not approved.
        progress: told after each block how many bytes were compared.

    Raises:
        SekishoError: as :func:`sekisho.capsule.opening.open_capsule`, or it is not what was sealed.
    """
    opened = open_capsule(file, identity, LocalDesk(office, approvers, capsule=file_digest(file, progress), use=use))
    row = records.copy_of_capsule(office.ledger.connection, bytes.fromhex(opened.manifest.cid))
    _, capsule = sealed_parts(row)
    if hashlib.sha256(opened.manifest.encode()).hexdigest() != capsule.manifest_sha256:
        raise Unreadable("custody.other_content")
    return opened


@dataclass(frozen=True, slots=True)
class LocalDesk:
    """A release on this machine: the capsule's opener asks, approvers who are here sign, the custodian decides.

    Attributes:
        office: whose copy it is.
        approvers: the keys of those who approve.
        capsule: SHA-256 of the whole capsule, where it is at hand to be compared.
        use: what the content is wanted for, if that is known.
    """

    office: Office
    approvers: tuple[SigningKey, ...]
    capsule: str | None = None
    use: Use | None = None

    def share(self, ask: Ask, /) -> bytes:
        """See :class:`sekisho.capsule.opening.ShareSource`; whatever can be refused is, before anybody approves."""
        ticket = self._ticket(ask.binding)
        if ask.header_sha256 and ticket.header not in (None, ask.header_sha256):
            raise NoKey("custody.other_header")
        self._check(copy_here(self.office, ticket), ticket)
        challenge = ask.binding.cid[:2] + secrets.token_bytes(_NONCE_SIZE)
        with self.office.ledger.transaction() as tx:
            request = self.office.releases.request(tx, ticket, route=LOCAL, challenge=challenge)
        if not self.office.releases.waits_for_witnesses(request):
            for approver in self.approvers:
                approve_release(self.office, request, approver=approver)
        return give_release(self.office, request)

    def _check(self, row: CopyRow | None, ticket: Ticket) -> None:
        """Compare the capsule with what was sealed, and what is wanted with what was approved, as far as that is known."""
        sealed = digests_of(self.office, ticket)[0]
        if self.capsule is not None and self.capsule != sealed:
            raise Unreadable("custody.other_content")
        if self.use is not None and row is not None:
            connection = self.office.ledger.connection
            approved = records.get_request(connection, row.request).statement
            files = [file for cut in approved.cuts for file in records.get_cut(connection, cut).files]
            check_use(self.use, allow_save=approved.allow_save, forms={file.form for file in files})

    def _ticket(self, binding: Binding) -> Ticket:
        if binding.kid != self.office.custodian.kid:
            raise NoKey("custody.other_custodian")
        for ticket in self.office.custodian.tickets(binding.cid):
            if ticket.tid == binding.tid:
                must_be_live(ticket.state)  # before approvals, so that nobody approves what cannot be given
                return ticket
        raise NoKey("custody.other_custodian")


def file_digest(file: BinaryIO, progress: Progress) -> str:
    """Return the SHA-256 of a file in hex, which then stands at its beginning again."""
    digest = hashlib.sha256()
    while block := file.read(_BLOCK):
        digest.update(block)
        progress(len(block))
    file.seek(0)
    return digest.hexdigest()
