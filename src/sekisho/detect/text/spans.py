"""Everything found in one piece of running text: numbers, patterns, addresses and names, none over another.

A span is a place in the piece, a kind, and log odds. The detectors know nothing of one another; where two claim the same
place the likelier stays. What each saw as evidence is asked for only of the spans that are reported.
"""

import re
from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from sekisho.detect.addresses import Place, find_addresses
from sekisho.detect.candidates import Candidates, find_flat, mask_of
from sekisho.detect.evidence import Evidence
from sekisho.detect.hits import Shape
from sekisho.detect.packs import Scale, built_in_rules
from sekisho.detect.postal_codes import exists
from sekisho.detect.text.context import surroundings
from sekisho.detect.text.dates import dates_behind, dates_beside_signs
from sekisho.detect.text.folding import Folded, fold
from sekisho.detect.text.found import Spans, join, levels_of
from sekisho.detect.text.labels import Labels, vocabulary, without_edges
from sekisho.detect.text.loose import Loose, loose_numbers
from sekisho.detect.text.marks import numbers_in_two_parts
from sekisho.detect.text.patterns import find_by_pattern
from sekisho.detect.text.people import find_names
from sekisho.detect.text.rules import THING, TextRules, text_rules
from sekisho.detect.text.weigh import DAY_BORN, DAY_IN_WORDS, Readings, numbers_of, read_numbers
from sekisho.kinds.taxonomy import taxonomy
from sekisho.readers.structure import Bytes, Mask, Positions

_LABELLED, _DOUBTED = 5.5, 1.6  # log odds behind a label that names nothing else: all holds, or something does not
_EXISTS = 2.5  # a code of the list, where one number in seventy is one
_ADDRESS = 4.0
_BESIDE_ADDRESS = 12  # bytes between a postal code and its address


def find_spans_in(
    text: bytes,
    *,
    names: str | None = None,
    every_line: bool = False,
    tallies: Mapping[str, int] | None = None,
) -> Spans:
    """Return the spans of a piece of UTF-8 text.

    Args:
        text: whole lines.
        names: the recogniser of names; None for the best that is here.
        every_line: look for names on every line, not only where something speaks for one.
        tallies: how many numbers of each shape there are in all that the piece is a part of; None if that is not known.
    """
    rules, scale, words = text_rules(), built_in_rules().scale, vocabulary()
    folded = fold(text)
    labels = words.find(folded.text)
    folded = Folded(without_edges(folded.text, labels), folded.places)
    addresses = _of_addresses(text)
    numbers, readings = _of_numbers(folded, labels, addresses, rules, scale, tallies=tallies)
    loose = [*loose_numbers(folded.text, labels, readings.starts, rules=rules, words=words)]
    loose += numbers_in_two_parts(folded.text)
    people = find_names(text, scale, recogniser=names, every_line=every_line)
    return join([numbers, _of_loose(folded, loose, scale), addresses, find_by_pattern(folded, scale), people])


def _of_numbers(
    folded: Folded,
    labels: Labels,
    addresses: Spans,
    rules: TextRules,
    scale: Scale,
    *,
    tallies: Mapping[str, int] | None,
) -> tuple[Spans, Readings]:
    words = vocabulary()
    found = _with_days(
        _bracketed(find_flat(folded.text, _asked(rules)), folded.data()), folded, labels, words.mask("birth_date")
    )
    beside = surroundings(folded.data(), labels, thing=words.mask(THING), reach=rules.reach)
    readings = read_numbers(numbers_of(found, tallies), folded.text, beside, rules=rules, words=words, scale=scale)
    bits = np.array([taxonomy()[rule.kind].bit for rule in rules.numbers], np.int16)
    alone = np.array([rule.alone for rule in rules.numbers])
    starts, stops = folded.in_source(readings.starts), folded.in_source(readings.stops)
    known = _known_by_place(readings, folded, stops, addresses, rules)
    odds = readings.log_odds(rules) + known
    spans = Spans(
        starts,
        stops,
        bits[readings.rules],
        odds,
        levels_of(odds, alone[readings.rules] | (readings.labels > 0) | (known > _EXISTS), scale),
        lambda place: _evidence(readings, place, float(known[place]), rules),
    )
    return spans, readings


