"""How easily people are found again in a table: the measures that the field knows, from the distinct combinations alone.

A class is the rows that are equal in all quasi-identifiers. The prosecutor knows that a person is in the table, the
journalist only that the person is in the population, the marketer wants to find as many as possible (El Emam, "Guide to the
De-Identification of Personal Health Information", 2013). l is the fewest distinct sensitive values in a class
(Machanavajjhala et al. 2007), t the farthest that a class's distribution of them lies from the whole table's, as the earth
mover's distance: ordered for numbers, equal for all else (Li et al. 2007).
"""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sekisho.cut.risk.coding import Coded, Sensitive
from sekisho.cut.risk.packing import Counts, joined, narrow, pack, run_starts

HIGH = 0.2  # of being found: the threshold that registers of health data use, a class of five


@dataclass(frozen=True, slots=True, kw_only=True)
class Learnt:
    """What a class tells of one sensitive column.

    Attributes:
        column: its name.
        l_diversity: the fewest distinct values in a class.
        t_closeness: the farthest that a class lies from the table.
    """

    column: str
    l_diversity: int
    t_closeness: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Risk:
    """The risk of a table.

    Attributes:
        rows: rows that stand in a class; suppressed ones do not.
        suppressed: rows that are suppressed.
        classes: how many classes there are.
        k: the rows of the smallest; 0 without any.
        uniques: rows that stand alone.
        wanted: the k that was asked about.
        below: rows in classes smaller than that.
        learnt: for each sensitive column, what the classes tell of it.
        prosecutor_max: the chance of being found of the row that is easiest to find.
        prosecutor_average: that of a row on average.
        marketer: the share of rows that are found where all are looked for.
        high: the share of rows whose chance of being found is above :data:`HIGH`.
        k_map: the people of the population in the class with the fewest of them; None without a population.
        journalist_max: as the prosecutor's, by the people of the population; None without one: nothing is estimated.
        journalist_average: as the prosecutor's, by the people of the population; None without one.
    """

    rows: int
    suppressed: int
    classes: int
    k: int
    uniques: int
    wanted: int
    below: int
    learnt: tuple[Learnt, ...]
    prosecutor_max: float
    prosecutor_average: float
    marketer: float
    high: float
    k_map: int | None
    journalist_max: float | None
    journalist_average: float | None

    @property
    def l_diversity(self) -> int | None:
        """The fewest distinct values of any sensitive column in a class; None without such a column."""
        return min((each.l_diversity for each in self.learnt), default=None)

    @property
    def t_closeness(self) -> float | None:
        """The farthest that a class lies from the table in any sensitive column; None without such a column."""
        return max((each.t_closeness for each in self.learnt), default=None)


def measure(
    coded: Coded, *, sensitive: Iterable[str] | None = None, population: Coded | None = None, wanted: int = 5
) -> Risk:
    """Measure the risk of a table.

    Args:
        coded: the table.
        sensitive: which of its sensitive columns to look at; all of them if not given.
        population: everybody who could be in the table, with the same columns, generalised like the table.
        wanted: the k to ask about.
    """
    sizes, rows = coded.weights, coded.rows
    names = None if sensitive is None else frozenset(sensitive)
    share = len(sizes) / rows if rows else 0.0
    people = None if population is None else _people(coded, population)
    return Risk(
        rows=rows,
        suppressed=coded.suppressed,
        classes=len(sizes),
        k=_least(sizes),
        uniques=int((sizes == 1).sum()),
        wanted=wanted,
        below=int(sizes[sizes < wanted].sum()),
        learnt=tuple(_learnt(coded, each) for each in coded.sensitive if names is None or each.column in names),
        prosecutor_max=_highest(sizes),
        prosecutor_average=share,
        marketer=share,
        high=int(sizes[1 / sizes > HIGH].sum()) / rows if rows else 0.0,
        k_map=None if people is None else _least(people),
        journalist_max=None if people is None else _highest(people),
        journalist_average=None if people is None else float((sizes / people).sum() / max(1, rows)),
    )


