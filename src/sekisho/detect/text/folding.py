"""Full-width forms of ASCII brought to ASCII, with the way back.

``ＴＥＬ０９０－１２３４－５６７８`` is read as ``TEL090-1234-5678``. Only the three bytes of a full-width character become one, so a
place in the folded text is a place in the source: where each lost byte stood is kept. Most text has none, and is passed on
as it is.
"""

from dataclasses import dataclass, field

import numpy as np

from sekisho.readers.structure import Bytes, Positions

_LEAD = 0xEF
_NOTHING = np.empty(0, np.int64)


@dataclass(frozen=True, slots=True)
class Folded:
    """A text whose full-width ASCII is ASCII.

    Attributes:
        text: the folded text.
        places: where in it the characters stand that were folded, in order.
    """

    text: bytes = field(repr=False)
    places: Positions = field(repr=False)

    def data(self) -> Bytes:
        """Return the text as an array."""
        return np.frombuffer(self.text, np.uint8)

    def in_source(self, positions: Positions) -> Positions:
        """Return where places of the folded text stand in the source."""
        if not len(self.places):
            return positions
        back: Positions = positions + 2 * np.searchsorted(self.places, positions)
        return back


def fold(text: bytes) -> Folded:
    """Fold the full-width forms U+FF01 to U+FF5E of UTF-8 text; all else stays."""
    if _LEAD not in text:
        return Folded(text, _NOTHING)
    data = np.frombuffer(text, np.uint8)
    leads = np.flatnonzero(data[:-2] == _LEAD)
    second, third = data[leads + 1], data[leads + 2]
    first_half = (second == 0xBC) & (third >= 0x81)
    second_half = (second == 0xBD) & (third <= 0x9E)
    places = leads[first_half | second_half]
    if not len(places):
        return Folded(text, _NOTHING)
    folded = data.copy()
    folded[places] = np.where(data[places + 1] == 0xBC, data[places + 2] - 0x60, data[places + 2] - 0x20)
    keep = np.ones(len(data), np.bool_)
    keep[places + 1] = keep[places + 2] = False
    return Folded(folded[keep].tobytes(), places - 2 * np.arange(len(places)))
