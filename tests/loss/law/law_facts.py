"""Facts as an incident would state them, and places from where the law is looked at."""

from datetime import UTC, date, datetime

from sekisho.loss.facts.fact import Fact, Facts, Value
from sekisho.loss.facts.vocabulary import fact_kind
from sekisho.loss.law.decision import Decision
from sekisho.loss.law.evaluate import Place, evaluate
from sekisho.loss.law.obligation import Obligation
from sekisho.loss.law.pack import Pack, shipped_pack

LAW_OF = date(2026, 11, 24)
"""The day whose law the cases of other years are held against."""

ALL = ("JP", "EU", "UK", "US-CA", "US-NY", "US-TX", "CA", "AU", "SG", "KR", "IN", "BR", "TW")
STATED = datetime(2022, 6, 22, 7, 0, tzinfo=UTC)

NOTHING_ELSE: dict[str, Value] = {
    "sensitive_persons": 0,
    "financial_harm_persons": 0,
    "ordinance_sensitive_persons": 0,
    "unique_id_persons": 0,
    "malicious": False,
    "contains_my_number": False,
    "from_number_use_system": False,
    "viewable_by_unspecified_many": False,
    "significant_harm": False,
    "external_intrusion": False,
    "low_probability_of_compromise": False,
}
"""What makes every other limb of a trigger surely false."""


def facts(at: datetime = STATED, /, **values: Value) -> Facts:
    """State facts, all at one moment."""
    return then(Facts(), at, **values)


def then(before: Facts, at: datetime = STATED, /, **values: Value) -> Facts:
    """State more facts after others."""
    stated = list(before.stated)
    for key, value in values.items():
        kind = fact_kind(key)
        known = before.get(key)
        stated.append(
            Fact(
                n=len(stated) + 1,
                key=key,
                value=kind.checked(value),
                visibility=kind.visibility,
                source="ledger",
                at=at,
                supersedes=known.n if known else 0,
            )
        )
    return Facts.of(stated)


def place(
    *jurisdictions: str, body: str = "public", roles: tuple[str, ...] = ("controller",), zone: str = "Asia/Tokyo"
) -> Place:
    """Look at the law of 2026 from somewhere."""
    return Place(zone=zone, body=body, roles=roles, jurisdictions=jurisdictions or ALL, law_of=LAW_OF)


def found(
    stated: Facts,
    where: Place,
    *,
    as_of: datetime = STATED,
    pack: Pack | None = None,
    decisions: tuple[Decision, ...] = (),
    before: tuple[Obligation, ...] = (),
) -> dict[tuple[str, str], Obligation]:
    """Return what the law asks for: rule and stage → obligation."""
    held = evaluate(stated, pack or shipped_pack(), as_of=as_of, place=where, decisions=decisions, before=before)
    return {(each.rule, each.stage): each for each in held}
