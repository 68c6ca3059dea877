"""The X25519 recipient: the specification's example, low-order points, malformed stanzas, and nothing shown."""

import pickle

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sekisho.age import bech32, unpadded
from sekisho.age.errors import HeaderError, KeyTextError
from sekisho.age.stanza import Stanza
from sekisho.age.x25519 import X25519Identity, X25519Recipient

# C2SP age.md, "The X25519 recipient type": identity, recipient and stanza. The file key in it is not printed there; it
# is the one that the reference implementation unwraps.
IDENTITY = "AGE-SECRET-KEY-1GFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPQ4EGAEX"
RECIPIENT = "age1zvkyg2lqzraa2lnjvqej32nkuu0ues2s82hzrye869xeexvn73equnujwj"
SHARE = "O6DLx/wDIawpUC978NSPjYvrfDtJVnZApXKp4FMPHCY"
BODY = unpadded.decode("3aKjozt9agh7jGmvOKvR4iax41Wl4zj95MKK4X9JuWc")
FILE_KEY = bytes.fromhex("6505da236915145fea6f7f0e451b0b92")

# The points of small order on Curve25519 and its twist, and their spellings above the prime (RFC 7748 section 6.1).
PRIME = 2**255 - 19
ORDER_8 = (
    0x00B8495F16056286FDB1329CEB8D09DA6AC49FF1FAE35616AEB8413B7C7AEBE0,
    0x57119FD0DD4E22D8868E1C58C45C44045BEF839C55B1D0B1248C50A3BC959C5F,
)
LOW_ORDER = [number.to_bytes(32, "little") for number in (0, 1, PRIME - 1, PRIME, PRIME + 1, *ORDER_8)]

KEYS = st.binary(min_size=32, max_size=32)
FILE_KEYS = st.binary(min_size=16, max_size=16)


def test_the_identity_of_the_specification_has_its_recipient() -> None:
    assert str(X25519Identity.from_text(IDENTITY).recipient) == RECIPIENT


def test_the_stanza_of_the_specification_unwraps() -> None:
    stanza = Stanza("X25519", (SHARE,), BODY)
    assert X25519Identity.from_text(IDENTITY).unwrap([stanza]) == FILE_KEY


def test_a_stanza_made_with_known_randomness_has_the_known_share() -> None:
    """The ephemeral secret is Alice's of RFC 7748 section 6.1, so the share is her public key."""
    ephemeral = bytes.fromhex("77076d0a7318a57d3c16c17251b26645df4c2f87ebc0992ab177fba51db92c2a")
    share = bytes.fromhex("8520f0098930a754748b7ddcb43ef75a0dbf3a0d26381af4eba4a98eaa9b4e6a")
    (stanza,) = X25519Recipient.from_text(RECIPIENT).wrap(FILE_KEY, randomness=lambda size: ephemeral[:size])
    assert stanza.args == (unpadded.encode(share),)
    assert X25519Identity.from_text(IDENTITY).unwrap([stanza]) == FILE_KEY


@given(KEYS)
def test_texts_read_back(secret: bytes) -> None:
    identity = X25519Identity(secret)
    assert X25519Identity.from_text(identity.to_secret_text()).recipient == identity.recipient
    assert X25519Recipient.from_text(str(identity.recipient)) == identity.recipient


@given(KEYS, FILE_KEYS)
def test_only_the_identity_of_the_recipient_unwraps(secret: bytes, file_key: bytes) -> None:
    owner, stranger = X25519Identity(secret), X25519Identity.generate()
    (stanza,) = owner.recipient.wrap(file_key)
    assert owner.unwrap([stanza]) == file_key
    assert stranger.unwrap([stanza]) is None


def test_each_stanza_has_its_own_ephemeral_key() -> None:
    recipient = X25519Recipient.from_text(RECIPIENT)
    assert recipient.wrap(FILE_KEY)[0].args != recipient.wrap(FILE_KEY)[0].args


