"""Strict multidimensional partitioning (LeFevre, DeWitt, Ramakrishnan, ICDE 2006), over weighted combinations.

A partition is split along the column in which it is widest, by the share of the column's values that it spans, at the value
nearest the median that leaves k rows on either side (and, if asked, as many distinct sensitive values); where no value does,
along the next widest. All partitions of one round are split together, in arrays.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sekisho.cut.risk.coding import Coded, Sensitive
from sekisho.cut.risk.lattice import Wanted
from sekisho.cut.risk.packing import Counts, run_starts, sums

_DENSE = 4  # values are counted in a table as long as it has no more than so many places a combination


def partition(coded: Coded, wanted: Wanted) -> NDArray[np.int64] | None:
    """Return the partition of every combination, numbered from 0; None if not even the whole table will do.

    Args:
        coded: the table.
        wanted: what is asked for; nothing is suppressed.
    """
    if not wanted.whole_will_do(coded):
        return None
    if not len(coded.weights):
        return np.zeros(0, np.int64)
    codes = np.array([each.astype(np.int64) for each in coded.codes])
    rows, starts = np.arange(len(coded.weights)), np.zeros(1, np.int64)
    splitting = _Splitting(coded=coded, codes=codes, wanted=wanted, ended=np.zeros_like(rows))
    while len(starts):
        rows, starts = splitting.split_all(rows, starts)
    return _numbered(splitting.ended)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Cuts:
    """Where partitions are cut.

    Attributes:
        found: which partitions can be cut.
        at: the value up to which the left side of these goes.
    """

    found: NDArray[np.bool_]
    at: NDArray[np.int64]


@dataclass(slots=True, kw_only=True)
class _Splitting:
    coded: Coded
    codes: NDArray[np.int64]
    wanted: Wanted
    ended: Counts  # a number for the partition of every combination whose partition cannot be split, any so far
    _partitions: int = 0

    def split_all(self, rows: Counts, starts: Counts) -> tuple[Counts, Counts]:
        """Split every partition once and return the halves; note the partitions that cannot be split.

        Args:
            rows: the combinations, partition by partition.
            starts: where the partitions start in them.
        """
        order, widths = self._widest_first(rows, starts)
        sides = np.zeros(len(rows), np.bool_)
        whole = np.ones(len(starts), np.bool_)
        lengths = np.diff(starts, append=len(rows))
        owner = np.repeat(np.arange(len(starts)), lengths)
        for rank in range(len(self.codes)):
            tried = np.flatnonzero(whole & (widths[rank] > 0))
            if not len(tried):
                break
            mine = np.flatnonzero(np.isin(owner, tried)) if len(tried) < len(starts) else np.arange(len(rows))
            part = np.repeat(np.arange(len(tried)), lengths[tried])
            values = self.codes[order[rank][owner[mine]], rows[mine]]
            cuts = self._cuts(rows[mine], part, values, len(tried))
            whole[tried[cuts.found]] = False
            sides[mine] = cuts.found[part] & (values > cuts.at[part])
        ends = whole[owner]
        self.ended[rows[ends]] = self._partitions + owner[ends]
        self._partitions += len(starts)
        halves = (2 * owner + sides)[~ends]
        order = np.argsort(halves, kind="stable")
        return rows[~ends][order], run_starts(halves[order])

    def _widest_first(self, rows: Counts, starts: Counts) -> tuple[Counts, NDArray[np.float64]]:
        """Return for every partition its columns, widest first, and how wide each is."""
        widths = np.zeros((len(self.codes), len(starts)))
        totals = sums(self.coded.weights[rows], starts)
        for column, codes in enumerate(self.codes):
            mine = codes[rows]
            spans = np.maximum.reduceat(mine, starts) - np.minimum.reduceat(mine, starts)
            widths[column] = spans / max(1, self.coded.sizes[column] - 1)
        widths[:, totals < 2 * self.wanted.k] = 0
        order = np.argsort(-widths, axis=0, kind="stable")
        return order, np.take_along_axis(widths, order, axis=0)

    def _cuts(self, rows: Counts, part: Counts, values: Counts, parts: int) -> _Cuts:
        """Find the value nearest the median that leaves enough on either side of every partition."""
        owner, value, weight = _histogram(part, values, self.coded.weights[rows], parts)
        starts = run_starts(owner)
        running = np.cumsum(weight)
        left = running - (running[starts] - weight[starts])[owner]
        total = sums(weight, starts)[owner]
        fits = (left >= self.wanted.k) & (total - left >= self.wanted.k)
        if self.wanted.l_diversity > 1:
            for sensitive in self.coded.sensitive:
                fits &= self._diverse(sensitive, rows=rows, part=part, values=values, owner=owner, value=value)
        distance = np.where(fits, np.abs(2 * left - total), np.iinfo(np.int64).max)
        nearest = np.minimum.reduceat(distance, starts)
        found = nearest < np.iinfo(np.int64).max
        chosen = np.flatnonzero(distance == nearest[owner])
        at = np.zeros(parts, np.int64)
        at[owner[chosen[::-1]]] = value[chosen[::-1]]  # the first of several is written last
        return _Cuts(found=found, at=at)

    def _diverse(
        self, sensitive: Sensitive, *, rows: Counts, part: Counts, values: Counts, owner: Counts, value: Counts
    ) -> NDArray[np.bool_]:
        """Tell for every value at which a partition may be cut whether both sides keep enough distinct values.

        A sensitive value is on the left from the first place where it stands, and on the right up to the last.
        """
        begins = np.searchsorted(sensitive.combinations, np.arange(len(self.coded.weights) + 1))
        lengths = np.diff(begins)[rows]
        which = np.repeat(begins[rows] - (np.cumsum(lengths) - lengths), lengths) + np.arange(int(lengths.sum()))
        size = max(1, len(sensitive.hierarchy.leaves))
        pairs = np.repeat(part, lengths) * size + sensitive.values[which]
        order = np.argsort(pairs, kind="stable")
        starts = run_starts(pairs[order])
        places = np.repeat(values, lengths)[order]
        holder, wide = pairs[order][starts] // size, int(values.max()) + 1
        first = np.sort(holder * wide + np.minimum.reduceat(places, starts))
        last = np.sort(holder * wide + np.maximum.reduceat(places, starts))
        here, ends = owner * wide + value, (owner + 1) * wide
        left = np.searchsorted(first, here, side="right") - np.searchsorted(first, owner * wide)
        right = np.searchsorted(last, ends) - np.searchsorted(last, here, side="right")
        return np.asarray((left >= self.wanted.l_diversity) & (right >= self.wanted.l_diversity), np.bool_)


def _histogram(part: Counts, values: Counts, weights: Counts, parts: int) -> tuple[Counts, Counts, Counts]:
    """Return the values that occur in every partition, in order, and their weights: partition, value, weight."""
    starts = run_starts(part)
    lows, highs = np.minimum.reduceat(values, starts), np.maximum.reduceat(values, starts)
    spans = highs - lows + 1
    offsets = np.cumsum(spans) - spans
    size = int(spans.sum())
    if size <= _DENSE * len(values):
        table = np.bincount((offsets - lows)[part] + values, weights, size)
        places = np.flatnonzero(table)
        owner = np.repeat(np.arange(parts), spans)[places]
        return owner, places - (offsets - lows)[owner], table[places].astype(np.int64)
    key = part * (int(values.max()) + 1) + values
    order = np.argsort(key, kind="stable")
    runs = run_starts(key[order])
    first = order[runs]
    return part[first], values[first], sums(weights[order], runs)


def _numbered(partitions: Counts) -> NDArray[np.int64]:
    """Number partitions in the order of their first combinations."""
    _, first, inverse = np.unique(partitions, return_index=True, return_inverse=True)
    numbers = np.empty(len(first), np.int64)
    numbers[np.argsort(first)] = np.arange(len(first))
    return np.asarray(numbers[inverse], np.int64)
