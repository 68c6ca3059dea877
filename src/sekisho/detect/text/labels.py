"""Words in running text that say what the number behind them is.

All words of the rules are looked for at once. Of words inside one another the longest counts: 被保険者番号 is not 保険者番号.
Words of ASCII letters count only where no other letter stands beside them: there is no "tel" in "hotel". A word may name
several kinds, so what a label names is a mask: bit n for the n-th entry of the rules' labels.
"""

from dataclasses import dataclass, field
from functools import cache

import numpy as np
from numpy.typing import NDArray

from sekisho.detect.literals import Literals
from sekisho.detect.runs import is_digit, is_letter
from sekisho.detect.text.folding import fold
from sekisho.detect.text.rules import THING, TextRules, text_rules
from sekisho.readers.structure import Mask, Positions

Masks = NDArray[np.uint64]

_SIZE_BITS = 16


@dataclass(frozen=True, slots=True)
class Labels:
    """Labels found in a text, in order, none inside another.

    Attributes:
        starts: where each starts.
        stops: where it stops, exclusive.
        names: the mask of what it names.
        strong: the mask of what it names and hardly anything else.
    """

    starts: Positions
    stops: Positions
    names: Masks
    strong: Masks

    @property
    def present(self) -> np.uint64:
        """The mask of all that any of them names."""
        return np.bitwise_or.reduce(self.names) if len(self.names) else np.uint64(0)

    def where(self, keep: Mask | Positions) -> "Labels":
        """Return some of them."""
        return Labels(self.starts[keep], self.stops[keep], self.names[keep], self.strong[keep])


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """The words of the rules, ready to be looked for.

    Attributes:
        bits: what labels name, a bit for each kind and for things.
    """

    bits: dict[str, int]
    _words: Literals = field(repr=False)
    _sizes: Positions = field(repr=False)
    _names: Masks = field(repr=False)
    _strong: Masks = field(repr=False)

    def mask(self, *names: str) -> np.uint64:
        """Return the mask of some kinds; those that no label names have no bit."""
        return np.uint64(sum(1 << self.bits[name] for name in set(names) if name in self.bits))

    def find(self, text: bytes) -> Labels:
        """Return the labels of a folded text."""
        starts, words = self._words.find(text)
        stops = starts + self._sizes[words]
        order = np.argsort((starts << _SIZE_BITS) - self._sizes[words], kind="stable")  # the longest of a place first
        found = Labels(starts[order], stops[order], self._names[words[order]], self._strong[words[order]])
        outer = np.ones(len(starts), np.bool_)
        if len(starts):
            outer[1:] = found.stops[1:] > np.maximum.accumulate(found.stops)[:-1]
        return found.where(outer)


@cache
def vocabulary() -> Vocabulary:
    """Return the built-in vocabulary of labels."""
    return make_vocabulary(text_rules())


def make_vocabulary(rules: TextRules) -> Vocabulary:
    """Return the words of some rules."""
    bits = {name: place for place, name in enumerate(rules.labels)}
    names: dict[bytes, int] = {}
    strong: dict[bytes, int] = {}
    for name, entry in rules.labels.items():
        for words, is_strong in ((entry.strong, True), (entry.weak, False), (entry.words, name == THING)):
            for word in words:
                form = fold(word.encode()).text.lower()
                names[form] = names.get(form, 0) | 1 << bits[name]
                strong[form] = strong.get(form, 0) | is_strong << bits[name]
    return Vocabulary(
        bits,
        Literals(list(names), caseless=True, whole=True),
        np.array([len(word) for word in names], np.int64),
        np.array(list(names.values()), np.uint64),
        np.array([strong[word] for word in names], np.uint64),
    )


def without_edges(text: bytes, labels: Labels) -> bytes:
    """Return a text in which labels of letters do not touch the digits behind them: ``TEL090-…`` is no word."""
    data = np.frombuffer(text, np.uint8)
    stops = labels.stops[labels.stops < len(data)]
    touching = stops[is_letter(data, stops - 1) & is_digit(data, stops)]
    if not len(touching):
        return text
    loosened = data.copy()
    loosened[touching - 1] = ord(" ")
    return loosened.tobytes()
