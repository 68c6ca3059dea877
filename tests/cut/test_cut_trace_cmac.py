"""AES-CMAC over many messages is that of RFC 4493, and that of the cryptography package one by one."""

import polars as pl
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.cmac import CMAC
from hypothesis import given, settings
from hypothesis import strategies as st

from sekisho.cut.trace.cmac import Messages, derived_key

unhurried = settings(deadline=None)

# RFC 4493, section 4: the key, and the codes of no message and of one block. That block is no UTF-8, so that the second
# stands in the property below.
KEY = bytes.fromhex("2b7e151628aed2a6abf7158809cf4f3c")
OF_NOTHING = "bb1d6929e95937287fa37d129b756746"


def one_by_one(text: str, key: bytes) -> bytes:
    code = CMAC(AES(key))
    code.update(text.encode())
    return code.finalize()


def test_the_published_code_of_the_empty_message() -> None:
    assert Messages(pl.Series([""])).macs(KEY)[0].tobytes().hex() == OF_NOTHING


@unhurried
@given(
    st.lists(st.text(max_size=60) | st.integers(0, 4).map(lambda blocks: "x" * 16 * blocks)),
    st.binary(min_size=16, max_size=16),
)
def test_all_at_once_equals_one_by_one(texts: list[str], key: bytes) -> None:
    codes = Messages(pl.Series(texts, dtype=pl.String)).macs(key)

    assert [code.tobytes() for code in codes] == [one_by_one(text, key) for text in texts]


def test_a_bit_is_the_lowest_of_the_first_byte() -> None:
    texts = [str(number) for number in range(100)]

    assert Messages(pl.Series(texts)).bits(KEY).tolist() == [bool(one_by_one(text, KEY)[0] & 1) for text in texts]


def test_every_use_of_a_secret_has_a_key_of_its_own() -> None:
    assert len({derived_key(secret, purpose) for secret in (b"a", b"b") for purpose in ("blank", "width")}) == 4
