"""Answering requests that come over a network or a relay: many at once, in one transaction of the ledger.

What each asks is decided by itself, and what fails for one undoes nothing of another. All leaves of a round become durable
together, and only then are shares sealed, again together: so a suspension that has returned stands before every share of a
later round, and the disk is waited for once a round.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sekisho.clock import to_local
from sekisho.custodian import factor
from sekisho.custodian.answers import Factor, Reply, Waiting, denied, released
from sekisho.custodian.boxes import check_key, seal_share
from sekisho.custodian.documents import NOT_SEEN, Body, Document, read_body, read_document
from sekisho.custodian.policy import Limits, TicketState, must_be_live
from sekisho.custodian.relay import RelayRequest, masked, read_relay
from sekisho.custodian.releases import ONLINE, RELAY, Release
from sekisho.custodian.tickets import ReleaseRequest, Ticket
from sekisho.custody import records
from sekisho.custody.office import Office
from sekisho.custody.relay_key import relay_key
from sekisho.custody.releasing import check_possible, copy_here, digests_of, give_release, record_release
from sekisho.errors import Busy, NoKey, NotFound, Refused, SekishoError, Unreadable
from sekisho.ledger.merkle import leaf_hash
from sekisho.ledger.writer import Transaction
from sekisho.sql import apart

DEFAULT_LIMITS = Limits()
_FOR_THE_ASKER = (Refused, NotFound, NoKey)
_TOLD_OF_THE_COPY = frozenset({"custody.other_header", "capsule.save_not_allowed"})
_SHORT_HEADER = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Alarm:
    """A copy was suspended because too many one-time codes were wrong.

    Attributes:
        slip: which.
    """

    slip: str


@dataclass(slots=True)
class Round:
    """What came of answering several requests.

    Attributes:
        replies: to each, in their order.
        alarms: what the office must hear of.
    """

    replies: list[Reply] = field(default_factory=list)
    alarms: list[Alarm] = field(default_factory=list)


def answer_all(office: Office, posted: Sequence[bytes], *, limits: Limits = DEFAULT_LIMITS) -> Round:
    """Answer what was posted, as far as the approvals that are there allow; one commit for all of it.

    Args:
        office: the custodian's.
        posted: request bodies.
        limits: how many new requests there may be.

    Raises:
        SekishoError: nothing could be recorded, so nothing was answered.
    """
    found = Round()
    bodies = [_read(office, data) for data in posted]
    decided: list[Reply | tuple[Body, Release]] = []
    if any(isinstance(body, Body) for body in bodies):
        with office.ledger.transaction() as tx:
            decided = [
                body if isinstance(body, Reply) else _decided(office, tx, body, limits, found.alarms) for body in bodies
            ]
    else:
        decided = [body for body in bodies if isinstance(body, Reply)]
    found.replies = _sealed_all(office, decided)
    return found


def take_file(office: Office, data: bytes, *, limits: Limits = DEFAULT_LIMITS) -> tuple[ReleaseRequest, Document]:
    """Take down a request that somebody carried to the desk in a file.

    Raises:
        Unreadable, NoKey: it is none, or not of that device.
        SekishoError: it is for another custodian or capsule, or cannot be given.
    """
    body = read_body(data)
    document = body.document
    with office.ledger.transaction() as tx:
        ticket = _ticket(office, document)
        must_be_live(ticket.state)
        check_key(document.suite, document.key)
        request = office.releases.take(
            tx, ticket, route=RELAY, asked=document.raw, signature=body.signature, limits=limits
        )
    return request, document


def give_file(office: Office, request: ReleaseRequest) -> Reply:
    """Give the release that a file asked for, and return the answer to be carried back.

    Raises:
        SekishoError: as :func:`sekisho.custody.releasing.give_release`.
    """
    document = read_document(request.asked or b"")
    with office.ledger.transaction() as tx:
        release = record_release(office, tx, request)
    share = release.share()
    (proof,) = office.releases.proofs([release])
    return _sealed(office, document, release, share, proof)


def take_code(office: Office, asked: RelayRequest, *, limits: Limits = DEFAULT_LIMITS) -> ReleaseRequest:
    """Take down what a QR code asks.

    Raises:
        SekishoError: it is for another custodian or capsule, or cannot be given.
    """
    if asked.kid != office.custodian.kid:
        raise NotFound("custodian.other_custodian")
    masked(bytes(16), relay=relay_key(office), asked=asked)  # a key that cannot be answered costs no release
    with office.ledger.transaction() as tx:
        ticket = _of_copy(office, asked.cid, asked.tid)
        if (ticket.header or b"")[:_SHORT_HEADER] != asked.header:
            raise NoKey("custody.other_header")
        must_be_live(ticket.state)
        return office.releases.take(tx, ticket, route=RELAY, asked=asked.raw, signature=None, limits=limits)


def give_code(office: Office, request: ReleaseRequest, *, acknowledged: bool) -> bytes:
    """Give the release that a QR code asked for; return the 16 bytes that are read back as 48 digits.

    Raises:
        SekishoError: as :func:`sekisho.custody.releasing.give_release`.
    """
    relay = relay_key(office)
    share = give_release(office, request, acknowledged=acknowledged)
    return masked(share, relay=relay, asked=read_relay(request.asked or b""))


def _read(office: Office, data: bytes) -> Body | Reply:
    try:
        return read_body(data)
    except (Unreadable, NoKey) as error:
        return _denied(office, error)


def _decided(
    office: Office, tx: Transaction, body: Body, limits: Limits, alarms: list[Alarm]
) -> Reply | tuple[Body, Release]:
    try:
        with apart(tx.connection):
            request = _taken(office, tx, body, limits, alarms)
        if isinstance(request, Reply):
            return request
        with apart(tx.connection):
            return _given(office, tx, body, request)
    except SekishoError as error:
        return _denied(office, error)


def _taken(office: Office, tx: Transaction, body: Body, limits: Limits, alarms: list[Alarm]) -> ReleaseRequest | Reply:
    """Return the request that a body is, known or new; or ask for the recipient's one-time code."""
    document = body.document
    ticket = _ticket(office, document)
    must_be_live(ticket.state)
    known = office.releases.find(ticket, document.raw)
    if known is not None:
        return known
    check_key(document.suite, document.key)
    missing = _proved(office, tx, ticket, body.factor, alarms)
    if missing is not None:
        return missing
    return office.releases.take(tx, ticket, route=ONLINE, asked=document.raw, signature=body.signature, limits=limits)


