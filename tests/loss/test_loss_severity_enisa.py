"""ENISA 2013: the published examples, the edges, and that nothing but circumstances is added."""

from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
from situations import situation

from conftest import VECTORS
from sekisho.kinds.taxonomy import taxonomy
from sekisho.loss.severity.assessment import Assessment, Input, Override, overridden
from sekisho.loss.severity.enisa import CATEGORIES, Enisa, context, level_of, rules

PUBLISHED: dict[str, Any] = yaml.safe_load((VECTORS / "loss" / "severity.yaml").read_text(encoding="utf-8"))[
    "enisa_2013"
]
REGISTER = ("resident_code", "name", "address", "birth_date", "sex")


def _assess(**set_to: float) -> Assessment:
    """Assess simple data about one person of whom nothing else is said, with inputs set so."""
    inputs = Enisa().derive(situation("sex"))
    overrides = {name: Override(value=value, reason="as published", by="test") for name, value in set_to.items()}
    return Enisa().assess(overridden(inputs, overrides))


@pytest.mark.parametrize(("category", "case", "dpc"), PUBLISHED["dpc_examples"])
def test_the_published_examples_have_their_scores(category: str, case: str, dpc: int) -> None:
    (example,) = [each for each in rules()["example"] if (each["category"], each["en"]) == (category, case)]
    assert context({category: example["by"]}) == dpc
    assert bool(example["factor"]) == bool(example["by"])


def test_the_published_range_has_its_ends() -> None:
    ((category, case, ends),) = PUBLISHED["dpc_example_ranges"]
    (example,) = [each for each in rules()["example"] if (each["category"], each["en"]) == (category, case)]
    assert [context({category: example[end]}) for end in ("by", "most")] == ends


@pytest.mark.parametrize("case", PUBLISHED["totals"], ids=lambda case: case["name"].split(",")[0])
def test_totals_are_as_published(case: dict[str, Any]) -> None:
    circumstances = dict.fromkeys(("confidentiality", "integrity", "availability", "malicious"), 0.0) | case["cb"]
    found = _assess(simple_move=case["dpc"] - 1, ei=case["ei"], **circumstances)
    assert (found.score, found.level) == (case["se"], case["level"])


def test_a_category_stays_between_one_and_four() -> None:
    """Whatever moves it; and several categories give the highest, never their sum."""
    assert [context({"sensitive": 3}), context({"simple": -3}), context({"financial": 3})] == [4, 1, 4]
    assert context({"simple": 0, "behavioural": 0, "financial": 0}) == 3
    assert PUBLISHED["dpc"]["clamp"] == [1, 4]


def test_base_scores_steps_and_levels_are_the_published_ones() -> None:
    assert {name: rules()["categories"][name]["base"] for name in CATEGORIES} == PUBLISHED["dpc"]["base"]
    inputs = {each.name: each for each in Enisa().derive(situation("name"))}
    assert list(inputs["ei"].allowed) == PUBLISHED["ei"]
    assert {name: list(inputs[name].allowed) for name in PUBLISHED["cb"]} == PUBLISHED["cb"]
    assert set(PUBLISHED["flags_only"]) == {"more_than_100_persons", "data_unintelligible"}
    for level in PUBLISHED["levels"]:
        assert level_of(level.get("from", 0)) == level["name"]


def test_amagasaki_as_a_plain_stick_scores_its_accounts() -> None:
    """With what it would be if nobody looked at it: from memory, annex 3 adds nothing for a medium lost on the way."""
    found = Enisa().assess(Enisa().derive(situation(*REGISTER, "tax_amount", "bank_account", "benefit_status")))
    assert (found.score, found.level, found.also["without_confidentiality"]) == (3.5, "high", 3.0)
    assert "severity.why_annex_3" in found.why
    assert found.mark == "R"


def test_amagasaki_with_welfare_scores_four_and_a_half() -> None:
    found = Enisa().assess(Enisa().derive(situation(*REGISTER, "bank_account", "welfare_status")))
    assert (found.score, found.level) == (4.5, "very_high")


