"""What the office keeps of a traced cut comes back as it was, or is refused."""

import base64

import pytest
from cut_tables import refusal
from hypothesis import given
from hypothesis import strategies as st

from sekisho.cut.trace.record import TraceRecord, decode_trace_record

RECORD = TraceRecord.of(
    bytes(range(32)),
    channels=frozenset({"width", "blank"}),
    people={"name": ["山田　太郎", None], "phone": ["06-1", "06-2"]},
    tokens=["2", "1"],
    contact={"phone": ["06-1"]},
)


def test_it_comes_back_as_it_was() -> None:
    known = decode_trace_record(RECORD.encode())

    assert known == RECORD
    assert known.key == bytes(range(32))
    assert known.canaries is not None
    assert known.canaries.people.height == 2
    assert (known.channels, known.tokens) == (["blank", "width"], ["1", "2"])


def test_without_canaries_it_has_none() -> None:
    assert TraceRecord.of(bytes(32), channels=frozenset(), people={}, tokens=[], contact={}).canaries is None


@pytest.mark.parametrize("data", [b"", b"{}", RECORD.encode()[:-1], RECORD.encode().replace(b'"v":1', b'"v":2')])
def test_damage_is_refused(data: bytes) -> None:
    assert refusal(lambda: decode_trace_record(data)).key == "cut.damaged_trace"


@given(st.binary())
def test_other_bytes_are_refused(data: bytes) -> None:
    assert refusal(lambda: decode_trace_record(data)).key == "cut.damaged_trace"


def test_the_secret_is_in_no_repr() -> None:
    assert base64.b64encode(bytes(range(32))).decode() not in repr(RECORD)
