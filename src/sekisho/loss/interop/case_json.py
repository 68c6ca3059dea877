"""A case as one JSON document, for programs: facts with what each supersedes, obligations, people by kind. Pure."""

import json

from sekisho.clock import to_text
from sekisho.loss.facts.fact import Fact
from sekisho.loss.incident.case import Case
from sekisho.loss.law.obligation import Limb, Obligation

SCHEMA = "sekisho.case/1"

Node = dict[str, object]


def case_json(case: Case) -> Node:
    """Return the document of a case; described in ``docs/reference/incident-exports.md``."""
    return {
        "schema": SCHEMA,
        "origin": case.origin,
        "incident": case.incident,
        "at": to_text(case.at),
        "zone": case.zone,
        "facts": [fact_json(fact) for fact in case.facts.stated],
        "obligations": [obligation_json(obligation) for obligation in case.obligations],
        "by_kind": {kind.id: people for kind, people in case.by_kind},
        "by_field_set": [
            {"kinds": [kind.id for kind in kinds], "people": people} for kinds, people in case.by_field_set
        ],
    }


def dumps(document: Node) -> bytes:
    """Return a document as a file that people can read too."""
    return json.dumps(document, ensure_ascii=False, indent=2).encode() + b"\n"


def fact_json(fact: Fact) -> Node:
    """Return a fact."""
    return {
        "n": fact.n,
        "key": fact.key,
        "value": list(fact.value) if isinstance(fact.value, tuple) else fact.value,
        "visibility": fact.visibility.name.lower(),
        "source": fact.source,
        "at": to_text(fact.at),
        "supersedes": fact.supersedes or None,
    }


def obligation_json(obligation: Obligation) -> Node:
    """Return an obligation."""
    return {
        "rule": obligation.rule,
        "version": obligation.version,
        "stage": obligation.stage,
        "recipient": obligation.recipient,
        "status": obligation.status,
        "state": obligation.state.value,
        "start": {"fact": obligation.start_key, "at": to_text(obligation.start) if obligation.start else None},
        "due": to_text(obligation.due) if obligation.due else None,
        "due_words": dict(obligation.due_words),
        "warn": to_text(obligation.warn) if obligation.warn else None,
        "basis": dict(obligation.basis),
        "why": list(obligation.why),
        "unknown": list(obligation.unknown),
        "mark": obligation.mark.value,
        "sources": list(obligation.sources),
        "checked_on": obligation.checked_on,
        "limbs": [_limb_json(limb) for limb in obligation.limbs],
        "contents": list(obligation.contents),
        "notes": list(obligation.notes),
    }


def _limb_json(limb: Limb) -> Node:
    return {
        "exemption": limb.exemption,
        "limb": limb.limb,
        "met": limb.met,
        "evidence": list(limb.evidence),
        "gap": limb.gap or None,
        "mark": limb.mark.value,
    }
