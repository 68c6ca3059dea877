"""``enisa-2013``: severity = data processing context times ease of identification, plus the circumstances of the breach.

ENISA, Recommendations for a methodology of the assessment of severity of personal data breaches, working document v1.0 (2013).
Every category of data that is there is scored, moved by its circumstances, kept between 1 and 4, and the highest counts.
Circumstances only add. Two flags change no number: more than 100 persons, and data that are unintelligible; the second is
computed from the evidence about the key, never ticked. The document's annexes 2 and 3 were not read for this; inputs that
rest on them carry the mark R.
"""

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any

from sekisho.loss.facts.fact import Facts
from sekisho.loss.law.limbs import is_unintelligible, is_unreadable
from sekisho.loss.severity.assessment import Assessment, Input, Situation, weakest

CATEGORIES = ("simple", "behavioural", "financial", "sensitive")
_STEPS = (0.0, 0.25, 0.5)
_EI = (0.25, 0.5, 0.75, 1.0)
_MOVES = (-3.0, -2.0, -1.0, 0.0, 1.0, 2.0, 3.0)
_MANY = 100


class Enisa:
    """The method."""

    name = "enisa-2013"

    def derive(self, situation: Situation) -> tuple[Input, ...]:
        """Return its inputs: categories and how they are moved, ease of identification, circumstances, flags."""
        categories = [_category(name, situation) for name in CATEGORIES]
        moves = [_move(name, situation) for name in CATEGORIES]
        return (*categories, *moves, _ease(situation), *_circumstances(situation.facts), *_flags(situation))

    def assess(self, inputs: tuple[Input, ...]) -> Assessment:
        """Return the score and its level."""
        value = {each.name: each.value for each in inputs}
        dpc = context({name: int(value[f"{name}_move"]) for name in CATEGORIES if value[name]})
        cb = sum(value[name] for name in ("confidentiality", "integrity", "availability", "malicious"))
        score = dpc * value["ei"] + cb
        counted = [each for each in inputs if each.override is None and (each.value or each.name == "confidentiality")]
        return Assessment(
            method=self.name,
            inputs=inputs,
            score=score,
            level=level_of(score),
            flags=tuple(name for name in ("more_than_100", "unintelligible") if value[name]),
            why=_remarks(value, {each.name: each for each in inputs}),
            mark=weakest(each.mark for each in counted),
            also={"dpc": float(dpc), "cb": cb, "without_confidentiality": score - value["confidentiality"]},
        )


def context(moves: Mapping[str, int]) -> int:
    """Return the score of the data processing context: category → by how much its base is moved; 1 where there is none."""
    table = rules()["categories"]
    return max((min(4, max(1, int(table[name]["base"]) + by)) for name, by in moves.items()), default=1)


def level_of(score: float) -> str:
    """Return the level of a score."""
    return "low" if score < 2 else "medium" if score < 3 else "high" if score < 4 else "very_high"


@cache
def rules() -> Mapping[str, Any]:
    """Return the table of categories, identification and examples."""
    return tomllib.loads(files("sekisho.loss.severity").joinpath("enisa-2013.toml").read_text(encoding="utf-8"))


def _category(name: str, situation: Situation) -> Input:
    table = rules()
    found = [kind for kind in table["categories"][name]["kinds"] if kind in situation.kinds]
    if name == "simple" and not found and set(table["inherits"]["kinds"]) & situation.kinds:
        found = sorted(set(table["inherits"]["kinds"]) & situation.kinds)
    return Input(
        name=name,
        derived=float(bool(found)),
        rule="severity.rule_category" if found else "severity.rule_category_none",
        because=tuple(found),
        mark="V2",
        allowed=(0.0, 1.0),
    )


def _move(name: str, situation: Situation) -> Input:
    """Return how a category is moved: by what its kinds say; the rest of the circumstances a person knows."""
    raised = {
        kind: rule
        for kind, rule in rules()["raises"].items()
        if kind in situation.kinds and rule["category"] == name
    }  # fmt: skip
    people = () if raised else _people_to_think_of(situation.facts)
    rule = "move_people" if raised else "move_think" if people else "move_none"
    return Input(
        name=f"{name}_move",
        derived=float(max((rule["by"] for rule in raised.values()), default=0)),
        rule=f"severity.rule_{rule}",
        because=(*raised, *people),
        mark="R" if raised else "V2",
        allowed=_MOVES,
    )


def _people_to_think_of(facts: Facts) -> tuple[str, ...]:
    """Return who among the people may be hit harder; whether that moves a category, a person says."""
    return tuple(f"{key}={count}" for key in ("minors", "protected_persons") if (count := facts.number(key)))


