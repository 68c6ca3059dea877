"""``ico-tree``: three questions and no number; whom to tell follows. The tree is data."""

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any

from sekisho.loss.severity.assessment import Assessment, Input, Situation

ANSWERS = {-1.0: "unknown", 0.0: "no", 1.0: "yes"}
"""What an input of it means."""


class Ico:
    """The method."""

    name = "ico-tree"

    def derive(self, situation: Situation) -> tuple[Input, ...]:
        """Return the answers that the facts give; what only a person can judge is unknown until one did."""
        facts = situation.facts
        risk = facts.text("risk")
        answers = {
            "personal_data": 1.0 if situation.persons is None or situation.persons > 0 else 0.0,
            "risk": {"unlikely": 0.0, "risk": 1.0, "high": 1.0}.get(risk, -1.0),
            "high_risk": {"unlikely": 0.0, "risk": 0.0, "high": 1.0}.get(risk, -1.0),
        }
        because = (f"risk={risk}",) if risk else ()
        return tuple(
            Input(
                name=name,
                derived=answer,
                rule=f"severity.question_{name}",
                because=() if name == "personal_data" else because,
                allowed=tuple(ANSWERS),
            )
            for name, answer in answers.items()
        )

    def assess(self, inputs: tuple[Input, ...]) -> Assessment:
        """Return where the answers lead."""
        answers = {each.name: each.value for each in inputs}
        here = tree()["first"]
        while here in tree()["question"]:
            here = tree()["question"][here][ANSWERS[answers[here]]]
        return Assessment(method=self.name, inputs=inputs, score=None, level=here, why=("severity.why_a_person",))


@cache
def tree() -> Mapping[str, Any]:
    """Return the questions and where they lead."""
    return tomllib.loads(files("sekisho.loss.severity").joinpath("ico-tree.toml").read_text(encoding="utf-8"))
