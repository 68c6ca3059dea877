"""The tagger of words, on words that a stand-in for Sudachi cuts: the real one is an extra of 193 MB."""

import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from sekisho.detect.names import tokens, train
from sekisho.detect.names.corpus import Sentence
from sekisho.detect.names.crf import Settings
from sekisho.detect.names.lexicon import lexicon
from sekisho.detect.names.tagger import Tagger
from sekisho.errors import Missing

_SURNAMES = ("山田", "佐藤", "鈴木", "小林")


@dataclass(frozen=True)
class _Word:
    text: str
    start: int

    def begin(self) -> int:
        return self.start

    def end(self) -> int:
        return self.start + len(self.text)

    def part_of_speech(self) -> tuple[str, ...]:
        return ("名詞", "固有名詞", "人名", "姓") if self.text in _SURNAMES else ("名詞", "普通名詞", "一般", "*")

    def dictionary_form(self) -> str:
        return self.text

    def is_oov(self) -> bool:
        return False


class _Tokenizer:
    def tokenize(self, line: str) -> Iterator[_Word]:
        pieces = re.finditer(rf"{'|'.join(_SURNAMES)}|[一-龥]{{1,2}}|[ぁ-ん]+|.", line)
        return (_Word(found[0], found.start()) for found in pieces)


@pytest.fixture
def sudachi(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tokens, "_tokenizer", _Tokenizer)


@pytest.mark.usefixtures("sudachi")
def test_words_stand_where_they_stand_in_their_lines() -> None:
    words = tokens.words_of(["山田太郎は", "", "鈴木"], lexicon())

    assert words.sequences.lengths.tolist() == [3, 0, 1]
    first, _, last = words.sequences.starts.tolist()
    assert words.bounds[first : first + 3].tolist() == [[0, 2], [2, 4], [4, 5]]
    assert words.bounds[last].tolist() == [0, 2]


@pytest.mark.usefixtures("sudachi")
def test_names_of_words_are_learnt_and_found() -> None:
    names = [f"{surname}{given}" for surname in _SURNAMES[:3] for given in ("太郎", "花子", "一郎")]
    sentences = [Sentence(f"会議には{name}が出席した。", ((4, 4 + len(name)),)) for name in names]
    sentences += [Sentence("会議には市長が出席した。", ())] * 3

    learnt = train.learn_model(sentences, of_words=True, settings=Settings(rounds=4, rare=1, batch=8))
    lines = ["昨日は小林直樹が出席した。", "市長が出席した。"]

    assert [[lines[0][each.start : each.end] for each in line] for line in Tagger(learnt).find(lines)] == [
        ["小林直樹"],
        [],
    ]


def test_without_sudachi_it_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "sudachipy", None)
    tokens._tokenizer.cache_clear()

    assert not tokens.is_installed()
    with pytest.raises(Missing):
        tokens.words_of(["山田"], lexicon())
