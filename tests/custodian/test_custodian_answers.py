"""An answer opens for the one who asked, beside the leaf of that very request, under the log that is pinned."""

import base64
import json
from dataclasses import replace
from typing import Any

import msgspec
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from conftest import VECTORS
from sekisho.custodian.answers import Denied, Factor, Released, Waiting, denied, open_answer, read_answer
from sekisho.custodian.boxes import EphemeralKey, check_key, seal_share
from sekisho.custodian.card import Card, read_card
from sekisho.custodian.documents import Document, read_document
from sekisho.errors import LedgerBroken, NoKey, Refused, SekishoError, Unreadable
from sekisho.ledger.checkpoint import TreeHead, sign_head
from sekisho.ledger.entry import parse
from sekisho.ledger.merkle import leaf_hash
from sekisho.ledger.note import VerifierKey
from sekisho.ledger.proof import Proof

RELEASE = json.loads((VECTORS / "release" / "release.json").read_text(encoding="utf-8"))
CASES = RELEASE["online"]
SHARE = bytes.fromhex(RELEASE["share"])
CARD: Card = read_card(RELEASE["card"].encode())
LOG = Ed25519PrivateKey.from_private_bytes(bytes.fromhex(RELEASE["log_private_key"]))


def answer_of(case: dict[str, Any], **changes: str) -> Released:
    answer = read_answer(json.dumps(case["answer"] | changes).encode())
    assert isinstance(answer, Released)
    return answer


def document_of(case: dict[str, Any]) -> Document:
    return read_document(case["document"].encode())


def key_of(case: dict[str, Any]) -> EphemeralKey:
    return EphemeralKey.of(case["suite"], bytes.fromhex(case["ephemeral_secret"]))


def refused(answer: Released, error: type[SekishoError], case: dict[str, Any] = CASES[0], **changes: Any) -> str:
    values: dict[str, Any] = {"asked": document_of(case), "key": key_of(case), "log": CARD.log} | changes
    with pytest.raises(error) as caught:
        open_answer(answer, **values)
    return caught.value.key


@pytest.mark.parametrize("case", CASES, ids=lambda case: str(case["suite"]))
def test_the_published_answers_open(case: dict[str, Any]) -> None:
    opened = open_answer(answer_of(case), asked=document_of(case), key=key_of(case), log=CARD.log)
    assert opened.share == SHARE
    assert opened.capsule.hex() == case["answer"]["capsule"]
    assert leaf_hash(case["leaf"].encode()).hex() == case["leaf_hash"]
    assert SHARE.hex() not in repr(opened)
    assert str(SHARE) not in repr(opened)


@pytest.mark.parametrize("each", RELEASE["refused"]["answers"], ids=lambda each: str(each["reason"]))
def test_the_published_answers_that_are_none_are_refused(each: dict[str, Any]) -> None:
    with pytest.raises(SekishoError):
        answer = read_answer(json.dumps(each["answer"]).encode())
        assert isinstance(answer, Released)
        open_answer(answer, asked=document_of(CASES[0]), key=key_of(CASES[0]), log=CARD.log)


@pytest.mark.parametrize("suite", ["x25519", "xwing"])
def test_an_answer_for_another_key_does_not_open(suite: Any) -> None:
    case = CASES[suite == "xwing"]
    assert refused(answer_of(case), NoKey, case, key=EphemeralKey.draw(suite)) == "custodian.answer_for_another"


def test_a_share_beside_another_leaf_does_not_open() -> None:
    leaf = CASES[0]["leaf"].replace('"request":7', '"request":8').encode()
    assert refused(recorded(leaf, sealed=CASES[0]["answer"]["sealed"]), NoKey) == "custodian.answer_for_another"


def recorded(leaf: bytes, *, sealed: str | None = None, signer: Ed25519PrivateKey = LOG, origin: str = "") -> Released:
    """Return an answer whose leaf stands alone in a log."""
    head = TreeHead(origin=origin or CARD.log.name, size=1, root=leaf_hash(leaf))
    proof = Proof(index=0, hashes=(), checkpoint=sign_head(head, signer).note).text()
    box = seal_share(SHARE, suite="x25519", key=key_of(CASES[0]).key, leaf=leaf_hash(leaf))
    return answer_of(
        CASES[0], leaf=base64.b64encode(leaf).decode(), proof=proof, sealed=sealed or base64.b64encode(box).decode()
    )


