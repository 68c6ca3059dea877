"""Which lines are worth reading for names: those with a label, a title, or a common surname in them.

One pass over the bytes finds the words; a recogniser costs a hundred times as much. Titles and surnames that are parts of
everyday words (様 in 仕様, 林 in 林業) are left out: where they stand at a name, something else on the line says so, or the line is
one for ``--spans``.
"""

from functools import cache

import numpy as np

from sekisho.detect.literals import Literals
from sekisho.detect.names.lists import surnames
from sekisho.detect.names.rules import name_rules
from sekisho.readers.structure import Positions

_WESTERN = ("Mr.", "Mrs.", "Ms.", "Dr.", "Prof.", "Mr ", "Mrs ", "name is ", "name:", "Name:", "name=", "Dear ")
_SHORTEST_SURNAME = 2


def anchored(line: str) -> bool:
    """Tell whether a line holds a word beside which names stand, or a common surname."""
    starts, _ = _anchors().find(line.encode("utf-8", "surrogatepass"))
    return len(starts) > 0


def anchored_lines(text: bytes) -> Positions:
    """Return the numbers of the lines, from 0, that are anchored; lines end with a line feed.

    Args:
        text: UTF-8, shorter than 4 GB.
    """
    starts, _ = _anchors().find(text)
    if not len(starts):
        return np.empty(0, np.int64)
    feeds = np.flatnonzero(np.frombuffer(text, np.uint8) == ord("\n"))
    return np.unique(np.searchsorted(feeds, starts))


@cache
def _anchors() -> Literals:
    """Return the words: labels and titles, what stands before Western names, and common surnames of two kanji or more."""
    rules = name_rules()
    words = {*rules.strong, *rules.anchors, *_WESTERN}
    words |= {word for word in surnames() if len(word) >= _SHORTEST_SURNAME and word not in rules.not_anchors}
    return Literals(tuple(word.encode() for word in sorted(words)))
