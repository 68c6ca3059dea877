"""Planted histories: what a ledger would say of one copy, written in words, an hour from one event to the next."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from invented_office import EVENING
from sekisho.clock import to_text
from sekisho.ledger.entry import Entry, Value
from sekisho.loss.history import History, tell
from sekisho.loss.seen import LAST_SEEN

CID = bytes(range(16))
SLIP = "482913"

_SEALED: Mapping[str, Value] = {
    "slip": SLIP,
    "request": 7,
    "capsule": "ca" * 32,
    "size": 4096,
    "people": 3,
    "index": "1d" * 32,
}

WORDS: Mapping[str, tuple[str, Mapping[str, Value]]] = {
    "sealed": ("capsule.sealed", _SEALED),
    "dual": ("capsule.sealed", {**_SEALED, "needed": 2, "custodians": ["a", "b", "c"]}),
    "both": ("capsule.sealed", {**_SEALED, "needed": 2, "custodians": ["a", "b"]}),
    "station": ("copy.written", {"slip": SLIP, "verify": "station"}),
    "asked": ("release.requested", {}),
    "local": ("release.given", {"route": "local"}),
    "voice": ("release.given", {"route": "voice"}),
    "relay": ("release.given", {"route": "relay"}),
    "escrow": ("escrow.made", {"escrow": 1, "threshold": 2, "envelopes": 3}),
    "void1": ("escrow.voided", {"escrow": 1, "envelope": 1, "left": 2}),
    "void2": ("escrow.voided", {"escrow": 1, "envelope": 2, "left": 1}),
    "envelopes": ("escrow.released", {"escrow": 1, "route": "escrow", "envelopes": [1, 2], "outside": 1}),
    "lost": ("copy.lost", {"slip": SLIP}),
    "stopped": ("ticket.suspended", {"lost": 1}),
    "lifted": ("ticket.lifted", {"by": ["SHA256:a", "SHA256:b"]}),
    "intended": ("ticket.destroy_intended", {"reason": "lost", "by": []}),
    "destroyed": ("ticket.destroyed", {"reason": "lost", "by": [], "epoch": 2}),
    "same": ("copy.found", {"slip": SLIP, "identical": 1}),
    "altered": ("copy.found", {"slip": SLIP, "identical": 0}),
    "erased": ("copy.erased", {"slip": SLIP, "verified": 1}),
    "unproven": ("copy.erased", {"slip": SLIP, "verified": 0}),
}


def hour(number: int) -> datetime:
    """Return the time of the event at a place: 0 is the sealing."""
    return EVENING + timedelta(hours=number)


def planted(words: str, *, at_once: bool = False, last_seen: datetime | None = None) -> History:
    """Return what the ledger tells of a copy that was sealed and to which this happened, in this order.

    Args:
        words: keys of :data:`WORDS`.
        at_once: all of it within one second.
        last_seen: when somebody said, after all of it, that the copy was last seen.
    """
    entries = []
    for index, word in enumerate(["sealed", *words.split()]):
        event, fields = WORDS[word]
        at = EVENING if at_once else hour(index)
        entries.append(Entry(index=index, type=event, at=at, copy=CID.hex(), fields=fields, commitments={}))
    if last_seen is not None:
        fields = {"slip": SLIP, "seen": to_text(last_seen)}
        entries.append(
            Entry(index=len(entries), type=LAST_SEEN, at=hour(99), copy=CID.hex(), fields=fields, commitments={})
        )
    return tell(CID, entries)
