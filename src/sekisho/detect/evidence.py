"""Pieces of evidence about a column and a kind, each weighed as a likelihood ratio.

A piece has a key into ``catalogue/detect.toml``, the values its words need, and its weight: the natural logarithm of how
much likelier it is if the column holds the kind than if it does not.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from math import lgamma

from sekisho.catalogue.words import Language, say
from sekisho.detect.headers import HeaderReading
from sekisho.detect.packs import CheckRule, KindRule, Rules, ValueRule
from sekisho.kinds.taxonomy import kind


@dataclass(frozen=True, slots=True)
class Evidence:
    """One piece of evidence.

    Attributes:
        key: what it is, in the catalogue.
        weight: natural log of the likelihood ratio; above 0 it speaks for the kind.
        values: what its words need: shares, counts, ids of kinds and shapes; never a cell.
    """

    key: str
    weight: float
    values: Mapping[str, str | int | float] = field(default_factory=dict)

    def says(self, language: Language) -> str:
        """Return it in words."""
        words = {
            name: kind(str(value)).label(language) if name == "kind" else value for name, value in self.values.items()
        }
        return say(f"detect.{self.key}", language, **words)


@dataclass(frozen=True, slots=True)
class Share:
    """How many cells have a shape, of how many looked at; exact if that was all of them."""

    matched: int
    of: int
    exact: bool

    @property
    def rate(self) -> float:
        """The share, 0 where nothing was looked at."""
        return self.matched / self.of if self.of else 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class ColumnProfile:
    """What is known of a column before it is judged.

    Attributes:
        label: its name in frames and reports.
        reading: what its header says.
        thing: its header names a thing by its number.
        filled: cells that say something, over the whole file.
        shapes: shape → cells that have it and nothing else.
        inside: number shape → cells that hold it anywhere.
        labelled: number shape → cells that hold it behind its own name.
        sampled: cells read as text.
        distinct: different values among them.
    """

    label: str
    reading: HeaderReading | None
    thing: bool
    filled: int
    shapes: Mapping[str, Share]
    inside: Mapping[str, int]
    labelled: Mapping[str, int]
    sampled: int
    distinct: int

    def is_called(self, kind_id: str) -> bool:
        """Tell whether the header names a kind."""
        return self.reading is not None and self.reading.kind.id == kind_id

    def share(self, name: str) -> Share:
        """Return a shape's share; none of the cells if the shape was not seen."""
        return self.shapes.get(name, Share(0, self.filled, exact=True))


def speaks(rule: KindRule, profile: ColumnProfile) -> bool:
    """Tell whether any cell has a shape that the rule asks for: without one only a header can speak."""
    seen = profile.shapes.keys() | profile.inside.keys()
    return any(not seen.isdisjoint(each.shapes) for each in rule.values)


def own_evidence(kind_id: str, rule: KindRule, profile: ColumnProfile, rules: Rules) -> Iterator[Evidence]:
    """Yield what a column says by itself about a kind."""
    if profile.reading:
        yield _of_header(kind_id, profile.reading, rules)
    elif profile.thing:
        yield Evidence("header_thing", rules.scale.header["thing"])
    if not profile.filled:
        return
    yield from _of_values(kind_id, rule, profile, rules)
    if rule.check:
        yield from _of_check(rule.check, profile, rules)
    if rule.most_distinct is not None and profile.distinct > rule.most_distinct:
        yield Evidence("many_values", rule.against, {"distinct": profile.distinct})


def fit(rule: ValueRule, profile: ColumnProfile, rules: Rules) -> float:
    """Return how well the cells fit a rule: their share with one of its shapes, over the share in a true column."""
    return min(1.0, sum(profile.share(name).rate / _expected(name, rules) for name in rule.shapes))


def value_weight(rule: ValueRule, kind_id: str, profile: ColumnProfile, rules: Rules) -> float:
    """Return the weight of one of a kind's rules on values, for or against it.

    A few cells prove little: unless the header names the kind or the shape is telling by itself, the whole weight takes
    as many cells as ``enough`` in ``rules/scale.toml``.
    """
    scale, fits = rules.scale.values, fit(rule, profile, rules)
    if fits < scale["even"]:
        return rules.kinds[kind_id].against * (scale["even"] - fits) / scale["even"]
    proof = 1.0 if rule.alone or profile.is_called(kind_id) else min(1.0, profile.filled / scale["enough"])
    return rule.weight * proof * min(1.0, (fits - scale["even"]) / (scale["full"] - scale["even"]))


