"""What a tagger sees at each place, as columns of numbers of weights.

A feature is a number of a template and the values at some places, hashed together to the number of one of a million
weights. Two features that meet in one weight do little harm; no table of features has to be kept.
"""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from sekisho.detect.names.lexicon import LONGEST_WORD, Class, Classes, Codes, Lexicon, mix
from sekisho.detect.names.text import DOT, KANJI, KATAKANA, LONG_SOUND, REPEAT, Characters

BITS = 20

_TEMPLATE, _SPREAD = 0x61C88647, np.uint32(0x9E3779B1)
_FAR = np.uint32(9)


def hash_columns(templates: Iterator[tuple[Codes, ...]]) -> Iterator[NDArray[np.int32]]:
    """Yield for each template the number of the weight at each place."""
    for number, columns in enumerate(templates, 1):
        hashed = np.full(len(columns[0]), number * _TEMPLATE & 0xFFFFFFFF, np.uint32)
        for column in columns:
            hashed ^= column
            hashed *= _SPREAD
            hashed ^= hashed >> np.uint32(15)
        yield (mix(hashed) >> np.uint32(32 - BITS)).astype(np.int32)


def character_templates(text: Characters, lexicon: Lexicon) -> Iterator[tuple[Codes, ...]]:
    """Yield what is seen at each character: those around it, its run of one script, and words of the lexicon."""
    runs = _Runs(text)
    yield from _around(text)
    yield from runs.templates()
    yield from _joined_katakana(text)
    yield from _words(text, lexicon, runs)


def dictionary_columns(text: Characters, lexicon: Lexicon) -> Iterator[Codes]:
    """Yield what the lexicon says of each character: the words and the full names that it could belong to."""
    found = lexicon.everywhere(text.codes)
    people = (Class.SURNAME, Class.GIVEN_NAME, Class.OTHER_PERSON)
    for each in people:
        yield from _longest((found & np.uint8(each)) != 0)
    _, _, inside = _longest(found != 0)
    _, _, is_in = _classes_of(found)
    yield inside * np.uint32(256) + is_in
    yield _full_names(found)


def moved(column: Codes, by: int) -> Codes:
    """Return what stands ``by`` places further at each place, 0 where nothing does."""
    if by == 0:
        return column
    result = np.zeros_like(column)
    if by > 0:
        result[:-by] = column[by:]
    else:
        result[-by:] = column[:by]
    return result


def _around(text: Characters) -> Iterator[tuple[Codes, ...]]:
    code = {by: moved(text.codes, by) for by in range(-4, 5)}
    script = {by: moved(text.scripts, by) for by in range(-3, 4)}
    for by in range(-4, 5):
        yield (code[by],)
    for by in range(-3, 3):
        yield code[by], code[by + 1]
    for by in range(-3, 2):
        yield code[by], code[by + 1], code[by + 2]
    for first in (-2, 1, -4):
        yield tuple(code[by] for by in range(first, first + 4))
    for first, last in ((-1, 1), (-2, 2), (-3, 0), (0, 3)):
        yield tuple(script[by] for by in range(first, last + 1))


class _Runs:
    """Runs of characters of one script: where in its run each character stands, and what is on both sides of it."""

    def __init__(self, text: Characters) -> None:
        script = np.where(text.scripts == LONG_SOUND, np.uint32(KATAKANA), text.scripts)
        self.script = np.where(script == REPEAT, np.uint32(KANJI), script).astype(np.uint32)
        first, last = _run_ends(self.script)
        place = np.arange(len(first))
        end = len(first) - 1
        self.into = np.minimum(place - first, _FAR).astype(np.uint32)
        self.left = np.minimum(last - place, _FAR).astype(np.uint32)
        self.before, self.before2 = text.codes[np.maximum(first - 1, 0)], text.codes[np.maximum(first - 2, 0)]
        self.behind, self.behind2 = text.codes[np.minimum(last + 1, end)], text.codes[np.minimum(last + 2, end)]

    def templates(self) -> Iterator[tuple[Codes, ...]]:
        script, into, left = self.script, self.into, self.left
        yield script, into, left
        yield script, into, self.before
        yield script, left, self.behind
        yield script, self.before, self.behind
        yield script, left, self.behind, self.behind2
        yield script, into, self.before, self.before2
        yield script, into, left, self.behind
        yield script, into, left, self.before


