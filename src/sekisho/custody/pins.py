"""PINs of people who have no device: set in front of staff, six digits, five tries, and worth no more than a paper.

A PIN is kept as its Argon2id (RFC 9106, the second recommended parameters). Six digits are few, and whoever takes the database
can try them all in days; so a PIN alone does nothing: a member of staff countersigns each time it is used, and what needs
more than :data:`~sekisho.custody.signatures.Level.L0` refuses it.
"""

import re
import secrets
from collections.abc import Callable

from cryptography.exceptions import InvalidKey
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id

from sekisho.custody import pin_records
from sekisho.custody.office import Office
from sekisho.custody.signatures import PAPER, PAPER_ID, PaperSignature, must_countersign, paper_statement
from sekisho.errors import Missing, Misuse, NoKey, Refused
from sekisho.signing.keys import SigningKey
from sekisho.signing.sshsig import sign

MOST_WRONG = 5

_DIGITS = re.compile(r"[0-9]{6}")
_UP, _DOWN = "01234567890", "09876543210"
_SALT_SIZE = 16


def set_pin(
    office: Office,
    person_id: str,
    pin: str,
    *,
    staff: SigningKey,
    randomness: Callable[[int], bytes] = secrets.token_bytes,
) -> None:
    """Set a person's PIN, in front of a member of staff; an earlier one ends, and so does its being locked.

    Raises:
        Misuse: not six digits, or six that anybody would try first.
        Refused: the person is not registered, or who sets it is no staff, or the person.
    """
    witness = _witness(office, person_id, staff)
    if not _DIGITS.fullmatch(pin) or len(set(pin)) == 1 or pin in _UP or pin in _DOWN:
        raise Misuse("custody.pin_form")
    hashed = _argon2id(randomness(_SALT_SIZE)).derive_phc_encoded(pin.encode())
    with office.ledger.transaction() as tx:
        pin_records.set_hash(tx.connection, person_id, hashed)
        tx.append("pin.set", fields={"by": witness}, details={"person": person_id})


def sign_on_paper(office: Office, person_id: str, pin: str, statement: bytes, *, paper: str, staff: SigningKey) -> str:
    """Return the signature of a person who gave the right PIN and signed a paper that a member of staff has seen.

    Args:
        office: the office.
        person_id: who signs.
        pin: as the person typed it.
        statement: what is signed; it stands on the paper in words.
        paper: the number under which the paper is kept.
        staff: the key of who watched.

    Raises:
        Misuse: the paper's number is none.
        Missing: the person has no PIN.
        NoKey: it is wrong.
        Refused: it is locked; or who watched is no staff, or the person.
    """
    _witness(office, person_id, staff)
    if not re.fullmatch(PAPER_ID, paper):
        raise Misuse("custody.bad_paper")
    left = _try(office, person_id, pin)
    if left is not None:
        raise NoKey("custody.wrong_pin", person=person_id, left=left)
    signature = sign(staff, paper_statement(person_id, paper, statement), namespace=PAPER)
    return PaperSignature(person=person_id, paper=paper, staff=signature).text()


def _witness(office: Office, person_id: str, staff: SigningKey) -> str:
    register = office.register
    register.person(person_id)
    must_countersign(register, register.owner(staff.public), person_id)
    return staff.public.id


def _try(office: Office, person_id: str, pin: str) -> int | None:
    """Return None for the right PIN, else how many tries are left; each is counted before anything is said of it."""
    with office.ledger.transaction() as tx:
        row = pin_records.get(tx.connection, person_id)
        if row is None:
            raise Missing("custody.no_pin", person=person_id)
        hashed, wrong = row
        if wrong >= MOST_WRONG:
            raise Refused("custody.pin_locked", person=person_id, most=MOST_WRONG)
        fits = _fits(pin, hashed)
        wrong = 0 if fits else wrong + 1
        pin_records.set_wrong(tx.connection, person_id, wrong)
        if wrong == MOST_WRONG:
            tx.append("pin.locked", fields={"tries": MOST_WRONG}, details={"person": person_id})
    return None if fits else MOST_WRONG - wrong


def _fits(pin: str, hashed: str) -> bool:
    try:
        Argon2id.verify_phc_encoded(pin.encode(), hashed)
    except InvalidKey:
        return False
    return True


def _argon2id(salt: bytes) -> Argon2id:
    return Argon2id(salt=salt, length=32, iterations=3, lanes=4, memory_cost=64 * 1024)
