"""``jnsa-jo``: the yen for each person of the JNSA JO model, a value to plan with.

value = 500 (10^(x-1) + 5^(y-1)) ident, claim = value social response: x is mental distress, y economic loss. One page in print has
x and y the wrong way round; the vectors hold its value. What courts and settlements gave lies far below: the result says so.
"""

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any

from sekisho.loss.severity.assessment import Assessment, Input, Situation, weakest

_LEVELS = (1.0, 2.0, 3.0)


class Jnsa:
    """The method."""

    name = "jnsa-jo"

    def derive(self, situation: Situation) -> tuple[Input, ...]:
        """Return its inputs: x and y over all kinds, how easily a person is found, the office's standing, its answer."""
        public = situation.facts.text("body") != "private"
        return (
            _axis("x", situation),
            _axis("y", situation),
            _ident(situation),
            Input(
                name="social",
                derived=2.0 if public else 1.0,
                rule="severity.rule_social",
                because=(f"body={situation.facts.text('body') or 'unknown'}",),
                allowed=(1.0, 2.0),
            ),
            Input(name="response", derived=1.0, rule="severity.rule_response", allowed=(1.0, 2.0)),
            Input(
                name="persons",
                derived=float(situation.persons or 0),
                rule="severity.rule_persons" if situation.persons is not None else "severity.rule_persons_unknown",
            ),
        )

    def assess(self, inputs: tuple[Input, ...]) -> Assessment:
        """Return the yen for each person, and for all of them."""
        value = {each.name: round(each.value) for each in inputs}
        yen = claim(
            x=value["x"], y=value["y"], ident=value["ident"], social=value["social"], response=value["response"]
        )
        judged = any(
            "account" in kind or kind == "iban" for each in inputs if each.name == "y" for kind in each.because
        )
        return Assessment(
            method=self.name,
            inputs=inputs,
            score=float(yen),
            unit="JPY",
            level="",
            why=("severity.why_model_value", *(("severity.why_account_alone",) if judged else ())),
            mark=weakest(each.mark for each in inputs if each.override is None),
            also={"total": float(yen * value["persons"])},
        )


def claim(*, x: int, y: int, ident: int, social: int = 1, response: int = 1) -> int:
    """Return the yen for one person.

    Args:
        x: mental distress, 1 to 3.
        y: economic loss, 1 to 3.
        ident: 6, 3 or 1.
        social: 2 for a public, medical, financial or large body.
        response: 2 where the answer was improper.
    """
    return 500 * (int(10 ** (x - 1)) + int(5 ** (y - 1))) * ident * social * response


@cache
def rules() -> Mapping[str, Any]:
    """Return the table of kinds."""
    return tomllib.loads(files("sekisho.loss.severity").joinpath("jnsa-jo.toml").read_text(encoding="utf-8"))


def _axis(name: str, situation: Situation) -> Input:
    table = rules()["kinds"]
    found = {kind: table[kind] for kind in sorted(situation.kinds) if kind in table}
    most = max((each[name] for each in found.values()), default=1)
    these = {kind: each for kind, each in found.items() if each[name] == most > 1}
    return Input(
        name=name,
        derived=float(most),
        rule=f"severity.rule_{name}",
        because=tuple(these),
        mark=weakest(each["mark"] for each in these.values()),
        allowed=_LEVELS,
    )


def _ident(situation: Situation) -> Input:
    found = [_ident_of(kinds) for kinds in situation.together or (situation.kinds,)]
    return max(found, key=lambda each: each.derived)


def _ident_of(kinds: frozenset[str]) -> Input:
    for step in rules()["ident"]:
        hits = [sorted(set(one) & kinds) for one in step["all"]]
        if all(hits):
            because = tuple(kind for hit in hits for kind in hit)
            return _input_ident(float(step["value"]), step["rule"], because)
    return _input_ident(1.0, "ident_other", ())


def _input_ident(value: float, rule: str, because: tuple[str, ...]) -> Input:
    return Input(
        name="ident", derived=value, rule=f"severity.rule_{rule}", because=because, allowed=(1.0, 3.0, 6.0)
    )  # fmt: skip
