"""Amagasaki, June 2022: the case that sets the bar, from its published facts to what would have lain on the table that night.

Nothing that the oracle of the case expects is typed here: counts come from its tables, dates from its events.
"""

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any, cast

import pytest
import yaml
from invented_case import facts_of

from conftest import VECTORS
from sekisho.clock import from_local, from_text, to_local, to_text
from sekisho.custody.office import Office
from sekisho.demo.city import make_city
from sekisho.errors import NotFound
from sekisho.kinds.taxonomy import kind
from sekisho.loss.affected.flags import Flags
from sekisho.loss.affected.people import People, Rows
from sekisho.loss.affected.told import facts_of_tables
from sekisho.loss.documents.drafting import draft
from sekisho.loss.documents.kinds import AUDIENCE, DocumentKind, languages_of
from sekisho.loss.documents.rendering import to_plain_text
from sekisho.loss.facts.fact import Value, Visibility
from sekisho.loss.incident.case import Case
from sekisho.loss.incident.reading import read_case
from sekisho.loss.interop.audience import heard_by
from sekisho.loss.interop.case_index import index_page
from sekisho.loss.interop.case_json import case_json, dumps
from sekisho.loss.interop.dpv import dpv
from sekisho.loss.interop.lists import lists
from sekisho.loss.interop.veris import veris
from sekisho.loss.law.evaluate import Contract, Place, evaluate
from sekisho.loss.law.obligation import Obligation, ObligationState
from sekisho.loss.law.pack import load_pack
from sekisho.loss.plain_answer import answer_plain_loss
from sekisho.loss.plain_loss import PlainReport, report_plain_loss
from sekisho.loss.plain_office import make_plain_office
from sekisho.loss.who import Affected
from sekisho.people.index import Index

CASE: dict[str, Any] = yaml.safe_load((VECTORS / "loss" / "amagasaki.yaml").read_text(encoding="utf-8"))
EXPECTED: dict[str, Any] = CASE["expected"]
ZONE = CASE["zone"]
ROWS = {table["id"]: table["rows"] for table in CASE["tables"]}
EVENTS = {event["id"]: event["t"] for event in CASE["events"] if "id" in event}
WRONG = str(CASE["totals"]["account_records"]["wrong_value_seen_in_print"])
LAW_OF = date(2026, 11, 24)

SECRETS: Mapping[str, Value] = {
    "password_length": 13,
    "password_character_kinds": "英大文字・英小文字・数字",
    "password_hint": "市の名前と年",
    "key_ids": ("k-7e1f", "k-9a2c"),
}
"""Invented values of what the case names as never to be published; the length is the one that went to the press."""

SEALED: Mapping[str, Value] = {
    "sealed": True,
    "verdict": "A",
    "share_state": "destroyed",
    "state_line": "statement.never_destroyed",
    "releases": 0,
    "suite": "age: rel1, X25519, ChaCha20-Poly1305",
    "suite_membership": "unverified",
    "highly_encrypted": True,
    "implementation_record": True,
    "key_separated": True,
    "key_unexercisable": True,
    "key_compromised": False,
    "encryption_evidence": "complete",
    "ledger_root": "00",
}


def moment(id_: str) -> datetime:
    """Return when something of the case happened; of a day alone, its beginning."""
    text = EVENTS[id_]
    return from_local(text if "T" in text else f"{text}T{time():%H:%M}", ZONE)


def sums() -> Mapping[str, Value]:
    """Return what the tables of the case come to, as the index of ordinary files computes it."""
    of = {
        "benefit_fy_r3": Rows(name="benefit_fy_r3", rows=ROWS["benefit_fy_r3"], filled={"household": 1}, of_head=True),
        "benefit_fy_r4": Rows(name="benefit_fy_r4", rows=ROWS["benefit_fy_r4"], filled={"household": 1}, of_head=True),
    }
    for name in ("welfare_account", "child_allowance_account"):
        of[name] = Rows(name=name, rows=ROWS[name], filled={"bank_account": ROWS[name]})
    for name in ("register", "resident_tax"):
        of[name] = Rows(name=name, rows=ROWS[name], filled={"resident_code": ROWS[name]})
    found = Affected(Index(), {"resident_code": ROWS["register"]})
    people = People(found=found, flags=Flags(), tables=tuple(of[name] for name in ROWS))
    return facts_of_tables(people)


def facts(**changes: Value) -> Mapping[str, Value]:
    """Return the facts of the case as an ordinary stick."""
    said: dict[str, Value] = {
        "controller_name": CASE["controller"]["name"],
        "body": "public",
        "roles": ("controller",),
        "jurisdictions": ("JP",),
        "event": "lost",
        "copy_lost": True,
        "medium_kind": "usb_stick",
        "media_count": CASE["media"][0]["count"],
        "lost_outside": True,
        "noticed_at": to_text(moment("noticed_by_holder")),
        "known_at": to_text(moment("known_by_controller")),
        "published_at": to_text(moment("press")),
        "found_at": to_text(moment("found")),
        "determined_at": to_text(moment("answer_was_it_read")),
        "cause_at": "processor",
        "title": "給付金の照会窓口用データ",
        "persons": ROWS["register"],
        "persons_max": ROWS["register"],
        "sensitive_persons": 0,
        "financial_harm_persons": 0,
        "contains_my_number": False,
        "sealed": False,
        "share_state": "none",
        "verdict": "unknown",
        "state_line": "statement.lost_unknown",
        "malicious": False,
        **sums(),
        **SECRETS,
    }
    return said | changes


