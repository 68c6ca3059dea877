"""A table made k-anonymous: every row that is published is equal to k − 1 others, in all that may identify.

``lattice`` publishes a column on one level throughout (:mod:`~sekisho.cut.risk.lattice`); ``mondrian`` each class on the lowest
levels that cover its rows (:mod:`~sekisho.cut.risk.mondrian`), and so does ``local``, more slowly and with far less loss
(:mod:`~sekisho.cut.risk.local`). Whichever found the classes, what would be published is counted
again here, label by label, and nothing is returned that does not hold.
"""

from dataclasses import dataclass, field, replace
from fractions import Fraction
from functools import cached_property
from typing import Literal

import numpy as np
import polars as pl
from numpy.typing import NDArray

from sekisho.cut.risk.coding import Coded, Sensitive
from sekisho.cut.risk.hierarchy import ALL, Hierarchy, plain
from sekisho.cut.risk.lattice import LIMIT, Optimum, Wanted, search
from sekisho.cut.risk.local import peel
from sekisho.cut.risk.measure import Risk, measure
from sekisho.cut.risk.mondrian import partition
from sekisho.cut.risk.packing import Codes, Counts, gather, narrow, pack, run_starts
from sekisho.errors import Refused

Method = Literal["lattice", "mondrian", "local"]

SUPPRESSED = -1


@dataclass(frozen=True, kw_only=True)
class Recoding:
    """Under which labels every combination is published.

    Attributes:
        coded: the table.
        k: what was asked for.
        method: how the classes were found.
        levels: for every column, the level of its hierarchy on which every combination is published.
        suppressed: which combinations are not published, or as ``*`` throughout.
        optimum: what the search found, where there was one.
    """

    coded: Coded
    k: int
    method: Method
    levels: NDArray[np.uint8] = field(repr=False)
    suppressed: NDArray[np.bool_] = field(repr=False)
    optimum: Optimum | None

    def labels(self, rows: pl.DataFrame | NDArray[np.int64]) -> pl.DataFrame:
        """Return the labels of rows, in their order: ``*`` in every column of those that are suppressed.

        Args:
            rows: a block of the table, or the combinations of its rows (:meth:`Coded.find`).

        Raises:
            Refused: a row is not among those that were coded.
        """
        found = self.coded.find(rows) if isinstance(rows, pl.DataFrame) else rows
        return pl.DataFrame(
            {
                name: pl.Series(hierarchy.names, dtype=pl.String).gather(
                    np.append(named, hierarchy.names.index(ALL))[found]
                )
                for name, hierarchy, named in zip(self.coded.columns, self.coded.hierarchies, self._named, strict=True)
            }
        )

    @cached_property
    def loss(self) -> float:
        """Iyengar's loss, exact before it is rounded; rows that came suppressed are not counted."""
        columns, rows = len(self.coded.columns), self.coded.rows
        gone = int(self.coded.weights[self.suppressed].sum())
        lost = Fraction(gone * columns)
        kept = ~self.suppressed
        for hierarchy, codes, levels in zip(self.coded.hierarchies, self.coded.codes, self.levels, strict=True):
            covered = hierarchy.sizes[levels[kept], codes[kept]] - 1
            lost += Fraction(int((covered * self.coded.weights[kept]).sum()), max(1, len(hierarchy.leaves) - 1))
        return float(lost / (rows * columns)) if rows else 0.0

    @cached_property
    def published(self) -> Coded:
        """What is published, coded by its labels: its classes are those that a reader can tell apart."""
        kept, columns = self._kept, self._labelled
        sizes = [len(hierarchy.names) for hierarchy in self.coded.hierarchies]
        first, weights = gather(pack(columns, sizes), self.coded.weights[kept])
        return Coded(
            columns=self.coded.columns,
            hierarchies=tuple(plain(hierarchy.names) for hierarchy in self.coded.hierarchies),
            codes=tuple(column[first] for column in columns),
            weights=weights,
            suppressed=self.coded.suppressed + int(self.coded.weights[self.suppressed].sum()),
            sensitive=tuple(_regrouped(each, self.classes) for each in self.coded.sensitive),
        )

    @cached_property
    def classes(self) -> NDArray[np.int64]:
        """The class of every combination in :attr:`published`, -1 for those that are suppressed."""
        packed = pack(self._labelled, [len(hierarchy.names) for hierarchy in self.coded.hierarchies])
        classes = np.full(len(self.suppressed), SUPPRESSED, np.int64)
        classes[self._kept] = np.unique(packed, return_inverse=True)[1]
        return classes

    @cached_property
    def risk(self) -> Risk:
        """The risk of what is published."""
        return measure(self.published, wanted=self.k)

    def risk_in(self, population: Coded) -> Risk:
        """Return the risk of what is published, beside everybody who could be in the table.

        Args:
            population: with the hierarchies of the table.

        Raises:
            ValueError: the labels are not on one level a column, so that nobody can say which one a person would have.
        """
        if self.optimum is None:
            raise ValueError("only what is published on one level a column can be laid beside a population")
        levels = np.repeat(np.array(self.optimum.levels, np.uint8)[:, None], len(population.weights), axis=1)
        kept = np.zeros(len(population.weights), np.bool_)
        whole = replace(self, coded=population, levels=levels, suppressed=kept)
        return measure(self.published, population=whole.published, wanted=self.k)

    @property
    def _kept(self) -> NDArray[np.int64]:
        return np.flatnonzero(~self.suppressed)

    @cached_property
    def _named(self) -> tuple[NDArray[np.int64], ...]:
        """For every column, the place of every combination's label in the names of its hierarchy."""
        columns = zip(self.coded.hierarchies, self.coded.codes, self.levels, strict=True)
        return tuple(
            np.where(self.suppressed, each.names.index(ALL), each.named[levels, codes])
            for each, codes, levels in columns
        )

    @cached_property
    def _labelled(self) -> tuple[Codes, ...]:
        """For every column, the labels of the combinations that are published, as :attr:`published` codes them."""
        columns = zip(self.coded.hierarchies, self._named, strict=True)
        return tuple(
            narrow(_places(own, plain(own.names))[named[self._kept]], len(own.names)) for own, named in columns
        )


