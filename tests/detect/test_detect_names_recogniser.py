import sys
from collections.abc import Iterator
from types import ModuleType, SimpleNamespace

import pytest

from sekisho.detect.names.dictionary import DictionaryRecogniser
from sekisho.detect.names.recogniser import load
from sekisho.detect.names.spans import NameSpan, surest
from sekisho.errors import Missing


def test_the_dictionary_is_always_there() -> None:
    assert isinstance(load("dictionary"), DictionaryRecogniser)


def test_an_unknown_recogniser_is_told() -> None:
    with pytest.raises(LookupError):
        load("nobody")


@pytest.mark.parametrize("name", ["spacy:no_such_model", "ginza", "gliner:/no/such/folder"])
def test_what_is_not_installed_is_told(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, name.partition(":")[0].replace("ginza", "spacy"), None)

    with pytest.raises(Missing):
        load(name)


def test_a_spacy_model_is_used_as_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    entities = [
        SimpleNamespace(start_char=0, end_char=2, label_="PERSON"),
        SimpleNamespace(start_char=3, end_char=5, label_="GPE"),
    ]

    class Pipeline:
        def pipe(self, lines: list[str]) -> Iterator[SimpleNamespace]:
            return (SimpleNamespace(ents=entities) for _ in lines)

    spacy = ModuleType("spacy")
    monkeypatch.setattr(spacy, "load", lambda _: Pipeline(), raising=False)
    monkeypatch.setitem(sys.modules, "spacy", spacy)

    assert load("spacy:any").find(["山田と大阪"]) == [[NameSpan(0, 2, 0.8, "tagger")]]


def test_of_spans_over_one_another_the_surest_stays() -> None:
    sure, unsure, apart = (
        NameSpan(0, 4, 0.9, "title"),
        NameSpan(2, 6, 0.5, "dictionary"),
        NameSpan(7, 9, 0.4, "western"),
    )

    assert surest([apart, unsure, sure]) == [sure, apart]
