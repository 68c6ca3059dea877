"""A passkey's signature stands for one statement, given on our page by somebody who was asked who they are."""

import base64
import json

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from signing_keys import STATEMENT

from conftest import VECTORS
from sekisho.errors import NoKey, SekishoError, Unreadable
from sekisho.signing.cbor import encode
from sekisho.signing.cose import ALGORITHMS, ES256, read_key
from sekisho.signing.webauthn import (
    ATTESTED,
    BACKED_UP,
    EXTENDED,
    PRESENT,
    VERIFIED,
    Assertion,
    from_base64url,
    is_origin,
    read_assertion,
    read_registration,
    to_base64url,
    verify_assertion,
)
from soft_passkey import RP, SoftPasskey

PUBLISHED = json.loads((VECTORS / "signing" / "webauthn.json").read_text(encoding="utf-8"))
REASONS = {
    "user-verification-flag-missing": "passkey_verification",
    "user-presence-flag-missing": "passkey_presence",
    "type-is-create": "passkey_type",
    "challenge-of-other-statement": "passkey_challenge",
    "other-relying-party": "passkey_rp",
    "other-origin": "passkey_origin",
}
BOTH = PRESENT | VERIFIED


def _published_key() -> bytes:
    x, y = (from_base64url(PUBLISHED["public_key"][name]) for name in ("x", "y"))
    return encode({1: 2, 3: ES256, -1: 1, -2: x, -3: y})


def _refused(assertion: Assertion, key: bytes, statement: bytes = STATEMENT, rp: str = RP) -> SekishoError:
    with pytest.raises(SekishoError) as caught:
        verify_assertion(assertion, key=key, rp=rp, statement=statement)
    return caught.value


@pytest.mark.parametrize("case", PUBLISHED["cases"], ids=lambda case: case["id"])
def test_the_published_assertions(case: dict[str, str]) -> None:
    assertion = Assertion(
        id="",
        authenticator_data=to_base64url(base64.b64decode(case["authenticator_data_b64"])),
        client_data=to_base64url(case["client_data_json"].encode()),
        signature=to_base64url(base64.b64decode(case["signature_b64"])),
    )
    if case["ok"]:
        assert verify_assertion(assertion, key=_published_key(), rp=PUBLISHED["rp_id"], statement=STATEMENT) == 7
    else:
        reason = REASONS.get(case["id"], "passkey_signature")
        assert _refused(assertion, _published_key(), rp=PUBLISHED["rp_id"]).key == f"signing.{reason}"


@pytest.mark.parametrize("algorithm", ALGORITHMS)
def test_every_kind_of_key_signs_for_its_statement_alone(algorithm: int) -> None:
    passkey = SoftPasskey(algorithm)
    assertion = read_assertion(passkey.assertion(STATEMENT).text())
    assert verify_assertion(assertion, key=passkey.cose, rp=RP, statement=STATEMENT) == 1
    assert _refused(assertion, passkey.cose, STATEMENT + b" ").key == "signing.passkey_challenge"
    assert _refused(assertion, SoftPasskey(algorithm, identity=b"another").cose).key == "signing.passkey_signature"


@pytest.mark.parametrize(
    ("how", "reason"),
    [
        ({"type": "webauthn.create"}, "passkey_type"),
        ({"challenge": ""}, "passkey_challenge"),
        ({"challenge": "AAAA"}, "passkey_challenge"),
        ({"origin": "https://evil.example"}, "passkey_origin"),
        ({"origin": f"http://{RP}"}, "passkey_origin"),
        ({"origin": f"https://{RP}.evil.example"}, "passkey_origin"),
        ({"origin": f"https://evil-{RP}"}, "passkey_origin"),
        ({"crossOrigin": True}, "passkey_origin"),
        ({"topOrigin": "https://evil.example"}, "passkey_origin"),
        ({"origin": 1}, "not_a_passkey_signature"),
        ({"rp": "evil.example"}, "passkey_rp"),
        ({"flags": VERIFIED}, "passkey_presence"),
        ({"flags": PRESENT}, "passkey_verification"),
        ({"flags": BOTH | BACKED_UP}, "not_a_passkey_signature"),
        ({"flags": BOTH | ATTESTED}, "not_a_passkey_signature"),
        ({"flags": BOTH | EXTENDED}, "not_a_passkey_signature"),
        ({"flags": BOTH | EXTENDED, "behind": b"\x01"}, "not_a_passkey_signature"),
        ({"behind": b"\xa0"}, "not_a_passkey_signature"),
    ],
    ids=str,
)
def test_each_field_is_looked_at(how: dict[str, object], reason: str) -> None:
    """Every one of these carries a valid signature."""
    passkey = SoftPasskey()
    assert _refused(passkey.assertion(STATEMENT, **how), passkey.cose).key == f"signing.{reason}"  # type: ignore[arg-type]  # as the table says