def anonymise(
    coded: Coded,
    *,
    k: int,
    l_diversity: int = 1,
    method: Method = "lattice",
    suppress: float = 0.0,
    limit: int = LIMIT,
) -> Recoding:
    """Make a table k-anonymous with as little loss as the method finds.

    Args:
        coded: the table.
        k: how many rows have to be equal.
        l_diversity: how many distinct values of every sensitive column a class has to have.
        method: ``lattice`` for one level a column; ``mondrian`` or ``local`` for levels class by class, which suppress
            nothing.
        suppress: the share of the rows that may be suppressed, from 0 to 1.
        limit: how many nodes of a lattice too large to be laid out are looked at.

    Raises:
        Refused: not even everything under ``*`` would do.
        ValueError: ``k`` or the diversity below 1, the share outside 0 to 1, or diversity without a sensitive column.
    """
    if k < 1 or l_diversity < 1 or not 0 <= suppress <= 1 or (l_diversity > 1 and not coded.sensitive):
        raise ValueError("k and diversity from 1, suppression from 0 to 1, diversity of sensitive columns")
    wanted = Wanted(k=k, l_diversity=l_diversity, suppress=int(Fraction(repr(suppress)) * coded.rows))
    recoding = _by_lattice(coded, wanted, limit) if method == "lattice" else _by_class(coded, wanted, method, limit)
    if recoding is None:
        raise Refused("cut.k_out_of_reach", rows=coded.rows, k=k)
    _verify(recoding, wanted)
    return recoding


def _by_lattice(coded: Coded, wanted: Wanted, limit: int) -> Recoding | None:
    optimum = search(coded, wanted, limit=limit)
    if optimum is None:
        return None
    levels = np.repeat(np.array(optimum.levels, np.uint8)[:, None], len(coded.weights), axis=1)
    kept = np.zeros(len(coded.weights), np.bool_)
    whole = Recoding(coded=coded, k=wanted.k, method="lattice", levels=levels, suppressed=kept, optimum=optimum)
    return replace(whole, suppressed=_too_small(whole, wanted))


def _by_class(coded: Coded, wanted: Wanted, method: Method, limit: int) -> Recoding | None:
    found = [partition(coded, wanted)] if method == "mondrian" or wanted.l_diversity > 1 else []
    if method == "local":
        found.append(peel(coded, wanted, limit=limit))
    # What is peeled first may leave rows that are all of one sensitive value: then partitions can lose less.
    made = [_on_lowest_levels(coded, wanted, method, classes) for classes in found if classes is not None]
    return min(made, key=lambda each: each.loss, default=None)


def _on_lowest_levels(coded: Coded, wanted: Wanted, method: Method, classes: Counts) -> Recoding:
    columns = zip(coded.hierarchies, coded.codes, strict=True)
    levels = np.array([_lowest_common(hierarchy, codes, classes) for hierarchy, codes in columns], np.uint8)
    kept = np.zeros(len(classes), np.bool_)
    return Recoding(coded=coded, k=wanted.k, method=method, levels=levels, suppressed=kept, optimum=None)


def _lowest_common(hierarchy: Hierarchy, codes: Codes, classes: Counts) -> NDArray[np.uint8]:
    """Return the lowest level on which all of a combination's class have one label."""
    if not len(classes):
        return np.zeros(0, np.uint8)
    order = np.argsort(classes, kind="stable")
    starts = run_starts(classes[order])
    least, most = np.minimum.reduceat(codes[order], starts), np.maximum.reduceat(codes[order], starts)
    return hierarchy.common(least, most)[classes]


def _too_small(recoding: Recoding, wanted: Wanted) -> NDArray[np.bool_]:
    """Tell which combinations stand in a class that is not to be published."""
    published = recoding.published
    bad = published.weights < wanted.k
    if wanted.l_diversity > 1:
        for each in published.sensitive:
            bad |= np.bincount(each.combinations, minlength=len(bad)) < wanted.l_diversity
    return np.asarray(bad[recoding.classes], np.bool_)


def _verify(recoding: Recoding, wanted: Wanted) -> None:
    """Count what would be published, by the labels themselves: the search counted hashes, if there were too many bits."""
    risk = recoding.risk
    diverse = risk.l_diversity is None or risk.l_diversity >= wanted.l_diversity
    gone = risk.suppressed - recoding.coded.suppressed
    if gone > wanted.suppress or (risk.rows and (risk.k < wanted.k or not diverse)):
        raise AssertionError("the classes found do not hold what was asked for")


def _places(own: Hierarchy, published: Hierarchy) -> NDArray[np.int64]:
    places = {leaf: place for place, leaf in enumerate(published.leaves)}
    return np.array([places[name] for name in own.names], np.int64)


def _regrouped(sensitive: Sensitive, classes: Counts) -> Sensitive:
    of = classes[sensitive.combinations]
    kept = of != SUPPRESSED
    size = max(1, len(sensitive.hierarchy.leaves))
    pairs = of[kept].astype(np.uint64) * np.uint64(size) + sensitive.values[kept]
    first, weights = gather(pairs, sensitive.weights[kept])
    return Sensitive(
        column=sensitive.column,
        hierarchy=sensitive.hierarchy,
        combinations=of[kept][first],
        values=sensitive.values[kept][first],
        weights=weights,
    )