def test_what_nobody_can_read_adds_nothing_and_has_the_flag() -> None:
    """And the flag changes no number."""
    sealed: dict[str, Any] = {
        "sealed": True, "verdict": "A", "share_state": "destroyed", "key_unexercisable": True, "persons_max": 101,
    }  # fmt: skip
    shut = Enisa().assess(Enisa().derive(situation(*REGISTER, facts=sealed)))
    assert shut.flags == ("more_than_100", "unintelligible")
    assert shut.score == shut.also["dpc"] * shut.input("ei").value == 1.0
    for opened in ({"verdict": "C"}, {"key_compromised": True}, {"key_compromised": None}, {"share_state": "live"}):
        found = Enisa().assess(Enisa().derive(situation(*REGISTER, facts=sealed | opened)))
        assert "unintelligible" not in found.flags
        assert found.input("confidentiality").value == 0.5


def test_a_copy_of_the_key_elsewhere_takes_the_flag_away() -> None:
    """Whoever found the stick cannot read it, but whether nobody else had the key, the ledger cannot tell."""
    facts: dict[str, Any] = {"sealed": True, "verdict": "B", "share_state": "destroyed", "key_unexercisable": None}
    found = Enisa().assess(Enisa().derive(situation(*REGISTER, facts=facts)))
    assert found.input("confidentiality").value == 0.0
    assert "unintelligible" not in found.flags


@pytest.mark.parametrize(("persons", "many"), [(100, False), (101, True), (None, True)])
def test_more_than_a_hundred_is_a_hundred_and_one(persons: int | None, many: bool) -> None:
    found = Enisa().assess(Enisa().derive(situation("name", facts={"persons_max": persons})))
    assert ("more_than_100" in found.flags) is many


def test_credentials_inherit_what_they_open() -> None:
    """Alone they are simple, with a remark that a person has to say what they open; beside accounts, financial."""
    alone = Enisa().assess(Enisa().derive(situation("credential")))
    assert (alone.also["dpc"], "severity.why_credentials" in alone.why) == (1.0, True)
    assert Enisa().assess(Enisa().derive(situation("credential", "bank_account"))).also["dpc"] == 3.0
    assert _assess(simple=0, financial=1, financial_move=1).also["dpc"] == 4.0


def test_people_under_protection_are_as_undercover_officers() -> None:
    assert Enisa().assess(Enisa().derive(situation("name", "protected_person"))).also["dpc"] == 4.0


def test_who_may_be_hit_harder_is_named_and_moves_nothing_by_itself() -> None:
    found = Enisa().assess(Enisa().derive(situation("name", facts={"minors": 4, "protected_persons": 0})))
    move = found.input("simple_move")
    assert (move.value, move.rule, move.because) == (0, "severity.rule_move_think", ("minors=4",))


def test_what_was_measured_goes_before_what_kinds_suggest() -> None:
    """The smallest group of rows that are alike, as cut measured it."""
    eases = [
        Enisa().assess(Enisa().derive(situation("birth_date", "sex", smallest_group=k))).input("ei").value
        for k in (1, 2, 4, 5, 19, 20)
    ]
    assert eases == [1.0, 0.75, 0.75, 0.5, 0.5, 0.25]


def test_names_and_addresses_of_different_people_do_not_stand_together() -> None:
    apart = situation("name", "birth_date", together=[frozenset({"name"}), frozenset({"birth_date"})])
    assert Enisa().assess(Enisa().derive(apart)).input("ei").value == 0.75


def test_every_kind_stands_in_one_category() -> None:
    sorted_in = [kind for name in CATEGORIES for kind in rules()["categories"][name]["kinds"]]
    assert sorted([*sorted_in, *rules()["inherits"]["kinds"]]) == sorted(taxonomy())


_ASCENDING = {
    each.name: each.allowed for each in Enisa().derive(situation("name")) if each.allowed
}  # fmt: skip


@given(st.fixed_dictionaries({name: st.sampled_from(allowed) for name, allowed in _ASCENDING.items()}), st.data())
def test_more_of_anything_never_scores_less(values: dict[str, float], data: st.DataObject) -> None:
    """And whatever goes in, the score is one of those that there are."""
    name = data.draw(
        st.sampled_from([name for name in sorted(values) if values[name] != _ASCENDING[name][-1]] or ["ei"])
    )
    higher = values | {name: data.draw(st.sampled_from([n for n in _ASCENDING[name] if n >= values[name]]))}
    here, there = _assess(**values).score, _assess(**higher).score
    assert here is not None
    assert there is not None
    assert PUBLISHED["bounds"]["min"] <= here <= there <= PUBLISHED["bounds"]["max"]


def test_an_input_says_by_which_rule_it_was_set() -> None:
    for each in Enisa().derive(situation("name", "bank_account")):
        assert isinstance(each, Input)
        assert each.rule.startswith("severity.rule_")
