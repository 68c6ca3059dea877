"""Numbers in running text with what speaks for and against each, weighed: the surest reading of every place.

Everything is done with whole arrays, a rule at a time, because dense text holds ten thousand numbers a megabyte. The log
odds of a reading are its prior, the weight of the label beside it, and what other numbers of the text say: a check digit
that holds as often as by chance proves nothing.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from sekisho.detect.candidates import Candidates
from sekisho.detect.evidence import pass_weight
from sekisho.detect.hits import Shape
from sekisho.detect.packs import Scale
from sekisho.detect.text.context import Context, Surroundings
from sekisho.detect.text.labels import Vocabulary
from sekisho.detect.text.overlaps import surest
from sekisho.detect.text.rules import THING, NumberRule, TextRules
from sekisho.readers.structure import Mask, Positions

Weights = NDArray[np.float64]

DAY_IN_WORDS, DAY_BORN = 200, 201  # beside the kernel's shapes: a date that has words, or the sign 生 behind it

_OTHER_NAMES = {DAY_IN_WORDS: "day_in_words", DAY_BORN: "day_born"}


@dataclass(frozen=True, slots=True)
class Readings:
    """What numbers are taken for, in order, none over another.

    Attributes:
        starts: where each starts in the folded text.
        stops: where it stops.
        rules: by which rule: an index into the rules' numbers.
        labels: the weight of its label, 0 without one.
        against: the weight of what speaks against it.
        chance: what the other numbers of the text say about its check digit.
    """

    starts: Positions
    stops: Positions
    rules: NDArray[np.int16]
    labels: Weights
    against: Weights
    chance: Weights

    def __len__(self) -> int:
        return len(self.starts)

    def where(self, keep: Mask | Positions) -> "Readings":
        """Return some of them."""
        return Readings(*(getattr(self, each.name)[keep] for each in fields(self)))

    def log_odds(self, rules: TextRules) -> Weights:
        """Return the log odds of each."""
        priors = np.array([rule.prior for rule in rules.numbers])
        total: Weights = priors[self.rules] + self.labels + self.against + self.chance
        return total


@dataclass(frozen=True, slots=True)
class Numbers:
    """The numbers of a text by their shape.

    Attributes:
        places: for each shape where its numbers start and stop.
        tallies: how many there are of each shape in all that the text is a part of; None if it stands for itself.
    """

    places: Mapping[int, tuple[Positions, Positions]]
    tallies: Mapping[str, int] | None = None

    def count(self, shape: int) -> int:
        """Return how many there are of a shape, for the share of check digits that hold."""
        if self.tallies is not None:
            return self.tallies.get(_name(shape), 0)
        return len(self.places[shape][0]) if shape in self.places else 0


def numbers_of(found: Candidates, tallies: Mapping[str, int] | None = None) -> Numbers:
    """Return candidates by their shape; for tallies see :class:`Numbers`."""
    order = np.argsort(found.shapes, kind="stable")
    shapes = found.shapes[order]
    starts, stops = found.starts[order].astype(np.int64), found.stops[order].astype(np.int64)
    edges = [*np.flatnonzero(np.diff(shapes, prepend=-1)).tolist(), len(shapes)] if len(shapes) else [0]
    return Numbers({int(shapes[a]): (starts[a:b], stops[a:b]) for a, b in pairwise(edges)}, tallies)


def read_numbers(
    numbers: Numbers, text: bytes, beside: Surroundings, *, rules: TextRules, words: Vocabulary, scale: Scale
) -> Readings:
    """Return the surest reading of every number that is likely enough to be reported.

    Args:
        numbers: of the text; dates in words among them.
        text: the folded text.
        beside: its labels.
        rules: the rules of running text.
        words: what labels name.
        scale: how check digits are weighed.
    """
    least = float(np.log(scale.levels["low"] / (1 - scale.levels["low"])))
    named = int(beside.labels.present)
    likely = []
    for shape in numbers.places:
        name = _name(shape)
        asked = [
            place
            for place, rule in enumerate(rules.numbers)
            if rule.shape == name and (rule.prior >= least or named & int(words.mask(rule.kind)))
        ]
        for reading in _of_shape(shape, asked, numbers, beside, rules=rules, words=words, scale=scale):
            kept = reading.where(np.flatnonzero(reading.log_odds(rules) >= least))
            counted = _counted(kept, text, rules)
            likely.append(counted.where(counted.log_odds(rules) >= least))
    found = _join(likely)
    return found.where(surest(found.starts, found.stops, found.log_odds(rules)))


def _of_shape(
    shape: int,
    asked: Sequence[int],
    numbers: Numbers,
    beside: Surroundings,
    *,
    rules: TextRules,
    words: Vocabulary,
    scale: Scale,
) -> Iterator[Readings]:
    """Yield the readings of all numbers of one shape by some rules."""
    if not asked:
        return
    starts, stops = numbers.places[shape]
    context = beside.of(starts, stops, words.mask(THING, *_kinds_of_digits(_name(shape), rules)))
    for place in asked:
        rule = rules.numbers[place]
        labels, against = _weights(context, rule, rules, words)
        chance = np.where(
            labels > 0,
            _labelled_chance(rule, labels, numbers, beside, rules=rules, words=words, scale=scale),
            _chance(rule, numbers.count(shape), _tried(rule, numbers), scale, rules),
        )
        yield Readings(starts, stops, np.full(len(starts), place, np.int16), labels, against, chance)


def _name(shape: int) -> str:
    return _OTHER_NAMES.get(shape) or Shape(shape).name.lower()


def _kinds_of_digits(name: str, rules: TextRules) -> set[str]:
    """Return all kinds that digits of a shape may be of: a My Number may be a driver's licence, if its label says so."""
    same = next((group for group in rules.same_digits if name in group), (name,))
    return {rule.kind for rule in rules.numbers if rule.shape in same}


