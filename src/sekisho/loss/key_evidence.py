"""What the evidence about keys carries of an exemption's limbs, and what weakens it. Pure.

Envelopes, other custodians, a share that was read aloud, a station that held it, rows that were saved: each is named where it
is, and none is argued away. That nobody else had a key, no log can prove; so where any of these is there, it stays open.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from sekisho.loss.build_record import is_recorded
from sekisho.loss.facts.fact import Value
from sekisho.loss.history import History, ToldCopy
from sekisho.loss.suites import Suite, suite_of
from sekisho.loss.verdict import Verdict, verdict

_BACK_END_FILE = "file"
_SHOWN = frozenset({"escrow", "voice", "envelopes_opened", "station"})
"""What had the share in other hands, or on paper."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CopyKeys:
    """What is known of the key of one copy.

    Attributes:
        history: what the ledger tells.
        suite: how it is encrypted.
        approvals: how many persons approved the copy, at the least, as it was asked for and signed.
        weak: what weakens the claim that nobody else can use its key, by name.
    """

    history: History
    suite: Suite
    approvals: int
    weak: tuple[str, ...]

    @property
    def is_shut(self) -> bool | None:
        """Whether its share is destroyed or barred and nothing was released since it was last seen; None where that is open."""
        if verdict(self.history) is Verdict.AFTER:
            return False
        return True if self.history.destroyed_at or self.history.suspended_at else None

    @property
    def is_separated(self) -> bool | None:
        """Whether the share lay with the custodian alone; None where it lay, or was said, elsewhere too."""
        return None if _SHOWN & {*self.weak} else True

    @property
    def is_unexercisable(self) -> bool | None:
        """Whether nobody but the office could use its key; None where somebody had it or could have it."""
        return self.is_shut if not self.weak or self.is_shut is False else None


def keys_of(copy: ToldCopy) -> CopyKeys:
    """Return what is known of a copy's key."""
    return CopyKeys(
        history=copy.history,
        suite=suite_of(copy.statement.sealed_to),
        approvals=copy.statement.approvals,
        weak=_weak(copy.history, may_save=copy.statement.allow_save),
    )


def encryption_facts(copies: Sequence[ToldCopy], *, kek: str, untold: int = 0) -> list[tuple[str, Value]]:
    """Return what the evidence about keys says of copies together, as facts; the weakest copy speaks for all.

    Args:
        copies: those of which the ledger tells.
        kek: the scheme of the back-end that keeps the office's key-encryption keys.
        untold: how many there are of which it cannot be read: nothing is claimed of all of them then.
    """
    keys = [keys_of(copy) for copy in copies]
    known = bool(keys) and not untold
    shut = _all([key.is_shut for key in keys]) if known else None
    high = shut and is_recorded() and all(key.suite.membership != "not_listed" for key in keys)
    weak = any(_SHOWN & {*key.weak} for key in keys)
    found = known and not any(key.history.found_at is None for key in keys)
    return [
        ("suite", " / ".join(dict.fromkeys(key.suite.text for key in keys)) or None),
        ("suite_membership", _worst([key.suite.membership for key in keys], "not_listed", "unverified", "listed")),
        ("suite_nist", _worst([key.suite.nist for key in keys], "not_approved", "unverified", "approved")),
        ("implementation_record", is_recorded() if keys else None),
        ("key_backend", kek if keys else None),
        ("key_separated", _all([key.is_separated for key in keys]) if known else None),
        ("key_unexercisable", _all([key.is_unexercisable for key in keys]) if known else None),
        ("highly_encrypted", high if shut is not None else None),
        ("encryption_evidence", "complete" if high and not weak else "missing" if known and not high else None),
        ("no_third_party_read", _unread(keys) if found else None),
    ]


def _weak(history: History, *, may_save: bool) -> tuple[str, ...]:
    """Return what weakens the claim, in the order in which it is told."""
    station = any(e.type == "copy.written" and e.fields.get("verify") == "station" for e in history.entries)
    there = {
        "opening": bool(history.releases),
        "saved": bool(history.releases) and may_save,
        "voice": bool(history.by_voice),
        "relay": bool(history.by_route("relay")),
        "envelopes_opened": bool(history.by_envelopes),
        "escrow": history.escrow is not None,
        "peers": history.peers is not None,
        "station": station,
    }
    return tuple(name for name, holds in there.items() if holds)


def remarks(keys: CopyKeys, *, kek: str) -> tuple[str, ...]:
    """Return what has to be said of the office's own keeping: a share that is only barred, keys that lie in files."""
    live = () if keys.history.destroyed_at else ("share",)
    return (*live, *(("backend_file",) if kek == _BACK_END_FILE else ()))


def _unread(keys: Sequence[CopyKeys]) -> bool | None:
    """Tell whether copies that all turned up unaltered were never released; one that was released, somebody has read."""
    whole = all(key.history.found_at and key.history.found_at[1] for key in keys)
    judged = {verdict(key.history) for key in keys}
    if Verdict.AFTER in judged:
        return False
    return True if whole and judged == {Verdict.NEVER} else None


def _all(answers: Sequence[bool | None]) -> bool | None:
    if False in answers:
        return False
    return None if None in answers else True


def _worst(found: Sequence[str], *order: str) -> str | None:
    return next((word for word in order if word in found), None)