def _proved(office: Office, tx: Transaction, ticket: Ticket, code: str | None, alarms: list[Alarm]) -> Reply | None:
    """Check the recipient's one-time code, if there is to be one; nothing is returned where all is well."""
    row = copy_here(office, ticket)
    if row is None:  # who the recipient is, the office that sealed it knows
        return None
    person = row.copy.recipient
    if not office.codes.is_enrolled(tx, person):
        return None
    if code is None:
        return Reply(401, Factor(left=factor.tries_left(tx.connection, ticket.cid)))
    if office.codes.check(tx, person, code):
        factor.forget_wrong(tx.connection, ticket.cid)
        return None
    left = factor.count_wrong(tx.connection, ticket.cid)
    if left:
        return Reply(401, Factor(left=left))
    tx.append("factor.locked", copy=ticket.cid.hex(), fields={"tries": factor.MOST_WRONG})
    office.custodian.suspend(tx, ticket.cid)
    alarms.append(Alarm(slip=row.slip))
    return _denied(office, Refused("custodian.factor_locked", tries=factor.MOST_WRONG, phone=office.settings.phone))


def _given(office: Office, tx: Transaction, body: Body, request: ReleaseRequest) -> Reply | tuple[Body, Release]:
    try:
        return body, record_release(office, tx, request)
    except Refused as error:
        if error.key != "custodian.approvals_missing":
            raise
        missing = error.values
    check_possible(office, request)
    return Reply(202, Waiting(number=request.id, have=int(str(missing["have"])), need=int(str(missing["need"]))))


