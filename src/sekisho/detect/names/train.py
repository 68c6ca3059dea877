"""Train the tagger of names on the user's own machine: about a minute, the same result every time.

With the extra ``sudachi`` the model reads words, without it characters. What it learns from is no part of the program:
``docs/how-to/find-names.md`` says where to get it.
"""

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from sekisho.detect.names import model
from sekisho.detect.names.corpus import Sentence, read_corpus, with_other_names
from sekisho.detect.names.crf import Settings, labels_of, learn
from sekisho.detect.names.model import Model
from sekisho.detect.names.tagger import seen
from sekisho.detect.names.text import Places, Sequences
from sekisho.detect.names.tokens import is_installed

COPIES = 3  # of the sentences, with other names
_CHARACTERS = Settings(rounds=5)
_WORDS = Settings(rounds=6)


def train(corpus: Path, *, path: Path | None = None) -> Path:
    """Train on a corpus and keep the model where the recogniser looks for it; return where that is.

    Args:
        corpus: JSON lines; see :mod:`sekisho.detect.names.corpus`.
        path: another place to keep it.

    Raises:
        NotFound: there is no such file.
        Unreadable: a line is not of the form.
    """
    kept = path or model.model_path()
    model.save(learn_model(read_corpus(corpus), of_words=is_installed()), kept)
    model.read.cache_clear()
    return kept


def learn_model(sentences: Sequence[Sentence], *, of_words: bool, settings: Settings | None = None) -> Model:
    """Return the model that sentences teach."""
    taught = [*sentences]
    for seed in range(COPIES):
        taught += with_other_names(sentences, seed=seed)
    columns, sequences, bounds = seen([each.text for each in taught], of_words=of_words)
    features = np.stack(list(columns), axis=1)
    spans = [_places(each, first, length, bounds) for each, first, length in _lines(taught, sequences)]
    chosen = settings or (_WORDS if of_words else _CHARACTERS)
    return Model(learn(features, labels_of(spans, sequences), sequences, chosen), of_words)


def _lines(sentences: Sequence[Sentence], sequences: Sequences) -> list[tuple[Sentence, int, int]]:
    return list(zip(sentences, sequences.starts.tolist(), sequences.lengths.tolist(), strict=True))


def _places(sentence: Sentence, first: int, length: int, bounds: Places) -> list[tuple[int, int]]:
    """Return the names of a line as spans of its characters or words: every word that a name has a part of."""
    starts, ends = bounds[first : first + length].T
    found = [
        (int(np.searchsorted(ends, start, side="right")), int(np.searchsorted(starts, end, side="left")))
        for start, end in sentence.names
    ]
    return [(start, end) for start, end in found if start < end]
