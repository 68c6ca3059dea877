"""What a tagger of words sees: the words that Sudachi cuts a line into, with their parts of speech.

Sudachi and its dictionary (Apache-2.0, 193 MB) are the extra ``sudachi``.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any, TypeAlias
from zlib import crc32

import numpy as np

from sekisho.detect.names.features import dictionary_columns, moved
from sekisho.detect.names.lexicon import Codes, Lexicon
from sekisho.detect.names.text import GAP, Characters, Places, Sequences, characters_of
from sekisho.errors import Missing

_COLUMNS = (
    "word",
    "fine",
    "part",
    "coarse",
    "shape",
    "length",
    "first",
    "first2",
    "last",
    "last2",
    "classes",
    "form",
    "known",
)
_LONGEST = 8

# Names of columns with how many words further each is looked at; from the first word so seen to the last.
_Template: TypeAlias = tuple[tuple[str, int], ...]
_TEMPLATES: tuple[tuple[_Template, int, int], ...] = (
    *((((each, 0),), -3, 3) for each in ("word", "part")),
    *((((one, 0), ("length", 0)), -3, 3) for one in ("shape", "classes")),
    *((((each, 0),), -2, 2) for each in ("coarse", "first", "last", "last2", "first2", "form")),
    ((("known", 0), ("shape", 0)), -2, 2),
    ((("classes", 0), ("part", 0)), -2, 2),
    ((("part", 0), ("length", 0)), -2, 2),
    ((("part", 0), ("shape", 0)), -2, 2),
    *((((one, 0), (other, 1)), -2, 2) for one in ("part", "word") for other in ("part", "word")),
    ((("classes", 0), ("classes", 1), ("shape", 0), ("shape", 1)), -2, 2),
    ((("shape", 0), ("shape", 1), ("length", 0), ("length", 1)), -2, 2),
    *((((each, 0), (each, 1), (each, 2)), -2, 2) for each in ("part", "coarse", "shape", "classes")),
    ((("word", 0), ("part", 1), ("word", 2)), -2, 2),
)
_ONCE: tuple[_Template, ...] = (
    (("word", -1), ("part", 0), ("word", 1)),
    (("part", 0), ("word", 1), ("word", 2)),
    (("part", 0), ("word", -1), ("word", -2)),
    (("part", 0), ("part", 1), ("word", 2)),
    (("part", 0), ("part", -1), ("word", -2)),
    (("part", 0), ("part", 1), ("part", 2), ("word", 3)),
)


@dataclass(frozen=True, slots=True)
class Words:
    """The words of several lines.

    Attributes:
        columns: what is known of each word, by name; 0 in gaps.
        bounds: where each word starts and ends in its line.
        sequences: where the lines are.
    """

    columns: dict[str, Codes] = field(repr=False)
    bounds: Places = field(repr=False)
    sequences: Sequences


def is_installed() -> bool:
    """Tell whether Sudachi and its dictionary are there."""
    try:
        _tokenizer()
    except Missing:
        return False
    return True


def words_of(lines: Sequence[str], lexicon: Lexicon) -> Words:
    """Return the words of some lines.

    Raises:
        Missing: Sudachi is not installed.
    """
    rows: list[tuple[int, ...]] = [(0,) * len(_COLUMNS)] * GAP
    bounds, starts, lengths = [(0, 0)] * GAP, [], []
    tokenizer = _tokenizer()
    for line in lines:
        starts.append(len(rows))
        for word in tokenizer.tokenize(line):
            start, end = word.begin(), word.end()
            if start < end:
                rows.append(_row(line[start:end], word, lexicon))
                bounds.append((start, end))
        lengths.append(len(rows) - starts[-1])
        rows += [(0,) * len(_COLUMNS)] * GAP
        bounds += [(0, 0)] * GAP
    table = np.array(rows, np.uint64).astype(np.uint32).T
    columns = {name: np.ascontiguousarray(column) for name, column in zip(_COLUMNS, table, strict=True)}
    sequences = Sequences(len(rows), np.array(starts, np.int64), np.array(lengths, np.int64))
    return Words(columns, np.array(bounds, np.int64), sequences)


def word_templates(words: Words, text: Characters, lexicon: Lexicon) -> Iterator[tuple[Codes, ...]]:
    """Yield what is seen at each word: the words around it, and the names that its characters could belong to."""
    yield from _around(words)
    yield from _inside(words, text, lexicon)


def _inside(words: Words, text: Characters, lexicon: Lexicon) -> Iterator[tuple[Codes, ...]]:
    """Yield what the dictionary says of the characters of a word, whatever words they were cut into."""
    line = np.maximum(np.searchsorted(words.sequences.starts, np.arange(words.sequences.size), side="right") - 1, 0)
    real = words.bounds[:, 1] > 0
    offset = text.sequences.starts[line] if len(text.sequences.starts) else np.zeros(len(line), np.int64)
    first, last = np.where(real, offset + words.bounds.T, 0)
    last = np.maximum(last - 1, 0)
    part, length = words.columns["part"], words.columns["length"]
    for column in dictionary_columns(text, lexicon):
        begin, end = column[first], column[last]
        yield begin, length
        yield end, length
        yield begin, end, part
    for by in (1, 2):
        yield text.codes[np.maximum(first - by, 0)], part
        yield text.codes[np.minimum(last + by, len(text.codes) - 1)], part


def _around(words: Words) -> Iterator[tuple[Codes, ...]]:
    at = {(name, by): moved(column, by) for name, column in words.columns.items() for by in range(-3, 4)}
    for names, first, last in _TEMPLATES:
        reach = max(by for _, by in names)
        for by in range(first, last - reach + 1):
            yield tuple(at[name, by + further] for name, further in names)
    for single in _ONCE:
        yield tuple(at[each] for each in single)


def _row(text: str, word: Any, lexicon: Lexicon) -> tuple[int, ...]:  # noqa: ANN401 - Sudachi has no types
    parts = word.part_of_speech()
    return (
        _number(text),
        _parts(parts),
        _parts(parts[:4]),
        _parts(parts[:2]),
        _shape(text),
        min(len(text), _LONGEST),
        ord(text[0]),
        _number(text[:2]),
        ord(text[-1]),
        _number(text[-2:]),
        int(lexicon.classes(text)),
        _number(word.dictionary_form()),
        1 + int(word.is_oov()),
    )


def _number(text: str) -> int:
    return crc32(text.encode("utf-8", "surrogatepass"))


@cache
def _parts(parts: tuple[str, ...]) -> int:
    return _number("/".join(parts))


@cache
def _shape(text: str) -> int:
    scripts = characters_of([text]).scripts[GAP:-GAP]
    runs = scripts[np.flatnonzero(np.diff(scripts, prepend=np.uint32(255)))]
    return crc32(runs.tobytes())


@cache
def _tokenizer() -> Any:  # noqa: ANN401 - Sudachi has no types
    try:
        from sudachipy import Dictionary, SplitMode  # noqa: PLC0415 - an extra

        return Dictionary(dict="core").tokenizer(mode=SplitMode.C)
    except (ImportError, ModuleNotFoundError) as error:
        raise Missing("detect.no_sudachi") from error
