"""Lines as one array of code points, with room between them, and what kind of character each is."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from sekisho.detect.names.lexicon import Codes, codes_of

Places: TypeAlias = NDArray[np.int64]

GAP = 6  # places between two lines: no feature looks farther

_SCRIPTS = (
    (1, "ぁ-ゖ"),
    (2, "ァ-ヺヽ-ヾ"),
    (3, "ー-ー"),
    (4, "㐀-䶿一-鿿豈-\ufaff"),
    (5, "々-々〆-〆ヶ-ヶ"),
    (6, "0-9０-９"),
    (7, "A-ZＡ-Ｚ"),
    (8, "a-zａ-ｚÀ-ɏ"),
    (9, "・-・＝-＝=-=･-･"),
    (10, " - \u3000-\u3000\t-\t"),
    (11, "、-、，-，,-,"),
    (12, "。-。．-．！-！？-？.-.!-!?-?"),
    (13, '「-「『-『（-（(-(【-【〈-〈《-《[-[“-“"-"'),
    (14, "」-」』-』）-）)-)】-】〉-〉》-》]-]”-”"),
    (15, "가-힣"),
)
HIRAGANA, KATAKANA, LONG_SOUND, KANJI, REPEAT, DOT, NOTHING = 1, 2, 3, 4, 5, 9, 16
_OTHER_PLANES = ord("一")  # rare kanji beyond the first plane


@dataclass(frozen=True, slots=True)
class Sequences:
    """Items of several lines in one array with gaps between them: characters, or words.

    Attributes:
        size: how many items and gaps there are.
        starts: where each line starts.
        lengths: how many items it has.
    """

    size: int
    starts: Places
    lengths: Places

    def batches(self, size: int) -> Iterator[tuple[Places, NDArray[np.bool_]]]:
        """Yield the places of lines of like length, one a row and padded, and which of them are real."""
        order = np.argsort(self.lengths, kind="stable")
        order = order[self.lengths[order] > 0]
        for first in range(0, len(order), size):
            lines = order[first : first + size]
            steps = np.arange(int(self.lengths[lines].max()))
            real = steps < self.lengths[lines][:, None]
            yield np.where(real, self.starts[lines][:, None] + steps, 0), real


@dataclass(frozen=True, slots=True)
class Characters:
    """The characters of several lines.

    Attributes:
        codes: their code points, those beyond the first plane as one kanji; 0 in gaps.
        scripts: what kind of character each is.
        sequences: where the lines are.
    """

    codes: Codes = field(repr=False)
    scripts: Codes = field(repr=False)
    sequences: Sequences


def characters_of(lines: Sequence[str]) -> Characters:
    """Return the characters of some lines."""
    gap = "\0" * GAP
    codes = codes_of(gap + gap.join(lines) + gap)
    codes = np.where(codes < len(_table()), codes, np.uint32(_OTHER_PLANES)).astype(np.uint32)
    lengths = np.array([len(line) for line in lines], np.int64)
    starts = GAP + np.cumsum(lengths + GAP) - (lengths + GAP)
    return Characters(codes, _table()[codes].astype(np.uint32), Sequences(len(codes), starts, lengths))


@cache
def _table() -> NDArray[np.uint8]:
    scripts = np.zeros(1 << 16, np.uint8)
    for script, ranges in _SCRIPTS:
        for place in range(0, len(ranges), 3):
            scripts[ord(ranges[place]) : ord(ranges[place + 2]) + 1] = script
    scripts[0] = NOTHING
    return scripts
