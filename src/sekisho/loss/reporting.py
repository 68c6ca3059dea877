"""Taking a report from anybody: a slip number, or the code on the medium's label, and every copy on that medium is stopped.

Whoever calls need not sign in, explain or know more than the number; nothing that is asked later holds up the stop. What was
already reported is answered as if it had just been, so that pressing twice, or two people who call, change nothing. That a number
is not the office's is said plainly: whoever misread a digit at three in the morning must not go to sleep over it.
"""

import contextlib
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sekisho.codes import checks, read_lost_code, spoken_digits
from sekisho.custody import media_records, records
from sekisho.custody.alarms import Task
from sekisho.custody.copy import State
from sekisho.custody.handing import sealed_parts
from sekisho.custody.office import Office
from sekisho.errors import Misuse, NotFound, Refused, SekishoError
from sekisho.ledger.writer import Trust
from sekisho.loss.incident.paging import page_about
from sekisho.loss.incident.stating import Stated, state
from sekisho.loss.lost import beside, lose, slips_on

SOURCE = "reporter"
SLIP_DIGITS = 6
LONGEST_WORDS = 2000
_HELD = "report.held"
_CALL_BACK = "call_back"
_ENDED = frozenset({State.CLOSED, State.CLOSED_LOST})


@dataclass(frozen=True, slots=True)
class Named:
    """What somebody typed or said: a slip number, or a lost code."""

    text: str
    is_code: bool = False


class Outcome(StrEnum):
    """What became of a report.

    Attributes:
        STOPPED: every copy on the medium is stopped, now or since an earlier report.
        UNKNOWN: the office has no such copy.
        ENDED: the copy was erased, and there is nothing left to stop.
        HELD: not stopped by itself; whoever is on duty was told, and calls back.
        ASK: not looked up, for too many are; something more is asked for.
        FULL: not looked up, and nothing was recorded; only the telephone is left.
        NOT_NOW: the office's ledger could not be written; it is tried again.
    """

    STOPPED = "stopped"
    UNKNOWN = "unknown"
    ENDED = "ended"
    HELD = "held"
    ASK = "ask"
    FULL = "full"
    NOT_NOW = "not_now"


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """What whoever reported is told.

    Attributes:
        outcome: what became of it.
        named: the slip number or code.
        slips: what was stopped.
        incident: the incident's number; 0 for none.
        at: when the releases were stopped, first.
        was_lost: whether it had been reported before.
    """

    outcome: Outcome
    named: str
    slips: tuple[str, ...] = ()
    incident: int = 0
    at: datetime | None = None
    was_lost: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """A report that waits for somebody to call back: the slip number, when it came, and whom to call."""

    index: int
    slip: str
    at: datetime
    call_back: str


def read_named(text: str) -> Named:
    """Read what was typed, in any spelling: digits in any width and with anything between them, or a lost code.

    Raises:
        Misuse: a digit was misread, or it is neither.
    """
    digits = spoken_digits(text.strip().lstrip("#№＃"))
    with contextlib.suppress(ValueError):
        if len(digits) != SLIP_DIGITS:
            return Named(read_lost_code(text), is_code=True)
    known = "".join(each for each in digits if each.isascii() and each.isdigit())
    if len(known) != len(digits) or len(known) != SLIP_DIGITS:
        raise Misuse("loss.no_slip_number", digits=len(known), expected=SLIP_DIGITS)
    if not checks(known):
        raise Misuse("loss.slip_misread", digits=" ".join(known))
    return Named(known)


def take_report(office: Office, named: Named, *, label: str | None = None) -> Receipt:
    """Stop every copy on the medium that a slip number or code names.

    Args:
        office: whose it is.
        named: what was read.
        label: what stands on the medium, where that is asked for too; another medium's is as if the number were unknown.

    Raises:
        Busy, MediumError, LedgerBroken: nothing was recorded.
    """
    try:
        slips = _slips(office, named, label)
    except NotFound:
        return Receipt(outcome=Outcome.UNKNOWN, named=named.text)
    before = {slip for slip in slips if _is_lost(office, slip)}
    report = lose(office, slips)
    stopped = tuple(report.slips)
    if not stopped:
        ended = any(_has_ended(office, slip) for slip in slips)
        return Receipt(outcome=Outcome.ENDED if ended else Outcome.UNKNOWN, named=named.text)
    return Receipt(
        outcome=Outcome.STOPPED,
        named=named.text,
        slips=stopped,
        incident=report.incident or 0,
        at=_stopped_at(office, stopped),
        was_lost=before >= set(stopped),
    )


