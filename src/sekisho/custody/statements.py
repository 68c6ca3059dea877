"""What people sign in custody: requests for copies, approvals, hand-overs, erasures, the taking of what was found, registers.

Also offers and what is said to them, what was seen on a medium that came back, and the giving up of what stays lost.
Canonical JSON (RFC 8785) under an SSH signature, one namespace a purpose, so that an outsider verifies each with
``ssh-keygen -Y verify`` and nobody can turn one signature into another. Statements stay in the office; the ledger has
their digests.
"""

from typing import Annotated, Literal, TypeVar

import msgspec
import rfc8785

from sekisho.domain import namespace
from sekisho.errors import Unreadable

COPY, HANDOVER, ERASURE, FOUND, REGISTER, AUDIT, WRITE_OFF, EMPLOYMENT = (
    namespace(purpose)
    for purpose in ("copy", "handover", "erasure", "found", "register", "audit", "write-off", "employment")
)
ALARM, RECOVERY = namespace("alarm"), namespace("recovery")

Hex = Annotated[str, msgspec.Meta(pattern=r"^([0-9a-f]{2})+\Z")]


class _Statement(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A statement."""

    def encode(self) -> bytes:
        """Return the bytes that are signed."""
        return rfc8785.dumps(msgspec.to_builtins(self))


class CopyStatement(_Statement, frozen=True, kw_only=True, omit_defaults=True):
    """What a requester asks for and approvers sign: every copy is bound to all of it.

    What has a default came later, and is left out where it is not said, so that older signatures still fit.

    Attributes:
        v: version of this form.
        type: always ``copy``.
        cuts: ids and content digests of what goes into the capsule.
        purposes: titles, for who reads it.
        fields: ``file: field (kind, form)`` of everything that leaves.
        kinds: kinds that leave.
        people: persons inside.
        unresolved: rows whose person could not be told.
        requester: who asks.
        carrier: who takes it out.
        recipient: who may open it.
        sealed_to: the recipient's ``age1…``.
        route: how it travels, and where to.
        media: labels; each becomes one copy with its own ticket.
        not_before: earliest opening.
        not_after: latest opening.
        due: when it is due back.
        max_opens: how often each copy may be opened.
        allow_save: whether rows may be saved when opened.
        approvals: how many persons approve.
        place: where alone it may be opened, as hand-overs name it; empty where that is not said.
    """

    v: Literal[1]
    type: Literal["copy"]
    cuts: dict[str, Hex]
    purposes: list[str]
    fields: list[str]
    kinds: list[str]
    people: int
    unresolved: int
    requester: str
    carrier: str
    recipient: str
    sealed_to: str
    route: str
    media: list[str]
    not_before: str
    not_after: str
    due: str
    max_opens: int
    allow_save: bool
    approvals: int
    place: str = ""


class HandOverStatement(_Statement, frozen=True, kw_only=True, omit_defaults=True):
    """What giver and receiver both sign; ``previous`` chains it to what was signed about the copy before.

    Attributes:
        v: version of this form.
        type: always ``handover``.
        slip: the copy's slip number.
        copy_id: the copy's id.
        medium: the medium's label.
        capsule: SHA-256 of the capsule on it.
        giver: who had it.
        receiver: who has it now.
        at: when.
        previous: SHA-256 of the copy's last ledger entry.
        place: where, as the approval names places; empty where nobody said.
    """

    v: Literal[1]
    type: Literal["handover"]
    slip: str
    copy_id: Hex
    medium: str
    capsule: Hex
    giver: str
    receiver: str
    at: str
    previous: Hex
    place: str = ""


class OfferStatement(_Statement, frozen=True, kw_only=True):
    """What a holder signs who is ready to give a copy to somebody who is not at the same table.

    Attributes:
        v: version of this form.
        type: always ``offer``.
        slip: the copy's slip number.
        copy_id: the copy's id.
        medium: the medium's label.
        capsule: SHA-256 of the capsule on it.
        giver: who has it.
        receiver: who may accept it.
        at: when it was written, by the clock of whoever wrote it.
        until: from then on nobody may accept it.
        nonce: 16 random bytes, so that nobody finds the statement by its digest.
        previous: SHA-256 of the copy's last ledger entry.
    """

    v: Literal[1]
    type: Literal["offer"]
    slip: str
    copy_id: Hex
    medium: str
    capsule: Hex
    giver: str
    receiver: str
    at: str
    until: str
    nonce: Hex
    previous: Hex


Answer = Literal["accepted", "declined", "seal_broken"]
"""What may be said to an offer."""

Reason = Literal["", "other_medium", "not_expected", "damaged", "withdrawn", "other"]
"""Why somebody declines, as a code; ``withdrawn`` is the giver's."""


class AnswerStatement(_Statement, frozen=True, kw_only=True):
    """What the receiver signs: that he has the copy now, or why not; or the giver, who takes the offer back.

    Attributes:
        v: version of this form.
        type: always ``answer``.
        slip: the copy's slip number.
        copy_id: the copy's id.
        offer: SHA-256 of the statement that is answered; empty where a broken seal is reported without any.
        by: who says so.
        answer: what.
        reason: why not; empty where it is accepted.
        place: where, as the approval names places; empty where nobody said.
        at: when it was written, by the clock of whoever wrote it.
        nonce: 16 random bytes, so that nobody finds the statement by its digest.
        previous: SHA-256 of the copy's last ledger entry.
    """

    v: Literal[1]
    type: Literal["answer"]
    slip: str
    copy_id: Hex
    offer: Annotated[str, msgspec.Meta(pattern=r"^([0-9a-f]{64})?\Z")]
    by: str
    answer: Answer
    reason: Reason
    place: str
    at: str
    nonce: Hex
    previous: Hex


Standing = Literal["identical", "altered", "missing", "additional"]
"""How a file on a medium stands to what was written there."""


class SeenFile(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A file on a medium.

    Attributes:
        path: where, below the medium's folder.
        standing: how it stands to what was written there.
        size: its bytes; 0 for what is missing.
        sha256: its digest; empty for what is missing, or no file that can be read.
    """

    path: str
    standing: Standing
    size: int
    sha256: str


class AuditStatement(_Statement, frozen=True, kw_only=True):
    """What a member of staff signs who looked, without changing anything, at a medium that came back.

    Attributes:
        v: version of this form.
        type: always ``audit``.
        slip: the copy's slip number.
        copy_id: the copy's id.
        medium: the medium's label.
        capsule: how its capsule stands.
        files: every file there, and what is missing.
        by: who looked.
        at: when.
        previous: SHA-256 of the copy's last ledger entry.
    """

    v: Literal[1]
    type: Literal["audit"]
    slip: str
    copy_id: Hex
    medium: str
    capsule: Standing
    files: list[SeenFile]
    by: str
    at: str
    previous: Hex


class WriteOffStatement(_Statement, frozen=True, kw_only=True):
    """What two persons sign who have no part in a copy, and give up looking for it.

    Attributes:
        v: version of this form.
        type: always ``write-off``.
        slip: the copy's slip number.
        copy_id: the copy's id.
        holder: who answers for its being gone.
        at: when.
        previous: SHA-256 of the copy's last ledger entry.
    """

    v: Literal[1]
    type: Literal["write-off"]
    slip: str
    copy_id: Hex
    holder: str
    at: str
    previous: Hex


class EmploymentStatement(_Statement, frozen=True, kw_only=True, rename={"starts": "from", "ends": "until"}):
    """What an employer signs about one of its people: that he is one, and which keys are his.

    Attributes:
        v: version of this form.
        type: always ``employment``.
        person: who.
        employer: which organisation of the register says so.
        keys: ids of the person's signing keys, and the ``age1…`` he opens with, as far as he has any.
        starts: the first day.
        ends: the last day.
    """

    v: Literal[1]
    type: Literal["employment"]
    person: str
    employer: str
    keys: list[str]
    starts: str
    ends: str


class ErasureStatement(_Statement, frozen=True, kw_only=True):
    """What the holder and a witness sign.

    Attributes:
        v: version of this form.
        type: always ``erasure``.
        slip: the copy's slip number.
        copy_id: the copy's id.
        medium: the medium's label.
        method: how; ``overwritten and removed`` and what it does not cover stands in the certificate.
        verified: whether the file was seen to be gone.
        holder: who erased.
        witness: who watched.
        at: when.
    """

    v: Literal[1]
    type: Literal["erasure"]
    slip: str
    copy_id: Hex
    medium: str
    method: str
    verified: bool
    holder: str
    witness: str
    at: str


class FoundStatement(_Statement, frozen=True, kw_only=True):
    """What a member of staff signs who takes a copy that was lost and turned up.

    Attributes:
        v: version of this form.
        type: always ``found``.
        slip: the copy's slip number.
        copy_id: the copy's id.
        medium: the medium's label.
        capsule: SHA-256 of the capsule as it was sealed.
        identical: whether that is what is on the medium.
        holder: who takes it.
        at: when.
        previous: SHA-256 of the copy's last ledger entry.
    """

    v: Literal[1]
    type: Literal["found"]
    slip: str
    copy_id: Hex
    medium: str
    capsule: Hex
    identical: bool
    holder: str
    at: str
    previous: Hex


class RegisterStatement(_Statement, frozen=True, kw_only=True):
    """What two persons of the current register sign under the next one.

    Attributes:
        v: version of this form.
        type: always ``register``.
        register: SHA-256 of the new register's text.
        previous: SHA-256 of the text whose place it takes; of nothing for the first.
    """

    v: Literal[1]
    type: Literal["register"]
    register: Hex
    previous: Hex


class AcknowledgementStatement(_Statement, frozen=True, kw_only=True):
    """What a person signs who has taken note of an alarm.

    Attributes:
        v: version of this form.
        type: always ``acknowledgement``.
        alarm: the index of the alarm's entry in the ledger.
        cause: of which task.
        person: who takes note.
        at: when.
    """

    v: Literal[1]
    type: Literal["acknowledgement"]
    alarm: int
    cause: str
    person: str
    at: str


class RecoveryStatement(_Statement, frozen=True, kw_only=True):
    """What two persons sign when a restored ledger goes on, or ends and another takes its place.

    Attributes:
        v: version of this form.
        type: always ``recovery``.
        origin: of the log that goes on.
        previous: SHA-256 of the checkpoint that it goes on from.
        anchored: how many entries are known to have been signed.
        reason: a code: ``restored``, or why the tail is gone.
    """

    v: Literal[1]
    type: Literal["recovery"]
    origin: str
    previous: Hex
    anchored: int
    reason: str


_Shape = TypeVar("_Shape", bound=_Statement)


def read_statement(statement: bytes, shape: type[_Shape]) -> _Shape:
    """Read a statement, and nothing that is spelled otherwise than it is signed.

    Raises:
        Unreadable: it is none of this form.
    """
    try:
        said = msgspec.json.decode(statement, type=shape)
    except (msgspec.DecodeError, UnicodeDecodeError):
        raise Unreadable("custody.no_statement") from None
    if said.encode() != statement:
        raise Unreadable("custody.no_statement")
    return said


def read_signable(statement: bytes) -> OfferStatement | AnswerStatement:
    """Read an offer or an answer, whichever it says it is; raises as :func:`read_statement` does."""
    if b'"type":"offer"' in statement:
        return read_statement(statement, OfferStatement)
    return read_statement(statement, AnswerStatement)