def test_extensions_at_the_end_are_no_harm() -> None:
    passkey = SoftPasskey()
    assertion = passkey.assertion(STATEMENT, flags=BOTH | EXTENDED, behind=encode({"credProtect": 2}))
    assert verify_assertion(assertion, key=passkey.cose, rp=RP, statement=STATEMENT) == 1


@pytest.mark.parametrize("field", ["authenticator_data", "client_data", "signature"])
@pytest.mark.parametrize("bit", [0, 7])
def test_every_changed_bit_is_noticed(field: str, bit: int) -> None:
    passkey = SoftPasskey()
    assertion = passkey.assertion(STATEMENT)
    data = from_base64url(getattr(assertion, field))
    for place in range(len(data)):
        changed = to_base64url(data[:place] + bytes([data[place] ^ 1 << bit]) + data[place + 1 :])
        refused = _refused(msgspec.structs.replace(assertion, **{field: changed}), passkey.cose)
        assert isinstance(refused, NoKey | Unreadable)


@pytest.mark.parametrize("text", ["", "{}", "[]", '{"alg":"paper"}', '{"alg":"webauthn","id":"+"}', "\ud800"])
def test_what_is_no_assertion_is_unreadable(text: str) -> None:
    with pytest.raises(Unreadable):
        read_assertion(text)


@given(st.text(max_size=80), st.binary(max_size=80))
def test_nothing_is_a_signature_by_chance(text: str, data: bytes) -> None:
    with pytest.raises(Unreadable):
        read_assertion(text)
    made = Assertion(id="", authenticator_data=to_base64url(data), client_data=to_base64url(data), signature="")
    assert isinstance(_refused(made, SoftPasskey().cose), Unreadable | NoKey)


@pytest.mark.parametrize("algorithm", ALGORITHMS)
def test_a_passkey_is_registered_as_the_browser_gives_it(algorithm: int) -> None:
    passkey = SoftPasskey(algorithm)
    made = read_registration(*passkey.registration(b"asked"), challenge=b"asked", rp=RP)
    assert (made.id, made.key, made.counter) == (passkey.id, passkey.cose, 0)


@pytest.mark.parametrize(
    ("how", "reason"),
    [
        ({"type": "webauthn.get"}, "passkey_type"),
        ({"challenge": "AAAA"}, "passkey_challenge"),
        ({"origin": "https://evil.example"}, "passkey_origin"),
        ({"flags": VERIFIED | ATTESTED}, "passkey_presence"),
        ({"flags": PRESENT | ATTESTED}, "passkey_verification"),
        ({"flags": BOTH}, "not_a_passkey"),
        ({"flags": BOTH | ATTESTED | EXTENDED}, "not_a_passkey"),
    ],
    ids=str,
)
def test_each_field_of_a_registration_is_looked_at(how: dict[str, object], reason: str) -> None:
    data, client = SoftPasskey().registration(b"asked", **how)  # type: ignore[arg-type]  # as the table says
    with pytest.raises(SekishoError) as caught:
        read_registration(data, client, challenge=b"asked", rp=RP)
    assert caught.value.key == f"signing.{reason}"


@pytest.mark.parametrize("cut", range(37, 132, 7))
def test_half_a_registration_is_none(cut: int) -> None:
    data, client = SoftPasskey().registration(b"asked")
    with pytest.raises(Unreadable):
        read_registration(data[:cut], client, challenge=b"asked", rp=RP)


@pytest.mark.parametrize(
    "key",
    [{}, [], 5, {1: 2, 3: -7, -1: 1, -2: bytes(32), -3: bytes(32)}, {1: 2, 3: -7, -1: 2, -2: b"", -3: b""},
     {1: 1, 3: -8, -1: 6, -2: bytes(31)}, {1: 1, 3: -8, -1: 7, -2: bytes(32)}, {1: 1, 3: -8, -1: 6},
     {1: 3, 3: -257, -1: b"\x01" * 128, -2: b"\x01\x00\x01"}, {1: 3, 3: -37, -1: b"\x01" * 256, -2: b"\x01\x00\x01"}],
    ids=str,
)  # fmt: skip
def test_no_other_key_is_taken(key: object) -> None:
    """No point, another curve, a part too few, RSA too small, RSA-PSS."""
    with pytest.raises(ValueError, match=r"."):
        read_key(encode(key))  # type: ignore[arg-type]  # as the table says


@pytest.mark.parametrize(
    ("origin", "rp", "is_one"),
    [
        ("https://custody.city.example", RP, True),
        ("https://custody.city.example:8443", RP, True),
        ("http://localhost:8617", "localhost", True),
        ("https://localhost", "localhost", False),
        ("https://custodyxcity.example", RP, False),
        ("https://custody.city.example/", RP, False),
        ("https://custody.city.example:", RP, False),
        ("https://custody.city.example\n", RP, False),
    ],
)
def test_an_origin_is_the_very_host(origin: str, rp: str, *, is_one: bool) -> None:
    assert is_origin(origin, rp) is is_one
