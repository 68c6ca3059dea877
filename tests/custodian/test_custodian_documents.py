"""A request document is read in one way or not at all."""

import base64
import hashlib
import json
from datetime import UTC, datetime
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from conftest import VECTORS
from sekisho.custodian.documents import (
    MOST_DOCUMENT_BYTES,
    MOST_PURPOSE,
    Document,
    read_body,
    read_document,
    sign_document,
    verify_document,
    write_body,
    write_document,
)
from sekisho.errors import NoKey, SekishoError, Unreadable

RELEASE = json.loads((VECTORS / "release" / "release.json").read_text(encoding="utf-8"))
CASE = RELEASE["online"][0]
RAW = CASE["document"].encode()
DEVICE = Ed25519PrivateKey.from_private_bytes(bytes.fromhex(RELEASE["device_private_key"]))


def changed(**changes: Any) -> bytes:
    document = json.loads(RAW) | changes
    return json.dumps({name: value for name, value in document.items() if value is not ...}).encode()


@pytest.mark.parametrize("case", RELEASE["online"], ids=lambda case: str(case["suite"]))
def test_the_published_documents_are_read_and_verify(case: dict[str, Any]) -> None:
    body = read_body(case["body"].encode())
    document = body.document
    assert document.raw == case["document"].encode()
    assert document.digest.hex() == case["document_sha256"]
    assert (document.cid.hex(), document.tid.hex()) == (RELEASE["copy"], RELEASE["ticket"])
    assert (document.kid.hex(), document.header.hex()) == (RELEASE["kid"], RELEASE["header"])
    assert (document.suite, body.factor) == (case["suite"], "123456")
    assert "123456" not in repr(body)
    assert base64.b64encode(sign_document(document.raw, DEVICE)).decode() == case["signature"]


@pytest.mark.parametrize("refused", RELEASE["refused"]["bodies"], ids=lambda each: str(each["reason"]))
def test_the_published_bodies_that_are_none_are_refused(refused: dict[str, str]) -> None:
    with pytest.raises((Unreadable, NoKey)):
        read_body(base64.b64decode(refused["body"]))


WRONG: dict[str, bytes] = {
    "nothing": b"",
    "no object": b"[]",
    "no UTF-8": RAW[:-2] + b"\xff}",
    "a byte order mark": b"\xef\xbb\xbf" + RAW,
    "something behind it": RAW + b"{}",
    "a key twice": RAW[:-1] + b',"v":1}',
    "another version": changed(v=2),
    "the version as a text": changed(v="1"),
    "the version with a fraction": RAW.replace(b'"v":1', b'"v":1.0'),
    "another type": changed(type="release"),
    "a key that is none": changed(more=1),
    "a key that is missing": changed(nonce=...),
    "not acknowledged": changed(acknowledged=False),
    "acknowledged by a number": changed(acknowledged=1),
    "a short id": changed(copy="c1" * 15),
    "capital digits": changed(copy="C1" * 16),
    "full-width digits": changed(copy="１" * 32),
    "a newline behind an id": changed(copy="c1" * 16 + "\n"),
    "another suite": changed(suite="p256"),
    "a key of another suite": changed(suite="xwing"),
    "a key without its padding": changed(key=json.loads(RAW)["key"].rstrip("=")),
    "a key with stray bits": changed(key=json.loads(RAW)["key"][:-2] + "B="),
    "a long purpose": changed(purpose="あ" * (MOST_PURPOSE + 1)),
    "a purpose of two lines": changed(purpose="a\nb"),
    "a purpose that turns round": changed(purpose="a\u202eb"),
    "half a character": RAW.replace("住".encode(), b"\\ud800"),
    "a time with an offset": changed(at="2022-06-21T17:00:00+09:00"),
    "a time with milliseconds": changed(at="2022-06-21T08:00:00.000Z"),
    "too long": changed(purpose="a") + b" " * MOST_DOCUMENT_BYTES,
    "too deep": b"[" * 4000,
}


@pytest.mark.parametrize("raw", WRONG.values(), ids=WRONG)
def test_what_is_not_of_the_form_is_refused(raw: bytes) -> None:
    with pytest.raises(Unreadable) as caught:
        read_document(raw)
    assert caught.value.key == "custodian.bad_request_document"
    assert caught.value.values == {}


def test_any_spelling_will_do_and_each_has_its_digest() -> None:
    spaced = json.dumps(json.loads(RAW), indent=2, ensure_ascii=True, sort_keys=True).encode()
    read, other = read_document(RAW), read_document(spaced)
    assert (read.cid, read.purpose, read.key) == (other.cid, other.purpose, other.key)
    assert read.digest != other.digest == hashlib.sha256(spaced).digest()
    with pytest.raises(NoKey):
        verify_document(other, sign_document(RAW, DEVICE))


def test_a_device_key_that_is_no_point_signs_nothing() -> None:
    raw = changed(device="ff" * 32)
    with pytest.raises(NoKey):
        verify_document(read_document(raw), bytes(64))


@given(st.binary(max_size=300) | st.text(max_size=300).map(lambda text: text.encode("utf-8", "surrogatepass")))
def test_whatever_comes_is_read_or_refused(data: bytes) -> None:
    for read in (read_body, read_document):
        with pytest.raises((Unreadable, NoKey)):
            read(data)


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)


@given(st.sampled_from(sorted(json.loads(RAW))), _JSON)
def test_one_value_of_another_form_spoils_a_document(name: str, value: object) -> None:
    raw = json.dumps(json.loads(RAW) | {name: value}).encode()
    try:
        document = read_document(raw)
    except SekishoError:
        return
    assert name == "purpose" or json.loads(raw)[name] == json.loads(RAW)[name]
    assert document.raw == raw


@given(
    purpose=st.text(st.characters(categories=("L", "N", "P", "Zs", "S")), max_size=MOST_PURPOSE),
    ids=st.tuples(st.binary(min_size=16, max_size=16), st.binary(min_size=16, max_size=16)),
    at=st.datetimes(datetime(2000, 1, 1), datetime(2100, 1, 1)).map(lambda at: at.replace(microsecond=0, tzinfo=UTC)),
)
def test_what_is_written_is_read(purpose: str, ids: tuple[bytes, bytes], at: datetime) -> None:
    document = written(purpose=purpose, ids=ids, at=at)
    signature = sign_document(document.raw, DEVICE)
    assert read_body(write_body(document.raw, signature)).document == document
    assert (document.purpose, document.cid, document.tid, document.at) == (purpose, *ids, at)


def written(*, purpose: str, ids: tuple[bytes, bytes], at: datetime) -> Document:
    return read_document(
        write_document(
            cid=ids[0], tid=ids[1], kid=bytes(8), header=bytes(32), suite="x25519", key=b"\x09" + bytes(31),
            nonce=bytes(16), purpose=purpose, device=DEVICE.public_key().public_bytes_raw(), at=at,
        )
    )  # fmt: skip


def test_a_signature_for_another_use_of_the_key_is_none() -> None:
    with pytest.raises(NoKey) as caught:
        verify_document(read_document(RAW), DEVICE.sign(RAW))
    assert caught.value.key == "custodian.bad_device_signature"
