"""What a recipient proves beside the key: here one-time codes (TOTP, RFC 6238), checked where somebody counts the tries.

A code of six digits protects nothing on a stick, where nobody counts. At the custodian five wrong ones for a copy suspend it,
and each step of thirty seconds is taken once. Whatever has :class:`UserFactor`'s methods can stand in for it: a passkey or the
city's sign-in.
"""

import secrets
import sqlite3
from collections.abc import Callable
from typing import Protocol

from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.twofactor import InvalidToken
from cryptography.hazmat.primitives.twofactor.totp import TOTP

from sekisho.clock import to_text
from sekisho.custodian.kek import Kek
from sekisho.errors import Missing, Unreadable
from sekisho.ledger.writer import Transaction

SCHEMA_2 = """
CREATE TABLE one_time_code (
    person      TEXT PRIMARY KEY,
    epoch       INTEGER NOT NULL REFERENCES epoch (number),
    wrapped     BLOB NOT NULL,
    step        INTEGER NOT NULL DEFAULT 0,
    enrolled_at TEXT NOT NULL
) STRICT;

CREATE TABLE wrong_code (
    cid         BLOB PRIMARY KEY CHECK (length(cid) = 16),
    tries       INTEGER NOT NULL
) STRICT;
"""

MOST_WRONG = 5
STEP_SECONDS = 30
_DIGITS = 6
_SECRET_SIZE = 20  # RFC 4226 section 4, R6: 160 bits
_DRIFT = (-1, 0, 1)


class UserFactor(Protocol):
    """Something that a person proves to the custodian, each time anew."""

    def is_enrolled(self, tx: Transaction, person: str) -> bool:
        """Tell whether a person has it, and so must prove it."""
        ...

    def check(self, tx: Transaction, person: str, proof: str) -> bool:
        """Tell whether a proof is the person's, now; a proof that was taken is taken no second time."""
        ...


class OneTimeCodes:
    """One-time codes, as an authenticator app on a telephone shows them."""

    def __init__(self, kek: Kek, *, randomness: Callable[[int], bytes] = secrets.token_bytes) -> None:
        self._kek = kek
        self._randomness = randomness

    def enrol(self, tx: Transaction, person: str, *, epoch: int) -> bytes:
        """Draw a person's secret and return it, for the only time; an earlier one ends.

        Raises:
            Missing, Unreadable, MediumError: the key-encryption key cannot be had.
        """
        secret = self._randomness(_SECRET_SIZE)
        wrapped = self._kek.wrap(epoch, secret, _context(person))
        tx.connection.execute(
            "INSERT INTO one_time_code (person, epoch, wrapped, enrolled_at) VALUES (?, ?, ?, ?) ON CONFLICT (person)"
            " DO UPDATE SET epoch = excluded.epoch, wrapped = excluded.wrapped, step = 0,"
            " enrolled_at = excluded.enrolled_at",
            (person, epoch, wrapped, to_text(tx.at)),
        )
        tx.append("factor.enrolled", fields={"kind": "totp"}, details={"person": person})
        return secret

    def is_enrolled(self, tx: Transaction, person: str) -> bool:
        """See :meth:`UserFactor.is_enrolled`."""
        return tx.connection.execute("SELECT 1 FROM one_time_code WHERE person = ?", (person,)).fetchone() is not None

    def check(self, tx: Transaction, person: str, proof: str) -> bool:
        """See :meth:`UserFactor.check`; a clock may be one step off.

        Raises:
            Missing, Unreadable, MediumError: the person's secret cannot be had.
        """
        epoch, wrapped, last = tx.connection.execute(
            "SELECT epoch, wrapped, step FROM one_time_code WHERE person = ?", (person,)
        ).fetchone()
        secret = self._kek.unwrap(epoch, wrapped, _context(person))
        step = step_of(secret, proof, now=int(tx.at.timestamp()), after=last)
        if step is None:
            return False
        tx.connection.execute("UPDATE one_time_code SET step = ? WHERE person = ?", (step, person))
        return True


def step_of(secret: bytes, code: str, *, now: int, after: int) -> int | None:
    """Return which step of thirty seconds a code is of, if it is of one near now that is after the last one taken."""
    # SHA-1 is what authenticator apps speak; HMAC does not ask of it what is broken.
    totp = TOTP(secret, _DIGITS, SHA1(), STEP_SECONDS)  # noqa: S303 - see above
    for step in sorted(now // STEP_SECONDS + drift for drift in _DRIFT):
        if step <= after:
            continue
        try:
            totp.verify(code.encode(), step * STEP_SECONDS)
        except InvalidToken:
            continue
        return step
    return None


def address_of(secret: bytes, *, person: str, issuer: str) -> str:
    """Return the ``otpauth:`` address that an authenticator app scans."""
    totp = TOTP(secret, _DIGITS, SHA1(), STEP_SECONDS)  # noqa: S303 - as above
    return totp.get_provisioning_uri(person, issuer)


def tries_left(connection: sqlite3.Connection, cid: bytes) -> int:
    """Return how many wrong codes a copy still takes."""
    row = connection.execute("SELECT tries FROM wrong_code WHERE cid = ?", (cid,)).fetchone()
    return max(0, MOST_WRONG - (row[0] if row else 0))


def count_wrong(connection: sqlite3.Connection, cid: bytes) -> int:
    """Count a wrong code for a copy; return how many more it takes."""
    connection.execute(
        "INSERT INTO wrong_code (cid, tries) VALUES (?, 1) ON CONFLICT (cid) DO UPDATE SET tries = tries + 1", (cid,)
    )
    return tries_left(connection, cid)


def forget_wrong(connection: sqlite3.Connection, cid: bytes) -> None:
    """Forget the wrong codes of a copy: a right one came, or its suspension was lifted."""
    connection.execute("DELETE FROM wrong_code WHERE cid = ?", (cid,))


def rewrap(connection: sqlite3.Connection, epoch: int, *, old: Kek, new: Kek) -> None:
    """Wrap every secret anew under the key of a new epoch; whose cannot be had enrols again."""
    for person, before, wrapped in connection.execute("SELECT person, epoch, wrapped FROM one_time_code").fetchall():
        try:
            secret = old.unwrap(before, wrapped, _context(person))
        except (Missing, Unreadable):
            continue
        connection.execute(
            "UPDATE one_time_code SET epoch = ?, wrapped = ? WHERE person = ?",
            (epoch, new.wrap(epoch, secret, _context(person)), person),
        )


def _context(person: str) -> bytes:
    return f"one-time code\0{person}".encode()
