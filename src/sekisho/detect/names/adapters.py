"""Recognisers that others made, for those who have them: spaCy, GiNZA and GLiNER, with the models that they installed.

None is needed and none is downloaded: what a model needs is what the user has put there. Imported when asked for.
"""

from collections.abc import Callable, Iterator, Sequence
from importlib import import_module
from pathlib import Path
from typing import Any

from sekisho.detect.names.spans import NameSpan
from sekisho.errors import Missing

_PERSONS = frozenset({"PERSON", "PER", "Person"})
_GINZA = "ja_ginza"
_SURE = 0.8  # spaCy says no odds
_ASKED = ["person"]

Find = Callable[[Sequence[str]], Iterator[list[NameSpan]]]


class Adapter:
    """A recogniser around another."""

    def __init__(self, find: Find) -> None:
        self._find = find

    def find(self, lines: Sequence[str]) -> list[list[NameSpan]]:
        """Return the names in each line."""
        return list(self._find(lines))


def open_spacy(model: str) -> Adapter:
    """Return the recogniser of an installed spaCy model, such as ``spacy:ja_core_news_lg``.

    Raises:
        Missing: spaCy or the model is not installed.
    """
    try:
        pipeline = import_module("spacy").load(model)
    except (ImportError, OSError) as error:
        raise Missing("detect.no_recogniser", name=f"spacy:{model}") from error
    return Adapter(lambda lines: (_of_document(document) for document in pipeline.pipe(lines)))


def open_ginza(model: str = "") -> Adapter:
    """Return the recogniser of GiNZA: ``ginza``, or ``ginza:ja_ginza_electra``.

    Raises:
        Missing: GiNZA is not installed.
    """
    return open_spacy(model or _GINZA)


def open_gliner(model: str) -> Adapter:
    """Return the recogniser of a GLiNER model in a folder, such as ``gliner:/opt/models/gliner_multi``.

    Raises:
        Missing: GLiNER or the model is not there; it is never downloaded.
    """
    try:
        loaded = import_module("gliner").GLiNER.from_pretrained(str(Path(model)), local_files_only=True)
    except (ImportError, OSError, ValueError) as error:
        raise Missing("detect.no_recogniser", name=f"gliner:{model}") from error
    return Adapter(lambda lines: (_of_entities(loaded.predict_entities(line, _ASKED)) for line in lines))


def _of_document(document: Any) -> list[NameSpan]:  # noqa: ANN401 - spaCy is not installed where types are checked
    people = (each for each in document.ents if each.label_ in _PERSONS)
    return [NameSpan(each.start_char, each.end_char, _SURE, "tagger") for each in people]


def _of_entities(entities: Sequence[dict[str, Any]]) -> list[NameSpan]:
    return sorted(NameSpan(each["start"], each["end"], min(float(each["score"]), 0.999), "tagger") for each in entities)
