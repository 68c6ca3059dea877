"""A QR code, and digits that only the window which showed it can unmask."""

import json

import pytest
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from conftest import VECTORS
from sekisho.codes import read_release_code, release_code
from sekisho.custodian.relay import RelayKey, RelayRequest, masked, read_relay_text
from sekisho.errors import Unreadable

RELEASE = json.loads((VECTORS / "release" / "release.json").read_text(encoding="utf-8"))
CASE = RELEASE["relay"]
SHARE = bytes.fromhex(RELEASE["share"])
RELAY = X25519PrivateKey.from_private_bytes(bytes.fromhex(RELEASE["relay_private_key"]))
PUBLIC = RELAY.public_key().public_bytes_raw()
KEY = RelayKey(X25519PrivateKey.from_private_bytes(bytes.fromhex(CASE["ephemeral_private_key"])))

requests = st.builds(
    RelayRequest,
    kid=st.binary(min_size=8, max_size=8),
    cid=st.binary(min_size=16, max_size=16),
    tid=st.binary(min_size=16, max_size=16),
    key=st.binary(min_size=32, max_size=32),
    header=st.binary(min_size=8, max_size=8),
)


def test_the_published_code_and_its_digits() -> None:
    asked = read_relay_text(CASE["text"])
    assert (asked.cid.hex(), asked.tid.hex(), asked.kid.hex()) == (RELEASE["copy"], RELEASE["ticket"], RELEASE["kid"])
    assert (asked.key, asked.header.hex()) == (KEY.public, RELEASE["header"][:16])
    assert release_code(masked(SHARE, relay=RELAY, asked=asked)) == CASE["digits"]
    assert KEY.unmask(read_release_code(CASE["digits"]), relay=PUBLIC, asked=asked) == SHARE


def test_another_window_another_office_and_another_copy_have_nothing_of_the_digits() -> None:
    asked = read_relay_text(CASE["text"])
    digits = read_release_code(CASE["digits"])
    assert RelayKey.draw().unmask(digits, relay=PUBLIC, asked=asked) != SHARE
    other = X25519PrivateKey.from_private_bytes(bytes([7] * 32)).public_key().public_bytes_raw()
    assert KEY.unmask(digits, relay=other, asked=asked) != SHARE
    for changes in ({"cid": bytes(16)}, {"tid": bytes(16)}):
        changed = {"kid": asked.kid, "cid": asked.cid, "tid": asked.tid, "key": asked.key, "header": asked.header}
        assert KEY.unmask(digits, relay=PUBLIC, asked=RelayRequest(**(changed | changes))) != SHARE


@given(requests)
def test_what_is_shown_is_read_as_a_scanner_types_it(asked: RelayRequest) -> None:
    assert len(asked.text) == 137
    assert read_relay_text(asked.text) == asked
    assert read_relay_text(f" {asked.text[:70].lower()}\r\n{asked.text[70:]} ") == asked


@given(
    st.text(max_size=160) | requests.map(lambda asked: asked.text[:-1]) | requests.map(lambda asked: asked.text + "A")
)
def test_what_is_no_code_is_refused(text: str) -> None:
    with pytest.raises(Unreadable):
        read_relay_text(text)
    with pytest.raises(Unreadable):
        read_relay_text(f"SEKISHO1:{text}")


def test_a_key_of_low_order_is_refused_on_both_sides() -> None:
    asked = read_relay_text(CASE["text"])
    low = RelayRequest(kid=asked.kid, cid=asked.cid, tid=asked.tid, key=bytes(32), header=asked.header)
    with pytest.raises(Unreadable):
        masked(SHARE, relay=RELAY, asked=low)
    with pytest.raises(Unreadable):
        KEY.unmask(SHARE, relay=bytes(32), asked=asked)
