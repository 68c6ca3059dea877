"""Every line of the published and computed deadlines, thresholds and states of exemption."""

from datetime import UTC, date, datetime
from typing import Any

import pytest
import yaml
from law_facts import NOTHING_ELSE, facts, found, place

from conftest import VECTORS
from sekisho.clock import from_local, to_local, to_text
from sekisho.loss.facts.fact import Value
from sekisho.loss.law.obligation import Obligation, ObligationState

_LINES: dict[str, list[dict[str, Any]]] = yaml.safe_load((VECTORS / "loss" / "deadlines.yaml").read_text("utf-8"))
_JAPAN = "Asia/Tokyo"
_STARTS = {
    "discovered": "known_at",
    "notified": "persons_notified_at",
    "determined": "determined_at",
    "assessed": "determined_at",
}
_ROLES = ("controller", "processor", "covered_entity")


def _lines(name: str) -> list[Any]:
    return [pytest.param(line, id=f"{name}-{number}") for number, line in enumerate(_LINES[name], 1)]


def _known(line: dict[str, Any]) -> str:
    """Return the moment at which it was known: noon in Japan, where a line gives the day alone."""
    if text := line.get("known_utc"):
        return str(text)
    known = line["known"]
    return to_text(from_local(f"{known}T12:00" if isinstance(known, date) else known, _JAPAN))


def _day(obligation: Obligation, zone: str = _JAPAN) -> str:
    assert obligation.due is not None
    return to_local(obligation.due, zone)[:10]


@pytest.mark.parametrize("line", _lines("jp_final"))
def test_a_final_report_ends_on_day_30_or_60_and_moves_only_off_a_closed_last_day(line: dict[str, Any]) -> None:
    stated = facts(known_at=_known(line), persons=5000, malicious=line["malicious"])
    for body, rule in (("private", "jp-appi-26-final"), ("public", "jp-appi-68")):
        obligation = found(stated, place("JP", body=body))[rule, "final"]
        assert _day(obligation) == str(line["due"])
        raw = str(line["raw"])
        assert raw in obligation.basis["en"]


@pytest.mark.parametrize("line", _lines("jp_preliminary"))
def test_a_preliminary_report_takes_the_earlier_reading_of_about_five_days_r(line: dict[str, Any]) -> None:
    """R: the guideline does not fix the count."""
    stated = facts(known_at=_known(line), persons=5000, malicious=False)
    for body, rule in (("private", "jp-appi-26-prelim"), ("public", "jp-appi-68")):
        as_of = datetime.combine(line.get("as_of", date(2022, 6, 22)), datetime.min.time(), UTC)
        obligation = found(stated, place("JP", body=body), as_of=as_of)[rule, "preliminary"]
        assert obligation.mark == "R"
        assert "earliest reading" in obligation.warnings[0]["en"]
        if "warn" in line:
            assert obligation.warn is not None
            assert to_local(obligation.warn, _JAPAN) == f"{line['warn']} 00:00"
        if "last_ship" in line:
            assert _day(obligation) == str(line["last_ship"])
        if "last_if_120_hours" in line:
            assert to_local(from_local(line["last_if_120_hours"], _JAPAN), _JAPAN) in obligation.basis["en"]
        if "state" in line:
            assert obligation.state == line["state"]


@pytest.mark.parametrize("line", _lines("hours"))
def test_hours_are_elapsed_time_whatever_the_clock_on_the_wall_does(line: dict[str, Any]) -> None:
    zone = line.get("zone", _JAPAN)
    stated = facts(known_at=to_text(from_local(line["start"], zone)), risk="high", persons=10, sensitive_persons=1)
    stage = "authority"
    obligation = found(stated, place("EU", "KR", zone=zone))[line["rule"], stage]
    assert obligation.due == from_local(line["due"], zone)


