"""The tables of alarms: which fired, which somebody acknowledged, and since when a copy or medium is as it is.

Plain SQL on a connection somebody else opened; writing happens inside the caller's transaction. ``alarm`` can be made again from
the ledger's ``alarm.*`` entries; ``seen`` is only when somebody first looked.
"""

from dataclasses import dataclass
from datetime import datetime

from sekisho.clock import from_text, to_text
from sekisho.custody.alarms import NOTHING, Rung
from sekisho.errors import NotFound
from sekisho.sql import Connection

SCHEMA_3 = """
CREATE TABLE alarm (
    idx          INTEGER PRIMARY KEY REFERENCES entry (idx),
    cause        TEXT NOT NULL,
    rung         INTEGER NOT NULL,
    persons      TEXT NOT NULL,
    fired_at     TEXT NOT NULL,
    acknowledged INTEGER REFERENCES entry (idx),
    UNIQUE (cause, rung)
) STRICT;

CREATE TABLE seen (
    subject TEXT PRIMARY KEY,
    since   TEXT NOT NULL
) STRICT;

CREATE TABLE calendar_event (
    uid      TEXT PRIMARY KEY,
    sequence INTEGER NOT NULL,
    content  TEXT NOT NULL
) STRICT;
"""
"""The third migration: alarms."""

_COLUMNS = "SELECT idx, cause, rung, persons, fired_at, acknowledged FROM alarm"


@dataclass(frozen=True, slots=True, kw_only=True)
class Fired:
    """An alarm that fired.

    Attributes:
        index: of its entry in the ledger; commands call it by that.
        cause: of which task (:attr:`sekisho.custody.alarms.DueTask.cause`).
        rung: how high.
        persons: the ids of who was told.
        at: when it fired.
        acknowledged: the index of the entry in which somebody acknowledged it.
    """

    index: int
    cause: str
    rung: Rung
    persons: tuple[str, ...]
    at: datetime
    acknowledged: int | None

    @property
    def task(self) -> str:
        """The task, as :class:`~sekisho.custody.alarms.Task` has it."""
        return self.cause.partition("/")[0]

    @property
    def subject(self) -> str:
        """The slip number or medium's number it is about; empty for none."""
        subject = self.cause.rpartition("/")[0].partition("/")[2]
        return "" if subject == NOTHING else subject

    @property
    def due(self) -> datetime:
        """Until when it was to be done."""
        return from_text(self.cause.rpartition("/")[2])


def add(connection: Connection, alarm: Fired) -> None:
    """Store an alarm that fires."""
    connection.execute(
        "INSERT INTO alarm (idx, cause, rung, persons, fired_at) VALUES (?, ?, ?, ?, ?)",
        (alarm.index, alarm.cause, int(alarm.rung), " ".join(alarm.persons), to_text(alarm.at)),
    )


def get(connection: Connection, index: int) -> Fired:
    """Return the alarm of an entry.

    Raises:
        NotFound: that entry is no alarm, or there is none.
    """
    # Asked only of what can be an index: SQLite takes no number beyond 63 bits.
    row = connection.execute(f"{_COLUMNS} WHERE idx = ?", (index,)).fetchone() if 0 <= index < 1 << 63 else None
    if row is None:
        raise NotFound("custody.no_alarm", number=index)
    return _fired(row)


def every(connection: Connection) -> list[Fired]:
    """Return every alarm, oldest first."""
    return [_fired(row) for row in connection.execute(f"{_COLUMNS} ORDER BY idx").fetchall()]


def acknowledge(connection: Connection, cause: str, *, up_to: Rung, index: int) -> None:
    """Store that the alarms of a cause are acknowledged up to a rung."""
    connection.execute(
        "UPDATE alarm SET acknowledged = ? WHERE cause = ? AND rung <= ? AND acknowledged IS NULL",
        (index, cause, int(up_to)),
    )


def since(connection: Connection) -> dict[str, datetime]:
    """Return since when each subject is as it is."""
    return {subject: from_text(at) for subject, at in connection.execute("SELECT subject, since FROM seen").fetchall()}


def see(connection: Connection, subjects: set[str], *, now: datetime) -> None:
    """Store which subjects are there now: new ones since now, and no others any more."""
    known = set(since(connection))
    for subject in sorted(subjects - known):
        connection.execute("INSERT INTO seen (subject, since) VALUES (?, ?)", (subject, to_text(now)))
    for subject in sorted(known - subjects):
        connection.execute("DELETE FROM seen WHERE subject = ?", (subject,))


def _fired(row: tuple[int, str, int, str, str, int | None]) -> Fired:
    index, cause, rung, persons, at, acknowledged = row
    return Fired(
        index=index,
        cause=cause,
        rung=Rung(rung),
        persons=tuple(persons.split()),
        at=from_text(at),
        acknowledged=acknowledged,
    )
