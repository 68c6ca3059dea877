"""What may be said about a copy: never more than the weakest piece of evidence carries. Pure.

A: never released. B: released before the loss was reported, lawfully, so many times. C: released after it was last seen:
treat it as read. The state line is chosen by code, one text for every page, letter and script (loss reference, sections
4.1, 4.2).
"""

from datetime import datetime
from enum import StrEnum

from sekisho.loss.history import History, Release


class Verdict(StrEnum):
    """What the releases prove."""

    NEVER = "A"
    BEFORE = "B"
    AFTER = "C"


def verdict(history: History, last_seen: datetime | None) -> Verdict:
    """Judge a copy's releases against the moment at which it was last seen in its holder's hands.

    Where nobody could say when that was, it is the report of the loss; and what came first of that and a release, the
    ledger's order tells, even within one second.
    """
    if any(_is_after(history, release, last_seen) for release in history.releases):
        return Verdict.AFTER
    return Verdict.BEFORE if history.releases else Verdict.NEVER


def state_line(history: History, last_seen: datetime | None) -> str:
    """Return the catalogue key of the one sentence that is true of this copy."""
    judged = verdict(history, last_seen)
    if judged is Verdict.AFTER:
        return "statement.opened_after"
    if history.found_at:
        line = "found_unaltered" if history.found_at[1] else "found_altered"
        return f"statement.{line}" if judged is Verdict.NEVER else f"statement.{line}_opened"
    if history.lost_at:
        return _lost_before(history) if judged is Verdict.BEFORE else _lost_never(history)
    if history.suspended_at or history.destroyed_at:
        return "statement.kept_stopped"
    return "statement.never_live" if judged is Verdict.NEVER else "statement.opened_live"


def residual_readers(history: History, *, may_save: bool) -> tuple[str, ...]:
    """Return catalogue keys of who may still read, without which the state line would claim too much.

    Args:
        history: the copy's history.
        may_save: whether rows may have been saved where it was opened.
    """
    found = []
    if history.releases:
        found.append("statement.reader_opening")
    if history.releases and may_save:
        found.append("statement.reader_saved")
    if _by_voice(history):
        found.append("statement.reader_voice")
    if not history.destroyed_at:
        found.append("statement.reader_share")
    return tuple(found) or ("statement.reader_nobody",)


def _is_after(history: History, release: Release, last_seen: datetime | None) -> bool:
    if history.lost_index is not None and release.index > history.lost_index:
        return True
    return last_seen is not None and release.at >= last_seen


def _lost_never(history: History) -> str:
    if history.destroyed_at:
        return "statement.never_destroyed"
    return "statement.never_stopped" if history.suspended_at else "statement.lost_open"


def _lost_before(history: History) -> str:
    """A code that was read aloud may have been kept, so a copy opened by telephone is never called shut for good."""
    if not history.destroyed_at:
        return "statement.opened_before_stopped" if history.suspended_at else "statement.lost_open"
    return "statement.opened_before_by_voice" if _by_voice(history) else "statement.opened_before_destroyed"


def _by_voice(history: History) -> bool:
    return any(release.route == "voice" for release in history.releases)
