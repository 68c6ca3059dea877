"""Full-domain search: one level a column for the whole table, with the least loss that gives every class k rows.

A node is a level for each column. Its loss without suppression is a sum over the columns, known beforehand, and suppression only
adds to it; so nodes are looked at in the order of that bound, and the first bound that is no better than the best node found
ends the search. A node that suppresses too much rules out all that generalise less. Classes are counted from those of a less
general node where one is at hand, which are far fewer than the combinations.

Where the lattice is too large to be laid out, nodes are made as they are reached, from a good one found by going down from the
top, and at most ``limit`` of them are looked at: the result then says that it is not proven to be the best.
"""

import heapq
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from math import prod

import numpy as np
from numpy.typing import NDArray

from sekisho.cut.risk.classes import Classes, Tables, gather_classes, key_tables
from sekisho.cut.risk.coding import Coded, Sensitive
from sekisho.cut.risk.loss import cell_losses
from sekisho.cut.risk.packing import Counts

Node = tuple[int, ...]

LAID_OUT = 1_000_000  # nodes up to which a lattice is laid out whole
LIMIT = 20_000  # nodes looked at of a larger one


@dataclass(frozen=True, slots=True, kw_only=True)
class Optimum:
    """What a search found.

    Attributes:
        levels: the level of each column.
        loss: Iyengar's, as far as floating point goes.
        suppressed: rows that this suppresses.
        nodes: how many nodes the lattice has.
        checked: how many of them were looked at.
        proven: whether no node can be better.
    """

    levels: Node
    loss: float
    suppressed: int
    nodes: int
    checked: int
    proven: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What a class must be, and how many rows may go.

    Attributes:
        k: rows in a class, at least.
        l_diversity: distinct values of every sensitive column in a class, at least.
        suppress: rows that may be suppressed.
    """

    k: int
    l_diversity: int = 1
    suppress: int = 0

    def whole_will_do(self, coded: Coded) -> bool:
        """Tell whether a table will do as one class, or is empty."""
        diverse = all(len(np.unique(each.values)) >= self.l_diversity for each in coded.sensitive)
        return not len(coded.weights) or (diverse and coded.rows >= self.k)


def search(coded: Coded, wanted: Wanted, *, laid_out: int = LAID_OUT, limit: int = LIMIT) -> Optimum | None:
    """Find the node with the least loss; None if not even everything under ``*`` will do.

    Args:
        coded: the table.
        wanted: what is asked for.
        laid_out: nodes up to which a lattice is laid out whole.
        limit: how many nodes of a larger one are looked at.
    """
    heights = tuple(hierarchy.height for hierarchy in coded.hierarchies)
    looking = _Search(coded=coded, wanted=wanted)
    top = tuple(height - 1 for height in heights)
    if not looking.look(top):
        return None
    if prod(heights) <= laid_out:
        proven = looking.through_all(heights)
    else:
        looking.down_from(top)
        proven = looking.by_expansion(heights, limit)
    levels, loss, suppressed = looking.best
    return Optimum(
        levels=levels,
        loss=loss,
        suppressed=suppressed,
        nodes=prod(heights),
        checked=looking.checked,
        proven=proven,
    )


@dataclass(slots=True, kw_only=True)
class _Gathered:
    """Combinations gathered on some node, to be gathered further."""

    levels: NDArray[np.int64]
    codes: NDArray[np.uint32]
    weights: Counts


@dataclass(slots=True, kw_only=True)
class _Search:
    coded: Coded
    wanted: Wanted
    best: tuple[Node, float, int] = field(default=((), np.inf, 0), init=False)
    checked: int = field(default=0, init=False)
    tables: tuple[Tables, ...] = field(init=False)
    losses: list[NDArray[np.float64]] = field(init=False)
    bounds: list[NDArray[np.float64]] = field(init=False)
    gathered: list[_Gathered] = field(init=False)
    room: int = field(init=False)

    def __post_init__(self) -> None:
        coded = self.coded
        self.tables = key_tables(coded.hierarchies)
        self.losses = [cell_losses(hierarchy) for hierarchy in coded.hierarchies]
        self.bounds = bounds_of(coded)
        levels = np.zeros(len(coded.columns), np.int64)
        self.gathered = [_Gathered(levels=levels, codes=coded.matrix, weights=coded.weights)]
        self.room = 4 * len(coded.weights)

    def bound(self, node: Node) -> float:
        """Return the least that a node can lose."""
        return float(sum(bounds[level] for bounds, level in zip(self.bounds, node, strict=True)))

    def look(self, node: Node) -> bool:
        """Look at a node, keep it if it is the best so far, and tell whether it suppresses few enough rows."""
        loss, suppressed = self.result(node)
        if suppressed > self.wanted.suppress:
            return False
        if (loss, node) < (self.best[1], self.best[0]):  # of two alike, what generalises less stays
            self.best = (node, loss, suppressed)
        return True

    def result(self, node: Node) -> tuple[float, int]:
        """Return what a node loses, infinitely much if it suppresses too many rows, and how many rows it suppresses."""
        self.checked += 1
        source = self._nearest(node)
        tables = [levels[level] for levels, level in zip(self.tables, node, strict=True)]
        classes = gather_classes(source.codes, tables, source.weights)
        self._keep(node, source, classes)
        bad = classes.weights < self.wanted.k
        if self.wanted.l_diversity > 1:
            bad |= fewest_distinct(self.coded.sensitive, classes) < self.wanted.l_diversity
        weights, rows = classes.weights[bad], classes.first[bad]
        suppressed = int(weights.sum())
        if suppressed > self.wanted.suppress:
            return np.inf, suppressed
        lost = np.zeros(len(rows))
        for losses, level, codes in zip(self.losses, node, source.codes, strict=True):
            lost += losses[level][codes[rows]]
        more = suppressed - float(lost @ weights) / len(node)
        return self.bound(node) + more / max(1, self.coded.rows), suppressed

    def through_all(self, heights: Node) -> bool:
        """Look at all nodes by their bounds."""
        bounds = laid_out_bounds(self.bounds)
        ruled_out = np.zeros(heights, np.bool_)
        for place in np.argsort(bounds, axis=None, kind="stable"):
            node = tuple(int(level) for level in np.unravel_index(place, heights))
            if (bounds[node], node) >= (self.best[1], self.best[0]):
                return True
            if not ruled_out[node] and not self.look(node):
                ruled_out[tuple(slice(level + 1) for level in node)] = True
        return True

    def down_from(self, top: Node) -> None:
        """Go down from the top, each time to the best of the nodes below, as long as one of them will do."""
        here = top
        while True:
            below = [(loss, node) for node in _below(here) for loss, gone in [self.result(node)] if self._will_do(gone)]
            if not below:
                return
            loss, here = min(below)
            if loss < self.best[1]:
                self.look(here)

    def by_expansion(self, heights: Node, limit: int) -> bool:
        """Look at nodes by their bounds, made as they are reached; tell whether that came to an end."""
        bottom = (0,) * len(heights)
        waiting, known, last = [(self.bound(bottom), bottom)], {bottom}, self.checked + limit
        while waiting:
            bound, node = heapq.heappop(waiting)
            if (bound, node) >= (self.best[1], self.best[0]):
                return True
            if self.checked >= last:
                return False
            self.look(node)
            for each in above(node, heights):
                if each not in known:
                    known.add(each)
                    heapq.heappush(waiting, (self.bound(each), each))
        return True

    def _will_do(self, suppressed: int) -> bool:
        return suppressed <= self.wanted.suppress

    def _nearest(self, node: Node) -> _Gathered:
        """Return the fewest combinations from which a node's classes can be counted."""
        if self.wanted.l_diversity > 1:
            return self.gathered[0]  # sensitive values hang on the combinations themselves
        levels = np.array(node)
        fitting = (each for each in self.gathered if (each.levels <= levels).all())
        return min(fitting, key=lambda each: len(each.weights))

    def _keep(self, node: Node, source: _Gathered, classes: Classes) -> None:
        size = len(classes.weights)
        if 2 * size <= len(source.weights) and size <= self.room and self.wanted.l_diversity == 1:
            self.room -= size
            codes = np.take(source.codes, classes.first, axis=1)  # rows side by side, as the kernel reads them
            self.gathered.append(_Gathered(levels=np.array(node), codes=codes, weights=classes.weights))


