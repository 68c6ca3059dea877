"""Open tasks as a calendar file that calendar programs subscribe to: RFC 5545, one event a task, alarms before and at its time.

A task keeps its UID as long as it is the same thing to do; another time or its end raises ``SEQUENCE`` (RFC 5545 3.8.7.4), and what is
done stays in the file as cancelled, so that a program which showed it takes it away. The file holds slip numbers and numbers of media only.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import ClassVar

import msgspec

from sekisho.catalogue.words import Language, Said, say
from sekisho.custody.senders.message import Each, Message, Outlook, Planned, Surroundings, Unsent
from sekisho.domain import DOMAIN
from sekisho.files import write_whole

_MOST_OCTETS = 75
_ESCAPED = str.maketrans({"\\": "\\\\", ";": "\\;", ",": "\\,", "\n": "\\n"})
_ALARMS = ("-PT2H", "PT0S")


class _Options(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Options of the channel."""

    file: str
    language: Language = "ja"


class CalendarSender:
    """Writes the calendar file after each round that changed it. Options: ``file``, ``language``."""

    each: ClassVar[Each] = Each.ROUND

    def __init__(self, options: Mapping[str, str | int | bool], around: Surroundings) -> None:
        chosen = msgspec.convert(options, _Options)
        self._path, self._language = around.folder / chosen.file, chosen.language

    def send(self, message: Message) -> None:
        """Do nothing: the calendar holds what is open, not what was told."""

    def after_round(self, outlook: Outlook) -> None:
        """Write the file, unless it is as it should be.

        Raises:
            Unsent: the disk refused.
        """
        data = calendar_text(outlook, self._language).encode()
        try:
            if not self._path.exists() or _without_stamps(self._path.read_bytes()) != _without_stamps(data):
                write_whole(self._path, data, overwrite=True, mode=0o644)
        except OSError:
            raise Unsent("disk") from None


def calendar_text(outlook: Outlook, language: Language) -> str:
    """Return the calendar file of what is open."""
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        f"PRODID:-//{DOMAIN}//alarms//{language.upper()}",
        "CALSCALE:GREGORIAN",
        "METHOD:PUBLISH",
        *(line for planned in outlook.tasks for line in _event(planned, outlook.at, language)),
        "END:VCALENDAR",
    ]
    return "".join(f"{folded}\r\n" for line in lines for folded in _folded(line))


def _event(planned: Planned, now: datetime, language: Language) -> Iterator[str]:
    title = say("alarm.subject", language, task=Said(f"alarm.task.{planned.task}"), subject=planned.subject or "-")
    words = say(f"alarm.todo.{planned.task}", language, subject=planned.subject)
    yield "BEGIN:VEVENT"
    yield f"UID:{planned.uid}"
    yield f"DTSTAMP:{_stamp(now)}"
    yield f"SEQUENCE:{planned.sequence}"
    yield f"DTSTART:{_stamp(planned.due)}"
    yield "DURATION:PT15M"
    yield f"SUMMARY:{title.translate(_ESCAPED)}"
    yield f"DESCRIPTION:{words.translate(_ESCAPED)}"
    yield f"STATUS:{'CANCELLED' if planned.cancelled else 'CONFIRMED'}"
    yield "TRANSP:TRANSPARENT"
    for trigger in () if planned.cancelled else _ALARMS:
        yield from ("BEGIN:VALARM", "ACTION:DISPLAY", f"DESCRIPTION:{title.translate(_ESCAPED)}")
        yield from (f"TRIGGER:{trigger}", "END:VALARM")
    yield "END:VEVENT"


def _folded(line: str) -> Sequence[str]:
    """Break a line into pieces of at most 75 octets, never within a character (RFC 5545 3.1)."""
    pieces, octets = [""], 0
    for character in line:
        size = len(character.encode())
        if octets + size > _MOST_OCTETS:
            pieces.append(" ")
            octets = 1
        pieces[-1] += character
        octets += size
    return pieces


def _stamp(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")


def _without_stamps(data: bytes) -> list[bytes]:
    return [line for line in data.split(b"\r\n") if not line.startswith(b"DTSTAMP:")]
