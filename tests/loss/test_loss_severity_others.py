"""The ICO's tree, the CNIL's scales, and the seam through which methods come."""

from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
from situations import situation

from conftest import VECTORS
from sekisho import plugins
from sekisho.catalogue.words import LANGUAGES, say
from sekisho.errors import Misuse
from sekisho.kinds.taxonomy import taxonomy
from sekisho.loss.severity.assessment import Override, overridden
from sekisho.loss.severity.choice import METHODS, method_named
from sekisho.loss.severity.cnil import Cnil, level_of
from sekisho.loss.severity.ico import Ico, tree

CNIL: dict[str, Any] = yaml.safe_load((VECTORS / "loss" / "severity.yaml").read_text(encoding="utf-8"))["cnil_2012"]


@pytest.mark.parametrize(
    ("risk", "outcome"),
    [("unlikely", "document"), ("risk", "tell_ico"), ("high", "tell_both"), (None, "look")],
)
def test_the_tree_says_whom_to_tell(risk: str | None, outcome: str) -> None:
    """Risk, but no high one: the ICO, not the people. While nobody has judged the risk, nothing."""
    found = Ico().assess(Ico().derive(situation("name", facts={"risk": risk, "persons_max": 3})))
    assert (found.level, found.score) == (outcome, None)


def test_without_people_it_is_no_breach() -> None:
    assert Ico().assess(Ico().derive(situation(facts={"persons_max": 0}))).level == "no_breach"


def test_every_branch_of_the_tree_ends() -> None:
    questions, outcomes = tree()["question"], tree()["outcomes"]
    for name, question in questions.items():
        assert {question[answer] for answer in ("yes", "no", "unknown")} <= {*questions, *outcomes}
        for language in LANGUAGES:
            assert say(f"severity.question_{name}", language)
    for outcome in outcomes:
        for language in LANGUAGES:
            assert say(f"severity.level_{outcome}", language)


@pytest.mark.parametrize(
    ("score", "level"),
    [(2, "negligible"), (4, "negligible"), (5, "limited"), (6, "significant"), (7, "maximum"), (8, "maximum")],
)
def test_the_scales_of_the_cnil(score: int, level: str) -> None:
    """From memory, and marked so."""
    assert level_of(score) == level
    assert Cnil().assess(Cnil().derive(situation("name"))).mark == CNIL["check"] == "R"
    assert level in {each["name"] for each in CNIL["levels"]}


@given(st.sets(st.sampled_from(sorted(taxonomy())), min_size=1), st.sampled_from(METHODS), st.data())
def test_every_method_takes_every_set_of_kinds(kinds: set[str], name: str, data: st.DataObject) -> None:
    """And more kinds never score less."""
    method = method_named(name)
    more = kinds | data.draw(st.sets(st.sampled_from(sorted(taxonomy()))))
    here = method.assess(method.derive(situation(*sorted(kinds))))
    there = method.assess(method.derive(situation(*sorted(more))))
    assert here.score is None or there.score is None or here.score <= there.score
    assert here.method == name


def test_who_sets_an_input_says_why_and_both_values_stand() -> None:
    inputs = Cnil().derive(situation("name"))
    found = Cnil().assess(
        overridden(inputs, {"harm": Override(value=3.0, reason="many of them are ill", by="SHA256:x")})
    )
    harm = found.input("harm")
    assert (harm.derived, harm.value, found.level) == (1.0, 3.0, "significant")
    assert "ill" not in repr(harm)


@pytest.mark.parametrize(
    ("name", "value", "reason", "key"),
    [
        ("harm", 9.0, "so", "loss.input_value"),
        ("harm", 3.0, " ", "loss.no_reason_to_set"),
        ("ham", 3.0, "so", "loss.no_such_input"),
    ],
)
def test_an_input_is_not_set_to_anything_or_for_no_reason(name: str, value: float, reason: str, key: str) -> None:
    with pytest.raises(Misuse) as refused:
        overridden(Cnil().derive(situation("name")), {name: Override(value=value, reason=reason)})
    assert refused.value.key == key


@pytest.mark.parametrize("flag", ["more_than_100", "unintelligible"])
def test_a_flag_is_computed_and_never_ticked(flag: str) -> None:
    enisa = method_named("enisa-2013")
    with pytest.raises(Misuse) as refused:
        overridden(enisa.derive(situation("name")), {flag: Override(value=1.0, reason="so", by="x")})
    assert refused.value.key == "loss.no_such_input"


def test_a_package_brings_a_method(monkeypatch: pytest.MonkeyPatch) -> None:
    """As an object, or as a class that makes one."""

    class Entry:
        def load(self) -> type[Ico]:
            return Ico

    monkeypatch.setattr(plugins, "entry_points", lambda **_: [Entry()])
    assert method_named("their-tree").derive(situation("name"))


def test_a_method_that_there_is_not_is_refused_with_those_that_there_are() -> None:
    with pytest.raises(Misuse) as refused:
        method_named("gut-feeling")
    assert "enisa-2013" in str(refused.value.values["names"])
