"""The post-quantum recipient: the specification's own example, what is malformed, what cannot stand beside it."""

import pickle

import pytest
from cryptography.hazmat.primitives.asymmetric.mlkem import MLKEM768PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from sekisho.age import bech32, filekey, unpadded
from sekisho.age.errors import HeaderError, KeyTextError, MixedRecipientsError
from sekisho.age.mlkem768x25519 import TYPE, HybridIdentity, HybridRecipient
from sekisho.age.stanza import Stanza
from sekisho.age.x25519 import X25519Identity

# C2SP age.md, "The MLKEM768-X25519 … recipient type": identity, and how its recipient begins and ends.
IDENTITY = "AGE-SECRET-KEY-PQ-1XX76JRALNLXDMEW0CRK45QMCCH4X06SE84UN3VPM33W6HWDX0H3SK3ZQFR"
BEGINS, ENDS = "age1pq1x34nzsvr0rxjsgdn8zgyhfe8j7ceq5r9rdelkjuh3y235jzxshfg87pzf5zrqtzdxz95p", "zv49zc0k"

FILE_KEY = bytes(range(16))
OWNER = HybridIdentity(bytes(range(100, 132)))
(GOOD,) = OWNER.recipient.wrap(FILE_KEY)


def test_the_identity_of_the_specification_has_its_recipient() -> None:
    text = str(HybridIdentity.from_text(IDENTITY).recipient)
    assert text.startswith(BEGINS)
    assert text.endswith(ENDS)
    assert HybridIdentity.from_text(IDENTITY).to_secret_text() == IDENTITY


@given(st.binary(min_size=32, max_size=32), st.binary(min_size=16, max_size=16))
def test_only_the_identity_of_the_recipient_unwraps(seed: bytes, file_key: bytes) -> None:
    owner = HybridIdentity(seed)
    assert HybridRecipient.from_text(str(owner.recipient)) == owner.recipient
    (stanza,) = owner.recipient.wrap(file_key)
    assert owner.unwrap([GOOD, stanza]) == file_key
    assert HybridIdentity.generate().unwrap([stanza]) is None


def test_stanzas_of_other_types_are_passed_over() -> None:
    assert OWNER.unwrap([]) is None
    assert (
        OWNER.unwrap([Stanza(TYPE.upper(), GOOD.args, GOOD.body), *X25519Identity.generate().recipient.wrap(FILE_KEY)])
        is None
    )


@pytest.mark.parametrize(
    ("args", "size", "reason"),
    [
        ((), 32, "0 arguments"),
        ((*GOOD.args, "x"), 32, "2 arguments"),
        (GOOD.args, 31, "31 bytes"),
        (GOOD.args, 33, "33 bytes"),
        ((unpadded.encode(bytes(1119)),), 32, "1119 bytes where 1120"),
        ((unpadded.encode(bytes(1121)),), 32, "1121 bytes where 1120"),
        ((GOOD.args[0] + "=",), 32, "canonical"),
        ((unpadded.encode(bytes(1120)),), 32, "low order"),
    ],
)
def test_a_malformed_own_stanza_is_refused_even_after_a_good_one(args: tuple[str, ...], size: int, reason: str) -> None:
    other = HybridIdentity.generate().recipient.wrap(FILE_KEY)
    with pytest.raises(HeaderError, match=reason):
        OWNER.unwrap([*other, Stanza(TYPE, args, bytes(size))])


def test_a_post_quantum_file_has_no_other_recipients() -> None:
    filekey.wrap(FILE_KEY, [OWNER.recipient, HybridIdentity.generate().recipient])
    with pytest.raises(MixedRecipientsError):
        filekey.wrap(FILE_KEY, [OWNER.recipient, X25519Identity.generate().recipient])


def test_a_recipient_that_is_no_key_is_refused() -> None:
    mlkem = MLKEM768PrivateKey.generate().public_key().public_bytes_raw()
    for key in (b"", bytes(1215), b"\xff" * 1216):
        with pytest.raises(KeyTextError, match="not a post-quantum recipient"):
            HybridRecipient.from_text(bech32.encode("age1pq", key))
    with pytest.raises(KeyTextError, match="low order"):
        HybridRecipient(mlkem + bytes(32)).wrap(FILE_KEY)


@pytest.mark.parametrize("text", ["", IDENTITY[:-1], IDENTITY.lower(), bech32.encode("AGE-SECRET-KEY-", bytes(32))])
def test_a_text_that_is_no_identity_is_refused_without_repeating_it(text: str) -> None:
    with pytest.raises(KeyTextError, match="not a post-quantum identity") as caught:
        HybridIdentity.from_text(text)
    assert "XX76JRAL" not in str(caught.value).upper()


def test_an_identity_shows_no_secret_and_goes_into_no_pickle() -> None:
    identity = HybridIdentity.from_text(IDENTITY)
    assert "XX76JRAL" not in f"{identity!r} {identity}".upper()
    with pytest.raises(TypeError):
        pickle.dumps(identity)


def test_only_a_whole_file_key_and_a_whole_seed_are_taken() -> None:
    with pytest.raises(ValueError, match="16 bytes"):
        OWNER.recipient.wrap(bytes(15))
    with pytest.raises(ValueError, match="32 bytes"):
        HybridIdentity(bytes(31))
