"""What is different from last time: a request beside the last one of its purposes that was sealed.

What was only asked for, or refused, is no measure: whoever asks twice would be compared with himself.
"""

from dataclasses import dataclass

from sekisho.clock import from_text
from sekisho.custody import records
from sekisho.custody.records import Request
from sekisho.custody.statements import CopyStatement
from sekisho.sql import Connection

Value = int | bool | str | list[str]


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that is not as it was.

    Attributes:
        what: ``people``, ``fields``, ``saving``, ``opens``, ``window`` (minutes), ``route``, ``carrier``, ``recipient``
            ``media`` (how many), ``due`` (minutes after the window begins) or ``place``.
        before: as it was; of fields, those that leave no longer.
        now: as it is; of fields, those that did not leave before.
    """

    what: str
    before: Value
    now: Value


def last_sealed(connection: Connection, request: Request) -> Request | None:
    """Return the last request before this one that was for the same purposes and of which a copy was sealed.

    Raises:
        Unreadable: a record is damaged.
    """
    purposes = _purposes(connection, request)
    for earlier in reversed(records.requests(connection)):
        sealed = any(row.capsule for row in records.copies(connection, earlier.id))
        if sealed and earlier.id < request.id and _purposes(connection, earlier) == purposes:
            return earlier
    return None


def changes(before: CopyStatement, now: CopyStatement) -> list[Change]:
    """Return what a statement says otherwise than an earlier one, in the order in which approvers should hear of it."""
    then, here = _said(before), _said(now)
    fields = Change(
        "fields",
        [field for field in before.fields if field not in now.fields],
        [field for field in now.fields if field not in before.fields],
    )
    others = [Change(what, then[what], here[what]) for what in then if then[what] != here[what]]
    return others + ([fields] if fields.before or fields.now else [])


def _said(statement: CopyStatement) -> dict[str, Value]:
    return {
        "people": statement.people,
        "saving": statement.allow_save,
        "opens": statement.max_opens,
        "window": int((from_text(statement.not_after) - from_text(statement.not_before)).total_seconds() // 60),
        "recipient": statement.recipient,
        "carrier": statement.carrier,
        "route": statement.route,
        "media": len(statement.media),
        "due": int((from_text(statement.due) - from_text(statement.not_before)).total_seconds() // 60),
        "place": statement.place,
    }


def _purposes(connection: Connection, request: Request) -> list[str]:
    return sorted(records.get_cut(connection, cut).purpose for cut in request.statement.cuts)