@pytest.mark.parametrize(
    "changes", [{"type": "release.requested"}, {"copy": "00" * 16}, {"asked": "00" * 32}, {"asked": ...}]
)
def test_a_leaf_that_is_not_the_release_of_this_request_is_refused(changes: dict[str, Any]) -> None:
    leaf = json.loads(CASES[0]["leaf"]) | changes
    kept = {name: value for name, value in leaf.items() if value is not ...}
    body = json.dumps(kept, sort_keys=True, separators=(",", ":")).encode()
    assert refused(recorded(body), Refused) == "custodian.leaf_of_another"


def test_a_leaf_that_is_proven_by_nobody_is_refused() -> None:
    leaf = CASES[0]["leaf"].encode()
    other = Ed25519PrivateKey.generate()
    assert refused(recorded(leaf, signer=other), NoKey) == "ledger.unsigned"
    assert refused(recorded(leaf, signer=LOG, origin="other.example/ledger"), NoKey)
    assert refused(answer_of(CASES[0], leaf=base64.b64encode(leaf + b" ").decode()), LedgerBroken)
    assert refused(answer_of(CASES[0], proof="c2sp.org/tlog-proof@v1"), Unreadable)


def test_a_stale_proof_of_another_place_is_refused() -> None:
    stale = recorded(b'{"at":"2022-06-21T08:00:00Z","type":"office.made","v":1}')
    assert refused(answer_of(CASES[0], proof=stale.proof), LedgerBroken) == "ledger.not_included"


def test_a_split_view_verifies_for_one_opener_and_is_seen_when_proofs_are_compared() -> None:
    """Two checkpoints of one size with two roots: each opener is content, and the two proofs beside each other are not."""
    first, second = (recorded(CASES[0]["leaf"].replace("0123", end).encode()) for end in ("0123", "3210"))
    for answer in (first, second):
        assert open_answer(answer, asked=document_of(CASES[0]), key=key_of(CASES[0]), log=CARD.log).share == SHARE
    heads = [TreeHead.parse(Proof.parse(each.proof).checkpoint.partition("\n\n")[0] + "\n") for each in (first, second)]
    assert heads[0].size == heads[1].size
    assert heads[0].root != heads[1].root


@given(st.integers(0, 63), st.integers(0, 7))
def test_no_bit_of_what_is_sealed_may_change(place: int, bit: int) -> None:
    sealed = bytearray(base64.b64decode(CASES[0]["answer"]["sealed"]))
    sealed[place] ^= 1 << bit
    answer = answer_of(CASES[0], sealed=base64.b64encode(sealed).decode())
    if (place, bit) == (31, 7):  # RFC 7748 section 5: the top bit of a coordinate is not read
        return
    assert refused(answer, NoKey) == "custodian.answer_for_another"


@pytest.mark.parametrize(
    "key",
    [bytes(32), b"\x01" + bytes(31), bytes.fromhex("ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f")],
)
def test_a_key_of_low_order_is_refused_before_a_release_is_spent_on_it(key: bytes) -> None:
    with pytest.raises(Unreadable):
        check_key("x25519", key)
    with pytest.raises(Unreadable):
        check_key("xwing", key_of(CASES[1]).key[:-32] + key)


@given(st.binary(max_size=200))
def test_whatever_a_network_says_is_an_answer_or_none(data: bytes) -> None:
    with pytest.raises(Unreadable):
        read_answer(data)


def test_the_other_answers_are_read() -> None:
    assert read_answer(b'{"state":"waiting","number":7,"have":1,"need":2}') == Waiting(number=7, have=1, need=2)
    assert read_answer(b'{"state":"factor","left":4}') == Factor(left=4)
    reply = denied(Refused("custodian.suspended"))
    said = read_answer(reply.encode())
    assert isinstance(said, Denied)
    assert (reply.status, said.words("ja")) == (403, "この写しの開封は停止されています。")
    for wrong in (b'{"state":"open"}', b'{"state":"factor","left":4,"left":5}', b'{"state":"factor","left":4.5}'):
        with pytest.raises(Unreadable):
            read_answer(wrong)


def test_a_card_whose_parts_do_not_fit_is_none() -> None:
    text = json.loads(RELEASE["card"])
    other = replace(CARD, relay=bytes([9] * 32)).text
    for wrong in (other, json.dumps(text | {"kid": "00" * 8}).encode()):
        with pytest.raises(NoKey):
            read_card(wrong)
    for changes in ({"v": 2}, {"more": 1}, {"url": "file:///etc"}, {"name": "a\u202eb"}, {"log": "x"}, {"name": ""}):
        with pytest.raises(Unreadable):
            read_card(json.dumps(text | changes).encode())
    assert read_card(CARD.text) == CARD
    assert isinstance(CARD.log, VerifierKey)
    assert parse(CASES[0]["leaf"].encode(), index=0).copy == RELEASE["copy"]
    assert msgspec.json.decode(CARD.text)["kid"] == RELEASE["kid"]
