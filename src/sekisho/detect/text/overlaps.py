"""Of readings that lie over one another, the surest."""

import numpy as np
from numpy.typing import NDArray

from sekisho.readers.structure import Positions


def surest(starts: Positions, stops: Positions, odds: NDArray[np.float64]) -> Positions:
    """Return which readings stay, in the order of the text: of two that overlap the likelier, of two alike the longer.

    Args:
        starts: where each starts.
        stops: where it stops, exclusive.
        odds: how likely it is.
    """
    order = np.lexsort((-odds, -stops, starts))
    while len(order) > 1:
        reached = np.maximum.accumulate(stops[order])
        holder = np.maximum.accumulate(np.where(stops[order] == reached, np.arange(len(order)), 0))
        over = np.flatnonzero(starts[order[1:]] < reached[:-1]) + 1
        if not len(over):
            break
        rival = holder[over - 1]
        loses = odds[order[over]] <= odds[order[rival]]
        keep = np.ones(len(order), np.bool_)
        keep[np.where(loses, over, rival)] = False
        order = order[keep]
    return order