def check_weight(check: CheckRule, profile: ColumnProfile, rules: Rules) -> float:
    """Return the weight of a check digit over all cells of a column that hold such a number; 0 where none does."""
    tried = sum(profile.inside.get(name, 0) for name in check.tried)
    passed = profile.inside.get(check.passed, 0)
    return pass_weight(passed, tried, chance=check.chance, scale=rules.scale.check) if tried else 0.0


def pass_weight(passed: int, tried: int, *, chance: float, scale: Mapping[str, float]) -> float:
    """Return the log Bayes factor of so many passes of a check digit.

    Both rates are uncertain: that of a true column is near 1 (Beta(true_passes, 1)), since columns are mixed, and that of
    other numbers near chance (a Beta of weight chance_weight), since they are not drawn by lot.
    """
    by_kind = _beta_binomial(passed, tried, scale["true_passes"], 1.0)
    weight = scale["chance_weight"]
    by_chance = _beta_binomial(passed, tried, weight * chance, weight * (1 - chance))
    return max(-scale["cap"], min(scale["cap"], by_kind - by_chance))


def _beta_binomial(passed: int, tried: int, alpha: float, beta: float) -> float:
    """Return the log likelihood of passes, but for the binomial coefficient, under a Beta prior of their rate."""
    return _log_beta(passed + alpha, tried - passed + beta) - _log_beta(alpha, beta)


def _log_beta(alpha: float, beta: float) -> float:
    return lgamma(alpha) + lgamma(beta) - lgamma(alpha + beta)


def _of_header(kind_id: str, reading: HeaderReading, rules: Rules) -> Evidence:
    weights = rules.scale.header
    if reading.kind.id == kind_id:
        return Evidence(f"header_{reading.strength}", weights[reading.strength], {"kind": kind_id})
    says_more = reading.strength != "weak" and reading.kind.id not in rules.headers.anything
    weight = weights["other"] if says_more else 0.0
    return Evidence("header_other", weight, {"kind": reading.kind.id})


def _of_values(kind_id: str, rule: KindRule, profile: ColumnProfile, rules: Rules) -> Iterator[Evidence]:
    weighed = [(value_weight(each, kind_id, profile, rules), each) for each in rule.values]
    weight, best = max(weighed, key=lambda pair: pair[0])
    inside = profile.inside.get(rule.values[0].shapes[0], 0)
    if weight > 0:
        yield _of_shape(best, weight, profile)
    elif rule.inside and not rule.check and inside:
        yield Evidence("inside", rule.inside * min(1.0, inside / rules.scale.values["inside"]), {"cells": inside})
    elif not (rule.inside and rule.check):
        yield Evidence("other_shape", weight)


def _of_shape(rule: ValueRule, weight: float, profile: ColumnProfile) -> Evidence:
    """Return the evidence of the cells that have one of a rule's shapes, under the name of the most frequent."""
    rates = {name: profile.share(name).rate for name in rule.shapes}
    share = round(100 * min(1.0, sum(rates.values())), 1)
    return Evidence("shape", weight, {"shape": max(rates, key=rates.__getitem__), "share": share})


def _of_check(check: CheckRule, profile: ColumnProfile, rules: Rules) -> Iterator[Evidence]:
    """Yield what check digits say; a number behind its own name does not suffer from others in its column."""
    tried = sum(profile.inside.get(name, 0) for name in check.tried)
    passed, labelled = profile.inside.get(check.passed, 0), profile.labelled.get(check.passed, 0)
    weight = check_weight(check, profile, rules)
    if labelled:
        yield Evidence("labelled", check.labelled, {"cells": labelled})
    if tried and (weight > 0 or not labelled):
        yield Evidence("check_digit", weight, {"passed": passed, "tried": tried})


def _expected(name: str, rules: Rules) -> float:
    return rules.shapes[name].share if name in rules.shapes else 1.0
