"""``cnil-2012``: how easily persons are found plus how much harm it may do, 1 to 4 each; from memory, and marked so.

Below 5 negligible, 5 limited, 6 significant, above maximum.
"""

from sekisho.kinds.taxonomy import taxonomy
from sekisho.loss.severity.assessment import Assessment, Input, Situation
from sekisho.loss.severity.enisa import Enisa

_STEPS = (1.0, 2.0, 3.0, 4.0)


class Cnil:
    """The method."""

    name = "cnil-2012"

    def derive(self, situation: Situation) -> tuple[Input, ...]:
        """Return its inputs: identification in four steps as ENISA's, harm by the most sensitive kind."""
        ease = next(each for each in Enisa().derive(situation) if each.name == "ei")
        table = taxonomy()
        most = max((table[kind].sensitivity for kind in situation.kinds), default=1)
        return (
            Input(
                name="identification",
                derived=ease.derived * 4,
                rule=ease.rule,
                because=ease.because,
                mark="R",
                allowed=_STEPS,
            ),
            Input(
                name="harm",
                derived=float(most),
                rule="severity.rule_harm",
                because=tuple(sorted(kind for kind in situation.kinds if table[kind].sensitivity == most)),
                mark="R",
                allowed=_STEPS,
            ),
        )

    def assess(self, inputs: tuple[Input, ...]) -> Assessment:
        """Return the sum and its level."""
        score = sum(each.value for each in inputs)
        return Assessment(
            method=self.name,
            inputs=inputs,
            score=score,
            level=level_of(score),
            why=("severity.why_from_memory",),
            mark="R",
        )


def level_of(score: float) -> str:
    """Return the level of a sum."""
    return "negligible" if score < 5 else {5: "limited", 6: "significant"}.get(int(score), "maximum")