def _known_by_place(
    readings: Readings, folded: Folded, stops: Positions, addresses: Spans, rules: TextRules
) -> NDArray[np.float64]:
    """Return what the list of postal codes, and an address behind one, say for a postal code."""
    weights = np.zeros(len(readings), np.float64)
    is_code = np.array([rule.kind == "postal_code" for rule in rules.numbers])[readings.rules]
    for place in np.flatnonzero(is_code & (readings.labels <= 0)).tolist():
        code = re.sub(rb"[^0-9]", b"", folded.text[int(readings.starts[place]) : int(readings.stops[place])])
        behind = int(np.searchsorted(addresses.starts, stops[place]))
        near = behind < len(addresses) and addresses.starts[behind] - stops[place] <= _BESIDE_ADDRESS
        weights[place] = (_EXISTS if exists(code.decode()) else -_EXISTS) + (_ADDRESS if near else 0.0)
    return weights


def _of_loose(folded: Folded, found: Sequence[Loose], scale: Scale) -> Spans:
    found = sorted(found)
    places = np.array([(each.start, each.stop) for each in found], np.int64).reshape(-1, 2)
    odds = np.array([_LABELLED if each.checked else _DOUBTED for each in found])
    return Spans(
        folded.in_source(places[:, 0]),
        folded.in_source(places[:, 1]),
        np.array([taxonomy()[each.kind].bit for each in found], np.int16),
        odds,
        levels_of(odds, np.ones(len(found), np.bool_), scale),
        lambda place: (Evidence("label", float(odds[place]), {"kind": found[place].kind}),),
    )


def _of_addresses(text: bytes) -> Spans:
    found = find_addresses(b"" if text.isascii() else text)
    scale = built_in_rules().scale
    sure = (found.evidence & (Place.PREFECTURE | Place.MUNICIPALITY)) != 0
    odds = np.where(sure, _LABELLED, _DOUBTED)
    bit = taxonomy()["address"].bit
    return Spans(
        found.starts,
        found.stops,
        np.full(len(found.starts), bit, np.int16),
        odds,
        levels_of(odds, sure, scale),
        lambda place: (Evidence("block_behind_place", float(odds[place])),),
    )


def _asked(rules: TextRules) -> int:
    names = {name.upper() for rule in rules.numbers for name in (rule.shape, *rule.tried)}
    return mask_of(shape for shape in Shape if shape.name in names)


def _bracketed(found: Candidates, data: Bytes) -> Candidates:
    """Give telephone numbers the bracket that they begin with: (06)6489-1234."""
    phones = np.flatnonzero((found.shapes == Shape.PHONE) & (found.starts > 0))
    starts = found.starts[phones].astype(np.int64)
    opened = phones[(data[starts - 1] == ord("(")) & _close_soon(data, starts)]
    if not len(opened):
        return found
    moved = found.starts.copy()
    moved[opened] -= np.uint64(1)
    return Candidates(moved, found.stops, found.shapes)


def _close_soon(data: Bytes, starts: Positions) -> Mask:
    """Tell where a bracket closes behind two to five digits."""
    closes = [data[np.minimum(starts + size, len(data) - 1)] == ord(")") for size in range(2, 6)]
    found: Mask = np.logical_or.reduce(closes)
    return found


def _with_days(found: Candidates, folded: Folded, labels: Labels, birth: np.uint64) -> Candidates:
    """Add dates in words behind labels of a birth date and before 生."""
    behind = labels.stops[(labels.names & birth) != np.uint64(0)]
    days = {(*place, DAY_IN_WORDS) for place in dates_behind(folded.text, behind)}
    days |= {(*place, DAY_BORN) for place in dates_beside_signs(folded.text, folded.data())}
    if not days:
        return found
    starts, stops, shapes = np.array(sorted(days), np.uint64).T
    return Candidates(
        np.concatenate((found.starts, starts)),
        np.concatenate((found.stops, stops)),
        np.concatenate((found.shapes, shapes.astype(np.uint8))),
    )


def _evidence(readings: Readings, place: int, known: float, rules: TextRules) -> tuple[Evidence, ...]:
    rule = rules.numbers[int(readings.rules[place])]
    pieces = (
        Evidence("form", rule.prior, {"shape": rule.shape}),
        Evidence("label", float(readings.labels[place]), {"kind": rule.kind}),
        Evidence("against", float(readings.against[place])),
        Evidence("by_chance", float(readings.chance[place])),
        Evidence("code_exists" if known > 0 else "code_unknown", known),
    )
    return tuple(each for each in pieces if each.weight or each.key == "form")
