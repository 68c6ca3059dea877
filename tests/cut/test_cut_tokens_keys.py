"""One person's tokens in two copies have nothing in common, because their keys have not."""

import hashlib
import hmac
import itertools
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conftest import VECTORS
from sekisho.cut.tokens.keys import derive, derive_join

VECTOR = json.loads((VECTORS / "cut" / "tokens.json").read_text(encoding="utf-8"))
MASTER = bytes(range(32))
PARTS = st.tuples(st.text(max_size=5), st.text(max_size=5), st.text(max_size=5))


def hkdf(info: bytes) -> bytes:
    """RFC 5869 written out: no salt is 32 zero bytes, one block of output."""
    extracted = hmac.digest(bytes(32), MASTER, "sha256")
    return hmac.digest(extracted, info + b"\x01", "sha256")


def test_a_key_is_the_published_derivation() -> None:
    info = b"cut/token/1\0\0\0\x01c\0\0\0\x01r\0\0\0\x06" + "番号".encode()
    assert derive(MASTER, cut="c", recipient="r", field="番号") == hkdf(info)
    assert derive_join(MASTER, name="住民") == hkdf(b"cut/join/1\0\0\0\x06" + "住民".encode())


def test_the_vectors_hold() -> None:
    master = bytes.fromhex(VECTOR["master"])
    token, join = VECTOR["token_key"], VECTOR["join_key"]
    found = derive(master, cut=token["cut"], recipient=token["recipient"], field=token["field"])
    assert found.hex() == token["key"]
    assert derive_join(master, name=join["name"]).hex() == join["key"]


@given(PARTS, PARTS)
def test_another_cut_recipient_or_field_is_another_key(one: tuple[str, str, str], other: tuple[str, str, str]) -> None:
    keys = [derive(MASTER, cut=cut, recipient=to, field=field) for cut, to, field in (one, other)]
    assert (keys[0] == keys[1]) == (one == other)


def test_where_one_part_ends_and_the_next_begins_matters() -> None:
    parts = [("ab", "c", ""), ("a", "bc", ""), ("", "ab", "c"), ("abc", "", ""), ("", "", "abc")]
    keys = [derive(MASTER, cut=cut, recipient=to, field=field) for cut, to, field in parts]
    assert all(one != other for one, other in itertools.combinations([*keys, derive_join(MASTER, name="abc")], 2))


def test_another_master_is_another_key() -> None:
    other = hashlib.sha256(MASTER).digest()
    assert derive(MASTER, cut="c", recipient="r", field="f") != derive(other, cut="c", recipient="r", field="f")
    assert derive_join(MASTER, name="n") != derive_join(other, name="n")


def test_a_short_master_is_no_master() -> None:
    with pytest.raises(ValueError, match="32 bytes"):
        derive(bytes(31), cut="c", recipient="r", field="f")
    with pytest.raises(ValueError, match="32 bytes"):
        derive_join(b"", name="n")
