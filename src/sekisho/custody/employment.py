"""An employer says under its own signature who works for it: the office does not believe a list that a contractor's salesman made.

What is signed is RFC 8785 JSON in its own namespace: the person, the employer, which keys are the person's, from which day until
which. It lies in the register beside the person. An employer that has a key there has stated every one of its people, or they
are not admitted; one that has none yet is shown as such to whoever approves.
"""

import hashlib
from collections.abc import Sequence
from datetime import date

from sekisho.custody.statements import EMPLOYMENT, EmploymentStatement
from sekisho.errors import NoKey, Unreadable
from sekisho.signing.keys import PublicKey, SigningKey
from sekisho.signing.sshsig import sign, verify

_KEY_ID_BYTES = 8


def employment_statement(person: str, employer: str, *, keys: Sequence[str], starts: date, ends: date) -> bytes:
    """Return what an employer signs about one of its people.

    Args:
        person: id of the register.
        employer: id of the organisation.
        keys: ids of all the person's keys (:func:`key_ids`).
        starts: the first day.
        ends: the last day.
    """
    return EmploymentStatement(
        v=1,
        type="employment",
        person=person,
        employer=employer,
        keys=sorted(keys),
        starts=starts.isoformat(),
        ends=ends.isoformat(),
    ).encode()


def key_ids(*, key: PublicKey | None, recipient: str) -> list[str]:
    """Return the ids of the keys that a person signs and opens with; of the latter the first bytes of its text's SHA-256."""
    opens = [hashlib.sha256(recipient.encode()).digest()[:_KEY_ID_BYTES].hex()] if recipient else []
    return ([key.id] if key else []) + opens


def sign_employment(statement: bytes, *, employer: SigningKey) -> str:
    """Return the employer's signature."""
    return sign(employer, statement, namespace=EMPLOYMENT)


def is_stated(statement: bytes, signature: str, *, employer: PublicKey) -> bool:
    """Tell whether a statement was signed with an employer's key."""
    try:
        return verify(signature, statement, namespace=EMPLOYMENT) == employer
    except (NoKey, Unreadable):
        return False
