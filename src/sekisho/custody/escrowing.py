"""Escrow of a copy's share: who may keep an envelope, what is in it, how it is opened here and how it ends.

An envelope never goes to who asked for the copy, carries it, receives it or has it: stick, key and envelopes in one bag
would need no custodian. An age file to its holder, or words for paper; either way it holds words that any SLIP-39 program
combines, so nobody depends on this one on the night.
"""

import io
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import msgspec

from sekisho.age.errors import AgeError, KeyTextError
from sekisho.age.filekey import Identity, Recipient
from sekisho.age.keys import recipient_from_text
from sekisho.age.reader import open_reader
from sekisho.age.writer import encrypt
from sekisho.catalogue.words import LANGUAGES, say
from sekisho.clock import to_local
from sekisho.custodian import escrow as store
from sekisho.custodian.escrow import Escrow
from sekisho.custody import copy as life
from sekisho.custody import records
from sekisho.custody.checking import must_stand_apart, two_persons
from sekisho.custody.handing import sealed_parts
from sekisho.custody.office import Office
from sekisho.custody.records import CopyRow
from sekisho.custody.register import DECIDERS, Register
from sekisho.custody.statements import CopyStatement
from sekisho.errors import MediumError, Misuse, NoKey, NotFound, Refused, Unreadable
from sekisho.files import open_file, write_whole
from sekisho.signing.keys import SigningKey

_LONGEST = 1 << 16
_PREFIX = "SLIP-39: "


@dataclass(frozen=True, slots=True, kw_only=True)
class SealedEnvelope:
    """One envelope, while its words are in memory.

    Attributes:
        slip: the copy's slip number.
        number: which of them it is.
        count: how many there are.
        threshold: how many open the copy.
        holder: who keeps it.
        recipient: what it is encrypted to; none for paper alone.
        text: what it says, words included.
    """

    slip: str
    number: int
    count: int
    threshold: int
    holder: str
    recipient: Recipient | None
    text: str = field(repr=False)

    @property
    def name(self) -> str:
        """Its file name."""
        return f"escrow-{self.slip}-{self.number}.age"


def make_escrow(
    office: Office,
    slip: str,
    *,
    threshold: int,
    holders: Sequence[str],
    keys: Sequence[SigningKey],
    paper: bool = False,
) -> list[SealedEnvelope]:
    """Split the share of a copy among envelopes; two persons decide, and it is in the ledger before this returns.

    Args:
        office: the office.
        slip: the copy.
        threshold: how many of the envelopes open it.
        holders: persons of the register, or the ``age1…`` of who is not in it.
        keys: of the two who decide.
        paper: the words go on paper, so no holder needs a key.

    Raises:
        Refused: who decides, or who is to hold, may not; the copy does not live or has an escrow; the numbers do not go.
        Missing: the extra that splits is not installed, or the share cannot be had.
    """
    row = records.get_copy(office.ledger.connection, slip)
    cid, _ = sealed_parts(row)
    register = office.register
    deciders = two_persons(register, [key.public for key in keys], *DECIDERS)
    for person in deciders:
        must_stand_apart(row, person)
    statement = records.get_request(office.ledger.connection, row.request).statement
    recipients = [_recipient(register, row, statement, holder, paper=paper) for holder in holders]
    with office.ledger.transaction() as tx:
        made = office.escrows.make(tx, cid, threshold=threshold, holders=holders, keys=deciders.values())
    return [
        SealedEnvelope(
            slip=slip,
            number=number,
            count=len(holders),
            threshold=threshold,
            holder=holder,
            recipient=recipient,
            text=_text(office, row, made.escrow, number, words),
        )
        for number, (holder, recipient, words) in enumerate(zip(holders, recipients, made.lines(), strict=True), 1)
    ]


def write_envelopes(office: Office, envelopes: Sequence[SealedEnvelope], folder: Path) -> list[Path]:
    """Write envelopes as age files, each for its holder alone.

    Raises:
        Misuse: one of the files exists.
        MediumError: the disk refused. What is written already cannot be completed: void the escrow and make another.
    """
    office.note(folder)
    written = []
    try:
        for envelope in envelopes:
            sealed = io.BytesIO()
            recipients = [envelope.recipient] if envelope.recipient else []
            with encrypt(sealed, recipients) as writer:
                writer.write(envelope.text.encode())
            write_whole(folder / envelope.name, sealed.getvalue())
            written.append(folder / envelope.name)
    except FileExistsError as error:
        raise Misuse("custody.envelope_file_exists", path=error.filename) from None
    except OSError as error:
        raise MediumError("custody.envelope_disk", path=folder) from error
    return written


def must_be_free(folder: Path, slip: str, count: int) -> None:
    """Refuse before anything is recorded, where an envelope could not be written.

    Raises:
        Misuse: a file of that name exists.
        MediumError: the folder is none.
    """
    if not folder.is_dir():
        raise MediumError("custody.envelope_disk", path=folder)
    for number in range(1, count + 1):
        path = folder / f"escrow-{slip}-{number}.age"
        if path.exists():
            raise Misuse("custody.envelope_file_exists", path=path)


def read_envelope(path: Path, identities: Sequence[Identity]) -> str:
    """Return the words in an envelope's file.

    Raises:
        NoKey: it is for somebody else.
        Unreadable: it is damaged, or no envelope.
    """
    try:
        with open_file(path, follow=True) as file:
            text = open_reader(file, identities).read(_LONGEST).decode()
    except (AgeError, UnicodeDecodeError, OSError):
        raise NoKey("custody.envelope_closed", path=path) from None
    lines = [line.removeprefix(_PREFIX) for line in text.splitlines() if line.startswith(_PREFIX)]
    if len(lines) != 1:
        raise Unreadable("custody.no_envelope", path=path)
    return lines[0]


