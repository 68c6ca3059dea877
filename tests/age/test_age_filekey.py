"""The file key: the first identity that fits opens, and no other thing passes for one."""

from collections.abc import Sequence

import pytest

from sekisho.age import filekey
from sekisho.age.errors import HeaderError, MacError, NoMatchError
from sekisho.age.header import Header
from sekisho.age.stanza import Stanza
from sekisho.age.x25519 import X25519Identity

FILE_KEY = bytes(range(16))


class KnowsAnotherKey:
    """An identity that unwraps a file key, only not this file's."""

    def unwrap(self, stanzas: Sequence[Stanza]) -> bytes | None:
        assert stanzas
        return bytes(16)


class Malformed:
    """An identity whose stanza is there and wrong."""

    def unwrap(self, stanzas: Sequence[Stanza]) -> bytes | None:
        raise HeaderError(f"{len(stanzas)} stanzas")


@pytest.fixture
def identities() -> list[X25519Identity]:
    return [X25519Identity.generate() for _ in range(3)]


def test_every_recipient_can_unwrap(identities: list[X25519Identity]) -> None:
    header = filekey.wrap(FILE_KEY, [identity.recipient for identity in identities])
    assert len(header.stanzas) == 3
    assert all(filekey.unwrap(header, [identity]) == FILE_KEY for identity in identities)


def test_identities_are_tried_in_order_until_one_fits(identities: list[X25519Identity]) -> None:
    header = filekey.wrap(FILE_KEY, [identities[1].recipient])
    assert filekey.unwrap(header, [*identities, Malformed()]) == FILE_KEY
    with pytest.raises(HeaderError):
        filekey.unwrap(header, [Malformed(), *identities])


def test_a_file_for_others_is_no_match(identities: list[X25519Identity]) -> None:
    header = filekey.wrap(FILE_KEY, [identities[0].recipient])
    for strangers in ([], identities[1:]):
        with pytest.raises(NoMatchError):
            filekey.unwrap(header, strangers)


def test_an_added_recipient_is_noticed(identities: list[X25519Identity]) -> None:
    """Who knows a recipient's public key can wrap for it, but not under this header's MAC."""
    header = filekey.wrap(FILE_KEY, [identities[0].recipient])
    forged = Header((*identities[1].recipient.wrap(bytes(16)), *header.stanzas), header.mac)
    with pytest.raises(MacError):
        filekey.unwrap(forged, [identities[1]])
    with pytest.raises(MacError):
        filekey.unwrap(forged, [identities[0]])


def test_another_key_does_not_pass(identities: list[X25519Identity]) -> None:
    with pytest.raises(MacError):
        filekey.unwrap(filekey.wrap(FILE_KEY, [identities[0].recipient]), [KnowsAnotherKey()])


def test_a_file_without_recipients_is_not_made() -> None:
    with pytest.raises(ValueError, match="recipient"):
        filekey.wrap(FILE_KEY, [])
