"""Grease: written when asked for, read by nobody, in the way of nobody."""

from io import BytesIO
from random import Random

import pyrage
from hypothesis import given
from hypothesis import strategies as st

from sekisho.age import grease
from sekisho.age.decrypt import decrypt
from sekisho.age.header import read_header
from sekisho.age.writer import encrypt
from sekisho.age.x25519 import X25519Identity

OWNER = X25519Identity(bytes(range(32)))


def _sealed() -> bytes:
    made = BytesIO()
    with encrypt(made, [OWNER.recipient], grease=True) as writer:
        writer.write(b"text")
    return made.getvalue()


@given(st.randoms(use_true_random=False))
def test_any_dice_give_a_stanza_that_can_be_written(dice: Random) -> None:
    stanza = grease.stanza(randomness=dice.randbytes)
    assert stanza.type.endswith(grease.SUFFIX)
    assert len(stanza.args) <= 4
    assert len(stanza.body) <= 100


def test_a_file_with_grease_is_opened_by_everybody() -> None:
    for _ in range(20):
        sealed, opened = _sealed(), BytesIO()
        types = [stanza.type for stanza in read_header(BytesIO(sealed)).stanzas]
        assert types[0] == "X25519"
        assert types[1].endswith("-grease")
        decrypt(BytesIO(sealed), opened, [OWNER])
        assert opened.getvalue() == b"text"
        assert pyrage.decrypt(sealed, [pyrage.x25519.Identity.from_str(OWNER.to_secret_text())]) == b"text"