def bounds_of(coded: Coded) -> list[NDArray[np.float64]]:
    """Return, for every column and level, what it adds to a table's loss without suppression."""
    bounds = []
    for hierarchy, codes in zip(coded.hierarchies, coded.codes, strict=True):
        losses = cell_losses(hierarchy)
        counts = np.bincount(codes, coded.weights, losses.shape[1])
        bounds.append(losses @ counts / max(1, coded.rows) / len(coded.columns))
    return bounds


def laid_out_bounds(bounds: Sequence[NDArray[np.float64]]) -> NDArray[np.float64]:
    """Return the sum for every node."""
    nodes = np.zeros([len(each) for each in bounds])
    for axis, each in enumerate(bounds):
        nodes += each.reshape([-1 if place == axis else 1 for place in range(len(bounds))])
    return nodes


def fewest_distinct(sensitive: Sequence[Sensitive], classes: Classes) -> NDArray[np.int64]:
    """Return, for every class of combinations, the distinct values of the sensitive column that has the fewest in it."""
    fewest = np.full(len(classes.weights), np.iinfo(np.int64).max)
    for each in sensitive:
        size = max(1, len(each.hierarchy.leaves))
        pairs = np.unique(classes.of[each.combinations].astype(np.int64) * size + each.values)
        np.minimum(fewest, np.bincount(pairs // size, minlength=len(fewest)), out=fewest)
    return fewest


def _below(node: Node) -> Iterator[Node]:
    for place, level in enumerate(node):
        if level:
            yield (*node[:place], level - 1, *node[place + 1 :])


def above(node: Node, heights: Node) -> Iterator[Node]:
    """Yield the nodes that generalise one column by one level more."""
    for place, level in enumerate(node):
        if level + 1 < heights[place]:
            yield (*node[:place], level + 1, *node[place + 1 :])