def is_known(office: Office, named: Named) -> bool:
    """Tell whether a copy that can be lost has this number, without doing anything."""
    try:
        return any(not _has_ended(office, slip) for slip in _slips(office, named, None))
    except (NotFound, Refused):
        return False


def hold(office: Office, named: Named, call_back: str) -> bool:
    """Record a report that was not looked up in time, page who is on duty, and keep the number to call behind its entry.

    One that names no copy of the office is not recorded; whoever asked hears the same: that it was taken.
    """
    if named.is_code or not is_known(office, named):
        return True
    with office.ledger.transaction(Trust.STOPPING) as tx:
        tx.append(_HELD, fields={"slip": named.text}, details={_CALL_BACK: call_back[:LONGEST_WORDS]})
        page_about(office, tx, Task.HELD, named.text)
    return True


def note_flood(office: Office, refused: int) -> bool:
    """Record that more reports come than can be true, and page who is on duty."""
    with office.ledger.transaction(Trust.STOPPING) as tx:
        tx.append("report.limited", fields={"refused": refused})
        page_about(office, tx, Task.FLOOD, "")
    return True


def held_reports(office: Office) -> list[Held]:
    """Return every report that waits for a call back: whose copy has not been reported lost since."""
    found = list[Held]()
    for entry in office.ledger.entries():
        if entry.type == _HELD and not _is_lost(office, str(entry.fields["slip"])):
            said = {each.field: each.value for each in office.ledger.disclosed(entry.index)}
            slip = str(entry.fields["slip"])
            found.append(Held(index=entry.index, slip=slip, at=entry.at, call_back=said.get(_CALL_BACK, "")))
    return found


def add_words(office: Office, incident: int, *, place: str = "", last_seen: str = "", words: str = "") -> int:
    """State what whoever reported says of it, as facts that only the office hears; return how many.

    When it was last seen is kept in their words and decides nothing: what a verdict rests on, somebody of the office states.
    """
    said = {"reporter_place": place, "reporter_last_seen": last_seen, "reporter_words": words}
    stated = [Stated(key, text.strip()[:LONGEST_WORDS]) for key, text in said.items() if text.strip()]
    if stated:
        state(office, incident, stated, source=SOURCE)
    return len(stated)


def _slips(office: Office, named: Named, label: str | None) -> list[str]:
    connection = office.ledger.connection
    if named.is_code:
        medium = media_records.medium_of_lost_code(connection, named.text)
        return slips_on(office, medium.label)
    row = records.get_copy(connection, named.text)
    if label is not None and not _is_label(office, row.medium, label):
        raise NotFound("custody.no_slip", slip=named.text)
    return beside(office, [named.text])


def _is_label(office: Office, medium: str, text: str) -> bool:
    names = {medium}
    with contextlib.suppress(SekishoError):  # an office that registers no media
        known = media_records.get_medium(office.ledger.connection, medium)
        names |= {known.id, known.label, known.lost_code}
    return _plain(text) in {_plain(name) for name in names if name}


def _plain(text: str) -> str:
    letters = unicodedata.normalize("NFKC", text).casefold()
    return "".join(each for each in letters if each.isalnum())


def _is_lost(office: Office, slip: str) -> bool:
    with contextlib.suppress(SekishoError):
        return records.get_copy(office.ledger.connection, slip).copy.state is State.LOST
    return False


def _has_ended(office: Office, slip: str) -> bool:
    with contextlib.suppress(SekishoError):
        return records.get_copy(office.ledger.connection, slip).copy.state in _ENDED
    return False


def _stopped_at(office: Office, slips: Sequence[str]) -> datetime | None:
    """Return when the last of several copies was reported lost."""
    times = list[datetime]()
    for slip in slips:
        cid, _ = sealed_parts(records.get_copy(office.ledger.connection, slip))
        times += [entry.at for entry in office.ledger.entries_of(cid.hex()) if entry.type == "copy.lost"][-1:]
    return max(times, default=None)
