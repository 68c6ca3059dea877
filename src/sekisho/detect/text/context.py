"""What stands beside a number: the nearest label before it that matters, on its line or at the end of the line above."""

from dataclasses import dataclass, field

import numpy as np

from sekisho.detect.text.labels import Labels, Masks
from sekisho.readers.structure import Bytes, Mask, Positions

_LOOKED_AT = 3  # labels before a number: 連絡先（氏名 山田太郎）090-…
_NONE = np.uint64(0)


@dataclass(frozen=True, slots=True)
class Context:
    """The labels of numbers.

    Attributes:
        names: the mask of what the label of each number names; 0 without one.
        strong: the mask of what it names and hardly anything else.
    """

    names: Masks
    strong: Masks


@dataclass(frozen=True, slots=True)
class Surroundings:
    """A text's labels and lines, ready to be asked what stands beside numbers.

    Attributes:
        data: the folded text.
        labels: all its labels, in order.
        thing: the bit of a thing's label, as a mask.
        reach: how far a label reaches, in bytes; see ``rules/text.toml``.
        feeds: where the text's lines end.
        label_lines: in which line each label stands.
    """

    data: Bytes = field(repr=False)
    labels: Labels
    thing: np.uint64
    reach: dict[str, int]
    feeds: Positions = field(repr=False)
    label_lines: Positions = field(repr=False)

    def of(self, starts: Positions, stops: Positions, matters: np.uint64) -> Context:
        """Return the label of each of some numbers.

        Args:
            starts: where they start, in order.
            stops: where they stop.
            matters: what such digits can be, and a thing's bit; labels of other kinds are passed over.
        """
        found = Context(np.zeros(len(starts), np.uint64), np.zeros(len(starts), np.uint64))
        if not len(self.labels.starts) or not len(starts):
            return found
        lines = np.searchsorted(self.feeds, starts)
        nearest = np.searchsorted(self.labels.stops, starts, side="right") - 1
        for back in range(_LOOKED_AT):
            asked = np.flatnonzero(nearest >= back)
            label = nearest[asked] - back
            names, known = self.labels.names[label] & matters, found.names[asked]
            near = self._reaches(label, starts[asked], lines[asked]) & (names != _NONE)
            near &= (known == _NONE) | ((known & names) != _NONE)  # 口座番号 普通 1234567
            _take(found, asked[near], label[near], self.labels)
        self._look_behind(found, stops, matters)
        return found

    def _reaches(self, label: Positions, starts: Positions, lines: Positions) -> Mask:
        """Tell which labels are near enough to the number behind them."""
        is_thing, stops = self.labels.names[label] == self.thing, self.labels.stops[label]
        same = self.label_lines[label] == lines
        near: Mask = same & (starts - stops <= np.where(is_thing, self.reach["thing"], self.reach["before"]))
        above = np.flatnonzero((self.label_lines[label] == lines - 1) & ~is_thing)
        if len(above):
            line_end = self.feeds[lines[above] - 1]
            begins = starts[above] - line_end - 1 <= self.reach["above"]
            near[above] = begins & (line_end - stops[above] <= self.reach["above"])
        return near

    def _look_behind(self, found: Context, stops: Positions, matters: np.uint64) -> None:
        """Give numbers without a label the one in brackets right behind them: 123456789018（マイナンバー）."""
        asked = np.flatnonzero(found.names == _NONE)
        label = np.searchsorted(self.labels.starts, stops[asked])
        asked, label = asked[label < len(self.labels.starts)], label[label < len(self.labels.starts)]
        starts = self.labels.starts[label]
        near = (self.data[starts - 1] == ord("(")) & (starts - stops[asked] <= self.reach["behind"])
        near &= (self.labels.names[label] & matters & ~self.thing) != _NONE
        _take(found, asked[near], label[near], self.labels)


def surroundings(data: Bytes, labels: Labels, *, thing: np.uint64, reach: dict[str, int]) -> Surroundings:
    """Return the surroundings of the numbers of a text.

    Args:
        data: the folded text.
        labels: its labels.
        thing: the mask of a thing's label.
        reach: see ``rules/text.toml``.
    """
    feeds = np.flatnonzero(data == ord("\n"))
    return Surroundings(data, labels, thing, reach, feeds, np.searchsorted(feeds, labels.starts))


def _take(found: Context, numbers: Positions, label: Positions, labels: Labels) -> None:
    found.names[numbers] |= labels.names[label]
    found.strong[numbers] |= labels.strong[label]
