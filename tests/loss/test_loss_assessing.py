"""Assessing an incident: inputs from what was sealed, every result kept, reasons behind the entry alone."""

import csv
from itertools import product

import pytest

from invented_office import Town, signing_key
from sekisho.custody import incident_records
from sekisho.errors import Misuse, NotFound, Refused
from sekisho.ledger.entry import Entry
from sekisho.loss.assessing import Set, assess, assessments, situation_of
from sekisho.loss.incident.opening import open_plain
from sekisho.loss.incident.stating import Stated, facts_of, state
from sekisho.loss.lost import report_lost
from sekisho.loss.severity.telling import assessment_lines

pytest_plugins = ("office_fixtures",)

WHY = "電話台帳の番号は古い"


@pytest.fixture
def lost(out: Town) -> Town:
    report_lost(out.office, out.slips, key_officer=signing_key("security"))
    return out


def assessed(town: Town) -> list[Entry]:
    return town.leaves("severity.assessed")


def test_inputs_come_from_the_index_and_the_ledger(lost: Town) -> None:
    """Accounts are financial; nobody can read them; three persons are not more than a hundred."""
    found = assess(lost.office, 1).assessment
    assert found.input("financial").because == ("benefit_status", "bank_account")
    assert (found.input("confidentiality").value, found.flags) == (0.0, ("unintelligible",))
    assert (found.score, found.level) == (3.0, "high")


def test_its_level_becomes_a_fact_and_its_leaf_has_no_reason(lost: Town) -> None:
    assess(lost.office, 1)
    fact = facts_of(lost.office, 1).get("severity_level")
    assert fact is not None
    assert (fact.value, fact.source) == ("high", "computed")
    (entry,) = assessed(lost)
    assert entry.fields == {"incident": 1, "method": "enisa-2013", "level": "high", "score": "3"}


def test_who_sets_an_input_signs_and_both_values_stay(lost: Town) -> None:
    key = signing_key("privacy")
    first = assess(lost.office, 1)
    second = assess(lost.office, 1, set_to={"ei": Set(0.5, WHY)}, key=key)
    kept = assessments(lost.office, 1)
    assert [each.n for each in kept] == [first.n, second.n] == [1, 2]
    ease = kept[1].assessment.input("ei")
    assert ease.override is not None
    assert (ease.derived, ease.value, ease.override.reason, ease.override.by) == (1.0, 0.5, WHY, key.public.id)
    assert facts_of(lost.office, 1).text("severity_level") == "low"
    assert assessed(lost)[1].fields["set"] == ["ei"]
    lost.verify()


def test_the_reason_lies_open_in_no_row(lost: Town) -> None:
    assess(lost.office, 1, set_to={"ei": Set(0.5, WHY)}, key=signing_key("privacy"))
    rows = lost.office.ledger.connection.execute("SELECT record FROM incident_record").fetchall()
    assert rows
    assert not any(WHY in record for (record,) in rows)


@pytest.mark.parametrize(
    ("set_to", "key", "error"),
    [
        ({"ei": Set(0.5, WHY)}, None, "loss.set_needs_key"),
        ({"ei": Set(0.5, "")}, "privacy", "loss.no_reason_to_set"),
        ({"unintelligible": Set(1, WHY)}, "privacy", "loss.no_such_input"),
        ({"ei": Set(0.6, WHY)}, "privacy", "loss.input_value"),
    ],
)
def test_what_is_refused_is_not_kept(lost: Town, set_to: dict[str, Set], key: str | None, error: str) -> None:
    with pytest.raises(Misuse) as refused:
        assess(lost.office, 1, set_to=set_to, key=signing_key(key) if key else None)
    assert refused.value.key == error
    assert not assessed(lost)


