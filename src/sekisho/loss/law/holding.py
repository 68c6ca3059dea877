"""Whether a record of law holds: for this office, in this place, on these facts; and since when."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sekisho.catalogue.words import Said
from sekisho.loss.facts.fact import Facts
from sekisho.loss.law.condition import Finding, read_condition, triggered
from sekisho.loss.law.decision import Decision
from sekisho.loss.law.place import Place
from sekisho.loss.law.record import Record, Trigger


@dataclass(frozen=True, slots=True, kw_only=True)
class Holding:
    """Whether a record holds.

    Attributes:
        found: what facts, and what the office is, say of it.
        arose: when a count passed the threshold, where that was after the loss was known.
        warnings: what has to be said beside it.
    """

    found: Finding
    arose: datetime | None = None
    warnings: tuple[Said, ...] = ()


def held(record: Record, facts: Facts, place: Place) -> Holding:
    """Hold a record against what the office is and what is known."""
    binding, warnings = _binds(record, place)
    if binding.holds is False:
        return Holding(found=binding)
    trigger = triggered(record.trigger, facts)
    if trigger.holds is False:
        return Holding(found=trigger)
    holds = None if None in (binding.holds, trigger.holds) else True
    unknown = (*binding.unknown, *trigger.unknown)
    found = Finding(holds, (*binding.why, *trigger.why), unknown, trigger.conditions)
    arose = _arose(record.trigger, facts) if record.arises == "when_passed" and trigger.holds else None
    return Holding(found=found, arose=arose, warnings=warnings)


def decided(found: Finding, decisions: Sequence[Decision]) -> Finding:
    """Return a finding with what a person decided of it, where the facts alone do not say.

    What the facts say for sure is no person's to say otherwise: it opens again by itself.
    """
    if found.holds is not None:
        return found
    said = next((each for each in reversed(decisions) if each.what in ("applies", "does_not_apply")), None)
    if said is None:
        return found
    return Finding(said.what == "applies", (*found.why, f"decided = {said.what}"), (), found.conditions)


def _binds(record: Record, place: Place) -> tuple[Finding, tuple[Said, ...]]:
    """Say whether a record binds the office; a contract binds both of its sides."""
    body, role = record.applies_to.body, record.applies_to.role
    unknown, warnings = [], []
    if body != "any":
        if not place.body:
            unknown.append("body")
            warnings.append(Said("duty.body_unknown"))
        elif body != place.body:
            return Finding(holds=False, why=(f"body = {place.body}",)), ()
    if role and record.kind != "contract":
        if not place.roles:
            unknown.append("roles")
            warnings.append(Said("duty.role_unknown"))
        elif not set(role) & set(place.roles):
            return Finding(holds=False, why=(f"roles = {' '.join(sorted(place.roles))}",)), ()
    return Finding(None if unknown else True, (), tuple(unknown)), tuple(warnings)


def _arose(trigger: Trigger, facts: Facts) -> datetime | None:
    """Return when a trigger came to hold that surely did not before; None where it held from the first.

    Each fact is taken as it was stated, one after the other: until the trigger's facts say no, nothing was sure.
    """
    keys = {read_condition(text).key for part in (trigger.all, trigger.any, trigger.unless) for text in part}
    keys |= {f"{key}_max" for key in keys}
    surely_not = False
    for end, fact in enumerate(facts.stated, 1):
        if fact.key not in keys:
            continue
        holds = triggered(trigger, Facts(facts.stated[:end])).holds
        if holds and surely_not:
            return fact.at
        if holds:
            return None
        surely_not = surely_not or holds is False
    return None
