"""What the office keeps of a cut to know it again: its secret, its marks, its canaries. It never leaves."""

import base64
from collections.abc import Mapping, Sequence
from typing import Annotated, Literal

import msgspec
import polars as pl

from sekisho.cut.trace.match import Canaries
from sekisho.errors import Unreadable


class TraceRecord(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One cut's.

    Attributes:
        v: version of this form.
        secret: 32 bytes, base64.
        channels: by which spellings it was marked.
        people: its canaries as they left: kind id → values, in one order.
        tokens: their case tokens; nothing that comes back for these is anybody's.
        contact: what of them the office answers, by kind.
    """

    v: Literal[1]
    secret: Annotated[str, msgspec.Meta(min_length=44, max_length=44)]
    channels: list[str]
    people: dict[str, list[str | None]]
    tokens: list[str]
    contact: dict[str, list[str]]

    @classmethod
    def of(
        cls,
        secret: bytes,
        *,
        channels: frozenset[str],
        people: Mapping[str, Sequence[str | None]],
        tokens: Sequence[str],
        contact: Mapping[str, Sequence[str]],
    ) -> "TraceRecord":
        """Return the record of a cut with this secret."""
        return cls(
            v=1,
            secret=base64.b64encode(secret).decode(),
            channels=sorted(channels),
            people={kind_id: list(values) for kind_id, values in people.items()},
            tokens=sorted(tokens),
            contact={kind_id: list(texts) for kind_id, texts in contact.items()},
        )

    def __repr__(self) -> str:
        """Show nothing by which copies are told."""
        return f"TraceRecord(channels={self.channels}, canaries={len(self.tokens)})"

    @property
    def key(self) -> bytes:
        """The secret."""
        return base64.b64decode(self.secret)

    @property
    def canaries(self) -> Canaries | None:
        """The cut's canaries for a trace; None if it has none."""
        if not self.people:
            return None
        people = pl.DataFrame(self.people, schema=dict.fromkeys(self.people, pl.String))
        return Canaries(secret=self.key, people=people, contact=self.contact)

    def encode(self) -> bytes:
        """Return the record as bytes for :func:`decode_trace_record`."""
        return msgspec.json.encode(self)


def decode_trace_record(data: bytes) -> TraceRecord:
    """Read what :meth:`TraceRecord.encode` wrote.

    Raises:
        Unreadable: damaged, or another file.
    """
    try:
        record = msgspec.json.decode(data, type=TraceRecord)
        base64.b64decode(record.secret, validate=True)
    except (ValueError, msgspec.MsgspecError):
        raise Unreadable("cut.damaged_trace") from None
    return record
