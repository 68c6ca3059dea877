"""The body of a leaf: one event as RFC 8785 JSON, so that an event has one spelling and one hash.

``{"v":1,"type":…,"at":…,"copy":…,…,"c":{field: commitment}}``: what happened, when, to which copy, then the event's
own fields, then salted commitments (hex) to what is personal. Fields hold ids, times, digests and counts; no names, no
free text, no places. Numbers are integers below 2^53 and keys are ASCII, for a float or a key beyond it has no one
spelling that every language prints; a field that has no value is left out. For what is left, RFC 8785 is what the
standard library's encoder writes with sorted keys, and the tests hold it against an implementation of the RFC.
"""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeAlias

from sekisho.clock import from_text, to_text
from sekisho.errors import LedgerBroken, Misuse
from sekisho.ledger.commitment import COMMITMENT_BYTES
from sekisho.ledger.tiles import MOST_ENTRY_BYTES

Value: TypeAlias = "str | int | Sequence[Value] | Mapping[str, Value]"
"""What a field may hold."""

_VERSION = 1
_BOUND = 1 << 53
_RESERVED = frozenset({"v", "type", "at", "copy", "c"})
_EVENT = re.compile(r"[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)*")
_COPY = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:/#-]{0,127}")
_FIELD = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,63}")
_INNER_KEY = re.compile(r"[!-~]{1,64}")
_write = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """What a leaf says.

    Attributes:
        type: what happened, such as ``copy.sealed``.
        at: when, aware and in whole seconds.
        copy: the copy it concerns, if it concerns one.
        fields: what else it says in plain.
        commitments: field → salted commitment to a personal value.
    """

    type: str
    at: datetime
    copy: str | None
    fields: Mapping[str, Value]
    commitments: Mapping[str, bytes]

    def body(self) -> bytes:
        """Write the leaf's bytes.

        Raises:
            Misuse: the event, a field or a value cannot stand in a leaf.
        """
        body = _canonical(self)
        if len(body) > MOST_ENTRY_BYTES:
            raise Misuse("ledger.entry_too_long", event=self.type, size=len(body), limit=MOST_ENTRY_BYTES)
        return body


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry(Event):
    """An event that has its place in the ledger.

    Attributes:
        index: that place, from 0.
    """

    index: int


def parse(body: bytes, *, index: int) -> Entry:
    """Read a leaf, and nothing that is spelled otherwise than :meth:`Entry.body` spells it.

    Raises:
        LedgerBroken: not such a leaf.
    """
    try:
        entry = _entry(json.loads(body), index=index)
        canonical = entry.body()
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError, Misuse) as error:
        raise LedgerBroken("ledger.bad_entry", index=index) from error
    if canonical != body:
        raise LedgerBroken("ledger.bad_entry", index=index)
    return entry


def _canonical(event: Event) -> bytes:
    _check(event)
    document: dict[str, Any] = {"v": _VERSION, "type": event.type, "at": to_text(event.at)}
    if event.copy is not None:
        document["copy"] = event.copy
    if event.commitments:
        document["c"] = {field: value.hex() for field, value in event.commitments.items()}
    try:
        document |= {field: _plain(value) for field, value in event.fields.items()}
        return _write(document).encode()
    except (TypeError, UnicodeEncodeError) as error:
        raise Misuse("ledger.bad_value", event=event.type) from error


def _entry(document: dict[str, Any], *, index: int) -> Entry:
    if document.pop("v") != _VERSION:
        raise ValueError("another version of the schema")
    return Entry(
        index=index,
        type=document.pop("type"),
        at=from_text(document.pop("at")),
        copy=document.pop("copy", None),
        commitments={field: bytes.fromhex(value) for field, value in document.pop("c", {}).items()},
        fields=document,
    )


def _check(event: Event) -> None:
    if not _EVENT.fullmatch(event.type):
        raise Misuse("ledger.bad_event")
    if event.copy is not None and not _COPY.fullmatch(event.copy):
        raise Misuse("ledger.bad_copy", event=event.type)
    if not all(map(_FIELD.fullmatch, (*event.fields, *event.commitments))) or _RESERVED & event.fields.keys():
        raise Misuse("ledger.bad_field", event=event.type)
    if any(len(value) != COMMITMENT_BYTES for value in event.commitments.values()):
        raise Misuse("ledger.bad_value", event=event.type)


def _plain(value: Value) -> str | int | list[Any] | dict[str, Any]:
    """Return a value as JSON will give it back, or refuse it: floats, None, bytes, other keys."""
    match value:
        case str():
            return value
        case int() if abs(value) < _BOUND:
            return value
        case Mapping() if all(map(_INNER_KEY.fullmatch, value)):
            return {key: _plain(inner) for key, inner in value.items()}
        case list() | tuple():
            return [_plain(inner) for inner in value]
        case _:
            raise TypeError("not a value of a leaf")
