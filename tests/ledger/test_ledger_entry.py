"""An event has one spelling; nothing else is written, and nothing else is read."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st
from ledger_office import EVENING

from sekisho.errors import LedgerBroken, Misuse
from sekisho.ledger.entry import Entry, Event, Value, parse

EVENT = Event(type="copy.sealed", at=EVENING, copy="C-1", fields={"people": 2}, commitments={"carrier": bytes(32)})
BODY = (
    b'{"at":"2022-06-21T08:00:00Z","c":{"carrier":"' + b"00" * 32 + b'"},'
    b'"copy":"C-1","people":2,"type":"copy.sealed","v":1}'
)

values: st.SearchStrategy[Value] = st.recursive(
    st.text() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.from_regex(r"[!-~]{1,8}", fullmatch=True), inner),
    max_leaves=8,
)
names = st.from_regex(r"[a-z][a-z0-9_]{0,8}", fullmatch=True).filter(lambda name: name not in {"v", "c", "at"})


def changed(**changes: Any) -> Event:
    return replace(EVENT, **changes)


def test_an_event_is_written_as_rfc_8785_says() -> None:
    assert EVENT.body() == BODY
    assert changed(copy=None, fields={}, commitments={}).body() == (
        b'{"at":"2022-06-21T08:00:00Z","type":"copy.sealed","v":1}'
    )


@given(st.dictionaries(names.filter(lambda name: name not in {"type", "copy"}), values, max_size=4))
def test_what_is_written_reads_back(fields: Mapping[str, Value]) -> None:
    body = changed(fields=fields).body()
    entry = parse(body, index=7)
    assert (entry.index, entry.body(), dict(entry.fields)) == (7, body, fields)


@given(st.dictionaries(names.filter(lambda name: name not in {"type", "copy"}), values, max_size=4))
def test_the_encoder_agrees_with_an_implementation_of_the_rfc(fields: Mapping[str, Value]) -> None:
    document = {"v": 1, "type": "copy.sealed", "at": "2022-06-21T08:00:00Z", **fields}
    assert changed(copy=None, fields=fields, commitments={}).body() == rfc8785.dumps(document)


@pytest.mark.parametrize("type_", ["", "Copy", "copy sealed", "copy.", ".copy", "写し", "copy,sealed"])
def test_an_event_without_a_plain_name_is_refused(type_: str) -> None:
    with pytest.raises(Misuse):
        changed(type=type_).body()


@pytest.mark.parametrize("copy", ["", "=1+1", "a b", "a,b", "写し1", "C-1\n", "a" * 129])
def test_a_copy_that_could_not_stand_in_a_table_is_refused(copy: str) -> None:
    with pytest.raises(Misuse):
        changed(copy=copy).body()


@pytest.mark.parametrize("name", ["v", "type", "at", "copy", "c", "", "氏名", "a b", "ａ", "1a", "a\0"])
def test_a_field_that_means_something_else_is_refused(name: str) -> None:
    with pytest.raises(Misuse):
        changed(fields={name: 1}).body()


def test_a_field_name_that_is_a_persons_is_not_repeated() -> None:
    with pytest.raises(Misuse) as refused:
        changed(fields={"尼崎 太郎": 1}).body()
    assert "尼崎" not in f"{refused.value}{refused.value.what('ja')}{refused.value!r}"


@pytest.mark.parametrize(
    "value",
    [1.0, None, b"x", {1: 2}, {"名": 1}, {"": 1}, [None], [1.5], {1, 2}, 2**53, -(2**53), "\ud800", [["\udfff"]]],
)
def test_a_value_without_one_spelling_is_refused(value: object) -> None:
    with pytest.raises(Misuse):
        changed(fields={"field": value}).body()


def test_a_commitment_is_a_whole_hash_with_a_plain_name() -> None:
    for commitments in ({"carrier": bytes(31)}, {"担当": bytes(32)}):
        with pytest.raises(Misuse):
            changed(commitments=commitments).body()


def test_an_entry_fits_in_two_bytes_of_length() -> None:
    room = 65_535 - len(changed(fields={"list": ""}).body())
    assert len(changed(fields={"list": "x" * room}).body()) == 65_535
    with pytest.raises(Misuse):
        changed(fields={"list": "x" * (room + 1)}).body()


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b'"people":2', b'"people": 2'),
        (b'"people":2', b'"people":2.0'),
        (b'"people":2', b'"people":null'),
        (b'"people":2', b'"people":2,"people":2'),
        (b'"people":2', b'"people":"\\u0032"'),
        (b'"copy":"C-1"', b'"copy":null'),
        (b'"v":1', b'"v":2'),
        (b'"v":1', b'"v":true'),
        (b'"v":1', b'"v":[]'),
        (b"2022-06-21T08:00:00Z", b"2022-06-21T08:00:00+00:00"),
        (b"2022-06-21T08:00:00Z", "２022-06-21T08:00:00Z".encode()),
        (b"00" * 32, b"0A" * 32),
        (b"00" * 32, b"00" * 31),
        (b'"c":{"carrier"', b'"c":{},"d":{"carrier"'),
        (BODY, b"[]"),
        (BODY, b"{}"),
        (BODY, b""),
        (BODY, b"\xff"),
        (BODY, BODY.decode().encode("utf-16")),
        (BODY, b"[" * 60_000),
        (BODY, BODY + b"\n"),
    ],
)
def test_another_spelling_is_not_a_leaf(old: bytes, new: bytes) -> None:
    assert isinstance(parse(BODY, index=0), Entry)
    with pytest.raises(LedgerBroken):
        parse(BODY.replace(old, new), index=0)
