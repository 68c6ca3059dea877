"""A case with numbers that nobody mixes up, for the tests of what is written from it."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from sekisho.kinds.taxonomy import kind
from sekisho.loss.facts.fact import Fact, Facts, Value, Visibility
from sekisho.loss.facts.vocabulary import fact_kind
from sekisho.loss.incident.case import Case
from sekisho.loss.law.obligation import Limb, Mark, Obligation, ObligationState

AT = datetime(2022, 6, 22, 7, 0, tzinfo=UTC)

FACTS: dict[str, Value] = {
    "controller_name": "汐見市",
    "body": "public",
    "jurisdictions": ("JP",),
    "event": "lost",
    "copy_lost": True,
    "medium_kind": "usb_stick",
    "media_count": 2,
    "occurred_from": "2022-06-21T13:30:00Z",
    "noticed_at": "2022-06-21T18:00:00Z",
    "known_at": "2022-06-22T06:45:00Z",
    "suspended_at": "2022-06-21T18:01:00Z",
    "cause_at": "processor",
    "holder_chain": ("かもめシステム", "磯風コールセンター"),
    "persons": 4321,
    "persons_max": 4567,
    "sealed": True,
    "verdict": "A",
    "protected_persons": 17,
    "password_length": 13,
    "password_hint": "海の名前と年",
    "title": "=給付金の一覧",
}


def facts_of(values: Mapping[str, Value]) -> Facts:
    return Facts.of(
        Fact(n=n, key=key, value=value, visibility=fact_kind(key).visibility, source="test", at=AT)
        for n, (key, value) in enumerate(values.items(), 1)
    )


def obligation(**changes: Any) -> Obligation:
    values: dict[str, Any] = {
        "rule": "jp-appi-68",
        "version": "0123456789ab",
        "stage": "preliminary",
        "recipient": "ppc",
        "status": "in_force",
        "state": ObligationState.OPEN,
        "start_key": "known_at",
        "start": datetime(2022, 6, 22, 6, 45, tzinfo=UTC),
        "due": datetime(2022, 6, 26, 14, 59, 59, tzinfo=UTC),
        "due_words": {},
        "warn": None,
        "basis": {"ja": "知った日を1日目", "en": "day 1 = day known"},
        "why": ("persons_max 4567 > 100", "protected_persons 17 >= 1"),
        "unknown": (),
        "mark": Mark.READ,
        "sources": ("a source",),
        "checked_on": "2026-11-01",
        "limbs": (
            Limb(exemption="x", limb="remote_deletion", met=True, evidence=("entry 7",), gap="", mark=Mark.READ),
        ),
    }
    return Obligation(**(values | changes))


def invented_case(**changes: Value) -> Case:
    """Return a case; changes are facts, of which None takes one away."""
    values = {key: value for key, value in (FACTS | changes).items() if value is not None}
    return Case(
        incident=3,
        at=AT,
        zone="Asia/Tokyo",
        origin="city.example/ledger",
        facts=facts_of(values),
        obligations=(obligation(), obligation(stage="notice", recipient="persons")),
        by_kind=((kind("name"), 4321), (kind("bank_account"), 765), (kind("welfare_status"), 12)),
        by_field_set=(((kind("name"),), 3556), ((kind("name"), kind("bank_account")), 765)),
    )


SECRETS = ("海の名前と年", "password_length", "password_hint", "13")
"""What no export may hold: values and keys of the secret facts."""

PUBLIC = Visibility.PUBLIC