def _sealed_all(office: Office, decided: Sequence[Reply | tuple[Body, Release]]) -> list[Reply]:
    """Seal the shares of a round: its leaves are durable and signed, or there would be no shares."""
    given = [each for each in decided if isinstance(each, tuple)]
    shares = list(office.releases.shares([release for _, release in given]) if given else [])
    had = [release for (_, release), share in zip(given, shares, strict=True) if isinstance(share, bytes)]
    proofs = iter(office.releases.proofs(had) if had else [])
    sealed = iter(
        _answered(office, body.document, release, share, proofs)
        for (body, release), share in zip(given, shares, strict=True)
    )
    return [each if isinstance(each, Reply) else next(sealed) for each in decided]


def _answered(
    office: Office, document: Document, release: Release, share: bytes | SekishoError, proofs: Iterator[str]
) -> Reply:
    """Answer a request whose release is recorded; its share may be kept back by the witnesses, or by who stopped the copy."""
    if isinstance(share, bytes):
        return _sealed(office, document, release, share, next(proofs))
    if share.key == "ledger.not_cosigned":
        need = release.ticket.policy.approvals  # all there; whoever polls is answered when the witnesses are
        return Reply(202, Waiting(number=release.request, have=need, need=need))
    return _denied(office, share)


def _sealed(office: Office, document: Document, release: Release, share: bytes, proof: str) -> Reply:
    """Write the answer."""
    capsule, manifest = digests_of(office, release.ticket)
    leaf = release.leaf
    return released(
        sealed=seal_share(share, suite=document.suite, key=document.key, leaf=leaf_hash(leaf)),
        leaf=leaf,
        proof=proof,
        capsule=capsule,
        manifest=manifest,
    )


def _ticket(office: Office, document: Document) -> Ticket:
    """Return the ticket that a document names; whatever of it is not this custodian's is told as that alone."""
    if document.kid != office.custodian.kid:
        raise NotFound("custodian.other_custodian")
    ticket = _of_copy(office, document.cid, document.tid)
    if ticket.state is TicketState.ISSUED or document.header == ticket.header:
        return ticket
    if document.header != NOT_SEEN:
        raise NoKey("custody.other_header")
    _must_be_for_saving(office, ticket)
    return ticket


def _must_be_for_saving(office: Office, ticket: Ticket) -> None:
    """Refuse a request of who has not seen the header, but for a copy that may be saved.

    A plugin of ``age`` sees stanzas alone, and ``age`` writes what it opens to the disk. So that it may be saved must have been
    approved, as it must for a plugin on the office's own machine; of a peer's copy nobody here knows.
    """
    row = copy_here(office, ticket)
    if row is None or not records.get_request(office.ledger.connection, row.request).statement.allow_save:
        raise Refused("capsule.save_not_allowed")


def _of_copy(office: Office, cid: bytes, tid: bytes) -> Ticket:
    for ticket in office.custodian.tickets(cid):
        if ticket.tid == tid:
            return ticket
    raise NotFound("custodian.no_ticket")


def _denied(office: Office, error: SekishoError) -> Reply:
    """Say what is refused; times by the clock on the office's wall. What fails inside is for the office alone.

    Whoever holds a medium can ask, for its ids stand in the header. So what the register and the copy's own life refuse, which
    names persons, employers and where the copy should be, is told as no more than that.
    """
    told = isinstance(error, _FOR_THE_ASKER) or error.key == "custodian.bad_request_document"
    if not told or error.key == "custodian.forged_approval":
        error = Busy("custodian.not_now")
    elif not error.key.startswith("custodian.") and error.key not in _TOLD_OF_THE_COPY:
        error = Refused("custodian.held_back", phone=office.settings.phone)
    zone = office.settings.zone
    error.values = {
        name: f"{to_local(value, zone)} ({zone})" if isinstance(value, datetime) else value
        for name, value in error.values.items()
    }
    return denied(error)
