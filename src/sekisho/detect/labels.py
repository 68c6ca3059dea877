"""Numbers behind their own name in the same cell: ``マイナンバー：123456789018`` in a note.

A check digit alone is weak evidence in a column of other numbers; behind the number's name it is strong, even once.
"""

from collections.abc import Mapping, Sequence

import numpy as np

from sekisho.detect.hits import Shape
from sekisho.detect.packs import Rules
from sekisho.readers.structure import Bytes, Mask, Positions

Labels = Mapping[Shape, tuple[bytes, ...]]

_REACH = 60  # bytes: twenty characters of Japanese


def labels_of(rules: Rules) -> Labels:
    """Return the names of the rules by the shape that the numbers behind them have."""
    named = ((rule.check.passed, rule.check.labels) for rule in rules.kinds.values() if rule.check)
    return {Shape[shape.upper()]: tuple(label.encode() for label in labels) for shape, labels in named if labels}


def is_labelled(cell: bytes, start: int, labels: Sequence[bytes]) -> bool:
    """Tell whether a label stands before a place of a cell."""
    before = cell[max(0, start - _REACH) : start].lower()
    return any(label in before for label in labels)


def are_labelled(data: Bytes, first: Positions, starts: Positions, labels: Sequence[bytes]) -> Mask:
    """Tell which of many places in a block have one, each in a cell that starts at its place of ``first``."""
    found = np.zeros(len(starts), np.bool_)
    inside = np.flatnonzero(starts > first)
    text = data.tobytes().lower() if len(inside) else b""
    if not any(label in text for label in labels):
        return found  # as in most blocks
    begins = np.maximum(first, starts - _REACH)[inside]
    for place, begin, start in zip(inside.tolist(), begins.tolist(), starts[inside].tolist(), strict=True):
        found[place] = is_labelled(text[begin:start], start - begin, labels)
    return found
