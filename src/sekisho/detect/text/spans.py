"""Everything found in one piece of running text: numbers, patterns, addresses and names, none over another.

A span is a place in the piece, a kind, and log odds. The detectors know nothing of one another; where two claim the same
place the likelier stays. What each saw as evidence is asked for only of the spans that are reported.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from sekisho.detect.candidates import Candidates, find_flat, mask_of
from sekisho.detect.evidence import Evidence
from sekisho.detect.hits import Shape
from sekisho.detect.packs import Scale, built_in_rules
from sekisho.detect.text.context import surroundings
from sekisho.detect.text.dates import dates_before_sign, dates_behind
from sekisho.detect.text.folding import Folded, fold
from sekisho.detect.text.labels import Labels, vocabulary
from sekisho.detect.text.overlaps import surest
from sekisho.detect.text.rules import THING, TextRules, text_rules
from sekisho.detect.text.weigh import DAY_BORN, DAY_IN_WORDS, Readings, numbers_of, read_numbers
from sekisho.kinds.taxonomy import taxonomy
from sekisho.readers.structure import Mask, Positions

LOW, MEDIUM, HIGH = 0, 1, 2

Explain = Callable[[int], tuple[Evidence, ...]]


@dataclass(frozen=True, slots=True)
class Spans:
    """Places of kinds, in the order of the text.

    Attributes:
        starts: the first byte of each in the piece.
        stops: the byte behind its last.
        kinds: the bit of its kind.
        odds: the log odds that it is of the kind.
        levels: LOW, MEDIUM or HIGH.
        explain: the evidence of the one at an index.
    """

    starts: Positions
    stops: Positions
    kinds: NDArray[np.int16]
    odds: NDArray[np.float64]
    levels: NDArray[np.int8]
    explain: Explain = field(repr=False)

    def __len__(self) -> int:
        return len(self.starts)


def find_spans_in(text: bytes) -> Spans:
    """Return the spans of a piece of UTF-8 text."""
    folded = fold(text)
    rules, scale = text_rules(), built_in_rules().scale
    return _of_numbers(folded, rules, scale)


def _of_numbers(folded: Folded, rules: TextRules, scale: Scale) -> Spans:
    words = vocabulary()
    found = find_flat(folded.text, _asked(rules))
    labels = words.find(folded.text)
    found = _with_days(found, folded, labels, words.kinds.index("birth_date"))
    beside = surroundings(folded.data(), labels, thing=words.kinds.index(THING), reach=rules.reach)
    readings = read_numbers(numbers_of(found), folded.text, beside, rules=rules, words=words, scale=scale)
    bits = np.array([taxonomy()[rule.kind].bit for rule in rules.numbers], np.int16)
    alone = np.array([rule.alone for rule in rules.numbers])
    odds = readings.log_odds(rules)
    return Spans(
        folded.in_source(readings.starts),
        folded.in_source(readings.stops),
        bits[readings.rules],
        odds,
        levels_of(odds, alone[readings.rules] | (readings.labels > 0), scale),
        lambda place: _evidence(readings, place, rules),
    )


def levels_of(odds: NDArray[np.float64], may_be_high: Mask, scale: Scale) -> NDArray[np.int8]:
    """Return the levels of log odds; what nothing but its form speaks for is never high."""
    medium, high = (np.log(scale.levels[name] / (1 - scale.levels[name])) for name in ("medium", "high"))
    return np.where((odds >= high) & may_be_high, HIGH, np.where(odds >= medium, MEDIUM, LOW)).astype(np.int8)


def _asked(rules: TextRules) -> int:
    names = {name.upper() for rule in rules.numbers for name in (rule.shape, *rule.tried)}
    return mask_of(shape for shape in Shape if shape.name in names)


def _with_days(found: Candidates, folded: Folded, labels: Labels, birth: int) -> Candidates:
    """Add dates in words behind labels of a birth date and before 生."""
    behind = labels.stops[labels.kinds == birth]
    days = {(*place, DAY_IN_WORDS) for place in dates_behind(folded.text, behind)}
    days |= {(*place, DAY_BORN) for place in dates_before_sign(folded.text, folded.data())}
    if not days:
        return found
    starts, stops, shapes = np.array(sorted(days), np.uint64).T
    return Candidates(
        np.concatenate((found.starts, starts)),
        np.concatenate((found.stops, stops)),
        np.concatenate((found.shapes, shapes.astype(np.uint8))),
    )


def _evidence(readings: Readings, place: int, rules: TextRules) -> tuple[Evidence, ...]:
    rule = rules.numbers[int(readings.rules[place])]
    pieces = (
        Evidence("form", rule.prior, {"shape": rule.shape}),
        Evidence("label", float(readings.labels[place]), {"kind": rule.kind}),
        Evidence("against", float(readings.against[place])),
        Evidence("by_chance", float(readings.chance[place])),
    )
    return tuple(each for each in pieces if each.weight or each.key == "form")


def join(parts: Sequence[Spans]) -> Spans:
    """Return the spans of several detectors, without those that lie over surer ones."""
    parts = [part for part in parts if len(part)] or parts[:1]
    starts, stops, odds = (
        np.concatenate([getattr(part, name) for part in parts]) for name in ("starts", "stops", "odds")
    )
    kept = surest(starts, stops, odds)
    first = np.cumsum([0, *(len(part) for part in parts)])

    def explain(place: int) -> tuple[Evidence, ...]:
        among = int(kept[place])
        part = int(np.searchsorted(first, among, side="right")) - 1
        return parts[part].explain(among - int(first[part]))

    return Spans(
        starts[kept],
        stops[kept],
        np.concatenate([part.kinds for part in parts])[kept],
        odds[kept],
        np.concatenate([part.levels for part in parts])[kept],
        explain,
    )
