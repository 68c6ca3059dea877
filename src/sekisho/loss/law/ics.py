"""Dates of obligations as a calendar that any program reads: RFC 5545, times alone.

A reminder leaves the office's own systems and lies on telephones: it says which rule, which stage and when, and nothing of what
was lost or whom it concerns. The same obligation has the same UID each time, so that a new file moves it instead of adding one.
"""

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime, timedelta

from sekisho.catalogue.words import Language, say
from sekisho.loss.law.obligation import Obligation, ObligationState

_OPEN = frozenset(
    {
        ObligationState.OPEN,
        ObligationState.DUE_SOON,
        ObligationState.LATE,
        ObligationState.NEEDS_REVIEW,
        ObligationState.LIKELY_EXEMPT,
    }
)
_DONE = frozenset({ObligationState.DONE, ObligationState.DONE_LATE})
_LAST_ALARM = timedelta(hours=1)
_WIDEST = 75
_UTC = "%Y%m%dT%H%M%SZ"


def calendar(obligations: Sequence[Obligation], *, uid: str, sequence: int, at: datetime, language: Language) -> bytes:
    """Return the dates of obligations as an iCalendar file; what has no date, or is not law, is left out.

    Args:
        obligations: of one computation.
        uid: a name of the incident that says nothing of it and stays the same, such as the ledger's origin and its number.
        sequence: a number that grows with each computation, such as that of the run.
        at: the moment of the computation.
        language: of its words.

    Raises:
        ValueError: the moment has no zone.
    """
    if at.tzinfo is None:
        raise ValueError("a time without a zone")
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Sekisho//loss//EN", "CALSCALE:GREGORIAN", "METHOD:PUBLISH"]
    for each in obligations:
        lines += _parts(each, _uid(uid, each), sequence, at, language)
    return "".join(f"{line}\r\n" for whole in (*lines, "END:VCALENDAR") for line in _folded(whole)).encode()


def _parts(each: Obligation, uid: str, sequence: int, at: datetime, language: Language) -> Iterator[str]:
    """Yield an event at the date, which every calendar shows, and a task, which says whether it is done."""
    if each.due is None or each.state is ObligationState.LISTED:
        return
    shared = [f"DTSTAMP:{at.astimezone(UTC):{_UTC}}", f"SEQUENCE:{sequence}", *_words(each, language), "CLASS:PRIVATE"]
    alarms = list(_alarms(each, language)) if each.state in _OPEN else []
    gone = each.state in (ObligationState.VOID, ObligationState.EXEMPT_DECIDED)
    yield from ("BEGIN:VEVENT", f"UID:{uid}-event", *shared, f"DTSTART:{each.due:{_UTC}}", f"DTEND:{each.due:{_UTC}}")
    yield from (f"STATUS:{'CANCELLED' if gone else 'CONFIRMED'}", "TRANSP:TRANSPARENT", *alarms, "END:VEVENT")
    yield from ("BEGIN:VTODO", f"UID:{uid}-task", *shared, f"DUE:{each.due:{_UTC}}")
    if each.start is not None and each.start < each.due:
        yield f"DTSTART:{each.start:{_UTC}}"
    status = "CANCELLED" if gone else "COMPLETED" if each.state in _DONE else "NEEDS-ACTION"
    yield from (f"STATUS:{status}", *alarms, "END:VTODO")


def _words(each: Obligation, language: Language) -> tuple[str, str]:
    state = say(f"duty.state_{each.state.value}", language)
    summary = say(
        "duty.ics_summary", language, title=each.title.get(language, each.rule), stage=each.stage, state=state
    )
    said = [*([each.law] if each.law else []), *([basis] if (basis := each.basis.get(language)) else [])]
    said += [say("duty.ics_mark", language, mark=each.mark.value, checked=each.checked_on)]
    said += [warning[language] for warning in each.warnings if language in warning]
    return f"SUMMARY:{_escaped(summary)}", f"DESCRIPTION:{_escaped(chr(10).join(said))}"


def _alarms(each: Obligation, language: Language) -> Iterator[str]:
    """Yield an alarm for when it is due soon and one for the last hour, each at its own moment."""
    assert each.due is not None
    words = _escaped(say("duty.ics_alarm", language, title=each.title.get(language, each.rule), stage=each.stage))
    for moment in _moments(each.warn, each.due):
        yield from ("BEGIN:VALARM", "ACTION:DISPLAY", f"TRIGGER;VALUE=DATE-TIME:{moment:{_UTC}}")
        yield from (f"DESCRIPTION:{words}", "END:VALARM")


def _moments(warn: datetime | None, due: datetime) -> Iterable[datetime]:
    return dict.fromkeys([*([warn] if warn else []), due - _LAST_ALARM])


def _uid(uid: str, each: Obligation) -> str:
    """Return the name of an obligation in an incident, out of which neither can be read."""
    named = f"{uid}\0{each.rule}\0{each.stage}"
    return f"{hashlib.sha256(named.encode()).hexdigest()[:32]}@sekisho.invalid"


def _escaped(text: str) -> str:
    """Return text as RFC 5545 section 3.3.11 writes it; no control character comes through."""
    plain = (
        text.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,").replace("\r\n", "\n").replace("\n", "\\n")
    )
    return "".join(character for character in plain if character >= " " and character != "\x7f")


def _folded(line: str) -> Iterator[str]:
    """Yield a content line in pieces of at most 75 octets, none of which cuts a character (section 3.1)."""
    piece, size = "", 0
    for character in line:
        width = len(character.encode())
        if size + width > _WIDEST:
            yield piece
            piece, size = " ", 1
        piece, size = piece + character, size + width
    yield piece