def law(values: Mapping[str, Value], *, at: datetime | None = None) -> tuple[Obligation, ...]:
    """Return what the law of 2026 asks for."""
    contract = Contract(id="BPO", notice_hours=24, checked_on="2026-11-01")
    place = Place(
        zone=ZONE,
        body="public",
        roles=("controller", "processor"),
        jurisdictions=("JP",),
        contracts=(contract,),
        law_of=LAW_OF,
    )
    as_of = at or moment("known_by_controller") + timedelta(minutes=15)
    return evaluate(facts_of(values), load_pack(), as_of=as_of, place=place)


def case(**changes: Value) -> Case:
    values = facts(**changes)
    return Case(
        incident=1,
        at=moment("press"),
        zone=ZONE,
        origin="city.example/ledger",
        facts=facts_of(values),
        obligations=law(values),
        by_kind=((kind("name"), int(str(values["persons"]))), (kind("bank_account"), 85_000)),
        by_field_set=(((kind("name"), kind("bank_account")), 85_000),),
    )


def clocks(values: Mapping[str, Value]) -> dict[str, Obligation]:
    return {each.stage: each for each in law(values) if each.rule == "jp-appi-68"}


def last_day(due: datetime | None) -> str:
    assert due is not None
    return to_local(due - timedelta(seconds=1), ZONE)[:10]


def drafts(of: Case) -> dict[tuple[DocumentKind, str], str]:
    """Return the text of every document that there is a template for."""
    found: dict[tuple[DocumentKind, str], str] = {}
    for each in DocumentKind:
        for language in languages_of(each):
            try:
                found[each, language] = to_plain_text(draft(of, each, language))
            except NotFound:
                continue
    return found


def everything(of: Case) -> dict[str, str]:
    """Return every text that could leave the office, by what it is."""
    heard = heard_by(of, Visibility.INTERNAL)
    found = {"/".join(name): text for name, text in drafts(of).items()}
    found |= {name: content.decode() for name, content in lists(heard).items()}
    found |= {"case.json": dumps(case_json(heard)).decode(), "index.html": index_page(heard, "尼崎市", []).decode()}
    return found | {"veris": dumps(veris(heard)).decode(), "dpv": dumps(dpv(heard)).decode()}


# What is counted, and how long it took.


def test_the_sums_are_computed_and_the_one_that_was_printed_is_nowhere() -> None:
    assert sums()["households"] == CASE["totals"]["benefit_households"]["value"]
    assert sums()["account_records"] == CASE["totals"]["account_records"]["value"]
    for name, text in everything(case()).items():
        assert WRONG not in text.replace(",", ""), name


def test_the_page_of_the_case_file_says_how_long_everything_took() -> None:
    page = index_page(case(), "尼崎市", []).decode()
    expected = EXPECTED["durations"]
    for words in ("noticed_to_controller", "noticed_to_press", "noticed_to_found"):
        hours, minutes = map(int, expected[words].split(":"))
        assert f"{hours // 24} d {hours % 24}:{minutes:02}" in page
    noticed, answered = (from_text(str(facts()[key])) for key in ("noticed_at", "determined_at"))
    days = (date.fromisoformat(to_local(answered, ZONE)[:10]) - date.fromisoformat(to_local(noticed, ZONE)[:10])).days
    assert days == expected["days_noticed_to_answer"]


def test_what_was_claimed_is_the_sum_of_its_parts_and_64_yen_a_person() -> None:
    claims = CASE["claims_yen"]
    total = claims["special_bulletin"] + claims["committee"] + claims["overtime_29_staff"]
    assert total == claims["total"] == EXPECTED["sums"]["claims_total"]
    assert round(total / ROWS["register"], 2) == EXPECTED["sums"]["yen_per_person"]


# What the law of 2026 asks for.


def test_an_ordinary_stick_starts_the_clocks_of_the_city_and_of_the_contract_and_no_other() -> None:
    expected = EXPECTED["under_2026_law_plain_stick"]
    held = {each.rule for each in law(facts()) if each.state is not ObligationState.LISTED}
    assert "jp-appi-68" in expected["must_include"]
    assert held == {
        "jp-appi-68",
        "contract-BPO",
    }  # of the template contract-processor-notice, with the contract's hours
    assert not held.intersection(expected["must_not_trigger"])


def test_the_four_dates() -> None:
    expected = EXPECTED["under_2026_law_plain_stick"]["dates_from_2022_06_22"]
    found = clocks(facts())
    assert to_local(cast("datetime", found["preliminary"].warn), ZONE)[:10] == expected["preliminary_warn"]
    assert last_day(found["preliminary"].due) == expected["preliminary_last_ship"]
    assert last_day(found["final"].due) == expected["final"]
    assert last_day(clocks(facts(malicious=True))["final"].due) == expected["final_if_malicious"]


