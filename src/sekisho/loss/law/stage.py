"""One stage of a record of law that holds, or may: when it starts and ends, what speaks for an exemption, where it stands."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from zoneinfo import ZoneInfo

from sekisho.catalogue.words import Said
from sekisho.clock import from_text, to_local
from sekisho.loss.facts.fact import Facts
from sekisho.loss.law.beside import contents_of, notes_of, to_person
from sekisho.loss.law.clocks import Reading, due_words, length_of, read_clock
from sekisho.loss.law.condition import Finding, both, when_holds
from sekisho.loss.law.decision import Decision
from sekisho.loss.law.exempting import Ground, ground, grounds_of
from sekisho.loss.law.force import Force, force_of
from sekisho.loss.law.holding import Holding, decided
from sekisho.loss.law.marks import date_marks, trigger_mark
from sekisho.loss.law.obligation import Mark, Obligation, ObligationState
from sekisho.loss.law.pack import Pack
from sekisho.loss.law.place import Place
from sekisho.loss.law.record import Clock, Record, mark_of, texts, weakest
from sekisho.loss.law.said import each_in_both, in_both
from sekisho.loss.law.starts import KNOWN, Start, start_of

OLD_AFTER = 180
"""A record that nobody has checked for more days than this says so wherever it shows."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What a computation is asked with; see :func:`~sekisho.loss.law.evaluate.evaluate`."""

    facts: Facts
    pack: Pack
    place: Place
    as_of: datetime


def obligation_of(
    record: Record, clock: Clock, holding: Holding, decisions: Sequence[Decision], asked: Asked
) -> Obligation | Finding:
    """Return what a stage asks for; where it asks for nothing, what says so."""
    found = both(holding.found, when_holds(clock.when, clock.when_any, asked.facts))
    after = decided(found, decisions)
    if found.holds is False:
        return found
    start = _passed_later(start_of(clock.start, asked.facts, asked.place.zone), holding, asked.place.zone)
    force = force_of(record, start.at or asked.as_of, asked.place)
    base = _base(record, clock, after, start, asked)
    warnings = (*holding.warnings, *force.said, *_old(record, asked))
    if after.holds is False:
        return replace(base, state=ObligationState.VOID, warnings=each_in_both(warnings))
    if not force.live:
        return _listed(base, clock, force, warnings)
    reading = _reading(record, clock, start, asked)
    marked = date_marks(record, clock, reading.rests_on)
    counted = _warned(_counted(base, start, reading, marked, counts=bool(clock.start)), *start.warnings, *warnings)
    return _standing(counted, record, clock, decisions, asked)


def _base(record: Record, clock: Clock, found: Finding, start: Start, asked: Asked) -> Obligation:
    return Obligation(
        rule=record.id,
        version=record.version,
        stage=clock.stage,
        recipient=clock.recipients,
        status=record.status,
        state=ObligationState.NEEDS_REVIEW if found.holds is None else ObligationState.OPEN,
        start_key=start.key,
        start=start.at,
        due=None,
        due_words=due_words(clock),
        warn=None,
        basis=in_both(*start.said),
        why=found.why,
        unknown=tuple(dict.fromkeys(found.unknown)),
        mark=weakest(mark_of(record.check), trigger_mark(record, found.conditions)),
        sources=record.sources,
        checked_on=record.checked_on,
        contents=contents_of(record, clock, asked.pack),
        notes=notes_of(record, clock),
        title=texts(record.title),
        law=record.law,
        jurisdiction=record.jurisdiction,
        roles=record.applies_to.role,
    )


def _passed_later(start: Start, holding: Holding, zone: str) -> Start:
    """Return when a clock starts whose count passed the threshold only after the loss was known: from then."""
    if holding.arose is None or start.at is None or holding.arose <= start.at:
        return start
    values = {"known": to_local(start.at, zone), "passed": to_local(holding.arose, zone)}
    return replace(start, at=holding.arose, said=(*start.said, Said("duty.passed_later", values)))


def _listed(base: Obligation, clock: Clock, force: Force, warnings: Sequence[Said]) -> Obligation:
    """Return what a record would ask for that is no law here: without a date."""
    state = ObligationState.NEEDS_REVIEW if force.doubtful else ObligationState.LISTED
    words = base.due_words or in_both(Said("duty.would_be", {"length": length_of(clock)}))
    return replace(base, state=state, due_words=words, warnings=each_in_both(warnings))


def _reading(record: Record, clock: Clock, start: Start, asked: Asked) -> Reading:
    if start.at is None:
        return Reading()
    return read_clock(clock, start.at, zone=asked.place.zone, jurisdiction=record.jurisdiction, facts=asked.facts)


def _counted(base: Obligation, start: Start, reading: Reading, marked: Sequence[str], *, counts: bool) -> Obligation:
    """Return an obligation with its date, and with what that date rests on."""
    mark = weakest(base.mark, *map(mark_of, marked))
    missing = counts and (start.at is None or not start.sure)
    review = base.state is ObligationState.NEEDS_REVIEW or missing or bool(reading.no_calendar)
    unknown = (*base.unknown, *((start.key if start.at is None else KNOWN,) if missing else ()), *reading.unknown)
    return replace(
        base,
        state=ObligationState.NEEDS_REVIEW if review else ObligationState.OPEN,
        due=reading.due,
        warn=reading.warn,
        basis=in_both(*start.said, *reading.basis),
        unknown=tuple(dict.fromkeys(unknown)),
        mark=mark,
        warnings=each_in_both(_of_mark(mark, marked, dated=reading.due is not None)),
    )


