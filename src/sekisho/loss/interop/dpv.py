"""A case as JSON-LD in the terms of the W3C Data Privacy Vocabulary 2.3, with its modules ``risk``, ``pd`` and ``eu-gdpr``. Pure.

The context stands in the document and nothing is loaded from a network. Where the vocabulary has no term (a number of people,
a date by which something is due) Dublin Core and ``rdf:value`` say it. An obligation of any law is a notice from the controller
to a recipient, by a time, because of what: the table that issue 282 of w3c-cg/dpv asks for. A kind bears its own DPV term.
"""

from urllib.parse import quote

from sekisho.clock import to_text
from sekisho.domain import DOMAIN
from sekisho.kinds.taxonomy import Kind
from sekisho.loss.facts.fact import Facts
from sekisho.loss.incident.case import Case
from sekisho.loss.law.obligation import Obligation, ObligationState

CONTEXT = {
    "dpv": "https://w3id.org/dpv#",
    "eu-gdpr": "https://w3id.org/dpv/legal/eu/gdpr#",
    "pd": "https://w3id.org/dpv/pd#",
    "risk": "https://w3id.org/dpv/risk#",
    "dcterms": "http://purl.org/dc/terms/",
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}

_NOT_NEEDED = frozenset({ObligationState.VOID, ObligationState.EXEMPT_DECIDED})
_DONE = frozenset({ObligationState.DONE, ObligationState.DONE_LATE})
_NOTICES = {
    "controller": "eu-gdpr:ControllerBreachNotice",
    "person": "eu-gdpr:DataSubjectBreachNotice",
    "authority": "eu-gdpr:DPABreachNotice",
}
_NEEDED = {
    "controller": "eu-gdpr:ControllerBreachNotificationNeeded",
    "person": "eu-gdpr:DataSubjectBreachNotificationNeeded",
    "authority": "eu-gdpr:DPABreachNotificationNeeded",
}
_PERSONS = ("person", "subject", "individual", "resident", "consumer")

Node = dict[str, object]


def dpv(case: Case, *, closed: bool = False) -> Node:
    """Return the document of a case.

    Args:
        case: the case.
        closed: whether the incident is.
    """
    facts = case.facts
    node: Node = {
        "@context": CONTEXT,
        "@id": _name(case),
        "@type": _types(facts),
        "dcterms:identifier": f"{case.origin}/{case.incident}",
        "dcterms:modified": _time(to_text(case.at)),
        "dpv:hasStatus": {"@id": "risk:IncidentConcluded" if closed else "risk:IncidentOngoing"},
    }
    node |= _texts(facts)
    node |= _times(facts)
    node |= _entities(facts)
    node["dpv:hasDataSubject"] = _subjects(facts)
    node["dpv:hasPersonalData"] = [_datum(kind, people) for kind, people in case.by_kind]
    node["dpv:hasNotice"] = [
        _notice(case, obligation) for obligation in case.obligations if obligation.state is not ObligationState.LISTED
    ]
    if facts.flag("sealed"):
        node["dpv:hasTechnicalMeasure"] = {"@type": "dpv:EncryptionAtRest"}
    return node


def _name(case: Case, part: str = "") -> str:
    return f"tag:{DOMAIN},2026:{quote(case.origin)}/incident/{case.incident}{part}"


def _types(facts: Facts) -> list[str]:
    stolen = facts.text("event") == "stolen"
    types = ["eu-gdpr:DataBreach", "eu-gdpr:AvailabilityBreach"]
    if facts.text("verdict") != "A":
        types.append("eu-gdpr:ConfidentialityBreach")
    return [*types, "risk:DeliberateIncident" if stolen else "risk:AccidentalIncident"]


def _texts(facts: Facts) -> Node:
    texts = {"dcterms:title": facts.text("title"), "dcterms:description": facts.text("circumstances")}
    return {term: text for term, text in texts.items() if text}


def _times(facts: Facts) -> Node:
    """Return when it happened, from and to, and when who learned of it."""
    span = {"dcterms:start": facts.text("occurred_from"), "dcterms:end": facts.text("noticed_at")}
    period: Node = {term: _time(text) for term, text in span.items() if text}
    times: Node = {"dcterms:temporal": {"@type": "dcterms:PeriodOfTime", **period}} if period else {}
    if known := facts.text("known_at"):
        times["dcterms:available"] = _time(known)
    return times


def _entities(facts: Facts) -> Node:
    controller: Node = {"@type": "dpv:DataController"}
    if name := facts.text("controller_name"):
        controller["dpv:hasName"] = name
    contacts = [text for key in ("contact_unit", "contact_phone", "contact_email") if (text := facts.text(key))]
    if contacts:
        controller["dpv:hasContact"] = contacts
    chain = facts.value("holder_chain")
    processors = [{"@type": "dpv:DataProcessor", "dpv:hasName": name} for name in chain] if chain else []  # type: ignore[union-attr]  # texts
    return {"dpv:hasDataController": controller} | ({"dpv:hasDataProcessor": processors} if processors else {})


def _subjects(facts: Facts) -> Node:
    """Return the persons with the bounds of their number: Dublin Core's extent has no number, ``rdf:value`` has."""
    bounds = [
        {"dcterms:description": label, "rdf:value": count}
        for label, key in (("at least", "persons"), ("at most", "persons_max"))
        if (count := facts.number(key)) is not None
    ]
    subjects: Node = {"@type": "dpv:DataSubject"}
    if bounds:
        subjects["dpv:hasDataSubjectScale"] = [{"@type": "dpv:DataSubjectScale", **bound} for bound in bounds]
    return subjects


def _datum(kind: Kind, people: int) -> Node:
    return {
        "@type": kind.dpv,
        "dcterms:identifier": kind.id,
        "dcterms:title": [{"@value": kind.ja, "@language": "ja"}, {"@value": kind.en, "@language": "en"}],
        "dpv:hasDataSubjectScale": {"@type": "dpv:DataSubjectScale", "rdf:value": people},
    }


def _notice(case: Case, obligation: Obligation) -> Node:
    """Return an obligation as a notice: from whom, to whom, by when, because of what, and how it stands."""
    recipient = recipient_of(obligation.recipient)
    notice: Node = {
        "@id": _name(case, f"/notice/{quote(obligation.rule)}/{quote(obligation.stage)}"),
        "@type": _NOTICES[recipient],
        "dcterms:conformsTo": obligation.rule,
        "dcterms:hasVersion": obligation.version,
        "dcterms:audience": obligation.recipient,
        "dcterms:source": list(obligation.sources),
        "dcterms:description": list(obligation.why),
        "dpv:hasStatus": {"@id": _status(obligation, recipient)},
        "dcterms:type": obligation.state.value,
    }
    if obligation.start:
        notice["dcterms:available"] = _time(to_text(obligation.start))
    if obligation.due:
        notice["dcterms:valid"] = _time(to_text(obligation.due))
    return notice


def recipient_of(recipient: str) -> str:
    """Return to whom a notice goes in the vocabulary's three: ``controller``, ``person`` or ``authority``."""
    if "controller" in recipient:
        return "controller"
    return "person" if any(word in recipient for word in _PERSONS) else "authority"


def _status(obligation: Obligation, recipient: str) -> str:
    if obligation.state in _NOT_NEEDED:
        return "eu-gdpr:BreachNotificationNotNeeded"
    return "dpv:NoticeCommunicated" if obligation.state in _DONE else _NEEDED[recipient]


def _time(text: str) -> Node:
    return {"@type": "xsd:dateTime", "@value": text}
