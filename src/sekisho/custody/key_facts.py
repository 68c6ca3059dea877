"""Is every copy of a copy's key gone? What the ledger tells, and what follows for a cryptographic erase.

A capsule is nothing but ciphertext on its medium. So the copy is purged when no key is left: the office's share, envelopes,
other custodians' shares. What was opened before was in plain at the recipient's; that is no trace on the medium, but it is the
weakest point, and without the recipient's own word for it nobody may say that every copy of the key is gone.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import cast

from sekisho.clock import to_text
from sekisho.custody.certificate_form import KeyDestroyed, Opening
from sekisho.ledger.entry import Entry, Value
from sekisho.media.erasing import Check, Method, NotVerifiable, Verified, Why

ISSUED = "certificate.issued"


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyFacts:
    """What is known of a copy's key.

    Attributes:
        destroyed: the destruction of the office's share; None while it lives, or its destruction is not finished.
        elsewhere: whether envelopes or other custodians could still open the copy.
        openings: the releases that were given.
        declarations: numbers of records of what the recipient declared after the last of them.
    """

    destroyed: KeyDestroyed | None
    elsewhere: bool
    openings: tuple[Opening, ...]
    declarations: tuple[str, ...]


def key_facts(copy_id: str, entries: Sequence[Entry]) -> KeyFacts:
    """Return what a copy's entries, in order, tell of its key. Pure."""
    destroyed = _last(entries, "ticket.destroyed")
    openings = tuple(_opening(copy_id, e) for e in entries if e.type in {"release.given", "escrow.released"})
    since = openings[-1].index if openings else -1
    return KeyFacts(
        destroyed=_destroyed(copy_id, destroyed) if destroyed else None,
        elsewhere=_in_envelopes(entries) or _at_others(_last(entries, "capsule.sealed")),
        openings=openings,
        declarations=tuple(
            str(e.fields["number"])
            for e in entries
            if e.type == ISSUED and e.fields.get("method") == Method.DECLARED and e.index > since
        ),
    )


def judge_keys(facts: KeyFacts) -> Verified | NotVerifiable:
    """Tell whether a copy is purged by what became of its key."""
    if facts.destroyed is None:
        return NotVerifiable(why=Why.KEYS_UNFINISHED)
    if facts.elsewhere:
        return NotVerifiable(why=Why.KEYS_LEFT)
    if facts.openings and not facts.declarations:
        return NotVerifiable(why=Why.OPENED)
    return Verified(check=Check.KEYS)


def _destroyed(copy_id: str, entry: Entry) -> KeyDestroyed:
    epoch = int(str(entry.fields["epoch"]))
    return KeyDestroyed(copy_id=copy_id, index=entry.index, at=to_text(entry.at), epoch=epoch)


def _opening(copy_id: str, entry: Entry) -> Opening:
    return Opening(
        copy_id=copy_id,
        index=entry.index,
        at=to_text(entry.at),
        route=str(entry.fields.get("route", "")),
        device=str(entry.fields.get("device", "")),
    )


def _in_envelopes(entries: Iterable[Entry]) -> bool:
    """Tell whether any escrow has enough envelopes left that nobody saw destroyed."""
    entries = list(entries)
    for made in (entry for entry in entries if entry.type == "escrow.made"):
        number, threshold, count = (int(str(made.fields[name])) for name in ("escrow", "threshold", "envelopes"))
        gone = {
            entry.fields["envelope"]
            for entry in entries
            if entry.type == "escrow.voided" and entry.fields["escrow"] == number
        }
        if count - len(gone) >= threshold:
            return True
    return False


def _at_others(sealed: Entry | None) -> bool:
    """Tell whether other custodians are enough to open it without this one."""
    if sealed is None or "needed" not in sealed.fields:
        return False
    others = len(cast("Sequence[Value]", sealed.fields["custodians"])) - 1
    return int(str(sealed.fields["needed"])) <= others


def _last(entries: Sequence[Entry], event: str) -> Entry | None:
    return next((entry for entry in reversed(entries) if entry.type == event), None)