def _of_mark(mark: Mark, marked: Sequence[str], *, dated: bool) -> Iterator[Said]:
    reasons = [each.partition(" ")[2].strip("()") for each in marked if mark_of(each) is Mark.MEMORY]
    if mark is Mark.MEMORY and dated and marked:
        yield Said("duty.earliest_reading", {"reason": "; ".join(each for each in reasons if each) or "R"})
    elif mark is Mark.MEMORY:
        yield Said("duty.from_memory")
    elif mark is Mark.SECONDARY:
        yield Said("duty.secondary")
    elif mark is Mark.EXAMPLE:
        yield Said("duty.example_value")


def _old(record: Record, asked: Asked) -> Iterator[Said]:
    days = record.age(asked.as_of.astimezone(ZoneInfo(asked.place.zone)).date())
    if days > OLD_AFTER:
        yield Said("duty.old", {"days": days, "checked": record.checked_on})


def _standing(
    counted: Obligation, record: Record, clock: Clock, decisions: Sequence[Decision], asked: Asked
) -> Obligation:
    """Return an obligation as it stands: done, exempt by decision, likely exempt, or by its date."""
    if done := _done_at(clock, decisions, asked.facts):
        late = counted.due is not None and done > counted.due
        state = ObligationState.DONE_LATE if late else ObligationState.DONE
        return replace(counted, state=state, why=(*counted.why, f"done = {to_local(done, asked.place.zone)}"))
    grounds = _grounds(record, clock, asked)
    held = replace(counted, limbs=tuple(limb for each in grounds for limb in each.limbs))
    exempt = next((each for each in reversed(decisions) if each.what in ("exempt", "not_exempt")), None)
    if exempt and exempt.what == "exempt":
        changed = _changed_since(exempt, asked)
        if not changed:
            return replace(held, state=ObligationState.EXEMPT_DECIDED, exemption=exempt.exemption)
        held = _warned(held, Said("duty.reopened", {"facts": ", ".join(changed)}))
        return _by_date(held, asked)
    likely = next((each for each in grounds if each.likely), None)
    if likely and exempt is None:
        return _likely(held, likely, asked)
    return _by_date(_without(held, grounds), asked)


def _grounds(record: Record, clock: Clock, asked: Asked) -> tuple[Ground, ...]:
    frees = "notice_to_person" if to_person(clock) else "report"
    return grounds_of(record.exempt, asked.pack.exemptions, asked.facts, frees=frees, roles=asked.place.roles)


def _likely(held: Obligation, ground: Ground, asked: Asked) -> Obligation:
    late = held.due is not None and asked.as_of > held.due
    held = _warned(held, Said("duty.undecided_and_late")) if late else held
    return replace(held, state=ObligationState.LIKELY_EXEMPT, exemption=ground.exemption.id)


def _without(held: Obligation, grounds: Sequence[Ground]) -> Obligation:
    """Return an obligation from which nothing exempts, with what an exemption waits for."""
    unknown = tuple(dict.fromkeys((*held.unknown, *(key for each in grounds for key in each.unknown))))
    said = [Said("duty.key_unknown")] if any(each.unknown for each in grounds) else []
    said += [Said("duty.key_compromised")] if any("key_compromised" in each.blocked for each in grounds) else []
    return _warned(replace(held, unknown=unknown), *said)


def _by_date(held: Obligation, asked: Asked) -> Obligation:
    if held.state is ObligationState.NEEDS_REVIEW or held.due is None:
        return held
    if asked.as_of > held.due:
        return replace(held, state=ObligationState.LATE)
    soon = held.warn is not None and asked.as_of >= held.warn
    return replace(held, state=ObligationState.DUE_SOON) if soon else held


def _done_at(clock: Clock, decisions: Sequence[Decision], facts: Facts) -> datetime | None:
    """Return when something was done: as a person decided, else as a fact says."""
    said = next((each for each in reversed(decisions) if each.what == "done"), None)
    if said is not None:
        return from_text(said.done_at or said.at)
    return facts.time(clock.done_by) if clock.done_by else None


def _changed_since(decision: Decision, asked: Asked) -> tuple[str, ...]:
    """Return what speaks against an exemption now that did not when it was decided: facts, and limbs that fell."""
    exemption = asked.pack.exemptions.get(decision.exemption)
    if exemption is None:  # of a pack that is here no more: a key that got out speaks against any
        return ("key_compromised",) if asked.facts.flag("key_compromised") else ()
    then = ground(exemption, Facts(tuple(each for each in asked.facts.stated if each.n <= decision.facts)))
    now = ground(exemption, asked.facts)
    fallen = {limb.limb for limb in then.limbs if limb.met} - {limb.limb for limb in now.limbs if limb.met}
    against = {*now.blocked, *now.unknown} - {*then.blocked, *then.unknown}
    return tuple(sorted(against | (fallen if then.likely and not now.likely else set())))


def _warned(held: Obligation, *said: Said) -> Obligation:
    return replace(held, warnings=(*held.warnings, *each_in_both(said)))