def _ease(situation: Situation) -> Input:
    if situation.smallest_group is not None:
        k = situation.smallest_group
        ei = next((step["ei"] for step in rules()["measured"] if k >= step["from"]), 1.0)
        rule, because = "ei_measured", (f"k={k}",)
        return _ei(ei, rule, because)
    found = [_ease_of(kinds) for kinds in situation.together or (situation.kinds,)]
    return max(found, key=lambda each: each.derived)


def _ease_of(kinds: frozenset[str]) -> Input:
    for step in rules()["identification"]:
        lists = step.get("all", [])
        hits = [sorted(set(one) & kinds) for one in lists] or [sorted(set(step["of"]) & kinds)]
        if all(hits) and (lists or len(hits[0]) >= step["least"]):
            return _ei(step["ei"], step["rule"], tuple(dict.fromkeys(kind for hit in hits for kind in hit)))
    return _ei(0.25, "ei_hardly", tuple(sorted(kinds)))


def _ei(ei: float, rule: str, because: tuple[str, ...]) -> Input:
    return Input(name="ei", derived=ei, rule=f"severity.rule_{rule}", because=because, mark="R", allowed=_EI)


def _circumstances(facts: Facts) -> list[Input]:
    malicious = facts.flag("malicious") is True or facts.text("event") == "stolen"
    altered = facts.text("found_as") == "altered"
    return [
        _confidentiality(facts),
        _circumstance("integrity", 0.25 if altered else 0.0, "altered" if altered else "integrity_kept", mark="R"),
        _circumstance("availability", 0.0, "original_kept", mark="R"),
        Input(
            name="malicious",
            derived=0.5 if malicious else 0.0,
            rule=f"severity.rule_{'malicious' if malicious else 'no_intent'}",
            because=_said(facts, "malicious", "event"),
            allowed=(0.0, 0.5),
        ),
    ]


def _confidentiality(facts: Facts) -> Input:
    """Return what is added for who may have read it: nothing where nobody can have, most where nobody knows who."""
    keys = ("sealed", "verdict", "share_state", "key_compromised", "no_third_party_read")
    if is_unreadable(facts):
        return _circumstance("confidentiality", 0.0, "unreadable", mark="V2", because=_said(facts, *keys))
    if facts.flag("no_third_party_read") is True:
        return _circumstance("confidentiality", 0.0, "nobody_read", mark="V2", because=_said(facts, *keys))
    return _circumstance("confidentiality", 0.5, "unknown_readers", mark="R", because=_said(facts, *keys))


def _circumstance(name: str, derived: float, rule: str, *, mark: str, because: tuple[str, ...] = ()) -> Input:
    return Input(
        name=name, derived=derived, rule=f"severity.rule_{rule}", because=because, mark=mark, allowed=_STEPS
    )  # fmt: skip


def _flags(situation: Situation) -> list[Input]:
    persons, unintelligible = situation.persons, is_unintelligible(situation.facts)
    many = persons is None or persons > _MANY
    counted = () if persons is None else (f"persons_max={persons}",)
    return [
        Input(name="more_than_100", derived=float(many), rule="severity.rule_many", because=counted),
        Input(
            name="unintelligible",
            derived=float(unintelligible is True),
            rule="severity.rule_unintelligible",
            because=_said(situation.facts, "verdict", "share_state", "key_unexercisable", "key_compromised"),
        ),
    ]


def _said(facts: Facts, *keys: str) -> tuple[str, ...]:
    """Return facts with their values, as far as they were stated: flags, words and nothing that a person wrote freely."""
    return tuple(f"{key}={_shown(facts.value(key))}" for key in keys if facts.get(key) is not None)


def _shown(value: object) -> str:
    return (
        {True: "yes", False: "no", None: "unknown"}[value] if value is None or isinstance(value, bool) else str(value)
    )


def _remarks(value: Mapping[str, float], inputs: Mapping[str, Input]) -> tuple[str, ...]:
    found = []
    if value["confidentiality"] and inputs["confidentiality"].rule == "severity.rule_unknown_readers":
        found.append("severity.why_annex_3")
    if inputs["ei"].override is None:
        found.append("severity.why_annex_2")
    if set(rules()["inherits"]["kinds"]) & set(inputs["simple"].because):
        found.append("severity.why_credentials")
    if set(rules()["unknown"]["kinds"]) & set(inputs["simple"].because):
        found.append("severity.why_look")
    return tuple(found)
