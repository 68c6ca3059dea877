"""Sentences with the names in them marked, to learn from; and more of them, with other names in the same places.

A corpus is JSON lines with ``text`` and ``entities``, each of which has ``span`` (characters, the end exclusive) and ``type``;
names of people are of the type 人名. That is the form of stockmarkteam/ner-wikipedia-dataset.

Two thousand names teach a tagger those two thousand. So each sentence is learnt from again with names that the dictionary
samples: what stays is what stands around a name and what it is made of.
"""

import re
import zlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path
from random import Random

import msgspec

from sekisho.detect.names.lexicon import Class, lexicon
from sekisho.errors import NotFound, Unreadable

_KANJI = re.compile("[一-龥々〆ヶ㐀-䶿]+")
_KATAKANA = re.compile("[ァ-ヺー・＝]+")
_KANJI_HIRAGANA = re.compile("[一-龥々]{2,3}[ぁ-ゖ]{2,4}")
_PERSON = "人名"
_REPLACED = 0.8


@dataclass(frozen=True, slots=True)
class Sentence:
    """A text and where the names of people stand in it."""

    text: str
    names: tuple[tuple[int, int], ...]


class _Entity(msgspec.Struct, frozen=True):
    span: tuple[int, int]
    type: str


class _Line(msgspec.Struct, frozen=True):
    text: str
    entities: list[_Entity] = []


def read_corpus(path: Path) -> list[Sentence]:
    """Return the sentences of a corpus.

    Raises:
        NotFound: there is no such file.
        Unreadable: a line is not of the form.
    """
    try:
        lines = path.read_bytes().splitlines()
    except OSError as error:
        raise NotFound("detect.no_corpus", path=path) from error
    return [_sentence(path, number, line) for number, line in enumerate(lines, 1) if line.strip()]


def _sentence(path: Path, number: int, line: bytes) -> Sentence:
    try:
        found = msgspec.json.decode(line, type=_Line)
    except msgspec.DecodeError as error:
        raise Unreadable("detect.corpus_line", path=path, line=number) from error
    names = sorted({each.span for each in found.entities if each.type == _PERSON})
    if any(not 0 <= start < end <= len(found.text) for start, end in names):
        raise Unreadable("detect.corpus_line", path=path, line=number)
    return Sentence(found.text, tuple(names))


def with_other_names(sentences: Iterable[Sentence], *, seed: int) -> Iterator[Sentence]:
    """Yield the sentences in which a name could be put in the place of another, with those names."""
    dice = Random(seed)  # noqa: S311 - the same names every time are the point
    for sentence in sentences:
        replaced = _replaced(sentence, dice)
        if replaced is not None and replaced.text != sentence.text:
            yield replaced


def _replaced(sentence: Sentence, dice: Random) -> Sentence | None:
    chosen: dict[str, str] = {}
    parts, names, position, size = [], [], 0, 0
    for start, end in sentence.names:
        if start < position:
            return None  # one name inside another: its pieces cannot be told apart
        written = sentence.text[start:end]
        if written not in chosen:
            chosen[written] = _other(written, dice) if dice.random() < _REPLACED else written
        parts += [sentence.text[position:start], chosen[written]]
        size += start - position
        names.append((size, size + len(chosen[written])))
        size += len(chosen[written])
        position = end
    return Sentence("".join([*parts, sentence.text[position:]]), tuple(names))


def _other(name: str, dice: Random) -> str:
    """Return a name made as this one is, or the name itself where that cannot be told."""
    surnames, given, given_kana, foreign = _samples()
    if _KATAKANA.fullmatch(name):
        return "".join(part if part in "・＝" else dice.choice(foreign) for part in re.split("([・＝])", name) if part)
    if _KANJI_HIRAGANA.fullmatch(name):
        return dice.choice(surnames) + dice.choice(given_kana)
    if not _KANJI.fullmatch(name):
        return name
    if len(name) >= 3 and _is_full(name):
        return dice.choice(surnames) + dice.choice(given)
    classes = lexicon().classes(name)
    if len(name) <= 2 and Class.SURNAME in classes:
        return dice.choice(surnames)
    return dice.choice(given) if len(name) <= 3 and Class.GIVEN_NAME in classes else name


def _is_full(name: str) -> bool:
    words = lexicon()
    return any(
        Class.SURNAME in words.classes(name[:size]) and Class.GIVEN_NAME in words.classes(name[size:])
        for size in range(1, min(4, len(name)))
    )


@cache
def _samples() -> Sequence[list[str]]:
    packed = files("sekisho.detect").joinpath("data", "name_samples.bin").read_bytes()
    return [line.split() for line in zlib.decompress(packed).decode().split("\n")]