def open_escrow(office: Office, slip: str, lines: Sequence[str]) -> bytes:
    """Give a release by envelopes and return its share; the leaf is durable and signed before this returns.

    Raises:
        NotFound: there is no such copy, or it has no escrow.
        NoKey: the words are another copy's, or misread.
        Refused: the copy's state, window, count or recipient does not allow it.
    """
    with office.ledger.transaction() as tx:
        row = records.get_copy(tx.connection, slip)
        cid, _ = sealed_parts(row)
        register = office.register
        register.chain(register.person(row.copy.recipient), office.today())
        changed = msgspec.structs.replace(row, copy=life.after(row.copy, life.Open(tx.at)))
        opened = office.escrows.open(tx, cid, [" ".join(line.lower().split()) for line in lines])
        records.update_copy(tx.connection, changed)
    return opened.share()


def report_opened(office: Office, slip: str, numbers: Sequence[int], *, keys: Sequence[SigningKey]) -> Escrow:
    """Record, the morning after, that envelopes were opened while the desk could not be reached; two persons say so.

    Raises:
        NotFound: there is no such copy, escrow or envelope.
        Refused: fewer than two who may, or fewer envelopes than it takes.
    """
    escrow = _escrow(office, slip)
    two_persons(office.register, [key.public for key in keys], *DECIDERS)
    with office.ledger.transaction() as tx:
        office.escrows.report_opened(tx, escrow, numbers)
        row = records.get_copy(tx.connection, slip)
        if row.copy.state in {life.State.OUT, life.State.OPENED}:
            records.update_copy(tx.connection, msgspec.structs.replace(row, copy=life.after(row.copy, life.Open(None))))
    return store.get(office.ledger.connection, escrow.id)


def void_escrow(office: Office, slip: str, numbers: Sequence[int], *, keys: Sequence[SigningKey]) -> Escrow:
    """Record that envelopes were destroyed before two persons who have no part in the copy; all of them if none is named.

    Raises:
        NotFound: there is no such copy, escrow or envelope.
        Refused: fewer than two witnesses who may.
    """
    escrow = _escrow(office, slip)
    row = records.get_copy(office.ledger.connection, slip)
    witnesses = two_persons(office.register, [key.public for key in keys], *DECIDERS)
    for person in witnesses:
        must_stand_apart(row, person)
    gone = numbers or [each.number for each in escrow.envelopes]
    with office.ledger.transaction() as tx:
        return office.escrows.void(tx, escrow, gone, keys=witnesses.values())


def live_escrow(office: Office, cid: bytes) -> Escrow | None:
    """Return the escrow whose envelopes could still open a copy."""
    escrows = store.of_copy(office.ledger.connection, cid)
    return next((each for each in escrows if each.is_live), None)


def still_open(office: Office, slips: Sequence[str]) -> dict[str, Escrow]:
    """Return of copies those that envelopes could open, whatever became of their shares here: slip → its escrow."""
    found = dict[str, Escrow]()
    for slip in dict.fromkeys(slips):
        cid = records.get_copy(office.ledger.connection, slip).cid
        escrow = live_escrow(office, cid) if cid else None
        if escrow:
            found[slip] = escrow
    return found


def _escrow(office: Office, slip: str) -> Escrow:
    row = records.get_copy(office.ledger.connection, slip)
    cid, _ = sealed_parts(row)
    escrows = store.of_copy(office.ledger.connection, cid)
    if not escrows:
        raise NotFound("custodian.no_escrow")
    return escrows[-1]


def _recipient(
    register: Register, row: CopyRow, statement: CopyStatement, holder: str, *, paper: bool
) -> Recipient | None:
    """Return what a holder's envelope is encrypted to, or refuse the holder."""
    involved = [register.person(each) for each in row.copy.involved]
    if holder.startswith("age1"):
        if holder in {statement.sealed_to, *(person.recipient for person in involved)}:
            raise Refused("custody.envelope_to_involved", holder=holder[:16])
        return _age(holder)
    if holder in row.copy.involved:
        raise Refused("custody.envelope_to_involved", holder=holder)
    person = register.person(holder)
    if paper:
        return None
    if not person.recipient:
        raise Refused("custody.no_recipient_key", person=person.id)
    return _age(person.recipient)


def _age(text: str) -> Recipient:
    try:
        return recipient_from_text(text)
    except KeyTextError:
        raise Misuse("custody.no_age_recipient", text=text[:16]) from None


def _text(office: Office, row: CopyRow, escrow: Escrow, number: int, words: str) -> str:
    """Return what an envelope says; the words are alone on their line, and the same for every language."""
    at = to_local(office.ledger.time(), office.settings.zone)
    (ticket, *_) = office.custodian.tickets(escrow.cid)
    said = [
        say(
            "custody.envelope",
            language,
            office=office.settings.name,
            phone=office.settings.phone,
            slip=row.slip,
            medium=row.medium,
            number=number,
            count=len(escrow.envelopes),
            threshold=escrow.threshold,
            until=to_local(ticket.policy.not_after, office.settings.zone),
            at=at,
        )
        for language in LANGUAGES
    ]
    return "\n\n".join([*said, f"{_PREFIX}{words}"]) + "\n"