def test_the_own_stanza_is_found_among_others() -> None:
    own = X25519Identity.generate()
    others = [*X25519Identity.generate().recipient.wrap(bytes(16)), Stanza("example.com/other", ("x",), b"y")]
    assert own.unwrap([*others, *own.recipient.wrap(FILE_KEY)]) == FILE_KEY
    assert own.unwrap(others) is None
    assert own.unwrap([]) is None


@pytest.mark.parametrize("point", LOW_ORDER, ids=bytes.hex)
def test_a_low_order_point_is_refused_on_both_sides(point: bytes) -> None:
    with pytest.raises(HeaderError, match="low order"):
        X25519Identity.generate().unwrap([Stanza("X25519", (unpadded.encode(point),), bytes(32))])
    with pytest.raises(KeyTextError, match="low order"):
        X25519Recipient(point).wrap(FILE_KEY)


@pytest.mark.parametrize(
    ("args", "size", "reason"),
    [
        ((), 32, "0 arguments"),
        ((SHARE, SHARE), 32, "2 arguments"),
        ((SHARE,), 31, "31 bytes"),
        ((SHARE,), 33, "33 bytes"),
        ((SHARE + "A",), 32, "33 bytes where 32"),
        ((SHARE[:-2],), 32, "not base64"),
        ((SHARE[:-1] + "Z",), 32, "not canonical"),
    ],
)
def test_a_malformed_own_stanza_is_refused_even_after_a_good_one(args: tuple[str, ...], size: int, reason: str) -> None:
    identity = X25519Identity.generate()
    with pytest.raises(HeaderError, match=reason):
        identity.unwrap([*identity.recipient.wrap(FILE_KEY), Stanza("X25519", args, bytes(size))])


@pytest.mark.parametrize(
    "text",
    [
        "",
        RECIPIENT[:-1],
        RECIPIENT.upper(),
        IDENTITY,
        bech32.encode("age", bytes(31)),
        bech32.encode("age1pq", bytes(32)),
    ],
)
def test_a_text_that_is_no_recipient_is_refused(text: str) -> None:
    with pytest.raises(KeyTextError, match="not an X25519 recipient"):
        X25519Recipient.from_text(text)


@pytest.mark.parametrize("text", ["", IDENTITY[:-1], IDENTITY[:-1] + "L", IDENTITY.lower(), RECIPIENT, IDENTITY + "\n"])
def test_a_text_that_is_no_identity_is_refused_without_repeating_it(text: str) -> None:
    with pytest.raises(KeyTextError, match="not an X25519 identity") as caught:
        X25519Identity.from_text(text)
    assert "GFPYYSJZ" not in str(caught.value).upper()
    assert caught.value.__cause__ is None


def test_an_identity_shows_whose_it_is_and_not_its_secret() -> None:
    identity = X25519Identity.from_text(IDENTITY)
    for shown in (repr(identity), str(identity), f"{identity}", repr([identity])):
        assert RECIPIENT in shown
        assert "GFPYYSJZ" not in shown.upper()
        assert "4242" not in shown


def test_an_identity_does_not_go_into_a_pickle() -> None:
    with pytest.raises(TypeError):
        pickle.dumps(X25519Identity.generate())


@pytest.mark.parametrize("size", [0, 15, 17, 32])
def test_only_a_whole_file_key_is_wrapped(size: int) -> None:
    with pytest.raises(ValueError, match="16 bytes"):
        X25519Recipient.from_text(RECIPIENT).wrap(bytes(size))


@pytest.mark.parametrize("size", [0, 31, 33])
def test_only_a_whole_key_makes_a_recipient_or_an_identity(size: int) -> None:
    with pytest.raises(ValueError, match="32"):
        X25519Recipient(bytes(size))
    with pytest.raises(ValueError, match="32"):
        X25519Identity(bytes(size))
