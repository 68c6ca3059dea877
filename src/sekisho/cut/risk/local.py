"""Local recoding by peeling: every class on the least general levels on which it still has k rows.

The nodes of the lattice are gone through from the least general on. On each, the classes that are large enough among the rows
that are left are taken out, to be published there; the rest goes on to the next. Whatever is left in the end, fewer than k
rows, joins the class that loses least by it. Of a lattice too large to be laid out, only the first nodes are gone through;
what is left then is partitioned by :mod:`~sekisho.cut.risk.mondrian`.
"""

import heapq
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from math import prod
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sekisho.cut.risk.classes import Tables, gather_classes, key_tables
from sekisho.cut.risk.coding import Coded, Sensitive
from sekisho.cut.risk.lattice import LAID_OUT, LIMIT, Node, Wanted, above, bounds_of, fewest_distinct, laid_out_bounds
from sekisho.cut.risk.loss import cell_losses
from sekisho.cut.risk.mondrian import partition
from sekisho.cut.risk.packing import Counts, run_starts


def peel(coded: Coded, wanted: Wanted, *, laid_out: int = LAID_OUT, limit: int = LIMIT) -> NDArray[np.int64] | None:
    """Return the class of every combination, numbered from 0; None if not even the whole table will do.

    Args:
        coded: the table.
        wanted: what is asked for; nothing is suppressed.
        laid_out: nodes up to which a lattice is gone through whole.
        limit: how many nodes of a larger one are gone through.
    """
    if not wanted.whole_will_do(coded):
        return None
    peeling = _Peeling(coded=coded, wanted=wanted)
    for node in _nodes(coded, laid_out, limit):
        if not peeling.take(node):
            break
    peeling.take_rest()
    return np.unique(peeling.classes, return_inverse=True)[1]


@dataclass(slots=True, kw_only=True)
class _Peeling:
    coded: Coded
    wanted: Wanted
    classes: NDArray[np.int64] = field(init=False)
    left: Counts = field(init=False)
    tables: tuple[Tables, ...] = field(init=False)
    codes: NDArray[np.uint32] = field(init=False)
    found: int = 0

    def __post_init__(self) -> None:
        self.tables = key_tables(self.coded.hierarchies)
        self.left = np.arange(len(self.coded.weights))
        self.classes = np.full(len(self.left), -1)
        self.codes = self.coded.matrix

    def take(self, node: Node) -> bool:
        """Take out the classes that are large enough on a node; tell whether enough rows for one more are left."""
        weights = self.coded.weights[self.left]
        if int(weights.sum()) < self.wanted.k:
            return False
        tables = [levels[level] for levels, level in zip(self.tables, node, strict=True)]
        classes = gather_classes(self.codes, tables, weights)
        good = classes.weights >= self.wanted.k
        if self.wanted.l_diversity > 1 and good.any():
            good &= fewest_distinct(self._sensitive(), classes) >= self.wanted.l_diversity
        if good.any():
            self._leave(~good[classes.of], self.found + classes.of)
            self.found += len(good)
        return True

    def take_rest(self) -> None:
        """Find a class for whatever is left."""
        if not len(self.left):
            return
        rest = replace(self.coded, codes=tuple(each[self.left] for each in self.coded.codes))
        rest = replace(rest, weights=self.coded.weights[self.left], sensitive=self._sensitive())
        classes = partition(rest, self.wanted)
        if classes is None:
            classes = np.full(len(self.left), self._cheapest() - self.found)
        self._leave(np.zeros(len(self.left), np.bool_), self.found + classes)

    def _leave(self, staying: NDArray[np.bool_], classes: NDArray[np.integer[Any]]) -> None:
        self.classes[self.left[~staying]] = classes[~staying]
        self.left = self.left[staying]
        self.codes = np.ascontiguousarray(self.codes[:, staying])

    def _sensitive(self) -> tuple[Sensitive, ...]:
        """Return the sensitive columns of the combinations that are left."""
        places = np.full(len(self.coded.weights), -1)
        places[self.left] = np.arange(len(self.left))
        return tuple(each.among(places) for each in self.coded.sensitive)

    def _cheapest(self) -> int:
        """Return the class to which what is left is added with the least loss."""
        taken = np.flatnonzero(self.classes >= 0)
        order = taken[np.argsort(self.classes[taken], kind="stable")]
        starts = run_starts(self.classes[order])
        weights = np.add.reduceat(self.coded.weights[order], starts)
        more = weights + int(self.coded.weights[self.left].sum())
        lost = np.zeros(len(starts))
        for hierarchy, codes in zip(self.coded.hierarchies, self.coded.codes, strict=True):
            losses = cell_losses(hierarchy)
            least, most = np.minimum.reduceat(codes[order], starts), np.maximum.reduceat(codes[order], starts)
            lost -= weights * losses[hierarchy.common(least, most), least]
            wider = np.minimum(least, codes[self.left].min()), np.maximum(most, codes[self.left].max())
            lost += more * losses[hierarchy.common(*wider), least]
        return int(self.classes[order[starts[np.argmin(lost)]]])


def _nodes(coded: Coded, laid_out: int, limit: int) -> Iterator[Node]:
    """Yield nodes, those that generalise less first."""
    heights = tuple(hierarchy.height for hierarchy in coded.hierarchies)
    bounds = bounds_of(coded)
    if prod(heights) <= laid_out:
        flat = laid_out_bounds(bounds)
        for place in np.argsort(flat, axis=None, kind="stable"):
            yield tuple(int(level) for level in np.unravel_index(place, heights))
        return
    bottom = (0,) * len(heights)
    waiting, known = [(0.0, bottom)], {bottom}
    for _ in range(limit):
        _, node = heapq.heappop(waiting)
        yield node
        for each in above(node, heights):
            if each not in known:
                known.add(each)
                bound = float(sum(losses[level] for losses, level in zip(bounds, each, strict=True)))
                heapq.heappush(waiting, (bound, each))
