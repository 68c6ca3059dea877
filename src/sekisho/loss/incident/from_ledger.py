"""What the ledger tells about an incident's copies. Pure. Of several copies the weakest evidence counts, not the best."""

from collections.abc import Sequence
from datetime import datetime

from sekisho.clock import to_text
from sekisho.custody.copy import State
from sekisho.loss.facts.fact import Value
from sekisho.loss.history import History, ToldCopy
from sekisho.loss.verdict import Verdict, residual_readers, state_line, verdict

_MISSING = frozenset({State.LOST, State.CLOSED_LOST})
_UNKNOWN: dict[str, Value] = {"verdict": "unknown", "state_line": "statement.lost_unknown"}
_NOBODY = "statement.reader_nobody"


def facts_of_copies(copies: Sequence[ToldCopy], *, untold: int = 0) -> dict[str, Value]:
    """Return what copies' histories say.

    Args:
        copies: those of which the ledger tells.
        untold: how many there are of which it cannot be read; nothing is claimed of all of them then.
    """
    if not copies:
        return {"event": "lost", "copy_lost": True, **_UNKNOWN}
    histories = [copy.history for copy in copies]
    missing = sum(copy.row.copy.state in _MISSING for copy in copies)
    return {
        "event": "lost",
        "copy_lost": True,
        "sealed": True,
        "slips": tuple(sorted(copy.row.slip for copy in copies)),
        "copies_missing": missing + untold,
        "occurred_from": _text(min((each.last_seen for each in histories if each.last_seen), default=None)),
        **_releases(histories),
        **_share(histories),
        **_found(histories, missing=missing + untold),
        "verdict": max(verdict(each) for each in histories).value,
        "state_line": state_line(weakest(histories)),
        "residual": _residual(copies),
        **(_UNKNOWN if untold else {}),
    }


def weakest(histories: Sequence[History]) -> History:
    """Return the copy of which least can be said in comfort: one that was opened before one that never was, and so on."""
    return max(histories, key=_weakness)


def _weakness(history: History) -> tuple[Verdict, bool, int, bool, int]:
    shut = 0 if history.destroyed_at else 1 if history.suspended_at else 2
    others = bool(history.escrow or history.peers)
    return verdict(history), history.found_at is None, shut, others, history.in_plain


def _releases(histories: Sequence[History]) -> dict[str, Value]:
    given = [release.at for each in histories for release in each.releases]
    return {
        "releases": len(given),
        "releases_by_voice": sum(each.by_voice for each in histories),
        "releases_by_envelopes": sum(each.by_envelopes for each in histories),
        "last_release_at": _text(max(given, default=None)),
    }


def _share(histories: Sequence[History]) -> dict[str, Value]:
    """Return how far the copies are shut: only when all are, it is said of them."""
    stops = [each.suspended_at or each.destroyed_at for each in histories]
    ends = [each.destroyed_at for each in histories]
    escrow, peers = weakest(histories).escrow, weakest(histories).peers
    return {
        "suspended_at": _text(_last(stops)),
        "destroyed_at": _text(_last(ends)),
        "share_state": "destroyed" if all(ends) else "suspended" if all(stops) else "live",
        "escrow_left": escrow.left if escrow else None,
        "escrow_threshold": escrow.threshold if escrow else None,
        "peers_count": peers.count if peers else None,
        "peers_needed": peers.needed if peers else None,
        "erased_at": _text(_last([each.erased_at[0] if each.erased_at else None for each in histories])),
    }


def _found(histories: Sequence[History], *, missing: int) -> dict[str, Value]:
    found = [each.found_at for each in histories if each.found_at]
    return {
        "found_at": _text(max((at for at, _ in found), default=None)),
        "found_as": None if not found else "unaltered" if all(whole for _, whole in found) else "altered",
        "recovered_all_copies": missing == 0 and len(found) == len(histories),
    }


def _residual(copies: Sequence[ToldCopy]) -> tuple[str, ...]:
    said = dict.fromkeys(
        key for copy in copies for key in residual_readers(copy.history, may_save=copy.statement.allow_save)
    )
    return tuple(key for key in said if key != _NOBODY) or (_NOBODY,)


def _last(times: Sequence[datetime | None]) -> datetime | None:
    """Return the last of some times; None where one of them has not come."""
    known = [time for time in times if time is not None]
    return max(known) if len(known) == len(times) else None


def _text(time: datetime | None) -> str | None:
    return to_text(time) if time else None
