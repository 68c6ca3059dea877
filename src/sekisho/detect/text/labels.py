"""Words in running text that say what the number behind them is.

All words of the rules are looked for at once. Of words inside one another the longest counts: 被保険者番号 is not 保険者番号.
Words of ASCII letters count only where no other letter stands beside them: there is no "tel" in "hotel".
"""

from dataclasses import dataclass, field
from functools import cache

import numpy as np
from numpy.typing import NDArray

from sekisho.detect.literals import Literals
from sekisho.detect.text.folding import fold
from sekisho.detect.text.rules import THING, TextRules, text_rules
from sekisho.readers.structure import Bytes, Mask, Positions

Codes = NDArray[np.int16]

NO_LABEL = -1


@dataclass(frozen=True, slots=True)
class Labels:
    """Labels found in a text, in order, none inside another.

    Attributes:
        starts: where each starts.
        stops: where it stops, exclusive.
        kinds: which kind it names: an index into :attr:`Vocabulary.kinds`.
        strong: whether it names nothing else.
    """

    starts: Positions
    stops: Positions
    kinds: Codes
    strong: Mask


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """The words of the rules, ready to be looked for.

    Attributes:
        kinds: what labels name: ids of kinds, and "thing".
    """

    kinds: tuple[str, ...]
    _words: Literals = field(repr=False)
    _sizes: Positions = field(repr=False)
    _kinds: Codes = field(repr=False)
    _strong: Mask = field(repr=False)
    _letters: Mask = field(repr=False)

    def find(self, text: bytes) -> Labels:
        """Return the labels of a folded text."""
        starts, words = self._words.find(text)
        stops = starts + self._sizes[words]
        keep = _are_whole(np.frombuffer(text, np.uint8), starts, stops, self._letters[words])
        starts, stops, words = starts[keep], stops[keep], words[keep]
        order = np.lexsort((-stops, starts))
        starts, stops, words = starts[order], stops[order], words[order]
        outer = np.ones(len(starts), np.bool_)
        if len(starts):
            outer[1:] = stops[1:] > np.maximum.accumulate(stops)[:-1]
        return Labels(starts[outer], stops[outer], self._kinds[words[outer]], self._strong[words[outer]])


@cache
def vocabulary() -> Vocabulary:
    """Return the built-in vocabulary of labels."""
    return make_vocabulary(text_rules())


def make_vocabulary(rules: TextRules) -> Vocabulary:
    """Return the words of some rules; one that several kinds share belongs to the first."""
    kinds = tuple(rules.labels)
    found: dict[bytes, tuple[int, bool]] = {}
    for code, kind in enumerate(kinds):
        entry = rules.labels[kind]
        for group, strong in ((entry.strong, True), (entry.weak, False), (entry.words, kind == THING)):
            for word in group:
                found.setdefault(fold(word.encode()).text.lower(), (code, strong))
    words = list(found)
    return Vocabulary(
        kinds,
        Literals(words, caseless=True),
        np.array([len(word) for word in words], np.int64),
        np.array([found[word][0] for word in words], np.int16),
        np.array([found[word][1] for word in words], np.bool_),
        np.array([word.isascii() for word in words], np.bool_),
    )


def _are_whole(data: Bytes, starts: Positions, stops: Positions, letters: Mask) -> Mask:
    """Tell which words have no other ASCII letter beside them, where that matters."""
    if not len(starts):
        return np.empty(0, np.bool_)
    before = _is_letter(data, np.maximum(starts - 1, 0)) & (starts > 0)
    behind = _is_letter(data, np.minimum(stops, len(data) - 1)) & (stops < len(data))
    whole: Mask = ~letters | ~(before | behind)
    return whole


def _is_letter(data: Bytes, positions: Positions) -> Mask:
    is_letter: Mask = (data[positions] | 0x20) - np.uint8(ord("a")) < 26
    return is_letter
