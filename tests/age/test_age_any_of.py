from collections.abc import Sequence
from typing import TYPE_CHECKING

import pytest

from sekisho.age.any_of import AnyOf
from sekisho.age.errors import HeaderError, PluginError
from sekisho.age.stanza import Stanza
from sekisho.age.x25519 import X25519Identity

if TYPE_CHECKING:
    from sekisho.age.filekey import Identity

FILE_KEY = bytes(range(16))


class Unplugged:
    def unwrap(self, _stanzas: Sequence[Stanza], /) -> bytes | None:
        raise PluginError("no token")


def test_any_identity_of_them_opens_wherever_it_stands_and_one_without_its_token_is_in_nobodys_way() -> None:
    old, new = X25519Identity.generate(), X25519Identity.generate()
    stanzas = new.recipient.wrap(FILE_KEY)
    orders: list[list[Identity]] = [[new, old], [old, new], [old, Unplugged(), new]]
    for identities in orders:
        assert AnyOf(identities).unwrap(stanzas) == FILE_KEY
    assert AnyOf([old]).unwrap(stanzas) is None
    assert AnyOf([]).unwrap(stanzas) is None


def test_that_a_token_refused_is_said_if_nothing_else_opens() -> None:
    with pytest.raises(PluginError, match="no token"):
        AnyOf([Unplugged(), X25519Identity.generate()]).unwrap(X25519Identity.generate().recipient.wrap(FILE_KEY))


def test_a_malformed_stanza_is_no_matter_of_other_keys() -> None:
    with pytest.raises(HeaderError):
        AnyOf([X25519Identity.generate()]).unwrap([Stanza("X25519", ("AA",), bytes(32))])
