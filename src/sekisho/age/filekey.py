"""The file key on its way: wrapped for every recipient, unwrapped by the first identity that can.

Recipients and identities are seams. Whatever has ``wrap`` can be sealed to, whatever has ``unwrap`` can open; a file key is
16 random bytes, made for one file and never used for another (C2SP ``age.md``, "File key"). A recipient may bear labels,
and only recipients with the same labels stand in one file: a post-quantum file with one other recipient would not be one
(C2SP ``age-plugin.md``, "labels").
"""

from collections.abc import Callable, Iterable, Sequence
from typing import Protocol, TypeAlias

from sekisho.age.errors import HeaderError, MixedRecipientsError, NoMatchError
from sekisho.age.header import Header
from sekisho.age.stanza import Stanza

Randomness: TypeAlias = Callable[[int], bytes]
"""Returns as many unpredictable bytes as it is asked for: ``os.urandom``, or a test's known bytes."""

POST_QUANTUM = "postquantum"
"""The label of recipients that hold against a quantum computer."""

SCRYPT = "scrypt"
"""The type of a passphrase's stanza, which stands alone: a rule for whole headers, whoever opens them."""


class Recipient(Protocol):
    """Whom a file is for."""

    @property
    def labels(self) -> frozenset[str]:
        """What every recipient of the same file must bear too; of most recipients nothing."""
        ...

    def wrap(self, file_key: bytes, /) -> tuple[Stanza, ...]:
        """Wrap a file key so that only the identity of this recipient can unwrap it; of most recipients one stanza."""
        ...


class Identity(Protocol):
    """Who opens a file."""

    def unwrap(self, stanzas: Sequence[Stanza], /) -> bytes | None:
        """Return the file key, or none if no stanza is for this identity; stanzas of unknown types are ignored.

        Raises:
            HeaderError: a stanza of this identity's own type is malformed.
        """
        ...


def wrap(file_key: bytes, recipients: Iterable[Recipient], *, more: Iterable[Stanza] = ()) -> Header:
    """Wrap a file key for every recipient and return the header that carries it.

    Args:
        file_key: 16 bytes.
        recipients: whom the file is for.
        more: stanzas that wrap nothing, after the others (:func:`sekisho.age.grease.stanza`).

    Raises:
        ValueError: there is no recipient.
        MixedRecipientsError: their labels differ.
    """
    recipients = tuple(recipients)
    if len({recipient.labels for recipient in recipients}) > 1:
        raise MixedRecipientsError("these recipients cannot stand in one file: post-quantum or exclusive beside others")
    stanzas = [stanza for recipient in recipients for stanza in recipient.wrap(file_key)]
    stanzas += more
    if not _passphrase_is_alone(stanzas):
        raise MixedRecipientsError("a passphrase stands alone in a file")
    return Header.authenticated(stanzas, file_key=file_key)


def unwrap(header: Header, identities: Iterable[Identity]) -> bytes:
    """Return the file key that the first fitting identity unwraps, once the header's MAC verified under it.

    Raises:
        NoMatchError: none of the identities fits.
        HeaderError: a stanza addressed to one of them is malformed.
        MacError: the header was altered.
    """
    if not _passphrase_is_alone(header.stanzas):
        raise HeaderError("a passphrase stanza stands beside another one")
    for identity in identities:
        file_key = identity.unwrap(header.stanzas)
        if file_key is not None:
            header.verify(file_key)
            return file_key
    raise NoMatchError("the file is not for any of the identities given")


def _passphrase_is_alone(stanzas: Sequence[Stanza]) -> bool:
    return len(stanzas) == 1 or all(stanza.type != SCRYPT for stanza in stanzas)
