"""Amagasaki under each of the records: every duty, its state and its date, in a table that was reviewed line by line.

The table lies in ``tests/vectors/loss/amagasaki-obligations.csv``. Who changes a record looks at each line that changes with
it: ``python tests/loss/law/test_loss_law_golden.py`` prints the table as the engine has it now (with ``texts``: what is said of each), and writes nothing.
"""

import csv
import sys
from collections.abc import Iterator, Mapping
from datetime import datetime

import pytest
from law_facts import ALL, LAW_OF, NOTHING_ELSE, STATED, facts

from conftest import VECTORS
from sekisho.catalogue.words import LANGUAGES
from sekisho.clock import to_local
from sekisho.loss.facts.fact import Value
from sekisho.loss.law.evaluate import Place, evaluate
from sekisho.loss.law.named import named
from sekisho.loss.law.pack import shipped_pack

TABLE = VECTORS / "loss" / "amagasaki-obligations.csv"
TEXTS = VECTORS / "loss" / "amagasaki-texts.csv"
SAID = ("body", "rule", "stage", "language", "duty", "limit", "basis", "warnings")
COLUMNS = ("body", "variant", "rule", "stage", "state", "due", "mark", "unknown")
ROLES = ("controller", "processor", "covered_entity")
ZONE = "Asia/Tokyo"
KNOWN = "2022-06-22T06:45:00Z"
PEOPLE = 460_517

PLAIN: Mapping[str, Value] = {
    **NOTHING_ELSE, "event": "lost", "copy_lost": True, "noticed_at": "2022-06-21T18:00:00Z", "known_at": KNOWN,
    "determined_at": KNOWN, "persons": PEOPLE, "persons_max": PEOPLE, "persons_in_state": PEOPLE, "system_records": PEOPLE,
    "risk": "high", "unsecured_phi": True, "significant_harm": True, "br_relevant_risk": True,
    "real_risk_of_significant_harm": True, "serious_harm_likely": True, "sealed": False, "verdict": "unknown",
    "share_state": "none",
}  # fmt: skip
"""The case as if every country's test of harm had been answered with yes, so that every record shows its clocks."""

VARIANTS: Mapping[str, Mapping[str, Value]] = {
    "plain": PLAIN,
    "sealed": {
        **PLAIN, "sealed": True, "verdict": "A", "share_state": "destroyed", "suite": "age: rel1, X25519",
        "suite_membership": "unverified", "suite_nist": "not_approved", "highly_encrypted": True,
        "implementation_record": True, "key_separated": True, "key_unexercisable": True, "key_compromised": False,
        "encryption_evidence": "complete", "ledger_root": "00",
    },
    "stolen": {**PLAIN, "event": "stolen", "malicious": True, "contains_my_number": True},
}  # fmt: skip


def rows() -> Iterator[tuple[str, ...]]:
    """Yield the table as the engine has it now."""
    for body in ("public", "private"):
        place = Place(zone=ZONE, body=body, roles=ROLES, jurisdictions=(*ALL, "US"), law_of=LAW_OF)
        for variant, said in VARIANTS.items():
            for each in evaluate(facts(STATED, **said), shipped_pack(), as_of=STATED, place=place):
                if body == "public" or each.rule.startswith("jp-"):  # elsewhere the kind of body decides nothing
                    due = _local(each.due)
                    unknown = " ".join(each.unknown)
                    yield body, variant, each.rule, each.stage, each.state.value, due, each.mark.value, unknown


def texts() -> Iterator[tuple[str, ...]]:
    """Yield what is said of each duty on an ordinary stick, in both languages."""
    for body in ("public", "private"):
        place = Place(zone=ZONE, body=body, roles=ROLES, jurisdictions=(*ALL, "US"), law_of=LAW_OF)
        for each in evaluate(facts(STATED, **PLAIN), shipped_pack(), as_of=STATED, place=place):
            if body == "public" or each.rule.startswith("jp-"):
                for language in LANGUAGES:
                    said = (named(each, language), each.due_words.get(language, ""), each.basis.get(language, ""))
                    warned = " / ".join(warning[language] for warning in each.warnings)
                    yield body, each.rule, each.stage, language, *said, warned


def _local(moment: datetime | None) -> str:
    return to_local(moment, ZONE) if moment else ""


def expected() -> list[tuple[str, ...]]:
    """Return the table that was reviewed."""
    with TABLE.open(encoding="utf-8", newline="") as file:
        return [tuple(row[name] for name in COLUMNS) for row in csv.DictReader(file)]


@pytest.mark.parametrize("variant", VARIANTS)
def test_every_duty_and_date_is_the_reviewed_one(variant: str) -> None:
    assert [row for row in rows() if row[1] == variant] == [row for row in expected() if row[1] == variant]


def test_every_text_is_the_reviewed_one() -> None:
    with TEXTS.open(encoding="utf-8", newline="") as file:
        reviewed = [tuple(row[name] for name in SAID) for row in csv.DictReader(file)]
    assert list(texts()) == reviewed
    assert all(row[4] for row in reviewed)


def test_each_of_the_records_is_in_the_table() -> None:
    assert {row[2] for row in expected()} == {record.id for record in shipped_pack().records}
    assert len(shipped_pack().records) == 22


def test_what_is_not_in_force_runs_no_clock() -> None:
    listed = [row for row in expected() if row[4] == "listed"]
    assert {row[2] for row in listed} == {"contract-processor-notice", "eu-omnibus-33", "in-dpdp-r7", "tw-pdpa-12"}
    assert not any(row[5] for row in listed)


def test_a_capsule_never_opened_is_exempt_nowhere_without_a_person() -> None:
    """And not even likely so where the law goes by what nobody settled: NIST's algorithms, deletion in Korea."""
    sealed = [row for row in expected() if row[1] == "sealed"]
    assert {row[4] for row in sealed} <= {"likely_exempt", "open", "needs_review", "listed"}
    assert not [row for row in sealed if row[2] in {"us-hipaa", "kr-pipa-34"} and row[4] == "likely_exempt"]


if __name__ == "__main__":
    table = csv.writer(sys.stdout, lineterminator="\n")
    headers, lines = (SAID, texts()) if sys.argv[1:] == ["texts"] else (COLUMNS, rows())
    table.writerow(headers)
    table.writerows(lines)
