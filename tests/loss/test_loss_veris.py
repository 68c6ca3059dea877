"""A case as a VERIS record: names of its enumerations only, the upper bound of people, and nothing that is not known."""

import json

import pytest
from invented_case import invented_case

from sekisho.loss.facts.fact import Value, Visibility
from sekisho.loss.interop.audience import heard_by
from sekisho.loss.interop.veris import SCHEMA_VERSION, veris


def confidentiality(**facts: Value) -> dict[str, object]:
    attribute = veris(invented_case(**facts))["attribute"]
    assert isinstance(attribute, dict)
    found = attribute["confidentiality"]
    assert isinstance(found, dict)
    return found


def test_a_lost_sealed_stick_is_an_error_of_loss_stored_encrypted() -> None:
    record = veris(invented_case())
    assert record["action"] == {"error": {"variety": ["Loss"], "vector": ["Carelessness"]}}
    assert record["asset"] == {"assets": [{"variety": "M - Flash drive", "amount": 2}], "cloud": ["NA"]}
    assert record["actor"] == {"partner": {"country": ["Unknown"], "motive": ["NA"]}}
    assert record["schema_version"] == SCHEMA_VERSION
    assert confidentiality() == {
        "data_disclosure": "No",
        "data_victim": ["Other"],
        "state": ["Stored encrypted"],
        "data_total": 4567,
        "data": [
            {"variety": "Personal", "amount": 4321},
            {"variety": "Bank", "amount": 765},
            {"variety": "Sensitive Personal", "amount": 12},
        ],
    }


@pytest.mark.parametrize(("verdict", "disclosed"), [("A", "No"), ("B", "Potentially"), ("C", "Yes")])
def test_disclosure_follows_the_verdict(verdict: str, disclosed: str) -> None:
    assert confidentiality(verdict=verdict)["data_disclosure"] == disclosed


def test_an_ordinary_stick_may_have_been_read_and_a_password_is_no_encryption() -> None:
    found = confidentiality(sealed=False, verdict="unknown", password_protected=True)
    assert (found["data_disclosure"], found["state"]) == ("Potentially", ["Stored unencrypted"])


def test_the_timeline_has_the_clock_on_the_wall_and_spans_in_whole_units() -> None:
    assert veris(invented_case())["timeline"] == {
        "incident": {"year": 2022, "month": 6, "day": 21, "time": "10:30:00 PM"},
        "discovery": {"unit": "Minutes", "value": 270},
        "containment": {"unit": "Minutes", "value": 1},
        "exfiltration": {"unit": "Never"},
    }


def test_what_the_public_may_not_hear_is_unknown_in_it() -> None:
    record = veris(heard_by(invented_case(), Visibility.PUBLIC))
    assert record["actor"] == {"unknown": {}}
    assert "磯風" not in json.dumps(record, ensure_ascii=False)


def test_a_theft_is_no_error() -> None:
    record = veris(invented_case(event="stolen"))
    assert record["action"] == {"physical": {"variety": ["Theft"], "vector": ["Unknown"]}}
    assert record["actor"] == {"external": {"variety": ["Unknown"], "motive": ["Unknown"]}}


def test_a_case_of_which_nothing_is_known_is_a_record_still() -> None:
    nothing = dict.fromkeys(("event", "copy_lost", "medium_kind", "occurred_from", "noticed_at", "persons_max"))
    record = veris(invented_case(**nothing, sealed=None, verdict=None, jurisdictions=None))
    assert record["security_incident"] == "Suspected"
    assert record["asset"] == {"assets": [{"variety": "M - Unknown", "amount": 2}], "cloud": ["NA"]}
