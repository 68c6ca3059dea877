"""What a QR code carries comes out byte for byte as it was signed, is small, and no picture of anything else is taken for it."""

import json
from datetime import UTC, datetime

import pytest
import rfc8785
import segno
from hypothesis import given
from hypothesis import strategies as st

from invented_office import signing_key
from security_key import SecurityKey
from sekisho.custody.carried import PREFIX, Carried, from_code, to_code
from sekisho.custody.signatures import PAPER, PaperSignature, paper_statement
from sekisho.custody.statements import HANDOVER
from sekisho.errors import Misuse, Unreadable
from sekisho.signing import base45, cbor
from sekisho.signing.sshsig import sign
from soft_passkey import SoftPasskey

OFFER: dict[str, str | int] = {
    "v": 1, "type": "offer", "slip": "0012345", "copy_id": "3f" * 16, "medium": "USB-017", "capsule": "a5" * 32,
    "giver": "officer", "receiver": "carrier", "at": "2022-06-21T08:00:00Z", "until": "2022-06-21T08:30:00Z", "nonce": "17" * 16,
    "previous": "c3" * 32,
}  # fmt: skip
ANSWER: dict[str, str | int] = {
    "v": 1, "type": "answer", "slip": "0012345", "copy_id": "3f" * 16, "offer": "5a" * 32, "by": "carrier", "answer": "accepted",
    "reason": "", "place": "", "at": "2022-06-21T08:05:00Z", "nonce": "18" * 16, "previous": "c3" * 32,
}  # fmt: skip
AT = datetime(2022, 6, 21, 8, 5, 3, tzinfo=UTC)


def carried(said: dict[str, str | int], **changes: object) -> Carried:
    statement = rfc8785.dumps({**said})
    values: dict[str, object] = {
        "statement": statement,
        "signature": sign(signing_key("carrier"), statement, namespace=HANDOVER),
    }
    return Carried(**(values | changes))  # type: ignore[arg-type]  # as the test says


def signatures(statement: bytes) -> list[str]:
    staff = sign(signing_key("officer"), paper_statement("carrier", "P-7", statement), namespace=PAPER)
    return [
        sign(signing_key("carrier"), statement, namespace=HANDOVER),
        SecurityKey().sign(statement, namespace=HANDOVER),
        SoftPasskey().assertion(statement).text(),
        PaperSignature(person="carrier", paper="P-7", staff=staff).text(),
    ]


@pytest.mark.parametrize("said", [OFFER, ANSWER], ids=["offer", "answer"])
def test_an_offer_and_an_answer_fit_a_code_that_a_phone_reads(said: dict[str, str | int]) -> None:
    """350 bytes are version 15 at level M (85 modules)."""
    given_ = carried(said, device="0123456789abcdef", sequence=12, at=AT)
    code = to_code(given_)
    assert from_code(code) == given_
    assert len(base45.decode(code.removeprefix(PREFIX))) <= 350
    drawn = segno.make(code, error="m", boost_error=False, micro=False)
    assert drawn.mode == "alphanumeric"
    assert int(drawn.version) <= 15


@pytest.mark.parametrize("which", range(4), ids=["key", "security key", "passkey", "paper"])
def test_every_kind_of_signature_is_carried(which: int) -> None:
    statement = rfc8785.dumps({**ANSWER})
    given_ = Carried(statement=statement, signature=signatures(statement)[which])
    assert from_code(to_code(given_)) == given_


def test_a_line_that_a_terminal_has_broken_is_read() -> None:
    code = to_code(carried(OFFER))
    broken = "\r\n".join(code[place : place + 60] for place in range(0, len(code), 60)) + "\n"
    assert from_code(broken) == carried(OFFER)


@pytest.mark.parametrize(
    "said", [{"at": "soon"}, {"capsule": "A5"}, {"v": 1.5}, {"x": None}, {"place": "x" * 2000}], ids=str
)
def test_what_would_not_come_out_the_same_is_not_carried(said: dict[str, object]) -> None:
    statement = json.dumps(OFFER | said, sort_keys=True, separators=(",", ":")).encode()
    signature = sign(signing_key("carrier"), statement, namespace=HANDOVER)
    with pytest.raises(Misuse):
        to_code(Carried(statement=statement, signature=signature))


@pytest.mark.parametrize("statement", [b"", b"[]", b"{}x", b'{"v": 1}', b"\xff"])
def test_what_is_no_statement_is_not_carried(statement: bytes) -> None:
    with pytest.raises(Misuse):
        to_code(Carried(statement=statement, signature=sign(signing_key("carrier"), b"", namespace=HANDOVER)))


@given(st.text(max_size=60))
def test_no_text_is_a_code_by_chance(text: str) -> None:
    for code in (text, PREFIX + text):
        with pytest.raises(Unreadable):
            from_code(code)


_VALUES: st.SearchStrategy[cbor.Value] = st.recursive(
    st.integers(-(1 << 64), (1 << 64) - 1) | st.booleans() | st.none() | st.binary(max_size=70) | st.text(max_size=9),
    lambda inner: (
        st.lists(inner, max_size=5) | st.dictionaries(st.integers(0, 20) | st.text(max_size=5), inner, max_size=5)
    ),
    max_leaves=15,
)
_BODIES = st.fixed_dictionaries(
    {1: st.dictionaries(st.integers(1, 18), _VALUES, max_size=6), 2: st.lists(_VALUES, max_size=5)},
    optional={3: _VALUES, 4: _VALUES, 5: _VALUES},
)


@given(_VALUES | _BODIES)
def test_whatever_a_camera_gives_is_read_or_refused_and_nothing_else(body: cbor.Value) -> None:
    try:
        found = from_code(PREFIX + base45.encode(cbor.encode(body)))
    except Unreadable:
        return
    assert from_code(to_code(found)) == found


@pytest.mark.parametrize(("part", "value"), [(3, "x" * 8), (3, [1] * 8), (3, []), (4, -1), (4, (1 << 64) - 1)])
def test_what_a_device_says_of_itself_is_of_its_form(part: int, value: cbor.Value) -> None:
    """Chance seldom finds these: a text of eight characters for the device's number, a count that no leaf can hold."""
    body = cbor.decode(base45.decode(to_code(carried(ANSWER)).removeprefix(PREFIX)))
    assert isinstance(body, dict)
    with pytest.raises(Unreadable):
        from_code(PREFIX + base45.encode(cbor.encode({**body, part: value})))


@given(st.data())
def test_a_changed_character_is_noticed_or_changes_what_is_signed(data: st.DataObject) -> None:
    given_ = carried(ANSWER)
    code = to_code(given_)
    place = data.draw(st.integers(0, len(code) - 1))
    changed = code[:place] + data.draw(st.sampled_from("0A $:")) + code[place + 1 :]
    try:
        found = from_code(changed)
    except Unreadable:
        return
    assert (found == given_) == (changed == code)