def _weights(context: Context, rule: NumberRule, rules: TextRules, words: Vocabulary) -> tuple[Weights, Weights]:
    """Return what the labels of numbers say for a rule, and against it."""
    own, thing, none = words.mask(rule.kind), words.mask(THING), np.uint64(0)
    labelled = (context.names & own) != none
    is_thing = ~labelled & ((context.names & thing) != none)
    is_other = ~labelled & ~is_thing & (context.names != none)
    against_thing = rules.weights["thing_alone" if rule.alone else "thing"]
    against = is_thing * against_thing + is_other * rules.weights["other_kind"]
    return labelled * np.where((context.strong & own) != none, rule.strong, rule.weak), against


def _tried(rule: NumberRule, numbers: Numbers) -> int:
    return sum(numbers.count(Shape[name.upper()]) for name in rule.tried)


def _labelled_chance(
    rule: NumberRule,
    labels: Weights,
    numbers: Numbers,
    beside: Surroundings,
    *,
    rules: TextRules,
    words: Vocabulary,
    scale: Scale,
) -> float:
    """Return what the share of passes says among the numbers behind the kind's own label: card_token= names no card."""
    passed = int(np.count_nonzero(labels > 0))
    if numbers.tallies is not None or _tried(rule, numbers) < scale.check["least"] or not passed:
        return 0.0  # of a part, who knows the whole has decided which labels to believe
    own, none = words.mask(rule.kind), np.uint64(0)
    named = words.mask(THING, *_kinds_of_digits(rule.shape, rules))
    tried = sum(
        int(np.count_nonzero((beside.of(*numbers.places[shape], named).names & own) != none))
        for name in rule.tried
        if (shape := Shape[name.upper()]) in numbers.places
    )
    return _chance(rule, passed, tried, scale, rules)


def _chance(rule: NumberRule, passed: int, tried: int, scale: Scale, rules: TextRules) -> float:
    """Return what the share of passes in the text says against a check digit; never for it."""
    if tried < scale.check["least"]:
        return 0.0
    weight = pass_weight(min(tried, passed), tried, chance=rule.chance, scale=scale.check)
    return max(-rules.weights["chance_cap"], min(0.0, weight))


def _counted(readings: Readings, text: bytes, rules: TextRules) -> Readings:
    """Hold a unit behind a number against it, where no label speaks for it: 1234567円."""
    units = tuple(word.encode() for word in rules.units.words)
    against = readings.against
    for place in np.flatnonzero(readings.labels <= 0).tolist():
        stop = int(readings.stops[place])
        if text.startswith(units, stop) or text.startswith(units, stop + 1):
            against[place] += rules.weights["unit"]
    return replace(readings, against=against)


def _join(parts: list[Readings]) -> Readings:
    if not parts:
        none = np.empty(0, np.int64)
        return Readings(none, none, np.empty(0, np.int16), *(np.empty(0, np.float64) for _ in range(3)))
    return Readings(*(np.concatenate([getattr(part, each.name) for part in parts]) for each in fields(Readings)))