def _least(sizes: Counts) -> int:
    return int(sizes.min()) if len(sizes) else 0


def _highest(sizes: Counts) -> float:
    return 1 / _least(sizes) if len(sizes) else 0.0


def _people(coded: Coded, population: Coded) -> Counts:
    """Return the people of the population in every class; at least its rows, where the population does not know them."""
    if coded.columns != population.columns:
        raise ValueError("the population has other columns")
    columns, known = [], np.ones(len(population.weights), np.bool_)
    for ours, theirs, codes in zip(coded.hierarchies, population.hierarchies, population.codes, strict=True):
        places = {leaf: place for place, leaf in enumerate(ours.leaves)}
        table = np.array([places.get(leaf, -1) for leaf in theirs.leaves], np.int64)
        columns.append(table[codes])
        known &= columns[-1] >= 0
    size = len(coded.weights)
    pairs = zip(coded.codes, columns, coded.sizes, strict=True)
    packed = pack([joined([own, narrow(each[known], most)], most) for own, each, most in pairs], coded.sizes)
    distinct, numbers = np.unique(packed, return_inverse=True)
    people = np.bincount(numbers[size:], population.weights[known], len(distinct)).astype(np.int64)
    return np.maximum(people[numbers[:size]], coded.weights)


def _learnt(coded: Coded, sensitive: Sensitive) -> Learnt:
    starts = run_starts(sensitive.combinations)
    distinct = np.diff(starts, append=len(sensitive.combinations))
    distances = _distances(sensitive, starts, coded.weights)
    return Learnt(column=sensitive.column, l_diversity=_least(distinct), t_closeness=float(distances.max(initial=0)))


def _distances(sensitive: Sensitive, starts: Counts, weights: Counts) -> NDArray[np.float64]:
    """Return how far every class lies from the table."""
    values = len(sensitive.hierarchy.leaves)
    whole = np.bincount(sensitive.values, sensitive.weights, values) / max(1, int(weights.sum()))
    parts = sensitive.weights / weights[sensitive.combinations]
    if sensitive.hierarchy.numbers is None:
        return _equal(sensitive, parts, whole, starts)
    return _ordered(sensitive, parts, whole, starts)


def _equal(
    sensitive: Sensitive, parts: NDArray[np.float64], whole: NDArray[np.float64], starts: Counts
) -> NDArray[np.float64]:
    # What a class has more of than the table is what it has less of elsewhere: half of all differences.
    more = np.maximum(parts - whole[sensitive.values], 0)
    return np.add.reduceat(more, starts) if len(starts) else more


def _ordered(
    sensitive: Sensitive, parts: NDArray[np.float64], whole: NDArray[np.float64], starts: Counts
) -> NDArray[np.float64]:
    """Sum the differences of the two distributions' running sums, run by run of the class's.

    The class's running sum stands still between the values that occur in it, and the table's only rises, so that each run
    has one place before which the class is above and behind which it is below.
    """
    running = np.cumsum(whole)
    areas = np.concatenate([[0.0], np.cumsum(running)])
    own = np.cumsum(parts)
    own -= np.repeat(own[starts] - parts[starts], np.diff(starts, append=len(parts)))
    begins = sensitive.values.astype(np.int64)
    ends = np.append(begins[1:], len(whole))
    ends[np.append(starts[1:] - 1, len(begins) - 1)] = len(whole)
    meets = np.clip(np.searchsorted(running, own), begins, ends)
    each = own * (2 * meets - begins - ends) - 2 * areas[meets] + areas[begins] + areas[ends]
    before = areas[begins[starts]]  # up to its first value, the class has nothing
    total = np.add.reduceat(each, starts) + before if len(starts) else each
    return np.asarray(np.maximum(total, 0) / max(1, len(whole) - 1), np.float64)
