"""What an incident comes to, in words and for programs: the one page, the facts, the clocks. Pure.

A date that rests on something unchecked, and a rule that is not in force, say so wherever they show.
"""

from collections.abc import Iterator, Sequence

from sekisho.catalogue.words import Language, area_words, say
from sekisho.clock import to_local, to_text
from sekisho.loss.documents.kinds import base_language
from sekisho.loss.documents.values import state_sentence
from sekisho.loss.facts.fact import Fact, Facts
from sekisho.loss.facts.spoken import value_words
from sekisho.loss.facts.vocabulary import fact_kind
from sekisho.loss.incident.case import Case
from sekisho.loss.incident.runs import Change
from sekisho.loss.law.named import named
from sekisho.loss.law.obligation import Obligation, ObligationState

_CLOCKED = frozenset(
    {
        ObligationState.OPEN,
        ObligationState.DUE_SOON,
        ObligationState.LATE,
        ObligationState.NEEDS_REVIEW,
        ObligationState.LIKELY_EXEMPT,
    }
)
_UNKNOWN_STATE = "lost_unknown"


def state_line_of(case: Case, language: Language) -> str:
    """Return the one sentence that says what became of the data; the most careful one where nobody knows."""
    stated = case.facts.text("state_line").removeprefix("statement.")
    key = stated if stated in area_words("statement") else _UNKNOWN_STATE
    return state_sentence(case.facts, key, case.zone, language)


def standing(obligation: Obligation, language: Language) -> str:
    """Return where an obligation stands, in a word or two."""
    return say(f"duty.state_{obligation.state.value}", language)


def due_of(obligation: Obligation, zone: str, language: Language) -> str:
    """Return by when something has to be done: a time, the law's own words, or both."""
    words = obligation.due_words.get(base_language(language), "")
    if obligation.due is None:
        return words
    due = to_local(obligation.due, zone)
    return f"{due} ({words})" if words else due


def clock_lines(obligation: Obligation, zone: str, language: Language) -> Iterator[str]:
    """Yield everything about an obligation: what, by when and how counted, why, on what evidence, from which source."""
    yield f"{obligation.rule}/{obligation.stage}  {named(obligation, language)}"
    yield _row("standing", f"{standing(obligation, language)}  {due_of(obligation, zone, language)}", language)
    if basis := obligation.basis.get(language):
        yield _row("basis", basis, language)
    if obligation.why:
        yield _row("why", "; ".join(obligation.why), language)
    if obligation.unknown:
        known = (f"{fact_kind(key).label(language)} ({key})" for key in obligation.unknown)
        yield _row("unknown", ", ".join(known), language)
    for limb in obligation.limbs:
        met = {True: "document.limb_met", False: "document.limb_not_met", None: "document.limb_unknown"}[limb.met]
        words = area_words("exemption").get(f"limb_{limb.limb}", {}).get(language, limb.limb)
        yield _row("limb", f"{words}: {say(met, language)}", language)
    for warning in obligation.warnings:
        yield _row("warning", warning.get(language, ""), language)
    for note in obligation.notes:
        yield _row("note", note.get(language, ""), language)
    source = f"{obligation.law} [{obligation.mark.value}, {obligation.checked_on}]"
    yield _row("source", source, language)


def change_line(change: Change, zone: str, language: Language) -> str:
    """Return what came out otherwise than before, in one line."""
    before, after = (
        say(f"duty.state_{each.value}", language) if each else say("incident.new", language)
        for each in (change.before, change.after)
    )
    due = f"  {to_local(change.due_after, zone)}" if change.due_after and change.due_after != change.due_before else ""
    why = f"  ({'; '.join(change.why)})" if change.why else ""
    return f"{change.rule}/{change.stage}: {before} → {after}{due}{why}"


def pressing(obligations: Sequence[Obligation]) -> list[Obligation]:
    """Return what somebody has to do something about, what is due first before the rest."""
    found = [each for each in obligations if each.state in _CLOCKED]
    return sorted(found, key=lambda each: (each.due is None, to_text(each.due) if each.due else "", each.rule))


def fact_row(fact: Fact, language: Language, zone: str, *, show_secret: bool = False) -> list[str]:
    """Return a fact as a row: number, key, label, value, who may hear it, source, time.

    A secret one shows that it is known, not what it says.
    """
    kind = fact_kind(fact.key)
    secret = fact.visibility.name == "SECRET" and not show_secret
    value = say("incident.not_shown", language) if secret else value_words(kind, fact.value, language, zone)
    visibility = say(f"incident.{fact.visibility.name.lower()}", language)
    return [str(fact.n), fact.key, kind.label(language), value, visibility, fact.source, to_local(fact.at, zone)]


def fact_json(fact: Fact, *, show_secret: bool = False) -> dict[str, object]:
    """Return a fact for programs."""
    secret = fact.visibility.name == "SECRET" and not show_secret
    value = None if secret else list(fact.value) if isinstance(fact.value, tuple) else fact.value
    return {
        "n": fact.n,
        "key": fact.key,
        "value": value,
        "visibility": fact.visibility.name.lower(),
        "source": fact.source,
        "at": to_text(fact.at),
        "supersedes": fact.supersedes or None,
    }


def obligation_json(each: Obligation) -> dict[str, object]:
    """Return an obligation for programs."""
    return {
        "rule": each.rule,
        "version": each.version,
        "stage": each.stage,
        "title": dict(each.title),
        "jurisdiction": each.jurisdiction,
        "recipient": each.recipient,
        "status": each.status,
        "state": each.state.value,
        "start": {"fact": each.start_key, "at": to_text(each.start) if each.start else None},
        "due": to_text(each.due) if each.due else None,
        "due_words": dict(each.due_words),
        "basis": dict(each.basis),
        "why": list(each.why),
        "unknown": list(each.unknown),
        "exemption": each.exemption or None,
        "limbs": [
            {"limb": limb.limb, "met": limb.met, "evidence": list(limb.evidence), "mark": limb.mark.value}
            for limb in each.limbs
        ],
        "warnings": [dict(each) for each in each.warnings],
        "mark": each.mark.value,
        "law": each.law,
        "sources": list(each.sources),
        "checked_on": each.checked_on,
    }


def people_words(facts: Facts, language: Language) -> str:
    """Return how many persons are concerned, or that nobody knows."""
    least, most = facts.number("persons"), facts.number("persons_max")
    if least is None or most is None:
        return say("incident.people_unknown", language)
    if least == most:
        return f"{least:,}"
    return say("incident.people_between", language, least=f"{least:,}", most=f"{most:,}")


def _row(key: str, text: str, language: Language) -> str:
    return f"    {say(f'incident.row_{key}', language)} {text}".rstrip()