@pytest.mark.parametrize("who", ["carrier", "clerk", "nobody of the office"])
def test_who_may_not_judge_sets_nothing(lost: Town, who: str) -> None:
    with pytest.raises(Refused):
        assess(lost.office, 1, set_to={"ei": Set(0.5, WHY)}, key=signing_key(who))
    assert not assessed(lost)


def test_a_release_after_the_loss_takes_the_flag_away(lost: Town) -> None:
    """Evidence decides; a compromise that is stated too."""
    state(lost.office, 1, [Stated("key_compromised", True)], source="paper")
    found = assess(lost.office, 1).assessment
    assert "unintelligible" not in found.flags
    assert found.input("confidentiality").value == 0.5


def test_an_ordinary_stick_is_assessed_by_what_is_stated(town: Town) -> None:
    number = open_plain(town.office)
    stated = [Stated("kinds", ("name", "address", "welfare_status")), Stated("persons_max", 3)]
    state(town.office, number, stated, source="paper")
    found = assess(town.office, number).assessment
    assert (found.score, found.level, found.flags) == (4.5, "very_high", ())
    yen = assess(town.office, number, method="jnsa-jo").assessment
    assert yen.also["total"] == (yen.score or 0) * 3


STUDY = """schema = 1
[purpose]
id = "study"
title = "学術研究"
legal_basis = "anonymous"
profile = "anonymous"
not_after = 2022-09-30
kinds = ["sex", "benefit_status", "other"]
controller = { name = "汐見市", kind = "local_government" }
recipient = { id = "callcentre", contract = "R4-1234" }
[source.a]
path = "a.csv"
columns = ["統一コード", "区", "性別", "状態"]
subject = { column = "統一コード" }
kinds = { "区" = "other", "状態" = "benefit_status" }
[rows]
from = "a"
[risk]
quasi = ["区", "性別"]
k = 3
""" + "".join(
    f'[[field]]\nout = "{name}"\nfrom = "{name}"\nop = "keep"\nwhy = "w"\n' for name in ("区", "性別", "状態")
)


def test_what_cut_measured_says_how_easily_somebody_is_found(town: Town) -> None:
    """Three share each ward and sex, and nothing names anybody."""
    rows = [(f"{n:010d}", ward, sex, "発送済") for n, (ward, sex) in enumerate(product(("北区", "南区"), "男女" * 3))]
    with (town.root / "a.csv").open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([("統一コード", "区", "性別", "状態"), *rows])
    town.write("study.toml", STUDY)
    (slip,) = town.sealed("USB-1", cuts=(town.cut("study").id,))
    report_lost(town.office, [slip])
    ease = assess(town.office, 1).assessment.input("ei")
    assert (ease.value, ease.rule, ease.because) == (0.75, "severity.rule_ei_measured", ("k=3",))


@pytest.mark.parametrize("method", ["jnsa-jo", "ico-tree", "cnil-2012"])
def test_other_methods_do_not_say_the_level(lost: Town, method: str) -> None:
    """Their words are others."""
    assess(lost.office, 1, method=method)
    assert facts_of(lost.office, 1).get("severity_level") is None


@pytest.mark.parametrize("method", ["enisa-2013", "jnsa-jo", "ico-tree", "cnil-2012"])
@pytest.mark.parametrize("language", ["ja", "en"])
def test_every_input_is_told_with_its_rule(lost: Town, method: str, language: str) -> None:
    kept = assess(lost.office, 1, method=method)
    lines = assessment_lines(kept.assessment, "ja" if language == "ja" else "en", incident=1, n=kept.n)
    for each in kept.assessment.inputs:
        absent = each.name in {"behavioural_move", "sensitive_move"}  # what would move a category that is not there
        assert any(line.lstrip().startswith(each.name) for line in lines) is not absent
    assert not any("severity." in line for line in lines)


def test_there_is_no_incident_of_that_number(town: Town) -> None:
    with pytest.raises(NotFound):
        situation_of(town.office, 7)
    assert not incident_records.incidents(town.office.ledger.connection)
