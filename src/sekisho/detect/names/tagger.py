"""Names by a tagger that was trained here: :mod:`sekisho.detect.names.train`.

What it learnt from are sentences in Japanese. What labels and titles say, and names in Latin letters, are the dictionary's:
its sure finds are added where the tagger sees no name, and lines in ASCII are its alone.
"""

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from sekisho.detect.names.crf import LABELS, OUTSIDE, Doubles, Floats, decode, spans_of
from sekisho.detect.names.dictionary import names_in
from sekisho.detect.names.features import character_templates, hash_columns
from sekisho.detect.names.lexicon import lexicon
from sekisho.detect.names.model import Model, model_path, read
from sekisho.detect.names.spans import NameSpan
from sekisho.detect.names.text import Places, Sequences, characters_of
from sekisho.detect.names.tokens import word_templates, words_of

_LINES = 2_000  # read together: what is seen of a character takes 40 bytes at a time
_CAUTION = 0.5
_SURE = 0.8


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
            names_in(line) if line.isascii() else _with_others(names, names_in(line))
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


def _with_others(names: list[NameSpan], others: list[NameSpan]) -> list[NameSpan]:
    """Add what the dictionary is sure of, and what is in Latin letters, where no name is yet."""
    added = [
        other
        for other in others
        if (other.confidence >= _SURE or other.why == "western")
        and all(other.end <= name.start or name.end <= other.start for name in names)
    ]
    return sorted([*names, *added])


def open_recogniser(_model: str = "") -> Tagger:
    """Return the tagger with the user's model.

    Raises:
        Missing: none has been trained here.
        Unreadable: it is damaged, or of another version.
    """
    return Tagger(read(model_path()))


def _span(first: int, last: int, bounds: Places, marginals: Doubles) -> NameSpan:
    sure = float(1 - marginals[first:last, OUTSIDE].max())
    return NameSpan(int(bounds[first, 0]), int(bounds[last - 1, 1]), round(min(max(sure, 0.01), 0.999), 3), "tagger")