def _joined_katakana(text: Characters) -> Iterator[tuple[Codes, ...]]:
    """Yield what is seen of katakana words joined by dots, as foreign names are."""
    joined = np.isin(text.scripts, (KATAKANA, LONG_SOUND, DOT)).astype(np.uint32)
    first, last = _run_ends(joined)
    place, end = np.arange(len(first)), len(first) - 1
    dots = np.cumsum(text.scripts == DOT)
    count = (np.minimum(dots[last] - dots[np.maximum(first - 1, 0)], 3) * joined).astype(np.uint32)
    into, left = (place - first).astype(np.uint32), (last - place).astype(np.uint32)
    behind, before = text.codes[np.minimum(last + 1, end)], text.codes[np.maximum(first - 1, 0)]
    three, two = np.uint32(3), np.uint32(2)
    yield joined, count, np.minimum(into, three), np.minimum(left, three)
    yield joined, count, behind, np.minimum(left, two)
    yield joined, count, before, np.minimum(into, two)
    yield joined, count, behind, text.codes[np.minimum(last + 2, end)]


def _words(text: Characters, lexicon: Lexicon, runs: _Runs) -> Iterator[tuple[Codes, ...]]:
    found = lexicon.everywhere(text.codes)
    for each in Class:
        starting, ending, inside = _longest((found & np.uint8(each)) != 0)
        yield (starting,)
        yield (ending,)
        yield (inside,)
        yield (moved(starting, 1),)
        yield (moved(ending, -1),)
        yield starting, moved(ending, -1), text.scripts
    starting, ending, inside = _longest(found != 0)
    starts_as, ends_as, is_in = _classes_of(found)
    yield starts_as, starting
    yield ends_as, ending
    yield is_in, inside
    yield starts_as, starting, moved(ends_as, -1), moved(ending, -1)
    yield moved(starts_as, 1), moved(starting, 1), ends_as, ending
    yield is_in, inside, moved(is_in, 1), moved(inside, 1)
    yield is_in, inside, moved(is_in, -1), moved(inside, -1)
    for by in (0, 1, -1):
        yield is_in, inside, moved(text.codes, by)
    full = _full_names(found)
    yield (full,)
    yield full, runs.script, runs.into, runs.left
    yield full, runs.before, runs.behind
    yield full, moved(full, 1)
    yield full, moved(full, -1)
    yield full, is_in, inside


def _longest(is_word: NDArray[np.bool_]) -> tuple[Codes, Codes, Codes]:
    """Return the length of the longest word from, up to and over each place; the last with the place in the word."""
    size = is_word.shape[1]
    starting, ending, inside = (np.zeros(size, np.uint32) for _ in range(3))
    for length in range(1, LONGEST_WORD + 1):
        starts = np.flatnonzero(is_word[length])
        starting[starts] = length
        ending[starts + length - 1] = length
        for step in range(length):
            inside[starts + step] = length * 16 + step
    return starting, ending, inside


def _classes_of(found: Classes) -> tuple[Codes, Codes, Codes]:
    """Return the classes of the words that :func:`_longest` measures."""
    size = found.shape[1]
    starting, ending, inside = (np.zeros(size, np.uint32) for _ in range(3))
    for length in range(1, LONGEST_WORD + 1):
        starts = np.flatnonzero(found[length])
        classes = found[length][starts]
        starting[starts] = classes
        ending[starts + length - 1] = classes
        for step in range(length):
            inside[starts + step] = classes
    return starting, ending, inside


def _full_names(found: Classes) -> Codes:
    """Return for each place the longest surname with a given name over it, and where in it the place is."""
    best = np.zeros(found.shape[1], np.uint32)
    for surname in (1, 2, 3):
        for given in (1, 2, 3):
            is_name = (found[surname] & np.uint8(Class.SURNAME)) != 0
            is_name[:-surname] &= (found[given][surname:] & np.uint8(Class.GIVEN_NAME)) != 0
            starts = np.flatnonzero(is_name[: len(is_name) - surname - given + 1])
            for step in range(surname + given):
                code = (surname + given) * 1000 + (surname * 4 + given) * 16 + step
                best[starts + step] = np.maximum(best[starts + step], np.uint32(code))
    return best


def _run_ends(column: Codes) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the first and the last place of the run of equal values that each place is in."""
    place = np.arange(len(column))
    changes = np.concatenate(([True], column[1:] != column[:-1]))
    first = np.maximum.accumulate(np.where(changes, place, 0))
    is_last = np.concatenate((changes[1:], [True]))
    last = np.minimum.accumulate(np.where(is_last, place, len(column) - 1)[::-1])[::-1]
    return first, last
