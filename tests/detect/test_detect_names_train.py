"""A small invented corpus is learnt and its names are found again; it says nothing about accuracy."""

import json
from pathlib import Path

import numpy as np
import pytest

from sekisho.detect.names import model, train
from sekisho.detect.names.corpus import Sentence, read_corpus, with_other_names
from sekisho.detect.names.crf import BEGIN, END, INSIDE, OUTSIDE, SINGLE, Settings, labels_of, spans_of
from sekisho.detect.names.model import Model
from sekisho.detect.names.recogniser import load
from sekisho.detect.names.tagger import Tagger
from sekisho.detect.names.text import characters_of
from sekisho.errors import Missing, NotFound, Unreadable

_NAMES = ["山田太郎", "佐藤花子", "鈴木一郎", "高橋健", "田中美咲", "伊藤蓮", "渡辺葵", "ジョン・スミス"]
_FRAMES = ["{}は汐見市の職員である。", "会議には{}が出席した。", "{}から電話があった。", "担当は{}です。"]
_SETTINGS = Settings(rounds=4, rare=1, batch=16)


def _sentences() -> list[Sentence]:
    found = []
    for name in _NAMES:
        for frame in _FRAMES:
            start = frame.index("{}")
            found.append(Sentence(frame.format(name), ((start, start + len(name)),)))
    return [
        *found,
        *[Sentence(text, ()) for text in ("汐見市は港町である。", "電話があった。", "会議は明日です。")] * 5,
    ]


def _write(path: Path, sentences: list[Sentence]) -> Path:
    lines = [
        json.dumps({"text": each.text, "entities": [{"span": list(span), "type": "人名"} for span in each.names]})
        for each in sentences
    ]
    path.write_text("\n".join(lines), encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def learnt() -> Model:
    return train.learn_model(_sentences(), of_words=False, settings=_SETTINGS)


def test_names_are_found_in_other_sentences(learnt: Model) -> None:
    lines = ["昨日は小林直樹が出席した。", "", "港町は明日です。"]

    found = Tagger(learnt).find(lines)

    assert [lines[0][each.start : each.end] for each in found[0]] == ["小林直樹"]
    assert found[1:] == [[], []]
    assert 0 < found[0][0].confidence <= 1


def test_what_the_dictionary_is_sure_of_is_added(learnt: Model) -> None:
    (found,) = Tagger(learnt).find(["Please call Mr. Exampleson back."])

    assert [(each.start, each.end, each.why) for each in found] == [(16, 26, "title")]


def test_labels_and_whole_names_of_the_dictionary_win(learnt: Model) -> None:
    line = "会議には佐藤 花子が出席した。担当：山田"

    (found,) = Tagger(learnt).find([line])

    assert [line[each.start : each.end] for each in found] == ["佐藤 花子", "山田"]
    assert found[1].why == "label"


def test_the_same_sentences_give_the_same_model(learnt: Model) -> None:
    again = train.learn_model(_sentences(), of_words=False, settings=_SETTINGS)

    assert np.array_equal(again.weights.features, learnt.weights.features)


def test_a_model_is_kept_where_it_is_looked_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, learnt: Model) -> None:
    monkeypatch.setenv("SEKISHO_HOME", str(tmp_path / "home"))
    assert not model.is_trained()

    model.save(learnt, model.model_path())

    assert model.is_trained()
    line = "会議には小林直樹が出席した。"
    assert load().find([line]) == Tagger(learnt).find([line])


def test_without_a_model_names_are_found_by_dictionary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SEKISHO_HOME", str(tmp_path))

    assert load().find(["氏名：山田太郎"])[0][0].why == "label"
    with pytest.raises(Missing):
        load("tagger")


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04", b"no archive"])
def test_a_damaged_model_is_told(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "names.npz").write_bytes(content)

    with pytest.raises(Unreadable):
        model.read(tmp_path / "names.npz")


def test_a_corpus_is_read(tmp_path: Path) -> None:
    assert read_corpus(_write(tmp_path / "corpus.jsonl", _sentences())) == _sentences()


def test_a_corpus_that_is_none_is_told(tmp_path: Path) -> None:
    with pytest.raises(NotFound):
        read_corpus(tmp_path / "none.jsonl")
    for line in ('{"text": 1}', "no json", '{"text": "a", "entities": [{"span": [0, 9], "type": "人名"}]}'):
        (tmp_path / "bad.jsonl").write_text(line, encoding="utf-8")
        with pytest.raises(Unreadable):
            read_corpus(tmp_path / "bad.jsonl")


def test_other_names_stand_where_names_stood() -> None:
    others = list(with_other_names(_sentences(), seed=1))

    assert others
    for sentence in others:
        (start, end), *_ = sentence.names
        assert any(sentence.text == frame.format(sentence.text[start:end]) for frame in _FRAMES)
    assert others == list(with_other_names(_sentences(), seed=1))


def test_labels_and_spans_say_the_same() -> None:
    sequences = characters_of(["山田太郎と林", "", "林"]).sequences
    spans = [[(0, 4), (5, 6)], [], [(0, 1)]]

    labels = labels_of(spans, sequences)

    assert labels[sequences.starts[0] :][:6].tolist() == [BEGIN, INSIDE, INSIDE, END, OUTSIDE, SINGLE]
    assert spans_of(labels, sequences) == spans
