"""The tagged recipient: the specification's example, its tag, what is malformed; others' files are opened in interop."""

import pytest
from cryptography.hazmat.primitives.asymmetric.ec import SECP384R1, generate_private_key

from sekisho.age import bech32, unpadded
from sekisho.age.errors import HeaderError, KeyTextError
from sekisho.age.p256tag import TYPE, P256Identity, P256TagRecipient
from sekisho.age.stanza import Stanza

# C2SP age.md, "The tagged recipient types". Its example of a stanza bears another recipient's tag; that tags are made as
# others make them, test_age_interop.py shows, where what they seal is found by its tag.
RECIPIENT = "age1tag1qt8lw0ual6avlwmwatk888yqnmdamm7xfd0wak53ut6elz5c4swx2yqdj4e"

FILE_KEY = bytes(range(16))
OWNER = P256Identity.generate()
(GOOD,) = OWNER.recipient.wrap(FILE_KEY)


def test_the_recipient_of_the_specification_is_read_and_written() -> None:
    assert str(P256TagRecipient.from_text(RECIPIENT)) == RECIPIENT


def test_only_the_identity_of_the_recipient_unwraps() -> None:
    other = P256Identity.generate()
    assert OWNER.unwrap([*other.recipient.wrap(FILE_KEY), GOOD]) == FILE_KEY
    assert other.unwrap([GOOD]) is None
    assert OWNER.unwrap([Stanza("p256Tag", GOOD.args, GOOD.body)]) is None


def test_a_tag_that_fits_with_a_body_that_does_not_is_no_match() -> None:
    assert OWNER.unwrap([Stanza(TYPE, GOOD.args, bytes(32))]) is None


def _tagged(encapsulated: bytes) -> tuple[str, str]:
    return unpadded.encode(OWNER.recipient.tag(encapsulated)), unpadded.encode(encapsulated)


@pytest.mark.parametrize(
    ("args", "size", "reason"),
    [
        (GOOD.args[:1], 32, "1 arguments"),
        ((*GOOD.args, "x"), 32, "3 arguments"),
        (GOOD.args, 33, "33 bytes"),
        ((unpadded.encode(bytes(3)), GOOD.args[1]), 32, "3 bytes where 4"),
        ((GOOD.args[0], unpadded.encode(bytes(33))), 32, "33 bytes where 65"),
        (_tagged(bytes(65)), 32, "no point"),
        (_tagged(b"\x04" + bytes(63) + b"\x01"), 32, "no point"),
    ],
)
def test_a_malformed_own_stanza_is_refused_even_after_a_good_one(args: tuple[str, ...], size: int, reason: str) -> None:
    other = P256Identity.generate().recipient.wrap(FILE_KEY)
    with pytest.raises(HeaderError, match=reason):
        OWNER.unwrap([*other, Stanza(TYPE, args, bytes(size))])


@pytest.mark.parametrize("key", [bytes(33), b"\x02" + b"\xff" * 32, b"\x04" + bytes(64), b"\x02" + bytes(31)])
def test_a_recipient_that_is_no_point_is_refused(key: bytes) -> None:
    with pytest.raises(KeyTextError, match="not a tagged recipient"):
        P256TagRecipient.from_text(bech32.encode("age1tag", key))


def test_a_key_on_another_curve_is_no_identity() -> None:
    with pytest.raises(ValueError, match="P-256"):
        P256Identity(generate_private_key(SECP384R1()))
