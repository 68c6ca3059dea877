"""By what means a person signed a statement, how much that is worth, and whether it is enough for what changes hands.

Three kinds of signature text stand beside a statement (:func:`~sekisho.custody.records.add_signed`): an armored SSH signature,
a passkey's assertion as a line of JSON, and a paper's line of JSON, under which a member of staff has signed that a person
who has no device gave the right PIN and signed that paper. Each is checked offline, from the register and what was kept.
"""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated, Literal

import msgspec
import rfc8785

from sekisho.custody.register import Person, Register
from sekisho.domain import namespace as namespace_of
from sekisho.errors import Refused, Unreadable
from sekisho.kinds.taxonomy import kind
from sekisho.signing.sshsig import verify_touch
from sekisho.signing.webauthn import Assertion, read_assertion, verify_assertion

PAPER = namespace_of("paper")
"""What staff sign under."""

PAPER_ID = r"^[A-Za-z0-9][A-Za-z0-9._-]{0,39}\Z"
"""What a paper is called: a number of the office's, nothing of what stands on it."""


class Level(StrEnum):
    """How far a signature binds a person; the higher compares as greater.

    Attributes:
        L0: a PIN and a signature on paper, which staff have seen.
        L1: a security key that was touched and asked nobody who they are.
        L2: a key in a file, of which the passphrase is the person's.
        L3: a passkey or security key that asked for a PIN, a finger or a face.
    """

    L0 = "L0"
    L1 = "L1"
    L2 = "L2"
    L3 = "L3"


DEFAULT_LEVELS = (Level.L0, Level.L2, Level.L2, Level.L2)
"""The least level by sensitivity, 1 to 4: what says anything of a person's life takes a key."""


_TOO_LITTLE = {Level.L1: "custody.level_l1", Level.L2: "custody.level_l2", Level.L3: "custody.level_l3"}
"""What would do, by the least level."""


class PaperSignature(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What stands for the signature of a person without a device: one line of JSON.

    Attributes:
        alg: always ``paper``.
        person: who signed the paper.
        paper: the number under which it is kept.
        staff: the SSH signature of a member of staff under :func:`paper_statement`.
    """

    alg: Literal["paper"] = "paper"
    person: str
    paper: Annotated[str, msgspec.Meta(pattern=PAPER_ID)]
    staff: str

    def text(self) -> str:
        """Return the line."""
        return msgspec.json.encode(self, order="sorted").decode()


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """A signature that fits, and is this person's.

    Attributes:
        level: what it is worth.
        key: id of the key by which it was checked, as the ledger calls it: the person's, or that of staff who saw a paper.
        credential: id of the passkey; empty of anything else.
        counter: how often the passkey or security key has signed; 0 of what does not count.
        witness: who saw a paper and signed for it; empty of what the person signed.
    """

    level: Level
    key: str
    credential: str = ""
    counter: int = 0
    witness: str = ""


def verify_signature(register: Register, person_id: str, statement: bytes, namespace: str, signature: str) -> Level:
    """Return what a person's signature under a statement is worth; raises as :func:`check_signature` does."""
    return check_signature(register, person_id, statement, namespace, signature).level


def check_signature(register: Register, person_id: str, statement: bytes, namespace: str, signature: str) -> Checked:
    """Check a signature of any kind under a statement.

    Args:
        register: who is who.
        person_id: whose it is said to be.
        statement: what was signed.
        namespace: for which purpose, where the kind of signature knows of purposes; a statement's type says it too.
        signature: its text.

    Raises:
        Unreadable: it is no signature.
        NoKey: it does not fit the statement.
        Refused: it is somebody else's, or nobody registered has this id.
    """
    person = register.person(person_id)
    match _algorithm(signature):
        case "ssh":
            return _check_ssh(register, person, statement, namespace, signature)
        case "webauthn":
            return _check_passkey(person, statement, read_assertion(signature))
        case "paper":
            return _check_paper(register, person, statement, read_paper(signature))
    raise Unreadable("signing.not_a_signature")


def read_paper(text: str) -> PaperSignature:
    """Read the line of a paper.

    Raises:
        Unreadable: it is none.
    """
    try:
        return msgspec.json.decode(text, type=PaperSignature)
    except (msgspec.DecodeError, UnicodeError):
        raise Unreadable("signing.not_a_signature") from None


def paper_statement(person: str, paper: str, statement: bytes) -> bytes:
    """Return what staff sign who saw a person give the right PIN and sign the paper."""
    digest = hashlib.sha256(statement).hexdigest()
    said: dict[str, str | int] = {"v": 1, "type": "paper", "person": person, "paper": paper, "statement": digest}
    return rfc8785.dumps({**said})


def least_level(levels: Sequence[Level], kinds: Iterable[str]) -> Level:
    """Return the least level that an office takes for data of these kinds."""
    return max((levels[kind(each).sensitivity - 1] for each in kinds), default=levels[0])


def must_reach(level: Level, least: Level, *, person: str) -> None:
    """Refuse a signature that is worth too little for what it is under.

    Raises:
        Refused: just that; the words say what would do.
    """
    if level < least:
        raise Refused(_TOO_LITTLE[least], person=person, level=level.value, least=least.value)


def _algorithm(signature: str) -> str:
    if signature.lstrip().startswith("-----BEGIN SSH SIGNATURE-----"):
        return "ssh"
    try:
        return msgspec.json.decode(signature, type=_Tagged).alg
    except (msgspec.DecodeError, UnicodeError):
        raise Unreadable("signing.not_a_signature") from None


class _Tagged(msgspec.Struct, frozen=True):
    alg: str


def _check_ssh(register: Register, person: Person, statement: bytes, namespace: str, signature: str) -> Checked:
    signed = verify_touch(signature, statement, namespace=namespace)
    _must_be(register.owner(signed.key), person)
    level = Level.L2 if signed.touch is None else Level.L3 if signed.touch.verified else Level.L1
    return Checked(level=level, key=signed.key.id, counter=signed.touch.counter if signed.touch else 0)


def _check_passkey(person: Person, statement: bytes, assertion: Assertion) -> Checked:
    for passkey in person.passkeys:
        if passkey.id == assertion.id:
            counter = verify_assertion(assertion, key=passkey.cose, rp=passkey.rp, statement=statement)
            return Checked(level=Level.L3, key=passkey.kid, credential=passkey.id, counter=counter)
    raise Refused("custody.unregistered_passkey", person=person.id)


def _check_paper(register: Register, person: Person, statement: bytes, paper: PaperSignature) -> Checked:
    if paper.person != person.id:
        raise Refused("custody.other_signer", person=person.id)
    seen = paper_statement(person.id, paper.paper, statement)
    witness = register.owner(verify_touch(paper.staff, seen, namespace=PAPER).key)
    must_countersign(register, witness, person.id)
    return Checked(level=Level.L0, key=witness.public_key.id, witness=witness.id)


def must_countersign(register: Register, witness: Person, person_id: str) -> None:
    """Refuse who may not witness a person's paper: who is that person, or does not work for the office.

    Raises:
        Refused: just that.
    """
    if witness.id == person_id:
        raise Refused("custody.two_signatures", person=person_id)
    if not register.is_staff(witness):
        raise Refused("custody.not_staff", person=witness.id)


def _must_be(owner: Person, person: Person) -> None:
    if owner.id != person.id:
        raise Refused("custody.other_signer", person=person.id)
