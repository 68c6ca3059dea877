"""A case as a VERIS 1.4 record, for whoever collects incidents in the form of many others. Pure.

Only names of the enumerations of vz-risk/veris (``verisc.json``, version 1.4.0) stand here, and none of its text. What the
facts do not say is ``Unknown``: nothing is filled in to make a record look whole.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta

from sekisho.clock import to_local
from sekisho.kinds.taxonomy import Kind
from sekisho.loss.facts.fact import Facts
from sekisho.loss.incident.case import Case

SCHEMA_VERSION = "1.4.0"

_UNKNOWN = "Unknown"
_NOT_APPLICABLE = "NA"
_ASSETS = {
    "usb_stick": "M - Flash drive",
    "external_disk": "M - Disk drive",
    "optical_disc": "M - Disk media",
    "notebook": "U - Laptop",
    "paper": "M - Documents",
    "other": "M - Other",
}
_DISCLOSURE = {"A": "No", "B": "Potentially", "C": "Yes", "unknown": "Potentially"}
_PUBLIC_ADMINISTRATION, _UNKNOWN_INDUSTRY = "92", "00"  # NAICS
_NO_COUNTRY = frozenset({"EU"})
_ISO_OF = {"UK": "GB"}
_SPECIAL_CARE = 4
_BY_KIND = {"payment_card": "Payment", "credential": "Credentials", "health": "Medical"}
_UNITS = (("Days", timedelta(days=1)), ("Hours", timedelta(hours=1)), ("Minutes", timedelta(minutes=1)))


def veris(case: Case) -> dict[str, object]:
    """Return the record of a case, as ``verisc.json`` describes it."""
    facts = case.facts
    return {
        "schema_name": "verisc",
        "schema_version": SCHEMA_VERSION,
        "incident_id": f"{case.origin}/{case.incident}",
        "source_id": case.origin,
        "security_incident": "Confirmed" if _is_certain(facts) else "Suspected",
        "summary": _summary(facts),
        "timeline": _timeline(case),
        "victim": _victim(facts),
        "actor": _actor(facts),
        "action": _action(facts),
        "asset": _asset(facts),
        "attribute": {"confidentiality": _confidentiality(case), "availability": {"variety": ["Loss"]}},
        "discovery_method": _discovery(facts),
    }


def _is_certain(facts: Facts) -> bool:
    return facts.flag("copy_lost") is True or bool(facts.text("event"))


def _summary(facts: Facts) -> str:
    what = facts.text("event") or "lost"
    medium = facts.text("medium_kind") or "medium"
    count = facts.number("media_count")
    return f"{what}: {medium.replace('_', ' ')}" + (f" x {count}" if count else "")


def _timeline(case: Case) -> dict[str, object]:
    facts = case.facts
    occurred, noticed = facts.time("occurred_from"), facts.time("noticed_at")
    stopped = facts.time("suspended_at") or facts.time("destroyed_at")
    timeline: dict[str, object] = {"incident": _moment(occurred or noticed or case.at, case.zone)}
    if occurred and noticed:
        timeline["discovery"] = _span(noticed - occurred)
    if noticed and stopped:
        timeline["containment"] = _span(stopped - noticed)
    if facts.text("verdict") == "A":
        timeline["exfiltration"] = {"unit": "Never"}
    return timeline


def _moment(moment: datetime, zone: str) -> dict[str, object]:
    local = datetime.strptime(to_local(moment, zone), "%Y-%m-%d %H:%M")  # noqa: DTZ007 - as the clock on the wall has it
    return {"year": local.year, "month": local.month, "day": local.day, "time": local.strftime("%I:%M:%S %p")}


def _span(span: timedelta) -> dict[str, object]:
    """Return a span in the largest unit that says it in whole numbers; in minutes where none does."""
    if span < timedelta():
        return {"unit": _UNKNOWN}
    for unit, one in _UNITS:
        if span % one == timedelta():
            return {"unit": unit, "value": span // one}
    return {"unit": "Minutes", "value": round(span / timedelta(minutes=1))}


def _victim(facts: Facts) -> dict[str, object]:
    public = facts.text("body") == "public"
    victim: dict[str, object] = {
        "country": [country(facts)],
        "employee_count": _UNKNOWN,
        "industry": _PUBLIC_ADMINISTRATION if public else _UNKNOWN_INDUSTRY,
        "government": [_UNKNOWN if public or not facts.text("body") else _NOT_APPLICABLE],
    }
    if name := facts.text("controller_name"):
        victim["victim_id"] = name
    return victim


def country(facts: Facts) -> str:
    """Return the country of the first law that is looked at, by ISO 3166; ``Unknown`` where none is said."""
    jurisdictions = facts.value("jurisdictions")
    codes = [text.partition("-")[0] for text in jurisdictions] if isinstance(jurisdictions, tuple) else []
    return next((_ISO_OF.get(code, code) for code in codes if code not in _NO_COUNTRY), _UNKNOWN)


def _actor(facts: Facts) -> dict[str, object]:
    if _is_theft(facts):
        return {"external": {"variety": [_UNKNOWN], "motive": [_UNKNOWN]}}
    match facts.text("cause_at"):
        case "processor":
            return {"partner": {"country": [_UNKNOWN], "motive": [_NOT_APPLICABLE]}}
        case "controller":
            return {"internal": {"variety": [_UNKNOWN], "motive": [_NOT_APPLICABLE]}}
        case _:
            return {"unknown": {}}


def _is_theft(facts: Facts) -> bool:
    return facts.text("event") == "stolen"


def _action(facts: Facts) -> dict[str, object]:
    if _is_theft(facts):
        return {"physical": {"variety": ["Theft"], "vector": [_UNKNOWN]}}
    return {"error": {"variety": ["Loss"], "vector": ["Carelessness"]}}


def _asset(facts: Facts) -> dict[str, object]:
    asset: dict[str, object] = {"variety": _ASSETS.get(facts.text("medium_kind"), "M - Unknown")}
    if count := facts.number("media_count"):
        asset["amount"] = count
    return {"assets": [asset], "cloud": [_NOT_APPLICABLE]}


def _confidentiality(case: Case) -> dict[str, object]:
    facts = case.facts
    found: dict[str, object] = {
        "data_disclosure": _DISCLOSURE.get(facts.text("verdict"), "Potentially"),
        "data_victim": ["Other"],
        "state": [_state(facts)],
    }
    most = facts.number("persons_max")
    if most is not None:
        found["data_total"] = most
    if varieties := _varieties(case.by_kind):
        found["data"] = [{"variety": variety, "amount": amount} for variety, amount in varieties.items()]
    return found


def _state(facts: Facts) -> str:
    """Say how it was stored; a password on an ordinary medium is no encryption that anybody could vouch for."""
    sealed = facts.flag("sealed")
    if sealed:
        return "Stored encrypted"
    if facts.text("medium_kind") == "paper":
        return "Printed"
    return _UNKNOWN if sealed is None else "Stored unencrypted"


def _varieties(by_kind: tuple[tuple[Kind, int], ...]) -> Mapping[str, int]:
    """Return varieties of data, each with the most people of one kind in it: more may be concerned, fewer are not."""
    found: dict[str, int] = {}
    for kind, people in by_kind:
        variety = _variety(kind)
        found[variety] = max(people, found.get(variety, 0))
    return found


def _variety(kind: Kind) -> str:
    if kind.dpv.startswith("pd:FinancialAccount") or kind.id == "account_holder":
        return "Bank"
    if kind.id in _BY_KIND:
        return _BY_KIND[kind.id]
    return "Sensitive Personal" if kind.sensitivity >= _SPECIAL_CARE else "Personal"


def _discovery(facts: Facts) -> dict[str, object]:
    match facts.text("cause_at"):
        case "processor":
            return {"partner": {"variety": ["Other"]}}
        case "controller":
            return {"internal": {"variety": ["Reported by employee"]}}
        case _:
            return {"unknown": True}
