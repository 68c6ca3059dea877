"""The life of a medium: a pure function from where it stands and what happens to where it stands then, or a refusal.

    in_store ⇄ issued          quarantine ─ two persons ─ in_store
        └────┴── quarantine         └─ a foreign stick: retired, and may be registered then
    in_store, issued, quarantine ── retired, for good, and never while a copy is on it

Who may do it, and what is on it, is known to the caller.
"""

from dataclasses import dataclass
from enum import StrEnum

from sekisho.catalogue.words import Said
from sekisho.custody.media_records import MediumState
from sekisho.errors import Refused


class MediumEvent(StrEnum):
    """What happens to a medium after it was registered."""

    ISSUE = "issue"
    RETURN = "return"
    QUARANTINE = "quarantine"
    RELEASE = "release"
    RETIRE = "retire"


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What decides besides the state.

    Attributes:
        foreign: it is none of the office; it is in the register because it was met.
        copies: how many live copies are on it.
    """

    foreign: bool = False
    copies: int = 0


_FROM = {
    MediumEvent.ISSUE: {MediumState.IN_STORE},
    MediumEvent.RETURN: {MediumState.ISSUED},
    MediumEvent.QUARANTINE: {MediumState.IN_STORE, MediumState.ISSUED, MediumState.QUARANTINE},
    MediumEvent.RELEASE: {MediumState.QUARANTINE},
    MediumEvent.RETIRE: {MediumState.IN_STORE, MediumState.ISSUED, MediumState.QUARANTINE},
}


def after(state: MediumState, event: MediumEvent, facts: Facts) -> MediumState:
    """Return where a medium stands after an event.

    Raises:
        Refused: the event cannot follow; the message says why.
    """
    if state not in _FROM[event]:
        raise Refused("custody.medium_not_now", command=event.value, state=words(state))
    match event:
        case MediumEvent.ISSUE:
            return MediumState.ISSUED
        case MediumEvent.RETURN:
            return MediumState.IN_STORE
        case MediumEvent.QUARANTINE:
            return MediumState.QUARANTINE
        case MediumEvent.RELEASE:
            return MediumState.RETIRED if facts.foreign else MediumState.IN_STORE
        case MediumEvent.RETIRE:
            if facts.foreign:
                raise Refused("custody.medium_foreign")
            if facts.copies:
                raise Refused("custody.medium_holds_copies", copies=facts.copies)
            return MediumState.RETIRED


def words(state: MediumState) -> Said:
    """Return what people call a state."""
    return Said(f"cli.medium_state.{state}")
