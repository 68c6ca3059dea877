"""Assessing an incident's severity: inputs from what was sealed and stated, the result kept, its level a fact.

The ledger says which method gave which level and which inputs somebody set; why they did is behind the entry. An assessment is
never changed: the next one stands beside it.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass

import msgspec

from sekisho.custody import incident_records, records
from sekisho.custody.incident_records import IncidentState
from sekisho.custody.office import Office
from sekisho.custody.register import Role
from sekisho.errors import Misuse, NotFound, Refused, Unreadable
from sekisho.kinds.taxonomy import Kind, taxonomy
from sekisho.ledger.entry import Value
from sekisho.loss.affected.people import people_of
from sekisho.loss.facts.vocabulary import vocabulary
from sekisho.loss.incident.collecting import collect
from sekisho.loss.incident.stating import Stated, facts_of, state_within
from sekisho.loss.severity.assessment import Assessment, Input, Override, Situation, overridden
from sekisho.loss.severity.choice import METHODS, method_named
from sekisho.loss.who import Affected
from sekisho.signing.keys import SigningKey

KIND = "assessment"
_REASONS = "reasons"
_JUDGES = (Role.PRIVACY_OFFICER, Role.KEY_OFFICER, Role.APPROVER)


@dataclass(frozen=True, slots=True)
class Set:
    """What somebody sets instead of what was derived, and why."""

    value: float
    reason: str


_NOTHING: Mapping[str, Set] = {}


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """An assessment that was kept.

    Attributes:
        n: its number among those of the incident.
        index: the place of its entry in the ledger.
        assessment: what was found.
    """

    n: int
    index: int
    assessment: Assessment


def situation_of(office: Office, number: int) -> Situation:
    """Return what an incident is about, after what the office's own records say was stated.

    Kinds and sets of kinds are those of the indexes of people; where there are none, those that were stated.

    Raises:
        NotFound: there is no such incident.
        Unreadable: a record is damaged.
        LedgerBroken: the ledger is not the one that was signed.
    """
    if _state(office, number) is IncidentState.OPEN:
        collect(office, number)
    facts, found = facts_of(office, number), _people(office, number)
    persons = next((n for n in map(facts.number, ("persons_max", "persons")) if n is not None), None)
    by_kind = dict(found.by_kind()) if found else {}
    by_kind = by_kind or _stated_kinds(facts.value("kinds"), persons)
    together = [frozenset(kind.id for kind in kinds) for kinds, _ in found.by_field_set()] if found else []
    return Situation(
        by_kind=by_kind,
        together=together or [frozenset(kind.id for kind in by_kind)],
        persons=persons,
        facts=facts,
        smallest_group=_smallest_group(office, number, by_kind),
    )


def assess(
    office: Office,
    number: int,
    *,
    method: str = METHODS[0],
    set_to: Mapping[str, Set] = _NOTHING,
    key: SigningKey | None = None,
) -> Kept:
    """Assess an incident, and keep the result; who sets an input otherwise signs for it.

    Args:
        office: the office.
        number: of the incident.
        method: its name.
        set_to: inputs that are set otherwise, by name.
        key: of who sets them.

    Raises:
        Misuse: there is no such method or input, the value is none, or a reason or the key is missing.
        Refused: the incident is closed; whoever's key it is may not judge it.
        SekishoError: as :func:`situation_of`.
    """
    if set_to and key is None:
        raise Misuse("loss.set_needs_key")
    by = "" if key is None else key.public.id
    if key is not None:
        register = office.register
        register.require_role(register.owner(key.public), *_JUDGES)
    if _state(office, number) is not IncidentState.OPEN:
        raise Refused("loss.closed", incident=number)
    chosen = method_named(method)
    overrides = {name: Override(value=each.value, reason=each.reason, by=by) for name, each in set_to.items()}
    found = chosen.assess(overridden(chosen.derive(situation_of(office, number)), overrides))
    index, n = _keep(office, number, found, by=by)
    return Kept(n=n, index=index, assessment=found)


def assessments(office: Office, number: int) -> list[Kept]:
    """Return what was assessed of an incident, oldest first, with the reasons that still can be read."""
    rows = incident_records.records_of(office.ledger.connection, number, KIND, Assessment)
    return [Kept(n=n, index=index, assessment=_with_reasons(office, index, each)) for n, index, each in rows]


def assessment_json(kept: Kept, number: int) -> dict[str, object]:
    """Return an assessment for programs; documented in ``docs/reference/severity.md``."""
    found = kept.assessment
    return {
        "type": "assessment",
        "incident": number,
        "n": kept.n,
        "index": kept.index,
        "method": found.method,
        "score": found.score,
        "unit": found.unit,
        "level": found.level,
        "flags": list(found.flags),
        "why": [each.removeprefix("severity.why_") for each in found.why],
        "mark": found.mark,
        "also": dict(found.also),
        "inputs": [_input_json(each) for each in found.inputs],
    }


def _input_json(each: Input) -> dict[str, object]:
    said = {
        "name": each.name,
        "value": each.value,
        "derived": each.derived,
        "rule": each.rule.removeprefix("severity.").removeprefix("rule_"),
        "because": list(each.because),
        "mark": each.mark,
    }
    return said | ({"set": msgspec.to_builtins(each.override)} if each.override else {})


def _keep(office: Office, number: int, found: Assessment, *, by: str) -> tuple[int, int]:
    """Record an assessment and its level in one transaction; return the place of its entry and its number."""
    reasons = {each.name: each.override.reason for each in found.inputs if each.override}
    fields = dict[str, Value](incident=number, method=found.method, level=found.level)
    fields |= {"score": f"{found.score:g}"} if found.score is not None else {}
    fields |= {"set": sorted(reasons), "by": [by]} if reasons else {}
    details = {_REASONS: json.dumps(reasons, ensure_ascii=False)} if reasons else {}
    with office.ledger.transaction() as tx:
        index = tx.append("severity.assessed", fields=fields, details=details)
        n = incident_records.add_record(tx.connection, number, KIND, index, _without_reasons(found))
        if found.level in vocabulary()["severity_level"].words:
            state_within(office.ledger, tx, number, [Stated("severity_level", found.level)], source="computed")
    return index, n


def _without_reasons(found: Assessment) -> Assessment:
    """Return an assessment as the database has it: what somebody wrote stands behind the entry alone."""
    return _with(found, {})


def _with_reasons(office: Office, index: int, found: Assessment) -> Assessment:
    text = next((each.value for each in office.ledger.disclosed(index) if each.field == _REASONS), "{}")
    try:
        return _with(found, msgspec.json.decode(text, type=dict[str, str]))
    except msgspec.DecodeError:
        raise Unreadable("ledger.detail_damaged") from None


def _with(found: Assessment, reasons: Mapping[str, str]) -> Assessment:
    def told(each: Input) -> Input:
        if each.override is None:
            return each
        reason = reasons.get(each.name, "")
        return msgspec.structs.replace(each, override=msgspec.structs.replace(each.override, reason=reason))

    return msgspec.structs.replace(found, inputs=tuple(map(told, found.inputs)))


def _state(office: Office, number: int) -> IncidentState:
    return incident_records.get_incident(office.ledger.connection, number).state


def _people(office: Office, number: int) -> Affected | None:
    """Return the people of an incident; None where what is kept of them cannot be read, so that what was stated counts."""
    try:
        return people_of(office, number).found
    except (NotFound, Refused, Unreadable):
        return None


def _stated_kinds(value: object, persons: int | None) -> dict[Kind, int]:
    table = taxonomy()
    named = value if isinstance(value, tuple) else ()
    return {table[name]: persons or 0 for name in named if name in table}


def _smallest_group(office: Office, number: int, by_kind: Mapping[Kind, int]) -> int | None:
    """Return the smallest group that cut measured, where it measured all that was lost, and none of it names a person."""
    if any("direct" in kind.flags or "identification_code" in kind.flags for kind in by_kind):
        return None
    connection, groups = office.ledger.connection, list[int]()
    for slip in incident_records.slips_of(connection, number):
        try:
            cuts = records.get_request(connection, records.get_copy(connection, slip).request).statement.cuts
            risks = [records.get_cut(connection, cut).risk for cut in cuts]
        except (NotFound, Unreadable):
            return None
        for risk in risks:
            if risk is None:
                return None
            groups.append((risk.after or risk.before).k)
    return min(groups, default=None)
