"""Names by a tagger that was trained here: :mod:`sekisho.detect.names.train`.

What it learnt from are sentences in Japanese. What labels and titles say is the dictionary's, whatever the tagger sees there;
of the rest the dictionary adds its sure finds and names in Latin letters where the tagger sees no name. Lines in ASCII are
the dictionary's alone.
"""

import math
from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from sekisho.detect.names.crf import BEGIN, END, LABELS, SINGLE, Doubles, Floats, decode, spans_of
from sekisho.detect.names.dictionary import names_in
from sekisho.detect.names.features import character_templates, hash_columns
from sekisho.detect.names.lexicon import lexicon
from sekisho.detect.names.model import Model, model_path, read
from sekisho.detect.names.spans import NameSpan
from sekisho.detect.names.text import Places, Sequences, characters_of
from sekisho.detect.names.tokens import word_templates, words_of

_LINES = 2_000  # read together: what is seen of a character takes 40 bytes at a time
_CAUTION = 1.0  # what is less likely than this lets through is no name more often than three times in four
_SURE = 0.8
_TOLD = frozenset({"label", "title"})
# The log odds that a span is a name, exactly, by those that the model gives its ends. Fitted on thirds of the corpus that the
# model had not learnt from: it believes itself too much.
_SLOPE, _OFFSET = 0.39, -0.2


class Tagger:
    """Finds names as a model tells them."""

    def __init__(self, model: Model) -> None:
        self._model = model

    def find(self, lines: Sequence[str]) -> list[list[NameSpan]]:
        """Return the names in each line."""
        tagged = [
            names for first in range(0, len(lines), _LINES) for names in self._find(lines[first : first + _LINES])
        ]
        return [
            names_in(line) if line.isascii() else _united(names, names_in(line))
            for names, line in zip(tagged, lines, strict=True)
        ]

    def _find(self, lines: Sequence[str]) -> list[list[NameSpan]]:
        columns, sequences, bounds = seen(lines, of_words=self._model.of_words)
        marginals = self._model.weights.marginals(self._scores(columns, sequences.size), sequences)
        spans = spans_of(decode(marginals, sequences, caution=_CAUTION), sequences)
        named = zip(sequences.starts.tolist(), spans, strict=True)
        return [[_span(first + start, first + end, bounds, marginals) for start, end in line] for first, line in named]

    def _scores(self, columns: Iterator[NDArray[np.int32]], size: int) -> Floats:
        scores = np.zeros((size, LABELS), np.float32)
        for column in columns:
            scores += self._model.weights.features[column]
        return scores


def seen(lines: Sequence[str], *, of_words: bool) -> tuple[Iterator[NDArray[np.int32]], Sequences, Places]:
    """Return the features of some lines by template, where the lines are, and what of its line each place holds."""
    characters = characters_of(lines)
    if of_words:
        words = words_of(lines, lexicon())
        return hash_columns(word_templates(words, characters, lexicon())), words.sequences, words.bounds
    places = np.arange(characters.sequences.size)
    line = np.searchsorted(characters.sequences.starts, places, side="right") - 1
    start = places - characters.sequences.starts[np.maximum(line, 0)] if len(lines) else places
    return (
        hash_columns(character_templates(characters, lexicon())),
        characters.sequences,
        np.stack((start, start + 1), axis=1),
    )


def _united(tagged: list[NameSpan], others: list[NameSpan]) -> list[NameSpan]:
    """Return what labels and titles tell, what the tagger sees elsewhere, and what else the dictionary is sure of.

    Where the tagger sees a part of a full name, the full name stays.
    """
    names = [other for other in others if other.why in _TOLD]
    full = [other for other in others if other.why == "dictionary" and other.confidence >= _SURE]
    names += [name for name in tagged if not _is_over(name, names) and not _is_part(name, full)]
    more = [other for other in others if other.confidence >= _SURE or other.why == "western"]
    return sorted([*names, *(other for other in more if not _is_over(other, names))])


def _is_part(span: NameSpan, names: list[NameSpan]) -> bool:
    return any(
        name.start <= span.start and span.end <= name.end and span.end - span.start < name.end - name.start
        for name in names
    )


def _is_over(span: NameSpan, names: list[NameSpan]) -> bool:
    return any(span.start < name.end and name.start < span.end for name in names)


def open_recogniser(_model: str = "") -> Tagger:
    """Return the tagger with the user's model.

    Raises:
        Missing: none has been trained here.
        Unreadable: it is damaged, or of another version.
    """
    return Tagger(read(model_path()))


def _span(first: int, last: int, bounds: Places, marginals: Doubles) -> NameSpan:
    begin, end = (SINGLE, SINGLE) if last - first == 1 else (BEGIN, END)
    likely = min(max(min(marginals[first, begin], marginals[last - 1, end]), 1e-4), 1 - 1e-4)
    sure = 1 / (1 + math.exp(-(_SLOPE * math.log(likely / (1 - likely)) + _OFFSET)))
    return NameSpan(int(bounds[first, 0]), int(bounds[last - 1, 1]), round(sure, 3), "tagger")