def test_as_a_capsule_that_was_never_released_it_is_likely_exempt_and_a_named_person_has_to_decide() -> None:
    found = clocks(facts(**SEALED))
    assert {each.state.value for each in found.values()} == {EXPECTED["sealed_variant_never_released"]["jp-appi-68"]}
    limbs = [limb for each in found.values() for limb in each.limbs]
    assert limbs
    assert all(limb.evidence or limb.gap for limb in limbs)
    compromised = clocks(facts(**{**SEALED, "key_compromised": True}))
    assert ObligationState.LIKELY_EXEMPT not in {each.state for each in compromised.values()}


def test_of_2022_itself_the_act_did_not_bind_a_city_yet() -> None:
    place = Place(zone=ZONE, body="public", roles=("controller",), jurisdictions=("JP",))
    then = evaluate(facts_of(facts()), load_pack(), as_of=moment("press"), place=place)
    assert {each.state for each in then if each.rule == "jp-appi-68"} <= {ObligationState.LISTED}


# What is written, and what is not.


@pytest.mark.parametrize("variant", [{}, SEALED], ids=["plain", "sealed"])
def test_what_is_never_for_publication_is_in_no_document_table_or_export(variant: Mapping[str, Value]) -> None:
    assert set(CASE["facts_never_for_publication"]) == set(SECRETS)
    for name, text in everything(case(**variant)).items():
        for said in ("13文字", "13桁", "13 char", "英大文字", "市の名前と年", "k-7e1f", "password_length"):
            assert said not in text, (name, said)


def test_every_draft_for_the_public_has_the_state_line_and_numbers_that_are_facts() -> None:
    public = {name: text for name, text in drafts(case()).items() if AUDIENCE[name[0]] is Visibility.PUBLIC}
    assert (DocumentKind.PRESS, "ja") in public
    assert f"{ROWS['register']:,}人" in public[DocumentKind.PRESS, "ja"]
    assert "中を読まれた可能性を否定できません" in public[DocumentKind.PRESS, "ja"]
    assert "誰にも開けません" in drafts(case(**SEALED))[DocumentKind.PRESS, "ja"]


def test_one_number_changed_changes_every_document_that_says_it() -> None:
    before, after = drafts(case()), drafts(case(persons=460_518, persons_max=460_518))
    said = {name for name, text in before.items() if f"{ROWS['register']:,}" in text}
    assert said
    assert all(f"{ROWS['register']:,}" not in after[name] and "460,518" in after[name] for name in said)


# From the files to the drafts, on a city that does not exist.


def lost_city(folder: Path, clock: Any, *, people: int | None) -> tuple[Office, Any, Case]:
    """Lose an ordinary stick with a city's tables, in an office made on the night."""
    city = make_city(folder / "city", people=people)
    clock.time = moment("known_by_controller") + timedelta(minutes=5)
    make_plain_office(folder / "home", clock, name="汐見市", phone="06-0123-0617", zone=ZONE, body="public")
    office = Office.open(folder / "home", clock)
    report = PlainReport(
        known_at=moment("known_by_controller"), noticed_at=moment("noticed_by_holder"), media=2, title="給付金の一覧"
    )
    number, files = report_plain_loss(office, list(city.paths.values()), report)
    assert files.records == sum(city.counts.values())
    return office, city, read_case(office, number)


def test_a_city_that_never_used_the_program_has_people_tables_and_drafts_from_one_call(
    tmp_path: Path, clock: Any
) -> None:
    office, city, found = lost_city(tmp_path, clock, people=1_000)
    counts = city.counts
    answer = answer_plain_loss(office, found.incident, tmp_path / "out", language="ja")
    office.close()
    facts_found = found.facts
    assert facts_found.number("persons") == counts["register"] == 1_000
    assert facts_found.number("households") == counts["benefit_r3"] + counts["benefit_r4"]
    assert facts_found.number("account_records") == counts["welfare_account"] + counts["child_allowance_account"]
    assert (facts_found.flag("sealed"), facts_found.text("verdict")) == (False, "unknown")
    assert facts_found.time("noticed_at") == moment("noticed_by_holder")
    assert found.by_kind
    assert answer.drafts
    press = (tmp_path / "out" / "drafts" / "press.ja.txt").read_text(encoding="utf-8")
    assert "1,000人" in press
    assert "午後3時45分" in press
    written = b"".join(path.read_bytes() for path in (tmp_path / "out").rglob("*") if path.is_file()).decode()
    with city.paths["register"].open(encoding="utf-8") as file:
        file.readline()
        for line in file:
            code, name, *_ = line.split(",")
            assert code not in written
            assert name not in written


@pytest.mark.city
def test_at_its_true_size_the_totals_come_out_of_the_files(tmp_path: Path, clock: Any) -> None:
    office, _, found = lost_city(tmp_path, clock, people=None)
    office.close()
    assert found.facts.number("persons") == ROWS["register"]
    assert found.facts.number("households") == CASE["totals"]["benefit_households"]["value"]
    assert found.facts.number("account_records") == CASE["totals"]["account_records"]["value"]
