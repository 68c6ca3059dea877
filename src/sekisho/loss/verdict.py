"""What may be said about a copy: never more than the weakest piece of evidence carries. Pure.

A: never released. B: released, but as far as recorded not after a report or after it was last seen. C: released after one
of them: treat it as read. A release, and not an opening, is what the ledger knows: the digits of one that was given by
telephone open the copy again. Nor does destroying a share reach the envelopes of an escrow: while enough of them are left to
open the copy, no line may say that it cannot be opened. The state line is chosen by code, one text for every page, letter and script (loss reference,
sections 4.1, 4.2).
"""

from enum import StrEnum

from sekisho.loss.history import History, Release


class Verdict(StrEnum):
    """What the releases prove."""

    NEVER = "A"
    BEFORE = "B"
    AFTER = "C"


def verdict(history: History) -> Verdict:
    """Judge a copy's releases against the moment at which it was last seen in its holder's hands.

    Where nobody could say when that was, it is the report of the loss; and what came first of that and a release, the
    ledger's order tells, even within one second.
    """
    if any(_is_after(history, release) for release in history.releases):
        return Verdict.AFTER
    return Verdict.BEFORE if history.releases else Verdict.NEVER


_DENYING = frozenset({
    "statement.never_destroyed",
    "statement.never_stopped",
    "statement.opened_before_destroyed",
    "statement.opened_before_by_voice",
    "statement.opened_before_stopped",
    "statement.kept_destroyed",
    "statement.kept_destroyed_by_voice",
    "statement.kept_stopped",
})  # fmt: skip
"""What is said of a copy that nobody opens any more; with envelopes about, another sentence is true."""


def state_line(history: History) -> str:
    """Return the catalogue key of the one sentence that is true of this copy."""
    line = _state_line(history)
    return f"{line}_escrow" if history.escrow and line in _DENYING else line


def _state_line(history: History) -> str:
    judged = verdict(history)
    if judged is Verdict.AFTER:
        return "statement.opened_after"
    if history.found_at:
        line = "found_unaltered" if history.found_at[1] else "found_altered"
        return f"statement.{line}" if judged is Verdict.NEVER else f"statement.{line}_opened"
    if history.lost_at:
        return _lost_before(history) if judged is Verdict.BEFORE else _lost_never(history)
    if history.erased_at:
        return "statement.erased" if history.erased_at[1] else "statement.erased_unverified"
    if history.destroyed_at:
        return "statement.kept_destroyed_by_voice" if history.in_plain else "statement.kept_destroyed"
    if history.suspended_at:
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
    if history.by_voice:
        found.append("statement.reader_voice")
    if history.by_envelopes:
        found.append("statement.reader_envelopes_opened")
    if history.escrow:
        found.append("statement.reader_escrow")
    if not history.destroyed_at:
        found.append("statement.reader_share")
    return tuple(found) or ("statement.reader_nobody",)


def _is_after(history: History, release: Release) -> bool:
    if history.lost_index is not None and release.index > history.lost_index:
        return True
    return history.last_seen is not None and release.at >= history.last_seen


def _lost_never(history: History) -> str:
    if history.destroyed_at:
        return "statement.never_destroyed"
    return "statement.never_stopped" if history.suspended_at else "statement.lost_open"


def _lost_before(history: History) -> str:
    """A code that was read aloud may have been kept, so a copy opened by telephone is never called shut for good."""
    if not history.destroyed_at:
        return "statement.opened_before_stopped" if history.suspended_at else "statement.lost_open"
    return "statement.opened_before_by_voice" if history.in_plain else "statement.opened_before_destroyed"
