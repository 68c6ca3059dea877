"""The passphrase recipient type (C2SP ``age.md``, "The scrypt recipient type").

A passphrase is the one key that can be guessed, so every guess is made to cost: scrypt (RFC 7914) with N = 2 to the power
of a work factor that stands in the stanza, 1 KiB of memory for each unit of N. Its stanza is alone in its header, because
whoever opens a file with a passphrase takes it to be from somebody who knew it.
"""

import os
import re
from collections.abc import Callable, Sequence
from secrets import token_hex

from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

from sekisho.age import unpadded, wrapping
from sekisho.age.errors import HeaderError
from sekisho.age.filekey import SCRYPT as TYPE
from sekisho.age.filekey import Randomness
from sekisho.age.stanza import Stanza

WORK_FACTOR = 18
"""What is written: N = 262,144, which takes 256 MiB and about a second."""

LARGEST_WORK_FACTOR = 22
"""What is read at most: a stranger's file must not have this machine work for an hour."""

_SALT_SIZE = 16
_LABEL = b"age-encryption.org/v1/scrypt"
_BLOCK_SIZE, _PARALLEL, _KEY_SIZE = 8, 1, 32
_WORK_FACTOR = re.compile(r"[1-9][0-9]*")


class ScryptRecipient:
    """A passphrase that a file is sealed with. Neither ``str`` nor ``repr`` shows it."""

    __slots__ = ("_label", "_passphrase", "_work_factor")

    def __init__(self, passphrase: bytes, *, work_factor: int = WORK_FACTOR) -> None:
        """Take a passphrase.

        Raises:
            ValueError: it is empty, or the work factor is one that nobody reads.
        """
        if not passphrase:
            raise ValueError("an empty passphrase protects nothing")
        if not 1 <= work_factor <= LARGEST_WORK_FACTOR:
            raise ValueError(f"a work factor is from 1 to {LARGEST_WORK_FACTOR}")
        self._passphrase = passphrase
        self._work_factor = work_factor
        self._label = f"scrypt-{token_hex(16)}"

    def __repr__(self) -> str:
        return "<ScryptRecipient>"

    @property
    def labels(self) -> frozenset[str]:
        """One that no other recipient bears: a passphrase stands alone."""
        return frozenset({self._label})

    def wrap(self, file_key: bytes, *, randomness: Randomness = os.urandom) -> tuple[Stanza, ...]:
        """Wrap a file key; see :class:`sekisho.age.filekey.Recipient`.

        Args:
            file_key: 16 bytes.
            randomness: gives the salt.

        Raises:
            ValueError: the file key is not 16 bytes.
        """
        wrapping.require_file_key(file_key)
        salt = randomness(_SALT_SIZE)
        wrap_key = _wrap_key(self._passphrase, salt=salt, work_factor=self._work_factor)
        arguments = (unpadded.encode(salt), str(self._work_factor))
        return (Stanza(TYPE, arguments, wrapping.seal(file_key, wrap_key=wrap_key)),)


class ScryptIdentity:
    """A passphrase that opens files; asked for only when a file is sealed with one."""

    __slots__ = ("_largest", "_passphrase")

    def __init__(
        self, passphrase: bytes | Callable[[], bytes], *, largest_work_factor: int = LARGEST_WORK_FACTOR
    ) -> None:
        """Take a passphrase, or what asks a person for it."""
        self._passphrase = passphrase
        self._largest = largest_work_factor

    def __repr__(self) -> str:
        return "<ScryptIdentity>"

    def unwrap(self, stanzas: Sequence[Stanza]) -> bytes | None:
        """Unwrap the file key; see :class:`sekisho.age.filekey.Identity`.

        Raises:
            HeaderError: a passphrase stanza is malformed, asks for too much work, or is not alone.
        """
        own = [stanza for stanza in stanzas if stanza.type == TYPE]
        if not own:
            return None
        if len(stanzas) != 1:
            raise HeaderError("a passphrase stanza stands beside another one")
        salt, work_factor = self._read(own[0])
        passphrase = self._passphrase() if callable(self._passphrase) else self._passphrase
        wrap_key = _wrap_key(passphrase, salt=salt, work_factor=work_factor)
        return wrapping.open_body(own[0].body, wrap_key=wrap_key)

    def _read(self, stanza: Stanza) -> tuple[bytes, int]:
        wrapping.require_shape(stanza, arguments=2)
        salt = wrapping.read_argument(stanza, 0, size=_SALT_SIZE, what="salt")
        text = stanza.args[1]
        # Two digits at most: a number of a million digits would take longer to read than any work factor to do.
        if not _WORK_FACTOR.fullmatch(text) or len(text) > 2 or int(text) > self._largest:
            raise HeaderError(f"{TYPE} stanza: the work factor is no number from 1 to {self._largest}")
        return salt, int(text)


def _wrap_key(passphrase: bytes, *, salt: bytes, work_factor: int) -> bytes:
    kdf = Scrypt(salt=_LABEL + salt, length=_KEY_SIZE, n=1 << work_factor, r=_BLOCK_SIZE, p=_PARALLEL)
    return kdf.derive(passphrase)
