"""Keys as files that a passphrase opens: Argon2id (RFC 9106) of ``cryptography``, 64 MiB, three passes, four lanes.

    "SKP1" || salt (16) || nonce (12) || AES-256-GCM of the epoch's key (48) || SHA-256 of all that, its first 8 bytes

The digest tells a damaged file from a wrong passphrase. A file is read anew for every use, and only what the passphrase was
stretched to is kept in memory: once a file is destroyed, no process that remembers the passphrase has its key.
"""

import hashlib
import os
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id

from sekisho.custodian.kek import KEY_SIZE, NONCE_SIZE, KekInFiles, KeyFiles
from sekisho.errors import NoKey, Refused, Unreadable

SHORTEST = 12
"""The fewest characters of a new passphrase: a stolen folder is guessed at without anybody counting."""

_SUFFIX = ".locked"  # not that of bare keys: neither back-end may take, or destroy, the other's file for its own
_MAGIC = b"SKP1"
_SALT_SIZE = 16
_DIGEST_SIZE = 8
_SIZE = len(_MAGIC) + _SALT_SIZE + NONCE_SIZE + KEY_SIZE + 16 + _DIGEST_SIZE


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost:
    """What one guess costs (RFC 9106, section 3.1).

    Attributes:
        mebibytes: memory.
        passes: over it.
        lanes: at once.
    """

    mebibytes: int = 64
    passes: int = 3
    lanes: int = 4


class PassphraseKek(KekInFiles):
    """Keys as files that a passphrase opens."""

    kind: str = "passphrase"
    place: str = "passphrase"

    def __init__(
        self,
        folder: Path,
        passphrase: Callable[[], str],
        *,
        again: Callable[[], str] | None = None,
        cost: Cost = Cost(),
    ) -> None:
        """Keep keys in a folder.

        Args:
            folder: of the files.
            passphrase: gives it, once it is needed.
            again: gives a new one a second time, where a person types it.
            cost: of a guess.
        """
        super().__init__(KeyFiles(folder, _SUFFIX))
        self._passphrase = passphrase
        self._again = again
        self._cost = cost
        self._said: str | None = None
        self._stretched: dict[bytes, bytes] = {}

    def make(self, epoch: int) -> None:
        """See :meth:`~sekisho.custodian.kek.Kek.make`; a passphrase that opens no older key makes no new one.

        Raises:
            Refused: a new passphrase is short, or was typed in two ways.
            NoKey: older keys are under another one.
        """
        if self._files.has(epoch):
            self._key(epoch)  # made before; here too the passphrase must be the one
        elif older := self._files.epochs():
            self._key(older[-1])
        else:
            self._must_be_new()
        self._files.write(epoch, self._sealed)

    def _sealed(self) -> bytes:
        salt, nonce = os.urandom(_SALT_SIZE), os.urandom(NONCE_SIZE)
        key = AESGCM.generate_key(8 * KEY_SIZE)
        head = _MAGIC + salt + nonce
        body = head + AESGCM(self._stretch(salt)).encrypt(nonce, key, head)
        return body + hashlib.sha256(body).digest()[:_DIGEST_SIZE]

    def _key(self, epoch: int) -> bytes:
        data = self._files.read(epoch)
        body, digest = data[:-_DIGEST_SIZE], data[-_DIGEST_SIZE:]
        if len(data) != _SIZE or data[:4] != _MAGIC or hashlib.sha256(body).digest()[:_DIGEST_SIZE] != digest:
            raise Unreadable("custodian.damaged_kek", epoch=epoch)
        head = body[: len(_MAGIC) + _SALT_SIZE + NONCE_SIZE]
        try:
            return AESGCM(self._stretch(head[4:20])).decrypt(head[20:], body[len(head) :], head)
        except InvalidTag:
            self._said = None  # whoever mistyped may try again
            self._stretched.clear()
            raise NoKey("custodian.wrong_passphrase") from None

    def _must_be_new(self) -> None:
        said = self._say()
        if len(said) < SHORTEST:
            self._said = None
            raise Refused("custodian.short_passphrase", shortest=SHORTEST)
        if self._again is not None and _normal(self._again()) != said:
            self._said = None
            raise Refused("custodian.two_passphrases")

    def _say(self) -> str:
        if self._said is None:
            self._said = _normal(self._passphrase())
        return self._said

    def _stretch(self, salt: bytes) -> bytes:
        if salt not in self._stretched:
            cost = self._cost
            argon2id = Argon2id(
                salt=salt,
                length=KEY_SIZE,
                iterations=cost.passes,
                lanes=cost.lanes,
                memory_cost=1024 * cost.mebibytes,
            )
            self._stretched[salt] = argon2id.derive(self._say().encode())
        return self._stretched[salt]


def _normal(text: str) -> str:
    """Return one form of what may be typed in several: NFKC, for half-width and full-width letters."""
    return unicodedata.normalize("NFKC", text)
