"""A custodian for another office's copies: it holds one share of several, releases by its own register, and knows little.

A capsule of several custodians ("dual") opens with the releases of so many of them. The office that seals asks its peers for a
ticket each, under the copy's own id and policy; when the capsule is written it tells them the digests, and their tickets come to
life. A peer has no record of the copy: who carries it, what is on it and whom it is about stay with the office that sealed it.
What it decides, it decides alone: two of its own persons take a ticket on, two approve each release, any one stops it.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Protocol

from sekisho.capsule.rel1 import Binding
from sekisho.custodian.custodian import Issued
from sekisho.custodian.policy import Policy
from sekisho.custody import peer_records
from sekisho.custody.approved import RELEASE_APPROVALS
from sekisho.custody.checking import two_persons
from sekisho.custody.office import Office
from sekisho.custody.register import DECIDERS
from sekisho.errors import Misuse, Refused
from sekisho.ledger.writer import Trust
from sekisho.signing.keys import SigningKey


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """What a peer is asked to hold a share for.

    Attributes:
        cid: the copy.
        office: the name of the log of the office that asks.
        policy: when, how often and by whom the copy may be opened; barred keys are barred at the peer too.
        recipient: what it is sealed to.
    """

    cid: bytes
    office: str
    policy: Policy
    recipient: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Digests:
    """What a peer is told of a finished capsule: SHA-256 of header, file and manifest."""

    header: bytes
    capsule: bytes
    manifest: bytes


class Peer(Protocol):
    """Another office's custodian, as the office that seals sees it."""

    def issue(self, terms: Terms, /) -> Issued:
        """Return a ticket under these terms, its share durable at the peer."""
        ...

    def commit(self, cid: bytes, digests: Digests, /) -> None:
        """Bring the ticket to life."""
        ...


@dataclass(frozen=True, slots=True)
class Dual:
    """Who guards a copy beside the office that seals it.

    Attributes:
        needed: how many custodians must release, of the office itself and the peers.
        peers: the others.

    Raises:
        Misuse: one custodian would do, or there are not so many.
    """

    needed: int
    peers: tuple[Peer, ...] = field(repr=False)

    def __post_init__(self) -> None:
        if not 2 <= self.needed <= 1 + len(self.peers):
            raise Misuse("custody.impossible_dual", need=self.needed, have=1 + len(self.peers))


@dataclass(frozen=True, slots=True)
class OpenPeer:
    """A peer whose office is open in this process, with the keys of the two of its persons who take tickets on."""

    office: Office
    keys: tuple[SigningKey, ...] = field(repr=False)

    def issue(self, terms: Terms, /) -> Issued:
        """See :class:`Peer`."""
        return issue_for_peer(self.office, terms, keys=self.keys)

    def commit(self, cid: bytes, digests: Digests, /) -> None:
        """See :class:`Peer`."""
        commit_for_peer(self.office, cid, digests)


def issue_for_peer(office: Office, terms: Terms, *, keys: Sequence[SigningKey]) -> Issued:
    """Take on a share of another office's copy; two persons of this one decide.

    The terms are another office's word: that two persons here approve each release is this office's own rule, which none of
    them can lower. The share leaves this house, so witnesses have seen the leaf of its ticket before.

    Raises:
        Refused: fewer than two who may, terms by which fewer than two would release, a copy here that has that number on the
            telephone, or too few witnesses that cosigned.
        Missing, Unreadable, MediumError: the key-encryption key cannot be had.
    """
    deciders = two_persons(office.register, [key.public for key in keys], *DECIDERS)
    if terms.office == office.settings.origin:
        raise Refused("custody.own_peer")
    if terms.policy.approvals < RELEASE_APPROVALS:
        raise Refused("custody.peer_too_easy", need=RELEASE_APPROVALS)
    with office.ledger.transaction() as tx:
        issued = office.custodian.issue(tx, terms.policy, terms.recipient, cid=terms.cid)
        peer_records.add(tx.connection, terms.cid, office=terms.office)
        tx.append("peer.issued", copy=terms.cid.hex(), fields={"office": terms.office, "by": sorted(deciders.values())})
    office.cosigning.cover(office.ledger.checkpoint().size - 1)
    return issued


def commit_for_peer(office: Office, cid: bytes, digests: Digests) -> None:
    """Bring the ticket of another office's copy to life: its capsule is written, only its name is missing.

    Raises:
        NotFound: no ticket was issued for such a copy.
        Refused: it came to life before, or is destroyed.
    """
    peer_records.get(office.ledger.connection, cid)
    with office.ledger.transaction() as tx:
        office.custodian.commit(tx, cid, header=digests.header)
        said = {"capsule": digests.capsule.hex(), "manifest": digests.manifest.hex()}
        peer_records.seal(tx.connection, cid, **said)
        tx.append("peer.sealed", copy=cid.hex(), fields=said)


def stop_for_peer(office: Office, cid: bytes) -> None:
    """Stop every release of another office's copy, because it was reported lost there; for good.

    Raises:
        NotFound: there is no such copy.
        Refused: it was never finished, or its share is destroyed.
    """
    peer_records.get(office.ledger.connection, cid)
    with office.ledger.transaction(Trust.STOPPING) as tx:
        office.custodian.suspend(tx, cid, lost=True)


def destroy_for_peer(office: Office, cid: bytes, *, keys: Sequence[SigningKey]) -> None:
    """Destroy the share of another office's copy; two persons of this one decide.

    Raises:
        NotFound: there is no such copy.
        Refused: fewer than two who may.
        MediumError: the disk refused to finish; the next start goes on.
    """
    peer_records.get(office.ledger.connection, cid)
    deciders = two_persons(office.register, [key.public for key in keys], *DECIDERS)
    with office.ledger.transaction(Trust.STOPPING) as tx:
        office.destruction.begin(tx, cid, reason="lost", keys=deciders.values())
    office.finish_destructions()


def binding_of(issued: Issued) -> Binding:
    """Return what a ticket's share belongs to."""
    return Binding(issued.cid, issued.tid, issued.kid)
