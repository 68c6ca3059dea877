"""Places of kinds in a piece of text, as every detector gives them: arrays, so that ten thousand cost little."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from sekisho.detect.evidence import Evidence
from sekisho.detect.packs import Scale
from sekisho.detect.text.overlaps import surest
from sekisho.readers.structure import Mask, Positions

LOW, MEDIUM, HIGH = 0, 1, 2

Odds = NDArray[np.float64]
Explain = Callable[[int], tuple[Evidence, ...]]


@dataclass(frozen=True, slots=True)
class Spans:
    """Places of kinds, in the order of the text.

    Attributes:
        starts: the first byte of each in the piece.
        stops: the byte behind its last.
        kinds: the bit of its kind.
        odds: the log odds that it is of the kind.
        levels: LOW, MEDIUM or HIGH.
        explain: the evidence of the one at an index.
    """

    starts: Positions
    stops: Positions
    kinds: NDArray[np.int16]
    odds: Odds
    levels: NDArray[np.int8]
    explain: Explain = field(repr=False)

    def __len__(self) -> int:
        return len(self.starts)

    def behind(self, size: int) -> "Spans":
        """Return those behind the first so many bytes, with their places counted from there."""
        kept = np.flatnonzero(self.starts >= size)
        return Spans(
            self.starts[kept] - size,
            self.stops[kept] - size,
            self.kinds[kept],
            self.odds[kept],
            self.levels[kept],
            lambda place: self.explain(int(kept[place])),
        )


def log_odds(confidence: Odds) -> Odds:
    """Return the log odds of probabilities; certainty is not believed."""
    sure = np.clip(confidence, 1e-4, 1 - 1e-4)
    odds: Odds = np.log(sure / (1 - sure))
    return odds


def levels_of(odds: Odds, may_be_high: Mask, scale: Scale) -> NDArray[np.int8]:
    """Return the levels of log odds; what nothing but its form speaks for is never high."""
    medium, high = log_odds(np.array([scale.levels["medium"], scale.levels["high"]]))
    return np.where((odds >= high) & may_be_high, HIGH, np.where(odds >= medium, MEDIUM, LOW)).astype(np.int8)


def join(parts: Sequence[Spans]) -> Spans:
    """Return the spans of several detectors, without those that lie over surer ones."""
    parts = [part for part in parts if len(part)] or parts[:1]
    starts, stops, odds = (
        np.concatenate([getattr(part, name) for part in parts]) for name in ("starts", "stops", "odds")
    )
    kept = surest(starts, stops, odds)
    first = np.cumsum([0, *(len(part) for part in parts)])

    def explain(place: int) -> tuple[Evidence, ...]:
        among = int(kept[place])
        part = int(np.searchsorted(first, among, side="right")) - 1
        return parts[part].explain(among - int(first[part]))

    return Spans(
        starts[kept],
        stops[kept],
        np.concatenate([part.kinds for part in parts])[kept],
        odds[kept],
        np.concatenate([part.levels for part in parts])[kept],
        explain,
    )
