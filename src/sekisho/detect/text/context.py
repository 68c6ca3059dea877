"""What stands beside a number: the nearest label before it that matters, on its line or at the end of the line above."""

from dataclasses import dataclass, field

import numpy as np

from sekisho.detect.text.labels import NO_LABEL, Codes, Labels
from sekisho.readers.structure import Bytes, Mask, Positions

_LOOKED_AT = 3  # labels before a number: 連絡先（氏名 山田太郎）090-…


@dataclass(frozen=True, slots=True)
class Context:
    """The labels of numbers.

    Attributes:
        kinds: what the label of each number names; NO_LABEL without one.
        strong: whether it names nothing else.
    """

    kinds: Codes
    strong: Mask


@dataclass(frozen=True, slots=True)
class Surroundings:
    """A text's labels and lines, ready to be asked what stands beside numbers.

    Attributes:
        labels: all labels of the text, in order.
        thing: the code of a thing's label.
        reach: how far a label reaches, in bytes; see ``rules/text.toml``.
        feeds: where the text's lines end.
        label_lines: in which line each label stands.
    """

    labels: Labels
    thing: int
    reach: dict[str, int]
    feeds: Positions = field(repr=False)
    label_lines: Positions = field(repr=False)

    def of(self, starts: Positions, stops: Positions, matters: Mask) -> Context:
        """Return the label of each of some numbers.

        Args:
            starts: where they start, in order.
            stops: where they stop.
            matters: by code of a kind, whether such a number can be of it, or a thing's; other labels are passed over.
        """
        found = Context(np.full(len(starts), NO_LABEL, np.int16), np.zeros(len(starts), np.bool_))
        if not len(self.labels.starts) or not len(starts):
            return found
        lines = np.searchsorted(self.feeds, starts)
        nearest = np.searchsorted(self.labels.stops, starts, side="right") - 1
        for back in range(_LOOKED_AT):
            asked = np.flatnonzero(nearest >= back)
            label = nearest[asked] - back
            kinds = self.labels.kinds[label]
            near = self._reaches(label, starts[asked], lines[asked]) & matters[kinds]
            near &= (found.kinds[asked] == NO_LABEL) | (found.kinds[asked] == kinds)  # 口座番号 普通 1234567
            _take(found, asked[near], label[near], self.labels)
        self._look_behind(found, stops, lines, matters)
        return found

    def _reaches(self, label: Positions, starts: Positions, lines: Positions) -> Mask:
        """Tell which labels are near enough to the number behind them."""
        is_thing, stops = self.labels.kinds[label] == self.thing, self.labels.stops[label]
        same = self.label_lines[label] == lines
        near: Mask = same & (starts - stops <= np.where(is_thing, self.reach["thing"], self.reach["before"]))
        above = np.flatnonzero((self.label_lines[label] == lines - 1) & ~is_thing)
        if len(above):
            line_end = self.feeds[lines[above] - 1]
            begins = starts[above] - line_end - 1 <= self.reach["above"]
            near[above] = begins & (line_end - stops[above] <= self.reach["above"])
        return near

    def _look_behind(self, found: Context, stops: Positions, lines: Positions, matters: Mask) -> None:
        """Give numbers without a label the one close behind them: 123456789018（マイナンバー）."""
        open_ = np.flatnonzero(found.kinds == NO_LABEL)
        label = np.searchsorted(self.labels.starts, stops[open_])
        open_, label = open_[label < len(self.labels.starts)], label[label < len(self.labels.starts)]
        kinds = self.labels.kinds[label]
        near = (self.label_lines[label] == lines[open_]) & matters[kinds] & (kinds != self.thing)
        near &= self.labels.starts[label] - stops[open_] <= self.reach["behind"]
        _take(found, open_[near], label[near], self.labels)


def surroundings(data: Bytes, labels: Labels, *, thing: int, reach: dict[str, int]) -> Surroundings:
    """Return the surroundings of the numbers of a text.

    Args:
        data: the folded text.
        labels: its labels.
        thing: the code of a thing's label.
        reach: see ``rules/text.toml``.
    """
    feeds = np.flatnonzero(data == ord("\n"))
    return Surroundings(labels, thing, reach, feeds, np.searchsorted(feeds, labels.starts))


def _take(found: Context, numbers: Positions, label: Positions, labels: Labels) -> None:
    found.kinds[numbers] = labels.kinds[label]
    found.strong[numbers] |= labels.strong[label]
