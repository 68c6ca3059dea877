"""A case in terms of the Data Privacy Vocabulary: who, whom, what kinds, and each duty from whom to whom, by when, why."""

import json
import re
from dataclasses import replace
from typing import Any

import pytest
from invented_case import invented_case, obligation

from sekisho.kinds.taxonomy import taxonomy
from sekisho.loss.interop.dpv import CONTEXT, dpv, recipient_of
from sekisho.loss.law.obligation import ObligationState


def notices(node: dict[str, object]) -> list[dict[str, Any]]:
    found = node["dpv:hasNotice"]
    assert isinstance(found, list)
    return found


def test_every_term_has_its_prefix_in_the_context_that_the_document_brings() -> None:
    node = dpv(invented_case())
    assert node["@context"] == CONTEXT
    used = set(re.findall(r'"(?:@type": "|)([a-z-]+):[A-Za-z]+"', json.dumps({**node, "@context": 0})))
    assert used <= CONTEXT.keys()
    assert {"dpv", "eu-gdpr", "pd", "risk", "dcterms", "rdf", "xsd"} <= used


def test_each_kind_bears_its_own_term_and_number_of_people() -> None:
    data = dpv(invented_case())["dpv:hasPersonalData"]
    assert isinstance(data, list)
    assert [(each["@type"], each["dpv:hasDataSubjectScale"]["rdf:value"]) for each in data] == [
        ("pd:Name", 4321),
        ("pd:FinancialAccountNumber", 765),
        ("pd:SocialStatus", 12),
    ]
    assert all(kind.dpv.partition(":")[0] in CONTEXT for kind in taxonomy().values())


def test_the_number_of_people_is_two_bounds() -> None:
    subject = dpv(invented_case())["dpv:hasDataSubject"]
    assert isinstance(subject, dict)
    assert [each["rdf:value"] for each in subject["dpv:hasDataSubjectScale"]] == [4321, 4567]


def test_a_duty_is_a_notice_with_its_clock_and_reason() -> None:
    preliminary, persons = notices(dpv(invented_case()))
    assert preliminary["@type"] == "eu-gdpr:DPABreachNotice"
    assert preliminary["dcterms:valid"] == {"@type": "xsd:dateTime", "@value": "2022-06-26T14:59:59Z"}
    assert preliminary["dcterms:description"] == ["persons_max 4567 > 100", "protected_persons 17 >= 1"]
    assert persons["@type"] == "eu-gdpr:DataSubjectBreachNotice"
    assert preliminary["@id"] != persons["@id"]


@pytest.mark.parametrize(
    ("state", "status"),
    [
        (ObligationState.OPEN, "eu-gdpr:DPABreachNotificationNeeded"),
        (ObligationState.LIKELY_EXEMPT, "eu-gdpr:DPABreachNotificationNeeded"),
        (ObligationState.EXEMPT_DECIDED, "eu-gdpr:BreachNotificationNotNeeded"),
        (ObligationState.DONE_LATE, "dpv:NoticeCommunicated"),
    ],
)
def test_a_notice_is_not_needed_only_when_somebody_decided_so(state: ObligationState, status: str) -> None:
    (notice,) = notices(dpv(replace(invented_case(), obligations=(obligation(state=state),))))
    assert notice["dpv:hasStatus"] == {"@id": status}


def test_a_record_that_is_not_in_force_makes_no_notice() -> None:
    case = replace(invented_case(), obligations=(obligation(state=ObligationState.LISTED),))
    assert notices(dpv(case)) == []


@pytest.mark.parametrize(
    ("recipient", "whose"),
    [("ppc", "authority"), ("persons", "person"), ("data_subjects", "person"), ("controller", "controller")],
)
def test_recipients_of_every_law_fall_into_the_three_of_the_vocabulary(recipient: str, whose: str) -> None:
    assert recipient_of(recipient) == whose


def test_what_was_never_released_is_no_breach_of_confidentiality() -> None:
    types = dpv(invented_case())["@type"]
    assert isinstance(types, list)
    assert "eu-gdpr:ConfidentialityBreach" not in types
    assert "eu-gdpr:ConfidentialityBreach" in str(dpv(invented_case(verdict="unknown"))["@type"])


def test_an_incident_that_is_closed_is_concluded() -> None:
    assert dpv(invented_case(), closed=True)["dpv:hasStatus"] == {"@id": "risk:IncidentConcluded"}