@pytest.mark.parametrize("line", _lines("business_days"))
def test_working_days_of_brazil_leave_out_its_holidays_r(line: dict[str, Any]) -> None:
    """R: that the first day is not counted."""
    rule, _, stage = line["rule"].partition(" ")
    stated = facts(known_at=f"{line['start']}T15:00:00Z", br_relevant_risk=True, small_agent=False)
    zone = "America/Sao_Paulo"
    assert _day(found(stated, place("BR", zone=zone))[rule, stage or "anpd"], zone) == str(line["due"])


@pytest.mark.parametrize("line", _lines("calendar_days"))
def test_calendar_days_count_from_the_day_after_and_do_not_move_r(line: dict[str, Any]) -> None:
    """R: the count in the statutes of the United States."""
    rule, _, stage = line["rule"].partition(" ")
    zone = "Asia/Singapore" if rule.startswith("sg") else "America/Chicago"
    days = {_STARTS[name]: day for name, day in line.items() if name in _STARTS}
    days |= {"known_at": f"{line['year']}-07-04"} if "year" in line else {}
    stated = dict[str, Value]({key: to_text(from_local(f"{day}T12:00", zone)) for key, day in days.items()})
    stated |= {"persons": 499 if stage == "hhs_small" else 5000, "persons_in_state": 5000, "unsecured_phi": True}
    where = place("US", "US-CA", "US-TX", "SG", roles=_ROLES, zone=zone)
    obligation = found(facts(**stated, low_probability_of_compromise=False), where)[rule, stage]
    assert _day(obligation, zone) == str(line["due"])


@pytest.mark.parametrize("line", _lines("thresholds"))
def test_a_threshold_holds_on_its_one_side_and_not_on_the_other(line: dict[str, Any]) -> None:
    rule, _, stage = line["rule"].partition(" ")
    given = {key: value for key, value in line.items() if key not in ("rule", "triggers")}
    stated = {key: None if value == "unknown" else value for key, value in given.items()}
    base = NOTHING_ELSE | {"known_at": "2022-06-22T06:45:00Z", "determined_at": "2022-06-22T06:45:00Z"}
    base |= {"persons_notified_at": "2022-06-23T06:45:00Z", "unsecured_phi": True}
    body = "private" if "26" in rule and rule.startswith("jp") else "public"
    where = place("JP", "US", "US-TX", "US-CA", "SG", body=body, roles=_ROLES)
    obligations = found(facts(**base | stated), where)
    held = [each for (name, part), each in obligations.items() if name == rule and stage in ("", part)]
    if line["triggers"] == "needs_review":
        assert {each.state for each in held} == {ObligationState.NEEDS_REVIEW}
        assert all("persons" in each.unknown for each in held)
    else:
        assert bool(held) == line["triggers"]
        assert not any(each.state is ObligationState.NEEDS_REVIEW for each in held)


@pytest.mark.parametrize("line", _lines("exemption_states"))
def test_an_exemption_is_likely_only_with_evidence_and_a_key_that_is_known_to_be_safe(line: dict[str, Any]) -> None:
    said = line["facts"]
    compromised = said["key_compromised"]
    evidence = said.get("evidence", "complete") == "complete"
    stated: dict[str, Value] = {
        "known_at": "2026-09-01T03:00:00Z",
        "persons": line["persons"],
        "malicious": line.get("malicious", False),
        "sealed": True,
        "highly_encrypted": said["highly_encrypted"],
        "key_compromised": None if compromised == "unknown" else compromised,
        "verdict": "A",
        "share_state": "destroyed",
        "suite": "age X25519",
        "suite_membership": "listed" if evidence else None,
        "implementation_record": True if evidence else None,
        "key_separated": True,
        "key_unexercisable": True,
        "ledger_root": "00",
    }
    obligation = found(facts(**stated), place("JP", body="private"), as_of=datetime(2026, 9, 1, 4, tzinfo=UTC))[
        "jp-appi-26-prelim", "preliminary"
    ]
    assert obligation.state == line["state"]
    assert ("key_compromised" in obligation.unknown) == (line.get("needs_review") == "key")
